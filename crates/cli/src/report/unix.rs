//! The report as lines `path:line:column: level: message [rule]`, for the lists of errors of editors. Columns count bytes, as
//! `%c` of Vim's `errorformat` does.

use lawbook_core::source::ColumnUnit;

use crate::report::gaps::gaps_beside_outcome;
use crate::report::places::Places;
use crate::report::{ReportView, narrowed_in_words, summary_in_words};
use crate::text::Text;

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    let mut places = Places::new(view, ColumnUnit::Utf8);
    for found in &view.report.diagnostics {
        let at = places.find(&found.path, found.span).map_or((1, 1), |range| (range.start.line, range.start.column));
        let shown = view.paths.shown(found.path.as_str());
        let message = one_line(&found.message);
        text.line(format_args!("{shown}:{}:{}: {}: {message} [{}]", at.0, at.1, found.severity, found.rule));
    }
    for gap in gaps_beside_outcome(view) {
        let shown = view.paths.shown(gap.path.as_str());
        text.line(format_args!("{shown}:{}:1: info: {} [{}]", gap.line, one_line(&gap.words), gap.kind));
    }
    // It has no line and no column, so that no editor takes it for a finding.
    text.line(format_args!("lawbook: {}{}", summary_in_words(view), narrowed_in_words(view)));
}

/// A text on one line, with one space for its white space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
