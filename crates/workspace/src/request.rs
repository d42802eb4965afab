//! The request for a run: its inputs, the use of fixes and of the baseline, and which findings are reported.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lawbook_core::fix::Choice;
use lawbook_core::ir::SuppressionLimits;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;
use lawbook_core::suppression::reason;

use crate::kept::KeptAnswers;
use crate::opening::StoredLaw;

/// The request for one run of a workspace.
///
/// Most parts can be combined freely. [`Workspace::run`](crate::Workspace::run) refuses those combinations that
/// contradict each other, such as writing the fixes of a text that is not on the disk.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Request {
    /// The work that is done on the inputs: checking or only listing.
    pub task: RunTask,
    /// The files to check.
    pub inputs: Inputs,
    /// The use of fixes.
    pub fixes: FixMode,
    /// The findings of a change that are reported.
    pub scope: ReportScope,
    /// The use of the baseline.
    pub baseline: BaselineMode,
    /// The only files of a change that the run is about; `None` for all.
    pub limit: Option<BTreeSet<RelPath>>,
    /// The reason for which a person accepts a weaker law: a change is then judged by the law after it alone, and what it
    /// weakens are warnings.
    pub accepted_law: Option<String>,
    /// True to compare the tests on both sides of a change, see [`Run::lost_tests`](crate::Run::lost_tests).
    pub compares_tests: bool,
    /// The choice to read the configuration again first.
    pub reload: Reload,
    /// The answers of earlier runs with the same inputs: a file that is unchanged since is not checked again. A run over
    /// [`Inputs::Opened`] takes its answers from there and puts them back; other runs do not use it.
    pub kept: Option<Arc<KeptAnswers>>,
    /// A counter of checked files that other threads can read during the run.
    pub progress: Option<Arc<Progress>>,
    /// A flag that another thread sets to cancel the run: checks end soon after, and the run returns a mistake that
    /// says so. Fixes that are already being applied are completed.
    pub cancelled: Option<Arc<AtomicBool>>,
}

/// The work that a run does on its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunTask {
    /// Finds the files and checks them.
    #[default]
    Check,
    /// Finds the files and does not read them: the run lists them, and its report counts those that are skipped. There are
    /// no findings, so that scope and baseline have no effect; fixes and changes of the baseline are refused.
    List,
}

/// The choice to read the configuration of the root again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reload {
    /// Never: the settings, rules and baseline that were read before are used.
    #[default]
    Never,
    /// `lawbook.toml`, the rule pages and the baseline are read again. If they have changed, they are used from this run
    /// on.
    IfChanged,
}

/// The files that a run checks.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Inputs {
    /// The files and folders that the workspace was opened with.
    #[default]
    Opened,
    /// These files and folders below the root; an empty path is the root.
    Paths(Vec<RelPath>),
    /// These files below the root, as a search of all of it would find them: what that leaves out stays left out, though it
    /// is listed here. Files that do not exist are passed over.
    Files(Vec<RelPath>),
    /// These bytes, as if they were the contents of files at these paths below the root. Paths that the settings
    /// exclude are skipped.
    Texts(Vec<(RelPath, Arc<[u8]>)>),
    /// The files of a change, limited to those that the workspace was opened with.
    Change(ChangeSelection),
    /// Files that were edited on the disk, with their texts before: a change without git. Paths that the settings exclude
    /// or a `.gitignore` names are skipped, and so is what is no regular file.
    Edits(Vec<FileBefore>),
}

/// A file that was edited on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileBefore {
    /// Its path below the root.
    pub path: RelPath,
    /// Its bytes before the edit; `None` if there was no file.
    pub before: Option<Arc<[u8]>>,
}

