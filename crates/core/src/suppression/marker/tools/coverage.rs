//! Directives of tools that count what tests run: istanbul, c8, v8.

use super::{Comment, Directive, Directives, folded, unpunctuated};
use crate::facts::MarkerReach;
use crate::suppression::marker::worded;

/// `istanbul ignore next`, `c8 ignore start`, `v8 ignore next 3`; c8 and v8 read blocks only.
pub(super) fn ignore(tool: &str, comment: &Comment<'_>, found: &mut Directives) {
    let said = comment.inner.trim_start();
    let Some(rest) = said.strip_prefix(tool).map(str::trim_start) else { return };
    let Some(rest) = rest.strip_prefix("ignore").filter(|rest| rest.starts_with(char::is_whitespace)) else { return };
    if tool != "istanbul" && !comment.is_block {
        return;
    }
    let rest = rest.trim_start();
    let word = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
    let reach = match word {
        "next" | "if" | "else" => MarkerReach::NextLine,
        "file" => MarkerReach::File,
        "start" if tool != "istanbul" => MarkerReach::Region,
        "stop" if tool != "istanbul" => {
            found.ends.push(comment.offset(said));
            return;
        }
        _ => return,
    };
    let rest = unpunctuated(&rest[word.len()..]).trim_start_matches(|c: char| c.is_ascii_digit());
    // Words that keep a minifier from dropping the comment are no reason.
    let rest = rest.replace("@preserve", " ").replace("@license", " ");
    let reason = worded(&folded(unpunctuated(&rest)));
    let name = format!("{tool} ignore {word}");
    found.found.push(Directive { reason, ..comment.directive(said, &name, reach) });
}
