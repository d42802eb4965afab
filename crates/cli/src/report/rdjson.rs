//! The report in the Diagnostic Format of reviewdog: `rdjson` is one result, `rdjsonl` one diagnostic a line. Columns count
//! bytes of the stored line, a byte order mark included, since suggestions replace them in it.

use std::borrow::Cow;
use std::ops::Range;

use lawbook_core::diagnostic::{Diagnostic, Fix, Safety, Severity};
use lawbook_core::source::{ColumnUnit, Encoding, Position, RelPath};
use lawbook_core::span::Span;
use serde::Serialize;

use crate::report::ReportView;
use crate::report::gaps::{ReportGap, gaps};
use crate::report::places::Places;
use crate::text::Text;

/// The maximum length of a line of `rdjsonl`, in bytes: reviewdog stops reading at one of 64 KiB, without a word.
const MAX_LINE: usize = 60 << 10;

/// The maximum length in bytes of what a suggestion replaces: its unchanged parts between several edits count too.
const MAX_REPLACED: usize = 8 << 10;

/// The maximum length in bytes of a message in `rdjsonl`.
const MAX_MESSAGE: usize = 8 << 10;

/// Renders the report as one result on one line.
///
/// # Errors
/// A value cannot be serialized as JSON.
pub(super) fn render(view: ReportView<'_>) -> Result<Text, serde_json::Error> {
    Text::json(&RdResult { source: RdSource::LAWBOOK, diagnostics: diagnostics(view) })
}

/// Renders the report as one diagnostic a line.
///
/// # Errors
/// A value cannot be serialized as JSON.
pub(super) fn render_lines(view: ReportView<'_>) -> Result<Text, serde_json::Error> {
    let mut text = Text::new(false);
    for mut diagnostic in diagnostics(view) {
        diagnostic.source = Some(RdSource::LAWBOOK);
        let mut line = Text::json_part(&diagnostic)?;
        if line.as_str().len() > MAX_LINE {
            diagnostic.suggestions.clear();
            diagnostic.related_locations.clear();
            let end = diagnostic.message.floor_char_boundary(MAX_MESSAGE);
            if end < diagnostic.message.len() {
                diagnostic.message = Cow::Owned(format!("{}…", &diagnostic.message[..end]));
            }
            line = Text::json_part(&diagnostic)?;
        }
        text.add_rendered(line.as_str()).end_line();
    }
    Ok(text)
}

fn diagnostics(view: ReportView<'_>) -> Vec<RdDiagnostic<'_>> {
    let mut places = Places::new(view, ColumnUnit::Utf8).counting_mark();
    let findings = view.report.diagnostics.iter().map(|found| finding(view, found, &mut places));
    let mut diagnostics: Vec<RdDiagnostic<'_>> = findings.collect();
    diagnostics.extend(gaps(view).into_iter().map(|gap| of_gap(view, gap)));
    diagnostics
}

fn finding<'a>(view: ReportView<'a>, found: &'a Diagnostic, places: &mut Places<'a>) -> RdDiagnostic<'a> {
    let url = view.report.rules.get(&found.rule).and_then(|rule| rule.page.url.as_deref());
    let location = location(view, &found.path, found.span, places);
    let suggestions = found.fixes.iter().filter_map(|fix| suggestion(view, found, fix, places)).collect();
    let related = found.related.iter().map(|related| RdRelatedLocation {
        message: &related.message,
        location: self::location(view, related.path.as_ref().unwrap_or(&found.path), related.span, places),
    });
    RdDiagnostic {
        message: Cow::Borrowed(&found.message),
        location,
        severity: severity(found.severity),
        source: None,
        code: RdCode { value: &found.rule, url },
        suggestions,
        related_locations: related.collect(),
    }
}

