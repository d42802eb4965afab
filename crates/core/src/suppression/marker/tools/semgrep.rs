//! Directives of semgrep, which reads the comments of every language.

use super::{Directive, Directives, ToolComment, folded, unpunctuated};
use crate::suppression::reason::prose::as_reason;

/// `nosemgrep`, `nosemgrep: rule, rule`, at the start of a comment or after a comment sign in it.
pub(super) fn semgrep(comment: &ToolComment<'_>, found: &mut Directives) {
    let starts = comment.inner.match_indices("nosem").find(|(at, _)| {
        let before = comment.inner[..*at].trim_end();
        before.is_empty() || (!comment.sign.is_empty() && before.ends_with(comment.sign))
    });
    let Some((at, _)) = starts else { return };
    let text = &comment.inner[at..];
    let name = if text.starts_with("nosemgrep") { "nosemgrep" } else { "nosem" };
    let rest = &text[name.len()..];
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return;
    }
    let (mut rules, mut reason) = (Vec::new(), rest);
    if let Some(mut list) = rest.strip_prefix(':') {
        loop {
            list = list.trim_start();
            let end = list.find(|c: char| !(c.is_alphanumeric() || "-_./".contains(c))).unwrap_or(list.len());
            rules.extend((end > 0).then(|| list[..end].to_owned()));
            reason = &list[end..];
            let Some(next) = reason.trim_start().strip_prefix(',') else { break };
            list = next;
        }
    }
    let before = comment.inner[..at].trim_end_matches(|c: char| c.is_whitespace() || comment.is_sign(c));
    let reason = reason.trim_start_matches(|c| c == ' ' || comment.is_sign(c));
    let reason = as_reason(&folded(unpunctuated(reason))).or_else(|| as_reason(before));
    found.found.push(Directive { rules, reason, ..comment.directive(text, name, comment.line_or_next_line()) });
}
