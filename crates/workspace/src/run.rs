//! A run: the stages from a request to its answer.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lawbook_core::engine::{Concluded, FileAnswer};
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::policy::baseline::Comparison;
use lawbook_core::policy::tests::LostTest;
use lawbook_core::report::Report;
use lawbook_core::source::{FileEntry, Files, RelPath, SourceFile};

use crate::accept::BaselineChange;
use crate::again::Answers;
use crate::baseline::BaselinePart;
use crate::change::Change;
use crate::changed_law::ChangedLaw;
use crate::checker::{ContentKind, Keeps};
use crate::clock::Stopwatch;
use crate::config;
use crate::fix::{FixInputs, FixSession, Fixes};
use crate::inputs::{Batch, BatchFiles};
use crate::known;
use crate::law::Law;
use crate::request::{BaselineMode, FixMode, Inputs, Progress, Request, RunTask};
use crate::sides::ChangeBatch;

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
    /// The tests that a change takes away, sorted; empty unless the request compares tests.
    pub lost_tests: Vec<LostTest>,
    /// The law that the run was by.
    pub law: Arc<Law>,
    /// Notes for the user about the files of the run, a line each: files in folders below the root that are named like a
    /// configuration and are not read.
    pub notes: Vec<String>,
    /// The effects of a change on the law; `None` once it was judged by both laws, and for runs over no change.
    pub(crate) changed_law: Option<ChangedLaw>,
    /// True if the configuration was reloaded and has changed.
    pub is_reloaded: bool,
    /// The files that were checked now, and those that are gone since the run before; sorted. Empty unless the request has
    /// answers of earlier runs.
    pub rechecked: Vec<RelPath>,
    /// The absolute paths of the folders that a search has listed or found files in, some of them twice.
    pub(crate) folders: Vec<PathBuf>,
    /// The duration of each phase, in order.
    pub phases: Vec<(&'static str, Duration)>,
}

impl Run {
    /// A run without fixes and without a comparison with the baseline.
    fn new(
        report: Report,
        files: Vec<FileEntry>,
        answers: Vec<FileAnswer>,
        law: Arc<Law>,
        phases: Vec<(&'static str, Duration)>,
    ) -> Self {
        Self {
            report,
            fixes: None,
            files,
            answers,
            comparison: None,
            baseline_change: None,
            lost_tests: Vec::new(),
            law,
            notes: Vec::new(),
            changed_law: None,
            is_reloaded: false,
            rechecked: Vec::new(),
            folders: Vec::new(),
            phases,
        }
    }
}

/// The answer of a law to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The run.
    Run(Box<Run>),
    /// The `lawbook.toml` files that hold for files of the request and are not part of the law: nothing was checked.
    Unread(BTreeSet<PathBuf>),
}

impl Law {
    /// Answers a request with this law. For the errors see [`Workspace::run`](crate::Workspace::run).
    pub(crate) fn answer(self: &Arc<Self>, request: &Request) -> Result<Answer, Vec<Mistake>> {
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
        let unread = self.unread_configs(&batch);
        if !unread.is_empty() {
            return Ok(Answer::Unread(unread));
        }
        self.check_any_rule()?;
        if request.baseline != BaselineMode::Ignore {
            // A run that writes reads the whole baseline now, so that no mistake in it stops the run after a write.
            let is_writing = matches!(request.fixes, FixMode::Write(_)) || request.writes_baseline();
            let part = if is_writing { BaselinePart::Whole } else { batch.coverage.baseline_part(self) };
            self.baseline().read(&part)?;
            self.check_baseline_mode(&request.baseline, &batch.coverage)?;
        }
        stopwatch.lap(if matches!(request.inputs, Inputs::Change(_)) { "git" } else { "discover" });
        let Answers { mut answers, rechecked } = self.check_batch(&mut batch, request)?;
        stopwatch.lap("check");
        let fixes = match session {
            Some(session) => {
                let fixes = self.fix_batch(session, &batch, &mut answers, request)?;
                stopwatch.lap("fix");
                Some(fixes)
            }
            None => None,
        };
        let concluded = self.conclude(&batch, &answers, request)?;
        let mut report = self.checker.merge(&answers, &concluded);
        self.checker.count_without_rules(&answers, &mut report);
        report.summary.ignored = batch.ignored;
        batch.describe_skipped(self, &mut report);
        if let Some(fixes) = &fixes {
            fixes.add_to_report(&mut report);
        }
        stopwatch.lap("conclude");
        if let Some(change) = &batch.change {
            report.newly_suppressed = known::newly_suppressed(self, change, &answers, &report, request)?;
        }
        let mut comparison = known::hide_known(self, &mut report, request, &batch)?;
        stopwatch.lap("compare");
        let baseline_change = match &mut comparison {
            Some(comparison) => self.write_baseline(&request.baseline, &report, comparison)?,
            None => None,
        };
        if comparison.is_none() {
            self.checker.report_refused(&mut report);
        }
        if let Some((change, before)) = batch.change.as_ref().and_then(ChangeBatch::git) {
            let Change { git, base, configs_outside, .. } = change;
            let configs = [&batch.nested[..], &configs_outside[..]].concat();
            if change.staged.as_ref().is_none_or(|staged| self.may_differ(staged)) {
                report.law_changed = self.changed_files(git, base, &configs)?;
            }
            report.relaxed = self.relaxed(change, before, batch.files.files())?;
            report.summary.outside = change.outside;
        }
        let changed_law = self.changed_law(&batch, &report)?;
        let lost_tests = match &batch.change {
            Some(change) if request.compares_tests => self.lost_tests(change, batch.files.files())?,
            _ => Vec::new(),
        };
        let mut notes = self.notes_on_misnamed(&batch.misnamed);
        let of_git = batch.change.as_ref().and_then(ChangeBatch::git);
        notes.extend(of_git.iter().flat_map(|(change, _)| change.notes.clone()));
        let run = Run::new(report, batch.entries, answers, self.clone(), stopwatch.laps);
        let run = Run { rechecked, folders: batch.folders, ..run };
        Ok(Answer::Run(Box::new(Run { fixes, comparison, baseline_change, lost_tests, notes, changed_law, ..run })))
    }