/// The change to check: its two sides in git.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeSelection {
    /// From HEAD to git's index: the content of the next commit. The disk is not read.
    Staged,
    /// From HEAD to the working tree.
    Changed,
    /// From the merge base of HEAD and this branch, tag or commit to the working tree.
    Since(String),
    /// From exactly this commit, by its full id, to the working tree, whether or not HEAD still has it in its history.
    /// Without a commit, from a state without files, as before the first commit.
    From(Option<String>),
    /// From the merge base of two commits to the second, each by a name that git knows. The disk is not read.
    Commits {
        /// The commit, branch or tag that the change is compared with.
        from: String,
        /// The commit that the change ends with.
        to: String,
    },
}

impl ChangeSelection {
    /// The place in git that holds the state after the change, and the law for it; `None` for the working tree.
    pub(crate) fn stored_law(&self) -> Option<StoredLaw<'_>> {
        match self {
            Self::Staged => Some(StoredLaw::Index),
            Self::Commits { to, .. } => Some(StoredLaw::Commit(to)),
            Self::Changed | Self::Since(_) | Self::From(_) => None,
        }
    }
}

/// The use of fixes. Where it takes a [`Choice`], `Choice::AtLeast(Safety::Safe)` is `--fix`, and
/// `Choice::AtLeast(Safety::Unsafe)` is `--fix --unsafe-fixes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FixMode {
    /// Fixes are listed with their findings and not applied.
    #[default]
    List,
    /// Fixes are applied in memory, and the report is that of the fixed texts. Nothing is written.
    Show(Choice),
    /// Fixes are applied, verified and written to the disk, and the report is that of the fixed texts. Only one run at
    /// a time can write below a root.
    Write(Choice),
}

/// The findings of a change that are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportScope {
    /// All findings in its files.
    #[default]
    All,
    /// The findings that were not there before the change.
    New,
    /// The findings on lines that the change has added or edited.
    Lines,
}

/// The use of the baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaselineMode {
    /// Findings in the baseline are counted and not reported.
    #[default]
    Hide,
    /// Findings in the baseline are reported like all others, and [`Run::comparison`](crate::Run::comparison) says
    /// which they are.
    Compare,
    /// The baseline is not read.
    Ignore,
    /// Findings that are not in the baseline are added to it.
    Accept {
        /// True to extend a baseline. If false, it is a mistake if there is one.
        extend: bool,
        /// The reason why the findings are accepted; written to each entry.
        reason: Option<String>,
    },
    /// Entries whose finding is gone are removed, and entries whose code was moved to another file are rewritten for
    /// that file. The run must cover the whole root.
    Prune {
        /// True to write all entries again, one file for each source folder.
        tidy: bool,
    },
}

/// The number of files that a run has checked so far, and its number of files in all.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicUsize,
    done: AtomicUsize,
}

impl Progress {
    /// The number of files to check; 0 until they are found.
    pub fn files(&self) -> usize {
        self.files.load(Ordering::Relaxed)
    }

    /// The number of files that are checked.
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

    /// Checks the files and folders at these paths below the root.
    pub fn paths(paths: impl IntoIterator<Item = RelPath>) -> Self {
        Self { inputs: Inputs::Paths(paths.into_iter().collect()), ..Self::default() }
    }

    /// Checks the files at these paths below the root, without those that a search of the root leaves out.
    pub fn files(paths: impl IntoIterator<Item = RelPath>) -> Self {
        Self { inputs: Inputs::Files(paths.into_iter().collect()), ..Self::default() }
    }

    /// Checks bytes as if they were the content of the file at a path below the root.
    pub fn text(path: RelPath, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { inputs: Inputs::Texts(vec![(path, bytes.into())]), ..Self::default() }
    }

    /// Checks texts as if they were the contents of the files of their paths below the root.
    pub fn texts(texts: impl IntoIterator<Item = (RelPath, Arc<[u8]>)>) -> Self {
        Self { inputs: Inputs::Texts(texts.into_iter().collect()), ..Self::default() }
    }

    /// Checks a change and reports its new findings.
    pub fn change(selection: ChangeSelection) -> Self {
        Self { inputs: Inputs::Change(selection), scope: ReportScope::New, ..Self::default() }
    }

