//! Declarations of names with their scopes, and uses of names.

use std::borrow::Cow;

use crate::ir::view::{Barrier, Declaration, Namespace};
use crate::ir::{Kind, Node};

/// A name that is bound anywhere in a function, class or module holds in all of it. A `global` statement is not
/// followed: what it binds counts as the function's.
pub(super) fn declaration(leaf: Node<'_>) -> Option<Declaration> {
    if leaf.raw_name() != "identifier" {
        return None;
    }
    let mut at = leaf;
    loop {
        let parent = at.parent()?;
        let field = at.field();
        match parent.raw_name() {
            "list_splat_pattern"
            | "dictionary_splat_pattern"
            | "splat_pattern"
            | "tuple_pattern"
            | "list_pattern"
            | "pattern_list"
            | "as_pattern_target"
            | "typed_parameter"
                if field != Some("type") =>
            {
                at = parent;
            }
            "default_parameter" | "typed_default_parameter" if field == Some("name") => at = parent,
            "parameters" | "lambda_parameters" => {
                return Some(Declaration::within(parent.parent()?.child_by_field("body")?, Namespace::ANY));
            }
            "function_definition" | "class_definition" | "named_expression" if field == Some("name") => {
                return within(parent);
            }
            "assignment" | "augmented_assignment" | "for_statement" | "type_alias_statement"
                if field == Some("left") =>
            {
                return within(parent);
            }
            "type" if parent.field() == Some("left") => at = parent,
            "as_pattern" | "except_clause" | "aliased_import" if field == Some("alias") => return within(parent),
            "for_in_clause" if field == Some("left") => {
                return Some(Declaration::within(parent.parent()?, Namespace::ANY));
            }
            "case_pattern" => return within(parent),
            "dotted_name" => return imported(at, parent),
            _ => return None,
        }
    }
}

/// The scope of a part of a dotted name, if an import or a pattern binds it.
fn imported(part: Node<'_>, path: Node<'_>) -> Option<Declaration> {
    let is_first = path.children().next() == Some(part);
    let is_alone = is_first && path.children().nth(1).is_none();
    let binds = match path.parent()?.raw_name() {
        "import_statement" => is_first,
        "import_from_statement" | "future_import_statement" => is_alone && path.field() == Some("name"),
        // A lone name takes the value, unless it is the wildcard.
        "case_pattern" => is_alone && part.text() != "_",
        _ => false,
    };
    binds.then(|| within(path)).flatten()
}

/// A name that holds in all of the scope that a node stands in.
fn within(node: Node<'_>) -> Option<Declaration> {
    Some(Declaration::within(body(scope_of(node)?), Namespace::ANY))
}

fn scope_of(node: Node<'_>) -> Option<Node<'_>> {
    let is_scope =
        |outer: &Node<'_>| matches!(outer.raw_name(), "module" | "class_definition" | "function_definition" | "lambda");
    node.ancestors().find(is_scope)
}

/// The part of a scope in which its names hold.
fn body(scope: Node<'_>) -> Node<'_> {
    if scope.raw_name() == "module" { scope } else { scope.child_by_field("body").unwrap_or(scope) }
}

/// The names of a class do not hold in its methods.
pub(super) fn barrier(node: Node<'_>) -> Option<Barrier> {
    if !matches!(node.raw_name(), "function_definition" | "lambda") {
        return None;
    }
    let class = scope_of(node).filter(|scope| scope.raw_name() == "class_definition")?;
    Some(Barrier::Hides(body(class).id()))
}

/// No imported thing has more links, so that long chains are not walked for each of their members.
const MAX_LINKS: usize = 256;

pub(super) fn reference<'t>(node: Node<'t>, mut path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
    let mut push = |name: Node<'t>| {
        if let Some(path) = path.as_deref_mut() {
            path.push(Cow::Borrowed(name.text()));
        }
    };
    let mut at = node;
    for _ in 0..MAX_LINKS {
        match at.raw_name() {
            // The result of a call is no longer of the module, but its callee is.
            "call" if at.kind() == Kind::Import => return Some((at, Namespace::VALUE)),
            "call" if at == node => at = at.child_by_field("function")?,
            "attribute" => {
                push(at.child_by_field("attribute")?);
                at = at.child_by_field("object")?;
            }
            "parenthesized_expression" if at != node => at = at.children().find(|child| !child.is_extra())?,
            "identifier" => return is_use(at).then_some((at, Namespace::VALUE)),
            _ => return None,
        }
    }
    None
}

/// True for an identifier that is a name by itself, and not a member, a keyword or a declaration.
fn is_use(name: Node<'_>) -> bool {
    let Some(parent) = name.parent() else { return false };
    let is_other = match parent.raw_name() {
        "attribute" => name.field() == Some("attribute"),
        "keyword_argument" => name.field() == Some("name"),
        "keyword_pattern" => parent.children().next() == Some(name),
        "dotted_name" | "aliased_import" | "global_statement" | "nonlocal_statement" => true,
        _ => false,
    };
    !is_other && declaration(name).is_none()
}
