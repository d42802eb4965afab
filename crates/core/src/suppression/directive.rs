//! Parses one directive: its word, its rules and settings, and its reason.

use crate::date::Date;
use crate::ir::Node;
use crate::ir::directive::{self, SUPPRESSION as DIRECTIVE, is_in_name};
use crate::span::Span;
use crate::suppression::reason::{self, ReasonFault};
use crate::suppression::{Limits, Suppression};

/// The form of a directive: without suffix, `-file`, `-start` or `-end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DirectiveForm {
    Line,
    File,
    Start,
    End,
}

/// The text of a directive, or of what looks like one, in its comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct DirectiveText<'c> {
    pub(super) text: &'c str,
    pub(super) span: Span,
    /// The length of the word that it starts with.
    word_len: usize,
}

/// The directives in a comment, without comment signs: every line may start with one.
pub(super) fn directives(comment: Node<'_>) -> impl Iterator<Item = DirectiveText<'_>> {
    directive::texts(comment).map(move |found| {
        let start = found.start;
        let span = comment.part_span(start..start + found.text.len());
        DirectiveText { text: found.text, span, word_len: found.word_len }
    })
}

impl DirectiveText<'_> {
    /// The form and the parts of the directive; the error is a message.
    pub(super) fn parse(&self, limits: &Limits) -> Result<(DirectiveForm, Suppression), String> {
        let Self { text, span, word_len } = *self;
        let (word, rest) = text.split_at(word_len);
        let form = match word.strip_prefix(DIRECTIVE) {
            Some("") => DirectiveForm::Line,
            Some("-file") => DirectiveForm::File,
            Some("-start") => DirectiveForm::Start,
            Some("-end") => DirectiveForm::End,
            _ => return Err(format!("`{word}` is no directive; write `{}`", right_form(word, rest))),
        };
        let usage = |names: &str| format!("write `{word} {names}: REASON`");
        let (head, reason) = split_reason(rest);
        let mut suppression = Suppression {
            rules: Vec::new(),
            scope: Span::default(),
            comments: Span::default(),
            span,
            until: None,
            owner: None,
            ticket: None,
            reason: reason.trim().to_owned(),
            removal: Vec::new(),
        };
        let head_start = span.start + word_len as u32;
        for (offset, name) in words(head) {
            let at = head_start + offset;
            if is_dashes(name) {
                let names = names_of(rest);
                return Err(format!("the reason stands behind a colon; {}", usage(&names)));
            } else if let Some((key, value)) = name.split_once('=') {
                set_field(&mut suppression, key, value, limits)?;
            } else if Date::parse(name).is_some() {
                return Err(format!("`{name}` is no rule; write `until={name}` before the colon"));
            } else if name.chars().all(is_in_name) {
                suppression.rules.push((name.to_owned(), Span::new(at, at + name.len() as u32)));
            } else {
                return Err(format!("`{name}` is no rule; {}", usage("RULE")));
            }
        }
        if form == DirectiveForm::End {
            return Ok((form, suppression));
        }
        if suppression.rules.is_empty() {
            return Err(format!("it names no rule, and suppressing all of them is not possible; {}", usage("RULE")));
        }
        if let Some(setting) = setting_in(&suppression.reason) {
            let names = names_of(rest);
            return Err(format!(
                "`{setting}` stands in the reason, where it sets nothing; write `{word} {names} {setting}: REASON`"
            ));
        }
        let named = suppression.rules.iter().map(|(name, _)| name.as_str());
        if let Some(fault) = reason::fault(&suppression.reason, named, limits.min_words) {
            return Err(fault_message(fault, word, &names_of(rest)));
        }
        Ok((form, suppression))
    }
}

/// The message about a reason that is none.
pub(super) fn fault_message(fault: ReasonFault, word: &str, names: &str) -> String {
    if fault == ReasonFault::Missing {
        return format!("it gives no reason; write `{word} {names}: REASON`");
    }
    format!(
        "its reason {fault}: say why this one place is right as it is, as in `{word} {names}: the protocol fixes this order`"
    )
}

/// Splits the text behind the word of a directive into rules and settings, and the reason. That begins after the first
/// colon before white space: a value may contain colons (`ticket=https://…`).
fn split_reason(rest: &str) -> (&str, &str) {
    let is_last = |at: &usize| rest[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let colon = rest.match_indices(':').map(|(at, _)| at).find(is_last).or_else(|| rest.find(':'));
    colon.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]))
}

