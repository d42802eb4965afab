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

/// The commands on the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Shows, for one file, the value of each setting and what has set it.
    Explain {
        /// The file; it need not exist.
        #[arg(value_name = "PATH")]
        path: PathBuf,
        #[command(flatten)]
        law: LawArgs,
    },
}
