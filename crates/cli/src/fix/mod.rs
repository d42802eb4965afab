//! `--fix` and `--diff`: the plan is core's; what is here reads, compares and writes.

mod diff;
mod journal;
mod lock;
mod tell;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use lawbook_core::diagnostic::Fix;
use lawbook_core::engine::FileAnswer;
use lawbook_core::fix::{Applied, Choice, Mended, Outcome, Request};
use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, RolledBack};
use lawbook_core::source::{RelPath, SourceFile};

use crate::discover::{Discovery, Found, JOURNAL_NAME};
use crate::mistakes::{mistake, mistake_with_help};
use crate::paths::Paths;
use crate::workspace::Workspace;
use journal::{Entry, Recovered};
use lock::Lock;

pub(crate) use tell::{tell, tell_unfinished};

/// What becomes of the fixed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They take the place of the files.
    Write,
    /// They are only shown.
    Show,
}

/// What was mended.
#[derive(Debug, Default)]
pub(crate) struct Fixes {
    /// The files that changed, by path: written, or to be shown.
    pub(crate) files: Vec<Mended>,
    /// The fixes in them.
    pub(crate) applied: Vec<Applied>,
    /// Fixes that did not hold.
    pub(crate) rolled_back: Vec<RolledBack>,
    /// Rules that undo each other in a file.
    pub(crate) undoing: Vec<(RelPath, Vec<Arc<str>>)>,
    /// Rules that did not come to an end in a file.
    pub(crate) unfinished: Vec<(RelPath, Vec<Arc<str>>)>,
    /// Files that were not written, and why.
    pub(crate) unwritten: Vec<(RelPath, String)>,
    /// What is to be said of earlier runs and of the lock.
    pub(crate) notes: Vec<String>,
    /// The text from standard input with its fixes.
    pub(crate) text: Vec<u8>,
}

impl Fixes {
    /// The report of what remains, with what became of the fixes.
    pub(crate) fn told_in(&self, mut report: Report) -> Report {
        report.summary.fixed = self.applied.len();
        report.rolled_back.clone_from(&self.rolled_back);
        report.unwritten.clone_from(&self.unwritten);
        report
    }

    /// The texts as a unified diff, paths as seen from the working directory.
    pub(crate) fn diff(&self, paths: &Paths) -> String {
        let mut text = String::new();
        for file in &self.files {
            diff::render(&paths.shown(file.before.path().as_str()), file.before.text(), file.after.text(), &mut text);
        }
        text
    }
}

/// The place where fixes are made: with the lock of the root when they are written.
#[derive(Debug)]
pub(crate) struct Desk {
    mode: Mode,
    _lock: Option<Lock>,
    notes: Vec<String>,
}

impl Desk {
    /// Takes the lock of a root, and ends what an earlier run has begun.
    ///
    /// # Errors
    /// Another run has the lock, or what was begun cannot be ended.
    pub(crate) fn open(paths: &Paths, mode: Mode) -> Result<Self, Vec<Mistake>> {
        let mut notes = Vec::new();
        if mode == Mode::Show {
            return Ok(Self { mode, _lock: None, notes });
        }
        let root = paths.root();
        let held = lock::lock(root);
        match held {
            Lock::Held { .. } => {}
            Lock::Taken => {
                let shown = paths.shown_root();
                let message = format!("another --fix is at work under `{shown}`, so nothing was done");
                return Err(vec![mistake_with_help(message, "run it again when the other one has ended")]);
            }
            Lock::None => notes.push("this file system has no locks; run one --fix at a time".to_owned()),
        }
        let shown = paths.shown(JOURNAL_NAME);
        match journal::recover(root) {
            Ok(None) => {}
            Ok(Some(Recovered::Finished)) => {
                notes.push(format!("an earlier --fix was cut short; what it had begun is finished ({shown})"));
            }
            Ok(Some(Recovered::Undone)) => notes.push(format!(
                "an earlier --fix was cut short and files were edited since; what it had begun is undone ({shown})"
            )),
            Err(why) => {
                let message = format!("an earlier --fix was cut short and cannot be ended, `{shown}`: {why}");
                return Err(vec![mistake(message)]);
            }
        }
        Ok(Self { mode, _lock: Some(held), notes })
    }

