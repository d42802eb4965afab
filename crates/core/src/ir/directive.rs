//! The directives of lawbook in comments: their words, their places, and the text that rules read beside them.

use std::borrow::Cow;

use crate::ir::{CommentSyntax, Lowered, Node};
use crate::lines::LINE_ENDS;
use crate::mistake::is_near;
use crate::span::Span;

/// The keyword of lawbook's own suppressions.
pub const SUPPRESSION: &str = "lawbook-ignore";

/// Words that are meant as the keyword of lawbook's suppressions and are none. A comment that starts with one of them is
/// a malformed suppression.
pub const NEAR_MISSES: [&str; 14] = [
    "LAWBOOK-IGNORE",
    "Lawbook-Ignore",
    "Lawbook-ignore",
    "lawbook disable",
    "lawbook ignore",
    "lawbook-allow",
    "lawbook-disable",
    "lawbook-enable",
    "lawbook-expect",
    "lawbook: disable",
    "lawbook: ignore",
    "lawbook:disable",
    "lawbook:ignore",
    "lawbook_ignore",
];

/// Parts of which the keyword, each near miss and each keyword with a wrong letter has at least one, and most of those with
/// two wrong letters.
pub const KEYWORD_PARTS: [&str; 4] = ["awbook", "AWBOOK", "lawboo", "k-ignore"];

/// True if a text may have a suppression of lawbook, or what is meant as one.
pub fn may_suppress(text: &str) -> bool {
    KEYWORD_PARTS.iter().any(|part| text.contains(part))
}

/// The width of the indentation of code in documentation, after the space behind the sign.
const CODE_INDENT: usize = 4;

/// A directive, or what looks like one, in a comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoundDirective<'c> {
    /// Its text up to the end of its line, without comment signs.
    pub(crate) text: &'c str,
    /// Its offset in the text of the comment, in bytes.
    pub(crate) start: usize,
    /// The length of the word that it starts with.
    pub(crate) word_len: usize,
}

/// The directives in a comment: every line may start with one.
pub(crate) fn texts(comment: Node<'_>) -> impl Iterator<Item = FoundDirective<'_>> {
    let text = comment.text();
    let lines = may_suppress(text).then(|| CommentLine::all(comment));
    lines.into_iter().flatten().filter_map(|line| {
        let words = line.words()?;
        let word_len = word_len(words)?;
        let text = line.without_close(words);
        (word_len <= text.len()).then(|| FoundDirective { text, start: line.offset(text), word_len })
    })
}

/// The length of the word of a directive at the start of a text, or of one that is nearly right.
fn word_len(words: &str) -> Option<usize> {
    let suffix_len = |rest: &str| rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
    if let Some(rest) = words.strip_prefix(SUPPRESSION) {
        return Some(SUPPRESSION.len() + suffix_len(rest));
    }
    let bare = words.strip_prefix('@').unwrap_or(words);
    if let Some(length) = misspelt_len(bare) {
        return Some(words.len() - bare.len() + length);
    }
    let near = [SUPPRESSION].into_iter().filter(|_| bare.len() < words.len()).chain(NEAR_MISSES.iter().copied());
    let near = near.filter(|near| bare.starts_with(near)).max_by_key(|near| near.len())?;
    let rest = &bare[near.len()..];
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let suffix = if rest.starts_with('-') { suffix_len(rest) } else { 0 };
    // Two words may begin a sentence: they are a directive if rules and a colon follow.
    let is_sentence =
        near.contains(char::is_whitespace) && !are_rules(rest[suffix..].split(':').next()?, &rest[suffix..]);
    (!is_sentence).then_some(words.len() - rest.len() + suffix)
}

/// The length of a word at the start of a text that is the word of a directive but for one or two letters.
fn misspelt_len(words: &str) -> Option<usize> {
    let end = words.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(words.len());
    let word = &words[..end];
    let is_alike = word.starts_with(&SUPPRESSION[..1]) && word.contains('-') && word.len() + 2 >= SUPPRESSION.len();
    let forms = || ["", "-file", "-start", "-end"].iter().map(|suffix| format!("{SUPPRESSION}{suffix}"));
    (is_alike && word.len() < 2 * SUPPRESSION.len() && forms().any(|form| is_near(word, &form, 2))).then_some(end)
}

/// True if the text before a colon is a list of rules.
fn are_rules(head: &str, rest: &str) -> bool {
    let mut names = head.split(',').map(str::trim);
    head.len() < rest.len() && names.all(|name| !name.is_empty() && name.chars().all(is_in_name))
}

/// True for a character of the names of rules.
pub(crate) fn is_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_/.".contains(c)
}

/// The text of a comment with blanks in place of its directives, which say nothing to readers of the code.
pub(crate) fn blanked(comment: Node<'_>) -> Cow<'_, str> {
    let place = |found: FoundDirective<'_>| Span::new(found.start as u32, (found.start + found.text.len()) as u32);
    with_blanks(comment.text(), texts(comment).map(place))
}

/// A text with blanks in place of some of its parts, which are sorted. It keeps its length.
fn with_blanks(text: &str, parts: impl Iterator<Item = Span>) -> Cow<'_, str> {
    let (mut rest, mut at) = (String::new(), 0);
    for part in parts.map(Span::range) {
        if let Some(before) = text.get(at..part.start).filter(|_| part.end <= text.len()) {
            rest.push_str(before);
            rest.extend(std::iter::repeat_n(' ', part.len()));
            at = part.end;
        }
    }
    match text.get(at..) {
        Some(after) if at > 0 => Cow::Owned(rest + after),
        _ => Cow::Borrowed(text),
    }
}

