//! Directives of tools that take a line comment apart at each of its signs: flake8, mypy, pyright, pylint, coverage.

use super::{Comment, Directive, Directives, folded, unpunctuated};
use crate::facts::MarkerReach;
use crate::suppression::marker::{CommentPosition, worded};

/// The parts of a line comment that each start with its sign.
fn hashed<'c>(comment: &Comment<'c>) -> Vec<&'c str> {
    let is_line = !comment.is_block && !comment.sign.is_empty();
    if is_line { comment.inner.split(comment.sign).map(str::trim).collect() } else { Vec::new() }
}

/// What a part says after a directive, else what the parts say that hold none.
fn said_around(rest: &str, parts: &[&str], own: usize) -> Option<String> {
    let speaks = |part: &str| {
        let part = part.to_ascii_lowercase();
        ["noqa", "type:", "pyright:", "pylint:", "pragma", "nosem", "ruff:", "flake8:"]
            .iter()
            .any(|s| part.starts_with(s))
    };
    let others = parts.iter().enumerate().filter(|(at, part)| *at != own && !speaks(part));
    worded(&folded(unpunctuated(rest))).or_else(|| others.map(|(_, part)| *part).find_map(worded))
}

/// `noqa`, `noqa: E501,F401`; `ruff: noqa` and `flake8: noqa` for the file.
pub(super) fn flake8(comment: &Comment<'_>, found: &mut Directives) {
    let parts = hashed(comment);
    for (at, part) in parts.iter().enumerate() {
        let of_file = ["ruff:", "flake8:"].iter().find_map(|tool| part.strip_prefix(tool)).map(str::trim_start);
        let said = of_file.unwrap_or(part);
        let Some(rest) = ["noqa", "NOQA", "NoQA"].iter().find_map(|word| said.strip_prefix(word)) else { continue };
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            continue;
        }
        let (rules, rest) = rest.strip_prefix(':').map_or((Vec::new(), rest), codes);
        let reach = if of_file.is_some() { MarkerReach::File } else { MarkerReach::Line };
        let reason = said_around(rest, &parts, at);
        found.found.push(Directive { rules, reason, ..comment.directive(part, "noqa", reach) });
    }
}

/// Codes such as `E501`, and what follows them.
fn codes(text: &str) -> (Vec<String>, &str) {
    let mut rest = text.trim_start();
    let mut codes = Vec::new();
    loop {
        let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = rest[letters..].bytes().take_while(u8::is_ascii_digit).count();
        if letters == 0 || digits == 0 {
            return (codes, rest);
        }
        codes.push(rest[..letters + digits].to_owned());
        rest = rest[letters + digits..].trim_start_matches([',', ' ', '\t']);
    }
}

/// `type: ignore`, `pyright: ignore[codes]`; before all code it holds for the file.
pub(super) fn type_ignore(tool: &str, comment: &Comment<'_>, found: &mut Directives) {
    let parts = hashed(comment);
    for (at, part) in parts.iter().enumerate() {
        let Some(rest) = part.strip_prefix(tool).and_then(|rest| rest.strip_prefix(':')) else { continue };
        let Some(rest) = rest.trim_start().strip_prefix("ignore") else { continue };
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            continue;
        }
        let listed = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let rules = listed.map_or("", |(rules, _)| rules).split(',').map(str::trim);
        let rules = rules.filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
        let rest = listed.map_or(rest, |(_, rest)| rest);
        let reach = if comment.position == CommentPosition::First { MarkerReach::File } else { MarkerReach::Line };
        let name = format!("{tool}: ignore");
        let reason = said_around(rest, &parts, at);
        found.found.push(Directive { rules, reason, ..comment.directive(part, &name, reach) });
    }
}

/// `pylint: disable=a,b`, `disable-next`, `skip-file`.
pub(super) fn pylint(comment: &Comment<'_>, found: &mut Directives) {
    let parts = hashed(comment);
    for (at, part) in parts.iter().enumerate() {
        let Some(said) = part.strip_prefix("pylint:").map(str::trim_start) else { continue };
        let (word, rest) = said.split_at(said.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(said.len()));
        let reach = match (word, comment.position) {
            ("disable", CommentPosition::AfterCode) => MarkerReach::Line,
            ("disable", CommentPosition::First) | ("skip-file", _) => MarkerReach::File,
            ("disable", CommentPosition::BeforeCode) => MarkerReach::Region,
            ("disable-next", _) => MarkerReach::NextLine,
            ("enable", _) => {
                found.ends.push(comment.offset(part));
                continue;
            }
            _ => continue,
        };
        let mut rest = rest.trim_start().strip_prefix('=').unwrap_or(rest).trim_start();
        let mut rules = Vec::new();
        loop {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
            rules.extend((end > 0).then(|| rest[..end].to_owned()));
            let after = rest[end..].trim_start();
            let Some(next) = after.strip_prefix(',') else { break };
            rest = next.trim_start();
        }
        let used = rules.last().map_or(0, |last| rest.find(last.as_str()).unwrap_or(0) + last.len());
        let name = format!("pylint: {word}");
        let reason = said_around(rest.get(used..).unwrap_or_default(), &parts, at);
        found.found.push(Directive { rules, reason, ..comment.directive(part, &name, reach) });
    }
}

/// `pragma: no cover`.
pub(super) fn no_cover(comment: &Comment<'_>, found: &mut Directives) {
    let parts = hashed(comment);
    for (at, part) in parts.iter().enumerate() {
        let after =
            |text: &'_ str, words: [&str; 2]| words.iter().find_map(|word| text.strip_prefix(word)).map(str::len);
        let Some(len) = after(part, ["pragma", "PRAGMA"]) else { continue };
        let rest = &part[part.len() - len..];
        let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
        let Some(len) = after(rest, ["no", "NO"]) else { continue };
        let rest = rest[rest.len() - len..].trim_start();
        let Some(len) = after(rest, ["cover", "COVER"]) else { continue };
        let rest = &rest[rest.len() - len..];
        if rest.starts_with(char::is_alphanumeric) {
            continue;
        }
        let reason = said_around(rest, &parts, at);
        found.found.push(Directive { reason, ..comment.directive(part, "pragma: no cover", MarkerReach::Line) });
    }
}
