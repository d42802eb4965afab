//! The head of a page in its text: where it starts and ends, and what is meant as one.

use crate::language::markdown::{line_at, next_line};
use crate::lines::split_lines;
use crate::span::Span;

/// The span of the head, and the byte at which the prose below it starts.
pub(super) fn head_of(text: &str) -> Option<(Span, u32)> {
    let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    if line_at(text, start)?.trim_end() != "---" {
        return None;
    }
    let head = next_line(text, start);
    let mut at = head;
    loop {
        let line = line_at(text, at)?;
        let next = next_line(text, at);
        if line.trim_end() == "---" {
            return Some((Span::new(head as u32, at as u32), next as u32));
        }
        at = next;
    }
}

/// The first line, if it opens a head.
pub(super) fn opened_head(text: &str) -> Option<Span> {
    let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let line = line_at(text, start)?.trim_end();
    (line == "---").then(|| Span::new(start as u32, (start + line.len()) as u32))
}

/// The first line that is meant as the end of a head, with its 1-based number.
pub(super) fn nearly_closing(text: &str) -> Option<(usize, &str)> {
    let is_rule =
        |line: &str| line.len() > 1 && line.chars().all(|c| matches!(c, '-' | '–' | '—' | '+' | '=' | '*' | '_'));
    let lines = split_lines(text).enumerate().skip(1).map(|(at, line)| (at + 1, line.trim()));
    let mut before_prose = lines.take_while(|(_, line)| !line.starts_with("##") && !line.starts_with("```"));
    before_prose.find(|(_, line)| is_rule(line) || *line == "..." || *line == "—")
}

/// The advice for a text that does not start with a head.
pub(super) fn help_at_start(text: &str) -> &'static str {
    let is_key = |line: &str| ["summary:", "languages:", "severity:", "rule:"].iter().any(|key| line.starts_with(key));
    if !split_lines(text).any(|line| is_key(line.trim_start())) {
        return "only README.md may be another kind of page here";
    }
    let first = split_lines(text).find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    if first.starts_with("```") || first.starts_with("~~~") {
        return "write `---` in place of the lines that fence the head";
    }
    if first.starts_with("---") && first.len() > 3 {
        return "write `---` alone in line 1, three signs and nothing behind them";
    }
    if is_key(first) {
        return "write `---` on a line of its own above the first key";
    }
    if split_lines(text).any(|line| line.trim() == "---") {
        return "the head comes first: write its `---` in line 1, at the start of the line";
    }
    "write `---`, three signs on a line of their own, above and below the keys"
}
