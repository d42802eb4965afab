//! A run: the stages from a request to its answer.

use std::time::Duration;

use lawbook_core::engine::{Concluded, FileAnswer};
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::policy::baseline::Comparison;
use lawbook_core::report::Report;
use lawbook_core::rule::page::Scope;
use lawbook_core::source::{FileEntry, Files, RelPath, SourceFile};

use crate::accept::BaselineChange;
use crate::baseline::BaselinePart;
use crate::checker::{ContentKind, Keeps};
use crate::clock::Stopwatch;
use crate::fix::{FixInputs, FixSession, Fixes};
use crate::inputs::{Batch, BatchFiles};
use crate::known;
use crate::law::Law;
use crate::request::{BaselineMode, FixMode, Inputs, Progress, Request, RunTask};

/// The answer to a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The report; after fixes, that of the fixed texts.
    pub report: Report,
    /// The applied fixes and those that failed; `None` unless the request asks for fixes.
    pub fixes: Option<Fixes>,
    /// The files of known languages that the request covers, in no particular order, without those that the settings
    /// exclude.
    pub files: Vec<FileEntry>,
    /// The answers of single files, in no particular order, also of files that were skipped or could not be read.
    pub answers: Vec<FileAnswer>,
    /// The comparison with the baseline: for each diagnostic of the report, by index, the entry that matches it. `None`
    /// unless the mode is [`BaselineMode::Compare`], `Accept` or `Prune`.
    pub comparison: Option<Comparison>,
    /// The changes to the baseline on the disk; `None` unless the mode is [`BaselineMode::Accept`] or `Prune`.
    pub baseline_change: Option<BaselineChange>,
    /// Configuration files in folders below the root; they are not read.
    pub nested: Vec<RelPath>,
    /// True if the configuration was reloaded and has changed.
    pub is_reloaded: bool,
    /// The duration of each phase, in order.
    pub phases: Vec<(&'static str, Duration)>,
}

impl Run {
    /// A run without fixes and without a comparison with the baseline.
    fn new(
        report: Report,
        files: Vec<FileEntry>,
        answers: Vec<FileAnswer>,
        nested: Vec<RelPath>,
        phases: Vec<(&'static str, Duration)>,
    ) -> Self {
        Self {
            report,
            fixes: None,
            files,
            answers,
            comparison: None,
            baseline_change: None,
            nested,
            is_reloaded: false,
            phases,
        }
    }
}

impl Law {
    /// Answers a request with this law. For the errors see [`Workspace::run`](crate::Workspace::run).
    pub(crate) fn answer(&self, request: &Request) -> Result<Run, Vec<Mistake>> {
        request.check()?;
        if request.task == RunTask::List {
            return self.list(request);
        }
        let mut stopwatch = Stopwatch::start();
        let session = match request.fixes {
            FixMode::List => None,
            FixMode::Show(choice) => Some(FixSession::in_memory(choice)),
            FixMode::Write(choice) => Some(FixSession::open(&self.paths, self.checker.filter(), choice)?),
        };
        let mut batch = self.find(request)?;
        if request.baseline != BaselineMode::Ignore {
            // A run that writes reads the whole baseline now, so that no mistake in it stops the run after a write.
            let is_writing = matches!(request.fixes, FixMode::Write(_)) || request.writes_baseline();
            let part = if is_writing { BaselinePart::Whole } else { batch.coverage.baseline_part(self) };
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
        report.summary.ignored = batch.ignored;
        batch.describe_skipped(self.root(), &mut report);
        if let Some(fixes) = &fixes {
            fixes.add_to_report(&mut report);
        }
        stopwatch.lap("conclude");
        let mut comparison = known::hide_known(self, &mut report, request, &batch)?;
        stopwatch.lap("compare");
        let baseline_change = match &mut comparison {
            Some(comparison) => self.write_baseline(&request.baseline, &report, comparison)?,
            None => None,
        };
        let run = Run::new(report, batch.entries, answers, batch.nested, stopwatch.laps);
        Ok(Run { fixes, comparison, baseline_change, ..run })
    }

    /// Finds the files of a request and checks none of them.
    fn list(&self, request: &Request) -> Result<Run, Vec<Mistake>> {
        let mut stopwatch = Stopwatch::start();
        let batch = self.find(request)?;
        let mut report = self.checker.merge(&batch.answers, &Concluded::default());
        report.summary.ignored = batch.ignored;
        batch.describe_skipped(self.root(), &mut report);
        stopwatch.lap("discover");
        Ok(Run::new(report, batch.entries, batch.answers, batch.nested, stopwatch.laps))
    }

    fn fix_batch(
        &self,
        mut session: FixSession,
        batch: &Batch<'_>,
        answers: &mut Vec<FileAnswer>,
        request: &Request,
    ) -> Fixes {
        let places = batch.entries.iter().filter_map(|entry| batch.files.disk_file(&entry.path));
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
            disk_file: &|path| batch.files.disk_file(path),
            may_create: matches!(batch.files, BatchFiles::Disk(_)),
            known: &known,
        };
        session.apply(&inputs, answers)
    }

