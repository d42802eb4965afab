//! The run that goes on: a check, and one after each change that can matter.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;
use lawbook_workspace::{KeptAnswers, Request, Run, WatchedPlaces, Workspace};

use super::super::{CheckSubject, opening_of, patterns, refuse_contradictions, request, targets};
use super::delta::WatchedCounts;
use super::folders::WatchedFolders;
use super::notices::{Gathered, Notice, gather};
use super::scene::{PathState, Scene};
use super::show::{self, Shown};
use crate::args::CheckArgs;
use crate::command::{CommandOutcome, CommandResult, Context, run_with_progress};

/// The time between two looks at folders that the system does not tell about.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// The time between two attempts while the law has mistakes: what would correct them may lie in a folder that is not watched.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The most runs that follow one at once, because folders have come or fixes were written meanwhile.
const MAX_FOLLOWING_RUNS: usize = 3;

/// The most notices that wait while a run goes on.
const MAX_NOTICES: usize = 100_000;

/// The length and the time of a file that this run has written.
type WrittenState = (u64, Option<SystemTime>);

/// Checks until the user ends it.
pub(super) fn run(packs: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    refuse_contradictions(args)?;
    let mut opening = opening_of(packs, args);
    opening.paths.clone_from(&args.paths);
    if patterns::expand(&mut opening, args, context)? || !opening.matched.is_empty() {
        let message = "`--watch` watches files and folders, and no globs: a new file would not be seen";
        return Err(Mistake::new(message).with_help("name the folder: `lawbook check --watch src`").into());
    }
    let workspace = Workspace::open(context.cwd()?, opening)?;
    targets::refuse_of_law(&workspace.law(), args, context)?;
    let kept = Arc::new(KeptAnswers::default());
    let request = request(&CheckSubject::Opened, args, context)?.with_reload().with_kept(kept.clone());
    let (sender, notices) = mpsc::sync_channel(MAX_NOTICES);
    let mut folders = WatchedFolders::new(sender);
    // They are watched before they are checked, so that no change falls between the two.
    folders.follow(&places(&workspace)?);
    let mut session = WatchSession {
        workspace,
        request,
        kept,
        folders,
        notices,
        scene: Scene::default(),
        written: HashMap::new(),
        before: None,
        mistakes: None,
        outcome: CommandOutcome::Clean,
    };
    let mut reason = Reason::Start;
    loop {
        let mut left = MAX_FOLLOWING_RUNS;
        while session.check(reason, args, context)? && left > 0 {
            (reason, left) = (Reason::Unsure, left - 1);
        }
        if context.output.is_closed() {
            return Ok(session.outcome);
        }
        reason = session.wait();
    }
}

/// The places that are searched, and those of the law.
fn places(workspace: &Workspace) -> Result<WatchedPlaces, MistakeList> {
    Ok(workspace.run(&Request::list())?.watched())
}

/// The reason for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// The command has begun.
    Start,
    /// Something that matters has changed.
    Change,
    /// Something may have changed: nothing is said if nothing has.
    Unsure,
}

/// The state between two runs.
struct WatchSession {
    workspace: Workspace,
    request: Request,
    kept: Arc<KeptAnswers>,
    folders: WatchedFolders,
    notices: Receiver<Notice>,
    scene: Scene,
    /// The files that runs have written, as they were then: the notices of that are none of a change.
    written: HashMap<PathBuf, WrittenState>,
    /// The findings of the last run that could run.
    before: Option<WatchedCounts>,
    /// The mistakes for which the last run could not run.
    mistakes: Option<Vec<Mistake>>,
    outcome: CommandOutcome,
}

