//! Keywords that are written with an escape, such as `deb\u0075gger`. oxc reads them as keywords, with an error; for the
//! grammar they are names. No valid code has one, and the pre-filter takes them for names too.

use crate::ir::{Node, Tree};
use crate::span::Span;

/// The most bytes of a keyword, written without escapes.
const MAX_KEYWORD_BYTES: usize = 32;

/// True if a keyword of the tree is written with an escape.
pub(super) fn has_escaped_keyword(text: &str, tree: &Tree) -> bool {
    let is_keyword = |at: usize| {
        let node = tree.covering(Span::new(at as u32, at as u32 + 1));
        !may_hold_escapes(node)
            && unescaped(text, at).is_some_and(|word| tree.dialect().vocabulary().token(&word).is_some())
    };
    memchr::memmem::find_iter(text.as_bytes(), br"\u").any(is_keyword)
}

/// True for a name, a comment and a text, in which an escape is no part of a keyword.
fn may_hold_escapes(node: Node<'_>) -> bool {
    let vocabulary = node.dialect().vocabulary();
    vocabulary.is_word_kind(node.raw())
        || vocabulary.is_comment(node.raw())
        || ["string", "escape", "template", "regex", "jsx_text"].iter().any(|kind| node.raw_name().starts_with(kind))
}

/// The word with the escape at `at`, without its escapes; none if it is too long for a keyword.
fn unescaped(text: &str, at: usize) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let before = text[..at].chars().rev().take(MAX_KEYWORD_BYTES).take_while(|c| is_word(*c)).count();
    let mut word = text[at - before..at].to_owned();
    let mut rest = &text[at..];
    while word.len() <= MAX_KEYWORD_BYTES {
        if let Some(escape) = rest.strip_prefix(r"\u") {
            let (digits, after) = match escape.strip_prefix('{') {
                Some(braced) => {
                    let end = braced.bytes().take(MAX_KEYWORD_BYTES).position(|byte| byte == b'}')?;
                    (&braced[..end], &braced[end + 1..])
                }
                None => escape.split_at_checked(4)?,
            };
            word.push(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?);
            rest = after;
        } else {
            let Some(next) = rest.chars().next().filter(|c| is_word(*c)) else { return Some(word) };
            word.push(next);
            rest = &rest[1..];
        }
    }
    None
}
