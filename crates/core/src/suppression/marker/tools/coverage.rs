//! Directives of coverage tools: istanbul, c8, v8.

use super::{Directive, Directives, ToolComment, folded, unpunctuated};
use crate::facts::MarkerReach;
use crate::suppression::reason::prose::as_reason;

/// `istanbul ignore next`, `c8 ignore start`, `v8 ignore next 3`; c8 and v8 read block comments only.
pub(super) fn ignore(tool: &str, comment: &ToolComment<'_>, found: &mut Directives) {
    let text = comment.inner.trim_start();
    let Some(rest) = text.strip_prefix(tool).map(str::trim_start) else { return };
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
            found.ends.push(comment.offset(text));
            return;
        }
        _ => return,
    };
    let rest = unpunctuated(&rest[word.len()..]).trim_start_matches(|c: char| c.is_ascii_digit());
    // `@preserve` and `@license` keep a minifier from removing the comment; they are no reason.
    let rest = rest.replace("@preserve", " ").replace("@license", " ");
    let reason = as_reason(&folded(unpunctuated(&rest)));
    let name = format!("{tool} ignore {word}");
    found.found.push(Directive { reason, ..comment.directive(text, &name, reach) });
}
