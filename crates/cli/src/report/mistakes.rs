//! Renders the mistakes in pages, settings and arguments, each with its place. Of a file, only the lines around the place
//! are drawn, and of long lines only the part around it, so that the cost does not depend on what else the file holds.

use std::ffi::OsString;

use lawbook_core::mistake::{Mistake, SourceLocation};
use lawbook_workspace::report::v1::MistakeListV1;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode,
    SourceSpan, SpanContents,
};

use crate::environment::{CiService, Environment};
use crate::output::Output;
use crate::report::{azure, github};
use crate::text::{Text, visible};

/// The maximum number of mistakes that are drawn; the others are counted.
const MAX_DRAWN_MISTAKES: usize = 100;

/// The maximum number of bytes that are drawn of a line before, after and outside of the place, and of the place itself.
const MAX_DRAWN_BYTES: usize = 200;

/// The maximum width of the lines that mistakes are told in, in columns.
pub(crate) const MAX_WIDTH: usize = 100;

/// The columns beside a line of a file: its number, the line at its left, and the signs where it is cut.
const MAX_GUTTER: usize = 10;

/// The form in which mistakes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MistakeFormat {
    /// Drawn with their lines, on standard error.
    Pretty,
    /// A line for each, on standard output.
    Agent,
    /// A [`MistakeListV1`], on standard output.
    Json,
}

impl MistakeFormat {
    /// The form that fits the format of the answer which the arguments ask for. The arguments are read here in a simple way,
    /// since they may be what is wrong.
    pub(crate) fn of(args: &[OsString], has_agent: bool) -> Self {
        match named_format(args).as_deref() {
            Some("json") => Self::Json,
            Some("agent") => Self::Agent,
            None if has_agent => Self::Agent,
            _ => Self::Pretty,
        }
    }
}

/// The format of the answer that the arguments name.
fn named_format(args: &[OsString]) -> Option<String> {
    let words: Vec<&str> = args.iter().skip(1).map_while(|word| Some(word.to_str().unwrap_or_default())).collect();
    let end = words.iter().position(|word| *word == "--").unwrap_or(words.len());
    let words = &words[..end];
    let is_named = |(at, word): (usize, &&str)| {
        let value = word.strip_prefix("--format=");
        value
            .map(str::to_owned)
            .or_else(|| (*word == "--format").then(|| words.get(at + 1).copied().unwrap_or_default().to_owned()))
    };
    // What has a file of its own is not the format of the answer.
    let mut named = words.iter().enumerate().filter_map(is_named).filter(|value| !value.contains('='));
    named.next_back()
}

/// The most mistakes that a service shows, as of findings.
const MAX_ANNOTATED: usize = 10;

/// Tells the service why a check could not run, where the format of its answer is the one for the log of that service.
pub(crate) fn annotate(mistakes: &[Mistake], args: &[OsString], environment: &Environment, output: &mut Output<'_>) {
    if !args.iter().skip(1).any(|word| word == "check") {
        return;
    }
    let of_environment = environment.ci.filter(|_| environment.agent.is_none());
    let add = match (named_format(args).as_deref(), of_environment) {
        (Some("github"), _) | (None, Some((_, CiService::GitHub))) => github::annotate_mistake,
        (Some("azure"), _) | (None, Some((_, CiService::Azure))) => azure::log_mistake,
        _ => return,
    };
    let mut text = Text::new(false);
    for mistake in mistakes.iter().take(MAX_ANNOTATED) {
        add(&mistake.to_string(), &mut text);
    }
    output.print_commands(&text);
}

/// Shows mistakes.
pub(crate) fn show(mistakes: &[Mistake], format: MistakeFormat, output: &mut Output<'_>) {
    let mut text = Text::new(false);
    match format {
        MistakeFormat::Pretty => {
            let mut text = output.stderr_text();
            render(mistakes, output.stderr_width().min(MAX_WIDTH), &mut text);
            output.print_to_stderr(&text);
            return;
        }
        MistakeFormat::Agent => {
            for mistake in mistakes {
                let line = mistake.to_string();
                text.add(&line.split_whitespace().collect::<Vec<_>>().join(" ")).end_line();
            }
        }
        // The types hold nothing that JSON cannot write.
        MistakeFormat::Json => text = Text::json(&MistakeListV1::new(mistakes)).unwrap_or_default(),
    }
    // The exit code says that the command could not run, whether its answer can be written or not.
    let _ = output.answer(&text);
}

