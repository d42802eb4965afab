//! The arguments for fixes.

use clap::{ArgGroup, Args};
use lawbook_core::diagnostic::Safety;
use lawbook_core::fix::Choice;

/// The arguments for fixes.
#[derive(Clone, Debug, Args)]
#[command(group(ArgGroup::new("fixing").args(["fix", "diff"]).multiple(true)))]
pub(crate) struct FixArgs {
    /// Applies the safe fixes and reports what is left.
    ///
    /// With --stdin-filename, prints the fixed text to standard output and the report to standard error.
    ///
    /// Each fix is verified before anything is written: the file must not have more parse errors, the finding must be
    /// gone, and no rule that is on may report a new finding of the same or a higher level. A fix that fails is rolled
    /// back and reported. With --rule, only the fixes of that rule are applied; with --changed or --since, only those of the
    /// findings that the run reports.
    #[arg(long)]
    pub(crate) fix: bool,
    /// Applies unsafe fixes too, which may change what the code does.
    #[arg(long, requires = "fixing")]
    pub(crate) unsafe_fixes: bool,
    /// Shows what --fix would change, and writes nothing.
    ///
    /// Prints a unified diff instead of the report, also with --fix, and exits with 1 if there are changes.
    #[arg(long, conflicts_with_all = ["output_file", "format"])]
    pub(crate) diff: bool,
}

impl FixArgs {
    /// The fixes to apply, if any.
    pub(crate) fn choice(&self) -> Option<Choice> {
        let safety = if self.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        (self.fix || self.diff).then_some(Choice::AtLeast(safety))
    }
}