fn of_gap(view: ReportView<'_>, gap: ReportGap) -> RdDiagnostic<'_> {
    let start = RdPosition { line: gap.line, column: Some(1) };
    let path = view.paths.shown(gap.path.as_str());
    RdDiagnostic {
        message: Cow::Owned(gap.words),
        location: RdLocation { path, range: RdRange { start, end: start } },
        severity: severity(Severity::Info),
        source: None,
        code: RdCode { value: gap.kind, url: None },
        suggestions: Vec::new(),
        related_locations: Vec::new(),
    }
}

/// The place of a span. The path is that from the working directory, where reviewdog runs too.
fn location<'a>(view: ReportView<'a>, path: &'a RelPath, span: Span, places: &mut Places<'a>) -> RdLocation {
    let start = Position { line: 1, column: 1 };
    let range = RdRange::from(places.find(path, span).unwrap_or(start..start));
    let range = if is_utf8(view, path) { range } else { range.without_columns() };
    RdLocation { path: view.paths.shown(path.as_str()), range }
}

/// True unless a file is stored in another encoding, whose bytes no column here counts.
fn is_utf8(view: ReportView<'_>, path: &RelPath) -> bool {
    view.report.source(path).is_none_or(|source| source.encoding() == Encoding::Utf8)
}

/// The fix as one replacement, from its first edit to its last; none if it is not to be applied as it is, changes other files,
/// or is long.
fn suggestion<'a>(
    view: ReportView<'a>,
    found: &'a Diagnostic,
    fix: &Fix,
    places: &mut Places<'a>,
) -> Option<RdSuggestion> {
    let is_here = fix.edits().iter().all(|edit| edit.path.as_ref().is_none_or(|path| *path == found.path));
    let (first, last) = (fix.edits().first()?, fix.edits().last()?);
    let span = Span::new(first.span.start, last.span.end);
    let length = span.len() as usize + fix.edits().iter().map(|edit| edit.text.len()).sum::<usize>();
    if !is_here
        || !is_utf8(view, &found.path)
        || !fix.files().is_empty()
        || fix.safety() == Safety::Manual
        || length > MAX_REPLACED
    {
        return None;
    }
    let mut text = String::new();
    let mut at = span.start;
    for edit in fix.edits() {
        text.push_str(view.slice(&found.path, Span::new(at, edit.span.start)));
        text.push_str(&edit.text);
        at = edit.span.end;
    }
    Some(RdSuggestion { range: places.find_exactly(&found.path, span)?.into(), text })
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

#[derive(Serialize)]
struct RdResult<'a> {
    source: RdSource,
    diagnostics: Vec<RdDiagnostic<'a>>,
}

#[derive(Serialize)]
struct RdDiagnostic<'a> {
    message: Cow<'a, str>,
    location: RdLocation,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<RdSource>,
    code: RdCode<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<RdSuggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RdRelatedLocation<'a>>,
}

#[derive(Serialize)]
struct RdSource {
    name: &'static str,
}

impl RdSource {
    const LAWBOOK: Self = Self { name: "lawbook" };
}

#[derive(Serialize)]
struct RdCode<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct RdLocation {
    path: String,
    range: RdRange,
}

#[derive(Serialize)]
struct RdRelatedLocation<'a> {
    message: &'a str,
    location: RdLocation,
}

#[derive(Serialize)]
struct RdSuggestion {
    range: RdRange,
    text: String,
}

#[derive(Clone, Copy, Serialize)]
struct RdRange {
    start: RdPosition,
    end: RdPosition,
}

#[derive(Clone, Copy, Serialize)]
struct RdPosition {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

impl RdRange {
    fn without_columns(self) -> Self {
        let line = |position: RdPosition| RdPosition { column: None, ..position };
        Self { start: line(self.start), end: line(self.end) }
    }
}

impl From<Range<Position>> for RdRange {
    fn from(range: Range<Position>) -> Self {
        let at = |position: Position| RdPosition { line: position.line, column: Some(position.column) };
        Self { start: at(range.start), end: at(range.end) }
    }
}
