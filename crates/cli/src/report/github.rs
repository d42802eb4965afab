//! The report for the log of GitHub Actions: commands that annotate the code, and the report for people.
//!
//! A step can make ten annotations of a level, and the log shows them without their places. So the commands are folded away,
//! and the report for people, which has all findings, follows.

use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::source::ColumnUnit;
use lawbook_workspace::digest;

use crate::report::annotations::{Annotations, path_in_command};
use crate::report::places::{Places, last_line};
use crate::report::{ReportView, markdown, pretty};
use crate::text::Text;

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    let annotations = Annotations::of(&view, Severity::Info);
    if !annotations.shown.is_empty() {
        text.line(format_args!("::group::lawbook: annotations"));
        let mut places = Places::new(view, ColumnUnit::Utf16);
        for found in &annotations.shown {
            annotate(view, found, &mut places, text);
        }
        text.line(format_args!("::endgroup::"));
    }
    if let Some(left) = annotations.left_in_words() {
        text.line(format_args!(
            "lawbook: {left} without annotations, since GitHub takes ten of a level; all are below"
        ));
    }
    let mut people = Text::new(text.has_colors());
    for line in view.narrowed {
        people.line(format_args!("lawbook: {line}"));
    }
    pretty::render(view, &mut people);
    if has_commands(people.as_str()) {
        // Nobody who writes code can guess the word that lets commands in again: it depends on the whole report.
        let word = format!("lawbook-{}", digest(people.as_str().as_bytes()));
        text.line(format_args!("::stop-commands::{word}"));
        text.add_rendered(people.as_str());
        text.line(format_args!("::{word}::"));
    } else {
        text.add_rendered(people.as_str());
    }
}

/// Renders the summary of a step in at most `limit` bytes.
pub(crate) fn step_summary(view: ReportView<'_>, limit: usize) -> Text {
    let mut text = Text::new(false);
    markdown::render(view, limit, &mut text);
    text
}

fn annotate<'a>(view: ReportView<'a>, found: &'a Diagnostic, places: &mut Places<'a>, text: &mut Text) {
    let command = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    text.add(&format!("::{command} "));
    if let Some(path) = path_in_command(view, found) {
        // The path as it is, since the service knows no other escapes than these.
        text.add_rendered(&format!("file={},", property(&path)));
        let range = places.find(&found.path, found.span);
        let (line, end_line) = range.as_ref().map_or((1, 1), |range| (range.start.line, last_line(range)));
        text.add(&format!("line={line},endLine={end_line},"));
        // GitHub ignores columns in a range of several lines.
        if let Some(range) = range.filter(|range| range.start.line == range.end.line) {
            text.add(&format!("col={},endColumn={},", range.start.column, range.end.column));
        }
    }
    let step = view.report.step_of(found);
    let message = if step.is_empty() { found.message.clone() } else { format!("{}\n{step}", found.message) };
    text.add(&format!("title={}::{}", property(&format!("lawbook: {}", found.rule)), data(&message))).end_line();
}

/// Adds the command that shows why nothing was checked.
pub(super) fn annotate_mistake(mistake: &str, text: &mut Text) {
    text.add(&format!("::error title=lawbook::{}", data(mistake))).end_line();
}

/// A text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// True if GitHub may read a line of a text as a command: `::command::` at its start, or `##[command]` anywhere.
fn has_commands(text: &str) -> bool {
    text.contains("##[") || text.lines().any(|line| line.trim_start().starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_the_runner_reads_them() {
        assert_eq!(data("100%25: a,b\r\n::x"), "100%2525: a,b%0D%0A::x");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn commands_in_quoted_text_are_seen() {
        for text in ["a\n  ::add-mask::x", "// ##[add-path]/x", "::endgroup::"] {
            assert!(has_commands(text), "{text}");
        }
        assert!(!has_commands("  1 | std::fs::read(x); # [a]\n"));
    }
}
