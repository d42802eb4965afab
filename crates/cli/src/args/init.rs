//! The arguments of `lawbook init`.

use clap::{Args, ValueEnum};

/// The arguments of `lawbook init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Writes without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Accepts the findings of today too, so that only new ones are reported.
    #[arg(long)]
    pub(crate) baseline: bool,
    /// Proposes only these parts; without it all of them, and below the top of a repository `config` alone.
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    pub(crate) only: Vec<InitPart>,
}

/// The parts that are proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InitPart {
    /// `lawbook.toml`.
    Config,
    /// The hooks of the coding agents that are found.
    Agents,
    /// The pre-commit hook of git.
    Git,
    /// A workflow for GitHub Actions; lines to add for other CI systems.
    Ci,
    /// A paragraph in AGENTS.md, and in files of agents that do not read it.
    Instructions,
}
