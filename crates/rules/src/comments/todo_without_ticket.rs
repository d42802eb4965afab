//! A marker of open work (`TODO`) whose comment names no ticket.

use std::ops::Range;

use lawbook_core::diagnostic::{Finding, Subject};
use lawbook_core::ir::view::CommentNode;
use lawbook_core::ir::{Dialect, Kind, Node};
use lawbook_core::rule::{Cx, Interest, Literals, Nodes, Rule};
use lawbook_core::suppression::reason::{self, ReasonFault};
use regex::Regex;
use serde::Deserialize;

use crate::ticket;

#[derive(Debug, Deserialize)]
pub(crate) struct TodoWithoutTicket {
    ticket: TicketPattern,
}

/// The words that mark open work, in capitals.
const OPEN_WORDS: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];

impl Rule for TodoWithoutTicket {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Comment])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        let capitalized = |word: &str| format!("{}{}", &word[..1], word[1..].to_ascii_lowercase());
        let forms = |word: &&str| [(*word).to_owned(), word.to_ascii_lowercase(), capitalized(word)];
        Literals::any(OPEN_WORDS.iter().flat_map(forms))
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let mut group = CommentGroup::default();
        for comment in nodes.filter_map(CommentNode::cast) {
            if cx.exhausted() {
                return;
            }
            if !group.is_continued_by(comment, cx) {
                self.report(&group, cx);
                group = CommentGroup::default();
            }
            group.push(comment, cx);
        }
        self.report(&group, cx);
    }
}

impl TodoWithoutTicket {
    /// Reports the markers of a group without a ticket of their own. What precedes the first marker is about all of them.
    fn report(&self, group: &CommentGroup<'_>, cx: &Cx<'_>) {
        let starts = group.starts();
        let Some(first) = starts.first() else { return };
        cx.steps().take_text(group.text.len());
        if self.ticket.is_in(&group.text[..*first]) {
            return;
        }
        let ends = starts.iter().skip(1).copied().chain([group.text.len()]);
        for ((marker, start), end) in group.markers.iter().zip(&starts).zip(ends) {
            let (own, rest) = (&group.text[*start..end], &group.text[marker.place..end]);
            if self.ticket.is_in(own) || self.ticket.is_beside_marker(rest) {
                continue;
            }
            let condition = self.ticket.0.is_none().then(|| in_brackets(rest)).flatten().filter(|text| is_phrase(text));
            let fault = condition.map(|text| reason::fault_in(cx.file(), text, [marker.word, "ticket"]));
            let message = match fault {
                Some(None) => continue,
                Some(Some(fault @ (ReasonFault::TooShort { words: 2.., .. } | ReasonFault::Empty))) => {
                    format!("`{}` without a ticket, and what it waits for {fault}", marker.word)
                }
                _ => format!("`{}` without a ticket", marker.word),
            };
            let line = rest.lines().next().unwrap_or_default().trim_end();
            let span = marker.comment.part_span(marker.at..marker.at + line.len());
            let mut finding = Finding::new(span).message(message).subject(Subject::Named(line.to_owned()));
            if let Some(pattern) = &self.ticket.0 {
                finding = finding.step(format!(
                    "Do what it asks for and delete the marker, or name its ticket, in this project `{}`; make up none.",
                    pattern.as_str()
                ));
            }
            cx.report(finding);
        }
    }
}

/// Comments of which each begins on the line of the end of the one before, or on the next one, with no code between.
#[derive(Default)]
struct CommentGroup<'t> {
    /// The texts between their signs, one after the other.
    text: String,
    markers: Vec<OpenMarker<'t>>,
    /// The line on which the last one ends.
    last_line: Option<u32>,
}

/// A marker of open work in a group.
struct OpenMarker<'t> {
    word: &'t str,
    /// Its offset in the text of the group.
    place: usize,
    comment: Node<'t>,
    /// Its offset in the text of the comment.
    at: usize,
}