    /// For a text that is no file.
    pub(crate) fn virtual_one() -> Self {
        Self { mode: Mode::Show, _lock: None, notes: Vec::new() }
    }

    /// Applies the fixes of what was found. Reports of files that are new on the disk, or that are only shown, are those
    /// of their new texts.
    pub(crate) fn mend(
        mut self,
        workspace: &Workspace,
        discovery: &Discovery,
        reports: Vec<FileAnswer>,
        choice: Choice,
    ) -> (Vec<FileAnswer>, Fixes) {
        if self.mode == Mode::Write {
            self.sweep(discovery);
        }
        let found: BTreeMap<&RelPath, &Found> = discovery.files.iter().map(|file| (&file.path, file)).collect();
        let units = units(&reports, choice);
        let known = workspace.stored().known();
        let mut results = workspace.each(&units, |unit| {
            let known = unit.paths.iter().filter_map(|path| Some((path, known.get(path)?)));
            let known = known.flat_map(|(path, prints)| prints.iter().map(|print| (path.clone(), (*print).to_owned())));
            self.mend_unit(workspace, &found, &units, unit, choice, known.collect())
        });
        results.sort_by(|a, b| a.first.cmp(&b.first));
        let mut fixes = Fixes { notes: self.notes, ..Fixes::default() };
        for result in results {
            fixes.take(result);
        }
        if self.mode == Mode::Write {
            sync_folders(&found, &fixes.files);
        }
        let reports = replaced(workspace, reports, &fixes.files);
        (reports, fixes)
    }

    fn sweep(&mut self, discovery: &Discovery) {
        let folders: BTreeSet<&Path> = discovery.files.iter().filter_map(|file| file.at.parent()).collect();
        let count = write::sweep(folders.into_iter(), &discovery.leftovers);
        if count > 0 {
            let what = if count == 1 { "file" } else { "files" };
            self.notes.push(format!("deleted {count} temporary {what} of an earlier --fix that was cut short"));
        }
    }

    fn mend_unit(
        &self,
        workspace: &Workspace,
        found: &BTreeMap<&RelPath, &Found>,
        units: &[Unit],
        unit: &Unit,
        choice: Choice,
        known: Vec<(RelPath, String)>,
    ) -> UnitResult {
        let is_free = |path: &RelPath| !units.iter().any(|unit| unit.paths.contains(path));
        let mut open = |path: &RelPath| {
            let file = found.get(path).filter(|_| unit.paths.contains(path) || is_free(path))?;
            workspace.checker().input_to_edit(file)
        };
        let request = Request {
            files: unit.files.iter().cloned().map(|file| workspace.checker().input(file)).collect(),
            choice,
            known,
            open: &mut open,
        };
        let outcome = workspace.checker().plan_fixes(request);
        let unwritten = match self.mode {
            Mode::Show => Vec::new(),
            Mode::Write => write_all(workspace, found, &outcome),
        };
        UnitResult { first: unit.files.first().map(|file| file.path().clone()), outcome, unwritten }
    }
}

/// Files that are mended together.
struct Unit {
    files: Vec<SourceFile>,
    /// The files, and those that their fixes edit besides.
    paths: BTreeSet<RelPath>,
}

struct UnitResult {
    first: Option<RelPath>,
    outcome: Outcome,
    unwritten: Vec<(RelPath, String)>,
}

/// Each file with something to mend by itself; those that fixes of several files connect, together.
fn units(reports: &[FileAnswer], choice: Choice) -> Vec<Unit> {
    let mut single = Vec::new();
    let mut joined = Unit { files: Vec::new(), paths: BTreeSet::new() };
    for report in reports {
        let Some(source) = report.source() else { continue };
        let fixes = || report.diagnostics().filter_map(|found| choice.of(found));
        if fixes().next().is_none() {
            continue;
        }
        let others: Vec<&RelPath> = fixes()
            .flat_map(Fix::edits)
            .filter_map(|edit| edit.path.as_ref())
            .filter(|path| *path != report.path())
            .collect();
        if !others.is_empty() {
            joined.paths.extend(others.into_iter().cloned());
            joined.paths.insert(report.path().clone());
        }
        single.push(source.clone());
    }
    let (mut together, alone): (Vec<_>, Vec<_>) =
        single.into_iter().partition(|source| joined.paths.contains(source.path()));
    let mut units: Vec<Unit> = alone
        .into_iter()
        .map(|source| Unit { paths: BTreeSet::from([source.path().clone()]), files: vec![source] })
        .collect();
    if !together.is_empty() {
        together.sort_by(|a, b| a.path().cmp(b.path()));
        joined.files = together;
        units.push(joined);
    }
    units
}

