//! The arguments of `lawbook rules`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::LawArgs;

/// The arguments of `lawbook rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Lists only what runs on this file, at the levels that hold there.
    #[arg(long = "for", value_name = "PATH")]
    pub(crate) for_path: Option<PathBuf>,
    /// Chooses the form of the list.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = RulesFormat::Pretty)]
    pub(crate) format: RulesFormat,
    #[command(flatten)]
    pub(crate) law: LawArgs,
}

/// The forms of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    Pretty,
    Json,
}
