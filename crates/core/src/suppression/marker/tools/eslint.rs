//! Directives of `ESLint`, and of oxlint, which has the same syntax.

use super::{Directive, Directives, ToolComment, folded, split_word};
use crate::facts::MarkerReach;
use crate::lines::LINE_ENDS;
use crate::suppression::reason::prose::as_reason;

/// `ESLint` reads `-line` and `-next-line` in every comment, the others in block comments only.
pub(super) fn eslint(comment: &ToolComment<'_>, found: &mut Directives) {
    disable("eslint", comment.is_block, comment, found);
    if comment.is_block {
        configure(comment, found);
    }
}

/// `/* eslint rule: off, other: 2 -- reason */`, which sets the levels of rules in the whole file. It is a marker if one
/// of them is off.
fn configure(comment: &ToolComment<'_>, found: &mut Directives) {
    let text = comment.inner.trim_start();
    let Some(rest) = text.strip_prefix("eslint").filter(|rest| rest.starts_with(char::is_whitespace)) else { return };
    let (settings, reason) = dashes(rest).unwrap_or((rest, ""));
    let mut rules = Vec::new();
    // Options of rules have commas and colons of their own, in brackets.
    let (mut depth, mut start) = (0_usize, 0);
    for (at, sign) in settings.char_indices().chain([(settings.len(), ',')]) {
        match sign {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 || at == settings.len() => {
                rules.extend(rule_that_is_off(&settings[start..at]));
                start = (at + 1).min(settings.len());
            }
            _ => {}
        }
    }
    if !rules.is_empty() {
        let reason = as_reason(&folded(reason));
        found.found.push(Directive { rules, reason, ..comment.directive(text, "eslint", MarkerReach::File) });
    }
}

/// The rule of a setting (`rule: [off, …]`) that turns it off.
fn rule_that_is_off(setting: &str) -> Option<String> {
    let (rule, level) = setting.split_once(':')?;
    let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let level = level.trim().trim_start_matches('[').split([',', ']']).next().unwrap_or_default();
    let is_off = matches!(&*unquoted(level), "off" | "0");
    Some(unquoted(rule)).filter(|rule| is_off && !rule.is_empty() && !rule.contains(char::is_whitespace))
}

/// oxlint reads all of them in every comment.
pub(super) fn oxlint(comment: &ToolComment<'_>, found: &mut Directives) {
    disable("oxlint", true, comment, found);
}

fn disable(tool: &str, takes_regions: bool, comment: &ToolComment<'_>, found: &mut Directives) {
    let text = comment.inner.trim_start();
    let Some(verb) = text.strip_prefix(tool) else { return };
    let (name, rest) = split_word(text);
    let reach = match name.strip_prefix(tool) {
        Some("-disable-next-line") => MarkerReach::NextLine,
        Some("-disable-line") if !comment.inner.contains(LINE_ENDS) => MarkerReach::Line,
        Some("-disable") if takes_regions => MarkerReach::Region,
        Some("-enable") if takes_regions => {
            found.ends.push(comment.offset(verb));
            return;
        }
        _ => return,
    };
    let (rules, reason) = match dashes(rest) {
        Some((rules, reason)) => (rules, as_reason(&folded(reason))),
        None => (rest, None),
    };
    let rules = rules.trim().trim_end_matches("--").split(',').map(str::trim);
    let rules = rules.filter(|rule| !rule.is_empty()).map(folded).collect();
    found.found.push(Directive { rules, reason, ..comment.directive(text, name, reach) });
}

/// Splits a text at the first `--` (or more dashes) between white space.
fn dashes(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("--").map(|at| from + at) {
        let end = at + text[at..].len() - text[at..].trim_start_matches('-').len();
        let alone = text[..at].ends_with(char::is_whitespace) && text[end..].starts_with(char::is_whitespace);
        if alone {
            return Some((&text[..at], &text[end..]));
        }
        from = end;
    }
    None
}