/// Writes the texts of an outcome; what could not be written, and why.
fn write_all(workspace: &Workspace, found: &BTreeMap<&RelPath, &Found>, outcome: &Outcome) -> Vec<(RelPath, String)> {
    let at = |path: &RelPath| found.get(path).map(|file| file.at.as_path());
    let lost = || "it is no longer there".to_owned();
    if !outcome.joined {
        let written = outcome.files.iter().map(|file| {
            let path = file.before.path();
            let staged =
                at(path).ok_or_else(lost).and_then(|at| write::stage(at, file.before.text(), file.after.text()));
            (path.clone(), staged.and_then(write::Staged::commit))
        });
        return written.filter_map(|(path, written)| Some((path, written.err()?))).collect();
    }
    let entries: Option<Vec<Entry>> = outcome
        .files
        .iter()
        .map(|file| {
            // Where a link leads to is what is replaced, so that is what the journal names.
            let (real, _) = workspace.paths().below(at(file.before.path())?)?;
            let (before, after) = (file.before.text().to_string(), file.after.text().to_string());
            Some(Entry { path: real.as_str().to_owned(), before, after })
        })
        .collect();
    let written = entries.ok_or_else(lost).and_then(|entries| journal::replace(workspace.root(), entries));
    match written {
        Ok(()) => Vec::new(),
        Err(why) => {
            let why = format!("its fixes go together with those of other files, and {why}");
            outcome.files.iter().map(|file| (file.before.path().clone(), why.clone())).collect()
        }
    }
}

/// Makes the new names last. The texts do already, so what cannot be synced may come back as it was, and whole.
fn sync_folders(found: &BTreeMap<&RelPath, &Found>, files: &[Mended]) {
    let at = files.iter().filter_map(|file| found.get(file.before.path())?.at.parent());
    for folder in at.collect::<BTreeSet<&Path>>() {
        let _ = write::sync_folder(folder);
    }
}

/// The reports with those of the new texts in place of the old ones.
fn replaced(workspace: &Workspace, reports: Vec<FileAnswer>, mended: &[Mended]) -> Vec<FileAnswer> {
    let mended: BTreeMap<&RelPath, &SourceFile> = mended.iter().map(|file| (file.before.path(), &file.after)).collect();
    let fresh = workspace
        .each(&mended.values().collect::<Vec<_>>(), |source| workspace.checker().check_source((**source).clone()));
    let kept = reports.into_iter().filter(|report| !mended.contains_key(report.path()));
    kept.chain(fresh).collect()
}

impl Fixes {
    /// Takes in what became of a unit. Nothing is said of fixes in files that were not written.
    fn take(&mut self, result: UnitResult) {
        let UnitResult { outcome, unwritten, first } = result;
        let lost: BTreeSet<RelPath> = unwritten.iter().map(|(path, _)| path.clone()).collect();
        let is_new = |path: &RelPath| !lost.contains(path);
        self.files.extend(outcome.files.into_iter().filter(|file| is_new(file.before.path())));
        self.applied.extend(outcome.applied.into_iter().filter(|fix| is_new(&fix.path)));
        self.rolled_back.extend(outcome.rolled_back.into_iter().filter(|fix| is_new(&fix.path)));
        self.unwritten.extend(unwritten);
        let Some(first) = first else { return };
        if !outcome.undoing.is_empty() {
            self.undoing.push((first.clone(), outcome.undoing));
        }
        if !outcome.unfinished.is_empty() {
            self.unfinished.push((first, outcome.unfinished));
        }
    }
}
