//! The arguments of `lawbook hook`.

use clap::Args;

/// The arguments of `lawbook hook`.
#[derive(Debug, Args)]
pub(crate) struct HookArgs {
    /// The coding agent whose event is on standard input.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// Refuses what cannot be judged: the tool before it runs, and the end of a turn once. Without it, the agent goes on and
    /// the reason is reported.
    #[arg(long)]
    pub(crate) fail_closed: bool,
}
