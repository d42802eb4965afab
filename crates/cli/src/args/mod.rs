//! The command-line arguments, one struct per command.

mod baseline;
mod change;
mod check;
mod config;
mod explain;
mod fix;
mod init;
mod inspect;
mod rules;
mod suppressions;
mod test;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use baseline::{
    BaselineArgs, BaselineCommand, BaselineFormat, CreateBaselineArgs, PruneBaselineArgs, ShowBaselineArgs,
};
pub(crate) use change::ChangeArgs;
pub(crate) use check::CheckArgs;
pub(crate) use config::{ConfigArgs, ConfigCommand};
pub(crate) use explain::ExplainArgs;
pub(crate) use fix::FixArgs;
pub(crate) use init::InitArgs;
pub(crate) use inspect::{InspectArgs, InspectFormat};
pub(crate) use rules::{RulesArgs, RulesFormat};
pub(crate) use suppressions::{SuppressionsArgs, SuppressionsFormat};
pub(crate) use test::TestArgs;

/// Lawbook checks code of many languages against rules that are written as pages of prose.
///
/// The exit code is 0 without findings that fail the run, 1 with such findings, and 2 if the command could not run.
#[derive(Debug, Parser)]
#[command(name = "lawbook", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to colour the output; `auto` depends on the terminal, `NO_COLOR`, `FORCE_COLOR` and `CLICOLOR`.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Checks files and folders and reports what the rules find.
    Check(Box<CheckArgs>),
    /// Accepts present findings, so that only new ones are reported.
    Baseline(BaselineArgs),
    /// Prints the page of a rule: what it forbids, why, and what to do instead.
    Explain(ExplainArgs),
    /// Lists the rules with their levels and what has set them.
    Rules(RulesArgs),
    /// Lists every comment and attribute that suppresses lawbook or another tool, with its reason and age.
    Suppressions(SuppressionsArgs),
    /// Tests rule pages against their own code blocks.
    Test(TestArgs),
    /// Writes a commented `lawbook.toml` to start from.
    Init(InitArgs),
    /// Prints the syntax tree of a file as rules see it.
    Inspect(InspectArgs),
    /// Shows the configuration that applies to a file.
    Config(ConfigArgs),
}

/// The arguments that change which rules run.
#[derive(Debug, Default, Args)]
pub(crate) struct LawArgs {
    /// Adds the rules of a folder or of one page to those of `lawbook.toml`; without one, only these run.
    #[arg(long = "rules", value_name = "DIR_OR_FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// Runs only this rule, even if it is off; can be given several times.
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) rule: Vec<String>,
    /// Runs only the rules of this pack; can be given several times.
    #[arg(long = "pack", value_name = "NAME")]
    pub(crate) pack: Vec<String>,
    /// Reads this file in place of every `lawbook.toml`. Its globs and folders are relative to its own folder; paths in
    /// reports and the baseline count from the top of the git working tree around the working directory, or else from the
    /// working directory.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Ignores `lawbook.toml`: the preset `recommended` applies or, if given, only `--rules`.
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Exits with 2 if a rule cannot run, because its page has mistakes or is for languages that are not read. Without
    /// it, the other rules run, and the refused one is an error at its page.
    #[arg(long)]
    pub(crate) strict_rules: bool,
}

/// The values of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}
