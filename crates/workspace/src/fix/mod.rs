//! Applies fixes on the disk: core plans and verifies them, this module reads, compares and writes the files.

pub(crate) mod diff;
pub(crate) mod journal;
pub(crate) mod write;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::diagnostic::{FileChange, Fix};
use lawbook_core::engine::{Contexts, FileAnswer};
use lawbook_core::fix::{Applied, Choice, FixOutcome, FixRequest, FixedFile, KnownFinding, Opened};
use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, RolledBack};
use lawbook_core::source::{Files, OverlayFiles, RelPath, SourceFile};

use crate::checker::Checker;
use crate::discover::{DiskFile, JOURNAL_NAME};
use crate::filter::FileFilter;
use crate::lock::{self, Lock};
use crate::paths::RootPaths;
use crate::workers::Workers;
use journal::{JournalEntry, JournalProblem, Recovered};

/// The results of applying fixes.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Fixes {
    /// The changed files, sorted by path: written to the disk, or only in memory.
    pub files: Vec<FixedFile>,
    /// The applied fixes.
    pub applied: Vec<Applied>,
    /// The fixes that were rolled back because their result did not pass the verification.
    pub rolled_back: Vec<RolledBack>,
    /// The rules whose fixes undo each other in a file, and were therefore not applied there.
    pub undoing: Vec<(RelPath, Vec<Arc<str>>)>,
    /// The rules that still had fixes in a file when the last pass of fixing was done.
    pub unfinished: Vec<(RelPath, Vec<Arc<str>>)>,
    /// The files that were not written, each with the reason in words.
    pub unwritten: Vec<(RelPath, String)>,
    /// Messages about interrupted runs and the lock, one sentence each, without a full stop.
    pub notes: Vec<String>,
}

impl Fixes {
    /// The fixed text of a file; `None` if no fix has changed it.
    pub fn text_of(&self, path: &RelPath) -> Option<&str> {
        let mut fixed = self.files.iter().filter_map(|file| file.after.as_ref());
        fixed.find(|file| file.path() == path).map(|file| &**file.text())
    }

    /// Adds the results to the report of the fixed texts.
    pub(super) fn add_to_report(&self, report: &mut Report) {
        report.summary.fixed = self.applied.len();
        report.add_rolled_back(&self.rolled_back);
        report.unwritten.clone_from(&self.unwritten);
    }

    /// The changes as a unified diff, with paths relative to the working directory.
    pub fn diff(&self, paths: &RootPaths) -> String {
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

/// The parts of a workspace and of a run that a fix session uses.
pub(super) struct FixInputs<'a> {
    /// Checks the fixed texts.
    pub(super) checker: &'a Checker,
    /// The worker threads.
    pub(super) workers: Workers,
    pub(super) paths: &'a RootPaths,
    /// The contents that were checked.
    pub(super) files: &'a dyn Files,
    /// The file on the disk behind a path; `None` if it may not be edited.
    pub(super) disk_file: &'a (dyn Fn(&RelPath) -> Option<&'a DiskFile> + Sync),
    /// True if fixes may create files.
    pub(super) may_create: bool,
    /// The findings that are not fixed, because the report would not show them.
    pub(super) known: &'a [KnownFinding],
}

/// Applies the fixes of one run. It holds the lock of the root if it writes.
#[derive(Debug)]
pub(super) struct FixSession {
    choice: Choice,
    writes: bool,
    _lock: Option<Lock>,
    notes: Vec<String>,
}

impl FixSession {
    /// A session that applies fixes in memory only.
    pub(super) fn in_memory(choice: Choice) -> Self {
        Self { choice, writes: false, _lock: None, notes: Vec::new() }
    }

