//! The report for the log of Azure Pipelines: commands that make issues of the run, and the report for people.
//!
//! A task keeps ten issues of a kind. The result of the task is left to the exit code.

use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::source::ColumnUnit;

use crate::log_commands::without_commands;
use crate::report::annotations::{Annotations, path_in_command};
use crate::report::places::Places;
use crate::report::{ReportView, pretty};
use crate::text::Text;

/// What starts a command.
const COMMAND: &str = "##vso[";

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    // There is no kind of issue for an info.
    let annotations = Annotations::of(&view, Severity::Warning);
    if !annotations.shown.is_empty() {
        text.line(format_args!("##[group]lawbook: issues"));
        let mut places = Places::new(view, ColumnUnit::Utf16);
        for found in &annotations.shown {
            log_issue(view, found, &mut places, text);
        }
        text.line(format_args!("##[endgroup]"));
    }
    if let Some(left) = annotations.left_in_words() {
        text.line(format_args!(
            "lawbook: {left} not among the issues, since a task keeps ten of a kind; all are below"
        ));
    }
    let mut people = Text::new(text.has_colors());
    for line in view.narrowed {
        people.line(format_args!("lawbook: {line}"));
    }
    pretty::render(view, &mut people);
    text.add_rendered(&without_commands(people.as_str()));
}

fn log_issue<'a>(view: ReportView<'a>, found: &'a Diagnostic, places: &mut Places<'a>, text: &mut Text) {
    let kind = if found.severity == Severity::Error { "error" } else { "warning" };
    text.add(&format!("{COMMAND}task.logissue type={kind};"));
    if let Some(path) = path_in_command(view, found) {
        // The path as it is, since the service knows no other escapes than these.
        text.add_rendered(&format!("sourcepath={};", escaped(&path)));
        if let Some(range) = places.find(&found.path, found.span) {
            text.add(&format!("linenumber={};columnnumber={};", range.start.line, range.start.column));
        }
    }
    text.add(&format!("code={};]{}", escaped(&found.rule), escaped(&found.message))).end_line();
}

/// Adds the command that makes an issue of why nothing was checked.
pub(super) fn log_mistake(mistake: &str, text: &mut Text) {
    text.add(&format!("{COMMAND}task.logissue type=error;]{}", escaped(mistake))).end_line();
}

/// What the agent reads in place of other signs.
const ESCAPES: [(&str, char); 4] = [("%3B", ';'), ("%0D", '\r'), ("%0A", '\n'), ("%5D", ']')];

/// A text as a value. Of percent signs only those are escaped that would begin an escape: agents can be set up to leave their
/// escape as it is.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let begins_escape = || rest.starts_with("%AZP25") || ESCAPES.iter().any(|(escape, _)| rest.starts_with(escape));
        match ESCAPES.iter().find(|(_, sign)| *sign == c) {
            Some((escape, _)) => written.push_str(escape),
            None if c == '%' && begins_escape() => written.push_str("%AZP25"),
            None => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_the_agent_reads_them() {
        assert_eq!(escaped("a;b]c\r\n"), "a%3Bb%5Dc%0D%0A");
        assert_eq!(escaped("100% %3B %AZP25 %3b é"), "100% %AZP253B %AZP25AZP25 %3b é");
    }
}
