//! Opens a root: its settings, packs and plan, which all runs share.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lawbook_core::date::Date;
use lawbook_core::engine::RunOptions;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::settings::Settings;
use lawbook_core::source::RelPath;

use crate::workspace::baseline::Store;
use crate::workspace::checker::Checker;
use crate::workspace::clock;
use crate::workspace::config::{self, ConfigSources};
use crate::workspace::mistakes::{mistake, plain};
use crate::workspace::paths::{self, Paths};
use crate::workspace::root::{self, Root};
use crate::workspace::workers::Workers;

/// What to open and how to check, with what most want as its default.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Opening {
    /// Files and folders, from the working directory; none means that directory. Where they lie decides which folder is
    /// the root.
    pub paths: Vec<PathBuf>,
    /// Packs beside the built-in one.
    pub packs: Vec<Pack>,
    /// More folders or pages of rules, from the working directory.
    pub rules: Vec<PathBuf>,
    /// Whether a `lawbook.toml` is left unread.
    pub no_config: bool,
    /// The rules and packs to which all runs are narrowed.
    pub selection: Selection,
    /// The day on which suppressions expire or do not; none means the clock's.
    pub today: Option<Date>,
    /// Whether files are parsed in which no enabled rule can find anything.
    pub parse_all: bool,
    /// Whether files in which no rule can find anything, by their text alone, are left unparsed.
    pub prefilter: bool,
    /// How many threads work; none means one a core.
    pub threads: Option<usize>,
    /// Larger files are left out, in bytes.
    pub max_file_size: u64,
    /// The stack of each thread in bytes, when only threads of such a stack may check files.
    pub stack_size: Option<usize>,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            packs: Vec::new(),
            rules: Vec::new(),
            no_config: false,
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

/// An open root: its settings and rules, for any number of runs, one after the other or on several threads.
///
/// What it has read of the root stays as it was read: settings and rules when it was opened, the baseline by the runs
/// that needed it. Files are read anew by each run.
#[derive(Debug)]
pub struct Workspace {
    /// The working directory, without symbolic links.
    pub(super) cwd: PathBuf,
    pub(super) paths: Paths,
    settings: Settings,
    origin: String,
    pub(super) targets: Vec<PathBuf>,
    pub(super) workers: Workers,
    pub(super) checker: Checker,
    baseline: Mutex<Store>,
}

impl Workspace {
    /// Finds the root of the paths and reads its settings and rules.
    ///
    /// # Errors
    /// All mistakes in paths, settings and rules that keep it from running.
    pub fn open(cwd: &Path, opening: Opening) -> Result<Self, Vec<Mistake>> {
        let cwd = canonical(cwd)?;
        let mut targets = Vec::new();
        let mut mistakes = Vec::new();
        for typed in &opening.paths {
            match paths::locate(&cwd, typed) {
                Ok(path) => targets.push(path),
                Err(error) => {
                    let message = format!("`{}` cannot be checked: {}", typed.display(), plain(&error));
                    mistakes.push(mistake(message));
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        if opening.paths.is_empty() {
            targets.push(cwd.clone());
        }
        Self::open_at(&cwd, targets, opening)
    }

    /// The same for the root of a file that need not exist, with that file's path below it.
    ///
    /// # Errors
    /// The same, and a name that no file below the root can have.
    pub(crate) fn open_virtual(cwd: &Path, typed: &Path, opening: Opening) -> Result<(Self, RelPath), Vec<Mistake>> {
        let cwd = canonical(cwd)?;
        let target = paths::locate_virtual(&cwd, typed);
        let workspace = Self::open_at(&cwd, vec![target.clone()], opening)?;
        match workspace.paths.below(&target) {
            Some((path, true)) if !path.as_str().is_empty() => Ok((workspace, path)),
            _ => Err(vec![mistake(format!("`{}` cannot be the name of a file here", typed.display()))]),
        }
    }

    fn open_at(cwd: &Path, targets: Vec<PathBuf>, opening: Opening) -> Result<Self, Vec<Mistake>> {
        let root = root::find(cwd, &targets);
        let paths = Paths::new(root.folder.clone(), cwd);
        let sources = ConfigSources { cwd, rules: &opening.rules, no_config: opening.no_config };
        let law = config::read(&root, &paths, sources, opening.packs);
        let (parse_all, prefilter) = (opening.parse_all, opening.prefilter);
        let today = opening.today.unwrap_or_else(clock::today);
        let options = RunOptions::new(today).with_parse_all(parse_all).with_prefilter(prefilter);
        let checker = Checker::new(&law.settings, law.packs, &opening.selection, options, opening.max_file_size);
        let mut mistakes = law.mistakes;
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
            settings: law.settings,
            origin: law.origin,
            targets,
            workers,
            checker,
            baseline,
        })
    }

    /// The folder that all paths of reports are relative to.
    pub fn root(&self) -> &Path {
        self.paths.root()
    }

    /// What is set there.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Every rule, with what runs where.
    pub fn plan(&self) -> &Plan {
        self.checker.plan()
    }

    /// Paths as people see them.
    pub(crate) fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Where the settings come from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The files and folders that were named, or the working directory.
    pub(crate) fn targets(&self) -> &[PathBuf] {
        &self.targets
    }

    /// The threads that work.
    pub(crate) fn workers(&self) -> Workers {
        self.workers
    }

    /// The engine with its file settings.
    pub(crate) fn checker(&self) -> &Checker {
        &self.checker
    }

    /// The baseline, as far as it was read. No other run compares meanwhile.
    pub(crate) fn baseline(&self) -> MutexGuard<'_, Store> {
        self.baseline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The root of the located paths, without its settings and rules.
///
/// # Errors
/// The working directory cannot be read.
pub(crate) fn root_of(cwd: &Path, targets: &[PathBuf]) -> Result<(Root, Paths), Vec<Mistake>> {
    let cwd = canonical(cwd)?;
    let root = root::find(&cwd, targets);
    let paths = Paths::new(root.folder.clone(), &cwd);
    Ok((root, paths))
}

fn canonical(cwd: &Path) -> Result<PathBuf, Vec<Mistake>> {
    let refuse = |error| vec![mistake(format!("the working directory cannot be read: {}", plain(&error)))];
    cwd.canonicalize().map_err(refuse)
}
