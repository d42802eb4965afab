//! The arguments about how much a check shows, and its exit code.

use clap::Args;

use crate::args::FailLevel;

/// The arguments about how much a check shows, and its exit code.
#[derive(Clone, Debug, Args)]
pub(crate) struct OutcomeArgs {
    /// Prints the findings and nothing else.
    ///
    /// No notes, no summary, and nothing if there are no findings. What was asked for is printed too (`--statistics`, `--timings`), and so are lines about what the command line leaves
    /// out, and about what nobody has looked at: no file was checked, a file of the run was left out, no rule is on for
    /// files. The report for agents keeps its last line. `--min-level error` is what shows errors only.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Shows only findings at this level or above.
    ///
    /// The others still count for the summary and the exit code.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) min_level: Option<FailLevel>,
    /// Exits with 0 also with findings.
    ///
    /// A line says so if that has changed the exit code. 2 stays 2: the command could not run.
    #[arg(long)]
    pub(crate) exit_zero: bool,
}
