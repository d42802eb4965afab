//! The environment and the streams of a command.

use std::io::Read;
use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;

use crate::environment::Environment;
use crate::output::Output;
use crate::text::Text;

/// The environment and the streams of a command.
pub(crate) struct Context<'a> {
    /// The working directory and the properties of the process.
    pub(crate) environment: &'a Environment,
    /// Standard input.
    pub(crate) input: &'a mut dyn Read,
    /// Standard output and standard error.
    pub(crate) output: Output<'a>,
}

impl Context<'_> {
    /// The working directory.
    pub(crate) fn cwd(&self) -> Result<&Path, Vec<Mistake>> {
        let missing = || vec![Mistake::new("the working directory is gone or cannot be read")];
        self.environment.cwd.as_deref().ok_or_else(missing)
    }

    /// A path of the command line, seen from the working directory.
    pub(crate) fn at(&self, path: &Path) -> PathBuf {
        self.environment.cwd.as_deref().map_or_else(|| path.to_owned(), |cwd| cwd.join(path))
    }

    /// Prints the answer to standard output.
    pub(crate) fn answer(&mut self, text: &Text) -> Result<(), Vec<Mistake>> {
        let refuse = |error| vec![Mistake::new(format!("standard output cannot be written: {error}"))];
        self.output.answer(text).map_err(refuse)
    }

    /// Prints bytes for programs to standard output, unchanged; on a terminal, with control characters made visible.
    pub(crate) fn print_bytes(&mut self, bytes: &[u8]) -> Result<(), Vec<Mistake>> {
        let refuse = |error| vec![Mistake::new(format!("standard output cannot be written: {error}"))];
        self.output.print_bytes(bytes).map_err(refuse)
    }
}