/// Adds all mistakes to the text, in lines of a width. The lines of files are cut to it if it is below [`MAX_WIDTH`].
pub(crate) fn render(mistakes: &[Mistake], width: usize, text: &mut Text) {
    let theme = if text.has_colors() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    for (number, mistake) in mistakes.iter().take(MAX_DRAWN_MISTAKES).enumerate() {
        if number > 0 {
            text.end_line();
        }
        let mut rendered = String::new();
        if handler.render_report(&mut rendered, &RenderedMistake::new(mistake, width)).is_ok() {
            text.add_rendered(&rendered.replace(HYPHEN, "-"));
        } else {
            text.add(&mistake.to_string()).end_line();
        }
    }
    let count = mistakes.len();
    if count > MAX_DRAWN_MISTAKES {
        text.end_line();
        text.line(format_args!("and {} more mistakes", count - MAX_DRAWN_MISTAKES));
    }
    if count > 1 {
        text.end_line();
        text.line(format_args!("lawbook: {count} mistakes, nothing was done."));
    }
}

/// The sign in place of a hyphen while lines are broken, which would break ids and options at their hyphens. It is for
/// private use, so that no text has it.
const HYPHEN: &str = "\u{e02d}";

/// A text with visible control characters whose words are not broken at hyphens.
fn unbroken(text: &str) -> String {
    visible(text).replace('-', HYPHEN)
}

/// A mistake as a miette diagnostic, with control characters made visible.
#[derive(Debug)]
struct RenderedMistake {
    message: String,
    help: Option<String>,
    window: Option<TextWindow>,
}

impl RenderedMistake {
    fn new(mistake: &Mistake, width: usize) -> Self {
        Self {
            message: unbroken(&mistake.message),
            help: mistake.help.as_deref().map(unbroken),
            window: mistake.place.as_ref().map(|place| TextWindow::around(place, width)),
        }
    }
}

/// The part of a file that is drawn for a place in it, with control characters made visible.
#[derive(Debug)]
struct TextWindow {
    name: String,
    text: String,
    /// The 0-based number in the file of its first line.
    first_line: usize,
    /// The 0-based column of the place in its line of the file, in characters.
    column: usize,
    /// The place in `text`.
    span: SourceSpan,
}

impl TextWindow {
    /// The lines of a place, one line before and one after. A part that is left out is marked with `…`.
    fn around(place: &SourceLocation, width: usize) -> Self {
        let text = &*place.text;
        let start = text.floor_char_boundary(place.span.start as usize);
        let end = text.floor_char_boundary(place.span.end as usize).max(start);
        let room = (width < MAX_WIDTH).then(|| width.saturating_sub(MAX_GUTTER));
        let marked_max = room.unwrap_or(MAX_DRAWN_BYTES);
        let is_cut = end > text.floor_char_boundary(start + marked_max);
        let end = end.min(text.floor_char_boundary(start + marked_max));
        let line_start = text[..start].rfind('\n').map_or(0, |line_end| line_end + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |length| end + length);
        let line_number = text[..line_start].bytes().filter(|byte| *byte == b'\n').count();
        let mut before = String::new();
        if line_number > 0 {
            let line = &text[..line_start - 1];
            let line = &line[line.rfind('\n').map_or(0, |line_end| line_end + 1)..];
            before.push_str(&visible(&start_of(without_return(line), room.unwrap_or(MAX_DRAWN_BYTES))));
            before.push('\n');
        }
        let beside = room.filter(|room| line_end - line_start > *room || is_cut);
        let beside = beside.map_or(MAX_DRAWN_BYTES, |room| (room - (end - start).min(room)) / 2);
        // Of a line end in the style of Windows, only the line feed counts.
        let part = |from: usize, to: usize| {
            let part = &text[from..to];
            if text[to..].starts_with('\n') { without_return(part) } else { part }
        };
        before.push_str(&visible(&end_of(part(line_start, start), beside)));
        let marked = visible(&part(start, end).replace("\r\n", "\n"));
        let mut after = visible(&start_of(without_return(&text[end..line_end]), beside));
        if let Some(next) = text.get(line_end + 1..) {
            after.push('\n');
            let (line, ending) = next.split_once('\n').map_or((next, ""), |(line, _)| (line, "\n"));
            after.push_str(&visible(&start_of(without_return(line), room.unwrap_or(MAX_DRAWN_BYTES))));
            after.push_str(ending);
        }
        Self {
            name: visible(&place.path).replace('\n', "\\u{a}"),
            first_line: line_number.saturating_sub(1),
            column: text[line_start..start].chars().count(),
            span: (before.len(), marked.len()).into(),
            text: before + &marked + &after,
        }
    }
}

