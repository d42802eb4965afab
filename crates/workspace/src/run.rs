//! A run: from a request to its answer.

use std::time::Duration;

use lawbook_core::engine::{Concluded, FileAnswer};
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::policy::baseline::Comparison;
use lawbook_core::report::Report;
use lawbook_core::rule::page::Scope;
use lawbook_core::source::{FileEntry, Files, RelPath};

use crate::accept::BaselineChange;
use crate::baseline::BaselinePart;
use crate::checker::ContentKind;
use crate::clock::Stopwatch;
use crate::fix::{FixInputs, FixSession, Fixes};
use crate::inputs::{Batch, Source};
use crate::known;
use crate::law::Law;
use crate::request::{BaselineMode, FixMode, Inputs, Progress, Request, Task};

/// The answer to a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The findings; after fixes, those that are left.
    pub report: Report,
    /// The fixes that were applied and those that were not; none unless they were asked for.
    pub fixes: Option<Fixes>,
    /// The files of known languages that the request names, in no order. Those that the settings leave out are not
    /// among them.
    pub files: Vec<FileEntry>,
    /// The answers of single files, in no order: those that were checked, and those that account for a file which was
    /// not.
    pub answers: Vec<FileAnswer>,
    /// For each diagnostic of the report, by number, the entry of the baseline that knows it; none unless
    /// [`BaselineMode::Compare`], `Accept` or `Prune` was asked for.
    pub comparison: Option<Comparison>,
    /// The change of the baseline on the disk; none unless [`BaselineMode::Accept`] or `Prune` was asked for.
    pub baseline_change: Option<BaselineChange>,
    /// Configuration files in folders below the root. They are not read.
    pub nested: Vec<RelPath>,
    /// True if the configuration was reloaded and is another one.
    pub is_reloaded: bool,
    /// The time that each phase took, in order.
    pub phases: Vec<(&'static str, Duration)>,
}

impl Law {
    /// Answers a request by this law; [`Workspace::run`](crate::Workspace::run) says which errors there are.
    pub(crate) fn answer(&self, request: &Request) -> Result<Run, Vec<Mistake>> {
        request.check()?;
        if request.task == Task::List {
            return self.list(request);
        }
        let mut stopwatch = Stopwatch::start();
        let session = match request.fixes {
            FixMode::List => None,
            FixMode::Show(choice) => Some(FixSession::in_memory(choice)),
            FixMode::Write(choice) => Some(FixSession::open(&self.paths, choice)?),
        };
        let mut batch = self.find(request)?;
        if request.baseline != BaselineMode::Ignore {
            // Nothing may be written before all that could stop the run is known.
            let is_writing = matches!(request.fixes, FixMode::Write(_)) || request.writes_baseline();
            let part = if is_writing { BaselinePart::Whole } else { batch.coverage.part(self) };
            self.baseline().read(&part)?;
            self.check_baseline_mode(&request.baseline, &batch.coverage)?;
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
        let mut comparison = known::hide_known(self, &mut report, request, &batch)?;
        stopwatch.lap("compare");
        let baseline_change = match &mut comparison {
            Some(comparison) => self.write_baseline(&request.baseline, &report, comparison)?,
            None => None,
        };
        Ok(Run {
            report,
            fixes,
            files: batch.entries,
            answers,
            comparison,
            baseline_change,
            nested: batch.nested,
            is_reloaded: false,
            phases: stopwatch.laps,
        })
    }

    /// Finds the files of a request and checks none of them.
    fn list(&self, request: &Request) -> Result<Run, Vec<Mistake>> {
        let mut stopwatch = Stopwatch::start();
        let batch = self.find(request)?;
        let report = self.checker.merge(&batch.answers, &Concluded::default());
        stopwatch.lap("discover");
        Ok(Run {
            report,
            fixes: None,
            files: batch.entries,
            answers: batch.answers,
            comparison: None,
            baseline_change: None,
            nested: batch.nested,
            is_reloaded: false,
            phases: stopwatch.laps,
        })
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
            _ => self.baseline().baseline().of(path).map(|(_, entry)| entry.fingerprint.clone()).collect(),
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

    /// The files that a run over these inputs reads: those of the disk, those of git's index for a staged change, or the
    /// texts that are handed in over those of the disk.
    ///
    /// # Errors
    /// A path that is not there, or a change that git or the repository cannot say.
    pub fn files(&self, inputs: &Inputs) -> Result<Box<dyn Files + '_>, MistakeList> {
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
    pub(crate) fn check_each(
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
        answers.ok_or_else(|| vec![Mistake::new("the run was cancelled")])
    }
}
