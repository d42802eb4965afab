//! Maps places of a text before edits to places after them, and back.

use crate::diagnostic::Edit;
use crate::span::Span;

/// The edits of one file, reduced to spans and lengths.
#[derive(Clone, Debug, Default)]
pub(super) struct Shift {
    /// Sorted and disjoint.
    edits: Vec<ShiftedEdit>,
}

/// One edit.
#[derive(Clone, Copy, Debug)]
struct ShiftedEdit {
    span: Span,
    /// The length of the new text in bytes.
    new_len: i64,
    /// The bytes by which the text before it has grown.
    growth_before: i64,
}

impl ShiftedEdit {
    /// The bytes by which the text up to its end has grown.
    fn growth_after(self) -> i64 {
        self.growth_before + self.new_len - i64::from(self.span.len())
    }
}

impl Shift {
    /// Creates the map for edits that are sorted and disjoint.
    pub(super) fn new(edits: &[Edit]) -> Self {
        let mut before = 0;
        let moved = edits.iter().map(|edit| {
            let moved =
                ShiftedEdit { span: edit.span, new_len: i64::from(edit.text.len() as u32), growth_before: before };
            before = moved.growth_after();
            moved
        });
        Self { edits: moved.collect() }
    }

    /// The last edit for which `comes_first` is true; it must be true for a prefix of the edits only.
    fn last(&self, comes_first: impl Fn(&ShiftedEdit) -> bool) -> Option<ShiftedEdit> {
        let count = self.edits.partition_point(comes_first);
        self.edits.get(count.checked_sub(1)?).copied()
    }

    /// The new place of something that starts at byte `at`: after insertions there, and at the start of a replacement
    /// that covers it.
    pub(super) fn start(&self, at: u32) -> u32 {
        to_byte(match self.last(|edit| edit.span.start <= at) {
            Some(edit) if edit.span.end <= at => i64::from(at) + edit.growth_after(),
            Some(edit) => i64::from(edit.span.start) + edit.growth_before,
            None => i64::from(at),
        })
    }

    /// The new place of something that ends at byte `at`: before insertions there, and at the end of a replacement that
    /// covers it.
    pub(super) fn end(&self, at: u32) -> u32 {
        to_byte(match self.last(|edit| edit.span.start < at) {
            Some(edit) if edit.span.end <= at => i64::from(at) + edit.growth_after(),
            Some(edit) => i64::from(edit.span.start) + edit.growth_before + edit.new_len,
            None => i64::from(at),
        })
    }

    /// The new place of a span.
    pub(super) fn span(&self, span: Span) -> Span {
        Span::new(self.start(span.start), self.end(span.end))
    }

    /// The new place of a span that was replaced, with all insertions in it and at its borders.
    pub(super) fn replaced(&self, span: Span) -> Span {
        let start = match self.last(|edit| edit.span.start < span.start) {
            Some(edit) if edit.span.end <= span.start => i64::from(span.start) + edit.growth_after(),
            // An edit that overlaps the start is taken as a part of the span.
            Some(edit) => i64::from(edit.span.start) + edit.growth_before,
            None => i64::from(span.start),
        };
        let is_within = |edit: &ShiftedEdit| edit.span.start < span.end || edit.span.end <= span.end;
        let end = match self.last(is_within) {
            Some(edit) if edit.span.end <= span.end => i64::from(span.end) + edit.growth_after(),
            Some(edit) => i64::from(edit.span.start) + edit.growth_before + edit.new_len,
            None => i64::from(span.end),
        };
        Span::new(to_byte(start), to_byte(end))
    }

    /// The old place of a byte of the new text; for a byte of an insertion or replacement the start of that edit.
    pub(super) fn back(&self, at: u32) -> u32 {
        let new_start = |edit: &ShiftedEdit| i64::from(edit.span.start) + edit.growth_before;
        let at = i64::from(at);
        to_byte(match self.last(|edit| new_start(edit) <= at) {
            Some(edit) if at < new_start(&edit) + edit.new_len => i64::from(edit.span.start),
            Some(edit) => at - edit.growth_after(),
            None => at,
        })
    }
}

fn to_byte(at: i64) -> u32 {
    u32::try_from(at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(edits: &[(u32, u32, &str)]) -> Shift {
        let edit = |(start, end, text): &(u32, u32, &str)| Edit::new(Span::new(*start, *end), *text);
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
