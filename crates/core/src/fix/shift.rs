//! Where the bytes of a text go when edits are made.

use crate::diagnostic::Edit;
use crate::span::Span;

/// The edits of one file as places.
#[derive(Clone, Debug, Default)]
pub(super) struct Shift {
    /// Sorted and disjoint.
    edits: Vec<Moved>,
}

#[derive(Clone, Copy, Debug)]
struct Moved {
    span: Span,
    /// How long the text is that takes its place.
    len: i64,
    /// How much longer the text before it is now.
    before: i64,
}

impl Moved {
    /// How much longer the text up to its end is now.
    fn after(self) -> i64 {
        self.before + self.len - i64::from(self.span.len())
    }
}

impl Shift {
    /// For edits that are sorted and disjoint.
    pub(super) fn new(edits: &[Edit]) -> Self {
        let mut before = 0;
        let moved = edits.iter().map(|edit| {
            let moved = Moved { span: edit.span, len: i64::from(edit.text.len() as u32), before };
            before = moved.after();
            moved
        });
        Self { edits: moved.collect() }
    }

    /// The last of the edits that come first; `comes_first` holds for a first part of them.
    fn last(&self, comes_first: impl Fn(&Moved) -> bool) -> Option<Moved> {
        let count = self.edits.partition_point(comes_first);
        self.edits.get(count.checked_sub(1)?).copied()
    }

    /// Where something that starts at a byte starts now: after what was put in before it, and at the start of what
    /// took its place.
    pub(super) fn start(&self, at: u32) -> u32 {
        place(match self.last(|edit| edit.span.start <= at) {
            Some(edit) if edit.span.end <= at => i64::from(at) + edit.after(),
            Some(edit) => i64::from(edit.span.start) + edit.before,
            None => i64::from(at),
        })
    }

    /// Where something that ends at a byte ends now: before what was put in after it, and at the end of what took its
    /// place.
    pub(super) fn end(&self, at: u32) -> u32 {
        place(match self.last(|edit| edit.span.start < at) {
            Some(edit) if edit.span.end <= at => i64::from(at) + edit.after(),
            Some(edit) => i64::from(edit.span.start) + edit.before + edit.len,
            None => i64::from(at),
        })
    }

    /// Where a span is now.
    pub(super) fn span(&self, span: Span) -> Span {
        Span::new(self.start(span.start), self.end(span.end))
    }

    /// What has become of a span that was replaced: all that was put in within it and at its borders.
    pub(super) fn replaced(&self, span: Span) -> Span {
        let start = match self.last(|edit| edit.span.start < span.start) {
            Some(edit) if edit.span.end <= span.start => i64::from(span.start) + edit.after(),
            // One that reaches in belongs to it from its start on.
            Some(edit) => i64::from(edit.span.start) + edit.before,
            None => i64::from(span.start),
        };
        let is_within = |edit: &Moved| edit.span.start < span.end || edit.span.end <= span.end;
        let end = match self.last(is_within) {
            Some(edit) if edit.span.end <= span.end => i64::from(span.end) + edit.after(),
            Some(edit) => i64::from(edit.span.start) + edit.before + edit.len,
            None => i64::from(span.end),
        };
        Span::new(place(start), place(end))
    }

    /// Where a byte of the new text was; one in what was put in comes from its start.
    pub(super) fn back(&self, at: u32) -> u32 {
        let new_start = |edit: &Moved| i64::from(edit.span.start) + edit.before;
        let at = i64::from(at);
        place(match self.last(|edit| new_start(edit) <= at) {
            Some(edit) if at < new_start(&edit) + edit.len => i64::from(edit.span.start),
            Some(edit) => at - edit.after(),
            None => at,
        })
    }
}

fn place(at: i64) -> u32 {
    u32::try_from(at).unwrap_or_default()
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
