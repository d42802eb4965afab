//! The answers of the views about comments: text without signs, style, marker, and whether code precedes it.

use std::borrow::Cow;
use std::ops::Range;

use crate::budget;
use crate::ir::directive;
use crate::ir::{CommentSyntax, Lowered, Node};
use crate::lines::{LINE_ENDS, split_lines};
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
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Line, Self::Block, Self::Doc];

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

/// The words among them that mark open work.
const OPEN_WORDS: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];

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

/// The text of the comment without its signs and without lawbook's directives; each line is trimmed, and the `*` before
/// the lines of a block is removed.
pub(super) fn text(comment: Node<'_>) -> Cow<'_, str> {
    budget::count_text(comment.text().len());
    match directive::blanked(comment) {
        Cow::Borrowed(raw) => text_of(raw, syntax(comment)),
        Cow::Owned(raw) => Cow::Owned(text_of(&raw, syntax(comment)).into_owned()),
    }
}

fn text_of<'c>(raw: &'c str, syntax: Option<&CommentSyntax>) -> Cow<'c, str> {
    let (inner, closed) = inner_of(raw, syntax);
    if !closed || !inner.contains(LINE_ENDS) {
        return Cow::Borrowed(inner.trim());
    }
    let lines = split_lines(inner).map(|line| {
        let line = line.trim();
        line.strip_prefix('*').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest))
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n").trim().to_owned())
}

/// True for a comment with words that addresses no tool.
pub(super) fn is_for_readers(comment: Node<'_>) -> bool {
    let text = text(comment);
    text.chars().any(char::is_alphabetic) && !addresses_tool(&text)
}

/// True for a comment that has lawbook's directives and no other words.
pub(super) fn is_directive(comment: Node<'_>) -> bool {
    matches!(directive::blanked(comment), Cow::Owned(rest) if !has_words(&rest))
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

/// True for a documentation comment with words, which an empty one (`/** */`) has not.
pub(super) fn documents(comment: Node<'_>) -> bool {
    style(comment) == CommentStyle::Doc && has_words(&directive::blanked(comment))
}

/// True if a text has a letter or a digit, without which it says nothing.
pub(crate) fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn syntax(comment: Node<'_>) -> Option<&'static CommentSyntax> {
    CommentSyntax::exact(comment.language().syntax().comments, comment.text().trim_end())
}

/// The text between the signs, and whether the comment has a closing sign.
fn inner(comment: Node<'_>) -> (&str, bool) {
    inner_of(comment.text(), syntax(comment))
}

fn inner_of<'c>(raw: &'c str, syntax: Option<&CommentSyntax>) -> (&'c str, bool) {
    match syntax {
        Some(syntax) => (syntax.inner(raw), syntax.close.is_some()),
        None => (raw.trim_end(), false),
    }
}

/// A word of a comment that marks open work or a justification, or by which it addresses a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommentMarker<'t> {
    /// The word as written, without a colon: `TODO`, `todo`, `noqa`.
    pub word: &'t str,
    /// Its offset in the text of the comment's node, in bytes.
    pub at: usize,
}

/// The text between the signs of the comment as written, as a range of bytes of its node's text.
pub(super) fn inner_range(comment: Node<'_>) -> Range<usize> {
    let (inner, _) = inner(comment);
    let start = offset_in(comment.text(), inner);
    start..start + inner.len()
}

/// The markers of the comment in order: in each line a word of `MARKER_WORDS` or `TOOL_WORDS` at its start, and the words
/// of `OPEN_WORDS` with a colon further on. Of a directive of lawbook only its own word is one.
pub(super) fn markers(comment: Node<'_>) -> impl Iterator<Item = CommentMarker<'_>> {
    let raw = comment.text();
    budget::count_text(raw.len());
    let (all, own) = (comment.language().syntax().comments, syntax(comment));
    let is_sign = move |c| own.is_some_and(|own| own.is_sign_among(all, c));
    let (inner, _) = inner(comment);
    let words = split_lines(inner).flat_map(move |line| {
        let line = line.trim_start_matches(|c| matches!(c, ' ' | '\t') || is_sign(c));
        first_word(line).into_iter().chain(words_with_colon(line))
    });
    let directives: Vec<_> =
        directive::texts(comment).map(|found| found.start + 1..found.start + found.text.len()).collect();
    let markers = words.map(move |word| CommentMarker { word, at: offset_in(raw, word) });
    markers.filter(move |marker| {
        let after = directives.partition_point(|inside| inside.start <= marker.at);
        after.checked_sub(1).is_none_or(|last| !directives[last].contains(&marker.at))
    })
}

/// The offset of a part of a text.
fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// The marker at the start of a line. One in small letters needs a colon, because the words are words of prose too.
fn first_word(line: &str) -> Option<&str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let end = line.find(|c: char| !is_word(c)).unwrap_or(line.len());
    let word = line[..end].trim_end_matches('-');
    let rest = &line[word.len()..];
    let is_marker = if MARKER_WORDS.contains(&word) {
        !belongs_to_word(rest)
    } else {
        is_in_small_letters(word) && has_colon(rest)
    };
    is_marker.then_some(word).or_else(|| tool_word(line))
}