    /// A line for each file that is named like a configuration and that the law has not said already.
    fn notes_on_misnamed(&self, misnamed: &[RelPath]) -> Vec<String> {
        if !self.places.is_searched {
            return Vec::new();
        }
        let lines = misnamed.iter().map(|path| config::note_on_misnamed(&self.paths.shown(path.as_str())));
        lines.filter(|line| !self.notes().contains(line)).collect()
    }

    /// Refuses to run without a rule, because every file would look clean.
    pub(crate) fn check_any_rule(&self) -> Result<(), Vec<Mistake>> {
        if !self.plan().runs_nothing() {
            return Ok(());
        }
        let refused: Vec<Mistake> = self.plan().refused().iter().flat_map(|rule| rule.mistakes.clone()).collect();
        let help =
            "`extends` of `lawbook.toml` names presets and folders of rules, such as `extends = [\"recommended\"]`";
        let none = Mistake::new("no rule is on, so a check would find nothing");
        if refused.is_empty() {
            return Err(vec![none.with_help(help)]);
        }
        let none = none.with_help("the rules that would be on are refused: correct what is said above");
        Err([refused, vec![none]].concat())
    }

    /// Finds the files of a request and checks none of them.
    fn list(self: &Arc<Self>, request: &Request) -> Result<Answer, Vec<Mistake>> {
        let mut stopwatch = Stopwatch::start();
        let batch = self.find(request)?;
        let unread = self.unread_configs(&batch);
        if !unread.is_empty() {
            return Ok(Answer::Unread(unread));
        }
        let mut report = self.checker.merge(&batch.answers, &Concluded::default());
        report.summary.ignored = batch.ignored;
        batch.describe_skipped(self, &mut report);
        stopwatch.lap("discover");
        let run = Run::new(report, batch.entries, batch.answers, self.clone(), stopwatch.laps);
        Ok(Answer::Run(Box::new(Run { folders: batch.folders, ..run })))
    }

    /// Applies the fixes of the findings that the report would show.
    fn fix_batch(
        &self,
        mut session: FixSession,
        batch: &Batch<'_>,
        answers: &mut Vec<FileAnswer>,
        request: &Request,
    ) -> Result<Fixes, Vec<Mistake>> {
        let places = batch.entries.iter().filter_map(|entry| batch.files.disk_file(&entry.path));
        session.sweep(places.map(|file| file.at.as_path()), &batch.leftovers);
        let known = known::known_findings(self, answers, request, batch)?;
        let inputs = FixInputs {
            checker: &self.checker,
            workers: self.workers,
            paths: &self.paths,
            files: batch.files.files(),
            disk_file: &|path| batch.files.disk_file(path),
            may_create: matches!(batch.files, BatchFiles::Disk(_)),
            known: &known,
        };
        Ok(session.apply(&inputs, answers))
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
            Some(change) => self.conclude_change(change, files, answers, request),
            None if batch.coverage.is_whole(self) => Ok(self.checker.conclude(answers, files)),
            None => Ok(Concluded::default()),
        }
    }

    fn check_batch(&self, batch: &mut Batch<'_>, request: &Request) -> Result<Answers, Vec<Mistake>> {
        if let (Some(kept), Inputs::Opened) = (&request.kept, &request.inputs) {
            return self.check_again(batch, request, kept);
        }
        if let Some(progress) = &request.progress {
            progress.start(batch.entries.len());
        }
        let kind = match &batch.files {
            BatchFiles::Disk(_) | BatchFiles::Overlay(_) => ContentKind::WorkingTree,
            BatchFiles::Index(_) => ContentKind::Repository,
        };
        let mut answers = std::mem::take(&mut batch.answers);
        let progress = request.progress.as_deref();
        let keeps = |source: &SourceFile| batch.keeps(self, source);
        let files = batch.files.files();
        answers.extend(self.check_each(&batch.entries, files, kind, request, progress, &keeps)?);
        Ok(Answers { answers, rechecked: Vec::new() })
    }

    /// Checks files on several threads and counts them in `progress`. Files that their content leaves out are checked where
    /// `keeps` is true for them.
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
