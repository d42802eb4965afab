//! The arguments of `lawbook rules`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::LawArgs;

/// The arguments of `lawbook rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Lists only the rules that run on this file, with their levels for it.
    #[arg(long = "for", value_name = "PATH")]
    pub(crate) for_path: Option<PathBuf>,
    /// The output format.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = RulesFormat::Pretty)]
    pub(crate) format: RulesFormat,
    #[command(flatten)]
    pub(crate) law: LawArgs,
}

/// The output formats of `lawbook rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// A line each with level, summary and what has set it.
    Pretty,
    /// Everything, for programs.
    Json,
    /// The ids alone, a line each.
    Ids,
}
