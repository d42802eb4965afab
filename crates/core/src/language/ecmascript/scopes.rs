//! Declarations of names with their scopes, and uses of names.

use std::borrow::Cow;

use super::names::plain;
use crate::ir::view::{Declaration, Namespace};
use crate::ir::{Kind, Node};

/// The declaration that an identifier makes.
pub(super) fn declaration(leaf: Node<'_>) -> Option<Declaration> {
    if !matches!(leaf.raw_name(), "identifier" | "type_identifier" | "shorthand_property_identifier_pattern") {
        return None;
    }
    let parent = leaf.parent()?;
    let field = leaf.field();
    let named = field == Some("name");
    let in_block = |namespace| Some(Declaration::within(block_scope(parent)?, namespace));
    // What is declared to be there by `declare` is a global name.
    let declared = |namespace: Namespace| in_block(if is_ambient(parent) { Namespace::TYPE } else { namespace });
    match parent.raw_name() {
        "function_declaration" | "generator_function_declaration" | "function_signature" if named => {
            if is_ambient(parent) { None } else { in_block(Namespace::VALUE) }
        }
        "class_declaration" | "abstract_class_declaration" | "enum_declaration" | "internal_module" | "module"
            if named =>
        {
            declared(Namespace::TYPE_AND_VALUE)
        }
        "interface_declaration" | "type_alias_declaration" if named => in_block(Namespace::TYPE),
        "function_expression" | "generator_function" | "class" if named => {
            Some(Declaration::within(parent, Namespace::TYPE_AND_VALUE))
        }
        "type_parameter" if named => Some(Declaration::within(parent.parent()?.parent()?, Namespace::TYPE)),
        "import_specifier" => {
            let local = field == Some("alias") || parent.child_by_field("alias").is_none();
            local.then(|| in_block(imported_namespace(parent))).flatten()
        }
        "import_clause" | "namespace_import" | "import_require_clause" => in_block(imported_namespace(parent)),
        "import_alias" if parent.children().next() == Some(leaf) => in_block(Namespace::TYPE_AND_VALUE),
        _ => pattern_scope(leaf),
    }
}

/// The namespace of the names of an import: `import type` makes no value, so it hides none.
fn imported_namespace(part: Node<'_>) -> Namespace {
    let is_type = |node: Node<'_>| node.has_token("type") || node.has_token("typeof");
    let statement = part.ancestors().take(3).find(|outer| outer.raw_name() == "import_statement");
    let types_only = part.raw_name() == "import_specifier" && is_type(part) || statement.is_some_and(is_type);
    if types_only { Namespace::TYPE } else { Namespace::TYPE_AND_VALUE }
}

/// True for a declaration that only says what there is elsewhere: one of `declare`, in a file or a function.
fn is_ambient(declaration: Node<'_>) -> bool {
    declaration.parent().is_some_and(|parent| parent.raw_name() == "ambient_declaration")
}

/// The declaration of an identifier in a pattern.
fn pattern_scope(leaf: Node<'_>) -> Option<Declaration> {
    let mut at = leaf;
    loop {
        let parent = at.parent()?;
        let field = at.field();
        match parent.raw_name() {
            "object_pattern" | "array_pattern" | "rest_pattern" => at = parent,
            "pair_pattern" if field == Some("value") => at = parent,
            "assignment_pattern" | "object_assignment_pattern" if field == Some("left") => at = parent,
            "required_parameter" | "optional_parameter" if matches!(field, Some("pattern" | "name")) => at = parent,
            "formal_parameters" => return Some(Declaration::within(parent.parent()?, Namespace::VALUE)),
            "arrow_function" | "catch_clause" if field == Some("parameter") => {
                return Some(Declaration::within(parent, Namespace::VALUE));
            }
            "for_in_statement" if field == Some("left") => {
                let kind = parent.child_by_field("kind")?;
                let scope = if kind.raw_name() == "var" { function_scope(parent)? } else { parent };
                return Some(Declaration::within(scope, Namespace::VALUE));
            }
            "variable_declarator" if field == Some("name") => {
                let list = parent.parent()?;
                if is_ambient(list) {
                    return None;
                }
                let var = list.raw_name() == "variable_declaration";
                let scope = if var { function_scope(list)? } else { block_scope(list)? };
                return Some(Declaration::within(scope, Namespace::VALUE));
            }
            _ => return None,
        }
    }
}

