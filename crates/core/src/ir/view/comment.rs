//! What a comment says, without the signs that make it one.

use std::borrow::Cow;

use crate::ir::{CommentSyntax, Lowered, Node};

/// The way a comment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentStyle {
    /// To the end of the line.
    Line,
    /// Between two signs.
    Block,
    /// Documentation of what stands below it or around it.
    Doc,
}

impl CommentStyle {
    /// The name in rule pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Block => "block",
            Self::Doc => "doc",
        }
    }
}

/// Words that mark work left to do, or why something is right.
const MARKERS: &[&str] =
    &["TODO", "FIXME", "XXX", "HACK", "BUG", "WIP", "NOTE", "SAFETY", "PERF", "OPTIMIZE", "REVIEW"];

/// How words start that speak to a tool.
const TOOLS: &[&str] = &[
    "lawbook-",
    "eslint-",
    "oxlint-",
    "biome-ignore",
    "prettier-ignore",
    "ast-grep-ignore",
    "deno-lint-ignore",
    "tslint:",
    "cspell:",
    "@ts-",
    "noqa",
    "nosemgrep",
    "NOLINT",
    "istanbul",
    "c8",
    "v8",
];

/// The comment's text without its signs, line by line, trimmed.
pub(super) fn text(comment: Node<'_>) -> Cow<'_, str> {
    let (inner, closed) = inner(comment);
    if !closed || !inner.contains(['\n', '\r']) {
        return Cow::Borrowed(inner.trim());
    }
    let lines = inner.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix('*').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest))
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n").trim().to_owned())
}

/// The way the comment is written.
pub(super) fn style(comment: Node<'_>) -> CommentStyle {
    let text = comment.text().trim_end();
    match syntax(comment) {
        Some(syntax) if syntax.documents(text) => CommentStyle::Doc,
        Some(CommentSyntax { close: Some(_), .. }) => CommentStyle::Block,
        _ => CommentStyle::Line,
    }
}

fn syntax(comment: Node<'_>) -> Option<&'static CommentSyntax> {
    CommentSyntax::exact(comment.language().syntax().comments, comment.text().trim_end())
}

/// The text between the signs, and whether the comment has a sign at its end.
fn inner(comment: Node<'_>) -> (&str, bool) {
    match syntax(comment) {
        Some(syntax) => (syntax.inner(comment.text()), syntax.close.is_some()),
        None => (comment.text().trim_end(), false),
    }
}

/// The first word of one of its lines that is a marker.
pub(super) fn marker(comment: Node<'_>) -> Option<&str> {
    let (all, own) = (comment.language().syntax().comments, syntax(comment));
    let is_sign = |c| own.is_some_and(|own| own.is_sign_among(all, c));
    let (inner, _) = inner(comment);
    inner.lines().find_map(|line| {
        let line = line.trim_start_matches(|c| matches!(c, ' ' | '\t') || is_sign(c));
        let end = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '@' | '_' | ':')));
        let word = &line[..end.unwrap_or(line.len())];
        let plain = word.trim_end_matches(':');
        let known = MARKERS.contains(&plain) || TOOLS.iter().any(|tool| is_tool(plain, word, tool));
        known.then_some(plain)
    })
}

fn is_tool(plain: &str, word: &str, tool: &str) -> bool {
    if tool.ends_with(['-', ':']) { word.starts_with(tool) } else { plain == tool }
}

/// Whether code stands before it on its line.
pub(super) fn is_trailing(file: &Lowered, comment: Node<'_>) -> bool {
    let text = comment.tree().text();
    let line = if std::sync::Arc::ptr_eq(text, file.source.text()) {
        let lines = file.source.lines();
        lines.start(lines.line(comment.start())) as usize
    } else {
        text[..comment.start() as usize].rfind(['\n', '\r']).map_or(0, |end| end + 1)
    };
    let mut end = comment.start() as usize;
    // Other comments before it on the line are no code.
    let mut at = file.comments.partition_point(|other| other.span.start < comment.start());
    loop {
        let before = at.checked_sub(1).map(|before| file.comments[before].span);
        let from = before.map_or(line, |span| (span.end as usize).clamp(line, end));
        if !text.get(from..end).unwrap_or_default().trim_start_matches('\u{FEFF}').trim().is_empty() {
            return true;
        }
        match before {
            Some(span) if span.start as usize > line => {
                end = span.start as usize;
                at -= 1;
            }
            _ => return false,
        }
    }
}
