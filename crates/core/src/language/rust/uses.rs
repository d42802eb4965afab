//! `use` trees, declarations of names with their scopes, and uses of names.

use std::borrow::Cow;

use crate::ir::view::{Declaration, ImportItem, ImportView, LocalName, Namespace, compact};
use crate::ir::{Kind, Node};

/// The most segments of a path. A longer path gives no reference: all of its parts together would take quadratic time.
const MAX_PATH_SEGMENTS: usize = 64;

/// The longest path in a `use`, in bytes. Longer ones are left out, since each name of a list holds the whole path
/// before it.
const MAX_PATH_BYTES: usize = 1024;

/// The view of a `use` or an `extern crate`.
pub(super) fn import(node: Node<'_>) -> Option<ImportView<'_>> {
    let reexport = node.child_of_raw_kind("visibility_modifier").is_some();
    let items = match node.raw_name() {
        "use_declaration" => leaves(node.child_by_field("argument")?),
        "extern_crate_declaration" => {
            let name = node.child_by_field("name")?;
            let local = node.child_by_field("alias").unwrap_or(name);
            let source = Some(Cow::Borrowed(name.text()));
            vec![ImportItem {
                source,
                bound: None,
                name: Cow::Borrowed(name.text()),
                local: Some(LocalName::at(local)),
            }]
        }
        _ => return None,
    };
    Some(ImportView { source: None, items, type_only: false, dynamic: false, reexport })
}

/// The items of a `use` tree, in order, each with its full path.
fn leaves(argument: Node<'_>) -> Vec<ImportItem<'_>> {
    let mut items = Vec::new();
    let mut open = vec![(argument, String::new())];
    while let Some((node, prefix)) = open.pop() {
        if prefix.len() > MAX_PATH_BYTES {
            continue;
        }
        let join = |part: &str| {
            let part = part.trim_start_matches("::");
            if prefix.is_empty() { part.to_owned() } else { format!("{prefix}::{part}") }
        };
        match node.raw_name() {
            "scoped_use_list" => {
                let path = node.child_by_field("path");
                let prefix = path.map_or_else(|| prefix.clone(), |path| join(&compact(path)));
                open.extend(node.child_by_field("list").map(|list| (list, prefix)));
            }
            "use_list" => {
                let parts: Vec<_> = node.children().filter(|part| !part.is_extra()).collect();
                open.extend(parts.into_iter().rev().map(|part| (part, prefix.clone())));
            }
            "use_wildcard" => {
                let path = node.children().find(|part| !part.is_extra());
                let source = path.map_or_else(|| prefix.clone(), |path| join(&compact(path)));
                let source = Some(Cow::Owned(source));
                items.push(ImportItem { source, bound: None, name: Cow::Borrowed("*"), local: None });
            }
            "use_as_clause" => {
                let Some(path) = node.child_by_field("path") else { continue };
                let alias = node.child_by_field("alias").filter(|alias| alias.text() != "_");
                items.push(leaf(path, join(&compact(path)), &prefix, alias));
            }
            _ => items.push(leaf(node, join(&compact(node)), &prefix, None)),
        }
    }
    items
}

/// The item of one leaf of a `use` tree.
fn leaf<'t>(path: Node<'t>, full: String, prefix: &str, alias: Option<Node<'t>>) -> ImportItem<'t> {
    // `a::b::{self}` imports `b`.
    if path.raw_name() == "self" && !prefix.is_empty() {
        let name = prefix.rsplit("::").next().unwrap_or(prefix).to_owned();
        let local =
            alias.or_else(|| path.ancestors().find(|outer| outer.raw_name() == "scoped_use_list").and_then(list_name));
        let source = Some(Cow::Owned(prefix.to_owned()));
        return ImportItem { source, bound: None, name: Cow::Owned(name), local: local.map(LocalName::at) };
    }
    let name = path.child_by_field("name").unwrap_or(path);
    let plain = (path.parent().map_or("", Node::raw_name) != "use_as_clause").then_some(name);
    let source = Some(Cow::Owned(full));
    ImportItem { source, bound: None, name: Cow::Borrowed(name.text()), local: alias.or(plain).map(LocalName::at) }
}

/// The last part of the path before a list.
fn list_name(list: Node<'_>) -> Option<Node<'_>> {
    let path = list.child_by_field("path")?;
    Some(path.child_by_field("name").unwrap_or(path))
}

/// True for a node that only `use` trees have, at any depth.
fn is_use_list(node: Node<'_>) -> bool {
    matches!(node.raw_name(), "use_list" | "scoped_use_list" | "use_as_clause" | "use_wildcard")
}

/// The most levels of a `use` tree at which its names are known.
const MAX_USE_LEVELS: usize = 32;

/// The `use` whose tree holds the node, within [`MAX_USE_LEVELS`] levels.
fn enclosing_use(node: Node<'_>) -> Option<Node<'_>> {
    let is_part = |node: &Node<'_>| {
        matches!(
            node.raw_name(),
            "scoped_identifier" | "use_list" | "scoped_use_list" | "use_as_clause" | "use_wildcard"
        )
    };
    let around = node.ancestors().take(MAX_USE_LEVELS).find(|outer| !is_part(outer))?;
    matches!(around.raw_name(), "use_declaration" | "extern_crate_declaration").then_some(around)
}

/// The block, module or file around an item.
fn item_scope(item: Node<'_>) -> Option<Node<'_>> {
    item.ancestors().find(|outer| matches!(outer.raw_name(), "block" | "declaration_list" | "source_file"))
}

/// The declaration that an identifier makes.
pub(super) fn declaration(leaf: Node<'_>) -> Option<Declaration> {
    if !matches!(leaf.raw_name(), "identifier" | "type_identifier" | "shorthand_field_identifier") {
        return None;
    }
    let parent = leaf.parent()?;
    let named = leaf.field() == Some("name");
    let namespace = match parent.raw_name() {
        "struct_item" => Namespace::TYPE_AND_VALUE,
        "enum_item" | "union_item" | "trait_item" | "type_item" | "mod_item" => Namespace::TYPE,
        "function_item" | "function_signature_item" | "const_item" | "static_item" => Namespace::VALUE,
        "macro_definition" => Namespace::MACRO,
        "type_parameter" => {
            let owner = parent.parent()?.parent()?;
            return named.then(|| Declaration::within(owner, Namespace::TYPE));
        }
        "const_parameter" => {
            let owner = parent.parent()?.parent()?;
            return named.then(|| Declaration::within(owner, Namespace::VALUE));
        }
        // Deeper than the levels that are followed: no pattern has such parts.
        _ if is_use_list(parent) && enclosing_use(leaf).is_none() => {
            return None;
        }
        _ if enclosing_use(leaf).is_some() => {
            return is_imported_name(leaf, parent)
                .then(|| item_scope(enclosing_use(leaf)?))
                .flatten()
                .map(|scope| Declaration::within(scope, Namespace::ANY));
        }
        _ => return pattern_scope(leaf),
    };
    if !named {
        return None;
    }
    let scope = item_scope(parent)?;
    // The members of an impl or a trait are not in scope by their names.
    let member = scope.raw_name() == "declaration_list"
        && scope.parent().is_some_and(|owner| matches!(owner.raw_name(), "impl_item" | "trait_item"));
    (!member).then(|| Declaration::within(scope, namespace))
}

/// True for the last part of an imported path, or its alias.
fn is_imported_name(leaf: Node<'_>, parent: Node<'_>) -> bool {
    match parent.raw_name() {
        "use_as_clause" => leaf.field() == Some("alias"),
        "scoped_identifier" if leaf.field() == Some("name") => match parent.parent() {
            Some(list) if parent.field() == Some("path") => opens_list_of_self(list, leaf),
            Some(outer) => matches!(outer.raw_name(), "use_declaration" | "use_list"),
            None => false,
        },
        "scoped_use_list" => opens_list_of_self(parent, leaf),
        "extern_crate_declaration" => leaf.field() == Some("alias") || parent.child_by_field("alias").is_none(),
        "use_list" | "use_declaration" => true,
        _ => false,
    }
}

/// True for `fs` in `std::fs::{self, …}`, which is imported by the `self`.
fn opens_list_of_self(list: Node<'_>, leaf: Node<'_>) -> bool {
    list.raw_name() == "scoped_use_list"
        && list_name(list) == Some(leaf)
        && list.child_by_field("list").is_some_and(|list| list.child_of_raw_kind("self").is_some())
}

/// The declaration of an identifier in a pattern.
fn pattern_scope(leaf: Node<'_>) -> Option<Declaration> {
    let mut at = leaf;
    loop {
        let parent = at.parent()?;
        let field = at.field();
        let from = |start: Node<'_>, end: Node<'_>| {
            Some(Declaration { start: start.subtree_end(), end: end.subtree_end(), namespace: Namespace::VALUE })
        };
        match parent.raw_name() {
            "tuple_pattern"
            | "slice_pattern"
            | "ref_pattern"
            | "mut_pattern"
            | "reference_pattern"
            | "or_pattern"
            | "captured_pattern"
            | "struct_pattern"
            | "tuple_struct_pattern"
                if field != Some("type") =>
            {
                at = parent;
            }
            "field_pattern" if field == Some("pattern") || leaf.raw_name() == "shorthand_field_identifier" => {
                at = parent;
            }
            "match_pattern" if field != Some("condition") => {
                // A capitalised name in a match pattern is a constant or a variant.
                let constant = at == leaf && leaf.text().starts_with(char::is_uppercase);
                return (!constant).then(|| Declaration::within(parent.parent()?, Namespace::VALUE).into()).flatten();
            }
            "parameter" if field == Some("pattern") => {
                let owner = parent.parent()?.parent()?;
                return Some(Declaration::within(owner, Namespace::VALUE));
            }
            "closure_parameters" => return Some(Declaration::within(parent.parent()?, Namespace::VALUE)),
            "let_declaration" if field == Some("pattern") => return from(parent, parent.parent()?),
            "let_condition" if field == Some("pattern") => {
                let owner = parent
                    .ancestors()
                    .find(|outer| matches!(outer.raw_name(), "if_expression" | "while_expression" | "match_arm"))?;
                let body = owner.child_by_field("consequence").or_else(|| owner.child_by_field("body"));
                return from(parent, body.unwrap_or(owner));
            }
            "for_expression" if field == Some("pattern") => {
                return Some(Declaration::within(parent.child_by_field("body")?, Namespace::VALUE));
            }
            _ => return None,
        }
    }
}

/// The identifier at the root of a path or call, and its namespace. Adds the later segments to `path`, the last one
/// first.
pub(super) fn reference<'t>(node: Node<'t>, mut path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
    let mut at = node;
    let mut namespace = None;
    let mut parts = 0;
    loop {
        parts += 1;
        if parts > MAX_PATH_SEGMENTS {
            return None;
        }
        match at.raw_name() {
            "call_expression" | "generic_function" => at = at.child_by_field("function")?,
            "macro_invocation" => {
                at = at.child_by_field("macro")?;
                namespace = namespace.or(Some(Namespace::MACRO));
            }
            "struct_expression" => {
                at = at.child_by_field("name")?;
                namespace = namespace.or(Some(Namespace::TYPE));
            }
            "generic_type" | "generic_type_with_turbofish" => at = at.child_by_field("type")?,
            "scoped_identifier" | "scoped_type_identifier" => {
                let name = at.child_by_field("name")?;
                if let Some(path) = path.as_deref_mut() {
                    path.push(Cow::Borrowed(name.text()));
                }
                namespace = Some(Namespace::TYPE);
                // A path may start with `::`.
                at = if let Some(inner) = at.child_by_field("path") {
                    inner
                } else {
                    if let Some(path) = path.as_deref_mut() {
                        path.pop();
                    }
                    name
                };
            }
            "identifier" | "type_identifier" | "crate" | "self" | "super" => break,
            _ => return None,
        }
    }
    if node.parent().is_some_and(is_use_list) || enclosing_use(node).is_some() || declaration(at).is_some() {
        return None;
    }
    let parent = at.parent()?;
    if parent.raw_name() == "token_tree" {
        return token_path(at, path);
    }
    // The last segment of a longer path does not refer to anything by itself.
    let is_part = matches!(parent.raw_name(), "scoped_identifier" | "scoped_type_identifier");
    if is_part && at == node && at.field() == Some("name") && parent.child_by_field("path").is_some() {
        return None;
    }
    let names_type = at.raw_name() == "type_identifier" || (is_part && at.field() == Some("path"));
    let plain = if names_type { Namespace::TYPE } else { Namespace::VALUE };
    Some((at, namespace.unwrap_or(plain)))
}

/// The reference of a path among the flat tokens of a macro call.
fn token_path<'t>(first: Node<'t>, path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
    if first.prev_sibling().is_some_and(|before| matches!(before.raw_name(), "::" | ".")) {
        return None;
    }
    let mut parts = Vec::new();
    let mut at = first;
    while let Some(colons) = at.next_sibling().filter(|next| next.raw_name() == "::") {
        match colons.next_sibling() {
            Some(part) if matches!(part.kind(), Kind::Identifier | Kind::Type) => {
                parts.push(Cow::Borrowed(part.text()));
                at = part;
            }
            _ => break,
        }
    }
    let namespace = if parts.is_empty() { Namespace::ANY } else { Namespace::TYPE };
    if let Some(path) = path {
        path.extend(parts.into_iter().rev());
    }
    Some((first, namespace))
}
