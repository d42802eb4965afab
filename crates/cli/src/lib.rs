//! The command line of lawbook as a library, for programs with native rules of their own.
//!
//! [`run`] is the whole command line: it parses arguments and prints answers. To get findings as data, a program uses
//! `lawbook_workspace`, re-exported as [`workspace`], or for single texts `lawbook_core`, re-exported as [`core`].

// In order of dependency: each module imports only those above it.
mod args;
mod terminal;
mod links;
mod environment;
mod text;
mod log_commands;
mod output;
mod progress;
mod report;
mod context;
mod install;
mod hook;
#[cfg(feature = "mcp")]
mod mcp;
mod survey;
mod init;
mod doctor;
mod command;

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;

pub use lawbook_core as core;
pub use lawbook_workspace as workspace;

use context::Context;
use environment::Environment;
use output::Output;

/// Runs the command line in this process. `args` starts with the name of the program; `packs` are added to the built-in
/// one.
///
/// The exit code is 0 without findings that fail the run, 1 with such findings, and 2 if the command could not run.
/// Call it once, at the end of the process: it does not free the memory of a check. [`run_in`] may be called often.
pub fn run(packs: Vec<Pack>, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let environment = Environment::of_process();
    let output = Output::of_process(&environment);
    let context = Context { environment: &environment, input: &mut std::io::stdin(), output };
    ExitCode::from(command::run(packs, args, context))
}

/// The standard streams of a command line that runs inside of another program.
#[allow(missing_debug_implementations, reason = "the streams of the caller need not implement it")]
pub struct Streams<'a> {
    /// Standard input; read by `check --stdin-filename`.
    pub stdin: &'a mut dyn Read,
    /// Standard output, for the answer.
    pub stdout: &'a mut dyn Write,
    /// Standard error, for notes and mistakes.
    pub stderr: &'a mut dyn Write,
}

/// Runs the command line as [`run`] does, but in the folder `cwd` and with the streams of the caller, and returns the
/// exit code: 0 without findings that fail the run, 1 with such findings, and 2 if the command could not run. It reads
/// no environment variables and treats no stream as a terminal.
///
/// ```
/// let folder = std::env::temp_dir();
/// let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
/// let streams =
///     lawbook::Streams { stdin: &mut std::io::empty(), stdout: &mut stdout, stderr: &mut stderr };
/// let code = lawbook::run_in(Vec::new(), ["lawbook", "--version"].map(Into::into), &folder, streams);
/// assert_eq!(code, 0);
/// assert!(stdout.starts_with(b"lawbook "));
/// ```
pub fn run_in(packs: Vec<Pack>, args: impl IntoIterator<Item = OsString>, cwd: &Path, streams: Streams<'_>) -> u8 {
    let environment = Environment::in_folder(cwd);
    let output = Output::new(Box::new(streams.stdout), Box::new(streams.stderr), &environment);
    command::run(packs, args, Context { environment: &environment, input: streams.stdin, output })
}

/// Mistakes as the command line shows them: each with its line of the page or the settings, what is wrong underlined, and
/// the nearest right name. A program uses it for those that [`Pack::from_pages`](core::pack::Pack::from_pages) gives back,
/// or a [`Lawbook`](core::Lawbook) or a [`Workspace`](workspace::Workspace) that does not open.
///
/// ```
/// use lawbook::core::Lawbook;
///
/// let page = "---\nsumary: No eval.\nlanguages: all\nseverity: error\nrule: {node: call}\n---\n";
/// let mistakes = Lawbook::builder().page("no-eval", page).build().unwrap_err();
/// let shown = lawbook::render_mistakes(&mistakes, false);
/// assert!(shown.contains("no-eval.md:2:1"), "{shown}");
/// assert!(shown.contains("help: did you mean `summary`?"), "{shown}");
/// ```
pub fn render_mistakes(mistakes: &[Mistake], has_colors: bool) -> String {
    let mut text = text::Text::new(has_colors);
    report::mistakes::render(mistakes, report::mistakes::MAX_WIDTH, &mut text);
    text.as_str().to_owned()
}
