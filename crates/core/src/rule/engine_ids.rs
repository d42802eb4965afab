//! The rules whose findings the engine itself reports. Core knows no other rule by name.

use crate::diagnostic::Severity;
use crate::rule::page::Page;

/// A file that could not be checked.
pub const UNCHECKED_FILE: &str = "unchecked-file";
/// A rule that failed on a file.
pub const INTERNAL_ERROR: &str = "internal-error";
/// Text that does not parse.
pub const PARSE_ERROR: &str = "parse-error";
/// Nesting that is too deep for the strict parser.
pub const NESTING_LIMIT: &str = "nesting-limit";
/// A suppression that is written wrong, and so suppresses nothing.
pub const MALFORMED_SUPPRESSION: &str = "malformed-suppression";
/// A suppression without a finding to suppress.
pub const UNUSED_SUPPRESSION: &str = "unused-suppression";
/// A suppression whose last day is over.
pub const EXPIRED_SUPPRESSION: &str = "expired-suppression";

/// A suppression that exceeds a budget of `[suppressions]`.
pub const SUPPRESSION_BUDGET: &str = "suppression-budget";

/// A rule that cannot run.
pub const REFUSED_RULE: &str = "refused-rule";
/// A suppression that a change adds.
pub const NEW_SUPPRESSION: &str = "new-suppression";
/// A part of the law that a change weakens.
pub const WEAKENED_LAW: &str = "weakened-law";

/// The parts of one of these rules that are needed when no pack has a page for it.
pub(crate) struct EngineRule {
    pub(crate) id: &'static str,
    severity: Severity,
    summary: &'static str,
}

/// The ids of all rules of the engine.
pub const ALL: &[&str] = &[
    UNCHECKED_FILE,
    INTERNAL_ERROR,
    PARSE_ERROR,
    NESTING_LIMIT,
    MALFORMED_SUPPRESSION,
    UNUSED_SUPPRESSION,
    EXPIRED_SUPPRESSION,
    SUPPRESSION_BUDGET,
    REFUSED_RULE,
    NEW_SUPPRESSION,
    WEAKENED_LAW,
];

/// The rules that always run: settings cannot change their level, and comments cannot suppress them.
pub const ALWAYS: &[&str] = &[UNCHECKED_FILE, INTERNAL_ERROR, REFUSED_RULE, WEAKENED_LAW];

/// The rules about suppressions.
pub(crate) const SUPPRESSION_RULES: &[&str] =
    &[MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION, EXPIRED_SUPPRESSION, SUPPRESSION_BUDGET];

/// The rules that no comment can suppress.
const NOT_SUPPRESSIBLE: &[&str] =
    &[UNCHECKED_FILE, INTERNAL_ERROR, SUPPRESSION_BUDGET, REFUSED_RULE, NEW_SUPPRESSION, WEAKENED_LAW];

/// Used in place of pages that no pack has.
pub(crate) const RULES: &[EngineRule] = &[
    EngineRule::new(UNCHECKED_FILE, Severity::Error, "A file could not be checked."),
    EngineRule::new(INTERNAL_ERROR, Severity::Error, "A rule failed on this file."),
    EngineRule::new(PARSE_ERROR, Severity::Error, "The text does not parse."),
    EngineRule::new(NESTING_LIMIT, Severity::Info, "The nesting is too deep for the strict parser."),
    EngineRule::new(MALFORMED_SUPPRESSION, Severity::Error, "A suppression is written wrong."),
    EngineRule::new(UNUSED_SUPPRESSION, Severity::Warning, "A suppression suppresses nothing."),
    EngineRule::new(EXPIRED_SUPPRESSION, Severity::Error, "A suppression has expired."),
    EngineRule::new(SUPPRESSION_BUDGET, Severity::Error, "There are more suppressions than may be."),
    EngineRule::new(REFUSED_RULE, Severity::Error, "A rule cannot run."),
    EngineRule::new(NEW_SUPPRESSION, Severity::Warning, "A change adds a suppression."),
    EngineRule::new(WEAKENED_LAW, Severity::Error, "A change weakens the law."),
];

impl EngineRule {
    const fn new(id: &'static str, severity: Severity, summary: &'static str) -> Self {
        Self { id, severity, summary }
    }

    /// The page to use when no pack has one.
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
