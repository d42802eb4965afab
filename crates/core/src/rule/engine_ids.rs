//! The findings that the engine itself reports. Core knows no other rule by name.

use crate::diagnostic::{Confidence, Severity};
use crate::rule::page::{Body, Claims, Page, Scope};

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

/// What the engine needs to know of one of its findings; the page of the same id says the rest.
pub(crate) struct EngineRule {
    pub(crate) id: &'static str,
    severity: Severity,
    summary: &'static str,
    /// Whether settings may change its level and comments may silence it.
    pub(crate) fixed: bool,
}

/// All of them.
pub(crate) const ALL: &[EngineRule] = &[
    EngineRule::new(UNCHECKED_FILE, Severity::Error, "A file could not be checked.", true),
    EngineRule::new(INTERNAL_ERROR, Severity::Error, "A rule failed on this file.", true),
    EngineRule::new(PARSE_ERROR, Severity::Error, "The text does not parse.", false),
    EngineRule::new(NESTING_LIMIT, Severity::Info, "The nesting is too deep for the strict parser.", false),
    EngineRule::new(MALFORMED_SUPPRESSION, Severity::Error, "A suppression is written wrong.", false),
    EngineRule::new(UNUSED_SUPPRESSION, Severity::Warning, "A suppression silences nothing.", false),
    EngineRule::new(EXPIRED_SUPPRESSION, Severity::Error, "A suppression has expired.", false),
];

impl EngineRule {
    const fn new(id: &'static str, severity: Severity, summary: &'static str, fixed: bool) -> Self {
        Self { id, severity, summary, fixed }
    }

    /// The page to use when no pack brings one.
    pub(crate) fn page(&self) -> Page {
        Page {
            id: self.id.into(),
            topic: "engine".to_owned(),
            path: format!("engine/{}.md", self.id).into(),
            text: "".into(),
            summary: self.summary.to_owned(),
            message: self.summary.to_owned(),
            claims: Claims::All,
            severity: Some(self.severity),
            confidence: Confidence::High,
            scope: Scope::File,
            body: Body::Engine,
            options: Vec::new(),
            suppressible: !self.fixed,
            formerly: Vec::new(),
            tags: Vec::new(),
            url: None,
            files: Vec::new(),
            ignores: Vec::new(),
            metadata: None,
            why: String::new(),
            help: String::new(),
            options_text: String::new(),
            blocks: Vec::new(),
            ast_grep: false,
        }
    }
}
