//! Where the lines of a text start, and the positions of its bytes.

use crate::span::Span;

/// A place for people: 1-based line, 1-based column in Unicode scalar values (a byte order mark counts as none).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in Unicode scalar values.
    pub column: u32,
}

/// The first byte of each line. A line ends at LF, CRLF or a lone CR.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many bytes that begin no character stand before each block, so that columns of long lines cost little; empty
    /// for a text of ASCII alone, which has none.
    inner: Vec<u32>,
}

/// Bytes of a block of [`LineIndex`].
const BLOCK: usize = 1024;

/// Bytes of a line of ordinary code, rounded down: room for the lines is found at once.
const USUAL_LINE: usize = 24;

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / USUAL_LINE + 1);
        starts.push(0);
        if memchr::memchr(b'\r', bytes).is_none() {
            starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        } else {
            for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                    starts.push(at as u32 + 1);
                }
            }
        }
        let mut inner = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in bytes.chunks(BLOCK) {
                inner.push(count);
                count += inner_bytes(block);
            }
        }
        Self { starts, inner }
    }

    /// How many bytes before `offset` begin no character.
    fn inner_before(&self, bytes: &[u8], offset: usize) -> u32 {
        if self.inner.is_empty() {
            return 0;
        }
        let block = (offset / BLOCK).min(self.inner.len().saturating_sub(1));
        let rest = bytes.get(block * BLOCK..offset).unwrap_or_default();
        self.inner[block] + inner_bytes(rest)
    }

    /// How many lines there are; a text without a line end has one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The 1-based line of a byte.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// The first byte of a 1-based line; the last line's for one beyond the end.
    pub fn start(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[index]
    }

    /// The bytes of a 1-based line, without its line end.
    pub fn span(&self, text: &str, line: u32) -> Span {
        let start = self.start(line);
        let end = self.starts.get(line.max(1) as usize).copied().unwrap_or(text.len() as u32);
        let content = text.get(start as usize..end as usize).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Span::new(start, start + content.len() as u32)
    }

    /// The position of a byte; one inside a character counts as the character's start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let offset = offset.min(text.len() as u32);
        let line = self.line(offset);
        let start = self.start(line) as usize;
        let (bytes, end) = (text.as_bytes(), offset as usize);
        // A scalar value is counted at its first byte, which is the one that is no continuation byte.
        let inner = self.inner_before(bytes, end) - self.inner_before(bytes, start);
        let mark = u32::from(line == 1 && text.starts_with('\u{FEFF}') && end > start);
        Position { line, column: (end - start) as u32 - inner - mark + 1 }
    }
}

fn inner_bytes(bytes: &[u8]) -> u32 {
    // Summed by small runs in bytes, which the compiler turns into vectors.
    bytes.chunks(128).map(|run| u32::from(run.iter().map(|byte| u8::from((byte & 0xC0) == 0x80)).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_position(text: &str, offset: u32, line: u32, column: u32) {
        let found = LineIndex::new(text).position(text, offset);
        assert_eq!(found, Position { line, column }, "{text:?} at {offset}");
    }

    #[test]
    fn lines_end_at_lf_crlf_and_lone_cr() {
        check_position("a\nb", 2, 2, 1);
        check_position("a\r\nb", 3, 2, 1);
        check_position("a\rb", 2, 2, 1);
        check_position("a\r\nb", 2, 1, 3);
    }

    #[test]
    fn columns_count_scalar_values() {
        check_position("a𐐀b", 5, 1, 3);
        check_position("\u{FEFF}ab", 3, 1, 1);
        check_position("\u{FEFF}ab", 4, 1, 2);
        check_position("ab", 9, 1, 3);
    }

    #[test]
    fn columns_of_long_lines_count_scalar_values() {
        let text = format!("a\n{}", "é𐐀a".repeat(1000));
        for characters in [0, 1, 2, 438, 439, 440, 1171, 2999] {
            let offset = 2 + text[2..].char_indices().nth(characters).unwrap().0;
            check_position(&text, offset as u32, 2, characters as u32 + 1);
        }
    }

    #[test]
    fn a_line_has_a_span_without_its_end() {
        let text = "ab\r\nc\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.span(text, 1), Span::new(0, 2));
        assert_eq!(lines.span(text, 2), Span::new(4, 5));
        assert_eq!(lines.span(text, 3), Span::new(6, 6));
    }
}
