//! Directives of tools that split a line comment at each comment sign (`# noqa # why`): flake8, mypy, pyright, pylint,
//! coverage.

use std::cell::OnceCell;

use super::{Directive, Directives, ToolComment, folded, unpunctuated};
use crate::facts::MarkerReach;
use crate::ir::directive::SUPPRESSION;
use crate::suppression::marker::CommentPosition;
use crate::suppression::reason::prose::as_reason;

/// A line comment, split at its comment signs.
struct LineComment<'c> {
    parts: Vec<&'c str>,
    /// The text of the first part without a directive: the reason of directives that give none. Computed when first
    /// needed.
    first_prose: OnceCell<Option<String>>,
}

impl<'c> LineComment<'c> {
    fn of(comment: &ToolComment<'c>) -> Self {
        let is_line = !comment.is_block && !comment.sign.is_empty();
        let parts = is_line.then(|| comment.inner.split(comment.sign).map(str::trim).collect());
        Self { parts: parts.unwrap_or_default(), first_prose: OnceCell::new() }
    }

    /// The reason of a directive: the text after it in its own part, else the first part without a directive.
    fn reason_around(&self, rest: &str) -> Option<String> {
        let directives = ["noqa", "type:", "pyright:", "pylint:", "pragma", "nosem", "ruff:", "flake8:", SUPPRESSION];
        let holds_one = |part: &str| {
            directives.iter().any(|sign| part.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign)))
        };
        let first_prose = || self.parts.iter().filter(|part| !holds_one(part)).find_map(|part| as_reason(part));
        as_reason(&folded(unpunctuated(rest))).or_else(|| self.first_prose.get_or_init(first_prose).clone())
    }
}

/// `noqa`, `noqa: E501,F401`; `ruff: noqa` and `flake8: noqa` for the file.
pub(super) fn flake8(comment: &ToolComment<'_>, found: &mut Directives) {
    let line_comment = LineComment::of(comment);
    for part in &line_comment.parts {
        let of_file = ["ruff:", "flake8:"].iter().find_map(|tool| part.strip_prefix(tool)).map(str::trim_start);
        let text = of_file.unwrap_or(part);
        let Some(rest) = ["noqa", "NOQA", "NoQA"].iter().find_map(|word| text.strip_prefix(word)) else { continue };
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            continue;
        }
        let (rules, rest) = rest.strip_prefix(':').map_or((Vec::new(), rest), codes);
        let reach = if of_file.is_some() { MarkerReach::File } else { MarkerReach::Line };
        let reason = line_comment.reason_around(rest);
        found.found.push(Directive { rules, reason, ..comment.directive(part, "noqa", reach) });
    }
}

/// Parses codes such as `E501`, and returns the text after them too.
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

/// `type: ignore`, `pyright: ignore[codes]`; before all code it covers the file.
pub(super) fn type_ignore(tool: &str, comment: &ToolComment<'_>, found: &mut Directives) {
    let line_comment = LineComment::of(comment);
    for part in &line_comment.parts {
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
        let reason = line_comment.reason_around(rest);
        found.found.push(Directive { rules, reason, ..comment.directive(part, &name, reach) });
    }
}

/// `pylint: disable=a,b`, `disable-next`, `skip-file`.
pub(super) fn pylint(comment: &ToolComment<'_>, found: &mut Directives) {
    let line_comment = LineComment::of(comment);
    for part in &line_comment.parts {
        let Some(text) = part.strip_prefix("pylint:").map(str::trim_start) else { continue };
        let (word, rest) = text.split_at(text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len()));
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
        let reason = line_comment.reason_around(rest.get(used..).unwrap_or_default());
        found.found.push(Directive { rules, reason, ..comment.directive(part, &name, reach) });
    }
}

/// `pragma: no cover`.
pub(super) fn no_cover(comment: &ToolComment<'_>, found: &mut Directives) {
    let line_comment = LineComment::of(comment);
    for part in &line_comment.parts {
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
        let reason = line_comment.reason_around(rest);
        found.found.push(Directive { reason, ..comment.directive(part, "pragma: no cover", MarkerReach::Line) });
    }
}
