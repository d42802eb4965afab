//! A `dbg!` left in the code.

use lawbook_core::diagnostic::{Finding, Fix, Edit, Safety};
use lawbook_core::ir::{Kind, Node, Dialect};
use lawbook_core::rule::{Cx, Interest, Literals, Rule};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoDbgMacro {}

impl Rule for NoDbgMacro {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Macro])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any(["dbg"])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        let name = node.child_by_field("macro").map(Node::text);
        let is_own = || cx.file().source.text().contains("macro_rules! dbg");
        if node.raw_name() != "macro_invocation" || !matches!(name, Some("dbg" | "std::dbg")) || is_own() {
            return;
        }
        let finding = Finding::new(node.span());
        cx.report(match fix(node) {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}

/// The value in place of the macro; nothing in place of a statement that does nothing else.
fn fix(node: Node<'_>) -> Option<Fix> {
    let tokens = node.child_of_raw_kind("token_tree")?;
    let mut values = tokens.children().filter(|child| child.is_named() && child.kind() != Kind::Comment);
    let (value, more) = (values.next(), values.next());
    let parent = node.parent()?;
    let statement = parent.raw_name() == "expression_statement";
    if statement && more.is_none() && value.is_none_or(is_idle) {
        // A variable or field is moved into the macro and dropped there; without it, it lives on.
        let moves = value.is_some_and(|value| matches!(value.raw_name(), "identifier" | "self" | "field_expression"));
        return deletion(parent, if moves { Safety::Unsafe } else { Safety::Safe });
    }
    let value = value.filter(|_| more.is_none())?;
    let tokens = tokens.text();
    let inner = tokens.get(1..tokens.len().checked_sub(1)?)?.trim();
    let inner = inner.strip_suffix(',').unwrap_or(inner).trim_end();
    // A macro's arguments that are not read as expressions give only some of their nodes.
    if inner != value.text() {
        return None;
    }
    let text = if statement || stands_alone(value) || takes_anything(node, parent) {
        inner.to_owned()
    } else {
        format!("({inner})")
    };
    Fix::new(format!("Write `{text}`"), Safety::Safe, vec![Edit { path: None, span: node.span(), text }])
}

/// Whether a statement of the value alone would do nothing worth doing.
fn is_idle(value: Node<'_>) -> bool {
    match value.raw_name() {
        "identifier" | "self" => true,
        "field_expression" | "reference_expression" => value.child_by_field("value").is_some_and(is_idle),
        _ => matches!(value.kind(), Kind::Number | Kind::String | Kind::Boolean),
    }
}

/// Whether no operator beside it can take the value apart.
fn stands_alone(value: Node<'_>) -> bool {
    matches!(
        value.raw_name(),
        "identifier"
            | "self"
            | "scoped_identifier"
            | "field_expression"
            | "call_expression"
            | "index_expression"
            | "macro_invocation"
            | "parenthesized_expression"
            | "tuple_expression"
            | "array_expression"
            | "string_literal"
            | "integer_literal"
            | "float_literal"
            | "boolean_literal"
            | "char_literal"
    )
}

/// Whether any expression can stand where the macro does.
fn takes_anything(node: Node<'_>, parent: Node<'_>) -> bool {
    match parent.raw_name() {
        "let_declaration" | "arguments" | "return_expression" | "field_initializer" => true,
        "block" => node.next_sibling().is_none_or(|next| !next.is_named()),
        _ => false,
    }
}

/// The deletion of a statement, with its lines when nothing else stands on them.
fn deletion(statement: Node<'_>, safety: Safety) -> Option<Fix> {
    let span = statement.tree().with_lines(statement.span());
    let edit = Edit { path: None, span, text: String::new() };
    Fix::new("Delete it", safety, vec![edit])
}
