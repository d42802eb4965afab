//! What a run is asked for, as data: its inputs, what becomes of fixes, and which findings are reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lawbook_core::fix::Choice;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;

/// One run of a workspace. Any inputs go with any baseline; [`Workspace::run`](crate::Workspace::run) refuses the few
/// other combinations that mean nothing.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is done with the inputs.
    pub task: Task,
    /// What is checked.
    pub inputs: Inputs,
    /// What becomes of the fixes of what is found.
    pub fixes: FixMode,
    /// Which findings of a change are reported.
    pub scope: ReportScope,
    /// What becomes of the findings that the baseline knows.
    pub baseline: BaselineMode,
    /// Whether the configuration is read again first.
    pub reload: Reload,
    /// Where the run counts its files, for other threads to see.
    pub progress: Option<Arc<Progress>>,
    /// Set by another thread when the answer is of no more use: the checks of files end soon after, and the run with a
    /// mistake that says so. Fixes that are being applied by then are applied to the end.
    pub cancelled: Option<Arc<AtomicBool>>,
}

/// What is done with the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task {
    /// The files are found and checked.
    #[default]
    Check,
    /// The files are found and not read: the run lists them, and its report counts what is left out. Fixes, scope and
    /// baseline mean nothing then.
    List,
}

/// Whether a run reads the configuration of its root again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reload {
    /// Settings, rules and baseline hold as they were read before.
    #[default]
    Never,
    /// `lawbook.toml`, the pages of rules and the baseline are read again, and hold from this run on if they are others.
    IfChanged,
}

/// What is checked.
#[derive(Clone, Debug, Default)]
pub enum Inputs {
    /// The files and folders that the workspace was opened with.
    #[default]
    Opened,
    /// These files and folders below the root; an empty path is the root.
    Paths(Vec<RelPath>),
    /// These bytes, as if they stood in the files of these paths below the root. What the workspace leaves out by its
    /// settings is left out here too.
    Texts(Vec<(RelPath, Arc<[u8]>)>),
    /// The files of a change, among those that the workspace was opened with.
    Change(Extent),
}

/// Which change is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What the next commit will hold, against the last one: git's index is checked and not the disk.
    Staged,
    /// The working tree against the last commit.
    Changed,
    /// The working tree against the commit where it left the history of this one: a branch, a tag, a commit.
    Since(String),
}

/// What becomes of fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FixMode {
    /// They are listed with their findings.
    #[default]
    List,
    /// They are applied in memory, and the report is that of the fixed texts. Nothing is written.
    Show(Choice),
    /// They are applied, proved and written to the disk, and the report is of what remains. One run at a time may write
    /// below a root.
    Write(Choice),
}

/// Which findings of a change are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportScope {
    /// All of its files.
    #[default]
    All,
    /// Those that were not there before it.
    New,
    /// Those that stand on its lines.
    Lines,
}

/// What becomes of the findings that the baseline knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaselineMode {
    /// They are counted and not reported.
    #[default]
    Hide,
    /// They are reported as all others, with a comparison beside the report that says which they are.
    Compare,
    /// The baseline is left unread.
    Ignore,
    /// The findings that it does not know are added to it. Without `extend` there must be no baseline yet.
    Accept {
        /// Whether a baseline that is there is extended.
        extend: bool,
        /// Why the findings are accepted, kept with each of them.
        reason: Option<String>,
    },
    /// Entries whose finding is gone are taken out, and those whose code has moved follow it. The run must be over the
    /// whole root.
    Prune {
        /// Whether all files of the baseline are written anew, one for each folder of sources.
        tidy: bool,
    },
}

/// How many files a run has checked, of how many.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicUsize,
    done: AtomicUsize,
}

impl Progress {
    /// How many files there are to check; 0 while they are being looked for.
    pub fn files(&self) -> usize {
        self.files.load(Ordering::Relaxed)
    }

