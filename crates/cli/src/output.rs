//! The two streams that a command prints to. Only this module prints.

use std::fmt;
use std::io::{self, Write};

use crate::args::ColorChoice;
use crate::environment::{CiService, Environment};
use crate::log_commands::without_commands;
use crate::text::Text;

/// Standard output for the answer, standard error for notes and mistakes.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub(crate) struct Output<'a> {
    stdout: Box<dyn Write + 'a>,
    stderr: Box<dyn Write + 'a>,
    stdout_is_terminal: bool,
    stdout_colors: bool,
    stderr_colors: bool,
    /// True if the terminal at standard output shows links.
    has_links: bool,
    /// The width of standard error, in columns.
    stderr_width: usize,
    /// True if a service reads commands in what is printed.
    is_read_for_commands: bool,
    /// True if only what was asked for is printed.
    is_quiet: bool,
    /// True if nobody reads standard output any more.
    #[cfg_attr(not(feature = "watch"), allow(dead_code, reason = "only a run that goes on asks"))]
    is_closed: bool,
}

impl fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("stdout_is_terminal", &self.stdout_is_terminal).finish_non_exhaustive()
    }
}

impl Output<'static> {
    /// The streams of this process.
    pub(crate) fn of_process(environment: &Environment) -> Self {
        Self::new(Box::new(io::stdout()), Box::new(io::stderr()), environment)
    }
}

impl<'a> Output<'a> {
    /// Streams of the caller, coloured by the defaults of the environment.
    pub(crate) fn new(stdout: Box<dyn Write + 'a>, stderr: Box<dyn Write + 'a>, environment: &Environment) -> Self {
        Self {
            stdout,
            stderr,
            stdout_is_terminal: environment.stdout_is_terminal,
            stdout_colors: environment.stdout_colors(ColorChoice::Auto),
            stderr_colors: environment.stderr_colors(ColorChoice::Auto),
            has_links: environment.links.is_some(),
            stderr_width: environment.stderr_width,
            is_read_for_commands: matches!(environment.ci, Some((_, CiService::GitHub | CiService::Azure))),
            is_quiet: false,
            is_closed: false,
        }
    }

    /// Applies `--quiet`: notes are not printed.
    pub(crate) fn set_quiet(&mut self) {
        self.is_quiet = true;
    }

    /// The width of standard error, in columns.
    pub(crate) fn stderr_width(&self) -> usize {
        self.stderr_width
    }

    /// Applies `--color`.
    pub(crate) fn set_colors(&mut self, environment: &Environment, choice: ColorChoice) {
        self.stdout_colors = environment.stdout_colors(choice);
        self.stderr_colors = environment.stderr_colors(choice);
    }

    /// An empty text for standard output.
    pub(crate) fn text(&self) -> Text {
        Text::new(self.stdout_colors).with_links(self.has_links)
    }

    /// An empty text for standard error.
    pub(crate) fn stderr_text(&self) -> Text {
        Text::new(self.stderr_colors)
    }

    /// Prints the answer to standard output. It is no error if the reader has closed the pipe.
    pub(crate) fn answer(&mut self, text: &Text) -> io::Result<()> {
        self.write(text.as_str().as_bytes())
    }

    /// Prints bytes for other programs to standard output, unchanged; on a terminal, with control characters made
    /// visible.
    pub(crate) fn print_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.stdout_is_terminal {
            return self.answer(Text::new(false).add_lines(&String::from_utf8_lossy(bytes)));
        }
        self.write(bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.stdout.write_all(bytes).and_then(|()| self.stdout.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            other => other,
        }
    }

    /// True if the reader of standard output has closed the pipe, as far as a write has shown it.
    #[cfg(feature = "watch")]
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Clears the terminal at standard output.
    #[cfg(feature = "watch")]
    pub(crate) fn clear_screen(&mut self) -> io::Result<()> {
        self.write(b"\x1b[2J\x1b[H")
    }

    /// Prints a text to standard error. An error is ignored, because there is no other stream to report it on. Where a
    /// service reads commands in it, what is quoted is none.
    pub(crate) fn print_to_stderr(&mut self, text: &Text) {
        if self.is_read_for_commands {
            let _ = self.stderr.write_all(without_commands(text.as_str()).as_bytes());
        } else {
            self.print_commands(text);
        }
    }

    /// Prints commands for a service to standard error.
    pub(crate) fn print_commands(&mut self, commands: &Text) {
        let _ = self.stderr.write_all(commands.as_str().as_bytes());
    }

    /// Prints the line `lawbook: …` to standard error, unless only what was asked for is printed.
    pub(crate) fn note(&mut self, line: fmt::Arguments<'_>) {
        if !self.is_quiet {
            self.warn(line);
        }
    }

    /// Prints the line `lawbook: …` to standard error in any case: it says what a run leaves out, or why it fails.
    pub(crate) fn warn(&mut self, line: fmt::Arguments<'_>) {
        let mut text = self.stderr_text();
        text.add("lawbook: ").line(line);
        self.print_to_stderr(&text);
    }
}

/// Overwrites the last line of the terminal at the standard error of this process.
pub(crate) fn show_progress_line(line: fmt::Arguments<'_>) {
    let mut text = Text::default();
    let _ = fmt::Write::write_fmt(&mut text, line);
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\u{1b}[K{}", text.as_str());
    let _ = stderr.flush();
}
