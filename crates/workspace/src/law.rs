//! The law of a root: its settings, its planned rules, and its baseline.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lawbook_core::date::Date;
use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::engine::RunOptions;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::plan::{Plan, PlannedRule};
use lawbook_core::settings::{Settings, SettingsLayer};
use lawbook_core::source::{RelPath, SourceFile};
use lawbook_core::suppression::SuppressionEdit;

use crate::baseline::{BASELINE_FOLDER, BaselineStore};
use crate::checker::Checker;
use crate::clock;
use crate::config::{self, ConfigTexts, LawInputs, LawPlaces};
use crate::discover::JOURNAL_NAME;
use crate::fix::journal;
use crate::git;
use crate::given_globs::GivenGlobs;
use crate::inputs::{Batch, BatchFiles};
use crate::law_paths::LawPaths;
use crate::law_tree::{LawTree, PathKind};
use crate::opening::Opening;
use crate::paths::{self, RootPaths};
use crate::root::{self, CONFIG_NAME};
use crate::workers::Workers;

/// The settings, the planned rules and the baseline of a root.
///
/// Settings and rules are read when the workspace is opened or reloaded. The baseline is read by the runs that need it.
#[derive(Debug)]
pub struct Law {
    /// The working directory, without symbolic links.
    pub(crate) cwd: PathBuf,
    pub(crate) paths: RootPaths,
    /// The place that it was read from.
    pub(crate) tree: LawTree,
    layers: Vec<SettingsLayer>,
    origin: String,
    notes: Vec<String>,
    pub(crate) places: LawPlaces,
    texts: ConfigTexts,
    /// The absolute paths of the files and folders that the workspace was opened with.
    pub(crate) targets: Vec<PathBuf>,
    /// Those of the targets that a pattern has matched.
    pub(crate) matched: HashSet<PathBuf>,
    /// The absolute paths that a change is limited to: those that the user has named, or else the root. The working
    /// directory does not limit it, because hooks run anywhere.
    pub(crate) change_targets: Vec<PathBuf>,
    pub(crate) workers: Workers,
    pub(crate) checker: Checker,
    /// A number that no other law of the process has.
    pub(crate) number: u64,
    baseline: Mutex<BaselineStore>,
}

/// The number of the next law that is made.
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(0);

/// The most edited files of the law that are named.
const MAX_EDITED: usize = 10;

