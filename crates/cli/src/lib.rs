//! The command line of lawbook as a library, for binaries with rules of their own.
//!
//! [`run`] is the whole command line: it reads arguments and prints answers. A program that wants findings as data uses
//! `lawbook_workspace`, here as [`workspace`], or for texts alone `lawbook_core`, here as [`core`].

// The order is that of reading.
mod args;
mod environment;
mod text;
mod output;
mod progress;
mod report;
mod command;

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use lawbook_core::pack::Pack;

pub use lawbook_core as core;
pub use lawbook_workspace as workspace;

use command::Context;
use environment::Environment;
use output::Output;

/// Runs the command line in this process: `args` with the program's name first, `packs` beside the built-in one.
///
/// The exit code is 0 when nothing was found, 1 when something was, and 2 when the run could not be made. Call it once,
/// at the end of the process: it leaves the memory of a check to be freed with it. [`run_in`] may be called often.
pub fn run(packs: Vec<Pack>, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let environment = Environment::of_process();
    let output = Output::of_process(&environment);
    let context = Context { environment: &environment, input: &mut std::io::stdin(), output };
    ExitCode::from(command::run(packs, args, context))
}

/// The streams of a command line that is not this process's own.
#[allow(missing_debug_implementations, reason = "streams of the caller's need not have one")]
pub struct Streams<'a> {
    /// Read by `check --stdin-filename`.
    pub stdin: &'a mut dyn Read,
    /// Takes the answer.
    pub stdout: &'a mut dyn Write,
    /// Takes remarks and mistakes.
    pub stderr: &'a mut dyn Write,
}

/// Runs the command line as [`run`] does, in the folder `cwd` and with streams of the caller's, and returns the exit
/// code: 0 when nothing was found, 1 when something was, and 2 when the run could not be made. It reads no variable of
/// the environment and takes the streams for no terminals.
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
