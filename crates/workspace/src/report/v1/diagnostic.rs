//! A diagnostic as JSON.

use std::sync::Arc;

use lawbook_core::diagnostic::{Capture, CapturedNode, Diagnostic, FileChange, Fix};
use lawbook_core::report::Report;
use lawbook_core::source::{Position, RelPath};
use lawbook_core::span::Span;
use serde::{Serialize, Serializer};

use crate::report::v1::{RangeV1, SpanV1};

/// A finding with its level and identity.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DiagnosticV1<'a> {
    /// The id of the rule, with its pack where another pack has a rule of the same id.
    pub rule: &'a str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// How sure the rule is: `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// What is wrong, without a full stop.
    pub message: &'a str,
    /// The file below the root; `.` for the project as a whole.
    pub path: &'a str,
    /// The bytes of the finding.
    pub span: SpanV1,
    /// Their lines and columns.
    pub range: RangeV1,
    /// What the metavariables of the rule matched, by name.
    pub captures: CapturesV1<'a>,
    /// Other places that explain the finding.
    pub related: Vec<RelatedV1<'a>>,
    /// Alternatives, the best first.
    pub fixes: Vec<FixV1<'a>>,
    /// The identity of the finding in its file, which does not depend on its line.
    pub fingerprint: &'a str,
    /// The path of the definition around the finding, such as `Type::method`.
    pub symbol: &'a str,
    /// The command that proves the finding gone.
    pub verify: String,
}

/// The captures of a diagnostic: a JSON object by the name of the metavariable.
#[derive(Clone, Copy, Debug)]
pub struct CapturesV1<'a>(&'a [(Arc<str>, Capture)]);

/// What one metavariable matched.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum CaptureV1<'a> {
    /// `$A`: one node.
    One(CapturedV1<'a>),
    /// `$$$A`: nodes beside each other.
    Many(Vec<CapturedV1<'a>>),
}

/// A node that a metavariable matched. What a transform made has its text only and an empty span.
#[derive(Clone, Debug, Serialize)]
pub struct CapturedV1<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, Serialize)]
pub struct RelatedV1<'a> {
    /// The file.
    pub path: &'a str,
    /// The bytes of the place.
    pub span: SpanV1,
    /// Their lines and columns.
    pub range: RangeV1,
    /// What is there.
    pub message: &'a str,
}

/// A fix of a finding.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FixV1<'a> {
    /// What it does.
    pub title: &'a str,
    /// `safe` or `unsafe`.
    pub safety: &'static str,
    /// Its edits, sorted and disjoint.
    pub edits: Vec<EditV1<'a>>,
    /// Files that it creates, renames or deletes after the edits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileChangeV1<'a>>,
}

/// A change to which files there are.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum FileChangeV1<'a> {
    /// A file is created.
    Create {
        /// Its path.
        path: &'a str,
        /// Its text.
        text: &'a str,
    },
    /// A file gets another path.
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
pub struct EditV1<'a> {
    /// The file.
    pub path: &'a str,
    /// The first byte that is replaced.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// What stands there instead.
    pub text: &'a str,
}

impl<'a> DiagnosticV1<'a> {
    /// A diagnostic of a report; `verify` is the command that proves it gone.
    pub fn new(report: &'a Report, diagnostic: &'a Diagnostic, verify: String) -> Self {
        let related = diagnostic.related.iter().map(|related| {
            let path = related.path.as_ref().unwrap_or(&diagnostic.path);
            RelatedV1 {
                path: path.shown(),
                span: related.span.into(),
                range: range(report, path, related.span),
                message: &related.message,
            }
        });
        let fixes = diagnostic.fixes.iter().map(|fix| FixV1::new(fix, &diagnostic.path));
        Self {
            rule: &diagnostic.rule,
            severity: diagnostic.severity.name(),
            confidence: diagnostic.confidence.name(),
            message: &diagnostic.message,
            path: diagnostic.path.shown(),
            span: diagnostic.span.into(),
            range: range(report, &diagnostic.path, diagnostic.span),
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

/// Where a span starts and ends; 1:1 in a file without text.
fn range(report: &Report, path: &RelPath, span: Span) -> RangeV1 {
    let start = Position { line: 1, column: 1 };
    let ends = report.sources.get(path).map(|source| (source.position(span.start), source.position(span.end)));
    ends.unwrap_or((start, start)).into()
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
        let one = |node: &'a CapturedNode| CapturedV1 { text: &node.text, start: node.span.start, end: node.span.end };
        match capture {
            Capture::One(node) => Self::One(one(node)),
            Capture::Many(nodes) => Self::Many(nodes.iter().map(one).collect()),
        }
    }
}
