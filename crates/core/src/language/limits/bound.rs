//! An upper bound of the stack that parsing a text takes, from counts of its bytes: far cheaper than a depth scan, and
//! enough for most files.
//!
//! Each level of a parser is opened by a byte or a word. The count of all of these, in strings and comments too, bounds
//! the levels that are open at one place; times the stack that the worst level takes, it bounds the stack of the
//! parser.

/// The bytes of stack that one unit stands for: twice what `cargo xtask hostile-limits` measures for the worst shape.
/// Builds with debug assertions may also lack optimisation, whose frames are several times as large.
pub const STACK_UNIT_BYTES: usize = if cfg!(debug_assertions) { 4096 } else { 1024 };

/// Bytes that are counted at a time: compilers vectorize the count, and it fits into one byte.
const COUNTED_CHUNK_BYTES: usize = 240;

/// The units of stack of a text, from its brackets and its length: a level without brackets takes at least two bytes,
/// as in `a=`.
pub fn units(text: &[u8]) -> usize {
    let (chunks, rest) = text.as_chunks::<COUNTED_CHUNK_BYTES>();
    let count = |bytes: &[u8]| usize::from(bytes.iter().map(|byte| u8::from(opens(*byte))).sum::<u8>());
    let openers = chunks.iter().map(|chunk| count(chunk)).sum::<usize>() + count(rest);
    UNITS_PER_BRACKET * openers + text.len()
}

/// The units of a bracket, a `<`, a tick or a `@` beyond its byte: behind one, parsers start again with all levels of
/// an expression.
const UNITS_PER_BRACKET: usize = 3;

/// True for `(`, `[`, `{`, `<`, a tick and `@`, and for a few control characters.
#[inline]
#[allow(clippy::needless_bitwise_bool, reason = "compilers vectorize it only without branches")]
fn opens(byte: u8) -> bool {
    let folded = byte | 0x20;
    (folded == b'(') | (folded == b'{') | (folded == b'<') | (folded == b'`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bracket_counts_for_four_bytes() {
        for (text, expected) in [("", 0), ("a", 1), ("(", 4), ("([{<`@", 24), ("!-~+*/%&|^?:=.>)]}", 18)] {
            assert_eq!(units(text.as_bytes()), expected, "{text}");
        }
        for length in 0..600 {
            assert_eq!(units("[".repeat(length).as_bytes()), 4 * length);
        }
    }
}
