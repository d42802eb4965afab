//! The text of an expression as names are compared: no spaces, no type arguments, no optional chaining.

use std::borrow::Cow;

use crate::budget;
use crate::ir::{NameSyntax, Node};

/// The node's text without white space and comments, and without what its language leaves out of names or writes in
/// another way: `?.` as `.`, no `!` after a name, no type arguments.
pub fn compact(node: Node<'_>) -> Cow<'_, str> {
    budget::count_as_text(|| without_signs(node))
}

fn without_signs(node: Node<'_>) -> Cow<'_, str> {
    let text = node.text();
    budget::count_text(text.len());
    let syntax = &node.language().syntax().names;
    if node.is_leaf() || !text.contains(|c| matches!(c, ' ' | '\t' | '\n' | '\r') || syntax.signs.contains(&c)) {
        return Cow::Borrowed(text);
    }
    let is_comment = |part: Node<'_>| part.dialect().vocabulary().is_comment(part.raw());
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || syntax.letters.contains(&c);
    let mut result = String::with_capacity(text.len());
    let mut parts = node.descendants();
    while let Some(part) = parts.next() {
        let left_out = syntax.left_out.contains(&part.raw_name());
        if left_out || part.is_extra() || is_comment(part) {
            // `a::<T>` names `a`, `A::<T>::b` names `A::b`.
            if left_out && result.ends_with(syntax.separator) {
                result.truncate(result.len() - syntax.separator.len());
            }
            parts.skip_below();
            continue;
        }
        if !part.is_leaf() {
            continue;
        }
        let token = written(part, syntax);
        // `a?.[0]` has its own bracket, `a?.()` its own parenthesis.
        if token.starts_with(['[', '(']) && result.ends_with(syntax.separator) {
            result.truncate(result.len() - syntax.separator.len());
        }
        if token.starts_with(is_word) && result.ends_with(is_word) && !lies_in(part, syntax.spaced) {
            result.push(' ');
        }
        result.push_str(token);
    }
    Cow::Owned(result)
}

/// A token as it is written in a name.
fn written<'t>(token: Node<'t>, syntax: &NameSyntax) -> &'t str {
    let text = token.text();
    let mut rewrites = syntax.rewritten.iter().filter(|rewrite| rewrite.token == text);
    // The parent is looked for of few tokens only: a chain of calls is read for each of its links.
    let rewrite = rewrites.find(|rewrite| rewrite.parent.is_none_or(|parent| lies_in(token, &[parent])));
    rewrite.map_or(text, |rewrite| rewrite.written)
}

/// Whether the parent is of one of these raw kinds.
fn lies_in(token: Node<'_>, kinds: &[&str]) -> bool {
    !kinds.is_empty() && token.parent().is_some_and(|parent| kinds.contains(&parent.raw_name()))
}
