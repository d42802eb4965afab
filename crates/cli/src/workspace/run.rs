//! The one door: from a request to its answer.

use std::time::Duration;

use lawbook_core::engine::{Concluded, FileAnswer};
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::baseline::Comparison;
use lawbook_core::report::Report;
use lawbook_core::rule::page::Scope;
use lawbook_core::source::{FileEntry, Files, RelPath};

use crate::workspace::baseline::BaselinePart;
use crate::workspace::checker::ContentKind;
use crate::workspace::clock::Stopwatch;
use crate::workspace::fix::{FixInputs, FixSession, Fixes};
use crate::workspace::inputs::{Batch, Source};
use crate::workspace::known;
use crate::workspace::mistakes::mistake;
use crate::workspace::open::Workspace;
use crate::workspace::request::{BaselineMode, FixMode, Inputs, Progress, Request};

/// The answer to a request.
#[derive(Debug)]
pub struct Run {
    /// What was found, of what remains when fixes were applied.
    pub report: Report,
    /// What became of the fixes, when they were to be applied.
    pub fixes: Option<Fixes>,
    /// The answers of the files by themselves, in no order: those that were checked, and those that account for a file
    /// which was not.
    pub answers: Vec<FileAnswer>,
    /// What the baseline says of the findings of the report, by number; none unless [`BaselineMode::Compare`] was asked
    /// for.
    pub comparison: Option<Comparison>,
    /// Configuration files below the root, which nobody reads.
    pub nested: Vec<RelPath>,
    /// How long each phase took, in order.
    pub phases: Vec<(&'static str, Duration)>,
}

impl Workspace {
    /// Checks what a request names, applies fixes when it says so, and reports.
    ///
    /// # Errors
    /// All mistakes that keep it from being answered: a combination that means nothing, a path that is not there, a
    /// baseline that cannot be read, a repository that cannot say what a change is, another run that writes below the
    /// same root, or that it was cancelled. What is wrong with a file to check is never one; it is in the report.
    pub fn run(&self, request: &Request) -> Result<Run, Vec<Mistake>> {
        request.check()?;
        let mut stopwatch = Stopwatch::start();
        let session = match request.fixes {
            FixMode::List => None,
            FixMode::Show(choice) => Some(FixSession::in_memory(choice)),
            FixMode::Write(choice) => Some(FixSession::open(&self.paths, choice)?),
        };
        let mut batch = self.find(request)?;
        if request.baseline != BaselineMode::Ignore {
            // Nothing may be written before all that could stop the run is known.
            let is_writing = matches!(request.fixes, FixMode::Write(_));
            let part = if is_writing { BaselinePart::Whole } else { batch.coverage.part(self) };
            self.baseline().read(&part)?;
        }
        stopwatch.lap(if matches!(request.inputs, Inputs::Change(_)) { "git" } else { "discover" });
        let mut answers = self.check_batch(&mut batch, request)?;
        stopwatch.lap("check");
        let fixes = session.map(|session| {
            let fixes = self.fix_batch(session, &batch, &mut answers, request);
            stopwatch.lap("fix");
            fixes
        });
        let concluded = self.conclude(&batch, &answers, request)?;
        let mut report = self.checker.merge(&answers, &concluded);
        if let Some(fixes) = &fixes {
            fixes.note_in(&mut report);
        }
        stopwatch.lap("conclude");
        let comparison = known::hide_known(self, &mut report, request, &batch)?;
        stopwatch.lap("compare");
        Ok(Run { report, fixes, answers, comparison, nested: batch.nested, phases: stopwatch.laps })
    }

    fn fix_batch(
        &self,
        mut session: FixSession,
        batch: &Batch<'_>,
        answers: &mut Vec<FileAnswer>,
        request: &Request,
    ) -> Fixes {
        let places = batch.entries.iter().filter_map(|entry| batch.files.place(&entry.path));
        session.sweep(places.map(|file| file.at.as_path()), &batch.leftovers);
        let known = |path: &RelPath| match request.baseline {
            BaselineMode::Ignore => Vec::new(),
            BaselineMode::Hide | BaselineMode::Compare => {
                self.baseline().baseline().of(path).map(|(_, entry)| entry.fingerprint.clone()).collect()
            }
        };
        let inputs = FixInputs {
            checker: &self.checker,
            workers: self.workers,
            paths: &self.paths,
            files: batch.files.files(),
            place: &|path| batch.files.place(path),
            may_create: matches!(batch.files, Source::Disk(_)),
            known: &known,
        };
        session.apply(&inputs, answers)
    }

    /// The files that a run over these inputs sees, with the contents that it would check: those of the disk, of git's
    /// index for a staged change, and the texts that are handed in over those of the disk.
    ///
    /// # Errors
    /// Those of finding them.
    pub fn files(&self, inputs: &Inputs) -> Result<Box<dyn Files + '_>, Vec<Mistake>> {
        let request = Request { inputs: inputs.clone(), ..Request::default() };
        Ok(match self.find(&request)?.files {
            Source::Disk(files) => Box::new(files),
            Source::Overlay(files) => Box::new(files),
            Source::Index(files) => Box::new(files),
        })
    }

    /// What rules find that look beyond single files: at the project, which only a run over the whole root sees, or at
    /// the change.
    fn conclude(
        &self,
        batch: &Batch<'_>,
        answers: &[FileAnswer],
        request: &Request,
    ) -> Result<Concluded, Vec<Mistake>> {
        let files = batch.files.files();
        match &batch.change {
            Some(change) if self.plan().has_phase(Scope::Change) => {
                self.conclude_change(change, files, answers, request)
            }
            None if batch.coverage.is_whole(self.root()) => Ok(self.checker.conclude(answers, files)),
            _ => Ok(Concluded::default()),
        }
    }

    fn check_batch(&self, batch: &mut Batch<'_>, request: &Request) -> Result<Vec<FileAnswer>, Vec<Mistake>> {
        if let Some(progress) = &request.progress {
            progress.start(batch.entries.len());
        }
        let kind = match &batch.files {
            Source::Disk(_) | Source::Overlay(_) => ContentKind::WorkingTree,
            Source::Index(_) => ContentKind::Repository,
        };
        let mut answers = std::mem::take(&mut batch.answers);
        let progress = request.progress.as_deref();
        answers.extend(self.check_each(&batch.entries, batch.files.files(), kind, request, progress)?);
        Ok(answers)
    }

    /// The answer of each file, counted in `progress`.
    ///
    /// # Errors
    /// The run was cancelled meanwhile.
    pub(super) fn check_each(
        &self,
        entries: &[FileEntry],
        files: &dyn Files,
        kind: ContentKind,
        request: &Request,
        progress: Option<&Progress>,
    ) -> Result<Vec<FileAnswer>, Vec<Mistake>> {
        let cancellable = request.cancelled.as_ref().map(|flag| self.checker.cancelled_by(flag.clone()));
        let checker = cancellable.as_ref().unwrap_or(&self.checker);
        let answers = self.workers.each(entries, |entry| {
            let answer = (!request.is_cancelled()).then(|| checker.check_file(entry, files, kind));
            if let Some(progress) = progress {
                progress.advance();
            }
            // What was cut short meanwhile says nothing of the file.
            answer.filter(|_| !request.is_cancelled())
        });
        let answers: Option<Vec<FileAnswer>> = answers.into_iter().collect();
        answers.ok_or_else(|| vec![mistake("the run was cancelled")])
    }
}
