//! lawbook's clients of the engine: the command line, and a library for binaries with rules of their own.
//!
//! The only crate that meets the world. [`run`] is the whole command line: it reads arguments and shows answers.
//! [`Workspace`] is what it runs, for programs: it reads the settings and files of a folder and hands them to
//! `lawbook_core`, which has all ideas about code.
//!
//! ```no_run
//! use lawbook::core::source::RelPath;
//! use lawbook::{Opening, Request, Workspace};
//!
//! # fn main() -> Result<(), Vec<lawbook::core::mistake::Mistake>> {
//! let workspace = Workspace::open("project".as_ref(), Opening::default())?;
//! let run = workspace.run(&Request::text(RelPath::new("src/a.ts"), *b"debugger;"))?;
//! for found in &run.report.diagnostics {
//!     println!("{}: {}", found.path, found.message);
//! }
//! # Ok(())
//! # }
//! ```

// The order is that of reading.
mod workspace;
mod args;
mod environment;
mod text;
mod output;
mod progress;
mod report;
mod command;

use std::ffi::OsString;
use std::process::ExitCode;

use lawbook_core::pack::Pack;

pub use lawbook_core as core;
pub use workspace::{
    BaselineMode, Extent, FixMode, Fixes, Inputs, Opening, Progress, ReportScope, Request, Run, Workspace,
};

/// Runs the command line: `args` with the program's name first, `packs` beside the built-in one.
///
/// The exit code is 0 when nothing was found, 1 when something was, and 2 when the run could not be made. Call it once: what
/// a check held is left to the end of the process. [`Workspace`] is for programs that go on.
pub fn run(packs: Vec<Pack>, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let environment = environment::Environment::of_process();
    let mut output = output::Output::of_process(&environment);
    ExitCode::from(command::run(packs, args, &environment, &mut output))
}
