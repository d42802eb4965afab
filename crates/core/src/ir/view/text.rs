//! The normalised text of an expression, by which names are compared: without white space, type arguments and optional
//! chaining.

use std::borrow::Cow;

use crate::budget;
use crate::ir::{NameSyntax, Node};

/// The text of the node without white space and comments, normalised as [`NameSyntax`] of its language says:
/// `a ?. b<T>()` becomes `a.b()`.
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
            // `a::<T>` becomes `a`, `A::<T>::b` becomes `A::b`.
            if left_out && result.ends_with(syntax.separator) {
                result.truncate(result.len() - syntax.separator.len());
            }
            parts.skip_below();
            continue;
        }
        if !part.is_leaf() {
            continue;
        }
        let token = normalised(part, syntax);
        // `a?.[0]` becomes `a[0]`, `a?.()` becomes `a()`.
        if token.starts_with(['[', '(']) && result.ends_with(syntax.separator) {
            result.truncate(result.len() - syntax.separator.len());
        }
        if token.starts_with(is_word) && result.ends_with(is_word) && !has_parent_of(part, syntax.verbatim_spacing) {
            result.push(' ');
        }
        result.push_str(token);
    }
    Cow::Owned(result)
}

/// The normalised text of a token.
fn normalised<'t>(token: Node<'t>, syntax: &NameSyntax) -> &'t str {
    let text = token.text();
    let mut rewrites = syntax.rewritten.iter().filter(|rewrite| rewrite.token == text);
    // Looking up the parent is the expensive part, so it is done only for tokens that have a rewrite.
    let rewrite = rewrites.find(|rewrite| rewrite.parent.is_none_or(|parent| has_parent_of(token, &[parent])));
    rewrite.map_or(text, |rewrite| rewrite.written)
}

/// True if the parent of the token has one of these raw kinds.
fn has_parent_of(token: Node<'_>, kinds: &[&str]) -> bool {
    !kinds.is_empty() && token.parent().is_some_and(|parent| kinds.contains(&parent.raw_name()))
}