/// The word by which a line addresses a tool.
fn tool_word(line: &str) -> Option<&str> {
    let end = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '@' | '_' | ':')));
    let word = &line[..end.unwrap_or(line.len())];
    let plain = word.trim_end_matches(':');
    TOOL_WORDS.iter().any(|tool| is_tool(plain, word, tool)).then_some(plain)
}

/// True if a text goes on with the word before it: a path, the name of a file, or a genitive.
fn belongs_to_word(rest: &str) -> bool {
    let more = if colons(rest) > 1 { Some(&rest[2..]) } else { rest.strip_prefix(['.', '\'', '’']) };
    more.is_some_and(|more| more.starts_with(char::is_alphanumeric))
}

/// True for a word of `OPEN_WORDS` in small letters, of which the first may be a capital.
fn is_in_small_letters(word: &str) -> bool {
    let is_small = word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    is_small && OPEN_WORDS.iter().any(|open| open.eq_ignore_ascii_case(word))
}

/// True if a colon follows, perhaps after a name in parentheses; that of a path (`todo::list`) is none.
fn has_colon(rest: &str) -> bool {
    let after = rest.strip_prefix('(').and_then(|name| name.split_once(')')).map_or(rest, |(_, after)| after);
    colons(after) == 1
}

/// The number of colons that a text begins with, at most two. Two are the sign of a path, not of a marker.
fn colons(text: &str) -> usize {
    text.bytes().take(2).take_while(|byte| *byte == b':').count()
}

/// The words of `OPEN_WORDS` in capitals that stand after other words and have a colon.
fn words_with_colon(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(':').filter_map(move |(colon, _)| {
        let before = &line[..colon];
        let named = before.strip_suffix(')').and_then(|name| {
            // A name in parentheses is short; the bound keeps lines of many colons cheap.
            let from = name.floor_char_boundary(name.len().saturating_sub(MAX_NAME_BYTES));
            Some(&name[..from + name[from..].rfind('(')?])
        });
        let before = named.unwrap_or(before);
        let word = OPEN_WORDS.iter().find(|word| before.ends_with(**word))?;
        let start = before.len() - word.len();
        let stands_alone = before[..start].ends_with([' ', '\t', '(', ',', ';']);
        (stands_alone && colons(&line[colon..]) == 1).then(|| &before[start..])
    })
}

/// The most bytes of a name in parentheses between a marker and its colon.
const MAX_NAME_BYTES: usize = 80;

/// True if the text of a comment begins with a word that addresses a tool.
pub(super) fn addresses_tool(text: &str) -> bool {
    tool_word(text.trim_start()).is_some()
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

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use crate::ir::view::CommentNode;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    /// Checks the markers of a file's comments.
    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let file = language::lower(SourceFile::new(RelPath::new("a.ts"), code).unwrap());
        let comments = file.comments.iter().map(|comment| file.comment_node(comment));
        let mut found = Vec::new();
        for comment in comments.filter_map(CommentNode::cast) {
            for marker in comment.markers() {
                assert!(comment.node.text()[marker.at..].starts_with(marker.word), "{code}");
                found.push(marker.word);
            }
        }
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn a_marker_may_touch_what_follows() {
        check("//TODO:tight\n// FIXME:x\n/*XXX:y*/ // HACK(a): b", &["TODO", "FIXME", "XXX", "HACK"]);
        check("// TODO - x\n// TODO- x\n// TODO, x\n// TODO? x\n// TODO", &["TODO"; 5]);
        check("// TODOs\n// TODO_LIST\n// TODO-list\n// TODO.md\n// TODO's\n// XXXX", &[]);
    }

    #[test]
    fn every_marker_of_a_comment_is_found() {
        check("/*\n * NOTE: a\n * TODO: b\n *\n * eslint-disable-line\n */", &["NOTE", "TODO", "eslint-disable-line"]);
        check("// TODO: a, FIXME: b; XXX(me): c (HACK: d)", &["TODO", "FIXME", "XXX", "HACK"]);
        check("// a. TODO: b", &["TODO"]);
        check("// `TODO:` \"TODO: \" @TODO: aTODO: TODO::a a TODO b", &[]);
    }

    #[test]
    fn small_letters_need_a_colon() {
        check("// todo: a\n// Todo: b\n// fixme(me): c\n// Hack(it): d", &["todo", "Todo", "fixme", "Hack"]);
        check("// todo a\n// todo::a\n// todo!()\n// Todo(a) b\n// ToDo: c\n// a todo: b\n// note: c", &[]);
    }

    #[test]
    fn words_for_tools_keep_what_belongs_to_them() {
        check(
            "// tslint:disable a\n// @ts-ignore: b\n// noqa: c\n// c8",
            &["tslint:disable", "@ts-ignore", "noqa", "c8"],
        );
    }
}
