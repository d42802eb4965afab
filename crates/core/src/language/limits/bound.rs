//! How deep a text can nest at most, told by counts of its bytes alone: far cheaper than the scan, and enough for most.
//!
//! Each level of a parser takes a byte or a word that opens it. Counting all of them, in strings and comments too, bounds
//! the levels that can be open at one place, and by the stack that the worst of each takes, the stack that parsing needs.

/// What one unit stands for in bytes of stack: twice what `cargo xtask hostile-limits` measures for the worst shape.
/// Builds with debug assertions may also lack optimisation, whose frames are several times as large.
pub const STACK_UNIT: usize = if cfg!(debug_assertions) { 4096 } else { 1024 };

/// How many bytes are counted at a time: what compilers make vectors of, and one byte can hold the count of.
const CHUNK: usize = 240;

/// The units of a text by its brackets and its length: a level without brackets takes two bytes at least, as `a=`.
pub fn units(text: &[u8]) -> usize {
    let (chunks, rest) = text.as_chunks::<CHUNK>();
    let count = |bytes: &[u8]| usize::from(bytes.iter().map(|byte| u8::from(opens(*byte))).sum::<u8>());
    let openers = chunks.iter().map(|chunk| count(chunk)).sum::<usize>() + count(rest);
    BRACKET * openers + text.len()
}

/// The units of a bracket, a `<`, a tick or a `@` beyond its byte: parsers begin with all levels of an expression behind
/// one.
const BRACKET: usize = 3;

/// Whether it is `(`, `[`, `{`, `<`, a tick or `@`; a few control characters pass too.
#[inline]
#[allow(clippy::needless_bitwise_bool, reason = "without branches it is made a vector of")]
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
