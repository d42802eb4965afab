//! Spans: the bytes of a text from a start to an end.

use serde::{Deserialize, Serialize};

/// The bytes from `start` (inclusive) to `end` (exclusive), counted from 0 at the start of the stored file, a byte order
/// mark included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset one past the last byte.
    pub end: u32,
}

impl Span {
    /// No place in any text: the span of what a program says and no file holds. No file is as long as that.
    pub const NOWHERE: Self = Self { start: u32::MAX, end: u32::MAX };

    /// The span `start..end`; the empty span at `start` if `end` is before it.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// The empty span at `at`.
    pub const fn empty(at: u32) -> Self {
        Self { start: at, end: at }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// True if the span contains no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// True if `other` lies within this span; both may share a start or an end.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span as a range for indexing a `str`.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that contains both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes to remove when the text of this span is deleted: the whole lines, line end included, if there is only
    /// white space beside it on them, with the blank lines that would then be doubled or stand at the start or the end of a
    /// block or of the text. Else the span with the blanks after it, or before it at the end of a line.
    #[must_use]
    pub fn with_lines(self, text: &str) -> Self {
        let (Some(before), Some(after)) = (text.get(..self.start as usize), text.get(self.end as usize..)) else {
            return self;
        };
        let blank = [' ', '\t'];
        let (lead, rest) = (before.trim_end_matches(blank), after.trim_start_matches(blank));
        let starts_line = lead.is_empty() || lead.ends_with(['\n', '\r']);
        let after_line = without_line_end(rest);
        let ends_line = after_line.is_some() || rest.is_empty();
        let end = |rest: &str| (text.len() - rest.len()) as u32;
        if !starts_line || !ends_line {
            let is_apart = starts_line || lead.len() < before.len();
            return match (ends_line, is_apart) {
                (true, _) => Self::new(lead.len() as u32, end(rest)),
                (false, true) => Self::new(self.start, end(rest)),
                (false, false) => self,
            };
        }
        let rest = after_line.unwrap_or_default();
        let (above, below) = (blank_lines_above(lead), blank_lines_below(rest));
        let (head, tail) = (above.last().copied().unwrap_or(lead), below.last().copied().unwrap_or(rest));
        let opens = head.trim_end().is_empty() || head.trim_end().ends_with(['{', '(', '[', ':']);
        let closes = tail.is_empty() || tail.trim_start_matches(blank).starts_with(['}', ')', ']']);
        if closes {
            return Self::new(head.len() as u32, end(tail));
        }
        let doubled = if opens { below.len() } else { below.len().min(above.len()) };
        let rest = doubled.checked_sub(1).map_or(rest, |last| below[last]);
        Self::new(lead.len() as u32, end(rest))
    }

    /// The span moved `by` bytes to the right.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

/// The text after its first line end; none if it does not start with one.
fn without_line_end(text: &str) -> Option<&str> {
    ["\r\n", "\n", "\r"].into_iter().find_map(|end| text.strip_prefix(end))
}

/// The text without its last blank line, without its last two, and so on.
fn blank_lines_above(text: &str) -> Vec<&str> {
    fn without_last<'t>(text: &&'t str) -> Option<&'t str> {
        let line = ["\r\n", "\n", "\r"].into_iter().find_map(|end| text.strip_suffix(end))?;
        let rest = line.trim_end_matches([' ', '\t']);
        (rest.is_empty() || rest.ends_with(['\n', '\r'])).then_some(rest)
    }
    std::iter::successors(without_last(&text), without_last).collect()
}

/// The text without its first blank line, without its first two, and so on.
fn blank_lines_below(text: &str) -> Vec<&str> {
    fn without_first<'t>(text: &&'t str) -> Option<&'t str> {
        without_line_end(text.trim_start_matches([' ', '\t']))
    }
    std::iter::successors(without_first(&text), without_first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_deleted(text: &str, deleted: &str, expected: &str) {
        let start = text.find(deleted).unwrap();
        let span = Span::new(start as u32, (start + deleted.len()) as u32).with_lines(text);
        let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
        assert_eq!(format!("{before}{after}"), expected, "{text:?}");
    }

    #[test]
    fn a_deletion_takes_whole_lines_if_they_would_be_left_empty() {
        check_deleted("a;\n  b;\nc;\n", "b;", "a;\nc;\n");
        check_deleted("a;\r\n\tb; \r\nc;", "b;", "a;\r\nc;");
        check_deleted("b;\n", "b;", "");
        check_deleted("a;\n b;", "b;", "a;\n");
        check_deleted("a; b;\nc;", "b;", "a;\nc;");
        check_deleted("a;\n  b; c;\n", "b;", "a;\n  c;\n");
        check_deleted("{ b; c; }", "b;", "{ c; }");
        check_deleted("(b;c)", "b;", "(c)");
        check_deleted("a;\n b; // c\n", "b;", "a;\n // c\n");
        check_deleted("\u{feff}b;\nc;", "b;", "\u{feff}\nc;");
    }

    #[test]
    fn a_deletion_leaves_no_blank_lines_that_were_not_there_before() {
        check_deleted("a;\n\nb;\n\nc;\n", "b;", "a;\n\nc;\n");
        check_deleted("a;\n\n\nb;\n\n\nc;\n", "b;", "a;\n\n\nc;\n");
        check_deleted("a;\n\nb;\nc;\n", "b;", "a;\n\nc;\n");
        check_deleted("a;\nb;\n\nc;\n", "b;", "a;\n\nc;\n");
        check_deleted("f() {\n  b;\n\n  c;\n}\n", "b;", "f() {\n  c;\n}\n");
        check_deleted("f() {\n  a;\n\n  b;\n}\n", "b;", "f() {\n  a;\n}\n");
        check_deleted("f() {\n\n  b;\n \t\n}\n", "b;", "f() {\n}\n");
        check_deleted("b;\n\nc;\n", "b;", "c;\n");
        check_deleted("a;\n\nb;\n", "b;", "a;\n");
        check_deleted("a;\r\n\r\nb;\r\n\r\nc;", "b;", "a;\r\n\r\nc;");
    }
}
