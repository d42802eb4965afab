//! `--fix` and `--diff`: the plan is core's; what is here reads, compares and writes.

mod diff;
mod journal;
mod lock;
mod tell;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use lawbook_core::diagnostic::{FileChange, Fix};
use lawbook_core::engine::FileAnswer;
use lawbook_core::fix::{Applied, Choice, FixedFile, Opened, Outcome, Request};
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
    pub(crate) files: Vec<FixedFile>,
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
            let shown = |side: &Option<SourceFile>| side.as_ref().map(|file| paths.shown(file.path().as_str()));
            let (old, new) = (shown(&file.before), shown(&file.after));
            let before = old.as_deref().zip(file.before.as_ref().map(|file| &**file.text()));
            let after = new.as_deref().zip(file.after.as_ref().map(|file| &**file.text()));
            diff::render(before, after, &mut text);
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
        let mut open = |path: &RelPath| match found.get(path) {
            Some(file) if unit.paths.contains(path) || is_free(path) => {
                workspace.checker().input_to_edit(file).map_or(Opened::Refused, Opened::File)
            }
            None if !found.is_empty() && workspace.paths().stands(path).is_none() => Opened::Absent,
            _ => Opened::Refused,
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
        let changed = fixes().flat_map(Fix::files).flat_map(FileChange::paths);
        let edited = fixes().flat_map(Fix::edits).filter_map(|edit| edit.path.as_ref());
        let others: Vec<&RelPath> = edited.filter(|path| *path != report.path()).chain(changed).collect();
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
        let changed = outcome.files.iter().filter_map(|file| file.before.as_ref().zip(file.after.as_ref()));
        let written = changed.map(|(before, after)| {
            let path = before.path();
            let staged = at(path).ok_or_else(lost).and_then(|at| write::stage(at, before.text(), after.text()));
            (path.clone(), staged.and_then(write::Staged::commit))
        });
        return written.filter_map(|(path, written)| Some((path, written.err()?))).collect();
    }
    // Where a link leads to is what is replaced, so that is what the journal names.
    let real = |path: &RelPath| Some(workspace.paths().below(at(path)?)?.0.as_str().to_owned());
    let entries: Option<Vec<Vec<Entry>>> = outcome.files.iter().map(|file| entries(file, &real)).collect();
    let written = entries.ok_or_else(lost).and_then(|entries| journal::replace(workspace.root(), entries.concat()));
    match written {
        Ok(()) => Vec::new(),
        Err(why) => {
            let why = format!("its fixes go together with those of other files, and {why}");
            outcome.files.iter().filter_map(|file| Some((file.path()?.clone(), why.clone()))).collect()
        }
    }
}

/// What the journal says of a changed file: two entries for one that is renamed. None when it is no longer there.
fn entries(file: &FixedFile, real: &dyn Fn(&RelPath) -> Option<String>) -> Option<Vec<Entry>> {
    let text = |file: &SourceFile| file.text().to_string();
    let entry = |path: String, before, after, like| Entry { path, before, after, like };
    match (&file.before, &file.after) {
        (Some(before), Some(after)) if before.path() == after.path() => {
            Some(vec![entry(real(before.path())?, Some(text(before)), Some(text(after)), None)])
        }
        (Some(before), Some(after)) => {
            let (from, to) = (real(before.path())?, after.path().as_str().to_owned());
            let deleted = entry(from.clone(), Some(text(before)), None, Some(to.clone()));
            Some(vec![entry(to, None, Some(text(after)), Some(from)), deleted])
        }
        (Some(before), None) => Some(vec![entry(real(before.path())?, Some(text(before)), None, None)]),
        (None, Some(after)) => Some(vec![entry(after.path().as_str().to_owned(), None, Some(text(after)), None)]),
        (None, None) => Some(Vec::new()),
    }
}

/// Makes the new names last. The texts do already, so what cannot be synced may come back as it was, and whole.
fn sync_folders(found: &BTreeMap<&RelPath, &Found>, files: &[FixedFile]) {
    // What the journal has written is synced already.
    let at = files.iter().filter_map(|file| found.get(file.before.as_ref()?.path())?.at.parent());
    for folder in at.collect::<BTreeSet<&Path>>() {
        let _ = write::sync_folder(folder);
    }
}

/// The reports with those of the new texts in place of the old ones.
fn replaced(workspace: &Workspace, reports: Vec<FileAnswer>, files: &[FixedFile]) -> Vec<FileAnswer> {
    let new: Vec<&SourceFile> = files.iter().filter_map(|file| file.after.as_ref()).collect();
    let fresh = workspace.each(&new, |source| workspace.checker().check_source((*source).clone()));
    let old: BTreeSet<&RelPath> = files.iter().filter_map(|file| Some(file.before.as_ref()?.path())).collect();
    let kept = reports.into_iter().filter(|report| !old.contains(report.path()));
    kept.chain(fresh).collect()
}

impl Fixes {
    /// Takes in what became of a unit. Nothing is said of fixes in files that were not written.
    fn take(&mut self, result: UnitResult) {
        let UnitResult { outcome, unwritten, first } = result;
        let mut lost: BTreeSet<RelPath> = unwritten.iter().map(|(path, _)| path.clone()).collect();
        for file in &outcome.files {
            if file.path().is_some_and(|path| lost.contains(path)) {
                lost.extend(file.paths().cloned());
            }
        }
        let is_new = |path: &RelPath| !lost.contains(path);
        self.files.extend(outcome.files.into_iter().filter(|file| file.path().is_some_and(is_new)));
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
