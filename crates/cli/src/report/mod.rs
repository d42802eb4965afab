//! The forms of the answer: one file each, all made from the same report.

mod agent;
mod json;
pub(crate) mod mistakes;
mod pretty;
mod verify;

use clap::ValueEnum;
use lawbook_core::report::{Report, Summary};
use lawbook_core::source::{Position, RelPath};
use lawbook_core::span::Span;
use lawbook_workspace::RootPaths;

use crate::text::Text;

pub(crate) use json::options_value;
pub(crate) use verify::{Verify, path_word};

/// The forms of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Excerpts and colours, for people.
    Pretty,
    /// Plain lines within a budget, for coding agents.
    Agent,
    /// Everything, for programs.
    Json,
}

/// A report and how it is to be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    /// What was found.
    pub(crate) report: &'a Report,
    /// Paths as people see them.
    pub(crate) paths: &'a RootPaths,
    /// The commands that check again.
    pub(crate) verify: &'a Verify,
    /// The columns of the terminal.
    pub(crate) width: usize,
    /// How many threads may make it.
    pub(crate) threads: usize,
}

/// Adds the report to the text, which must be empty for JSON.
///
/// # Errors
/// A value that JSON cannot hold.
pub(crate) fn render(format: Format, view: View<'_>, mut text: Text) -> Result<Text, serde_json::Error> {
    match format {
        Format::Pretty => pretty::render(view, &mut text),
        Format::Agent => agent::render(view, &mut text),
        Format::Json => return json::render(view),
    }
    Ok(text)
}

impl View<'_> {
    /// Where a span starts and ends; 1:1 in a file without text.
    fn range(&self, path: &RelPath, span: Span) -> (Position, Position) {
        match self.report.sources.get(path) {
            Some(source) => (source.position(span.start), source.position(span.end)),
            None => (Position { line: 1, column: 1 }, Position { line: 1, column: 1 }),
        }
    }

    /// The text of a span.
    fn slice(&self, path: &RelPath, span: Span) -> &str {
        self.report.sources.get(path).map_or("", |source| source.slice(span))
    }
}

/// `2 errors, 1 warning`, or `no findings`.
fn findings_in_words(summary: &Summary) -> String {
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
    let parts: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// The files that were looked at, and how many were not.
fn files_in_words(summary: &Summary) -> String {
    let mut words = counted(summary.checked + summary.prefiltered, "file");
    let rest = [(summary.skipped, "left out"), (summary.unsupported, "of no known language")];
    let parts: Vec<String> =
        rest.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !parts.is_empty() {
        words = format!("{words} ({})", parts.join(", "));
    }
    words
}

/// What was found and is not shown, and what could be mended.
fn extras_in_words(summary: &Summary) -> String {
    let extras = [
        (summary.fixed, "fixed"),
        (summary.fixable, "with a fix"),
        (summary.suppressed, "suppressed"),
        (summary.known, "known before"),
        (summary.stale, "stale in the baseline"),
    ];
    let parts: Vec<String> =
        extras.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
