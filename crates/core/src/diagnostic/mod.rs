//! Findings, which rules return, and diagnostics, which the engine makes of them: plain data.

mod capture;
pub(crate) mod edges;
pub(crate) mod emptied;
mod fix;
mod measure;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use capture::{Capture, CapturedNode, CapturedNodes};
pub(crate) use fix::KeptCode;
pub use fix::{Edit, FileChange, Fix, Safety, apply};
pub use measure::Measure;

use crate::source::RelPath;
use crate::span::Span;

/// The severity of a diagnostic, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A hint.
    Info,
    /// Code that breaks a convention.
    Warning,
    /// Code that is wrong in any project.
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

/// The probability that a finding of a rule is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The finding is a guess.
    Low,
    /// The finding is usually right.
    Medium,
    /// The finding is right wherever the text of the page applies.
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

/// A finding of a rule: a location and what is wrong there. The engine adds the id of the rule and the severity, which
/// makes it a [`Diagnostic`].
///
/// ```
/// use lawbook_core::prelude::*;
///
/// let place = Span::new(4, 8);
/// let fix = Fix::new("Write `name`", Safety::Unsafe, vec![Edit::new(place, "name")]);
/// let finding = Finding::new(place).message("`data` says nothing").fix(fix);
/// assert_eq!(finding.fixes.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The bytes in the file; empty (`0..0`) for a path without text.
    pub span: Span,
    /// The file: none for the file that is being checked, or for the project if no file is being checked; the root for the
    /// project as a whole.
    pub path: Option<RelPath>,
    /// A message about this finding; none for the message of the page.
    pub message: Option<String>,
    /// The step to take against this finding, one sentence; none for that of the page.
    pub step: Option<String>,
    /// The part of its fingerprint that distinguishes it from other findings of the rule in the same symbol.
    pub subject: Subject,
    /// The count of the rule, if it counts something.
    pub measure: Option<Measure>,
    /// The metavariables that matched, in order of name.
    pub captures: Vec<(Arc<str>, Capture)>,
    /// Other locations that belong to it.
    pub related: Vec<Related>,
    /// Alternative fixes, the best one first.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding with the message of the page.
    pub fn new(span: Span) -> Self {
        Self {
            span,
            path: None,
            message: None,
            step: None,
            subject: Subject::Tokens,
            measure: None,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// A finding about the project as a whole.
    pub fn of_project() -> Self {
        Self::new(Span::default()).at_path(RelPath::root())
    }

    /// The same finding in another file, or about a path that has no text.
    #[must_use]
    pub fn at_path(self, path: RelPath) -> Self {
        Self { path: Some(path), ..self }
    }

    /// The same finding with a message of its own.
    #[must_use]
    pub fn message(self, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..self }
    }

    /// The same finding with the step to take against it.
    #[must_use]
    pub fn step(self, step: impl Into<String>) -> Self {
        Self { step: Some(step.into()), ..self }
    }

    /// The same finding with another subject.
    #[must_use]
    pub fn subject(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    /// The same finding with what the rule has counted.
    #[must_use]
    pub fn measure(self, measure: Measure) -> Self {
        Self { measure: Some(measure), ..self }
    }

    /// The same finding with one more capture.
    #[must_use]
    pub fn capture(mut self, name: impl Into<Arc<str>>, capture: Capture) -> Self {
        self.captures.push((name.into(), capture));
        self.captures.sort_by(|(a, _), (b, _)| a.cmp(b));
        self
    }

    /// The same finding with one more related location.
    #[must_use]
    pub fn related(mut self, related: Related) -> Self {
        self.related.push(related);
        self
    }

    /// The same finding with one more fix, if there is one: [`Fix::new`] gives none for edits that overlap.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into());
        self
    }
}

/// The part of a finding that goes into its fingerprint, in addition to the rule and the symbol path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// The tokens in the span, joined by one space, without comments and without the bodies in it.
    #[default]
    Tokens,
    /// A text that the rule chooses.
    Named(String),
    /// Nothing: the finding is about the definition that the symbol path names.
    Definition,
}

/// Another location that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// The file; none for the file of the finding.
    pub path: Option<RelPath>,
    /// The bytes in the file.
    pub span: Span,
    /// Its relation to the finding.
    pub message: String,
}

impl Related {
    /// A location in the file of the finding.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { path: None, span, message: message.into() }
    }

    /// The same location in another file.
    #[must_use]
    pub fn at_path(self, path: RelPath) -> Self {
        Self { path: Some(path), ..self }
    }
}

/// A finding with its rule, severity, path and fingerprint, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The id of the rule in reports; with the name of its pack (`pack/rule`) if two rules have the same id.
    pub rule: Arc<str>,
    /// Its severity.
    pub severity: Severity,
    /// The confidence of the rule.
    pub confidence: Confidence,
    /// Its message.
    pub message: String,
    /// The step to take against it, if its rule or its page has one; see
    /// [`Report::step_of`](crate::report::Report::step_of).
    pub step: Option<Box<str>>,
    /// The file; the root for the project as a whole.
    pub path: RelPath,
    /// The bytes in the stored file; empty (`0..0`) if there is no text.
    pub span: Span,
    /// The count of the rule, if it counts something.
    pub measure: Option<Measure>,
    /// The metavariables that matched, in order of name.
    pub captures: Vec<(Arc<str>, Capture)>,
    /// Other locations that belong to it.
    pub related: Vec<Related>,
    /// Alternative fixes, the best one first.
    pub fixes: Vec<Fix>,
    /// Its identity within the file, which survives changes elsewhere: `1:` and 32 hexadecimal digits.
    pub fingerprint: String,
    /// The fingerprint of rule and subject without the symbol path: a rename of what encloses the finding keeps it.
    pub subject_fingerprint: String,
    /// True if it is about the definition that the symbol path names, and not about code in it.
    pub is_about_definition: bool,
    /// Its symbol path: the definitions and titled tests that enclose it, joined by `.`; empty at the top of a file.
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
            step: None,
            path,
            span,
            measure: None,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            fingerprint: String::new(),
            subject_fingerprint: String::new(),
            is_about_definition: false,
            symbol: String::new(),
        }
    }

    /// The order of diagnostics in reports: by path, span, rule and message.
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
