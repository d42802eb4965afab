//! Places as the programs count them that read the formats of CI: lines end at LF, as in git.

use std::borrow::Cow;
use std::ops::Range;

use lawbook_core::source::{ColumnUnit, Position, RelPath, SourceFile};
use lawbook_core::span::Span;

use crate::report::ReportView;

/// Converts spans of a report to lines and columns. Of one file after the other, so that the lines of each are counted once.
pub(super) struct Places<'a> {
    view: ReportView<'a>,
    unit: ColumnUnit,
    counts_mark: bool,
    /// The file of the last place, with its lines as git has them.
    last: Option<(&'a RelPath, Option<SourceFile>)>,
}

impl<'a> Places<'a> {
    /// Places whose columns are counted in `unit`, and where a byte order mark takes none.
    pub(super) fn new(view: ReportView<'a>, unit: ColumnUnit) -> Self {
        Self { view, unit, counts_mark: false, last: None }
    }

    /// The same where a byte order mark takes its columns, for readers that cut the line by them.
    pub(super) fn counting_mark(self) -> Self {
        Self { counts_mark: true, ..self }
    }

    /// The positions of the first byte of a span and of the byte after its last one; none in a file without text. What stands
    /// after the last line end, where git has no line, is at the end of the last line.
    pub(super) fn find(&mut self, path: &'a RelPath, span: Span) -> Option<Range<Position>> {
        let source = self.source(path)?;
        let text = source.text();
        if (span.start as usize) < text.len() {
            return self.find_exactly(path, span);
        }
        let last = text.strip_suffix('\n').map_or(&**text, |line| line.strip_suffix('\r').unwrap_or(line));
        let at = self.position(&source, last.len() as u32);
        Some(at..at)
    }

    /// The same where what stands after the last line end has a line of its own, for places to write to.
    pub(super) fn find_exactly(&mut self, path: &'a RelPath, span: Span) -> Option<Range<Position>> {
        let source = self.source(path)?;
        Some(self.position(&source, span.start)..self.position(&source, span.end))
    }

    /// The file with its lines as git has them; none if it has no text. Cloning is cheap: the text is shared.
    fn source(&mut self, path: &'a RelPath) -> Option<SourceFile> {
        if self.last.as_ref().is_none_or(|(last, _)| *last != path) {
            self.last = Some((path, self.view.report.source(path).map(with_lines_of_git)));
        }
        self.last.as_ref()?.1.clone()
    }

    fn position(&self, source: &SourceFile, offset: u32) -> Position {
        let mut at = source.position_in(offset, self.unit);
        if self.counts_mark && at.line == 1 && offset >= MARK.len_utf8() as u32 && source.text().starts_with(MARK) {
            at.column += if self.unit == ColumnUnit::Utf8 { MARK.len_utf8() as u32 } else { 1 };
        }
        at
    }
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// The last line of a range: a range that ends at the start of a line has nothing of it.
pub(super) fn last_line(range: &Range<Position>) -> u32 {
    let ends_before = range.end.column == 1 && range.end.line > range.start.line;
    if ends_before { range.end.line - 1 } else { range.end.line }
}

/// The same file where a CR that is not before an LF ends no line: a space stands in its place, so that offsets stay.
fn with_lines_of_git(source: &SourceFile) -> SourceFile {
    match without_lone_returns(source.text()) {
        Cow::Borrowed(_) => source.clone(),
        Cow::Owned(text) => source.with_text(text).unwrap_or_else(|_| source.clone()),
    }
}

fn without_lone_returns(text: &str) -> Cow<'_, str> {
    let is_lone = |at: usize| !text[at + 1..].starts_with('\n');
    if !text.match_indices('\r').any(|(at, _)| is_lone(at)) {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars().peekable();
    let mut written = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        written.push(if c == '\r' && chars.peek() != Some(&'\n') { ' ' } else { c });
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_return_ends_no_line_and_moves_no_byte() {
        assert_eq!(without_lone_returns("a\rb\r\nc\r\r\nd\r"), "a b\r\nc \r\nd ");
        assert!(matches!(without_lone_returns("a\r\nb\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_last_line_of_a_range_has_something_of_it() {
        let at = |line, column| Position { line, column };
        assert_eq!(last_line(&(at(1, 1)..at(3, 1))), 2);
        assert_eq!(last_line(&(at(1, 1)..at(3, 2))), 3);
        assert_eq!(last_line(&(at(2, 1)..at(2, 1))), 2);
    }
}
