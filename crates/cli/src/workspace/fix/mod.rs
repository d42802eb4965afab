//! Applies the fixes of what was found: the plan is core's; what is here reads, compares and writes.

mod diff;
mod journal;
mod lock;
mod write;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::diagnostic::{FileChange, Fix};
use lawbook_core::engine::FileAnswer;
use lawbook_core::fix::{Applied, Choice, FixRequest, FixedFile, Opened, Outcome};
use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, RolledBack};
use lawbook_core::source::{Files, OverlayFiles, RelPath, SourceFile};

use crate::workspace::checker::Checker;
use crate::workspace::discover::{DiskFile, JOURNAL_NAME};
use crate::workspace::mistakes::{mistake, mistake_with_help};
use crate::workspace::paths::Paths;
use crate::workspace::workers::Workers;
use journal::{JournalEntry, Recovered};
use lock::Lock;

/// What became of fixes.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files that changed, by path: written, or to be shown.
    pub files: Vec<FixedFile>,
    /// The fixes in them.
    pub applied: Vec<Applied>,
    /// Fixes that did not hold.
    pub rolled_back: Vec<RolledBack>,
    /// Rules that undo each other in a file, whose fixes there were left alone.
    pub undoing: Vec<(RelPath, Vec<Arc<str>>)>,
    /// Rules that did not come to an end in a file.
    pub unfinished: Vec<(RelPath, Vec<Arc<str>>)>,
    /// Files that were not written, and why, in words that follow a colon.
    pub unwritten: Vec<(RelPath, String)>,
    /// What people should know of earlier runs and of the lock, one sentence each without a full stop.
    pub notes: Vec<String>,
}

impl Fixes {
    /// The fixed text of a file; none when no fix changed it.
    pub fn text_of(&self, path: &RelPath) -> Option<&str> {
        let mut fixed = self.files.iter().filter_map(|file| file.after.as_ref());
        fixed.find(|file| file.path() == path).map(|file| &**file.text())
    }

    /// Notes in the report of what remains what became of the fixes.
    pub(super) fn note_in(&self, report: &mut Report) {
        report.summary.fixed = self.applied.len();
        report.rolled_back.clone_from(&self.rolled_back);
        report.unwritten.clone_from(&self.unwritten);
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

/// What fixing uses of a workspace and of a run.
pub(super) struct FixInputs<'a> {
    /// Checks texts again.
    pub(super) checker: &'a Checker,
    /// The threads that work.
    pub(super) workers: Workers,
    pub(super) paths: &'a Paths,
    /// The contents that were checked.
    pub(super) files: &'a dyn Files,
    /// Where a file is on the disk; none for one that may not be edited.
    pub(super) place: &'a (dyn Fn(&RelPath) -> Option<&'a DiskFile> + Sync),
    /// Whether there may be files that were not there before.
    pub(super) may_create: bool,
    /// The fingerprints of the findings in a file that were there before, each as often as it may stand there.
    pub(super) known: &'a (dyn Fn(&RelPath) -> Vec<String> + Sync),
}

/// The fixing of one run, with the lock of the root when it writes.
#[derive(Debug)]
pub(super) struct FixSession {
    choice: Choice,
    writes: bool,
    _lock: Option<Lock>,
    notes: Vec<String>,
}

impl FixSession {
    /// Fixes that are shown and not written.
    pub(super) fn in_memory(choice: Choice) -> Self {
        Self { choice, writes: false, _lock: None, notes: Vec::new() }
    }

