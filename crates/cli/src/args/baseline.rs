//! The arguments of `lawbook baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::LawArgs;

/// The arguments of `lawbook baseline`.
#[derive(Debug, Args)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    pub(crate) command: BaselineCommand,
}

/// The commands on a baseline.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Accepts the present findings by writing them to `.lawbook/baseline/`; `check` then reports only other findings.
    Create(CreateBaselineArgs),
    /// Removes entries that are fixed, and updates entries whose code was moved to another file.
    Prune(PruneBaselineArgs),
    /// Counts the entries by rule and folder.
    Show(ShowBaselineArgs),
}

/// The arguments of `lawbook baseline create`.
#[derive(Debug, Args)]
pub(crate) struct CreateBaselineArgs {
    /// The files and folders whose findings are accepted; without any, the working directory.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) law: LawArgs,
    /// Adds new findings to an existing baseline.
    #[arg(long, requires = "reason")]
    pub(crate) accept_new: bool,
    /// The reason why new findings are accepted; it is written to their entries.
    #[arg(long, value_name = "TEXT", requires = "accept_new", value_parser = parse_reason)]
    pub(crate) reason: Option<String>,
}

/// The arguments of `lawbook baseline prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneBaselineArgs {
    #[command(flatten)]
    pub(crate) law: LawArgs,
    /// Also rewrites the entries of each folder to one file, without the empty lines that help git merge. Branches that
    /// change the baseline at the same time will conflict.
    #[arg(long)]
    pub(crate) tidy: bool,
}

/// The arguments of `lawbook baseline show`.
#[derive(Debug, Args)]
pub(crate) struct ShowBaselineArgs {
    /// The output format.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = BaselineFormat::Text)]
    pub(crate) format: BaselineFormat,
}

/// The output formats of `lawbook baseline show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BaselineFormat {
    /// Counts, for people.
    Text,
    /// Every entry, for programs.
    Json,
}

/// Parses `--reason`: white space is collapsed, so that the reason fits on one line of the baseline.
fn parse_reason(text: &str) -> Result<String, String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { Err("expected the reason why the findings are accepted".to_owned()) } else { Ok(words) }
}
