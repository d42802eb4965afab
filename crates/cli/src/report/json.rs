//! The report as JSON, version 1: own structs, so that what programs read changes only on purpose.

use std::sync::Arc;
use std::thread;

use lawbook_core::diagnostic::{Capture, CapturedNode, Diagnostic, FileChange};
use lawbook_core::report::Summary;
use lawbook_core::rule::page::OptionValue;
use lawbook_core::source::RelPath;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::report::View;
use crate::report::wire::{RangeV1, SpanV1, ToolV1};
use crate::text::Text;

/// The report on one line.
pub(super) fn render(view: View<'_>) -> Result<Text, serde_json::Error> {
    let opening = Text::json_part(&OpeningV1::new(&view))?;
    let closing = Text::json_part(&ClosingV1::new(&view))?;
    let runs = findings(view)?;
    let length = runs.iter().chain([&opening, &closing]).map(|part| part.as_str().len() + 1).sum::<usize>();
    let mut text = Text::with_capacity(length + 32);
    text.add_rendered(opening.as_str().strip_suffix('}').unwrap_or_default()).add_rendered(",\"diagnostics\":[");
    for (number, run) in runs.iter().enumerate() {
        text.add_rendered(if number == 0 { "" } else { "," }).add_rendered(items(run.as_str()));
    }
    text.add_rendered("],").add_rendered(closing.as_str().strip_prefix('{').unwrap_or_default()).end_line();
    Ok(text)
}

/// A list without its brackets.
fn items(list: &str) -> &str {
    list.strip_prefix('[').and_then(|list| list.strip_suffix(']')).unwrap_or_default()
}

/// Findings that are worth a thread: starting one takes as long as some dozens.
const LEAST_RUN: usize = 256;

/// The findings in their order as a few lists, each made on a thread of its own: there may be very many.
fn findings(view: View<'_>) -> Result<Vec<Text>, serde_json::Error> {
    let all = view.report.diagnostics.as_slice();
    let hands = view.threads.min(all.len() / LEAST_RUN).max(1);
    let render = move |run| Text::json_part(&DiagnosticsV1(view, run));
    let mut runs = all.chunks(all.len().div_ceil(hands).max(1));
    let Some(first) = runs.next() else { return Ok(Vec::new()) };
    thread::scope(|scope| {
        let started: Vec<_> =
            runs.map(|run| (run, thread::Builder::new().spawn_scoped(scope, move || render(run)))).collect();
        let mut done = vec![render(first)?];
        for (run, hand) in started {
            // A thread that cannot be started is one fewer; this one does its work.
            let text = match hand.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(text)) => text,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => render(run),
            };
            done.push(text?);
        }
        Ok(done)
    })
}

/// The value of an option.
pub(crate) fn options_value(value: &OptionValue) -> Value {
    match value {
        OptionValue::Bool(value) => Value::from(*value),
        OptionValue::Int(value) => Value::from(*value),
        OptionValue::String(value) => Value::from(value.as_str()),
        OptionValue::List(values) => Value::from(values.clone()),
    }
}

/// What stands before the findings.
#[derive(Serialize)]
struct OpeningV1<'a> {
    version: u32,
    tool: ToolV1,
    root: String,
    rules: Vec<RuleV1<'a>>,
}

/// What stands behind the findings.
#[derive(Serialize)]
struct ClosingV1<'a> {
    degraded: Vec<DegradedV1<'a>>,
    skipped: Vec<SkippedV1<'a>>,
    rules_skipped: Vec<RuleSkippedV1<'a>>,
    rolled_back: Vec<RolledBackV1<'a>>,
    unwritten: Vec<UnwrittenV1<'a>>,
    summary: SummaryV1,
}

/// Some findings, each made when it is its turn.
struct DiagnosticsV1<'a>(View<'a>, &'a [Arc<Diagnostic>]);

impl Serialize for DiagnosticsV1<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|found| DiagnosticV1::new(&self.0, found)))
    }
}

#[derive(Serialize)]
struct RuleV1<'a> {
    id: &'a str,
    pack: &'a str,
    topic: &'a str,
    summary: &'a str,
    why: &'a str,
    help: &'a str,
    url: Option<&'a str>,
    suppressible: bool,
}

#[derive(Serialize)]
struct DiagnosticV1<'a> {
    rule: &'a str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    path: &'a str,
    span: SpanV1,
    range: RangeV1,
    captures: CapturesV1<'a>,
    related: Vec<RelatedV1<'a>>,
    fixes: Vec<FixV1<'a>>,
    fingerprint: &'a str,
    symbol: &'a str,
    verify: String,
}

/// The metavariables by name.
struct CapturesV1<'a>(&'a [(Arc<str>, Capture)]);

#[derive(Serialize)]
#[serde(untagged)]
enum CaptureV1<'a> {
    One(CapturedV1<'a>),
    Many(Vec<CapturedV1<'a>>),
}

#[derive(Serialize)]
struct CapturedV1<'a> {
    text: &'a str,
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct RelatedV1<'a> {
    path: &'a str,
    span: SpanV1,
    range: RangeV1,
    message: &'a str,
}

#[derive(Serialize)]
struct FixV1<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<EditV1<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileChangeV1<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
enum FileChangeV1<'a> {
    Create { path: &'a str, text: &'a str },
    Rename { path: &'a str, to: &'a str },
    Delete { path: &'a str },
}

