//! The arguments of `lawbook mcp`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `lawbook mcp`.
#[derive(Debug, Args)]
#[cfg_attr(not(feature = "mcp"), allow(dead_code, reason = "the command then says that it was left out"))]
pub(crate) struct McpArgs {
    /// Serves this folder; without it, the working directory. No path of a call leads out of it.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
}