impl Law {
    /// Plans the rules of a root.
    ///
    /// # Errors
    /// All mistakes in settings and pages.
    pub(crate) fn new(
        cwd: &Path,
        paths: RootPaths,
        tree: LawTree,
        targets: Vec<PathBuf>,
        inputs: LawInputs,
        opening: &Opening,
    ) -> Result<Self, Vec<Mistake>> {
        let given = GivenGlobs::new(&opening.exclude, &paths);
        let today = opening.today.unwrap_or_else(clock::today);
        let options = RunOptions::new(today).with_parse_all(opening.parse_all).with_prefilter(opening.prefilter);
        let checker = Checker::new(&inputs.layers, inputs.packs, &opening.selection, options, opening.max_file_size)
            .map(|checker| checker.in_place_of_another(!inputs.places.is_of_project));
        let mut mistakes = inputs.mistakes;
        let checker = match given {
            Ok(given) => checker.map(|checker| checker.excluding(given)),
            Err(bad) => {
                mistakes.extend(bad);
                checker
            }
        };
        mistakes.extend(language::missing());
        if (opening.strict_rules || !mistakes.is_empty())
            && let Ok(checker) = &checker
        {
            mistakes.extend(checker.plan().refused().iter().flat_map(|rule| rule.mistakes.clone()));
        }
        let checker = match checker {
            Ok(checker) if mistakes.is_empty() => checker,
            Ok(_) => return Err(mistakes),
            Err(found) => {
                let known: HashSet<String> = mistakes.iter().map(key_of).collect();
                mistakes.extend(found.into_iter().filter(|mistake| !known.contains(&key_of(mistake))));
                return Err(mistakes);
            }
        };
        let workers = Workers::new(opening.threads, opening.stack_size);
        let baseline = Mutex::new(BaselineStore::new(&paths, workers).in_tree(tree.clone()));
        let mut notes = inputs.notes;
        notes.extend(checker.plan().notes().iter().cloned());
        let change_targets = if opening.paths.is_empty() {
            // A root may lie above the repository.
            let top = git::top_above(cwd).filter(|top| top.starts_with(paths.root()));
            vec![top.unwrap_or(paths.root()).to_owned()]
        } else {
            targets.clone()
        };
        let matched = opening.matched.iter().filter_map(|typed| paths::locate(cwd, typed).ok()).collect();
        let mut law = Self {
            cwd: cwd.to_owned(),
            matched,
            paths,
            tree,
            layers: inputs.layers,
            origin: inputs.origin,
            notes,
            places: inputs.places,
            texts: inputs.texts,
            targets,
            change_targets,
            workers,
            checker,
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            baseline,
        };
        law.notes.extend(law.note_on_root());
        let unstaged = law.unstaged_files();
        if !unstaged.is_empty() {
            law.notes.push(format!("not in git's index, so not read: {}", unstaged.join(", ")));
        }
        let edited = law.edited_files();
        if !edited.is_empty() {
            let whose = if edited.len() == 1 { "its" } else { "their" };
            let more = edited.len().saturating_sub(MAX_EDITED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let shown = edited[..edited.len().min(MAX_EDITED)].join(", ");
            law.notes.push(format!("{shown}{more}: {whose} unstaged changes do not hold here"));
        }
        Ok(law)
    }

    /// A line about the settings and the baseline above the root that do not hold in it, because its file says
    /// `root = true`.
    fn note_on_root(&self) -> Option<String> {
        let settings = self.settings();
        let span = settings.root_at.filter(|_| settings.root && self.places.is_searched)?;
        let top = git::top_above(self.root()).filter(|top| *top != self.root())?;
        let folders = self.root().ancestors().skip(1).take_while(|folder| folder.starts_with(top));
        let above = folders.flat_map(|folder| [folder.join(CONFIG_NAME), folder.join(BASELINE_FOLDER)]);
        let above = above.filter(|at| self.tree.kind(at) != PathKind::Missing);
        let above: Vec<String> = above.map(|at| format!("`{}`", self.path_from_root(&at))).collect();
        let hold = if above.len() == 1 { "does" } else { "do" };
        let place = settings.place(span);
        (!above.is_empty()).then(|| format!("{} {hold} not hold here: `root = true` ({place})", above.join(" and ")))
    }

    /// The absolute path of the root, without symbolic links. The paths of reports are relative to it.
    pub fn root(&self) -> &Path {
        self.paths.root()
    }

    /// Converts paths of reports to paths relative to the working directory.
    pub fn paths(&self) -> &RootPaths {
        &self.paths
    }

    /// The parsed `lawbook.toml` of the root, or the default settings if it has none.
    pub fn settings(&self) -> &Settings {
        &self.layers[0].settings
    }

    /// The settings of the root and of the folders below that were read so far, sorted by folder.
    pub fn layers(&self) -> &[SettingsLayer] {
        &self.layers
    }

    /// Notes for the user about the settings and pages, a line each: files that are not read, rules that have the place
    /// of others, settings without effect.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The `lawbook.toml` files that count for the files of a run and that were not read.
    pub(crate) fn unread_configs(&self, batch: &Batch<'_>) -> BTreeSet<PathBuf> {
        if !self.places.is_searched {
            return BTreeSet::new();
        }
        let root = self.root();
        let at = |path: &RelPath| root.join(path.as_str());
        let mut found: BTreeSet<PathBuf> = match &batch.files {
            BatchFiles::Disk(_) if matches!(self.tree, LawTree::Disk) => batch.nested.iter().map(at).collect(),
            BatchFiles::Disk(_) | BatchFiles::Overlay(_) | BatchFiles::Index(_) => {
                // Of files that a change deletes, it counts which rules they had.
                let of_change = batch.change.iter().flat_map(|change| &change.files).map(|file| &file.path);
                let files: Vec<PathBuf> =
                    batch.entries.iter().map(|entry| &entry.path).chain(of_change).map(at).collect();
                let above = config::above(&self.tree, root, files.iter().filter_map(|file| file.parent()));
                above.into_iter().chain(batch.nested.iter().map(at)).collect()
            }
        };
        found.retain(|config| !self.places.nested.contains(config));
        found
    }

    /// The origin of the settings, in words: the path of the `lawbook.toml` relative to the working directory, or what
    /// applies without one.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The rules with their levels and options, resolved for any file.
    pub fn plan(&self) -> &Plan {
        self.checker.plan()
    }

    /// The absolute paths of the folders of pages, and single pages, that the settings extend.
    pub fn page_places(&self) -> &[PathBuf] {
        &self.places.packs
    }

    /// The edit of a text that suppresses a finding in it: a comment with a place for the reason. It is tried by a check of the
    /// edited text, in which the finding is gone and no other is new. None if no comment suppresses it.
    pub fn suppression_edit(&self, path: &RelPath, text: Arc<str>, found: &Diagnostic) -> Option<SuppressionEdit> {
        let source = SourceFile::new(path.clone(), text).ok()?;
        let files = self.disk([]);
        self.checker.suppression_edit(self.checker.contexts(&files).input(source), found)
    }

    /// The places of the law: which files are part of it, and which of them a client watches.
    pub fn law_paths(&self) -> LawPaths {
        LawPaths::new(self.root(), &self.places)
    }

    /// True for a rule of the built-in pack.
    pub fn is_built_in(&self, rule: &PlannedRule) -> bool {
        *rule.pack == *lawbook_rulesets::NAME
    }

    /// The path of the journal of a run that was interrupted while it wrote fixes, if there is one. The next run that
    /// writes fixes completes or undoes that one.
    pub fn unfinished_fixes(&self) -> Option<RelPath> {
        journal::is_unfinished(self.root()).then(|| RelPath::new(JOURNAL_NAME))
    }

    /// The threads that check files.
    pub fn workers(&self) -> Workers {
        self.workers
    }

    /// The glob of `files.exclude` that matches a path or a folder above it.
    pub fn excluding_glob(&self, path: &str) -> Option<&str> {
        self.checker.filter().excluding(path)
    }

    /// True if the last glob of `files.exclude` that matches a folder takes it back.
    pub fn takes_back(&self, path: &str) -> bool {
        self.checker.filter().takes_back(path)
    }

    /// The working directory, without symbolic links.
    pub fn working_directory(&self) -> &Path {
        &self.cwd
    }

    /// True if a command without paths, run in the working directory, has this root.
    pub fn is_found_from_working_directory(&self) -> bool {
        let find = || root::find(&self.tree, &self.cwd, std::slice::from_ref(&self.cwd)).folder;
        !self.places.is_searched || self.root() == self.cwd || self.root() == find()
    }

    /// The texts of the configuration that this law was made from.
    pub(crate) fn config_texts(&self) -> &ConfigTexts {
        &self.texts
    }

    /// The day that the expiry of suppressions is measured against.
    pub(crate) fn today(&self) -> Date {
        self.checker.today()
    }

    /// The parts of the baseline that were read. It is locked, so that only one run at a time compares with it.
    pub(crate) fn baseline(&self) -> MutexGuard<'_, BaselineStore> {
        self.baseline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops the baseline from memory, so that the next run reads it from the disk.
    pub(crate) fn forget_baseline(&self) {
        *self.baseline() = BaselineStore::new(&self.paths, self.workers).in_tree(self.tree.clone());
    }
}

/// The parts that tell mistakes apart: all of it but the text of the file, which takes long to compare.
fn key_of(mistake: &Mistake) -> String {
    let place = mistake.place.as_ref().map(|place| (&place.path, place.span));
    format!("{place:?} {} {:?}", mistake.message, mistake.help)
}
