//! The lines of a text that differ from an older text.

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::source::SourceFile;
use crate::span::Span;

/// The new and changed lines of a text, compared with an older one.
#[derive(Debug)]
pub struct ChangedLines {
    /// By 0-based line, true if it is changed; none if all are.
    lines: Option<Vec<bool>>,
    /// The number of unchanged lines.
    kept: u32,
    /// The number of lines of the longer text.
    longer: u32,
}

impl ChangedLines {
    /// All lines, for a text without an older one.
    pub fn all() -> Self {
        Self { lines: None, kept: 0, longer: 1 }
    }

    /// The changed lines of `now`. Line ends are not compared.
    pub fn between(before: &SourceFile, now: &SourceFile) -> Self {
        let (old, new) = (before.lines().count(), now.lines().count());
        let line = |file: &'_ SourceFile, number| file.lines().span(file.text(), number);
        let mut input: InternedInput<&str> = InternedInput::default();
        input.update_before((1..=old).map(|number| before.slice(line(before, number))));
        input.update_after((1..=new).map(|number| now.slice(line(now, number))));
        let mut diff = Diff::compute(Algorithm::Histogram, &input);
        diff.postprocess_no_heuristic(&input);
        let lines: Vec<bool> = (0..new).map(|number| diff.is_added(number)).collect();
        let kept = lines.iter().filter(|is_new| !**is_new).count() as u32;
        Self { lines: Some(lines), kept, longer: old.max(new) }
    }

    /// True if at least half of the lines of the longer text are unchanged, so that one file counts as a rename of the
    /// other.
    pub fn is_same_file(&self) -> bool {
        self.kept * 2 >= self.longer
    }

    /// True if any line of the span is changed.
    pub fn overlaps(&self, file: &SourceFile, span: Span) -> bool {
        let Some(lines) = &self.lines else { return true };
        let last = span.end.saturating_sub(1).max(span.start);
        let (first, last) = (file.lines().line(span.start), file.lines().line(last));
        let range = first as usize - 1..(last as usize).min(lines.len());
        lines.get(range).is_some_and(|lines| lines.contains(&true))
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
    fn half_of_the_lines_make_the_same_file() {
        assert!(ChangedLines::between(&file("a\nb\nc\nd"), &file("a\nb\nx\ny")).is_same_file());
        assert!(!ChangedLines::between(&file("a\nb\nc\nd"), &file("a\nw\nx\ny")).is_same_file());
    }
}