/// The rules that a directive without a colon, or with one of another tool's forms, most likely means.
fn names_of(rest: &str) -> String {
    let (head, _) = split_reason(rest);
    let head = words(head).find(|(_, word)| is_dashes(word)).map_or(head, |(at, _)| &head[..at as usize]);
    let has_colon = head.len() < rest.len();
    let mut names = Vec::new();
    for (at, name) in words(head).filter(|(_, name)| name.chars().all(is_in_name)) {
        // Without a colon the reason follows the first word that no comma continues.
        if !has_colon && !names.is_empty() && !head[..at as usize].trim_end().ends_with(',') {
            break;
        }
        names.push(name);
    }
    if names.is_empty() { "RULE".to_owned() } else { names.join(", ") }
}

/// The directive that is right in place of one that is nearly right.
fn right_form(word: &str, rest: &str) -> String {
    // Names in parentheses belong to the word: `lawbook-ignore(a, b)`.
    if let Some((bare, inner)) = word.split_once(['(', '[']) {
        let more = inner.trim_end_matches([')', ']', ':']);
        return right_form(bare, &format!(" {more}{}:", if more.is_empty() { rest } else { "" }));
    }
    let lower = word.to_lowercase();
    let names = names_of(rest.trim_start_matches([':', ' ', '\t']));
    let suffix = ["-file", "-start", "-end"].into_iter().find(|suffix| lower.ends_with(suffix));
    match suffix {
        Some("-end") => format!("{DIRECTIVE}-end {names}"),
        None if lower.contains("enable") => format!("{DIRECTIVE}-end {names}"),
        suffix => format!("{DIRECTIVE}{} {names}: REASON", suffix.unwrap_or_default()),
    }
}

/// The settings of a suppression.
const SETTINGS: [&str; 3] = ["until", "owner", "ticket"];

/// The first setting in a text, in the form in which it is right before the colon. In quotes it is text.
fn setting_in(reason: &str) -> Option<String> {
    let ends = |c: char| matches!(c, '(' | '[' | ')' | ']' | ',' | ';' | '.');
    let mut words = reason.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let word = word.trim_start_matches(ends);
        let known = |key: &str| SETTINGS.into_iter().find(|known| known.eq_ignore_ascii_case(key));
        if let Some((key, value)) = word.split_once('=').and_then(|(key, value)| Some((known(key)?, value)))
            && !value.is_empty()
        {
            let value = value.trim_end_matches(ends);
            return (!value.is_empty() && !value.starts_with('=')).then(|| format!("{key}={value}"));
        }
        // With white space beside the sign only a date shows that it is no prose.
        if known(word.trim_end_matches('=')) == Some("until") {
            let signs = |next: &&str| next.starts_with('=') || word.ends_with('=');
            let next = words.next_if(signs).map(|next| next.trim_start_matches('='));
            let date = next.and_then(|next| if next.is_empty() { words.peek().copied() } else { Some(next) });
            if let Some(date) = date.map(|date| date.trim_end_matches(ends)).filter(|date| Date::parse(date).is_some())
            {
                return Some(format!("until={date}"));
            }
        }
    }
    None
}

fn set_field(suppression: &mut Suppression, key: &str, value: &str, limits: &Limits) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("`{key}=` has no value"));
    }
    match key {
        "until" => {
            let date = Date::parse(value).ok_or_else(|| format!("`{value}` is no date; write `until=YYYY-MM-DD`"))?;
            let days = limits.today.map_or(0, |today| date.days_since(today));
            if days > i64::from(limits.max_days) {
                let max = limits.max_days;
                return Err(format!(
                    "`until={value}` is {days} days away, and at most {max} are allowed; write an earlier day"
                ));
            }
            suppression.until = Some(date);
        }
        "owner" => suppression.owner = Some(value.to_owned()),
        "ticket" => suppression.ticket = Some(value.to_owned()),
        _ => return Err(format!("unknown setting `{key}`; there are until=, owner= and ticket=")),
    }
    Ok(())
}

/// True for the dashes that other tools put before a reason.
fn is_dashes(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '-' | '–' | '—'))
}

/// The words of a text, separated by white space and commas, each with its offset in bytes.
fn words(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .map(|word| ((word.as_ptr() as usize - text.as_ptr() as usize) as u32, word))
}
