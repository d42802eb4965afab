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

/// What can be done with a baseline.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Writes the findings that are there today to `.lawbook/baseline/`; `check` reports only others from then on.
    Create(AddArgs),
    /// Takes out what is fixed, and lets entries follow code that was moved to another file.
    Prune(PruneArgs),
    /// Counts the entries by rule and folder.
    Show(ShowArgs),
}

/// The arguments of `lawbook baseline create`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// Names the files and folders whose findings are taken; without any, the working directory.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) law: LawArgs,
    /// Adds the findings that are new to a baseline that exists.
    #[arg(long, requires = "reason")]
    pub(crate) accept_new: bool,
    /// Says why new findings are accepted; it is kept in their entries.
    #[arg(long, value_name = "TEXT", requires = "accept_new", value_parser = parse_reason)]
    pub(crate) reason: Option<String>,
}

/// The arguments of `lawbook baseline prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    #[command(flatten)]
    pub(crate) law: LawArgs,
    /// Also writes each folder's entries to one file again, without the empty lines that help git merge. Branches that
    /// change the baseline at the same time will conflict.
    #[arg(long)]
    pub(crate) tidy: bool,
}

/// The arguments of `lawbook baseline show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Chooses the form of the answer.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ShowFormat::Text)]
    pub(crate) format: ShowFormat,
}

/// The forms of the answer of `lawbook baseline show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// Counts, for people.
    Text,
    /// Every entry, for programs.
    Json,
}

fn parse_reason(text: &str) -> Result<String, String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { Err("expected why the findings are accepted".to_owned()) } else { Ok(words) }
}
