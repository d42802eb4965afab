//! The commands, one file each, and their exit codes.

mod baseline;
mod check;
mod completions;
mod config;
mod doctor;
#[cfg(test)]
mod documented;
mod explain;
mod fixes;
mod init;
mod inspect;
mod install;
mod law;
mod lsp;
#[cfg(feature = "mcp")]
mod mcp;
mod planned;
mod rules;
mod schema;
mod suppressions;
mod test;

use std::ffi::OsString;
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};
use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_core::plan::Selection;
use lawbook_workspace::{Opening, Progress, Request, Run, Workspace};

use crate::args::{Cli, Command, ConfigCommand, LawArgs, help, usage};
pub(crate) use crate::context::Context;
use crate::hook;
use crate::progress;
use crate::report::mistakes::{self, MistakeFormat};

/// The outcome of a command that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// No findings that fail the run: exit code 0.
    Clean,
    /// Findings that fail the run: exit code 1.
    Findings,
}

/// The outcome of a command, or the mistakes for which it could not run.
pub(crate) type CommandResult = Result<CommandOutcome, MistakeList>;

/// The exit code of a command that could not run.
const EXIT_COULD_NOT_RUN: u8 = 2;

/// Runs the command line and returns its exit code.
pub(crate) fn run(packs: Vec<Pack>, args: impl IntoIterator<Item = OsString>, mut context: Context<'_>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let format = MistakeFormat::of(&args, context.environment.agent.is_some());
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && hook::is_meant(&args) => {
            return hook::refuse(&usage::mistake(&error, &args), &args, &mut context);
        }
        Err(error) if error.use_stderr() => {
            check::remove_old_of_unread(&args, &mut context);
            return refuse(&error, &args, format, &mut context);
        }
        Err(error) => {
            // Help and the version are answers.
            let mut text = context.output.text();
            match help::asked_for(&error, &args, command_line) {
                Some(help) if text.has_colors() => text.add_rendered(&help.render().ansi().to_string()),
                Some(help) => text.add_lines(&help.render().to_string()),
                None => text.add_lines(&error.render().to_string()),
            };
            return if context.output.answer(&text).is_ok() { 0 } else { EXIT_COULD_NOT_RUN };
        }
    };
    context.output.set_colors(context.environment, cli.color);
    let outcome = match cli.command {
        Command::Hook(args) => return hook::run(&args, packs, &mut context),
        Command::Lsp(args) => return lsp::run(packs, &args, &mut context),
        Command::Check(args) => check::run(packs, args, &mut context),
        Command::Baseline(args) => baseline::run(packs, &args.command, &mut context),
        Command::Explain(args) => explain::run(packs, &args, &mut context),
        Command::Rules(args) => rules::run(packs, &args, &mut context),
        Command::Suppressions(args) => suppressions::run(packs, &args, &mut context),
        Command::Test(args) => test::run(&packs, &args, &mut context),
        Command::Init(args) => init::run(packs, &args, &mut context),
        Command::Doctor(args) => doctor::run(packs, &args, &mut context),
        Command::Schema(args) => schema::run(&args, &mut context),
        Command::Mcp(args) => mcp::run(packs, &args, &mut context),
        Command::Install(args) => install::install(&args, &mut context),
        Command::Uninstall(args) => install::uninstall(&args, &mut context),
        Command::Inspect(args) => inspect::run(&args, &mut context),
        Command::Config(args) => match args.command {
            ConfigCommand::Explain { path, law } => config::explain(packs, &path, &law, &mut context),
        },
        Command::Completions(args) => completions::print(args.shell, command_line(), &mut context),
        Command::Man(args) => completions::man(args.folder.as_deref(), command_line(), &mut context),
    };
    match outcome {
        Ok(CommandOutcome::Clean) => 0,
        Ok(CommandOutcome::Findings) => 1,
        Err(mistakes) => {
            mistakes::annotate(&mistakes, &args, context.environment, &mut context.output);
            mistakes::show(&mistakes, format, &mut context.output);
            EXIT_COULD_NOT_RUN
        }
    }
}

/// The definition of the command line. The names of agents come from their dialects.
fn command_line() -> clap::Command {
    let agents = PossibleValuesParser::new(hook::agents());
    Cli::command().mut_subcommand("hook", |hook| hook.mut_arg("agent", |arg| arg.value_parser(agents)))
}

fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = command_line();
    let mut matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Shows what is wrong with the arguments and returns the exit code.
fn refuse(error: &clap::Error, args: &[OsString], format: MistakeFormat, context: &mut Context<'_>) -> u8 {
    let output = &mut context.output;
    if format == MistakeFormat::Pretty && error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let mut text = output.stderr_text();
        text.add_lines(&error.render().to_string());
        output.print_to_stderr(&text);
    } else {
        let mistake = [usage::mistake(error, args)];
        mistakes::annotate(&mistake, args, context.environment, output);
        mistakes::show(&mistake, format, output);
    }
    EXIT_COULD_NOT_RUN
}

/// Runs a request. On a terminal, a line shows its progress.
pub(crate) fn run_with_progress(
    workspace: &Workspace,
    request: Request,
    context: &Context<'_>,
) -> Result<Run, MistakeList> {
    if !context.environment.stderr_is_live {
        return workspace.run(&request);
    }
    let progress = Arc::new(Progress::default());
    let request = request.with_progress(progress.clone());
    progress::show_while(&progress, || workspace.run(&request))
}

/// The options of a workspace for these arguments.
pub(crate) fn opening(packs: Vec<Pack>, law: &LawArgs) -> Opening {
    let selection = Selection::of_rules(law.rule.clone()).in_packs(law.pack.clone());
    let mut opening = Opening::default().with_packs(packs).with_rules(law.rules.clone()).with_selection(selection);
    opening.config.clone_from(&law.config);
    opening.no_config = law.no_config;
    opening.strict_rules = law.strict_rules;
    opening
}

#[cfg(not(feature = "mcp"))]
mod mcp {
    //! `lawbook mcp`, where the program was built without it.

    use lawbook_core::mistake::Mistake;
    use lawbook_core::pack::Pack;

    use crate::args::McpArgs;
    use crate::command::{CommandResult, Context};

    /// Says that this program was built without the server.
    pub(crate) fn run(_: Vec<Pack>, _: &McpArgs, _: &mut Context<'_>) -> CommandResult {
        let mistake = Mistake::new("this program was built without its server for agents");
        Err(vec![mistake.with_help("build it with the feature `mcp`, which is on by default")].into())
    }
}
