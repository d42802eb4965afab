//! The answers of the views about comments: text without signs, style, marker, and whether code precedes it.

use std::borrow::Cow;

use crate::budget;
use crate::ir::{CommentSyntax, Lowered, Node};
use crate::span::Span;

/// The style of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentStyle {
    /// A comment up to the end of the line.
    Line,
    /// A comment between two signs.
    Block,
    /// A documentation comment.
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

/// Words that mark open work or a justification.
const MARKER_WORDS: &[&str] =
    &["TODO", "FIXME", "XXX", "HACK", "BUG", "WIP", "NOTE", "SAFETY", "PERF", "OPTIMIZE", "REVIEW"];

/// The words by which comments address a tool. One that ends in `-` or `:` is a prefix.
const TOOL_WORDS: &[&str] = &[
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

/// The text of the comment without its signs; each line is trimmed, and the `*` before the lines of a block is removed.
pub(super) fn text(comment: Node<'_>) -> Cow<'_, str> {
    budget::count_text(comment.text().len());
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

/// The style of the comment.
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

/// The text between the signs, and whether the comment has a closing sign.
fn inner(comment: Node<'_>) -> (&str, bool) {
    match syntax(comment) {
        Some(syntax) => (syntax.inner(comment.text()), syntax.close.is_some()),
        None => (comment.text().trim_end(), false),
    }
}

/// The first marker of the comment: a word of `MARKER_WORDS` or `TOOL_WORDS` at the start of one of its lines.
pub(super) fn marker(comment: Node<'_>) -> Option<&str> {
    budget::count_text(comment.text().len());
    let (all, own) = (comment.language().syntax().comments, syntax(comment));
    let is_sign = |c| own.is_some_and(|own| own.is_sign_among(all, c));
    let (inner, _) = inner(comment);
    inner.lines().find_map(|line| {
        let line = line.trim_start_matches(|c| matches!(c, ' ' | '\t') || is_sign(c));
        let end = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '@' | '_' | ':')));
        let word = &line[..end.unwrap_or(line.len())];
        let plain = word.trim_end_matches(':');
        let known = MARKER_WORDS.contains(&plain) || TOOL_WORDS.iter().any(|tool| is_tool(plain, word, tool));
        known.then_some(plain)
    })
}

/// True if the text of a comment begins with a word that addresses a tool.
pub(super) fn addresses_tool(text: &str) -> bool {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '@' | '_' | ':')));
    let word = &text[..end.unwrap_or(text.len())];
    TOOL_WORDS.iter().any(|tool| is_tool(word.trim_end_matches(':'), word, tool))
}

fn is_tool(plain: &str, word: &str, tool: &str) -> bool {
    if tool.ends_with(['-', ':']) { word.starts_with(tool) } else { plain == tool }
}

/// True if there is code before the comment on its line. Other comments are not code.
pub(super) fn is_trailing(file: &Lowered, comment: Node<'_>) -> bool {
    let number = file.comments.partition_point(|other| other.span.start < comment.start());
    let before = number.checked_sub(1);
    follows_code(file, before.map(|before| file.comments[before].span), comment, || {
        file.host_tables().zip(before).is_some_and(|(tables, before)| tables.is_trailing(file, before))
    })
}

/// For each comment of a file, whether there is code before it on its line.
pub(crate) fn trailing(file: &Lowered) -> Vec<bool> {
    let mut trailing: Vec<bool> = Vec::with_capacity(file.comments.len());
    let mut before = None;
    for comment in &file.comments {
        let last = trailing.last().copied().unwrap_or(false);
        trailing.push(follows_code(file, before, file.comment_node(comment), || last));
        before = Some(comment.span);
    }
    trailing
}

/// True if there is code before `comment` on its line: between the comment `before` it and itself, or before that one,
/// which `is_before_trailing` says.
fn follows_code(
    file: &Lowered,
    before: Option<Span>,
    comment: Node<'_>,
    is_before_trailing: impl FnOnce() -> bool,
) -> bool {
    let (text, start) = (file.source.text(), comment.start());
    let line = comment.tree().line_start(file.source.lines(), start);
    let is_blank = |c: char| c.is_whitespace() || c == '\u{FEFF}';
    let gap = before.map_or(line, |before| before.end.clamp(line, start)) as usize..start as usize;
    let has_code = !text.get(gap).unwrap_or_default().chars().all(is_blank);
    has_code || (before.is_some_and(|before| before.start > line) && is_before_trailing())
}
