//! The options with which a workspace is opened.

use std::path::PathBuf;

use lawbook_core::date::Date;
use lawbook_core::pack::Pack;
use lawbook_core::plan::Selection;

/// The options with which a workspace is opened: where the root is, where rules come from, and how files are checked.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[non_exhaustive]
pub struct Opening {
    /// Files and folders to check, relative to the working directory; if empty, the working directory. The root is
    /// searched from them upwards.
    pub paths: Vec<PathBuf>,
    /// Those of `paths` that no person has named and a pattern has matched: what their content leaves out, such as
    /// generated code, stays left out.
    pub matched: Vec<PathBuf>,
    /// Globs of files and folders to leave out, in the language of `[files] exclude`, over its own and over paths that are
    /// named. They are relative to the working directory, or to the root if that lies elsewhere.
    pub exclude: Vec<String>,
    /// Packs in addition to the built-in one.
    pub packs: Vec<Pack>,
    /// Additional folders of rule pages, or single pages, relative to the working directory.
    pub rules: Vec<PathBuf>,
    /// The configuration file to read in place of every `lawbook.toml`, relative to the working directory. The root is
    /// then the top of the git working tree around the working directory, or that directory.
    pub config: Option<PathBuf>,
    /// True to read no configuration file.
    pub no_config: bool,
    /// True to read settings, pages and the baseline from git's index. A staged change is checked by that law anyway.
    pub from_index: bool,
    /// The commit to read settings, pages and the baseline from, by a name that git knows. A change that ends with a commit
    /// is checked by the law of that commit anyway.
    pub from_commit: Option<String>,
    /// True if a rule that cannot run is a mistake for which nothing opens, and not a finding.
    pub strict_rules: bool,
    /// The rules and packs that runs are limited to; if empty, all that are on.
    pub selection: Selection,
    /// The day that the expiry of suppressions is measured against; `None` for the day of the system's clock.
    pub today: Option<Date>,
    /// True to parse also the files that no rule needs, so that the parse errors of all files are reported.
    pub parse_all: bool,
    /// True to parse no file whose text rules out every finding. This has no effect on the findings.
    pub prefilter: bool,
    /// The number of threads that check files; `None` for one per core.
    pub threads: Option<usize>,
    /// The maximum size of a file to check, in bytes; larger files are skipped.
    pub max_file_size: u64,
    /// The stack size of each thread that checks files, in bytes; `None` for a size that fits the nesting of each file.
    pub stack_size: Option<usize>,
}

/// The place in git that a law is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoredLaw<'a> {
    /// The index.
    Index,
    /// A commit, by a name that git knows.
    Commit(&'a str),
}

impl Opening {
    /// The place in git that the law is read from; `None` for the disk.
    pub(crate) fn stored_law(&self) -> Option<StoredLaw<'_>> {
        match &self.from_commit {
            Some(commit) => Some(StoredLaw::Commit(commit)),
            None => self.from_index.then_some(StoredLaw::Index),
        }
    }

    /// The same with files and folders to check.
    #[must_use]
    pub fn with_paths(self, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { paths: paths.into_iter().collect(), ..self }
    }

    /// The same without the files and folders that these globs match.
    #[must_use]
    pub fn with_exclude(self, globs: impl IntoIterator<Item = String>) -> Self {
        Self { exclude: globs.into_iter().collect(), ..self }
    }

    /// The same with packs in addition to the built-in one.
    #[must_use]
    pub fn with_packs(self, packs: Vec<Pack>) -> Self {
        Self { packs, ..self }
    }

    /// The same with additional folders of rule pages, or single pages.
    #[must_use]
    pub fn with_rules(self, rules: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { rules: rules.into_iter().collect(), ..self }
    }

    /// The same, limited to some rules and packs.
    #[must_use]
    pub fn with_selection(self, selection: Selection) -> Self {
        Self { selection, ..self }
    }

    /// The same with another day than that of the system's clock.
    #[must_use]
    pub fn with_today(self, today: Date) -> Self {
        Self { today: Some(today), ..self }
    }

    /// The same with a number of threads that check files.
    #[must_use]
    pub fn with_threads(self, threads: usize) -> Self {
        Self { threads: Some(threads), ..self }
    }
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            matched: Vec::new(),
            exclude: Vec::new(),
            packs: Vec::new(),
            rules: Vec::new(),
            config: None,
            no_config: false,
            from_index: false,
            from_commit: None,
            strict_rules: false,
            selection: Selection::default(),
            today: None,
            parse_all: false,
            prefilter: true,
            threads: None,
            max_file_size: 16 << 20,
            stack_size: None,
        }
    }
}