    /// Fixes that are written: takes the lock of a root, and ends what an earlier run has begun.
    ///
    /// # Errors
    /// Another run has the lock, or what was begun cannot be ended.
    pub(super) fn open(paths: &Paths, choice: Choice) -> Result<Self, Vec<Mistake>> {
        let mut notes = Vec::new();
        let root = paths.root();
        let lock = lock::lock(root);
        match lock {
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
        Ok(Self { choice, writes: true, _lock: Some(lock), notes })
    }

    /// Deletes what runs that were cut short have left: `leftovers`, and what lies beside the files at `places`.
    pub(super) fn sweep<'p>(&mut self, places: impl Iterator<Item = &'p Path>, leftovers: &[PathBuf]) {
        if !self.writes {
            return;
        }
        let folders: BTreeSet<&Path> = places.filter_map(Path::parent).collect();
        let count = write::sweep(folders.into_iter(), leftovers);
        if count > 0 {
            let what = if count == 1 { "file" } else { "files" };
            self.notes.push(format!("deleted {count} temporary {what} of an earlier --fix that was cut short"));
        }
    }

    /// Applies the fixes of what was found. The answers of files that are new on the disk, or that are only shown, become
    /// those of their new texts.
    pub(super) fn apply(self, inputs: &FixInputs<'_>, answers: &mut Vec<FileAnswer>) -> Fixes {
        let units = units(answers, self.choice);
        let taken: BTreeSet<&RelPath> = units.iter().flat_map(|unit| &unit.paths).collect();
        let mut results = inputs.workers.each(&units, |unit| self.apply_unit(inputs, unit, &taken));
        results.sort_by(|a, b| a.first.cmp(&b.first));
        let writes = self.writes;
        let mut fixes = Fixes { notes: self.notes, ..Fixes::default() };
        for result in results {
            fixes.take(result);
        }
        if writes {
            sync_folders(inputs, &fixes.files);
        }
        check_again(inputs, &fixes.files, answers);
        fixes
    }

    /// Applies the fixes of a unit; `taken` are the files of all units.
    fn apply_unit(&self, inputs: &FixInputs<'_>, unit: &FixUnit, taken: &BTreeSet<&RelPath>) -> UnitResult {
        let mut open = |path: &RelPath| match (inputs.place)(path) {
            Some(_) if unit.paths.contains(path) || !taken.contains(path) => {
                inputs.checker.input_to_edit(path, inputs.files).map_or(Opened::Refused, Opened::File)
            }
            None if inputs.may_create && inputs.paths.stands(path).is_none() => Opened::Absent,
            _ => Opened::Refused,
        };
        let known =
            unit.paths.iter().flat_map(|path| (inputs.known)(path).into_iter().map(|print| (path.clone(), print)));
        let files = unit.files.iter().cloned().map(|file| inputs.checker.input(file, inputs.files)).collect();
        let request = FixRequest::new(files, self.choice, &mut open).with_known(known.collect());
        let outcome = inputs.checker.plan_fixes(request);
        let unwritten = if self.writes { write_all(inputs, &outcome) } else { Vec::new() };
        UnitResult { first: unit.files.first().map(|file| file.path().clone()), outcome, unwritten }
    }
}

/// Files whose fixes are applied together.
struct FixUnit {
    files: Vec<SourceFile>,
    /// The files, and those that their fixes edit besides.
    paths: BTreeSet<RelPath>,
}

/// What became of a unit.
struct UnitResult {
    first: Option<RelPath>,
    outcome: Outcome,
    unwritten: Vec<(RelPath, String)>,
}

