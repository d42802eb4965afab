//! The text of an expression as names are compared: no spaces, no type arguments, no optional chaining.

use std::borrow::Cow;

use crate::budget;
use crate::ir::Node;

/// The node's text without white space and comments, `?.` as `.`, without `!` after a name and without type arguments.
pub fn compact(node: Node<'_>) -> Cow<'_, str> {
    let text = node.text();
    budget::count_text(text.len());
    if node.is_leaf() || !text.contains([' ', '\t', '\n', '\r', '?', '<', '!', '/']) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut parts = node.descendants();
    while let Some(part) = parts.next() {
        let raw = part.raw_name();
        if part.is_extra() || matches!(raw, "type_arguments" | "comment" | "line_comment" | "block_comment") {
            // `a::<T>` names `a`, `A::<T>::b` names `A::b`.
            if raw == "type_arguments" && result.ends_with("::") {
                result.truncate(result.len() - 2);
            }
            parts.skip_below();
            continue;
        }
        if !part.is_leaf() {
            continue;
        }
        // Asked for few tokens only: a chain of calls is read for each of its links.
        let lies_in = |kinds: &[&str]| part.parent().is_some_and(|parent| kinds.contains(&parent.raw_name()));
        let token = match part.text() {
            "?." => ".",
            "!" if lies_in(&["non_null_expression"]) => "",
            token => token,
        };
        // `a?.[0]` has its own bracket, `a?.()` its own parenthesis.
        if result.ends_with('.') && (token.starts_with(['[', '('])) {
            result.pop();
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        if token.starts_with(is_word) && result.ends_with(is_word) && !lies_in(&["template_string", "string"]) {
            result.push(' ');
        }
        result.push_str(token);
    }
    Cow::Owned(result)
}
