//! The report for people: each finding with an excerpt of its source, in order of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use lawbook_core::diagnostic::{Diagnostic, Safety};
use lawbook_core::report::SkipReason;
use lawbook_core::rule::engine_ids;
use lawbook_core::source::{Position, RelPath, SourceFile};
use lawbook_core::span::Span;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::report::gaps::unlooked_gaps;
use crate::report::statistics::{self, style_of};
use crate::report::{
    NO_FILE, ReportView, comment_of, counted, exceptions_in_words, extras_in_words, lessened_in_words,
    outcome_in_words, skipped_in_words, unsaid_measure, without_rules_in_words,
};
use crate::text::{Text, TextStyle, columns};

/// The distance between tab stops, in columns.
const TAB_WIDTH: usize = 4;

/// The number of files and folders left out for one reason that are named, if the run was not about them.
const MAX_SKIPPED_OF_REASON: usize = 10;

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    let mut rules_shown = BTreeSet::new();
    let mut exceptions_shown = BTreeSet::new();
    for found in &view.report.diagnostics {
        let is_first_of_rule = rules_shown.insert(&found.rule);
        render_finding(view, found, is_first_of_rule, text);
        if exceptions_shown.insert((&found.rule, comment_of(view, found)))
            && let Some(exceptions) = exceptions_in_words(view, found, is_first_of_rule)
        {
            render_note("not if", &exceptions, text);
        }
        text.end_line();
    }
    if view.is_quiet {
        for gap in unlooked_gaps(view) {
            text.paint(TextStyle::Warning, &gap.words).end_line();
        }
    } else {
        render_left_out(view, text);
    }
    if view.has_statistics || (statistics::is_long(view.report) && !view.is_quiet) {
        statistics::render(view.report, text);
    }
    if !view.is_quiet {
        render_summary(view, text);
    }
}

fn render_finding(view: ReportView<'_>, found: &Diagnostic, is_first_of_rule: bool, text: &mut Text) {
    let style = style_of(found.severity);
    let at = view.report.positions(&found.path, found.span).0;
    let place = format_place(view, &found.path, at);
    text.link(|| address_of(view, &found.path, at), |text| text.paint(TextStyle::Strong, &place)).add(": ");
    text.paint(style, found.severity.name()).add(": ").paint(TextStyle::Strong, &found.message);
    let rule = format!("[{}]", found.rule);
    text.add(" ").link(|| address_of_page(view, found), |text| text.paint(TextStyle::Faint, &rule)).end_line();
    if let Some(source) = view.report.sources.get(&found.path) {
        excerpt(source, found.span, view.width, style, text);
    }
    if let Some(measure) = unsaid_measure(found) {
        render_note("measure", &measure.to_string(), text);
    }
    for related in &found.related {
        let path = related.path.as_ref().unwrap_or(&found.path);
        let at = view.report.positions(path, related.span).0;
        render_note("see", &format!("{}: {}", format_place(view, path, at), related.message), text);
    }
    for fix in &found.fixes {
        let name = if fix.safety() == Safety::Safe { "fix" } else { fix.safety().name() };
        let replacement = match fix.edits() {
            [edit] if !edit.text.contains(['\n', '\r']) && edit.text.len() <= 80 && !edit.text.is_empty() => {
                let quoted = format!("`{}`", edit.text);
                // If a fix has no title of its own, its title quotes the new text already.
                if fix.title().contains(&quoted) { String::new() } else { format!(": {quoted}") }
            }
            _ => String::new(),
        };
        let label = if name == "fix" { "fix".to_owned() } else { format!("fix ({name})") };
        render_note(&label, &format!("{}{replacement}", fix.title()), text);
    }
    let page = view.report.rules.get(&found.rule).map(|rule| &rule.page);
    let help = page.map_or("", |page| page.help.as_str());
    // That of the page asks for what a person has decided about already.
    let is_of_law = page.is_some_and(|page| *page.id == *engine_ids::WEAKENED_LAW);
    let help = found.step.as_deref().filter(|_| is_of_law).unwrap_or(help);
    if is_first_of_rule && !help.is_empty() {
        render_note("help", help, text);
    }
}

/// The address of a line of a file, for a link.
fn address_of(view: ReportView<'_>, path: &RelPath, at: Position) -> Option<String> {
    view.links?.address(&view.paths.root().join(path.as_str()), Some(at.line))
}

