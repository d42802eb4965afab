//! The law of a root as it was read: its settings, its rules as a plan, and its baseline.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lawbook_core::date::Date;
use lawbook_core::engine::RunOptions;
use lawbook_core::mistake::Mistake;
use lawbook_core::plan::Plan;
use lawbook_core::settings::Settings;
use lawbook_core::source::RelPath;

use crate::baseline::Store;
use crate::checker::Checker;
use crate::clock;
use crate::config::{ConfigTexts, LawInputs};
use crate::discover::JOURNAL_NAME;
use crate::opening::Opening;
use crate::paths::RootPaths;
use crate::workers::Workers;

/// The settings, the planned rules and the baseline of a root, as they were read.
///
/// Settings and rules are read when the workspace is opened or reloaded, the baseline by the runs that need it.
#[derive(Debug)]
pub struct Law {
    /// The working directory, without symbolic links.
    pub(crate) cwd: PathBuf,
    pub(crate) paths: RootPaths,
    settings: Settings,
    origin: String,
    texts: ConfigTexts,
    /// The files and folders that were named, or the working directory.
    pub(crate) targets: Vec<PathBuf>,
    pub(crate) workers: Workers,
    pub(crate) checker: Checker,
    baseline: Mutex<Store>,
}

impl Law {
    /// Plans the rules of a root.
    ///
    /// # Errors
    /// All mistakes in settings and pages.
    pub(crate) fn new(
        cwd: &Path,
        paths: RootPaths,
        targets: Vec<PathBuf>,
        inputs: LawInputs,
        opening: &Opening,
    ) -> Result<Self, Vec<Mistake>> {
        let today = opening.today.unwrap_or_else(clock::today);
        let options =
            RunOptions { parse_all: opening.parse_all, prefilter: opening.prefilter, ..RunOptions::new(today) };
        let checker = Checker::new(&inputs.settings, inputs.packs, &opening.selection, options, opening.max_file_size);
        let mut mistakes = inputs.mistakes;
        let checker = match checker {
            Ok(checker) if mistakes.is_empty() => checker,
            Ok(_) => return Err(mistakes),
            Err(found) => {
                let news: Vec<_> = found.into_iter().filter(|mistake| !mistakes.contains(mistake)).collect();
                mistakes.extend(news);
                return Err(mistakes);
            }
        };
        let workers = Workers::new(opening.threads, opening.stack_size);
        let baseline = Mutex::new(Store::new(&paths, workers));
        Ok(Self {
            cwd: cwd.to_owned(),
            paths,
            settings: inputs.settings,
            origin: inputs.origin,
            texts: inputs.texts,
            targets,
            workers,
            checker,
            baseline,
        })
    }

    /// The folder that all paths of reports are relative to, without symbolic links.
    pub fn root(&self) -> &Path {
        self.paths.root()
    }

    /// The root as seen from the working directory: turns paths of reports into paths to show.
    pub fn paths(&self) -> &RootPaths {
        &self.paths
    }

    /// The parsed `lawbook.toml`, or the default without one.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where the settings come from, in words: the path of the `lawbook.toml` from the working directory, or what holds
    /// without one.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Every rule, with its level and options, and which of them run on which file.
    pub fn plan(&self) -> &Plan {
        self.checker.plan()
    }

    /// The journal of a run that was cut short while it wrote fixes, if there is one. The next run that writes fixes
    /// finishes or undoes it.
    pub fn unfinished_fixes(&self) -> Option<RelPath> {
        let is_there = self.root().join(JOURNAL_NAME).symlink_metadata().is_ok();
        is_there.then(|| RelPath::new(JOURNAL_NAME))
    }

    /// The number of threads that check files.
    pub fn threads(&self) -> usize {
        self.workers.threads()
    }

    /// The glob of `files.exclude` that leaves a path out, by itself or by a folder above it.
    pub fn excluding_glob(&self, path: &str) -> Option<&str> {
        self.checker.filter().excluding(path)
    }

    /// The texts of the configuration that this law was made from.
    pub(crate) fn config_texts(&self) -> &ConfigTexts {
        &self.texts
    }

    /// The day by which suppressions expire or do not.
    pub(crate) fn today(&self) -> Date {
        self.checker.today()
    }

    /// The baseline, as far as it was read. It is locked: no other run compares meanwhile.
    pub(crate) fn baseline(&self) -> MutexGuard<'_, Store> {
        self.baseline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was read of the baseline, so that the next run reads it from the disk.
    pub(crate) fn forget_baseline(&self) {
        *self.baseline() = Store::new(&self.paths, self.workers);
    }
}
