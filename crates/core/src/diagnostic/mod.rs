//! What a rule reports and what the engine makes of it: plain data, told by no parser and shown by no terminal.

mod fix;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use fix::{Edit, FileChange, Fix, Safety, apply};

use crate::source::RelPath;
use crate::span::Span;

/// How bad a finding is. The order is from harmless to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// An opinion broken.
    Warning,
    /// Wrong in any codebase.
    Error,
}

impl Severity {
    /// The name in pages, settings and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How sure a rule is that its findings are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess worth a look.
    Low,
    /// Usually right.
    Medium,
    /// Right wherever the page's words apply.
    #[default]
    High,
}

impl Confidence {
    /// The name in pages and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a rule reports: a place and what is wrong there. The engine adds the rule's id and the level.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The bytes that are wrong; none (`0..0`) for a path without text.
    pub span: Span,
    /// Where: none means the file being checked, or the project where no file is being checked; the root means the
    /// project as a whole.
    pub path: Option<RelPath>,
    /// What is wrong here; the page's message when none.
    pub message: Option<String>,
    /// What distinguishes this finding from others of the rule in the same symbol.
    pub subject: Subject,
    /// The metavariables that matched, in order of name.
    pub captures: Vec<(Arc<str>, Capture)>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to mend it: alternatives, the best first.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding with the page's message.
    pub fn new(span: Span) -> Self {
        Self {
            span,
            path: None,
            message: None,
            subject: Subject::Tokens,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// A finding about the project as a whole.
    pub fn of_project() -> Self {
        Self::new(Span::default()).at_path(RelPath::root())
    }

    /// The same in another file, or about a path that has no text.
    #[must_use]
    pub fn at_path(self, path: RelPath) -> Self {
        Self { path: Some(path), ..self }
    }

    /// The same with words of its own.
    #[must_use]
    pub fn message(self, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..self }
    }

    /// The same with another subject.
    #[must_use]
    pub fn subject(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    /// The same with what a metavariable matched.
    #[must_use]
    pub fn capture(mut self, name: impl Into<Arc<str>>, capture: Capture) -> Self {
        self.captures.push((name.into(), capture));
        self.captures.sort_by(|(a, _), (b, _)| a.cmp(b));
        self
    }

    /// The same with another place that belongs to it.
    #[must_use]
    pub fn related(mut self, related: Related) -> Self {
        self.related.push(related);
        self
    }

    /// The same with one more way to fix it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}

/// What of a finding goes into its fingerprint, beside the rule and the symbol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// The tokens of the span, joined by one space, without comments.
    #[default]
    Tokens,
    /// What the rule names.
    Named(String),
    /// Nothing: the finding is about the definition that the symbol path names.
    Definition,
}

/// What a metavariable matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capture {
    /// One node.
    One(CapturedNode),
    /// A list of nodes, for `$$$NAME`.
    Many(Vec<CapturedNode>),
}

/// The text and place of a captured node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapturedNode {
    /// Its text.
    pub text: String,
    /// Its bytes in the file.
    pub span: Span,
}

impl CapturedNode {
    /// A node of this text at these bytes of the file.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span }
    }
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// The file; the finding's own when none.
    pub path: Option<RelPath>,
    /// The bytes there.
    pub span: Span,
    /// What it has to do with the finding.
    pub message: String,
}

impl Related {
    /// A place in the file of the finding.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { path: None, span, message: message.into() }
    }

    /// The same in another file.
    #[must_use]
    pub fn at_path(self, path: RelPath) -> Self {
        Self { path: Some(path), ..self }
    }
}

/// A finding with everything that the engine knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The id it is reported under: the rule's, with its pack before a `/` where two rules share it.
    pub rule: Arc<str>,
    /// Its level.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong here.
    pub message: String,
    /// The file; the root for the project as a whole.
    pub path: RelPath,
    /// The bytes of the stored file; none (`0..0`) where there is no text.
    pub span: Span,
    /// The metavariables that matched, in order of name.
    pub captures: Vec<(Arc<str>, Capture)>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to mend it: alternatives, the best first.
    pub fixes: Vec<Fix>,
    /// Its identity beside the path: `1:` and 32 hexadecimal digits.
    pub fingerprint: String,
    /// The definitions and titled tests that enclose it, joined by `.`; empty at the top of a file.
    pub symbol: String,
}

/// `path: severity: message [rule]`. A diagnostic has bytes alone; `report::LocatedDiagnostic` says line and column.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {} [{}]", self.path, self.severity, self.message, self.rule)
    }
}

impl Diagnostic {
    /// A diagnostic of high confidence with nothing but what is given: what clients make in tests.
    pub fn new(
        rule: impl Into<Arc<str>>,
        severity: Severity,
        path: RelPath,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            severity,
            confidence: Confidence::High,
            message: message.into(),
            path,
            span,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            fingerprint: String::new(),
            symbol: String::new(),
        }
    }

    /// The total order of reports: place, then rule, then message.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        (self.path.as_str().as_bytes(), self.span.start, self.span.end, &self.rule, &self.message).cmp(&(
            other.path.as_str().as_bytes(),
            other.span.start,
            other.span.end,
            &other.rule,
            &other.message,
        ))
    }
}
