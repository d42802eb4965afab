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
    /// white space beside it on them; else the span itself.
    #[must_use]
    pub fn with_lines(self, text: &str) -> Self {
        let (Some(before), Some(after)) = (text.get(..self.start as usize), text.get(self.end as usize..)) else {
            return self;
        };
        let blank = [' ', '\t'];
        let (lead, rest) = (before.trim_end_matches(blank), after.trim_start_matches(blank));
        let line_end = ["\r\n", "\n", "\r"].into_iter().find(|end| rest.starts_with(end));
        if !(lead.is_empty() || lead.ends_with(['\n', '\r'])) || (line_end.is_none() && !rest.is_empty()) {
            return self;
        }
        let end = text.len() - rest.len() + line_end.map_or(0, str::len);
        Self::new(lead.len() as u32, end as u32)
    }

    /// The span moved `by` bytes to the right.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
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
        check_deleted("a; b;\nc;", "b;", "a; \nc;");
        check_deleted("a;\n b; // c\n", "b;", "a;\n  // c\n");
        check_deleted("\u{feff}b;\nc;", "b;", "\u{feff}\nc;");
    }
}