    /// A session that writes fixes: takes the lock of the root, and completes or undoes the changes of an interrupted
    /// run.
    ///
    /// # Errors
    /// Another run holds the lock, or the changes of an interrupted run can be neither completed nor undone.
    pub(super) fn open(paths: &RootPaths, filter: &FileFilter, choice: Choice) -> Result<Self, Vec<Mistake>> {
        let mut notes = Vec::new();
        let root = paths.root();
        let lock = lock::lock(root);
        match lock {
            Lock::Held { .. } => {}
            Lock::Taken => {
                let shown = paths.shown_root();
                return Err(vec![lock::taken(&shown)]);
            }
            Lock::None => notes.push("this file system has no locks; run one --fix at a time".to_owned()),
        }
        let shown = paths.shown(JOURNAL_NAME);
        match journal::recover(root, filter) {
            Ok(None) => {}
            Ok(Some(Recovered::Finished)) => {
                notes.push(format!("an earlier --fix was interrupted; its changes were completed ({shown})"));
            }
            Ok(Some(Recovered::Undone)) => notes.push(format!(
                "an earlier --fix was interrupted and files were edited since; its changes were undone ({shown})"
            )),
            Err(JournalProblem::Foreign) => {
                let message = format!("`{shown}` is not a journal that a --fix in this folder has written");
                let help = "it came with the repository or a copy, and nothing of it was done; delete it";
                return Err(vec![Mistake::new(message).with_help(help)]);
            }
            Err(JournalProblem::Stuck(why)) => {
                let message = format!(
                    "an earlier --fix was interrupted and can be neither completed nor undone, `{shown}`: {why}"
                );
                return Err(vec![Mistake::new(message)]);
            }
        }
        Ok(Self { choice, writes: true, _lock: Some(lock), notes })
    }

    /// Deletes the temporary files of interrupted runs: `leftovers`, and those in the folders of the files `places`.
    pub(super) fn sweep<'p>(&mut self, places: impl Iterator<Item = &'p Path>, leftovers: &[PathBuf]) {
        if !self.writes {
            return;
        }
        let folders: BTreeSet<&Path> = places.filter_map(Path::parent).collect();
        let count = write::sweep(folders.into_iter(), leftovers);
        if count > 0 {
            let what = if count == 1 { "file" } else { "files" };
            self.notes.push(format!("deleted {count} temporary {what} of an earlier --fix that was interrupted"));
        }
    }

    /// Applies the fixes of the findings in `answers`, and replaces the answers of changed files by those of their new
    /// texts.
    pub(super) fn apply(self, inputs: &FixInputs<'_>, answers: &mut Vec<FileAnswer>) -> Fixes {
        let units = units(answers, self.choice);
        let paths_of_units: BTreeSet<&RelPath> = units.iter().flat_map(|unit| &unit.paths).collect();
        let contexts = inputs.checker.contexts(inputs.files);
        let apply = |unit: &FixUnit| self.apply_unit(inputs, &contexts, unit, &paths_of_units);
        let mut results = inputs.workers.each(&units, apply);
        results.sort_by(|a, b| a.first.cmp(&b.first));
        let writes = self.writes;
        let mut fixes = Fixes { notes: self.notes, ..Fixes::default() };
        for result in results {
            fixes.add_result(result);
        }
        if writes {
            sync_folders(inputs, &fixes.files);
        }
        recheck(inputs, &fixes.files, answers);
        fixes
    }

    /// Applies the fixes of a unit. `paths_of_units` are the files of all units; a fix may not edit those of another
    /// one.
    fn apply_unit(
        &self,
        inputs: &FixInputs<'_>,
        contexts: &Contexts<'_>,
        unit: &FixUnit,
        paths_of_units: &BTreeSet<&RelPath>,
    ) -> UnitResult {
        let mut open = |path: &RelPath| match (inputs.disk_file)(path) {
            Some(_) if unit.paths.contains(path) || !paths_of_units.contains(path) => {
                inputs.checker.input_to_edit(path, contexts).map_or(Opened::Refused, Opened::File)
            }
            None if inputs.may_create && inputs.paths.metadata_unless_link(path).is_none() => Opened::Absent,
            _ => Opened::Refused,
        };
        let known = inputs.known.iter().filter(|finding| unit.paths.contains(&finding.path)).cloned();
        let files = unit.files.iter().cloned().map(|file| contexts.input(file)).collect();
        let request = FixRequest::new(files, self.choice, &mut open).with_known(known.collect());
        let outcome = inputs.checker.plan_fixes(request);
        let unwritten = if self.writes { write_all(inputs, &outcome) } else { Vec::new() };
        UnitResult { first: unit.files.first().map(|file| file.path().clone()), outcome, unwritten }
    }
}

/// Files whose fixes are applied together.
struct FixUnit {
    files: Vec<SourceFile>,
    /// The paths of the files, and of other files that their fixes edit.
    paths: BTreeSet<RelPath>,
}

