//! Declarations of names with their scopes, and uses of names.

use std::borrow::Cow;

use crate::ir::view::{Barrier, Declaration, Namespace};
use crate::ir::{Kind, Node};

/// The declaration that an identifier makes. A name that is assigned anywhere in a function, class or module is visible
/// in all of it. `global` statements are not followed: their names count as the function's.
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
                return declared_in_scope_of(parent);
            }
            "assignment" | "augmented_assignment" | "for_statement" | "type_alias_statement"
                if field == Some("left") =>
            {
                return declared_in_scope_of(parent);
            }
            "type" if parent.field() == Some("left") => at = parent,
            "as_pattern" | "except_clause" | "aliased_import" if field == Some("alias") => {
                return declared_in_scope_of(parent);
            }
            "for_in_clause" if field == Some("left") => {
                return Some(Declaration::within(parent.parent()?, Namespace::ANY));
            }
            "case_pattern" => return declared_in_scope_of(parent),
            "dotted_name" => return dotted_name(at, parent),
            _ => return None,
        }
    }
}

/// The declaration that a part of a dotted name makes in an import or a pattern.
fn dotted_name(part: Node<'_>, path: Node<'_>) -> Option<Declaration> {
    let is_first = path.children().next() == Some(part);
    let is_alone = is_first && path.children().nth(1).is_none();
    let declares = match path.parent()?.raw_name() {
        "import_statement" => is_first,
        "import_from_statement" | "future_import_statement" => is_alone && path.field() == Some("name"),
        // A lone name matches any value and declares a variable, unless it is the wildcard.
        "case_pattern" => is_alone && part.text() != "_",
        _ => false,
    };
    declares.then(|| declared_in_scope_of(path)).flatten()
}

/// The value of the variable that a leaf declares by itself: `b` of `a = b` and of `a: T = (b)`.
pub(super) fn alias(leaf: Node<'_>) -> Option<Node<'_>> {
    let assignment = leaf.parent().filter(|parent| matches!(parent.raw_name(), "assignment" | "named_expression"))?;
    let (name, value) = if assignment.raw_name() == "assignment" { ("left", "right") } else { ("name", "value") };
    let mut at = assignment.child_by_field(value).filter(|_| leaf.field() == Some(name))?;
    while at.raw_name() == "parenthesized_expression" {
        at = at.children().find(|child| !child.is_extra())?;
    }
    Some(at)
}

/// True for a name of `global` and `nonlocal`: the statements behind it may give the outer name a new value; and for one
/// that `del` takes away.
pub(super) fn is_assigned(leaf: Node<'_>) -> bool {
    leaf.raw_name() == "identifier"
        && leaf.parent().is_some_and(|parent| {
            matches!(parent.raw_name(), "global_statement" | "nonlocal_statement" | "delete_statement")
        })
}

/// A declaration that is visible in all of the scope around a node.
fn declared_in_scope_of(node: Node<'_>) -> Option<Declaration> {
    Some(Declaration::within(visible_part(scope_of(node)?), Namespace::ANY))
}

/// The innermost module, class or callable around a node.
pub(super) fn scope_of(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|outer| is_scope(*outer))
}

/// True for a module, a class and a callable.
fn is_scope(node: Node<'_>) -> bool {
    matches!(node.raw_name(), "module" | "class_definition" | "function_definition" | "lambda")
}

/// The part of a scope in which its names are visible.
fn visible_part(scope: Node<'_>) -> Node<'_> {
    if scope.raw_name() == "module" { scope } else { scope.child_by_field("body").unwrap_or(scope) }
}

/// The barrier of a method: the names of its class are not visible in it.
pub(super) fn barrier(node: Node<'_>) -> Option<Barrier> {
    if !matches!(node.raw_name(), "function_definition" | "lambda") {
        return None;
    }
    let class = scope_of(node).filter(|scope| scope.raw_name() == "class_definition")?;
    Some(Barrier::Hides(visible_part(class).id()))
}

/// The most links of a reference to an imported member. A longer chain gives no reference: all of its members together
/// would take quadratic time.
const MAX_REFERENCE_LINKS: usize = 256;

/// The identifier at the root of a reference such as `a.b.c`, and its namespace. Adds the names of the members to
/// `path`, the last one first.
pub(super) fn reference<'t>(node: Node<'t>, mut path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
    let mut push = |name: Node<'t>| {
        if let Some(path) = path.as_deref_mut() {
            path.push(Cow::Borrowed(name.text()));
        }
    };
    let mut at = node;
    for _ in 0..MAX_REFERENCE_LINKS {
        match at.raw_name() {
            // The result of a call is not a member of the module, but its callee is.
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

/// True for an identifier that refers to a variable: no member, keyword or declaration.
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