impl<'a> From<&'a FileChange> for FileChangeV1<'a> {
    fn from(change: &'a FileChange) -> Self {
        match change {
            FileChange::Create { path, text } => Self::Create { path: path.as_str(), text },
            FileChange::Rename { from, to } => Self::Rename { path: from.as_str(), to: to.as_str() },
            FileChange::Delete { path } => Self::Delete { path: path.as_str() },
        }
    }
}

#[derive(Serialize)]
struct EditV1<'a> {
    path: &'a str,
    start: u32,
    end: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct DegradedV1<'a> {
    path: &'a str,
    language: &'a str,
    reason: &'a str,
    span: SpanV1,
}

#[derive(Serialize)]
struct SkippedV1<'a> {
    path: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct RuleSkippedV1<'a> {
    rule: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct RolledBackV1<'a> {
    rule: &'a str,
    path: &'a str,
    span: SpanV1,
    line: u32,
    reason: &'a str,
}

#[derive(Serialize)]
struct UnwrittenV1<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct SummaryV1 {
    files: usize,
    checked: usize,
    strict: usize,
    tolerant: usize,
    prefiltered: usize,
    skipped: usize,
    unsupported: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    known: usize,
    stale: usize,
    fixable: usize,
    fixed: usize,
}

impl<'a> OpeningV1<'a> {
    fn new(view: &View<'a>) -> Self {
        let rules = view.report.rules.iter().map(|(id, rule)| RuleV1 {
            id,
            pack: &rule.pack,
            topic: &rule.page.topic,
            summary: &rule.page.summary,
            why: &rule.page.why,
            help: &rule.page.help,
            url: rule.page.url.as_deref(),
            suppressible: rule.page.suppressible,
        });
        Self { version: 1, tool: ToolV1::THIS, root: view.paths.shown_root(), rules: rules.collect() }
    }
}

impl<'a> ClosingV1<'a> {
    fn new(view: &View<'a>) -> Self {
        let report = view.report;
        let degraded = report.degraded.iter().map(|item| DegradedV1 {
            path: item.path.as_str(),
            language: item.language,
            reason: &item.reason,
            span: item.span.into(),
        });
        let skipped =
            report.skipped.iter().map(|file| SkippedV1 { path: file.path.as_str(), reason: file.reason.name() });
        let rules_skipped = report.rules_skipped.iter().map(|(rule, reason)| RuleSkippedV1 { rule, reason });
        let rolled_back = report.rolled_back.iter().map(|fix| RolledBackV1 {
            rule: &fix.rule,
            path: fix.path.as_str(),
            span: fix.span.into(),
            line: fix.line_after,
            reason: &fix.reason,
        });
        let unwritten = report.unwritten.iter().map(|(path, reason)| UnwrittenV1 { path: path.as_str(), reason });
        Self {
            degraded: degraded.collect(),
            skipped: skipped.collect(),
            rules_skipped: rules_skipped.collect(),
            rolled_back: rolled_back.collect(),
            unwritten: unwritten.collect(),
            summary: (&report.summary).into(),
        }
    }
}

impl<'a> DiagnosticV1<'a> {
    fn new(view: &View<'a>, found: &'a Diagnostic) -> Self {
        let range = |path: &RelPath, span| RangeV1::from(view.range(path, span));
        let related = found.related.iter().map(|related| {
            let path = related.path.as_ref().unwrap_or(&found.path);
            RelatedV1 {
                path: path.shown(),
                span: related.span.into(),
                range: range(path, related.span),
                message: &related.message,
            }
        });
        let fixes = found.fixes.iter().map(|fix| FixV1 {
            title: fix.title(),
            safety: fix.safety().name(),
            edits: fix
                .edits()
                .iter()
                .map(|edit| EditV1 {
                    path: edit.path.as_ref().unwrap_or(&found.path).as_str(),
                    start: edit.span.start,
                    end: edit.span.end,
                    text: &edit.text,
                })
                .collect(),
            files: fix.files().iter().map(FileChangeV1::from).collect(),
        });
        Self {
            rule: &found.rule,
            severity: found.severity.name(),
            confidence: found.confidence.name(),
            message: &found.message,
            path: found.path.shown(),
            span: found.span.into(),
            range: range(&found.path, found.span),
            captures: CapturesV1(&found.captures),
            related: related.collect(),
            fixes: fixes.collect(),
            fingerprint: &found.fingerprint,
            symbol: &found.symbol,
            verify: view.verify.finding(&found.rule, &view.paths.shown(found.path.as_str())),
        }
    }
}

impl Serialize for CapturesV1<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, capture)| (name, CaptureV1::from(capture))))
    }
}

impl<'a> From<&'a Capture> for CaptureV1<'a> {
    fn from(capture: &'a Capture) -> Self {
        let one = |node: &'a CapturedNode| CapturedV1 { text: &node.text, start: node.span.start, end: node.span.end };
        match capture {
            Capture::One(node) => Self::One(one(node)),
            Capture::Many(nodes) => Self::Many(nodes.iter().map(one).collect()),
        }
    }
}

impl From<&Summary> for SummaryV1 {
    fn from(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            checked: summary.checked,
            strict: summary.strict,
            tolerant: summary.tolerant,
            prefiltered: summary.prefiltered,
            skipped: summary.skipped,
            unsupported: summary.unsupported,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            known: summary.known,
            stale: summary.stale,
            fixable: summary.fixable,
            fixed: summary.fixed,
        }
    }
}