/// The value of the variable that a leaf declares, and the members of it that the name stands for, the last one first.
pub(super) fn alias<'t>(leaf: Node<'t>, path: &mut Vec<Cow<'t, str>>) -> Option<Node<'t>> {
    let mut members = Vec::new();
    if leaf.raw_name() == "shorthand_property_identifier_pattern" {
        members.push(Cow::Borrowed(leaf.text()));
    }
    let mut at = leaf;
    let mut levels = 0;
    let value = loop {
        levels += 1;
        let parent = at.parent().filter(|_| levels < MAX_WRAPPERS)?;
        let field = at.field();
        match parent.raw_name() {
            "object_pattern" => at = parent,
            "assignment_pattern" | "object_assignment_pattern" if field == Some("left") => at = parent,
            "pair_pattern" if field == Some("value") => {
                members.push(Cow::Borrowed(key_name(parent.child_by_field("key")?)?));
                at = parent;
            }
            "variable_declarator" if field == Some("name") => break parent.child_by_field("value")?,
            _ => return None,
        }
    };
    path.extend(members);
    plain_value(value)
}

/// The name of a property that is written as a name or as a text without holes.
fn key_name(key: Node<'_>) -> Option<&str> {
    match key.raw_name() {
        "computed_property_name" => key_name(key.children().find(|child| !child.is_extra())?),
        "template_string" => is_fixed_text(key).then(|| plain(key)),
        "property_identifier" | "string" | "private_property_identifier" => Some(plain(key)),
        _ => None,
    }
}

/// True for a string, and for a template without holes.
fn is_fixed_text(node: Node<'_>) -> bool {
    match node.raw_name() {
        "string" => true,
        "template_string" => node.child_of_raw_kind("template_substitution").is_none(),
        _ => false,
    }
}

/// The most signs around one value, and levels of one pattern.
const MAX_WRAPPERS: usize = 64;

/// The expression whose value another one has: `a` of `(0, a as T)!`.
fn plain_value(value: Node<'_>) -> Option<Node<'_>> {
    let mut at = value;
    for _ in 0..MAX_WRAPPERS {
        match wrapped_value(at) {
            Some(inner) => at = inner,
            None => return Some(at),
        }
    }
    None
}

/// The part of an expression that gives it its value, if its other parts change nothing: `a` of `a as T`.
fn wrapped_value(node: Node<'_>) -> Option<Node<'_>> {
    let mut parts = node.children().filter(|child| !child.is_extra());
    match node.raw_name() {
        "parenthesized_expression"
        | "non_null_expression"
        | "instantiation_expression"
        | "as_expression"
        | "satisfies_expression" => parts.next(),
        "type_assertion" | "sequence_expression" => parts.last(),
        _ => None,
    }
}

/// True for a name that an assignment, `++`, `--` or a loop gives a new value.
pub(super) fn is_assigned(leaf: Node<'_>) -> bool {
    if !matches!(leaf.raw_name(), "identifier" | "shorthand_property_identifier_pattern") {
        return false;
    }
    let mut at = leaf;
    for _ in 0..MAX_WRAPPERS {
        let Some(parent) = at.parent() else { return false };
        match parent.raw_name() {
            "object_pattern"
            | "array_pattern"
            | "rest_pattern"
            | "parenthesized_expression"
            | "non_null_expression" => {}
            "pair_pattern" if at.field() == Some("value") => {}
            "assignment_pattern" | "object_assignment_pattern" if at.field() == Some("left") => {}
            "assignment_expression" | "augmented_assignment_expression" | "for_in_statement" => {
                return at.field() == Some("left");
            }
            "update_expression" => return true,
            _ => return false,
        }
        at = parent;
    }
    false
}

/// The scope of a declaration that is visible in its block only (`let`, `class`).
fn block_scope(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|outer| {
        matches!(
            outer.raw_name(),
            "program" | "statement_block" | "for_statement" | "for_in_statement" | "switch_body" | "class_static_block"
        )
    })
}

/// The scope of a `var`.
fn function_scope(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|outer| {
        outer.kind().is_callable() || matches!(outer.kind(), Kind::Module) || outer.raw_name() == "class_static_block"
    })
}