impl Lowered {
    /// The text of a node with blanks in place of lawbook's directives; none for a comment that has nothing else. Rules
    /// read it where they ask about texts, so that no suppression is taken for the explanation that a rule asks for.
    pub(crate) fn text_for_rules<'t>(&self, node: Node<'t>) -> Option<Cow<'t, str>> {
        let text = node.text();
        let all = self.host_tables().map_or(&[][..], |tables| tables.directives(self));
        if all.is_empty() {
            return Some(Cow::Borrowed(text));
        }
        let (span, tree) = (node.span(), node.tree());
        let first = all.partition_point(|directive| directive.start < span.start);
        let inside = all[first..].iter().take_while(|directive| directive.end <= span.end);
        let start = tree.own_span(span).start;
        let parts = inside.map(|directive| {
            let own = tree.own_span(*directive);
            Span::new(own.start - start, own.end - start)
        });
        let text = with_blanks(text, parts);
        let is_directive = matches!(text, Cow::Owned(_))
            && node.kind() == crate::ir::Kind::Comment
            && !text.contains(char::is_alphanumeric);
        (!is_directive).then_some(text)
    }
}

/// The places of the directives in the comments of a file, in order.
pub(in crate::ir) fn places(file: &Lowered) -> Vec<Span> {
    if !may_suppress(file.source.text()) {
        return Vec::new();
    }
    let of_comment = |comment| {
        let node = file.comment_node(comment);
        texts(node).map(move |found| node.part_span(found.start..found.start + found.text.len()))
    };
    let mut places: Vec<Span> = file.comments.iter().flat_map(of_comment).collect();
    places.sort_unstable();
    places
}

/// One line of a comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommentLine<'c> {
    comment: Node<'c>,
    syntax: Option<&'static CommentSyntax>,
    text: &'c str,
}

impl<'c> CommentLine<'c> {
    /// The lines of a comment, the first one with the sign that opens it.
    pub(crate) fn all(comment: Node<'c>) -> impl Iterator<Item = Self> {
        let syntax = CommentSyntax::exact(comment.language().syntax().comments, comment.text());
        comment.text().split(ends_line).map(move |text| Self { comment, syntax, text })
    }

    /// The offset of a part of it in the comment, in bytes.
    pub(crate) fn offset(&self, part: &str) -> usize {
        part.as_ptr() as usize - self.comment.text().as_ptr() as usize
    }

    /// Its place.
    pub(crate) fn span(&self) -> Span {
        let start = self.offset(self.text);
        self.comment.part_span(start..start + self.text.len())
    }

    /// Its text behind the signs at its start, without white space around it.
    pub(crate) fn behind_sign(&self) -> &'c str {
        self.text.trim_start_matches(|c: char| c.is_whitespace() || self.is_sign(c)).trim_end()
    }

    /// Its words, behind one sign at most; none where a second sign shows that a comment is quoted, or where the
    /// indentation shows that it is code.
    pub(crate) fn words(&self) -> Option<&'c str> {
        let all = self.comment.language().syntax().comments;
        let line = self.text.trim_start();
        // In a comment of several lines the sign that opens a comment is the second one.
        let is_first = self.offset(self.text) == 0;
        if !is_first && all.iter().any(|syntax| line.starts_with(syntax.open)) {
            return None;
        }
        let behind = line.trim_start_matches(|c| self.is_sign(c));
        let words = behind.trim_start();
        let has_sign = behind.len() < line.len();
        let documents = self.syntax.is_some_and(|syntax| syntax.documents(self.comment.text()));
        let indent: usize = behind[..behind.len() - words.len()].chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        let is_code = documents && has_sign && indent > CODE_INDENT;
        (!is_code && !words.starts_with(|c| self.is_sign(c))).then_some(words)
    }

    /// True for a character of the signs that may stand before the words of a line.
    fn is_sign(&self, c: char) -> bool {
        let all = self.comment.language().syntax().comments;
        self.syntax.is_some_and(|syntax| syntax.is_sign_among(all, c))
    }

    /// A text up to the end of the comment's words in this line, without the sign that closes the comment.
    pub(crate) fn without_close<'t>(&self, text: &'t str) -> &'t str {
        let text = text.trim_end();
        let close = self.syntax.and_then(|syntax| syntax.close).unwrap_or_default();
        text.strip_suffix(close).unwrap_or(text).trim_end()
    }
}

/// The line of a comment with this offset.
pub(crate) fn line_at(comment: Node<'_>, at: usize) -> Option<CommentLine<'_>> {
    let (text, all) = (comment.text(), comment.language().syntax().comments);
    let (before, after) = text.split_at_checked(at)?;
    let start = before.rfind(ends_line).map_or(0, |end| end + before[end..].chars().next().map_or(0, char::len_utf8));
    let end = at + after.find(ends_line).unwrap_or(after.len());
    Some(CommentLine { comment, syntax: CommentSyntax::exact(all, text), text: &text[start..end] })
}

/// True for a character at which a line of a comment ends: wherever a language or an editor ends one, so that none hides
/// a directive.
pub(crate) fn ends_line(c: char) -> bool {
    LINE_ENDS.contains(&c) || matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_that_is_meant_as_the_keyword_has_a_part_that_is_searched() {
        let misspelt =
            ["lawbok-ignore", "lawbook-ignor", "lawbook-inore", "lawboo-ignore", "lawbook-gnor", "awbook-ignore"];
        for word in [SUPPRESSION].iter().chain(&NEAR_MISSES).chain(&misspelt) {
            assert!(may_suppress(&format!("// {word} no-x: the reason")), "{word}");
        }
        assert!(!may_suppress("// a line of a book, ignored"));
    }
}
