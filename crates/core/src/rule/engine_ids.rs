//! The findings that the engine itself reports. Core knows no other rule by name.

use crate::diagnostic::Severity;
use crate::rule::page::Page;

/// A file that could not be checked.
pub const UNCHECKED_FILE: &str = "unchecked-file";
/// A rule that failed on a file.
pub const INTERNAL_ERROR: &str = "internal-error";
/// Text that does not parse.
pub const PARSE_ERROR: &str = "parse-error";
/// Nesting beyond what the strict parser takes.
pub const NESTING_LIMIT: &str = "nesting-limit";
/// A suppression that is written wrong, and so silences nothing.
pub const MALFORMED_SUPPRESSION: &str = "malformed-suppression";
/// A suppression that silences nothing because there is nothing to silence.
pub const UNUSED_SUPPRESSION: &str = "unused-suppression";
/// A suppression whose last day is over.
pub const EXPIRED_SUPPRESSION: &str = "expired-suppression";

/// A suppression beyond the number that may be.
pub const SUPPRESSION_BUDGET: &str = "suppression-budget";

/// What the engine needs to know of one of its findings; the page of the same id says the rest.
pub(crate) struct EngineRule {
    pub(crate) id: &'static str,
    severity: Severity,
    summary: &'static str,
}

/// All of them.
pub const ALL: &[&str] = &[
    UNCHECKED_FILE,
    INTERNAL_ERROR,
    PARSE_ERROR,
    NESTING_LIMIT,
    MALFORMED_SUPPRESSION,
    UNUSED_SUPPRESSION,
    EXPIRED_SUPPRESSION,
    SUPPRESSION_BUDGET,
];

/// Those that always run, whose level no setting changes and that no comment silences.
pub const ALWAYS: &[&str] = &[UNCHECKED_FILE, INTERNAL_ERROR];

/// Those that are about comments that silence.
pub(crate) const OF_SUPPRESSIONS: &[&str] =
    &[MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION, EXPIRED_SUPPRESSION, SUPPRESSION_BUDGET];

/// Those that no comment silences.
const NOT_SUPPRESSIBLE: &[&str] = &[UNCHECKED_FILE, INTERNAL_ERROR, SUPPRESSION_BUDGET];

/// What stands in for the pages where no pack brings them.
pub(crate) const RULES: &[EngineRule] = &[
    EngineRule::new(UNCHECKED_FILE, Severity::Error, "A file could not be checked."),
    EngineRule::new(INTERNAL_ERROR, Severity::Error, "A rule failed on this file."),
    EngineRule::new(PARSE_ERROR, Severity::Error, "The text does not parse."),
    EngineRule::new(NESTING_LIMIT, Severity::Info, "The nesting is too deep for the strict parser."),
    EngineRule::new(MALFORMED_SUPPRESSION, Severity::Error, "A suppression is written wrong."),
    EngineRule::new(UNUSED_SUPPRESSION, Severity::Warning, "A suppression silences nothing."),
    EngineRule::new(EXPIRED_SUPPRESSION, Severity::Error, "A suppression has expired."),
    EngineRule::new(SUPPRESSION_BUDGET, Severity::Error, "There are more suppressions than may be."),
];

impl EngineRule {
    const fn new(id: &'static str, severity: Severity, summary: &'static str) -> Self {
        Self { id, severity, summary }
    }

    /// The page to use when no pack brings one.
    pub(crate) fn page(&self) -> Page {
        Page {
            topic: "engine".to_owned(),
            path: format!("engine/{}.md", self.id).into(),
            summary: self.summary.to_owned(),
            message: self.summary.to_owned(),
            severity: Some(self.severity),
            suppressible: !NOT_SUPPRESSIBLE.contains(&self.id),
            ..Page::empty(self.id)
        }
    }
}
