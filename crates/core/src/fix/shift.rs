//! Where the bytes of a text go when edits are made.

use crate::fix::Edit;
use crate::span::Span;

/// The edits of one file as places: sorted, disjoint, each with its new length.
#[derive(Clone, Debug, Default)]
pub(super) struct Shift {
    edits: Vec<(Span, u32)>,
}

impl Shift {
    /// For edits that are sorted and disjoint.
    pub(super) fn new(edits: &[Edit]) -> Self {
        Self { edits: edits.iter().map(|edit| (edit.span, edit.text.len() as u32)).collect() }
    }

    /// Where something that starts at a byte starts now: after what was put in before it, and at the start of what
    /// took its place.
    pub(super) fn start(&self, at: u32) -> u32 {
        let mut moved = i64::from(at);
        for (span, len) in self.edits.iter().take_while(|(span, _)| span.start <= at) {
            if span.end <= at {
                moved += i64::from(*len) - i64::from(span.len());
            } else {
                moved -= i64::from(at - span.start);
            }
        }
        moved.max(0) as u32
    }

    /// Where something that ends at a byte ends now: before what was put in after it, and at the end of what took its
    /// place.
    pub(super) fn end(&self, at: u32) -> u32 {
        let mut moved = i64::from(at);
        for (span, len) in self.edits.iter().take_while(|(span, _)| span.start < at) {
            if span.end <= at {
                moved += i64::from(*len) - i64::from(span.len());
            } else {
                moved += i64::from(*len) - i64::from(at - span.start);
            }
        }
        moved.max(0) as u32
    }

    /// Where a span is now.
    pub(super) fn span(&self, span: Span) -> Span {
        Span::new(self.start(span.start), self.end(span.end))
    }

    /// What has become of a span that was replaced: all that was put in within it and at its borders.
    pub(super) fn replaced(&self, span: Span) -> Span {
        let (mut start, mut end) = (i64::from(span.start), i64::from(span.end));
        for (edit, len) in &self.edits {
            let grown = i64::from(*len) - i64::from(edit.len());
            if edit.start < span.start {
                // One that reaches in belongs to it from its start on.
                start += if edit.end <= span.start { grown } else { i64::from(edit.start) - i64::from(span.start) };
            }
            if edit.end <= span.end {
                end += grown;
            } else if edit.start < span.end {
                end += i64::from(*len) - i64::from(span.end - edit.start);
            }
        }
        Span::new(start.max(0) as u32, end.max(0) as u32)
    }

    /// Where a byte of the new text was; one in what was put in comes from its start.
    pub(super) fn back(&self, at: u32) -> u32 {
        let (at, mut moved) = (i64::from(at), i64::from(at));
        let mut grown = 0;
        for (span, len) in &self.edits {
            let (start, len, was) = (i64::from(span.start) + grown, i64::from(*len), i64::from(span.len()));
            if at < start {
                break;
            }
            if at < start + len {
                return span.start;
            }
            moved += was - len;
            grown += len - was;
        }
        moved.max(0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(edits: &[(u32, u32, &str)]) -> Shift {
        let edit = |(start, end, text): &(u32, u32, &str)| Edit {
            path: None,
            span: Span::new(*start, *end),
            text: (*text).to_owned(),
        };
        Shift::new(&edits.iter().map(edit).collect::<Vec<_>>())
    }

    #[test]
    fn places_move_with_the_text_around_them() {
        // "ab[cd]ef" becomes "abXYZef", then an insertion before "f".
        let moved = shift(&[(2, 4, "XYZ"), (5, 5, "!")]);
        assert_eq!([0, 2, 3, 4, 5].map(|at| moved.start(at)), [0, 2, 2, 5, 7]);
        assert_eq!([0, 2, 3, 4, 5, 6].map(|at| moved.end(at)), [0, 2, 5, 5, 6, 8]);
        assert_eq!([0, 2, 4, 5, 6, 7].map(|at| moved.back(at)), [0, 2, 2, 4, 5, 5]);
        assert_eq!(moved.span(Span::new(2, 4)), Span::new(2, 5));
        assert_eq!(moved.replaced(Span::new(2, 4)), Span::new(2, 5));
        assert_eq!(moved.replaced(Span::empty(5)), Span::new(6, 7));
        assert_eq!(moved.replaced(Span::new(3, 5)), Span::new(2, 7));
        assert_eq!(moved.replaced(Span::new(0, 3)), Span::new(0, 5));
    }

    #[test]
    fn what_is_deleted_leaves_an_empty_place() {
        let moved = shift(&[(2, 4, "")]);
        assert_eq!(moved.span(Span::new(2, 4)), Span::empty(2));
        assert_eq!(moved.span(Span::new(0, 6)), Span::new(0, 4));
        assert_eq!(moved.back(2), 4);
    }
}
