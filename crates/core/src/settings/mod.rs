//! The parsed configuration: the values of `lawbook.toml`, each with its place.

pub mod edit;
mod layer;
pub(crate) mod read;

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::Entry;
use crate::diagnostic::Severity;
use crate::language;
use crate::span::Span;

pub use layer::SettingsLayer;
pub use read::leaves_root;

/// One `lawbook.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The file's path, as messages show it; empty for settings that are from no file.
    pub path: Arc<str>,
    /// The file's whole text.
    pub text: Arc<str>,
    /// True if the file says `root = true`: no file above it holds for its folder.
    pub root: bool,
    /// The place of `root`, if the file has the key.
    pub root_at: Option<Span>,
    /// Presets, or folders of pages (those start with `.` or contain a `/`).
    pub extends: Vec<(String, Span)>,
    /// The place of `extends`, if the file has the key: an empty list says something else than none.
    pub extends_at: Option<Span>,
    /// `[files]`.
    pub files: FileSettings,
    /// `[law]`.
    pub law: LawSettings,
    /// `[suppressions]`.
    pub suppressions: SuppressionSettings,
    /// `[[protected]]`, later entries over earlier ones.
    pub protected: Vec<ProtectedFiles>,
    /// `[rules]`.
    pub rules: Vec<RuleSetting>,
    /// `[[overrides]]`, later ones over earlier ones.
    pub overrides: Vec<Override>,
}

/// A named list of rules with levels and options, for `extends`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preset {
    /// The file stem.
    pub name: Arc<str>,
    /// The rules that it sets.
    pub rules: Vec<RuleSetting>,
}

impl Preset {
    /// A preset of these rules.
    pub fn new(name: impl Into<Arc<str>>, rules: Vec<RuleSetting>) -> Self {
        Self { name: name.into(), rules }
    }
}

/// True if an entry of `extends` is a folder of pages, false if it is a preset.
pub fn is_folder(name: &str) -> bool {
    name.starts_with('.') || name.contains('/')
}

/// `[files]`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FileSettings {
    /// Globs of files that are not checked, relative to the root.
    pub exclude: Vec<(String, Span)>,
    /// Globs of files that contain tests.
    pub tests: Vec<(String, Span)>,
    /// Globs of files with examples.
    pub examples: Vec<(String, Span)>,
    /// Kinds of files to skip: `generated`, `minified`, `vendored`.
    pub skip: Vec<(String, Span)>,
    /// True if code in fenced blocks of Markdown files is checked.
    pub fences: bool,
    /// The keys that the file gives, each with its place; the values of the others are the defaults.
    pub given: Vec<(&'static str, Span)>,
}

impl FileSettings {
    /// True if the file gives this key.
    pub fn gives(&self, key: &str) -> bool {
        self.given.iter().any(|(given, _)| *given == key)
    }
}

/// The kinds of files that are skipped when the settings name none: nobody in the project wrote them.
const DEFAULT_SKIP: [&str; 3] = ["generated", "minified", "vendored"];

/// The default globs of files with tests, for every language.
const COMMON_TEST_GLOBS: &[&str] = &[
    "**/tests/**",
    "**/*-tests/**",
    "**/e2e/**",
    "**/test-utils/**",
    "**/test_utils/**",
    "**/test-utils.*",
    "**/test_utils.*",
    "**/*.test.*",
    "**/*.spec.*",
    "**/*_test.*",
    "**/*-test.*",
];

/// The default globs of files with examples: code that readers, measurements or tests take, and nobody ships.
const EXAMPLE_GLOBS: &[&str] = &[
    "**/example/**",
    "**/examples/**",
    "**/demo/**",
    "**/demos/**",
    "**/docs/**",
    "**/*-example/**",
    "**/*-examples/**",
    "**/samples/**",
    "book/**",
    "guide/**",
    "playground/**",
    "playgrounds/**",
    "packages/*/playground/**",
    "**/fixtures/**",
    "**/__fixtures__/**",
    "**/__testfixtures__/**",
    "**/testdata/**",
    "**/test-data/**",
    "**/test_data/**",
    "**/fuzz/fuzz_targets/**",
    "**/bench/**",
    "**/benches/**",
    "**/benchmark/**",
    "**/benchmarks/**",
    "**/*-bench/**",
    "**/*-benches/**",
    "**/*-benchmarks/**",
    "**/*.bench.*",
    "**/*.stories.*",
];

