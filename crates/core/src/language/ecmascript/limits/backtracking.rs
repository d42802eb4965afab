//! The amount of text that a backtracking parser of ECMAScript reads more than once.
//!
//! The parser first reads `(` as the parameters of an arrow function, and `<` as a list of types. If the text behind
//! shows that it was an expression, the parser goes back and reads the content again. Nested attempts cost depth times
//! length in time and memory: ninety levels around a megabyte took gigabytes.

use crate::language::limits::{IS_WORD_BYTE, MAX_REREAD_BYTES, word_end};

/// An upper bound of the bytes that are read again: every attempt counts as if it lasted to the end of the text. The
/// sum stops once it exceeds [`MAX_REREAD_BYTES`].
pub(super) fn max_reread(text: &[u8]) -> u64 {
    let mut sum = 0;
    for at in memchr::memchr2_iter(b'(', b'<', text) {
        let tried = if text[at] == b'(' { may_be_tried(text, at) } else { may_open_types(text, at) };
        if tried {
            sum += (text.len() - at) as u64;
            if sum > MAX_REREAD_BYTES {
                break;
            }
        }
    }
    sum
}

/// True if the `(` at a place, which is not a call's, may open an expression as well as the parameters of an arrow
/// function.
pub(super) fn is_ambiguous(text: &[u8], at: usize) -> bool {
    let start = skip_space(text, at + 1);
    match text.get(start) {
        // Patterns and `...`; behind a comment or an escape there may be anything.
        Some(b'[' | b'{' | b'.' | b'/' | b'\\') => true,
        Some(b')') => is_typed(text, start + 1),
        Some(byte) if IS_WORD_BYTE[*byte as usize] && !byte.is_ascii_digit() => {
            let end = skip_space(text, word_end(text, start));
            match text.get(end) {
                Some(b',' | b'/' | b'\\') => true,
                Some(b'=') => !matches!(text.get(end + 1), Some(b'=' | b'>')),
                Some(b')') => is_typed(text, end + 1),
                _ => false,
            }
        }
        _ => false,
    }
}

/// True if a result type may follow the parentheses that end before a place.
pub(super) fn is_typed(text: &[u8], at: usize) -> bool {
    matches!(text.get(skip_space(text, at)), Some(b':' | b'/'))
}

/// True if the `(` at a place may be ambiguous, by the bytes around it: it need not be a call's.
fn may_be_tried(text: &[u8], at: usize) -> bool {
    let may_be_call = at > 0 && IS_WORD_BYTE[text[at - 1] as usize] && text[at - 1].is_ascii();
    (!may_be_call || ends_with_keyword(&text[..at])) && is_ambiguous(text, at)
}

/// True if the `<` at a place may open a list of types: an operand may end before it.
fn may_open_types(text: &[u8], at: usize) -> bool {
    if matches!(text.get(at + 1), Some(b'/' | b'=')) {
        return false;
    }
    let before = text[..at].iter().rev().find(|byte| !is_space(**byte));
    before.is_some_and(|byte| IS_WORD_BYTE[*byte as usize] || matches!(byte, b')' | b'/'))
}

/// True if the last word is a keyword that an expression follows.
fn ends_with_keyword(text: &[u8]) -> bool {
    let length = text.iter().rev().take(8).take_while(|byte| IS_WORD_BYTE[**byte as usize]).count();
    matches!(
        &text[text.len() - length..],
        b"async" | b"await" | b"yield" | b"return" | b"throw" | b"case" | b"default" | b"else" | b"do" | b"of" | b"in"
    )
}

fn skip_space(text: &[u8], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take_while(|byte| is_space(**byte)).count()
}

fn is_space(byte: u8) -> bool {
    byte <= b' '
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that the last `(` or `<` counts, or does not.
    #[track_caller]
    fn check(text: &str, expected: bool) {
        let last = text.rfind(['(', '<']).unwrap();
        let length = (text.len() - last) as u64;
        assert_eq!(max_reread(text.as_bytes()) >= length, expected, "{text}");
    }

    #[test]
    fn possible_parameters_are_attempts() {
        for text in [
            "x=(a=1)",
            "x = ( a , b)",
            "yield(a=1)",
            "async(a=1)",
            "({a})",
            "=> ([a])",
            "(/**/a=1)",
            "(...[a])",
            "(é=1)",
        ] {
            check(text, true);
        }
        check("a?(b):c", true);
        check("x=(): A", true);
        for text in
            ["f(a=1)", "f(a, b)", "(a)", "(a) => 1", "(a + b)", "(1, 2)", "(a == b)", "(a => 1)", "() => 1", "(a.b)"]
        {
            check(text, false);
        }
        check("doSomething_in(a, b)", false);
    }

    #[test]
    fn possible_types_are_attempts() {
        for text in ["a<b", "a < b", "f()<b", "a\n<b", "a/**/<b"] {
            check(text, true);
        }
        for text in ["x = <b>", "(<a/>", "<a></a>", "a <= b", "{<b/>}"] {
            check(text, false);
        }
    }

    #[test]
    fn attempts_count_to_the_end_of_the_text() {
        assert_eq!(max_reread(b"x=(a=(b=1))"), 9 + 6);
        assert!(max_reread("(a=".repeat(10_000).as_bytes()) > MAX_REREAD_BYTES);
    }
}
