//! The report as a table of Markdown, for summaries of jobs and comments on merge requests: the worst findings first, cut at a
//! limit in bytes, and with nothing in it that mentions people, refers to issues or makes links.

use std::fmt::Write as _;

use lawbook_core::diagnostic::Severity;
use lawbook_core::source::ColumnUnit;

use crate::report::gaps::gaps_beside_outcome;
use crate::report::places::Places;
use crate::report::{ReportView, extras_in_words, levels_in_words, outcome_in_words};
use crate::text::{Text, counted};

/// The limit in bytes of a comment on GitHub, which is the lowest one.
const COMMENT_LIMIT: usize = 65_536;

/// The bytes kept free for the lines that count what is left out.
const RESERVE: usize = 200;

/// The maximum number of characters of a cell.
const MAX_CELL_CHARS: usize = 1_000;

/// Renders the report for a comment.
pub(super) fn render_comment(view: ReportView<'_>, text: &mut Text) {
    render(view, COMMENT_LIMIT, text);
}

/// Renders the report in at most `limit` bytes; nothing if its first line does not fit.
pub(super) fn render(view: ReportView<'_>, limit: usize, text: &mut Text) {
    let outcome = prose(&format!("{}{}", outcome_in_words(view), extras_in_words(view)));
    let narrowed = view.narrowed.iter().fold(String::new(), |all, line| all + "; " + &prose(line));
    let mut written = format!("**lawbook**: {outcome}{narrowed}\n");
    if written.len() > limit {
        return;
    }
    let room = limit.saturating_sub(RESERVE);
    let notes: Vec<String> = gaps_beside_outcome(view).iter().map(|gap| item(&gap.words)).collect();
    if written.len() < room {
        // The notes are about what no finding says; a part of the room is theirs.
        let of_notes = notes.iter().map(String::len).sum::<usize>().min(room / 4);
        add_table(view, room - of_notes, &mut written);
        add_notes(&notes, room, &mut written);
    }
    text.add_rendered(&written);
}

/// Adds the rows of the table that fit, and the number of the others.
fn add_table(view: ReportView<'_>, room: usize, written: &mut String) {
    let found = view.worst_first();
    if found.is_empty() {
        return;
    }
    written.push_str("\n| Level | Place | Message | Rule |\n|---|---|---|---|\n");
    let mut places = Places::new(view, ColumnUnit::Utf32);
    let mut shown = 0;
    for found in &found {
        let line = places.find(&found.path, found.span).map_or(1, |range| range.start.line);
        let place = code(&format!("{}:{line}", view.in_repository(&found.path)));
        let row = format!("| {} | {place} | {} | {} |\n", found.severity, prose(&found.message), code(&found.rule));
        if written.len() + row.len() > room {
            break;
        }
        written.push_str(&row);
        shown += 1;
    }
    let left = &found[shown..];
    if !left.is_empty() {
        let of = |severity: Severity| left.iter().filter(|found| found.severity == severity).count();
        let words = levels_in_words([of(Severity::Error), of(Severity::Warning), of(Severity::Info)]);
        // Writing to a string cannot fail.
        let _ = writeln!(written, "\nNot shown for lack of room: {words}.");
    }
}

/// Adds the notes that fit, and the number of the others.
fn add_notes(notes: &[String], room: usize, written: &mut String) {
    for (number, note) in notes.iter().enumerate() {
        if written.len() + note.len() > room {
            let _ = writeln!(written, "\nNot shown for lack of room: {}.", counted(notes.len() - number, "note"));
            return;
        }
        written.push_str(if number == 0 { "\n" } else { "" });
        written.push_str(note);
    }
}

/// A text as an item of a list.
fn item(text: &str) -> String {
    format!("- {}\n", prose(text))
}

/// A text where Markdown reads prose, on one line. What it quotes with backticks becomes code.
fn prose(text: &str) -> String {
    let text = one_line(text);
    let mut written = String::new();
    if !text.matches('`').count().is_multiple_of(2) {
        add_plain(&text, &mut written);
        return written;
    }
    for (number, part) in text.split('`').enumerate() {
        match number % 2 {
            0 => add_plain(part, &mut written),
            _ if part.trim().is_empty() => add_plain(&format!("`{part}`"), &mut written),
            _ => written.push_str(&code(part)),
        }
    }
    written
}

