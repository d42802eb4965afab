//! The arguments of `lawbook mcp`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `lawbook mcp`.
#[derive(Debug, Args)]
pub(crate) struct McpArgs {
    /// Serves this folder; without it, the working directory. No path of a call leads out of it.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
}
