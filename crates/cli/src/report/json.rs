//! The report as JSON. Its diagnostics are rendered on several threads.

use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::rule::page::OptionValue;
use lawbook_workspace::report::v1::{DiagnosticV1, ReportHeadV1, ReportTailV1};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::report::{ReportView, VerifiedFinding};
use crate::text::Text;

/// Renders the report on one line: the JSON of a [`ReportV1`](lawbook_workspace::report::v1::ReportV1).
pub(super) fn render(view: ReportView<'_>) -> Result<Text, serde_json::Error> {
    let root = view.paths.shown_root();
    let head = Text::json_part(&ReportHeadV1::new(view.report, &root))?;
    let tail = Text::json_part(&ReportTailV1::new(view.report))?;
    let chunks = diagnostics(view)?;
    let length = chunks.iter().chain([&head, &tail]).map(|part| part.as_str().len() + 1).sum::<usize>();
    let mut text = Text::with_capacity(length + 32);
    text.add_rendered(head.as_str().strip_suffix('}').unwrap_or_default()).add_rendered(",\"diagnostics\":[");
    // Each part is dropped once it is copied, so that a long report is hardly ever twice in memory.
    for (number, chunk) in chunks.into_iter().enumerate() {
        text.add_rendered(if number == 0 { "" } else { "," }).add_rendered(items(chunk.as_str()));
    }
    text.add_rendered("],").add_rendered(tail.as_str().strip_prefix('{').unwrap_or_default()).end_line();
    Ok(text)
}

/// A JSON list without its brackets.
fn items(list: &str) -> &str {
    list.strip_prefix('[').and_then(|list| list.strip_suffix(']')).unwrap_or_default()
}

/// The minimum number of diagnostics for each thread: starting a thread takes as long as rendering some dozens.
const MIN_DIAGNOSTICS_PER_THREAD: usize = 256;

/// Renders the diagnostics as one JSON list per thread, in their order.
fn diagnostics(view: ReportView<'_>) -> Result<Vec<Text>, serde_json::Error> {
    let all = view.report.diagnostics.as_slice();
    let chunks = view.workers.threads().min(all.len() / MIN_DIAGNOSTICS_PER_THREAD).max(1);
    let chunks: Vec<&[Arc<Diagnostic>]> = all.chunks(all.len().div_ceil(chunks).max(1)).collect();
    let rendered = view.workers.each_in_order(&chunks, |chunk| Text::json_part(&DiagnosticChunk(view, chunk)));
    rendered.into_iter().collect()
}

/// A part of the diagnostics as a JSON list. Each diagnostic is converted when it is serialized, so that only one of
/// them is in memory at a time.
struct DiagnosticChunk<'a>(ReportView<'a>, &'a [Arc<Diagnostic>]);

impl Serialize for DiagnosticChunk<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, diagnostics) = self;
        serializer.collect_seq(diagnostics.iter().map(|diagnostic| {
            let shown = view.paths.shown(diagnostic.path.as_str());
            DiagnosticV1::new(
                view.report,
                diagnostic,
                view.verify.for_finding(&VerifiedFinding::new(view.report, diagnostic, &shown)),
            )
        }))
    }
}

/// The value of a rule's option as JSON.
pub(crate) fn option_value(value: &OptionValue) -> Value {
    match value {
        OptionValue::Bool(value) => Value::from(*value),
        OptionValue::Int(value) => Value::from(*value),
        OptionValue::String(value) => Value::from(value.as_str()),
        OptionValue::List(values) => Value::from(values.clone()),
    }
}