/// A text as code. Backticks cannot hold every text of a cell; entities in `<code>` hold the others.
fn code(text: &str) -> String {
    let text = clipped(text);
    if !text.contains(['`', '|', '\\']) && !text.trim().is_empty() {
        return format!("`{text}`");
    }
    let mut written = "<code>".to_owned();
    for c in text.chars() {
        if c.is_ascii_punctuation() { add_entity(c, &mut written) } else { written.push(c) }
    }
    written.push_str("</code>");
    written
}

/// A text on one line with one space for its white space.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    clipped(&words.join(" "))
}

/// A text on one line, with control characters made visible, and clipped.
fn clipped(text: &str) -> String {
    let mut visible = Text::new(false);
    match text.char_indices().nth(MAX_CELL_CHARS) {
        Some((end, _)) => visible.add(&text[..end]).add("…"),
        None => visible.add(text),
    };
    visible.as_str().to_owned()
}

/// A space without width.
const BREAK: &str = "&#8203;";

/// Adds a text in which no sign means anything to Markdown or HTML, and nothing refers to a person, an issue, a label or an
/// address on GitHub or GitLab: what starts such a reference has a space without width behind it.
fn add_plain(text: &str, written: &mut String) {
    let is_at_start = written.is_empty();
    for (at, c) in text.char_indices() {
        let before = text[..at].chars().next_back();
        let after = text[at + c.len_utf8()..].chars().next();
        let is_word = after.is_some_and(|after| after.is_alphanumeric() || matches!(after, '_' | '"' | '{'));
        match c {
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            // Lists and headings start so.
            '-' | '+' | '=' if is_at_start && at == 0 => add_entity(c, written),
            '.' | ')' if is_at_start && text[..at].chars().all(|c| c.is_ascii_digit()) => add_entity(c, written),
            '.' | '-' | '+' | '=' | ')' | '(' | ',' | ';' | '/' | '\'' | '"' | '?' | ':' => written.push(c),
            c if c.is_ascii_punctuation() => add_entity(c, written),
            c => written.push(c),
        }
        let starts_reference = match c {
            '@' | '#' | '!' | '~' | '%' | '&' | '$' => is_word,
            ':' => after.is_some_and(|after| after == '/' || after.is_alphabetic()),
            '.' => before.is_some_and(|before| before.eq_ignore_ascii_case(&'w')),
            '-' => before.is_some_and(|before| before.eq_ignore_ascii_case(&'h')) && is_word,
            _ => false,
        };
        if starts_reference {
            written.push_str(BREAK);
        }
    }
}

fn add_entity(c: char, written: &mut String) {
    let _ = write!(written, "&#{};", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_prose(text: &str, expected: &str) {
        assert_eq!(prose(text), expected);
    }

    #[test]
    fn prose_means_nothing_but_itself() {
        check_prose("a *b* _c_ <d> | e & f", "a &#42;b&#42; &#95;c&#95; &lt;d&gt; &#124; e &#38; f");
        check_prose("use `a|b` or `c`", "use <code>a&#124;b</code> or `c`");
        check_prose("one ` alone\nand\r\nmore", "one &#96; alone and more");
        check_prose("``x``", "&#96;&#96;x&#96;&#96;");
        check_prose("a\u{1b}[0m\u{202e}", "a&#92;u&#123;1b&#125;&#91;0m&#92;u&#123;202e&#125;");
    }

    #[test]
    fn nobody_and_nothing_is_referred_to() {
        check_prose("ask @team/x about #12", "ask &#64;&#8203;team/x about &#35;&#8203;12");
        check_prose("see https://a.b/c, www.a.b", "see https:&#8203;//a.b/c, www.&#8203;a.b");
        check_prose("GH-12 in path:3: x", "GH-&#8203;12 in path:3: x");
    }

    #[test]
    fn an_item_starts_no_other_block() {
        assert_eq!(item("- a"), "- &#45; a\n");
        assert_eq!(item("1. a"), "- 1&#46; a\n");
        assert_eq!(item("# a"), "- &#35; a\n");
    }

    #[test]
    fn code_holds_every_text() {
        assert_eq!(code("a b:1"), "`a b:1`");
        assert_eq!(code("a`b\\|c"), "<code>a&#96;b&#92;&#124;c</code>");
    }
}