impl<'t> CommentGroup<'t> {
    /// For each marker, where the text that is about it begins: at the start of its line, or behind the marker before it.
    fn starts(&self) -> Vec<usize> {
        let mut least = 0;
        let start = |marker: &OpenMarker<'_>| {
            let line = self.text[least..marker.place].rfind('\n').map_or(least, |end| least + end + 1);
            least = marker.place;
            line
        };
        self.markers.iter().map(start).collect()
    }

    fn is_continued_by(&self, comment: CommentNode<'t>, cx: &Cx<'_>) -> bool {
        let line = cx.file().source.lines().line(comment.node.start());
        self.last_line.is_some_and(|last| line == last || (line == last + 1 && !comment.is_trailing(cx.file())))
    }

    fn push(&mut self, comment: CommentNode<'t>, cx: &Cx<'_>) {
        let (node, text) = (comment.node, cx.text(comment.node));
        self.last_line = Some(cx.file().source.lines().line(node.part_span(0..text.trim_end().len()).end));
        let Range { start, end } = comment.inner_range();
        // The ticket of a suppression is about the suppression.
        let readable = comment.text_for_rules();
        let Some(inner) = readable.get(start..end) else { return };
        for marker in comment.markers() {
            if OPEN_WORDS.iter().any(|word| word.eq_ignore_ascii_case(marker.word)) {
                let place = self.text.len() + marker.at - start;
                self.markers.push(OpenMarker { word: marker.word, place, comment: node, at: marker.at });
            }
        }
        self.text.push_str(inner);
        self.text.push('\n');
    }
}

/// The forms of a ticket: a pattern of the project's own, else the forms of the usual trackers.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct TicketPattern(Option<Regex>);

impl TryFrom<String> for TicketPattern {
    type Error = regex::Error;

    fn try_from(pattern: String) -> Result<Self, regex::Error> {
        if pattern.is_empty() { Ok(Self(None)) } else { Regex::new(&pattern).map(|regex| Self(Some(regex))) }
    }
}

impl TicketPattern {
    /// True if a text names a ticket.
    fn is_in(&self, text: &str) -> bool {
        match &self.0 {
            Some(regex) => regex.is_match(text),
            None => ticket::is_in(text),
        }
    }

    /// True if a text that begins with a marker names a ticket in brackets behind it.
    fn is_beside_marker(&self, text: &str) -> bool {
        self.0.is_none() && is_named_for_marker(text)
    }
}

/// The text in brackets directly behind the marker, with the brackets in it: `TODO(until f() is async): …`.
fn in_brackets(text: &str) -> Option<&str> {
    let inside = text.trim_start_matches(char::is_alphabetic).trim_start_matches(' ').strip_prefix('(')?;
    let mut depth = 1_usize;
    let end = inside.find(|c: char| {
        depth = match c {
            '(' => depth + 1,
            ')' => depth - 1,
            _ => depth,
        };
        depth == 0
    })?;
    Some(&inside[..end])
}

/// True for a text that is no single word: `improve-on-others` is a label. Some scripts have no spaces between words.
fn is_phrase(text: &str) -> bool {
    text.trim().contains(char::is_whitespace) || !text.is_ascii()
}

/// True if the name in brackets directly behind the marker ends in a number: `TODO(team/tool#7)`, `TODO(b/12)`.
fn is_named_for_marker(text: &str) -> bool {
    let rest = text.trim_start_matches(char::is_alphabetic).trim_start_matches(' ');
    let name = rest.strip_prefix(['(', '[']).and_then(|rest| rest.split([')', ']', '\n']).next());
    name.is_some_and(|name| {
        let before = name.trim_end_matches(|c: char| c.is_ascii_digit());
        name[before.len()..].starts_with(|c: char| matches!(c, '1'..='9')) && before.ends_with(['/', '#', '-'])
    })
}

#[cfg(test)]
mod tests {
    use super::TicketPattern;

    /// Checks whether the text from a marker on names a ticket.
    #[track_caller]
    fn check(text: &str, expected: bool) {
        let usual = TicketPattern::try_from(String::new()).unwrap();
        assert_eq!(usual.is_in(text) || usual.is_beside_marker(text), expected, "{text}");
    }

    #[test]
    fn tickets_of_the_usual_trackers() {
        for text in [
            "TODO(#12): a",
            "TODO: a (see #7).",
            "TODO PROJ-12 a",
            "TODO[AB2-1]: a",
            "TODO(team/tool#7) a",
            "TODO(b/1234): a",
            "TODO(ES-12): a",
            "TODO: https://example.com/issues/12",
            "TODO: <https://example.com/browse/AB-12>.",
            "TODO: https://example.com/show_bug.cgi?id=12",
            "TODO: a\nmore of it\nsee GH-7",
            "TODO: drop it with CVE-2026 fixed",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn standards_colours_and_other_pages_are_no_tickets() {
        for text in [
            "TODO: read UTF-8",
            "TODO: hash with SHA-256, dates in ISO-8601",
            "TODO: RFC-2119 and ES-2022",
            "TODO: x-1 and A-1 and A1-2",
            "TODO: #0 #12ab34 #fff # 12",
            "TODO: PROJ-0 or PROJ-1a or proj-12",
            "TODO: see https://example.com/docs/v2/page.html",
            "TODO(me): a",
            "TODO(#0): a",
            "TODO(team/tool#00): a",
            "TODO(2026): a",
        ] {
            check(text, false);
        }
    }
}