/// A line without the carriage return of a line end in the style of Windows.
fn without_return(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

/// The start of a text of a length in bytes, with `…` for the rest of a longer one.
fn start_of(text: &str, max: usize) -> String {
    match text.floor_char_boundary(max) {
        end if end < text.len() => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

/// The end of a text of a length in bytes, with `…` for what is before it in a longer one.
fn end_of(text: &str, max: usize) -> String {
    match text.ceil_char_boundary(text.len().saturating_sub(max)) {
        0 => text.to_owned(),
        start => format!("…{}", &text[start..]),
    }
}

impl SourceCode for TextWindow {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let read = self.text.read_span(span, lines_before, lines_after)?;
        // Without lines around it, the place is asked for, to be named.
        let column = if lines_before + lines_after == 0 { self.column } else { read.column() };
        let (line, lines) = (self.first_line + read.line(), read.line_count());
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), read.data(), *read.span(), line, column, lines)))
    }
}

impl std::fmt::Display for RenderedMistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenderedMistake {}

impl miette::Diagnostic for RenderedMistake {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.window.as_ref().map(|window| window as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = |window: &TextWindow| LabeledSpan::new_with_span(None, window.span);
        self.window
            .as_ref()
            .map(|window| Box::new(std::iter::once(label(window))) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

#[cfg(test)]
mod tests {
    use lawbook_core::span::Span;

    use super::*;

    #[test]
    fn a_place_at_the_end_is_shown_too() {
        for text in ["", "a\n", "a"] {
            let span = Span::new(text.len() as u32, text.len() as u32 + 3);
            let mistake = Mistake::new("the head never ends").with_place("a.md", text, span);
            let mut shown = Text::new(false);
            render(&[mistake], MAX_WIDTH, &mut shown);
            assert!(shown.as_str().contains("a.md:"), "{text:?}: {}", shown.as_str());
        }
    }

    #[test]
    fn a_mistake_shows_its_place_and_no_control_character() {
        let mistake = Mistake::new("unknown key `\u{1b}`").with_help("did you mean `x`?");
        let mistake = mistake.with_place("a\u{1b}.toml", "x = 1\n\u{1b}y = 2\n", Span::new(7, 8));
        let mut text = Text::new(false);
        render(&[mistake], MAX_WIDTH, &mut text);
        let shown = text.as_str();
        assert!(shown.contains("unknown key `\\u{1b}`"), "{shown}");
        assert!(shown.contains("a\\u{1b}.toml:2:"), "{shown}");
        assert!(shown.contains("did you mean `x`?"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }

    #[test]
    fn no_id_is_broken_at_its_hyphens() {
        let ids: Vec<String> = (0..30).map(|number| format!("`no-unused-suppression-{number}`")).collect();
        let mistake = Mistake::new(ids.join(", ")).with_help(ids.join(", "));
        let mut text = Text::new(false);
        render(&[mistake], MAX_WIDTH, &mut text);
        for id in &ids {
            assert_eq!(text.as_str().matches(id.as_str()).count(), 2, "{id}: {}", text.as_str());
        }
    }

    #[test]
    fn line_ends_of_windows_are_no_control_characters() {
        let text = "a = 1\r\nb = 2\r\nc = 3\r\nd = 4\r\n";
        for span in [Span::new(7, 8), Span::new(7, 12), Span::new(7, 13), Span::new(7, 19), Span::new(12, 13)] {
            let mut shown = Text::new(false);
            render(&[Mistake::new("wrong").with_place("a.toml", text, span)], MAX_WIDTH, &mut shown);
            assert!(shown.as_str().contains("b = 2\n"), "{span:?}: {}", shown.as_str());
            assert!(!shown.as_str().contains("u{d}"), "{span:?}: {}", shown.as_str());
        }
    }

    #[track_caller]
    fn check_place(text: &str, span: Span, expected: &[&str]) {
        let mut shown = Text::new(false);
        render(&[Mistake::new("wrong").with_place("a.toml", text, span)], MAX_WIDTH, &mut shown);
        for part in expected {
            assert!(shown.as_str().contains(part), "{part}: {}", shown.as_str());
        }
        assert!(shown.as_str().len() < 4_000, "{}", shown.as_str().len());
    }

    #[test]
    fn a_place_in_a_long_line_is_shown_with_its_surroundings() {
        for column in [300, 65_535, 65_536, 200_000] {
            let text = format!("first\n{}x = 1{}\nlast\n", "é".repeat(column), " y".repeat(100_000));
            let start = 6 + 2 * column as u32;
            let header = format!("a.toml:2:{}]", column + 1);
            check_place(
                &text,
                Span::new(start, start + 1),
                &[&header, "…é", "éx = 1 y", "y…", " 1 │ first", " 3 │ last"],
            );
        }
    }

    #[test]
    fn a_long_place_and_a_place_over_many_lines_are_shown_in_part() {
        check_place(&"a".repeat(100_000), Span::new(0, 100_000), &["a.toml:1:1]", "aaa…"]);
        check_place(&format!("b\n{}", "a\n".repeat(100_000)), Span::new(2, 200_002), &["a.toml:2:1]"]);
        check_place(&format!("b\n\n{}\nx", "a".repeat(1_000)), Span::new(1_003, 1_003), &["a.toml:3:1001]", "…aaa"]);
    }

    #[test]
    fn lines_of_a_file_fit_into_a_narrow_terminal() {
        let line = format!("{} = \"{}\" # {}", "k".repeat(60), "v".repeat(60), "c".repeat(60));
        let text = format!("{line}\nx = 1\n{line}\n");
        let start = 2 * line.len() as u32 + 7 - line.len() as u32;
        for (width, span) in [(20, Span::new(70, 90)), (40, Span::new(0, 60)), (40, Span::new(start + 63, start + 123))]
        {
            let mut shown = Text::new(false);
            render(&[Mistake::new("wrong").with_place("a.toml", text.clone(), span)], width, &mut shown);
            let widest = shown.as_str().lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width), "{width} {widest:?}: {}", shown.as_str());
        }
    }

    #[test]
    fn the_first_hundred_mistakes_are_drawn_and_the_others_counted() {
        let text: std::sync::Arc<str> = "x = 1\n".repeat(150).into();
        let mistake =
            |line: u32| Mistake::new("wrong").with_place("a", text.clone(), Span::new(line * 6, line * 6 + 1));
        let mistakes: Vec<Mistake> = (0..150).map(mistake).collect();
        let mut shown = Text::new(false);
        render(&mistakes, MAX_WIDTH, &mut shown);
        assert!(shown.as_str().contains("a:100:1]"), "{}", shown.as_str());
        assert!(!shown.as_str().contains("a:101:1]"), "{}", shown.as_str());
        assert!(
            shown.as_str().ends_with("and 50 more mistakes\n\nlawbook: 150 mistakes, nothing was done.\n"),
            "{}",
            shown.as_str()
        );
    }
}
