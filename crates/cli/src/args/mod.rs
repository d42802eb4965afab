//! The command-line arguments, one struct per command.

mod baseline;
mod completions;
mod change;
mod check;
mod config;
mod doctor;
mod explain;
mod fix;
mod foreign;
mod format;
mod hook;
pub(crate) mod help;
mod init;
mod inspect;
mod install;
mod lsp;
mod mcp;
mod outcome;
mod rules;
mod schema;
mod selection;
mod suppressions;
mod test;
pub(crate) mod usage;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use baseline::{
    BaselineArgs, BaselineCommand, BaselineFormat, CreateBaselineArgs, PruneBaselineArgs, ShowBaselineArgs,
};
pub(crate) use change::ChangeArgs;
pub(crate) use check::{CheckArgs, FailLevel};
pub(crate) use completions::{CompletionsArgs, ManArgs};
pub(crate) use config::{ConfigArgs, ConfigCommand};
pub(crate) use doctor::{DoctorArgs, DoctorFormat};
pub(crate) use explain::ExplainArgs;
pub(crate) use fix::FixArgs;
pub(crate) use hook::HookArgs;
pub(crate) use init::{InitArgs, InitPart};
pub(crate) use inspect::{InspectArgs, InspectFormat};
pub(crate) use install::{InstallArgs, InstallTarget, UninstallArgs};
pub(crate) use lsp::LspArgs;
pub(crate) use mcp::McpArgs;
pub(crate) use outcome::OutcomeArgs;
pub(crate) use rules::{RulesArgs, RulesFormat};
pub(crate) use schema::{SchemaArgs, SchemaSubject};
pub(crate) use selection::SelectionArgs;
pub(crate) use suppressions::{SuppressionsArgs, SuppressionsFormat};
pub(crate) use test::TestArgs;