/// The address of the page of a rule, for a link: none for a rule whose page is no file of the project.
fn address_of_page(view: ReportView<'_>, found: &Diagnostic) -> Option<String> {
    let rule = view.report.rules.get(&found.rule)?;
    let at = view.paths.working_directory().join(&*rule.page.path);
    let is_page = |at: &Path| at.file_stem().is_some_and(|stem| stem == &*rule.page.id) && at.is_file();
    view.links.filter(|_| is_page(&at))?.address(&at, None)
}

fn format_place(view: ReportView<'_>, path: &RelPath, at: Position) -> String {
    format!("{}:{}:{}", view.paths.shown(path.as_str()), at.line, at.column)
}

fn render_note(name: &str, note: &str, text: &mut Text) {
    for (number, line) in note.lines().enumerate() {
        if number == 0 {
            text.add("  ").paint(TextStyle::Faint, &format!("{name}:")).add(" ");
        } else {
            text.add("  ").add(&" ".repeat(name.len() + 2));
        }
        text.add_lines(line).end_line();
    }
}

fn render_left_out(view: ReportView<'_>, text: &mut Text) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut links = 0;
    for skipped in &view.report.skipped {
        // Links between the files of a project are common, and what they lead to is checked where it is.
        if skipped.reason == SkipReason::SymbolicLink && !skipped.is_requested {
            links += 1;
            continue;
        }
        let count = counts.entry(skipped.reason.in_words()).or_default();
        *count += usize::from(!skipped.is_requested);
        if skipped.is_requested || *count <= MAX_SKIPPED_OF_REASON {
            text.paint(TextStyle::Faint, &skipped_in_words(view, skipped)).end_line();
        }
    }
    for (reason, count) in counts.into_iter().filter(|(_, count)| *count > MAX_SKIPPED_OF_REASON) {
        let more = count - MAX_SKIPPED_OF_REASON;
        let words = format!("… and {more} more left out, {reason} (--format json names them)");
        text.paint(TextStyle::Faint, &words).end_line();
    }
    if links > 0 {
        let words = format!("{} left out (--format json names them)", counted(links, "symbolic link"));
        text.paint(TextStyle::Faint, &words).end_line();
    }
    for line in lessened_in_words(view) {
        text.paint(TextStyle::Faint, &line).end_line();
    }
    if let Some(without_rules) = without_rules_in_words(view) {
        text.paint(TextStyle::Faint, &without_rules).end_line();
    }
    let degraded = view.report.degraded.len();
    if degraded > 0 {
        let items = counted(degraded, "piece");
        text.paint(
            TextStyle::Faint,
            &format!("{items} of code read by the tolerant parser (--format json names them)"),
        );
        text.end_line();
    }
}

fn render_summary(view: ReportView<'_>, text: &mut Text) {
    let worst = view.report.diagnostics.iter().map(|found| found.severity).max();
    let outcome = outcome_in_words(view);
    let end_of_findings = outcome.find(" in ").or_else(|| outcome.find(NO_FILE));
    let (findings, rest) = outcome.split_at(end_of_findings.unwrap_or(outcome.len()));
    // Where nothing was checked, nothing is known to be good.
    let clean = if findings.starts_with("no findings") { TextStyle::Good } else { TextStyle::Warning };
    text.paint(worst.map_or(clean, style_of), findings);
    text.line(format_args!("{rest}{}", extras_in_words(view)));
    if let Some(found) = view.report.diagnostics.first() {
        let hint = format!("`{}` says why.", view.verify.explain(&found.rule));
        text.paint(TextStyle::Faint, &hint).end_line();
    }
}

/// One line of source as it is shown, with control characters made visible.
struct SourceLine {
    cells: Vec<Cell>,
}

/// One character of a source line.
struct Cell {
    /// The offset of its first byte in the line.
    offset: u32,
    c: char,
    /// In columns.
    width: usize,
    /// True if a terminal draws it apart from the character before it: it is no accent of that, and no part of its picture.
    begins: bool,
}

impl Cell {
    fn text(&self) -> String {
        if self.c == '\t' { " ".repeat(self.width) } else { visible(self.c) }
    }
}

/// A character with control characters made visible.
fn visible(c: char) -> String {
    let mut visible = Text::new(false);
    // A byte order mark is not shown. Writing to a string cannot fail.
    let _ = if c == '\u{feff}' { Ok(()) } else { visible.write_char(c) };
    visible.as_str().to_owned()
}