/// The result of applying the fixes of a unit.
struct UnitResult {
    first: Option<RelPath>,
    outcome: FixOutcome,
    unwritten: Vec<(RelPath, String)>,
}

/// Groups the files with fixes: all files whose fixes edit more than one file form one unit, every other file is a unit
/// of its own.
fn units(answers: &[FileAnswer], choice: Choice) -> Vec<FixUnit> {
    let mut single = Vec::new();
    let mut joined = FixUnit { files: Vec::new(), paths: BTreeSet::new() };
    for answer in answers {
        let Some(source) = answer.source() else { continue };
        let fixes = || answer.diagnostics().filter_map(|found| choice.of(found));
        // Unused suppressions are found when the answers are merged, and so by the planner.
        if fixes().next().is_none() && !answer.has_idle_suppression() {
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

/// Writes the changed files of an outcome. Returns those that were not written, with the reasons.
fn write_all(inputs: &FixInputs<'_>, outcome: &FixOutcome) -> Vec<(RelPath, String)> {
    let at = |path: &RelPath| (inputs.disk_file)(path).map(|file| file.at.as_path());
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
    // The target of a symbolic link is replaced, so the journal names the target.
    let real = |path: &RelPath| Some(inputs.paths.below(at(path)?)?.0.as_str().to_owned());
    let entries: Option<Vec<Vec<JournalEntry>>> =
        outcome.files.iter().map(|file| journal_entries(file, &real)).collect();
    let written = entries.ok_or_else(lost).and_then(|entries| journal::replace(inputs.paths.root(), entries.concat()));
    match written {
        Ok(()) => Vec::new(),
        Err(why) => {
            let why = format!("its fixes can only be written together with those of other files, and {why}");
            outcome.files.iter().filter_map(|file| Some((file.path()?.clone(), why.clone()))).collect()
        }
    }
}

/// The entries of a changed file in the journal: two for a renamed file. `None` if the file no longer exists.
fn journal_entries(file: &FixedFile, real: &dyn Fn(&RelPath) -> Option<String>) -> Option<Vec<JournalEntry>> {
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

/// Syncs the folders of written files, so that their new names are durable. Their texts are synced already: if this
/// fails and the system crashes, a file has its complete old text.
fn sync_folders(inputs: &FixInputs<'_>, files: &[FixedFile]) {
    // Files without a place on the disk before were written by the journal, which has synced their folders.
    let at = files.iter().filter_map(|file| (inputs.disk_file)(file.before.as_ref()?.path())?.at.parent());
    for folder in at.collect::<BTreeSet<&Path>>() {
        let _ = write::sync_folder(folder);
    }
}

/// Checks the fixed texts, and replaces the answers of the old texts.
fn recheck(inputs: &FixInputs<'_>, fixed: &[FixedFile], answers: &mut Vec<FileAnswer>) {
    let new: Vec<&SourceFile> = fixed.iter().filter_map(|file| file.after.as_ref()).collect();
    let old: BTreeSet<&RelPath> = fixed.iter().filter_map(|file| Some(file.before.as_ref()?.path())).collect();
    let mut files = OverlayFiles::new(inputs.files);
    for source in &new {
        files.open(source.path().clone(), source.text().as_bytes());
    }
    let contexts = inputs.checker.contexts(&files);
    let fresh = inputs.workers.each(&new, |source| inputs.checker.check_source((*source).clone(), &contexts));
    answers.retain(|answer| !old.contains(answer.path()));
    answers.extend(fresh);
}

impl Fixes {
    /// Adds the result of a unit, without the fixes in files that were not written.
    fn add_result(&mut self, result: UnitResult) {
        let UnitResult { outcome, unwritten, first } = result;
        let mut lost: BTreeSet<RelPath> = unwritten.iter().map(|(path, _)| path.clone()).collect();
        for file in &outcome.files {
            if file.path().is_some_and(|path| lost.contains(path)) {
                lost.extend(file.paths().cloned());
            }
        }
        let is_written = |path: &RelPath| !lost.contains(path);
        self.files.extend(outcome.files.into_iter().filter(|file| file.path().is_some_and(is_written)));
        self.applied.extend(outcome.applied.into_iter().filter(|fix| is_written(&fix.path)));
        self.rolled_back.extend(outcome.rolled_back.into_iter().filter(|fix| is_written(&fix.path)));
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
