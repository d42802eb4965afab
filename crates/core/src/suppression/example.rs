//! Examples in comments: text that shows a directive and is none.

use crate::ir::{Comment, CommentSyntax, Lowered, Node};
use crate::span::Span;
use crate::suppression::ends_line;

/// The texts without which no comment has an example of several lines.
const LITERALS: [&str; 3] = ["```", "~~~", EXAMPLE_TAG];

/// The tag of documentation before an example, which ends at the next tag.
const EXAMPLE_TAG: &str = "@example";

/// The width of the indentation of code in documentation, after the space behind the sign.
const CODE_INDENT: usize = 4;

/// The places in the comments of a file that are examples, sorted and disjoint.
#[derive(Debug, Default)]
pub(crate) struct Examples(Vec<Span>);

impl Examples {
    /// The examples between fences and behind `@example`. Line comments below each other are one text.
    pub(crate) fn of(file: &Lowered) -> Self {
        let text = file.source.text();
        if !LITERALS.iter().any(|literal| text.contains(literal)) {
            return Self::default();
        }
        let lines = file.source.lines();
        let mut found = Vec::new();
        let mut state = State::default();
        let mut last: Option<(&Comment, &CommentSyntax, u32)> = None;
        for comment in &file.comments {
            let node = file.comment_node(comment);
            let all = node.language().syntax().comments;
            let Some(syntax) = CommentSyntax::exact(all, node.text()) else { continue };
            let line = lines.line(node.start());
            let continues = last.is_some_and(|(above, of_above, line_above)| {
                let is_alike = syntax == of_above && syntax.close.is_none() && comment.tree == above.tree;
                is_alike && line == line_above + 1
            });
            if !continues {
                state = State::default();
            }
            last = Some((comment, syntax, line));
            for line in CommentLine::all(node) {
                if state.is_example(line.behind_sign()) {
                    found.push(line.span());
                }
            }
        }
        Self(found)
    }

    /// True if a place is in an example.
    pub(crate) fn contain(&self, at: u32) -> bool {
        let after = self.0.partition_point(|span| span.start <= at);
        after.checked_sub(1).is_some_and(|before| at <= self.0[before].end)
    }
}

/// The state between two lines of a text.
#[derive(Debug, Default)]
struct State {
    /// The character and the length of the fence that is open.
    fence: Option<(char, usize)>,
    /// True behind `@example`.
    is_tagged: bool,
}

impl State {
    /// True if the next line of the text is part of an example.
    fn is_example(&mut self, line: &str) -> bool {
        let first = line.chars().next().unwrap_or_default();
        let len = line.len() - line.trim_start_matches(first).len();
        // Three backticks with others behind them on the line are inline code, and no fence.
        let is_fence = len >= 3 && (first == '~' || first == '`' && !line[len..].contains('`'));
        match self.fence {
            Some((open, open_len)) => {
                if is_fence && first == open && len >= open_len && line[len..].trim().is_empty() {
                    self.fence = None;
                }
                return true;
            }
            None if is_fence => {
                self.fence = Some((first, len));
                return true;
            }
            None => {}
        }
        if let Some(rest) = line.strip_prefix('@')
            && rest.starts_with(char::is_alphabetic)
            && !rest.starts_with("ts-")
        {
            self.is_tagged = line.starts_with(EXAMPLE_TAG);
        }
        self.is_tagged
    }
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
    fn span(&self) -> Span {
        let start = self.offset(self.text);
        self.comment.part_span(start..start + self.text.len())
    }

    /// Its text behind the signs at its start, without white space around it.
    fn behind_sign(&self) -> &'c str {
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

/// True if a place in a comment of documentation stands behind a second sign, or in indented code: it is quoted there.
pub(crate) fn is_quoted(comment: Node<'_>, at: usize) -> bool {
    let syntax = CommentSyntax::exact(comment.language().syntax().comments, comment.text());
    let documents = syntax.is_some_and(|syntax| syntax.documents(comment.text()));
    documents && line_at(comment, at).is_some_and(|line| line.words().is_none())
}

/// The line of a comment with this offset.
pub(crate) fn line_at(comment: Node<'_>, at: usize) -> Option<CommentLine<'_>> {
    let (text, all) = (comment.text(), comment.language().syntax().comments);
    let (before, after) = text.split_at_checked(at)?;
    let start = before.rfind(ends_line).map_or(0, |end| end + before[end..].chars().next().map_or(0, char::len_utf8));
    let end = at + after.find(ends_line).unwrap_or(after.len());
    Some(CommentLine { comment, syntax: CommentSyntax::exact(all, text), text: &text[start..end] })
}
