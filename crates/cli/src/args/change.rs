//! The arguments that narrow a run to a change.

use clap::Args;

use lawbook_workspace::{Extent, ReportScope};

/// Which change is checked, and what of it is reported.
#[derive(Debug, Args)]
#[group(id = "extent", multiple = false, conflicts_with = "fixing")]
pub(crate) struct ExtentArgs {
    /// Checks what the next commit will hold, as it is in git's index; what is new against HEAD is reported.
    #[arg(long)]
    pub(crate) staged: bool,
    /// Checks the files of the working tree that are not as in HEAD; what is new is reported.
    #[arg(long)]
    pub(crate) changed: bool,
    /// Checks the files that are not as they were where this branch left REF; what is new is reported.
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
}

/// Which change is checked, and what of it is reported.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    #[command(flatten)]
    pub(crate) extent: ExtentArgs,
    /// Reports, of a change, the findings that stand on its lines, whether they are new or not.
    #[arg(long, requires = "extent", conflicts_with = "all")]
    pub(crate) lines_only: bool,
    /// Reports, of a change, every finding of its files.
    #[arg(long, requires = "extent")]
    pub(crate) all: bool,
}

impl ChangeArgs {
    /// The change that is meant, if one is.
    pub(crate) fn extent(&self) -> Option<Extent> {
        match (&self.extent.since, self.extent.staged, self.extent.changed) {
            (Some(reference), ..) => Some(Extent::Since(reference.clone())),
            (None, true, _) => Some(Extent::Staged),
            (None, false, true) => Some(Extent::Changed),
            (None, false, false) => None,
        }
    }

    /// Which of its findings are reported.
    pub(crate) fn scope(&self) -> ReportScope {
        match (self.lines_only, self.all) {
            (true, _) => ReportScope::Lines,
            (false, true) => ReportScope::All,
            (false, false) => ReportScope::New,
        }
    }

    /// The words that ask for the same change.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        match self.extent() {
            Some(Extent::Staged) => words.push("--staged".to_owned()),
            Some(Extent::Changed) => words.push("--changed".to_owned()),
            Some(Extent::Since(reference)) => words.extend(["--since".to_owned(), reference]),
            None => {}
        }
        for (is_set, word) in [(self.lines_only, "--lines-only"), (self.all, "--all")] {
            if is_set {
                words.push(word.to_owned());
            }
        }
        words
    }
}
