//! The report as XML of `JUnit`: a suite for each file with findings, a failed test for each finding, and a suite that says what
//! was checked, without which a clean run would look like a run without tests.

use std::collections::HashMap;
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::source::ColumnUnit;

use crate::report::gaps::{ReportGap, gaps_beside_outcome};
use crate::report::places::Places;
use crate::report::{ReportView, narrowed_in_words, nothing_in_words, summary_in_words, unsaid_measure, xml};
use crate::text::Text;

/// The name of the suite about the run as a whole.
const RUN: &str = "lawbook";

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    let findings = view.report.diagnostics.len();
    let gaps = gaps_beside_outcome(view);
    text.add_rendered(xml::DECLARATION).add_rendered("<testsuites");
    xml::attribute("name", RUN, text);
    counts(findings + gaps.len() + 1, findings, text);
    text.add_rendered(">\n");
    render_run(view, &gaps, text);
    let mut places = Places::new(view, ColumnUnit::Utf32);
    for of_file in view.report.diagnostics.chunk_by(|a, b| a.path == b.path) {
        render_file(view, of_file, &mut places, text);
    }
    text.add_rendered("</testsuites>\n");
}

/// Adds the numbers of tests and failures, and a time: some readers need one, and the report is the same on every run.
fn counts(tests: usize, failures: usize, text: &mut Text) {
    xml::number("tests", tests, text);
    xml::number("failures", failures, text);
    xml::number("errors", 0, text);
    xml::number("time", 0, text);
}

/// The suite about the run: its outcome, and what was not checked as skipped tests.
fn render_run(view: ReportView<'_>, gaps: &[ReportGap], text: &mut Text) {
    let nothing = nothing_in_words(view);
    text.add_rendered("  <testsuite");
    xml::attribute("name", RUN, text);
    counts(gaps.len() + 1, 0, text);
    xml::number("skipped", gaps.len() + usize::from(nothing.is_some()), text);
    text.add_rendered(">\n");
    start_case(RUN, "check", text);
    text.add_rendered(">\n");
    if let Some(nothing) = nothing {
        render_skipped(&nothing, text);
    }
    text.add_rendered("      <system-out>");
    xml::content(&format!("{}{}", summary_in_words(view), narrowed_in_words(view)), text);
    text.add_rendered("</system-out>\n    </testcase>\n");
    let mut names = HashMap::new();
    for gap in gaps {
        let path = view.in_repository(&gap.path);
        start_case(&path, &name(gap.kind, gap.path.as_str(), "", &mut names), text);
        xml::attribute("file", &path, text);
        xml::number("line", gap.line as usize, text);
        text.add_rendered(">\n");
        render_skipped(&gap.words, text);
        text.add_rendered("    </testcase>\n");
    }
    text.add_rendered("  </testsuite>\n");
}

fn render_file<'a>(view: ReportView<'a>, of_file: &'a [Arc<Diagnostic>], places: &mut Places<'a>, text: &mut Text) {
    let Some(first) = of_file.first() else { return };
    let path = view.in_repository(&first.path);
    text.add_rendered("  <testsuite");
    xml::attribute("name", &path, text);
    counts(of_file.len(), of_file.len(), text);
    xml::number("skipped", 0, text);
    xml::attribute("file", &path, text);
    text.add_rendered(">\n");
    let mut names = HashMap::new();
    for found in of_file {
        let at = places.find(&found.path, found.span).map_or((1, 1), |range| (range.start.line, range.start.column));
        start_case(&path, &name(&found.rule, found.path.as_str(), &found.symbol, &mut names), text);
        xml::attribute("file", &path, text);
        xml::number("line", at.0 as usize, text);
        text.add_rendered(">\n      <failure");
        xml::attribute("type", found.severity.name(), text);
        xml::attribute("message", &found.message, text);
        text.add_rendered(">");
        xml::content(&body(view, found, &path, at), text);
        text.add_rendered("</failure>\n    </testcase>\n");
    }
    text.add_rendered("  </testsuite>\n");
}

fn start_case(class: &str, name: &str, text: &mut Text) {
    text.add_rendered("    <testcase");
    xml::attribute("name", name, text);
    xml::attribute("classname", class, text);
    xml::number("time", 0, text);
}

fn render_skipped(message: &str, text: &mut Text) {
    text.add_rendered("      <skipped");
    xml::attribute("message", message, text);
    text.add_rendered("/>\n");
}

/// The names of tests that there are, with their numbers: rule, path and symbol.
type TestNames<'a> = HashMap<[&'a str; 3], usize>;

/// The name of the test of a finding: its rule and what encloses it, with a count where these are equal. It has no line, so that
/// a reader that compares runs knows the test again, and no two of a file are the same, since GitLab keeps one of these.
fn name<'a>(rule: &'a str, path: &'a str, symbol: &'a str, names: &mut TestNames<'a>) -> String {
    let count = names.entry([rule, path, symbol]).or_default();
    *count += 1;
    let place = if symbol.is_empty() { String::new() } else { format!(" in {symbol}") };
    if *count == 1 { format!("{rule}{place}") } else { format!("{rule}{place} ({count})") }
}

/// The finding in words; GitLab shows nothing else of a failure.
fn body(view: ReportView<'_>, found: &Diagnostic, path: &str, (line, column): (u32, u32)) -> String {
    let mut body = format!("{path}:{line}:{column}: {}: {} [{}]\n", found.severity, found.message, found.rule);
    let measure = unsaid_measure(found).map(ToString::to_string);
    let step = view.report.step_of(found);
    let fixes = found.fixes.iter().map(|fix| ("fix", fix.title().to_owned()));
    let lines = measure.map(|measure| ("measure", measure)).into_iter();
    for (label, line) in lines.chain((!step.is_empty()).then(|| ("do", step.to_owned()))).chain(fixes) {
        body.extend([label, ": ", &line, "\n"]);
    }
    body
}
