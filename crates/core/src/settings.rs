//! The text of `lawbook.toml`, typed, with the place of each value.

pub(crate) mod read;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::Entry;
use crate::diagnostic::Severity;
use crate::language;
use crate::span::Span;

/// One `lawbook.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The file's path as its reader knows it; empty for settings that no file holds.
    pub path: Arc<str>,
    /// The file's whole text.
    pub text: Arc<str>,
    /// Presets, or folders of pages (they start with `.` or hold a `/`).
    pub extends: Vec<(String, Span)>,
    /// `[files]`.
    pub files: FileSettings,
    /// `[suppressions]`.
    pub suppressions: SuppressionSettings,
    /// `[rules]`.
    pub rules: Vec<RuleSetting>,
    /// `[[overrides]]`, later ones over earlier ones.
    pub overrides: Vec<Override>,
}

/// A list of ids with levels and options, to be named in `extends`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preset {
    /// The file stem.
    pub name: Arc<str>,
    /// What it sets.
    pub rules: Vec<RuleSetting>,
}

impl Preset {
    /// A preset that sets these.
    pub fn new(name: impl Into<Arc<str>>, rules: Vec<RuleSetting>) -> Self {
        Self { name: name.into(), rules }
    }
}

/// Whether an entry of `extends` is a folder of pages and not a preset.
pub fn is_folder(name: &str) -> bool {
    name.starts_with('.') || name.contains('/')
}

/// `[files]`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FileSettings {
    /// Globs of files that are not read, relative to the root.
    pub exclude: Vec<(String, Span)>,
    /// Globs of files that hold tests.
    pub tests: Vec<(String, Span)>,
    /// `generated`, `minified`: sorts of files to leave out.
    pub skip: Vec<(String, Span)>,
    /// Whether code in fenced blocks of Markdown files is checked.
    pub fences: bool,
}

/// Where tests live in every language, unless the settings say.
const USUAL_TESTS: &[&str] = &["**/tests/**", "**/*.test.*", "**/*.spec.*", "**/*_test.*"];

/// The globs of files of tests, unless the settings say: the usual ones, and those of each language.
pub fn default_tests() -> impl Iterator<Item = &'static str> {
    let of_languages = language::all().iter().flat_map(|language| language.test_files());
    USUAL_TESTS.iter().chain(of_languages).copied()
}

impl Default for FileSettings {
    fn default() -> Self {
        let tests = default_tests().map(|glob| (glob.to_owned(), Span::default())).collect();
        Self { exclude: Vec::new(), tests, skip: Vec::new(), fences: false }
    }
}

/// `[suppressions]`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SuppressionSettings {
    /// How many there may be: `max` of all first, then `[[suppressions.budgets]]`.
    pub budgets: Vec<Budget>,
}

/// How many suppressions there may be of a rule, in some files, or in all.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Budget {
    /// The rule as named there; none for all rules.
    pub rule: Option<(String, Span)>,
    /// Globs relative to the root; none for all files.
    pub files: Vec<(String, Span)>,
    /// The number.
    pub max: usize,
}

/// One rule's level and options, as set in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuleSetting {
    /// The rule as named there: `id` or `pack/id`.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The level, if it is set.
    pub level: Option<Level>,
    /// Options that are set.
    pub options: Vec<Entry>,
}

impl RuleSetting {
    /// A setting that no file holds.
    pub fn new(name: impl Into<String>, level: Option<Level>, options: Vec<Entry>) -> Self {
        Self { name: name.into(), span: Span::NOWHERE, level, options }
    }
}

/// A level in settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// Its findings have this level.
    On(Severity),
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        Self::On(severity)
    }
}

impl Level {
    /// The level that settings call `name`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "off" => Self::Off,
            "info" => Self::On(Severity::Info),
            "warning" => Self::On(Severity::Warning),
            "error" => Self::On(Severity::Error),
            _ => return None,
        })
    }

    /// All names that [`Level::named`] knows.
    pub const NAMES: &'static [&'static str] = &["off", "info", "warning", "error"];

    /// The severity, unless it is off.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::On(severity) => Some(severity),
        }
    }
}

/// Settings for some files.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Override {
    /// Globs relative to the root.
    pub files: Vec<(String, Span)>,
    /// What is set for them.
    pub rules: Vec<RuleSetting>,
}