impl SourceLine {
    fn new(line: &str) -> Self {
        let mut column = 0;
        let mut graphemes = line.grapheme_indices(true).map(|(offset, _)| offset).peekable();
        let cells = line.char_indices().map(|(offset, c)| {
            let begins = graphemes.next_if_eq(&offset).is_some();
            let width = match c {
                '\t' => TAB_WIDTH - column % TAB_WIDTH,
                // A shortcut for most characters: long lines have thousands of them.
                ' '..='~' => 1,
                c => visible(c).chars().map(columns).sum(),
            };
            column += width;
            Cell { offset: offset as u32, c, width, begins }
        });
        Self { cells: cells.collect() }
    }

    /// The cells that fit into `width` columns and include the one at `offset`. The flags are true if cells before or
    /// after them are cut off.
    fn window(&self, offset: u32, width: usize) -> (&[Cell], bool, bool) {
        let total: usize = self.cells.iter().map(|cell| cell.width).sum();
        if total <= width {
            return (&self.cells, false, false);
        }
        let focus = self.cells.partition_point(|cell| cell.offset < offset);
        let all = self.cells.len();
        let columns = |from: usize, to: usize| self.cells[from..to].iter().map(|cell| cell.width).sum::<usize>();
        let starts_before = |end: usize| (0..end).rev().filter(|at| self.cells[*at].begins);
        // Of a grapheme all is shown, or nothing, unless it is wider than all of the room.
        let start = starts_before((focus + 1).min(all)).next().filter(|start| columns(*start, focus) <= width / 3);
        let mut first = start.unwrap_or(focus);
        // A third of the width is for the text before the finding.
        let end = first;
        first = starts_before(end).take_while(|start| columns(*start, end) <= width / 3).last().unwrap_or(first);
        let ends = (first + 1..=all).filter(|at| *at == all || self.cells[*at].begins);
        let last = ends.take_while(|end| columns(first, *end) <= width).last().filter(|last| *last > focus);
        let last = last.or_else(|| (first + 1..=all).take_while(|end| columns(first, *end) <= width).last());
        let last = last.unwrap_or(first);
        (&self.cells[first..last], first > 0, last < all)
    }
}

/// Adds the first line of a span with the span underlined, and the number of its further lines.
fn excerpt(source: &SourceFile, span: Span, width: usize, style: TextStyle, text: &mut Text) {
    let content = source.text();
    if content.is_empty() {
        return;
    }
    let (first, last) = (source.position(span.start).line, source.position(span.end.max(span.start + 1) - 1).line);
    let line = source.lines().span(content, first);
    // A line of a minified file may have megabytes: only the part that can be shown is converted.
    let part = shown_part(content, line, span.start, width);
    let shown = SourceLine::new(source.slice(part));
    let number = first.to_string();
    let gutter = " ".repeat(number.len());
    // Beside the code stand `  1 | `, and a sign where it is cut off.
    let room = width.saturating_sub(number.len() + 5 + 2);
    let (cells, cut_before, cut_after) = shown.window(span.start.saturating_sub(part.start), room);
    let (cut_before, cut_after) = (cut_before || part.start > line.start, cut_after || part.end < line.end);
    text.add("  ").paint(TextStyle::Faint, &format!("{number} | "));
    let mut underline = String::new();
    if cut_before {
        text.paint(TextStyle::Faint, "…");
        underline.push(' ');
    }
    for cell in cells {
        text.add(&cell.text());
        let at = part.start + cell.offset;
        let inside = at >= span.start && at < span.end;
        underline.push_str(&if inside { "^" } else { " " }.repeat(cell.width));
    }
    if cut_after {
        text.paint(TextStyle::Faint, "…");
    }
    text.end_line();
    if !underline.contains('^') {
        // An empty span is between two characters or after the last one: one `^` marks it.
        let before = cells.iter().take_while(|cell| part.start + cell.offset < span.start).map(|cell| cell.width);
        underline = " ".repeat(before.sum::<usize>() + usize::from(cut_before));
        underline.push('^');
    }
    text.add("  ").paint(TextStyle::Faint, &format!("{gutter} | ")).paint(style, underline.trim_end()).end_line();
    if last > first {
        let more = last - first;
        let lines = if more == 1 { "line" } else { "lines" };
        let words = format!("{gutter} | … and {more} more {lines}");
        let words = if words.chars().count() + 2 > width { format!("{gutter} | … +{more}") } else { words };
        text.add("  ").paint(TextStyle::Faint, &words).end_line();
    }
}