/// Lawbook checks code of many languages against rules that are written as pages of prose.
///
/// The exit code is 0 if the code keeps the law, 1 if it does not, and 2 if the command could not run; the help of each
/// command says what that means for it.
#[derive(Debug, Parser)]
#[command(name = "lawbook", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to colour the output.
    ///
    /// `auto` depends on the terminal and on the variables `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Checks files and folders and reports what the rules find.
    #[command(
        after_help = "Exit codes:\n  0  no finding at or above --fail-level (error, unless set), and no more warnings than --max-warnings\n  1  there are such findings, stale entries with --fail-stale, or fixes that were not written; with --diff: fixes would change something\n  2  the command could not run: a mistake in the arguments or the configuration, no rule that can run, or with --strict-rules a mistake in a page"
    )]
    Check(Box<CheckArgs>),
    /// Accepts present findings, so that only new ones are reported.
    #[command(
        after_help = "Exit codes:\n  0  done\n  1  done, but some findings cannot be accepted\n  2  the command could not run"
    )]
    Baseline(BaselineArgs),
    /// Prints the page of a rule: what it forbids, why, and what to do instead.
    #[command(
        after_help = "Exit codes:\n  0  printed\n  2  the command could not run: an unknown rule, or a mistake in the configuration"
    )]
    Explain(ExplainArgs),
    /// Lists the rules with their levels and what has set them.
    #[command(after_help = "Exit codes:\n  0  printed\n  2  the command could not run")]
    Rules(RulesArgs),
    /// Lists every comment and attribute that suppresses lawbook or another tool, with its reason and age.
    #[command(after_help = "Exit codes:\n  0  printed\n  2  the command could not run")]
    Suppressions(SuppressionsArgs),
    /// Tests rule pages against their own code blocks.
    #[command(
        after_help = "Exit codes:\n  0  all pages hold\n  1  a block fails, or a page is weak\n  2  a page cannot be loaded"
    )]
    Test(TestArgs),
    /// Sets lawbook up: looks at the project, shows the settings, hooks and CI lines that it proposes, and writes them.
    #[command(
        after_help = "Exit codes:\n  0  written, or nothing to write\n  1  not written: it was not confirmed\n  2  the command could not run"
    )]
    Init(InitArgs),
    /// Says what is configured, what judges what, what is broken, and the command that fixes it.
    #[command(
        after_help = "Exit codes:\n  0  nothing is broken\n  1  something is broken\n  2  the command could not run"
    )]
    Doctor(DoctorArgs),
    /// Prints the JSON Schema (draft 7) of what lawbook reads or writes.
    #[command(after_help = "Exit codes:\n  0  printed\n  2  the command could not run")]
    Schema(SchemaArgs),
    /// Answers an event of a coding agent, for the hooks in its settings.
    #[command(
        after_help = "Reads the event from standard input and answers as the agent documents it.\n\nExit codes:\n  0  always: a mistake in the arguments, the configuration or the event is reported to the user, and the agent goes on\n  2  with --fail-closed, an agent or an event that is not known"
    )]
    Hook(HookArgs),
    /// Answers a coding agent over the Model Context Protocol: checks, previews of fixes, and the rules that hold.
    #[command(
        after_help = "Speaks on standard input and standard output, and ends when the input does. No tool writes anything.\n\nExit codes:\n  0  the client has ended it\n  2  the command could not run: a folder that is not there, or a client that begins with something else"
    )]
    Mcp(McpArgs),
    /// Has a coding agent or git run lawbook: writes its hooks into their settings.
    #[command(
        after_help = "Exit codes:\n  0  written, or nothing to write\n  1  not written: it was not confirmed\n  2  the command could not run: a file cannot be changed, or another tool writes the hooks"
    )]
    Install(InstallArgs),
    /// Takes back what `install` has written.
    #[command(
        after_help = "Exit codes:\n  0  taken back, or nothing to take back\n  1  not written: it was not confirmed\n  2  the command could not run: a file cannot be changed"
    )]
    Uninstall(UninstallArgs),
    /// Serves an editor over the Language Server Protocol, on standard input and output.
    #[command(
        after_help = "Exit codes:\n  0  the editor has ended the session\n  1  the editor went away without ending it\n  2  the command could not run"
    )]
    Lsp(LspArgs),
    /// Prints the syntax tree of a file as rules see it.
    #[command(after_help = "Exit codes:\n  0  printed\n  2  the file cannot be read, or its language is not known")]
    Inspect(InspectArgs),
    /// Shows the configuration that applies to a file.
    #[command(after_help = "Exit codes:\n  0  printed\n  2  the command could not run")]
    Config(ConfigArgs),
    /// Prints the script by which a shell completes commands, options and ids of rules.
    #[command(after_help = "Exit codes:\n  0  printed\n  2  the shell is not known")]
    Completions(CompletionsArgs),
    /// Prints the manual page, or writes those of all commands to a folder.
    #[command(after_help = "Exit codes:\n  0  printed or written\n  2  the folder cannot be written")]
    Man(ManArgs),
}

/// The arguments that change which rules run.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LawArgs {
    /// Adds the rules of a folder or of one page.
    ///
    /// They are added to those of `lawbook.toml`; without one, only these run.
    #[arg(long = "rules", value_name = "DIR_OR_FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// Runs only these rules, even if they are off; `a,b` names several.
    #[arg(long = "rule", value_name = "ID", value_delimiter = ',')]
    pub(crate) rule: Vec<String>,
    /// Runs only the rules of these packs; `a,b` names several.
    #[arg(long = "pack", value_name = "NAME", value_delimiter = ',')]
    pub(crate) pack: Vec<String>,
    /// Reads this file in place of every `lawbook.toml`.
    ///
    /// Its globs and folders are relative to its own folder; paths in reports and the baseline count from the top of the git
    /// working tree around the working directory, or else from the working directory.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Ignores `lawbook.toml`.
    ///
    /// The preset `recommended` applies or, if given, only `--rules`.
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Exits with 2 if a rule cannot run.
    ///
    /// A rule cannot if its page has mistakes or is for languages that are not read. Without the option, the other rules run,
    /// and the refused one is an error at its page.
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
