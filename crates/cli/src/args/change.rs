//! The arguments that narrow a run to a change.

use clap::Args;

use crate::change::{Asked, Extent, Told};

/// Which change is checked, and what of it is told.
#[derive(Debug, Args)]
#[group(id = "extent", multiple = false, conflicts_with = "mending")]
pub(crate) struct ExtentArgs {
    /// Checks what the next commit will hold, as it is in git's index; what is new against HEAD is told.
    #[arg(long)]
    pub(crate) staged: bool,
    /// Checks the files of the working tree that are not as in HEAD; what is new is told.
    #[arg(long)]
    pub(crate) changed: bool,
    /// Checks the files that are not as they were where this branch left REF; what is new is told.
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
}

/// Which change is checked, and what of it is told.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    #[command(flatten)]
    pub(crate) extent: ExtentArgs,
    /// Tells, of a change, the findings that stand on its lines, whether they are new or not.
    #[arg(long, requires = "extent", conflicts_with = "all")]
    pub(crate) lines_only: bool,
    /// Tells, of a change, every finding of its files.
    #[arg(long, requires = "extent")]
    pub(crate) all: bool,
}

impl ChangeArgs {
    /// What is asked for; none when it is no change.
    pub(crate) fn asked(&self) -> Option<Asked> {
        let extent = match (&self.extent.since, self.extent.staged, self.extent.changed) {
            (Some(reference), ..) => Extent::Since(reference.clone()),
            (None, true, _) => Extent::Staged,
            (None, false, true) => Extent::Changed,
            (None, false, false) => return None,
        };
        let told = match (self.lines_only, self.all) {
            (true, _) => Told::Lines,
            (false, true) => Told::All,
            (false, false) => Told::New,
        };
        Some(Asked { extent, told })
    }

    /// The words that ask for the same change.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        match self.asked().map(|asked| asked.extent) {
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
