//! Directives of golangci-lint.

use super::{Directive, Directives, ToolComment};
use crate::facts::MarkerReach;
use crate::suppression::marker::CommentPosition;
use crate::suppression::reason::prose::as_reason;

/// `//nolint:a,b // reason`.
pub(super) fn nolint(comment: &ToolComment<'_>, found: &mut Directives) {
    let text = comment.inner.trim_start();
    let Some(rest) = text.strip_prefix("nolint").filter(|_| !comment.is_block) else { return };
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return;
    }
    let (list, reason) = rest.split_once(comment.sign).unwrap_or((rest, ""));
    let rules = list.strip_prefix(':').unwrap_or_default().split(',').map(str::trim);
    let rules = rules.filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    let reach =
        if comment.position == CommentPosition::First { MarkerReach::File } else { comment.line_or_next_line() };
    found.found.push(Directive { rules, reason: as_reason(reason), ..comment.directive(text, "nolint", reach) });
}