/// Each file with something to fix by itself; those that fixes of several files connect, together.
fn units(answers: &[FileAnswer], choice: Choice) -> Vec<FixUnit> {
    let mut single = Vec::new();
    let mut joined = FixUnit { files: Vec::new(), paths: BTreeSet::new() };
    for answer in answers {
        let Some(source) = answer.source() else { continue };
        let fixes = || answer.diagnostics().filter_map(|found| choice.of(found));
        if fixes().next().is_none() {
            continue;
        }
        let changed = fixes().flat_map(Fix::files).flat_map(FileChange::paths);
        let edited = fixes().flat_map(Fix::edits).filter_map(|edit| edit.path.as_ref());
        let others: Vec<&RelPath> = edited.filter(|path| *path != answer.path()).chain(changed).collect();
        if !others.is_empty() {
            joined.paths.extend(others.into_iter().cloned());
            joined.paths.insert(answer.path().clone());
        }
        single.push(source.clone());
    }
    let (mut together, alone): (Vec<_>, Vec<_>) =
        single.into_iter().partition(|source| joined.paths.contains(source.path()));
    let mut units: Vec<FixUnit> = alone
        .into_iter()
        .map(|source| FixUnit { paths: BTreeSet::from([source.path().clone()]), files: vec![source] })
        .collect();
    if !together.is_empty() {
        together.sort_by(|a, b| a.path().cmp(b.path()));
        joined.files = together;
        units.push(joined);
    }
    units
}

/// Writes the texts of an outcome; what could not be written, and why.
fn write_all(inputs: &FixInputs<'_>, outcome: &Outcome) -> Vec<(RelPath, String)> {
    let at = |path: &RelPath| (inputs.place)(path).map(|file| file.at.as_path());
    let lost = || "it is no longer there".to_owned();
    if !outcome.joined {
        let changed = outcome.files.iter().filter_map(|file| file.before.as_ref().zip(file.after.as_ref()));
        let written = changed.map(|(before, after)| {
            let path = before.path();
            let staged = at(path).ok_or_else(lost).and_then(|at| write::stage(at, before.text(), after.text()));
            (path.clone(), staged.and_then(write::StagedChange::commit))
        });
        return written.filter_map(|(path, written)| Some((path, written.err()?))).collect();
    }
    // Where a link leads to is what is replaced, so that is what the journal names.
    let real = |path: &RelPath| Some(inputs.paths.below(at(path)?)?.0.as_str().to_owned());
    let entries: Option<Vec<Vec<JournalEntry>>> = outcome.files.iter().map(|file| entries(file, &real)).collect();
    let written = entries.ok_or_else(lost).and_then(|entries| journal::replace(inputs.paths.root(), entries.concat()));
    match written {
        Ok(()) => Vec::new(),
        Err(why) => {
            let why = format!("its fixes go together with those of other files, and {why}");
            outcome.files.iter().filter_map(|file| Some((file.path()?.clone(), why.clone()))).collect()
        }
    }
}

/// The entries of a changed file in the journal: two for one that is renamed. None when it is no longer there.
fn entries(file: &FixedFile, real: &dyn Fn(&RelPath) -> Option<String>) -> Option<Vec<JournalEntry>> {
    let text = |file: &SourceFile| file.text().to_string();
    let entry = |path: String, before, after, like| JournalEntry { path, before, after, like };
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
fn sync_folders(inputs: &FixInputs<'_>, files: &[FixedFile]) {
    // What the journal has written is synced already.
    let at = files.iter().filter_map(|file| (inputs.place)(file.before.as_ref()?.path())?.at.parent());
    for folder in at.collect::<BTreeSet<&Path>>() {
        let _ = write::sync_folder(folder);
    }
}

/// Puts the answers of the new texts in place of those of the old ones.
fn check_again(inputs: &FixInputs<'_>, fixed: &[FixedFile], answers: &mut Vec<FileAnswer>) {
    let new: Vec<&SourceFile> = fixed.iter().filter_map(|file| file.after.as_ref()).collect();
    let old: BTreeSet<&RelPath> = fixed.iter().filter_map(|file| Some(file.before.as_ref()?.path())).collect();
    let mut files = OverlayFiles::new(inputs.files);
    for source in &new {
        files.open(source.path().clone(), source.text().as_bytes());
    }
    let fresh = inputs.workers.each(&new, |source| inputs.checker.check_source((*source).clone(), &files));
    answers.retain(|answer| !old.contains(answer.path()));
    answers.extend(fresh);
}

impl Fixes {
    /// Takes in what became of a unit. Fixes in files that were not written are left out.
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
