//! The two streams that the process prints to. Nothing else prints.

use std::io::{self, IsTerminal as _, Write as _};

use crate::args::ColorChoice;
use crate::environment::Environment;
use crate::text::Text;

/// Standard output for the answer, standard error for remarks.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: io::Stdout,
    stderr: io::Stderr,
    stdout_colors: bool,
    stderr_colors: bool,
}

impl Output {
    /// The streams of this process.
    pub(crate) fn of_process(environment: &Environment) -> Self {
        Self {
            stdout: io::stdout(),
            stderr: io::stderr(),
            stdout_colors: environment.stdout_colors(ColorChoice::Auto),
            stderr_colors: environment.stderr_colors(ColorChoice::Auto),
        }
    }

    /// Applies what `--color` says.
    pub(crate) fn choose(&mut self, environment: &Environment, choice: ColorChoice) {
        self.stdout_colors = environment.stdout_colors(choice);
        self.stderr_colors = environment.stderr_colors(choice);
    }

    /// An empty text for standard output.
    pub(crate) fn text(&self) -> Text {
        Text::new(self.stdout_colors)
    }

    /// An empty text for standard error.
    pub(crate) fn remark_text(&self) -> Text {
        Text::new(self.stderr_colors)
    }

    /// Prints the answer. A reader that went away has had enough: that is no error.
    pub(crate) fn answer(&mut self, text: &Text) -> io::Result<()> {
        self.write(text.as_str().as_bytes())
    }

    /// Prints text that other programs take byte for byte. A terminal is none of them.
    pub(crate) fn answer_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.stdout.is_terminal() {
            return self.answer(Text::new(false).add_lines(&String::from_utf8_lossy(bytes)));
        }
        self.write(bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = self.stdout.lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Prints a remark. Nobody can be told when that fails.
    pub(crate) fn remark(&mut self, text: &Text) {
        let _ = self.stderr.lock().write_all(text.as_str().as_bytes());
    }

    /// Prints one line that says `lawbook: …`.
    pub(crate) fn note(&mut self, line: std::fmt::Arguments<'_>) {
        let mut text = self.remark_text();
        text.add("lawbook: ").line(line);
        self.remark(&text);
    }
}

/// Writes over the last line of a terminal on standard error.
pub(crate) fn show_live(line: std::fmt::Arguments<'_>) {
    let mut text = Text::default();
    let _ = std::fmt::Write::write_fmt(&mut text, line);
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\u{1b}[K{}", text.as_str());
    let _ = stderr.flush();
}
