//! A diagnostic as JSON.

use std::sync::Arc;

use lawbook_core::diagnostic::{Capture, Diagnostic, FileChange, Fix, Measure};
use lawbook_core::report::Report;
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use serde::{Serialize, Serializer};

use crate::report::v1::{RangeV1, SpanV1};

/// A finding with its severity and fingerprint.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DiagnosticV1<'a> {
    /// The id of the rule; with its pack as `pack/id` if another pack has a rule of the same id.
    pub rule: &'a str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// The confidence of the rule: `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// The message, without a full stop.
    pub message: &'a str,
    /// The step to take against it; empty if neither its rule nor the help of the page says one.
    #[serde(rename = "do")]
    pub step: &'a str,
    /// The path of the file below the root; `.` for the project as a whole.
    pub path: &'a str,
    /// The bytes of the finding.
    pub span: SpanV1,
    /// The lines and columns of the span.
    pub range: RangeV1,
    /// The count of the rule, if it counts something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<MeasureV1<'a>>,
    /// The captures of the rule's metavariables, by name.
    pub captures: CapturesV1<'a>,
    /// Other places that explain the finding.
    pub related: Vec<RelatedV1<'a>>,
    /// The fixes: alternatives, the best first.
    pub fixes: Vec<FixV1<'a>>,
    /// The fingerprint: it identifies the finding within its file and does not change when lines move.
    pub fingerprint: &'a str,
    /// The qualified name of the definition around the finding, such as `Type::method`.
    pub symbol: &'a str,
    /// The command that checks if the finding is gone.
    pub verify: String,
}

/// The count of a rule.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MeasureV1<'a> {
    /// The count.
    pub value: u32,
    /// The highest count that the rule allows.
    pub limit: u32,
    /// The things that are counted, such as `lines`.
    pub unit: &'a str,
}

/// The captures of a diagnostic: a JSON object with the names of the metavariables as keys.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CapturesV1<'a>(&'a [(Arc<str>, Capture)]);

/// The capture of one metavariable.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum CaptureV1<'a> {
    /// `$A`: one node.
    One(CapturedV1<'a>),
    /// `$$$A`: a list of sibling nodes.
    Many(Vec<CapturedV1<'a>>),
}

/// A node that a metavariable matched. The result of a transform has a text and an empty span.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CapturedV1<'a> {
    /// Its text.
    pub text: &'a str,
    /// The offset of its first byte, 0-based.
    pub start: u32,
    /// The offset of the byte after its last one.
    pub end: u32,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RelatedV1<'a> {
    /// The file.
    pub path: &'a str,
    /// The bytes of the place.
    pub span: SpanV1,
    /// The lines and columns of the span.
    pub range: RangeV1,
    /// Its part in the explanation of the finding.
    pub message: &'a str,
}

/// A fix of a finding.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FixV1<'a> {
    /// The effect of the fix, in words.
    pub title: &'a str,
    /// `safe` or `unsafe`.
    pub safety: &'static str,
    /// Its edits, sorted by position and disjoint.
    pub edits: Vec<EditV1<'a>>,
    /// The files that it creates, renames or deletes after the edits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileChangeV1<'a>>,
}

/// A file that a fix creates, renames or deletes.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
#[non_exhaustive]
pub enum FileChangeV1<'a> {
    /// A file is created.
    Create {
        /// Its path.
        path: &'a str,
        /// Its text.
        text: &'a str,
    },
    /// A file is renamed.
    Rename {
        /// Its path before.
        path: &'a str,
        /// Its path after.
        to: &'a str,
    },
    /// A file is deleted.
    Delete {
        /// Its path.
        path: &'a str,
    },
}

/// A replacement of bytes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EditV1<'a> {
    /// The file.
    pub path: &'a str,
    /// The offset of the first byte that is replaced, 0-based.
    pub start: u32,
    /// The offset of the byte after the last one that is replaced.
    pub end: u32,
    /// The new text.
    pub text: &'a str,
}

impl<'a> DiagnosticV1<'a> {
    /// A diagnostic of a report; `verify` is the command that checks if it is gone.
    pub fn new(report: &'a Report, diagnostic: &'a Diagnostic, verify: String) -> Self {
        let related = diagnostic.related.iter().map(|related| {
            let path = related.path.as_ref().unwrap_or(&diagnostic.path);
            RelatedV1 {
                path: path.shown(),
                span: related.span.into(),
                range: report.positions(path, related.span).into(),
                message: &related.message,
            }
        });
        let fixes = diagnostic.fixes.iter().map(|fix| FixV1::new(fix, &diagnostic.path));
        Self {
            rule: &diagnostic.rule,
            severity: diagnostic.severity.name(),
            confidence: diagnostic.confidence.name(),
            message: &diagnostic.message,
            step: report.step_of(diagnostic),
            path: diagnostic.path.shown(),
            span: diagnostic.span.into(),
            range: report.positions(&diagnostic.path, diagnostic.span).into(),
            measure: diagnostic.measure.as_ref().map(MeasureV1::from),
            captures: CapturesV1(&diagnostic.captures),
            related: related.collect(),
            fixes: fixes.collect(),
            fingerprint: &diagnostic.fingerprint,
            symbol: &diagnostic.symbol,
            verify,
        }
    }
}

impl<'a> FixV1<'a> {
    /// A fix of a finding in the file `path`.
    pub fn new(fix: &'a Fix, path: &'a RelPath) -> Self {
        let edits = fix.edits().iter().map(|edit| EditV1 {
            path: edit.path.as_ref().unwrap_or(path).as_str(),
            start: edit.span.start,
            end: edit.span.end,
            text: &edit.text,
        });
        Self {
            title: fix.title(),
            safety: fix.safety().name(),
            edits: edits.collect(),
            files: fix.files().iter().map(FileChangeV1::from).collect(),
        }
    }
}

impl<'a> From<&'a Measure> for MeasureV1<'a> {
    fn from(measure: &'a Measure) -> Self {
        Self { value: measure.value, limit: measure.limit, unit: &measure.unit }
    }
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

impl<'a> CapturesV1<'a> {
    /// The captures by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, CaptureV1<'a>)> {
        self.0.iter().map(|(name, capture)| (&**name, CaptureV1::from(capture)))
    }
}

impl Serialize for CapturesV1<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'a> From<&'a Capture> for CaptureV1<'a> {
    fn from(capture: &'a Capture) -> Self {
        let one = |(text, span): (&'a str, Span)| CapturedV1 { text, start: span.start, end: span.end };
        match capture {
            Capture::One(node) => Self::One(one((node.text(), node.span()))),
            Capture::Many(nodes) => Self::Many(nodes.iter().map(one).collect()),
        }
    }
}
