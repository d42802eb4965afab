//! A root with its settings and rules: what programs and every command open before they do anything.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lawbook_core::date::Date;
use lawbook_core::engine::{FileAnswer, RunOptions};
use lawbook_core::fix::Choice;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::report::Report;
use lawbook_core::settings::Settings;
use lawbook_core::source::RelPath;

use crate::baseline::{Store, Stored};
use crate::config::{self, Request};
use crate::discover::{self, Discovery};
use crate::engine::Checker;
use crate::environment::Environment;
use crate::fix::{Desk, Fixes, Mode};
use crate::mistakes::mistake;
use crate::paths::{self, Paths};
use crate::progress;
use crate::root::{self, Root};

/// What to open and how to run, with the answers that most want as its default.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Opening {
    /// Files and folders, from the working directory; none means that directory.
    pub paths: Vec<PathBuf>,
    /// Packs beside the built-in one.
    pub packs: Vec<Pack>,
    /// More folders or pages of rules, from the working directory.
    pub rules: Vec<PathBuf>,
    /// Whether a `lawbook.toml` is left unread.
    pub no_config: bool,
    /// The rules and packs to which the run is narrowed.
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
    /// Whether findings of the baseline are known, so that they are not told.
    pub baseline: bool,
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
            baseline: true,
            stack_size: None,
        }
    }
}

/// An open root.
#[derive(Debug)]
pub struct Workspace {
    paths: Paths,
    settings: Settings,
    origin: String,
    targets: Vec<PathBuf>,
    threads: usize,
    stack_size: Option<usize>,
    checker: Checker,
    stored: Stored,
}