/// The part of a line around `at` that is enough to fill `width` columns, also with accents; it starts and ends between
/// characters.
fn shown_part(content: &str, line: Span, at: u32, width: usize) -> Span {
    let reach = width as u32 * 8;
    let start = line.start.max(at.saturating_sub(reach));
    let end = line.end.min(at.saturating_add(reach)).max(start);
    Span::new(content.floor_char_boundary(start as usize) as u32, content.ceil_char_boundary(end as usize) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_excerpt(content: &str, start: u32, end: u32, width: usize, expected: &[&str]) {
        let source = SourceFile::new(RelPath::new("a.ts"), content).unwrap();
        let mut text = Text::new(false);
        excerpt(&source, Span::new(start, end), width, TextStyle::Error, &mut text);
        assert_eq!(text.as_str().lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_span_is_underlined() {
        check_excerpt("let a = 1;\n", 4, 5, 80, &["  1 | let a = 1;", "    |     ^"]);
    }

    #[test]
    fn tabs_and_wide_characters_stay_aligned() {
        check_excerpt("\ta\tb", 3, 4, 80, &["  1 |     a   b", "    |         ^"]);
        check_excerpt("漢 x", 4, 5, 80, &["  1 | 漢 x", "    |    ^"]);
    }

    #[test]
    fn control_characters_are_visible_and_counted() {
        check_excerpt("\u{1b}x", 1, 2, 80, &["  1 | \\u{1b}x", "    |       ^"]);
    }

    #[test]
    fn a_long_line_is_clipped_around_the_span() {
        let content = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let expected = ["  1 | …aaaaaaaaaaaXbbbbbbbbbbbbbbbbbbbbbb…", "    |             ^"];
        check_excerpt(&content, 5000, 5001, 42, &expected);
    }

    #[test]
    fn no_line_of_an_excerpt_is_wider_than_the_terminal() {
        let lines = [
            "const user = await fetch(`/users/${id}`);",
            "\tif (\tdeep) {\treturn\t漢字漢字漢字漢字漢字漢字漢字漢字 }",
            "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀 = e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "\u{1b}\u{1b}\u{1b}\u{1b}\u{1b}\u{1b} = 1",
        ];
        for (line, before) in lines.into_iter().zip([0, 9, 99, 1_000_000]).chain(lines.into_iter().zip([7, 0, 12, 3])) {
            let content = format!("{}{line}\n", "\n".repeat(before));
            let source = SourceFile::new(RelPath::new("a.ts"), &*content).unwrap();
            for width in [20, 21, 24, 32, 40, 80] {
                for (at, c) in line.char_indices() {
                    let start = (before + at) as u32;
                    let mut text = Text::new(false);
                    excerpt(&source, Span::new(start, start + c.len_utf8() as u32), width, TextStyle::Error, &mut text);
                    let shown: Vec<&str> = text.as_str().lines().collect();
                    let widths: Vec<usize> = shown.iter().map(|line| line.chars().map(columns).sum()).collect();
                    assert!(widths.iter().all(|one| *one <= width), "{width} {widths:?} {shown:?}");
                    // The mark stands below the first column of the character.
                    let marked = shown[1].find('^').unwrap();
                    let mut column = 0;
                    let above = shown[0].chars().find(|c| {
                        column += columns(*c);
                        column > marked
                    });
                    let is_shown_as_itself = !c.is_control() && columns(c) > 0;
                    assert!(!is_shown_as_itself || above == Some(c), "{width} {c:?} {above:?} {shown:?}");
                }
            }
        }
    }

    #[test]
    fn no_grapheme_of_an_excerpt_is_cut() {
        for grapheme in ["e\u{301}", "👨\u{200d}👩\u{200d}👧", "👍🏽", "각", "🇪🇺", "a\u{301}\u{323}\u{302}"]
        {
            let content = grapheme.repeat(20);
            let source = SourceFile::new(RelPath::new("a.ts"), &*content).unwrap();
            for width in [20, 21, 22, 23, 40] {
                for (at, _) in content.char_indices() {
                    let mut text = Text::new(false);
                    excerpt(&source, Span::new(at as u32, at as u32 + 1), width, TextStyle::Error, &mut text);
                    let line = text.as_str().lines().next().unwrap().trim_start_matches("  1 | ");
                    let shown = line.trim_matches('…');
                    assert!(!shown.is_empty() && shown.replace(grapheme, "").is_empty(), "{width} {at} {line}");
                }
            }
        }
    }

    #[test]
    fn an_empty_span_points_at_its_place() {
        check_excerpt("ab", 2, 2, 80, &["  1 | ab", "    |   ^"]);
        check_excerpt("a\r\nb\r\n", 3, 3, 80, &["  2 | b", "    | ^"]);
    }

    #[test]
    fn more_lines_are_counted() {
        check_excerpt("a {\n\n}\n", 0, 6, 80, &["  1 | a {", "    | ^^^", "    | … and 2 more lines"]);
    }
}