    /// The files that a run over these inputs reads: those on the disk; for a staged change, those in git's index; for
    /// texts, those texts, and for all other paths the disk.
    ///
    /// # Errors
    /// A path does not exist, or the files of the change cannot be determined.
    pub fn files(&self, inputs: &Inputs) -> Result<Box<dyn Files + '_>, MistakeList> {
        let request = Request { inputs: inputs.clone(), ..Request::default() };
        Ok(match self.find(&request)?.files {
            BatchFiles::Disk(files) => Box::new(files),
            BatchFiles::Overlay(files) => Box::new(files),
            BatchFiles::Index(files) => Box::new(files),
        })
    }

    /// Runs the rules about more than single files: those about the project, if the run covers the whole root, or those
    /// about the change.
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
            BatchFiles::Disk(_) | BatchFiles::Overlay(_) => ContentKind::WorkingTree,
            BatchFiles::Index(_) => ContentKind::Repository,
        };
        let mut answers = std::mem::take(&mut batch.answers);
        let progress = request.progress.as_deref();
        let keeps = |source: &SourceFile| batch.keeps(self.root(), source);
        let files = batch.files.files();
        answers.extend(self.check_each_unless_left_out(&batch.entries, files, kind, request, progress, &keeps)?);
        Ok(answers)
    }

    /// Checks files on several threads and counts them in `progress`. Files that their content leaves out are skipped.
    ///
    /// # Errors
    /// The run was cancelled.
    pub(crate) fn check_each(
        &self,
        entries: &[FileEntry],
        files: &dyn Files,
        kind: ContentKind,
        request: &Request,
        progress: Option<&Progress>,
    ) -> Result<Vec<FileAnswer>, Vec<Mistake>> {
        self.check_each_unless_left_out(entries, files, kind, request, progress, &|_| false)
    }

    /// The same with a decision about the files that their content leaves out.
    fn check_each_unless_left_out(
        &self,
        entries: &[FileEntry],
        files: &dyn Files,
        kind: ContentKind,
        request: &Request,
        progress: Option<&Progress>,
        keeps: &Keeps<'_>,
    ) -> Result<Vec<FileAnswer>, Vec<Mistake>> {
        let cancellable = request.cancelled.as_ref().map(|flag| self.checker.cancelled_by(flag.clone()));
        let checker = cancellable.as_ref().unwrap_or(&self.checker);
        let contexts = checker.contexts(files);
        contexts.read_ahead(|| entries.iter().map(|entry| &entry.path));
        let answers = self.workers.each(entries, |entry| {
            let answer = (!request.is_cancelled()).then(|| checker.check_file(entry, &contexts, kind, keeps));
            if let Some(progress) = progress {
                progress.advance();
            }
            // A check that was cancelled has no complete answer.
            answer.filter(|_| !request.is_cancelled())
        });
        let answers: Option<Vec<FileAnswer>> = answers.into_iter().collect();
        answers.ok_or_else(|| vec![Mistake::new("the run was cancelled")])
    }
}
