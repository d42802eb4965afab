//! The arguments of `lawbook config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::LawArgs;

/// The arguments of `lawbook config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// The questions about the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Says for one file which file set which value.
    Explain {
        /// Names the file; it need not exist.
        #[arg(value_name = "PATH")]
        path: PathBuf,
        #[command(flatten)]
        law: LawArgs,
    },
}
