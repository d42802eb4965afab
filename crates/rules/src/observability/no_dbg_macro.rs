//! A `dbg!` that is left in the code.

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::view::is_in_test;
use lawbook_core::ir::{Dialect, Kind, Node};
use lawbook_core::names;
use lawbook_core::rule::{Cx, Interest, Literals, Nodes, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoDbgMacro {}

impl Rule for NoDbgMacro {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Macro])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any(["dbg"])
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            if !calls_dbg(node, cx) || cx.file().context.example || is_in_test(cx.file(), node) || is_quoted(node, cx) {
                continue;
            }
            cx.report(Finding::new(node.span()).fix(fix(node, cx)));
        }
    }
}

/// True for a call of the macro of the standard library under any name, not of one that the file declares or imports from another crate.
fn calls_dbg(node: Node<'_>, cx: &Cx<'_>) -> bool {
    node.raw_name() == "macro_invocation"
        && names::target(cx.file(), node).is_some_and(|target| target.is_global(&["dbg"]))
}

/// The most nodes around a call that are searched for a macro that only writes it down.
const MAX_OUTER_NODES: usize = 64;

/// True for code that is only written down, in a `quote!` or a macro like it.
fn is_quoted(node: Node<'_>, cx: &Cx<'_>) -> bool {
    cx.ancestors(node).take(MAX_OUTER_NODES).any(|outer| {
        outer.raw_name() == "macro_invocation"
            && cx.child_by_field(outer, "macro").is_some_and(|name| cx.text(name).contains("quote"))
    })
}

/// Replaces the macro by its value, or deletes a statement that would have no effect. None for a statement whose value is
/// not used: only types say if it may be left out.
fn fix(node: Node<'_>, cx: &Cx<'_>) -> Option<Fix> {
    let tokens = cx.child_of_raw_kind(node, "token_tree")?;
    let mut values = cx.children(tokens).filter(|child| child.is_named() && child.kind() != Kind::Comment);
    let (value, more) = (values.next(), values.next());
    let parent = node.parent()?;
    let statement = parent.raw_name() == "expression_statement";
    if statement && more.is_none() && value.is_none_or(|value| has_no_effect(value, cx)) {
        // The macro moves and drops a variable or field; without the macro it stays alive.
        let moves = value.is_some_and(|value| matches!(value.raw_name(), "identifier" | "self" | "field_expression"));
        let safety = if moves { Safety::Unsafe } else { Safety::Safe };
        return Fix::new("Delete it", safety, vec![cx.deletion(parent.span())]);
    }
    let value = value.filter(|value| more.is_none() && !(statement && may_have_to_be_used(*value)))?;
    let inner = cx.slice(Span::new(tokens.start() + 1, tokens.end().saturating_sub(1))).trim();
    let inner = inner.strip_suffix(',').unwrap_or(inner).trim_end();
    // Arguments that could not be read as expressions have nodes for only some of their tokens.
    if inner != cx.text(value) {
        return None;
    }
    let bare = statement || is_atomic(value) || allows_any_expression(node, parent, inner, cx);
    let (text, at) = if bare { (inner.to_owned(), 0) } else { (format!("({inner})"), 1) };
    let title = format!("Write `{text}`");
    Fix::new(title, Safety::Safe, vec![Edit::new(node.span(), text).keeping(value.span(), at)])
}

/// True unless the value is that of an assignment, which is nothing.
fn may_have_to_be_used(value: Node<'_>) -> bool {
    !matches!(value.raw_name(), "assignment_expression" | "compound_assignment_expr")
}

/// True if a statement of the value alone would have no effect.
fn has_no_effect(value: Node<'_>, cx: &Cx<'_>) -> bool {
    let mut innermost = value;
    while matches!(innermost.raw_name(), "field_expression" | "reference_expression") {
        let Some(inner) = cx.child_by_field(innermost, "value") else { return false };
        innermost = inner;
    }
    matches!(innermost.raw_name(), "identifier" | "self")
        || matches!(innermost.kind(), Kind::Number | Kind::String | Kind::Boolean)
}

/// True for an expression that needs no parentheses beside any operator.
fn is_atomic(value: Node<'_>) -> bool {
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

/// True if the expression may stand at the macro's place without parentheses.
fn allows_any_expression(node: Node<'_>, parent: Node<'_>, expression: &str, cx: &Cx<'_>) -> bool {
    match parent.raw_name() {
        "let_declaration" | "arguments" | "return_expression" | "field_initializer" => true,
        // A brace would open the block.
        "if_expression" | "while_expression" | "match_expression" | "for_expression" => !expression.contains('{'),
        "block" => node.next_sibling().is_none_or(|next| !next.is_named()),
        // An argument of a macro.
        "token_tree" => {
            let (before, after) = (cx.prev_siblings(node).next(), cx.next_siblings(node).next());
            before.is_some_and(|token| matches!(cx.text(token), "(" | "[" | ","))
                && after.is_some_and(|token| matches!(cx.text(token), ")" | "]" | "," | ";"))
        }
        _ => false,
    }
}