/// The most links of a reference to an imported member. A longer chain gives no reference: all of its members together
/// would take quadratic time.
const MAX_REFERENCE_LINKS: usize = 256;

/// The identifier at the root of a reference such as `a.b.c`, and its namespace. Adds the names of the members to
/// `path`, the last one first.
pub(super) fn reference<'t>(node: Node<'t>, mut path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
    if path.is_none()
        && let Some(root) = plain_callee_root(node)
    {
        return root.map(|root| (root, Namespace::VALUE));
    }
    let mut push = |name: Node<'t>| {
        if let Some(path) = path.as_deref_mut() {
            path.push(Cow::Borrowed(plain(name)));
        }
    };
    let mut at = node;
    let mut links = 0;
    loop {
        links += 1;
        if links > MAX_REFERENCE_LINKS {
            return None;
        }
        match at.raw_name() {
            // The result of a call is not a member of the module, but its callee is.
            "call_expression" if at.kind() == Kind::Import => return Some((at, Namespace::VALUE)),
            "call_expression" if at == node => at = at.child_by_field("function")?,
            "new_expression" if at == node => at = at.child_by_field("constructor")?,
            "jsx_element" if at == node => at = at.child_by_field("open_tag")?.child_by_field("name")?,
            "jsx_self_closing_element" | "generic_type" if at == node => at = at.child_by_field("name")?,
            "member_expression" | "nested_identifier" => {
                push(at.child_by_field("property")?);
                at = at.child_by_field("object")?;
            }
            "nested_type_identifier" => {
                push(at.child_by_field("name")?);
                at = at.child_by_field("module")?;
            }
            "subscript_expression" => {
                push(at.child_by_field("index").filter(|index| is_fixed_text(*index))?);
                at = at.child_by_field("object")?;
            }
            "await_expression" if at != node => at = at.children().find(|child| !child.is_extra())?,
            "identifier" | "shorthand_property_identifier" | "type_identifier" => break,
            _ if at != node => at = wrapped_value(at)?,
            _ => return None,
        }
    }
    if matches!(node.kind(), Kind::Call | Kind::New) {
        // The start of a callee declares nothing.
        return Some((at, Namespace::VALUE));
    }
    let parent = at.parent()?;
    let is_foreign = match parent.raw_name() {
        "import_specifier" | "namespace_export" => true,
        // A name of another module, or the name under which others see it.
        "export_specifier" => {
            let export = parent.parent().and_then(Node::parent);
            at.field() == Some("alias") || export.is_some_and(|export| export.child_by_field("source").is_some())
        }
        "nested_type_identifier" if at == node => at.field() == Some("name"),
        _ => false,
    };
    if is_foreign || declaration(at).is_some() {
        return None;
    }
    let namespace = match at.raw_name() {
        "type_identifier" => Namespace::TYPE,
        // `typeof a` as a type, an export and a class may name what is imported for types only.
        _ if matches!(parent.raw_name(), "export_specifier" | "extends_clause") || is_in_type_query(at) => {
            Namespace::TYPE_AND_VALUE
        }
        _ => Namespace::VALUE,
    };
    Some((at, namespace))
}

/// The name at which the callee of a call starts: `a` of `a.b.c()`, `Some(None)` for a callee that starts with no name, as
/// `this.a()` and `f().a()`. None for another form of callee, which [`reference`] must look at field by field.
#[allow(clippy::option_option, reason = "the outer one says that the form is another one")]
fn plain_callee_root(node: Node<'_>) -> Option<Option<Node<'_>>> {
    if node.raw_name() != "call_expression" {
        return None;
    }
    let mut at = node.children().next()?;
    for _ in 1..MAX_REFERENCE_LINKS {
        match at.raw_name() {
            "member_expression" => at = at.children().next()?,
            "identifier" => return Some(Some(at)),
            "this" | "super" => return Some(None),
            "call_expression" if at.kind() != Kind::Import => return Some(None),
            _ => return None,
        }
    }
    None
}

/// True for the start of the name in a type `typeof a.b`.
fn is_in_type_query(name: Node<'_>) -> bool {
    let is_path = |node: &Node<'_>| matches!(node.raw_name(), "member_expression" | "nested_identifier");
    let around = name.ancestors().take(MAX_WRAPPERS).find(|outer| !is_path(outer));
    around.is_some_and(|outer| outer.raw_name() == "type_query")
}
