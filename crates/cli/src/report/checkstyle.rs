//! The report as XML of Checkstyle, as Jenkins and many other programs read it.

use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::source::{ColumnUnit, RelPath};

use crate::report::gaps::{NARROWED, gaps};
use crate::report::places::Places;
use crate::report::{ReportView, narrowed_in_words, summary_in_words, xml};
use crate::text::Text;

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    text.add_rendered(xml::DECLARATION).add_rendered("<checkstyle version=\"4.3\">\n");
    xml::comment(&format!("lawbook: {}{}", summary_in_words(view), narrowed_in_words(view)), text);
    let mut places = Places::new(view, ColumnUnit::Utf16);
    for of_file in view.report.diagnostics.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = of_file.first() else { continue };
        start_file(view, &first.path, text);
        for found in of_file {
            let at =
                places.find(&found.path, found.span).map_or((1, 1), |range| (range.start.line, range.start.column));
            render_error(at, found.severity, &found.message, &source(view, found), text);
        }
        text.add_rendered("  </file>\n");
    }
    // The comment has what the command line leaves out.
    for gap in gaps(view).into_iter().filter(|gap| gap.kind != NARROWED) {
        start_file(view, &gap.path, text);
        render_error((gap.line, 1), Severity::Info, &gap.words, &format!("lawbook.{}", gap.kind), text);
        text.add_rendered("  </file>\n");
    }
    text.add_rendered("</checkstyle>\n");
}

fn start_file(view: ReportView<'_>, path: &RelPath, text: &mut Text) {
    text.add_rendered("  <file");
    xml::attribute("name", &view.in_repository(path), text);
    text.add_rendered(">\n");
}

fn render_error((line, column): (u32, u32), severity: Severity, message: &str, source: &str, text: &mut Text) {
    text.add_rendered("    <error");
    xml::number("line", line as usize, text);
    xml::number("column", column as usize, text);
    xml::attribute("severity", severity.name(), text);
    xml::attribute("message", message, text);
    xml::attribute("source", source, text);
    text.add_rendered("/>\n");
}

/// `lawbook.topic.rule`: Jenkins takes what is after the last dot for the type, and the word before it for the category.
fn source(view: ReportView<'_>, found: &Diagnostic) -> String {
    let topic = view.report.rules.get(&found.rule).map_or("", |rule| rule.page.topic.as_str());
    if topic.is_empty() { format!("lawbook.{}", found.rule) } else { format!("lawbook.{topic}.{}", found.rule) }
}