    /// Checks edited files and reports the findings that they did not have before.
    pub fn edits(edits: impl IntoIterator<Item = FileBefore>) -> Self {
        Self { inputs: Inputs::Edits(edits.into_iter().collect()), scope: ReportScope::New, ..Self::default() }
    }

    /// Lists the files that the workspace was opened with, without checking them.
    pub fn list() -> Self {
        Self { task: RunTask::List, ..Self::default() }
    }

    /// The same request, with the configuration read again first if it has changed.
    #[must_use]
    pub fn with_reload(self) -> Self {
        Self { reload: Reload::IfChanged, ..self }
    }

    /// The same request with this use of fixes.
    #[must_use]
    pub fn with_fixes(self, fixes: FixMode) -> Self {
        Self { fixes, ..self }
    }

    /// The same request about these files of a change alone.
    #[must_use]
    pub fn with_limit(self, files: impl IntoIterator<Item = RelPath>) -> Self {
        Self { limit: Some(files.into_iter().collect()), ..self }
    }

    /// The same request that reports these findings of a change.
    #[must_use]
    pub fn with_scope(self, scope: ReportScope) -> Self {
        Self { scope, ..self }
    }

    /// The same request with this use of the baseline.
    #[must_use]
    pub fn with_baseline(self, baseline: BaselineMode) -> Self {
        Self { baseline, ..self }
    }

    /// The same request by the law after a change alone, whose weaknesses a person accepts for this reason.
    #[must_use]
    pub fn with_accepted_law(self, reason: impl Into<String>) -> Self {
        Self { accepted_law: Some(reason.into()), ..self }
    }

    /// The same request, which also compares the tests on both sides of a change.
    #[must_use]
    pub fn with_tests_compared(self) -> Self {
        Self { compares_tests: true, ..self }
    }

    /// The same request, with the answers of earlier runs.
    #[must_use]
    pub fn with_kept(self, kept: Arc<KeptAnswers>) -> Self {
        Self { kept: Some(kept), ..self }
    }

    /// The same request, whose checked files are counted in `progress`.
    #[must_use]
    pub fn with_progress(self, progress: Arc<Progress>) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// The same request, cancelled soon after the flag is set.
    #[must_use]
    pub fn cancelled_by(self, flag: Arc<AtomicBool>) -> Self {
        Self { cancelled: Some(flag), ..self }
    }

    /// True if another thread has cancelled the run.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// True if the run may change the baseline on the disk.
    pub(crate) fn writes_baseline(&self) -> bool {
        matches!(self.baseline, BaselineMode::Accept { .. } | BaselineMode::Prune { .. })
    }

    /// Refuses a reason that says nothing.
    fn check_accepted_law(&self) -> Result<(), Vec<Mistake>> {
        let Some(reason) = &self.accepted_law else { return Ok(()) };
        let fault = reason::fault(reason, [], SuppressionLimits::default().min_words);
        fault.map_or(Ok(()), |fault| {
            let help = "say why the law may be weaker, as in `the generated clients moved to their own folder`";
            Err(vec![Mistake::new(format!("a weaker law is not accepted: the reason {fault}")).with_help(help)])
        })
    }