    /// How many of them are checked.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    pub(crate) fn start(&self, files: usize) {
        self.files.store(files, Ordering::Relaxed);
    }

    pub(crate) fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Request {
    /// Checks the files and folders that the workspace was opened with.
    pub fn opened() -> Self {
        Self::default()
    }

    /// Checks files and folders below the root.
    pub fn paths(paths: impl IntoIterator<Item = RelPath>) -> Self {
        Self { inputs: Inputs::Paths(paths.into_iter().collect()), ..Self::default() }
    }

    /// Checks bytes as if they stood in the file of a path.
    pub fn text(path: RelPath, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { inputs: Inputs::Texts(vec![(path, bytes.into())]), ..Self::default() }
    }

    /// Checks a change and reports what is new in it.
    pub fn change(extent: Extent) -> Self {
        Self { inputs: Inputs::Change(extent), scope: ReportScope::New, ..Self::default() }
    }

    /// Lists the files that the workspace was opened with, and checks nothing.
    pub fn list() -> Self {
        Self { task: Task::List, ..Self::default() }
    }

    /// The same with the configuration read again first, if it has changed.
    #[must_use]
    pub fn with_reload(self) -> Self {
        Self { reload: Reload::IfChanged, ..self }
    }

    /// The same with another use of fixes.
    #[must_use]
    pub fn with_fixes(self, fixes: FixMode) -> Self {
        Self { fixes, ..self }
    }

    /// The same with other findings of a change.
    #[must_use]
    pub fn with_scope(self, scope: ReportScope) -> Self {
        Self { scope, ..self }
    }

    /// The same with another use of the baseline.
    #[must_use]
    pub fn with_baseline(self, baseline: BaselineMode) -> Self {
        Self { baseline, ..self }
    }

    /// The same, with its files counted in `progress`.
    #[must_use]
    pub fn with_progress(self, progress: Arc<Progress>) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// The same, given up soon after the flag is set.
    #[must_use]
    pub fn cancelled_by(self, flag: Arc<AtomicBool>) -> Self {
        Self { cancelled: Some(flag), ..self }
    }

    /// Whether another thread has no more use for the answer.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// True if the baseline on the disk may change.
    pub(crate) fn writes_baseline(&self) -> bool {
        matches!(self.baseline, BaselineMode::Accept { .. } | BaselineMode::Prune { .. })
    }

    /// Refuses what cannot be combined.
    pub(crate) fn check(&self) -> Result<(), Vec<Mistake>> {
        let refusal = match (&self.inputs, self.fixes, self.scope) {
            (Inputs::Texts(_) | Inputs::Change(_), ..) | (_, FixMode::Show(_) | FixMode::Write(_), _)
                if self.writes_baseline() =>
            {
                let help = "write it in a run of its own over files and folders";
                Mistake::new("the baseline is written from what stands on the disk, without fixes").with_help(help)
            }
            (Inputs::Texts(_), FixMode::Write(_), _) => {
                Mistake::new("the fixes of a text that is handed in are not written").with_help("ask to show them")
            }
            (Inputs::Change(_), FixMode::Show(_) | FixMode::Write(_), _) => {
                Mistake::new("the fixes of a change are not applied").with_help("name its files instead of the change")
            }
            (Inputs::Opened | Inputs::Paths(_) | Inputs::Texts(_), _, ReportScope::New | ReportScope::Lines) => {
                Mistake::new("only a change has findings that are new in it and lines of its own")
            }
            _ => return Ok(()),
        };
        Err(vec![refusal])
    }
}

#[cfg(test)]
mod tests {
    use lawbook_core::diagnostic::Safety;

    use super::*;

    const CHOICE: Choice = Choice::AtLeast(Safety::Safe);

    fn text() -> Request {
        Request::text(RelPath::new("a.ts"), *b"let a")
    }

    /// Asserts that a request is refused, whatever the baseline is for.
    #[track_caller]
    fn check_refused(request: &Request, expected: &str) {
        for baseline in [BaselineMode::Hide, BaselineMode::Compare, BaselineMode::Ignore] {
            let mistakes = request.clone().with_baseline(baseline).check().unwrap_err();
            assert!(mistakes[0].message.contains(expected), "{mistakes:?}");
        }
    }

    #[test]
    fn what_cannot_be_combined_is_refused() {
        check_refused(&text().with_fixes(FixMode::Write(CHOICE)), "are not written");
        for fixes in [FixMode::Show(CHOICE), FixMode::Write(CHOICE)] {
            check_refused(&Request::change(Extent::Staged).with_fixes(fixes), "are not applied");
        }
        for scope in [ReportScope::New, ReportScope::Lines] {
            for request in [Request::opened(), Request::paths([RelPath::new("src")]), text()] {
                check_refused(&request.with_scope(scope), "only a change has");
            }
        }
    }

    #[test]
    fn everything_else_is_accepted() {
        for fixes in [FixMode::List, FixMode::Show(CHOICE), FixMode::Write(CHOICE)] {
            assert_eq!(Request::opened().with_fixes(fixes).check(), Ok(()));
            assert_eq!(Request::paths([RelPath::new("src")]).with_fixes(fixes).check(), Ok(()));
        }
        assert_eq!(text().with_fixes(FixMode::Show(CHOICE)).check(), Ok(()));
        for scope in [ReportScope::All, ReportScope::New, ReportScope::Lines] {
            assert_eq!(Request::change(Extent::Changed).with_scope(scope).check(), Ok(()));
        }
    }
}
