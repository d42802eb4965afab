//! The arguments that limit a run to a change.

use clap::Args;

use lawbook_workspace::{ChangeSelection, ReportScope};

/// The arguments that select the change.
#[derive(Clone, Debug, Args)]
#[group(id = "change", multiple = false)]
pub(crate) struct ChangeSelectionArgs {
    /// What the next commit brings: the staged files, as they are in git's index.
    ///
    /// Reports the findings that HEAD does not have. Settings, pages and the baseline are those of the index too.
    #[arg(long)]
    pub(crate) staged: bool,
    /// What differs from HEAD in the working tree.
    ///
    /// Reports the findings that HEAD does not have.
    #[arg(long)]
    pub(crate) changed: bool,
    /// What is new since a branch, tag or commit.
    ///
    /// Checks the files that differ from the merge base of HEAD and REF, and reports the findings that are new since.
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
    /// Checks what pre-commit and prek ask for: the range that they name in the environment, else what is staged, as
    /// `--staged` does, and those of PATHS that are not staged, without what a check of the folder leaves out.
    #[arg(long)]
    pub(crate) pre_commit: bool,
}

/// The arguments that select the change and which of its findings are reported.
#[derive(Clone, Debug, Args)]
pub(crate) struct ChangeArgs {
    #[command(flatten)]
    pub(crate) selection: ChangeSelectionArgs,
    /// Checks this commit in place of the working tree.
    ///
    /// With --since. Settings, pages and the baseline are those of the commit too.
    #[arg(long, value_name = "REF", requires = "since", allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
    /// Only findings on lines that the change has added or edited, new or not.
    #[arg(long, requires = "change", conflicts_with = "all")]
    pub(crate) lines_only: bool,
    /// All findings in the files of the change, new or not.
    #[arg(long, requires = "change")]
    pub(crate) all: bool,
    /// Accepts that the change weakens the law, for a reason.
    ///
    /// Judges the change by the law after it alone, and reports what it weakens of the law as warnings. A person gives it;
    /// where a coding agent runs lawbook it is refused. The variable `LAWBOOK_ACCEPT_LAW` does the same.
    #[arg(long, value_name = "REASON", requires = "change")]
    pub(crate) accept_law: Option<String>,
}

impl ChangeArgs {
    /// True if git's index is checked.
    pub(crate) fn is_staged(&self) -> bool {
        self.selection.staged
    }

    /// The change to check, if there is one.
    pub(crate) fn selection(&self) -> Option<ChangeSelection> {
        match (&self.selection.since, self.selection.staged, self.selection.changed) {
            (Some(from), ..) => Some(match &self.until {
                Some(to) => ChangeSelection::Commits { from: from.clone(), to: to.clone() },
                None => ChangeSelection::Since(from.clone()),
            }),
            (None, true, _) => Some(ChangeSelection::Staged),
            (None, false, true) => Some(ChangeSelection::Changed),
            (None, false, false) => None,
        }
    }

    /// The state that the change is compared with, in words.
    pub(crate) fn base(&self) -> &str {
        self.selection.since.as_deref().unwrap_or("HEAD")
    }

    /// The findings of the change that are reported.
    pub(crate) fn scope(&self) -> ReportScope {
        match (self.lines_only, self.all) {
            (true, _) => ReportScope::Lines,
            (false, true) => ReportScope::All,
            (false, false) => ReportScope::New,
        }
    }

    /// The arguments that select the same change and findings.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(reference) = &self.selection.since {
            words.extend(["--since".to_owned(), reference.clone()]);
        }
        if let Some(end) = &self.until {
            words.extend(["--until".to_owned(), end.clone()]);
        }
        let flags = [
            (self.selection.staged, "--staged"),
            (self.selection.changed, "--changed"),
            (self.lines_only, "--lines-only"),
            (self.all, "--all"),
        ];
        for (is_set, word) in flags {
            if is_set {
                words.push(word.to_owned());
            }
        }
        words
    }
}
