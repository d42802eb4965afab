//! The arguments of `lawbook completions` and `lawbook man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// The arguments of `lawbook completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// The arguments of `lawbook man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder for a page of each command, `lawbook.1`, `lawbook-check.1` and so on. Without it, the page of `lawbook` is
    /// printed.
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
