//! Names, visibility and documentation of Rust's definitions, and their symbol paths.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ir::view::{CommentNode, DeclaredElsewhere, compact};
use crate::ir::{Kind, Lowered, Node};

/// The node of a definition's name. A closure is named by the variable, constant or field that holds it.
pub(super) fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    match node.raw_name() {
        // This is called for every node of the file: the many children of the whole must not be searched each time.
        "source_file" => None,
        "let_declaration" | "parameter" => bound_name(node.child_by_field("pattern")?),
        "self_parameter" => node.child_of_raw_kind("self"),
        "closure_expression" => {
            let holder = node.parent()?;
            let value = matches!(holder.raw_name(), "let_declaration" | "const_item" | "static_item")
                && node.field() == Some("value");
            let pair = holder.raw_name() == "field_initializer" && node.field() == Some("value");
            (value || pair).then(|| name_node(holder)).flatten()
        }
        "field_initializer" => node.child_by_field("field"),
        "shorthand_field_initializer" => node.child_of_raw_kind("identifier"),
        "macro_invocation" => node.child_by_field("macro"),
        "attribute_item" | "inner_attribute_item" => {
            node.child_of_raw_kind("attribute")?.children().find(|child| !child.is_extra())
        }
        _ if node.kind() == Kind::Parameter => bound_name(node),
        _ => node.child_by_field("name"),
    }
}

