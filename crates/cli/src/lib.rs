//! lawbook's clients of the engine: the command line, and a library for binaries with rules of their own.
//!
//! The only crate that meets the world. It reads arguments, settings and files, hands them to `lawbook_core`, and shows
//! the answer. [`run`] is the whole command line; [`Workspace`] is the same engine over a folder, for programs.

// The order is that of reading.
mod args;
mod command;
mod environment;
mod text;
mod output;
mod mistakes;
mod paths;
mod root;
mod packs;
mod config;
mod globs;
mod discover;
mod baseline;
mod git;
mod change;
mod read;
mod engine;
mod fix;
mod workspace;
mod judge;
mod progress;
mod report;

use std::ffi::OsString;
use std::process::ExitCode;

use lawbook_core::pack::Pack;

pub use lawbook_core as core;
pub use workspace::{Opening, Workspace};

/// Runs the command line: `args` with the program's name first, `packs` beside the built-in one.
///
/// The exit code is 0 when nothing was found, 1 when something was, and 2 when the run could not be made. Call it once: what
/// a check held is left to the end of the process. [`Workspace`] is for programs that go on.
pub fn run(packs: Vec<Pack>, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let environment = environment::Environment::of_process();
    let mut output = output::Output::of_process(&environment);
    ExitCode::from(command::run(packs, args, &environment, &mut output))
}