/// A report with what a command has to say beside it.
#[derive(Debug)]
pub(crate) struct Run {
    /// The answer.
    pub(crate) report: Report,
    /// Configuration files below the root, which nobody reads.
    pub(crate) nested: Vec<RelPath>,
    /// What was mended, when that was asked for.
    pub(crate) fixes: Option<Fixes>,
    /// How long each phase took, in order.
    pub(crate) phases: Vec<(&'static str, Duration)>,
}

impl Workspace {
    /// Finds the root of the paths and reads its settings and rules.
    ///
    /// # Errors
    /// All mistakes that keep it from running.
    pub fn open(cwd: &Path, opening: Opening) -> Result<Self, Vec<Mistake>> {
        let cwd = canonical(cwd)?;
        let mut targets = Vec::new();
        let mut mistakes = Vec::new();
        for typed in &opening.paths {
            match paths::locate(&cwd, typed) {
                Ok(path) => targets.push(path),
                Err(error) => mistakes.push(mistake(format!(
                    "`{}` cannot be checked: {}",
                    typed.display(),
                    discover::plain(&error)
                ))),
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

    /// The same for files that need not exist.
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
        let request = Request { cwd, rules: &opening.rules, no_config: opening.no_config };
        let law = config::read(&root, &paths, request, opening.packs);
        let today = opening.today.unwrap_or_else(Environment::today);
        let (parse_all, prefilter) = (opening.parse_all, opening.prefilter);
        let options = RunOptions { parse_all, prefilter, ..RunOptions::new(today) };
        let checker = Checker::new(&law.settings, law.packs, &opening.selection, options, opening.max_file_size);
        let mut mistakes = law.mistakes;
        let stored = if opening.baseline { Store::new(&paths).read() } else { Ok(Stored::default()) };
        let stored = stored.unwrap_or_else(|wrong| {
            mistakes.extend(wrong);
            Stored::default()
        });
        let checker = match checker {
            Ok(checker) if mistakes.is_empty() => checker,
            Ok(_) => return Err(mistakes),
            Err(found) => {
                let news: Vec<_> = found.into_iter().filter(|mistake| !mistakes.contains(mistake)).collect();
                mistakes.extend(news);
                return Err(mistakes);
            }
        };
        let threads = opening.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
        let (threads, stack_size) = (threads.max(1), opening.stack_size);
        Ok(Self { paths, settings: law.settings, origin: law.origin, targets, threads, stack_size, checker, stored })
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

    /// Checks all files under the paths.
    pub fn check(&self) -> Report {
        self.checker.conclude(&self.check_found(&self.discover(), false))
    }

    /// Checks bytes as if they stood in the file of this path, relative to the root.
    pub fn check_text(&self, path: RelPath, bytes: &[u8]) -> Report {
        let checked = path.clone();
        let mut report = self.checker.conclude(&self.check_one(path, bytes));
        self.settle_one(&mut report, &checked);
        report
    }

    fn check_one(&self, path: RelPath, bytes: &[u8]) -> Vec<FileAnswer> {
        let excluded = self.checker.globs().excluding(path.as_str()).is_some();
        if excluded { Vec::new() } else { vec![self.checker.check_bytes(path, bytes)] }
    }

    fn settle_one(&self, report: &mut Report, checked: &RelPath) {
        self.settle(report, &|other| other == checked, &|other| self.paths.stands(other).is_none(), Vec::new());
    }

    /// The same with what is found mended first; the text is in the fixes.
    pub(crate) fn fix_text(&self, path: RelPath, bytes: Vec<u8>, choice: Choice) -> (Report, Fixes) {
        let checked = path.clone();
        let files = self.check_one(path, &bytes);
        let (files, mut fixes) = Desk::virtual_one().mend(self, &Discovery::default(), files, choice);
        let after = fixes.files.first().and_then(|file| file.after.as_ref());
        fixes.text = after.map_or(bytes, |file| file.text().as_bytes().to_vec());
        let mut report = fixes.told_in(self.checker.conclude(&files));
        self.settle_one(&mut report, &checked);
        (report, fixes)
    }

    /// Checks all files under the paths, showing progress or not.
    pub(crate) fn run(&self, show_progress: bool) -> Run {
        let mut run = self.run_untold(show_progress);
        self.settle_all(&mut run.report);
        run
    }

    /// The same with every finding, whatever the baseline says.
    pub(crate) fn run_untold(&self, show_progress: bool) -> Run {
        let mut clock = Clock::start();
        let found = self.discover();
        clock.lap("discover");
        let files = self.check_found(&found, show_progress);
        clock.lap("check");
        let report = self.checker.conclude(&files);
        clock.lap("conclude");
        Run { report, nested: found.nested, fixes: None, phases: clock.laps }
    }

    /// The same, with what is found mended first. One run at a time may write under a root.
    ///
    /// # Errors
    /// What keeps the files from being written.
    pub(crate) fn run_fixing(&self, show_progress: bool, choice: Choice, mode: Mode) -> Result<Run, Vec<Mistake>> {
        let mut clock = Clock::start();
        let desk = Desk::open(&self.paths, mode)?;
        let found = self.discover();
        clock.lap("discover");
        let files = self.check_found(&found, show_progress);
        clock.lap("check");
        let (files, fixes) = desk.mend(self, &found, files, choice);
        clock.lap("fix");
        let mut report = fixes.told_in(self.checker.conclude(&files));
        self.settle_all(&mut report);
        clock.lap("conclude");
        Ok(Run { report, nested: found.nested, fixes: Some(fixes), phases: clock.laps })
    }

    fn check_found(&self, found: &Discovery, show_progress: bool) -> Vec<FileAnswer> {
        let mut files = self.checker.account(found);
        files.reserve(found.files.len());
        let done = AtomicUsize::new(0);
        let count = found.files.len();
        progress::while_working(show_progress, &done, count, || {
            files.extend(self.check_each(&found.files, &done, |file| self.checker.check_file(file)));
        });
        debug_assert_eq!(files.len(), found.count(), "every file that was met is accounted for");
        files
    }

    /// Checks each of the files and counts those that are done.
    pub(crate) fn check_each<F: Sync>(
        &self,
        files: &[F],
        done: &AtomicUsize,
        check: impl Fn(&F) -> FileAnswer + Sync,
    ) -> Vec<FileAnswer> {
        self.each(files, |file| {
            let report = check(file);
            done.fetch_add(1, Ordering::Relaxed);
            report
        })
    }

    /// Does the work for each item, in no order. Each thread takes the next one when it is done with one, so the big ones
    /// in front cost nobody any waiting.
    pub(crate) fn each<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut results = Vec::new();
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                results.push(work(item));
            }
            results
        };
        let work = || if self.stack_size.is_none() { language::with_room(work) } else { work() };
        // This thread works too, unless the stacks are said to matter.
        let hands = self.threads.min(items.len()).saturating_sub(usize::from(self.stack_size.is_none()));
        let stack = self.stack_size.unwrap_or(STACK);
        thread::scope(|scope| {
            // A thread that cannot be started is one fewer; this one works too.
            let hands: Vec<_> = (0..hands)
                .filter_map(|_| thread::Builder::new().stack_size(stack).spawn_scoped(scope, work).ok())
                .collect();
            let mut results = if self.stack_size.is_none() || hands.is_empty() { work() } else { Vec::new() };
            for hand in hands {
                match hand.join() {
                    Ok(more) => results.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            results
        })
    }

    /// The files under the paths.
    pub(crate) fn discover(&self) -> Discovery {
        discover::discover(&self.paths, self.checker.globs(), &self.targets, self.threads)
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

    /// How many threads work.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// The baseline; an empty one when it is left unread.
    pub(crate) fn stored(&self) -> &Stored {
        &self.stored
    }

    /// The engine with its file settings.
    pub(crate) fn checker(&self) -> &Checker {
        &self.checker
    }
}

/// As much as main threads usually have.
const STACK: usize = 8 << 20;

/// The root of the located paths, without its settings and rules.
pub(crate) fn root_of(cwd: &Path, targets: &[PathBuf]) -> Result<(Root, Paths), Vec<Mistake>> {
    let cwd = canonical(cwd)?;
    let root = root::find(&cwd, targets);
    let paths = Paths::new(root.folder.clone(), &cwd);
    Ok((root, paths))
}

fn canonical(cwd: &Path) -> Result<PathBuf, Vec<Mistake>> {
    let refuse = |error| vec![mistake(format!("the working directory cannot be read: {}", discover::plain(&error)))];
    cwd.canonicalize().map_err(refuse)
}

/// A stopwatch of named laps.
#[derive(Debug)]
pub(crate) struct Clock {
    last: Instant,
    /// The laps so far.
    pub(crate) laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    /// Starts.
    pub(crate) fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    /// Leaves out the time since the last lap, which somebody else has measured.
    pub(crate) fn skip(&mut self) {
        self.last = Instant::now();
    }

    /// Ends a lap.
    pub(crate) fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.laps.push((name, now - self.last));
        self.last = now;
    }
}