/// The identifier of a pattern that declares only one name.
fn bound_name(pattern: Node<'_>) -> Option<Node<'_>> {
    match pattern.raw_name() {
        "identifier" | "self" => Some(pattern),
        "mut_pattern" | "ref_pattern" | "reference_pattern" => {
            pattern.children().find(|child| child.raw_name() == "identifier")
        }
        _ => None,
    }
}

/// The attributes and comments above an item, the nearest first.
pub(super) fn above(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.prev_siblings()
        .take_while(|above| matches!(above.raw_name(), "attribute_item" | "line_comment" | "block_comment"))
}

/// The traits that a `derive` attribute names.
pub(super) fn derived(attribute: Node<'_>) -> impl Iterator<Item = &str> {
    let inner = attribute.child_of_raw_kind("attribute");
    let is_derive = name_node(attribute).is_some_and(|name| name.text() == "derive");
    let list = inner.filter(|_| is_derive).and_then(|inner| inner.child_by_field("arguments"));
    list.into_iter()
        .flat_map(|list| {
            // Only the last segment of a path is not followed by `::`.
            list.children().filter(|name| {
                name.raw_name() == "identifier" && name.next_sibling().is_none_or(|next| next.raw_name() != "::")
            })
        })
        .map(Node::text)
}

/// The name of a type, without type arguments, references and lifetimes.
pub(super) fn type_name(mut node: Node<'_>) -> Cow<'_, str> {
    loop {
        let inner = match node.raw_name() {
            "generic_type" | "reference_type" | "pointer_type" | "higher_ranked_trait_bound" => {
                node.child_by_field("type")
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return compact(node),
        }
    }
}

/// True for an item that is `pub` without a restriction.
pub(super) fn is_public(node: Node<'_>) -> bool {
    node.child_of_raw_kind("visibility_modifier").is_some_and(|visibility| visibility.text() == "pub")
}

/// Modules and other nodes around a definition that are looked at: each of many definitions asks for all of its own.
const MAX_OWNERS: usize = 32;

/// True if other crates may see a definition, as far as the file shows it: it, its owner and the modules around it are
/// public, or the file exports it from a private module.
pub(super) fn exported(file: &Lowered, node: Node<'_>) -> bool {
    if node.raw_name() == "source_file" {
        return true;
    }
    if matches!(node.raw_name(), "let_declaration" | "closure_expression") {
        return false;
    }
    let elsewhere = || file.tables(node).map(|(tree, tables)| tables.declared_elsewhere(tree));
    let owner = node.parent().and_then(Node::parent);
    match owner.map_or("", Node::raw_name) {
        "trait_item" | "struct_item" | "union_item" => {
            let Some(owner) = owner else { return false };
            let of_trait = owner.raw_name() == "trait_item";
            is_public(owner) && (of_trait || is_public(node)) && is_reachable(owner, elsewhere)
        }
        "impl_item" => {
            let Some(owner) = owner else { return false };
            // Where the `impl` stands does not matter.
            is_public(node) && owner.child_by_field("trait").is_none() && !is_hidden(file, owner)
        }
        _ => is_public(node) && is_reachable(node, elsewhere),
    }
}

/// True if nothing around a public item keeps it from other crates: no function, and no private module from which the
/// file does not export it.
pub(super) fn is_reachable<'e>(item: Node<'_>, elsewhere: impl Fn() -> Option<&'e DeclaredElsewhere>) -> bool {
    // The item and the public modules around it, of which the file may export any.
    let mut names: Vec<&str> = name_node(item).map(Node::text).into_iter().collect();
    let mut around = item.parent();
    for _ in 0..MAX_OWNERS {
        let Some(outer) = around else { return true };
        match outer.raw_name() {
            "source_file" => return true,
            "block" | "closure_expression" => return false,
            "mod_item" if !is_public(outer) => {
                let Some(exported) = elsewhere().map(|elsewhere| &elsewhere.exported) else { return false };
                let all = name_node(outer).map(|module| all_of(module.text()));
                if !names.iter().any(|name| exported.contains(*name))
                    && !all.is_some_and(|all| exported.contains(&*all))
                {
                    return false;
                }
            }
            "mod_item" => names.extend(name_node(outer).map(Node::text)),
            _ => {}
        }
        around = outer.parent();
    }
    false
}

/// The name under which [`DeclaredElsewhere::exported`] has a module that is exported with all that is in it.
fn all_of(module: &str) -> String {
    format!("{module}::*")
}

/// Adds the names that a `pub use` exports, by the names that they have where they are declared.
pub(super) fn add_exported(item: Node<'_>, exported: &mut HashSet<Box<str>>) {
    let Some(import) = is_public(item).then(|| super::uses::import(item)).flatten() else { return };
    for item in import.items {
        let source = item.source.as_deref().unwrap_or_default();
        let last = source.rsplit("::").next().unwrap_or(source);
        exported.insert(if item.name == "*" { all_of(last).into() } else { Box::from(last) });
    }
}

/// True if the type of an impl is declared in this file and not public.
fn is_hidden(file: &Lowered, owner: Node<'_>) -> bool {
    let Some((tree, tables)) = file.tables(owner) else { return false };
    let of = owner.child_by_field("type").map(type_name);
    of.is_some_and(|of| tables.declared_elsewhere(tree).hidden.contains(&*of))
}

/// True for a definition with a doc comment or a `doc` attribute.
pub(super) fn documented(node: Node<'_>) -> bool {
    let is_module = matches!(node.raw_name(), "source_file" | "mod_item");
    let outer = above(node).any(|above| match above.raw_name() {
        "attribute_item" => name_node(above).is_some_and(|name| name.text() == "doc"),
        _ => is_doc(above) && !is_inner(above),
    });
    outer || (is_module && inner_doc(node))
}

fn is_doc(comment: Node<'_>) -> bool {
    CommentNode::cast(comment).is_some_and(CommentNode::documents)
}

fn is_inner(comment: Node<'_>) -> bool {
    comment.text().starts_with("//!") || comment.text().starts_with("/*!")
}

/// True for a module that starts with inner documentation.
fn inner_doc(module: Node<'_>) -> bool {
    let body = if module.raw_name() == "mod_item" { module.child_by_field("body") } else { Some(module) };
    let opening = body.into_iter().flat_map(Node::children).take_while(|child| {
        matches!(
            child.raw_name(),
            "line_comment" | "block_comment" | "inner_attribute_item" | "shebang" | "frontmatter"
        )
    });
    let mut opening = opening;
    opening.any(|child| match child.raw_name() {
        "inner_attribute_item" => name_node(child).is_some_and(|name| name.text() == "doc"),
        _ => is_inner(child),
    })
}

/// The segment of a node in symbol paths; none if it adds none. `target` is the node whose path is built.
pub(super) fn symbol<'t>(node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
    match node.raw_name() {
        "impl_item" => {
            let name = type_name(node.child_by_field("type")?);
            Some(match name.rfind("::") {
                Some(at) => Cow::Owned(name[at + 2..].to_owned()),
                None => name,
            })
        }
        "let_declaration" => {
            let holds = node.child_by_field("value").is_some_and(|value| value.raw_name() == "closure_expression");
            (holds || node == target).then(|| name_node(node)).flatten().map(|name| Cow::Borrowed(name.text()))
        }
        // Its variable has the segment.
        "closure_expression" => None,
        "enum_variant" | "macro_definition" => node.child_by_field("name").map(|name| Cow::Borrowed(name.text())),
        _ if node.kind().is_definition() || node.kind() == Kind::Module => {
            name_node(node).map(|name| Cow::Borrowed(name.text()))
        }
        _ => None,
    }
}
