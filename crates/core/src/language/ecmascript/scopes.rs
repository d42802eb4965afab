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
    match parent.raw_name() {
        "function_declaration" | "generator_function_declaration" | "function_signature" if named => {
            in_block(Namespace::VALUE)
        }
        "class_declaration" | "abstract_class_declaration" | "enum_declaration" | "internal_module" | "module"
            if named =>
        {
            in_block(Namespace::TYPE_AND_VALUE)
        }
        "interface_declaration" | "type_alias_declaration" if named => in_block(Namespace::TYPE),
        "function_expression" | "generator_function" | "class" if named => {
            Some(Declaration::within(parent, Namespace::TYPE_AND_VALUE))
        }
        "type_parameter" if named => Some(Declaration::within(parent.parent()?.parent()?, Namespace::TYPE)),
        "import_specifier" => {
            let local = field == Some("alias") || parent.child_by_field("alias").is_none();
            local.then(|| in_block(Namespace::TYPE_AND_VALUE)).flatten()
        }
        "import_clause" | "namespace_import" | "import_require_clause" => in_block(Namespace::TYPE_AND_VALUE),
        "import_alias" if parent.children().next() == Some(leaf) => in_block(Namespace::TYPE_AND_VALUE),
        _ => pattern_scope(leaf),
    }
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
                let var = list.raw_name() == "variable_declaration";
                let scope = if var { function_scope(list)? } else { block_scope(list)? };
                return Some(Declaration::within(scope, Namespace::VALUE));
            }
            _ => return None,
        }
    }
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
                push(at.child_by_field("index").filter(|index| index.raw_name() == "string")?);
                at = at.child_by_field("object")?;
            }
            "parenthesized_expression" | "non_null_expression" | "await_expression" | "instantiation_expression"
                if at != node =>
            {
                at = at.children().find(|child| !child.is_extra())?;
            }
            "identifier" | "shorthand_property_identifier" | "type_identifier" => break,
            _ => return None,
        }
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
    Some((at, if at.raw_name() == "type_identifier" { Namespace::TYPE } else { Namespace::VALUE }))
}