    /// Refuses combinations that contradict each other.
    ///
    /// # Errors
    /// The contradiction, as one mistake.
    pub(crate) fn check(&self) -> Result<(), Vec<Mistake>> {
        let refusal = match (&self.inputs, self.fixes, self.scope) {
            _ if self.task == RunTask::List && (self.fixes != FixMode::List || self.writes_baseline()) => {
                Mistake::new("a run that lists files checks none, so it has no fixes and nothing for the baseline")
                    .with_help("ask for a check instead of a list")
            }
            (Inputs::Files(_) | Inputs::Texts(_) | Inputs::Change(_) | Inputs::Edits(_), ..)
            | (_, FixMode::Show(_) | FixMode::Write(_), _)
                if self.writes_baseline() =>
            {
                let help = "write the baseline in a run over files and folders of its own";
                Mistake::new("the baseline can only be written from files on the disk, without fixes").with_help(help)
            }
            (Inputs::Texts(_), FixMode::Write(_), _) => {
                Mistake::new("the fixes of a text in memory are not written").with_help("ask to show them")
            }
            (Inputs::Edits(_), FixMode::Write(_), _) => {
                Mistake::new("the fixes of an edit are not written").with_help("fix the files in a run of their own")
            }
            (Inputs::Change(ChangeSelection::Staged), FixMode::Show(_) | FixMode::Write(_), _) => {
                let help = "fix the files of the working tree that differ from HEAD, and stage them again";
                Mistake::new("what is staged is in git's index, where no fix is applied").with_help(help)
            }
            (Inputs::Change(ChangeSelection::Commits { .. }), FixMode::Show(_) | FixMode::Write(_), _) => {
                let help = "fix the files of the working tree, and commit them again";
                Mistake::new("a commit is not changed by fixes").with_help(help)
            }
            (
                Inputs::Opened | Inputs::Paths(_) | Inputs::Files(_) | Inputs::Texts(_),
                _,
                ReportScope::New | ReportScope::Lines,
            ) => Mistake::new("only a change has new findings and lines of its own"),
            _ => return self.check_accepted_law(),
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

    /// Asserts that a request is refused with any use of the baseline.
    #[track_caller]
    fn check_refused(request: &Request, expected: &str) {
        for baseline in [BaselineMode::Hide, BaselineMode::Compare, BaselineMode::Ignore] {
            let mistakes = request.clone().with_baseline(baseline).check().unwrap_err();
            assert!(mistakes[0].message.contains(expected), "{mistakes:?}");
        }
    }

    #[test]
    fn contradictions_are_refused() {
        check_refused(&text().with_fixes(FixMode::Write(CHOICE)), "are not written");
        for fixes in [FixMode::Show(CHOICE), FixMode::Write(CHOICE)] {
            check_refused(&Request::change(ChangeSelection::Staged).with_fixes(fixes), "no fix is applied");
            let commits = ChangeSelection::Commits { from: "a".to_owned(), to: "b".to_owned() };
            check_refused(&Request::change(commits).with_fixes(fixes), "not changed by fixes");
        }
        check_refused(&Request::edits([]).with_fixes(FixMode::Write(CHOICE)), "of an edit are not written");
        for scope in [ReportScope::New, ReportScope::Lines] {
            for request in [Request::opened(), Request::paths([RelPath::new("src")]), text()] {
                check_refused(&request.with_scope(scope), "only a change has");
            }
        }
        check_refused(&Request::list().with_fixes(FixMode::Show(CHOICE)), "lists files");
        let writing = [BaselineMode::Accept { extend: true, reason: None }, BaselineMode::Prune { tidy: true }];
        for mode in writing {
            assert!(Request::list().with_baseline(mode.clone()).check().is_err());
            assert!(text().with_baseline(mode.clone()).check().is_err());
            assert!(Request::opened().with_baseline(mode.clone()).with_fixes(FixMode::Write(CHOICE)).check().is_err());
            assert_eq!(Request::opened().with_baseline(mode).check(), Ok(()));
        }
    }

    #[test]
    fn everything_else_is_accepted() {
        assert_eq!(Request::list().check(), Ok(()));
        for fixes in [FixMode::List, FixMode::Show(CHOICE), FixMode::Write(CHOICE)] {
            assert_eq!(Request::opened().with_fixes(fixes).check(), Ok(()));
            assert_eq!(Request::paths([RelPath::new("src")]).with_fixes(fixes).check(), Ok(()));
            assert_eq!(Request::change(ChangeSelection::Changed).with_fixes(fixes).check(), Ok(()));
        }
        assert_eq!(text().with_fixes(FixMode::Show(CHOICE)).check(), Ok(()));
        for scope in [ReportScope::All, ReportScope::New, ReportScope::Lines] {
            assert_eq!(Request::change(ChangeSelection::Changed).with_scope(scope).check(), Ok(()));
        }
    }
}
