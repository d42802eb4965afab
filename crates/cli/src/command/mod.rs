//! The commands: one file each, and the one place where an exit code is decided.

mod baseline;
mod check;
mod config;
mod explain;
mod fixes;
mod init;
mod inspect;
mod rules;
mod suppressions;
mod test;

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::Parser as _;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::Selection;

use crate::args::{Cli, Command, ConfigCommand, LawArgs};
use crate::environment::Environment;
use crate::output::Output;
use crate::progress;
use crate::report::mistakes;
use crate::workspace::mistakes::mistake;
use crate::workspace::{Opening, Progress, Request, Run, Workspace};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Exit code 0.
    Clean,
    /// Exit code 1.
    Findings,
}

/// How a command ended, or why it could not run.
pub(crate) type CommandResult = Result<Verdict, Vec<Mistake>>;

/// The exit code of a run that could not be made.
const COULD_NOT_RUN: u8 = 2;

/// What every command has at hand.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// Where the process runs.
    pub(crate) environment: &'a Environment,
    /// Where it prints to.
    pub(crate) output: &'a mut Output,
}

impl Context<'_> {
    /// The working directory.
    pub(crate) fn cwd(&self) -> Result<&Path, Vec<Mistake>> {
        let missing = || vec![mistake("the working directory is gone or cannot be read")];
        self.environment.cwd.as_deref().ok_or_else(missing)
    }

    /// Prints the answer.
    pub(crate) fn answer(&mut self, text: &crate::text::Text) -> Result<(), Vec<Mistake>> {
        let refuse = |error| vec![mistake(format!("standard output cannot be written: {error}"))];
        self.output.answer(text).map_err(refuse)
    }

    /// Prints text for programs to read, as it is; on a terminal, with its control characters made visible.
    pub(crate) fn answer_bytes(&mut self, bytes: &[u8]) -> Result<(), Vec<Mistake>> {
        let refuse = |error| vec![mistake(format!("standard output cannot be written: {error}"))];
        self.output.answer_bytes(bytes).map_err(refuse)
    }
}

/// Runs the command line and returns its exit code.
pub(crate) fn run(
    packs: Vec<Pack>,
    args: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    output: &mut Output,
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return show_usage(&error, output),
    };
    output.choose(environment, cli.color);
    let mut context = Context { environment, output };
    let outcome = match cli.command {
        Command::Check(args) => check::run(packs, &args, &mut context),
        Command::Baseline(args) => baseline::run(packs, &args.command, &mut context),
        Command::Explain(args) => explain::run(packs, &args, &mut context),
        Command::Rules(args) => rules::run(packs, &args, &mut context),
        Command::Suppressions(args) => suppressions::run(packs, &args, &mut context),
        Command::Test(args) => test::run(packs, &args, &mut context),
        Command::Init(_) => init::run(&mut context),
        Command::Inspect(args) => inspect::run(&args, &mut context),
        Command::Config(args) => match args.command {
            ConfigCommand::Explain { path, law } => config::explain(packs, &path, &law, &mut context),
        },
    };
    match outcome {
        Ok(Verdict::Clean) => 0,
        Ok(Verdict::Findings) => 1,
        Err(mistakes) => {
            let mut text = output.remark_text();
            mistakes::render(&mistakes, &mut text);
            output.remark(&text);
            COULD_NOT_RUN
        }
    }
}

/// Help and the version are answers; everything else that clap says is a mistake in the arguments.
fn show_usage(error: &clap::Error, output: &mut Output) -> u8 {
    let said = error.render().to_string();
    if error.use_stderr() {
        let mut text = output.remark_text();
        text.add_lines(&said);
        output.remark(&text);
        return COULD_NOT_RUN;
    }
    let mut text = output.text();
    text.add_lines(&said);
    if output.answer(&text).is_ok() { 0 } else { COULD_NOT_RUN }
}

/// Runs a request, with a line on a terminal that shows how far it is.
pub(crate) fn run_with_progress(
    workspace: &Workspace,
    request: Request,
    context: &Context<'_>,
) -> Result<Run, Vec<Mistake>> {
    if !context.environment.stderr_is_live {
        return workspace.run(&request);
    }
    let progress = Arc::new(Progress::default());
    let request = request.with_progress(progress.clone());
    progress::show_while(&progress, || workspace.run(&request))
}

/// An opening for what was typed.
pub(crate) fn opening(packs: Vec<Pack>, law: &LawArgs) -> Opening {
    Opening {
        packs,
        rules: law.rules.clone(),
        no_config: law.no_config,
        selection: Selection::of_rules(law.rule.clone()).in_packs(law.pack.clone()),
        ..Opening::default()
    }
}