impl WatchSession {
    /// Checks, and shows what has changed. Returns true if something may have changed meanwhile.
    ///
    /// # Errors
    /// The first run could not run, or standard output cannot be written.
    fn check(&mut self, reason: Reason, args: &CheckArgs, context: &mut Context<'_>) -> Result<bool, MistakeList> {
        let ran = run_with_progress(&self.workspace, self.request.clone(), context).and_then(|run| {
            targets::refuse_of_law(&run.law, args, context)?;
            show::expect_checked(&run, args)?;
            Ok(run)
        });
        let run = match ran {
            Ok(run) => run,
            Err(mistakes) if reason == Reason::Start => return Err(mistakes),
            Err(mistakes) => {
                let mistakes: Vec<Mistake> = mistakes.iter().cloned().collect();
                if self.mistakes.as_ref() != Some(&mistakes) {
                    show::mistakes(&mistakes, args, context)?;
                    self.mistakes = Some(mistakes);
                    self.outcome = CommandOutcome::Findings;
                }
                // The last law that had none says where files are.
                return Ok(places(&self.workspace).is_ok_and(|places| self.folders.follow(&places)));
            }
        };
        let has_written = self.note_written(&run);
        let places = if args.change.selection().is_some() { places(&self.workspace)? } else { run.watched() };
        let is_more = self.folders.follow(&places);
        self.scene = Scene::of(&run, places);
        let shown = Shown {
            is_first: reason == Reason::Start,
            is_recovered: self.mistakes.take().is_some(),
            is_sure: reason != Reason::Unsure,
            before: self.before.as_ref(),
            folders: &self.folders,
        };
        let (counts, outcome) = shown.report(run, args, context)?;
        (self.before, self.outcome) = (Some(counts), outcome);
        Ok(is_more || has_written)
    }

    /// Waits for a change that can matter to the next run.
    fn wait(&mut self) -> Reason {
        loop {
            let interval = match (&self.mistakes, self.folders.problem()) {
                (Some(_), _) => Some(RETRY_INTERVAL),
                (None, Some(_)) => Some(POLL_INTERVAL),
                (None, None) => None,
            };
            let first = match interval {
                Some(interval) => self.notices.recv_timeout(interval),
                None => self.notices.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let first = match first {
                Ok(first) => first,
                Err(RecvTimeoutError::Timeout) => return Reason::Unsure,
                Err(RecvTimeoutError::Disconnected) => {
                    // The watcher could not be made, so that folders are looked at from time to time.
                    std::thread::sleep(interval.unwrap_or(POLL_INTERVAL));
                    return Reason::Unsure;
                }
            };
            let mut next = |wait| self.notices.recv_timeout(wait).ok();
            let mut gathered = gather(first, &mut next, &mut Instant::now);
            if self.folders.has_lost() {
                gathered.lose();
            }
            if self.take(&gathered) {
                return if gathered.is_lost { Reason::Unsure } else { Reason::Change };
            }
        }
    }

    /// Takes in what has changed. Returns true if it can matter to the next run.
    fn take(&mut self, gathered: &Gathered) -> bool {
        self.folders.forget(gathered);
        if gathered.is_lost {
            self.kept.forget_all();
            return true;
        }
        let mut matters = self.mistakes.is_some();
        for path in &gathered.paths {
            if let Some(written) = self.written.get(path) {
                if Some(written) == written_state(path).as_ref() {
                    continue;
                }
                self.written.remove(path);
            }
            if let Some(file) = self.scene.file(path) {
                self.kept.forget(file);
            }
            matters |= self.scene.matters(path, PathState::of(path));
        }
        matters
    }

    /// Notes the files that a run has written, and returns true if there are any. Their answers are those from before.
    fn note_written(&mut self, run: &Run) -> bool {
        let fixed = run.fixes.iter().flat_map(|fixes| &fixes.files);
        let fixed = fixed.filter_map(|file| Some(run.law.root().join(file.after.as_ref()?.path().as_str())));
        let written: Vec<(PathBuf, WrittenState)> =
            fixed.filter_map(|at| Some((at.clone(), written_state(&at)?))).collect();
        let has_written = !written.is_empty();
        self.written.extend(written);
        has_written
    }
}

fn written_state(path: &Path) -> Option<WrittenState> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}