/// The globs of files with tests when the settings name none: common ones, and those of each language.
pub fn default_tests() -> impl Iterator<Item = &'static str> {
    let of_languages = language::all().iter().flat_map(|language| language.test_files());
    let mut seen = HashSet::new();
    // The languages of a family have the same ones.
    COMMON_TEST_GLOBS.iter().chain(of_languages).copied().filter(move |glob| seen.insert(*glob))
}

/// The globs of files with examples when the settings name none.
pub fn default_examples() -> impl Iterator<Item = &'static str> {
    EXAMPLE_GLOBS.iter().copied()
}

impl Default for FileSettings {
    fn default() -> Self {
        let tests = default_tests().map(|glob| (glob.to_owned(), Span::default())).collect();
        let examples = default_examples().map(|glob| (glob.to_owned(), Span::default())).collect();
        let skip = DEFAULT_SKIP.iter().map(|kind| ((*kind).to_owned(), Span::default())).collect();
        Self { exclude: Vec::new(), tests, examples, skip, fences: false, given: Vec::new() }
    }
}

/// `[law]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LawSettings {
    /// By what a person accepts a weaker law, apart from the command line.
    pub accept: AcceptedBy,
    /// The place of `accept`, if the file has the key.
    pub accept_at: Option<Span>,
}

/// By what a person accepts a weaker law.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AcceptedBy {
    /// The command line or the environment alone, which no change can carry.
    #[default]
    Command,
    /// The trailer [`LAW_TRAILER`] of a commit too. It counts where the settings before the change say so.
    Trailer,
}

/// The trailer of a commit message that gives the reason for which a weaker law is accepted.
pub const LAW_TRAILER: &str = "Lawbook-Accept";

/// `[suppressions]`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SuppressionSettings {
    /// The limits on their number: `max` first, then `[[suppressions.budgets]]`.
    pub budgets: Vec<Budget>,
    /// The fewest words of a reason; none if the file does not say.
    pub min_words: Option<usize>,
    /// The most days from today for which a suppression may hold; none if the file does not say.
    pub max_days: Option<u32>,
}

/// A limit on the number of suppressions: of one rule or of all rules, in some files or in all files.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Budget {
    /// The name of the rule, as written; none for all rules.
    pub rule: Option<(String, Span)>,
    /// Globs relative to the root; none for all files.
    pub files: Vec<(String, Span)>,
    /// The maximum number of suppressions.
    pub max: usize,
    /// The place of that number.
    pub span: Span,
}

/// Files that agents may not edit, or not without a word.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProtectedFiles {
    /// Globs relative to the root.
    pub files: Vec<(String, Span)>,
    /// The answer to an agent that is about to edit one of them.
    pub action: ProtectedAction,
    /// The reason, if the file gives one.
    pub reason: Option<String>,
    /// The place of the entry.
    pub span: Span,
}

/// The answer to an agent that is about to edit a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProtectedAction {
    /// The edit is made, and the agent reads the reason.
    Remind,
    /// The user is asked.
    Ask,
    /// The edit is refused.
    Deny,
}

impl ProtectedAction {
    /// The value in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// The level and options of a rule, set in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuleSetting {
    /// The name of the rule, as written: `id` or `pack/id`.
    pub name: String,
    /// The place of the name.
    pub span: Span,
    /// The level, if it is set.
    pub level: Option<Level>,
    /// Options that are set.
    pub options: Vec<Entry>,
}

impl RuleSetting {
    /// A setting that is in no file.
    pub fn new(name: impl Into<String>, level: Option<Level>, options: Vec<Entry>) -> Self {
        Self { name: name.into(), span: Span::NOWHERE, level, options }
    }
}

/// A level in settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// The rule runs, and its diagnostics have this severity.
    On(Severity),
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        Self::On(severity)
    }
}

impl Level {
    /// The level with this name in settings.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "off" => Self::Off,
            "info" => Self::On(Severity::Info),
            "warning" => Self::On(Severity::Warning),
            "error" => Self::On(Severity::Error),
            _ => return None,
        })
    }

    /// The names of all levels in settings.
    pub const NAMES: &'static [&'static str] = &["off", "info", "warning", "error"];

    /// The severity; none for `off`.
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
    /// The rules that it sets for these files.
    pub rules: Vec<RuleSetting>,
}
