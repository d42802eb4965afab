//! The lines of a text that differ from an older text.

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::source::SourceFile;
use crate::span::Span;

/// The new and changed lines of a text, compared with an older one as git compares them, and the older places of the
/// others.
#[derive(Debug)]
pub struct ChangedLines {
    /// By 0-based line, its 1-based number in the older text; none if it is new or changed. None at all if all are.
    lines: Option<Vec<Option<u32>>>,
}

impl ChangedLines {
    /// All lines, for a text without an older one.
    pub fn all() -> Self {
        Self { lines: None }
    }

    /// The changed lines of `now`. Line ends are not compared.
    pub fn between(before: &SourceFile, now: &SourceFile) -> Self {
        let (old, new) = (before.lines().count(), now.lines().count());
        let line = |file: &'_ SourceFile, number| file.lines().span(file.text(), number);
        let mut input: InternedInput<&str> = InternedInput::default();
        input.update_before((1..=old).map(|number| before.slice(line(before, number))));
        input.update_after((1..=new).map(|number| now.slice(line(now, number))));
        // The algorithm and the choice among equal lines are those of git, so that both call the same lines changed.
        let mut diff = Diff::compute(Algorithm::Myers, &input);
        diff.postprocess_lines(&input);
        let mut next_old = (0..old).filter(|number| !diff.is_removed(*number)).map(|number| number + 1);
        let lines = (0..new).map(|number| if diff.is_added(number) { None } else { next_old.next() });
        Self { lines: Some(lines.collect()) }
    }

    /// The 1-based number that an unchanged line has in the older text; none if the line is new or changed.
    pub fn old_line(&self, line: u32) -> Option<u32> {
        *self.lines.as_ref()?.get((line as usize).checked_sub(1)?)?
    }

    /// By 1-based line, the older number of the nearest unchanged line above it or of itself; 0 above the first. Lines of one
    /// change between two unchanged lines have the same one.
    pub fn anchors(&self, last_line: u32) -> Vec<u32> {
        let mut anchor = 0;
        (0..=last_line)
            .map(|line| {
                anchor = self.old_line(line).unwrap_or(anchor);
                anchor
            })
            .collect()
    }

    /// True if any line of the span is changed.
    pub fn overlaps(&self, file: &SourceFile, span: Span) -> bool {
        let Some(lines) = &self.lines else { return true };
        let last = span.end.saturating_sub(1).max(span.start);
        let (first, last) = (file.lines().line(span.start), file.lines().line(last));
        let range = first as usize - 1..(last as usize).min(lines.len());
        lines.get(range).is_some_and(|lines| lines.contains(&None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RelPath;

    fn file(text: &str) -> SourceFile {
        SourceFile::new(RelPath::new("a.ts"), text).unwrap()
    }

    /// Checks the lines of `now` on which a span of one character overlaps changed lines.
    #[track_caller]
    fn check(before: &str, now: &str, expected: &[u32]) {
        let now = file(now);
        let touched = ChangedLines::between(&file(before), &now);
        let held: Vec<u32> = (1..=now.lines().count())
            .filter(|line| touched.overlaps(&now, Span::new(now.lines().start(*line), now.lines().start(*line) + 1)))
            .collect();
        assert_eq!(held, expected);
    }

    #[test]
    fn lines_that_are_new_or_other_are_touched() {
        check("a\nb\nc\n", "a\nx\nc\n", &[2]);
        check("a\nb\n", "a\nb\nc\n", &[3]);
        check("a\nb\nc\n", "a\nc\n", &[]);
        check("a\r\nb\r\n", "a\nb\n", &[]);
        check("", "a", &[1]);
    }

    #[test]
    fn a_span_is_touched_by_any_of_its_lines() {
        let (before, now) = (file("f {\n  a\n}\n"), file("f {\n  a\n  b\n}\n"));
        let touched = ChangedLines::between(&before, &now);
        assert!(touched.overlaps(&now, Span::new(0, now.text().len() as u32 - 1)));
        assert!(!touched.overlaps(&now, Span::new(0, 3)));
        assert!(ChangedLines::all().overlaps(&now, Span::new(0, 0)));
    }

    #[test]
    fn unchanged_lines_have_their_older_numbers() {
        let (before, now) = (file("a\nb\nc\n"), file("x\na\nc\n"));
        let lines = ChangedLines::between(&before, &now);
        assert_eq!([1, 2, 3, 9, 0].map(|line| lines.old_line(line)), [None, Some(1), Some(3), None, None]);
        assert_eq!(ChangedLines::all().old_line(1), None);
    }
}
