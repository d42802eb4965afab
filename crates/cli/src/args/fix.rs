//! The arguments that fix what is found.

use clap::{ArgGroup, Args};
use lawbook_core::diagnostic::Safety;
use lawbook_core::fix::Choice;

/// The arguments that fix what is found.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("fixing").args(["fix", "diff"]).multiple(true)))]
pub(crate) struct FixArgs {
    /// Applies the safe fixes and reports what remains; with --stdin-filename, prints the fixed text to standard output
    /// and the report to standard error.
    ///
    /// Each fix is proved before anything is written: the file parses no worse, the finding is gone and no new one as
    /// bad has come from any rule that is on. One that does not hold is rolled back and named. With --rule only the
    /// fixes of that rule are applied.
    #[arg(long)]
    pub(crate) fix: bool,
    /// Applies unsafe fixes too, which may change what the code does; wants --fix or --diff.
    #[arg(long, requires = "fixing")]
    pub(crate) unsafe_fixes: bool,
    /// Prints what the fixes would change as a unified diff instead of the report, writes nothing, and exits with 1 when
    /// that is anything.
    #[arg(long, conflicts_with = "output_file")]
    pub(crate) diff: bool,
}

impl FixArgs {
    /// Which fixes are applied, if any.
    pub(crate) fn choice(&self) -> Option<Choice> {
        let safety = if self.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        (self.fix || self.diff).then_some(Choice::AtLeast(safety))
    }
}
