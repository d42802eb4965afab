//! Directives of `ESLint`, and of oxlint, which reads the same words.

use super::{Comment, Directive, Directives, folded, split_word};
use crate::facts::MarkerReach;
use crate::suppression::marker::worded;

/// `ESLint` knows `-line` and `-next-line` in every comment, the others in blocks only.
pub(super) fn eslint(comment: &Comment<'_>, found: &mut Directives) {
    disable("eslint", comment.is_block, comment, found);
}

/// oxlint knows all of them in every comment.
pub(super) fn oxlint(comment: &Comment<'_>, found: &mut Directives) {
    disable("oxlint", true, comment, found);
}

fn disable(tool: &str, takes_regions: bool, comment: &Comment<'_>, found: &mut Directives) {
    let said = comment.inner.trim_start();
    let Some(verb) = said.strip_prefix(tool) else { return };
    let (name, rest) = split_word(said);
    let reach = match name.strip_prefix(tool) {
        Some("-disable-next-line") => MarkerReach::NextLine,
        Some("-disable-line") if !comment.inner.contains('\n') => MarkerReach::Line,
        Some("-disable") if takes_regions => MarkerReach::Region,
        Some("-enable") if takes_regions => {
            found.ends.push(comment.offset(verb));
            return;
        }
        _ => return,
    };
    let (rules, reason) = match dashes(rest) {
        Some((rules, reason)) => (rules, worded(&folded(reason))),
        None => (rest, None),
    };
    let rules = rules.trim().trim_end_matches("--").split(',').map(str::trim);
    let rules = rules.filter(|rule| !rule.is_empty()).map(folded).collect();
    found.found.push(Directive { rules, reason, ..comment.directive(said, name, reach) });
}

/// Around the first two or more dashes that stand alone.
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
