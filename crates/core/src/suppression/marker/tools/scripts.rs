//! Directives of further tools for JavaScript and TypeScript: the TypeScript compiler, Biome, deno lint.

use super::{Directive, Directives, ToolComment, folded, split_word, unpunctuated};
use crate::facts::MarkerReach;
use crate::lines::{LINE_ENDS, split_lines};
use crate::suppression::marker::CommentPosition;
use crate::suppression::reason::prose::as_reason;

/// `@ts-ignore`, `@ts-expect-error`, `@ts-nocheck`. Of a block comment only the last line is read; `@ts-nocheck` must
/// be in a line comment before all code.
pub(super) fn typescript(comment: &ToolComment<'_>, found: &mut Directives) {
    let line = if comment.is_block {
        let last = comment.inner.rsplit(LINE_ENDS).next().unwrap_or_default();
        last.trim_start().trim_start_matches(['/', '*'])
    } else {
        comment.inner.strip_prefix('/').unwrap_or(comment.inner)
    };
    let text = line.trim_start();
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '-' | '_'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let reach = match name {
        "@ts-ignore" | "@ts-expect-error" => MarkerReach::NextLine,
        "@ts-nocheck" if !comment.is_block && comment.position == CommentPosition::First => MarkerReach::File,
        _ => return,
    };
    let mut rest = unpunctuated(rest);
    let mut rules = Vec::new();
    while let Some(code) = error_code(rest) {
        rules.push(code.to_owned());
        rest = unpunctuated(&rest[code.len()..]);
    }
    let reason = as_reason(&folded(rest));
    found.found.push(Directive { rules, reason, ..comment.directive(text, name, reach) });
}

/// A code such as `TS2345` at the start of a text.
fn error_code(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("TS")?;
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    (len > 0).then(|| &text[..2 + len])
}

/// Biome reads each line of a comment.
pub(super) fn biome(comment: &ToolComment<'_>, found: &mut Directives) {
    for line in split_lines(comment.inner) {
        let text = line.trim_start_matches(|c: char| c.is_whitespace() || comment.is_sign(c));
        let (name, rest) = split_word(text);
        let reach = match name.trim_end_matches(':') {
            "biome-ignore" => MarkerReach::NextLine,
            "biome-ignore-all" => MarkerReach::File,
            "biome-ignore-start" => MarkerReach::Region,
            "biome-ignore-end" => {
                found.ends.push(comment.offset(text));
                continue;
            }
            _ => continue,
        };
        let (rules, reason) = match rest.split_once(':') {
            Some((rules, reason)) => (rules, as_reason(&folded(reason))),
            None => (rest, None),
        };
        let rules = rules.split_whitespace().map(str::to_owned).collect();
        let name = name.trim_end_matches(':');
        found.found.push(Directive { rules, reason, ..comment.directive(text, name, reach) });
    }
}

/// deno lint reads line comments only.
pub(super) fn deno(comment: &ToolComment<'_>, found: &mut Directives) {
    let text = comment.inner.trim_start();
    let (name, rest) = split_word(text);
    let reach = match name {
        "deno-lint-ignore" => MarkerReach::NextLine,
        "deno-lint-ignore-file" => MarkerReach::File,
        _ => return,
    };
    if comment.is_block {
        return;
    }
    let (rules, reason) = match rest.split_once("--") {
        Some((rules, reason)) => (rules, as_reason(reason)),
        None => (rest, None),
    };
    let rules = rules.split([',', ' ', '\t']).filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    found.found.push(Directive { rules, reason, ..comment.directive(text, name, reach) });
}
