//! Token rules of Rust for the gap lexer: tokens that a longest match over the grammar's tokens does not find.

use crate::ir::{CommentPart, Node, TokenField, TokenInGap};
use crate::span::Span;

use super::names::ids;

const fn field(parent: &'static str, token: Option<&'static str>, field: &'static str) -> TokenField {
    TokenField { parent, token, field }
}

/// The fields of tokens.
pub(in super::super) const TOKEN_FIELDS: &[TokenField] = &[
    field("binary_expression", None, "operator"),
    field("compound_assignment_expr", None, "operator"),
    field("parameter", Some("_"), "pattern"),
    field("variadic_parameter", Some("_"), "pattern"),
    field("let_declaration", Some("_"), "pattern"),
    field("let_condition", Some("_"), "pattern"),
    field("for_expression", Some("_"), "pattern"),
    field("field_pattern", Some("_"), "pattern"),
    field("closure_expression", Some("_"), "body"),
];

/// The first token in a gap of a node that was opened with a rule of its own.
pub(in super::super) fn token_in_gap(node: Node<'_>, from: u32, to: u32) -> TokenInGap {
    let kind = &ids().kind;
    let (raw, span, text) = (node.raw().0, node.span(), node.text());
    let byte = |at: u32| text.as_bytes().get(at.wrapping_sub(span.start) as usize).copied().unwrap_or(0);
    let found = |token, start, end| TokenInGap::Found(token, Span::new(start, end));
    if raw == kind.line_comment {
        if from == span.start { found("//", from, from + 2) } else { TokenInGap::None }
    } else if raw == kind.block_comment {
        if from == span.start {
            found("/*", from, from + 2)
        } else if to == span.end && from + 2 <= to {
            found("*/", to - 2, to)
        } else {
            TokenInGap::None
        }
    } else if raw == kind.string_literal {
        if from == span.start {
            let quote = text.find('"').unwrap_or(0) as u32;
            found("\"", from, from + quote + 1)
        } else if to == span.end && from < to {
            found("\"", to - 1, to)
        } else {
            TokenInGap::None
        }
    } else if raw == kind.raw_string_literal {
        TokenInGap::None
    } else if raw == kind.closure_parameters {
        // `||` is two tokens.
        match (from..to).find(|at| matches!(byte(*at), b'|' | b',' | b'_')) {
            Some(at) if byte(at) == b'|' => found("|", at, at + 1),
            Some(at) if byte(at) == b',' => found(",", at, at + 1),
            Some(at) => found("_", at, at + 1),
            None => TokenInGap::None,
        }
    } else {
        // In a repetition the separator, between the closing bracket and the operator, is no token of the grammar.
        let close = span.start + text.rfind(')').unwrap_or(0) as u32;
        if from <= close {
            TokenInGap::Within(from, to.min(close + 1))
        } else if to == span.end && from < to {
            TokenInGap::Within(to - 1, to)
        } else {
            TokenInGap::None
        }
    }
}

/// The marker and the content of a doc comment, as parts of the comment's node.
pub(super) fn comment_parts(text: &str, kind: u16, span: Span) -> Vec<CommentPart> {
    let ids = ids();
    let bytes = text.as_bytes().get(span.range()).unwrap_or_default();
    let third = bytes.get(2).copied().unwrap_or(0);
    let inner = third == b'!';
    let block = kind == ids.kind.block_comment;
    let doc = if block {
        inner && bytes.len() >= 5 || third == b'*' && bytes.len() >= 5 && !matches!(bytes.get(3), Some(b'*' | b'/'))
    } else {
        inner || third == b'/' && bytes.get(3) != Some(&b'/')
    };
    if !doc {
        return Vec::new();
    }
    let (marker, role) = if inner {
        (ids.kind.inner_doc_comment_marker, ids.field.inner)
    } else {
        (ids.kind.outer_doc_comment_marker, ids.field.outer)
    };
    let end = if block { span.end - 2 } else { span.end };
    let content = Span::new(span.start + 3, end);
    let mut parts = vec![(marker, role, Span::new(span.start + 2, span.start + 3), block)];
    if !content.is_empty() {
        parts.push((ids.kind.doc_comment, ids.field.doc, content, true));
    }
    parts
}
