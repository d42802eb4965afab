//! Where the lines of a text start, and the positions of its bytes.

use crate::span::Span;

/// A place for people and editors: 1-based line, 1-based column. A byte order mark has no width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in Unicode scalar values unless a [`ColumnUnit`] was given.
    pub column: u32,
}

/// The unit in which columns are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnUnit {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16, which editors count unless they agree on another unit.
    Utf16,
    /// Unicode scalar values, as in all reports.
    #[default]
    Utf32,
}

impl ColumnUnit {
    /// The width of a character.
    fn width(self, c: char) -> u32 {
        match self {
            Self::Utf8 => c.len_utf8() as u32,
            Self::Utf16 => c.len_utf16() as u32,
            Self::Utf32 => 1,
        }
    }
}

/// The first byte of each line. A line ends at LF, CRLF or a lone CR.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// What stands before each block of bytes, so that columns of long lines cost little; empty for a text of ASCII
    /// alone, in which every unit is a byte.
    blocks: Vec<UnitCounts>,
}

/// How much shorter than in bytes a text is in the other units.
#[derive(Clone, Copy, Debug, Default)]
struct UnitCounts {
    /// The bytes that begin no character.
    inner: u32,
    /// The characters that are two units in UTF-16: those of four bytes.
    astral: u32,
}

impl UnitCounts {
    fn of(bytes: &[u8]) -> Self {
        let astral = count(bytes, |byte| byte >= 0xF0);
        Self { inner: count(bytes, |byte| (byte & 0xC0) == 0x80), astral }
    }

    fn plus(self, other: Self) -> Self {
        Self { inner: self.inner + other.inner, astral: self.astral + other.astral }
    }

    /// The units in so many bytes of which these are the counts.
    fn units(self, bytes: usize, unit: ColumnUnit) -> u32 {
        match unit {
            ColumnUnit::Utf8 => bytes as u32,
            ColumnUnit::Utf16 => bytes as u32 - self.inner + self.astral,
            ColumnUnit::Utf32 => bytes as u32 - self.inner,
        }
    }
}

/// Bytes of a block of [`LineIndex`].
const BLOCK_BYTES: usize = 1024;

/// The byte order mark, which stands at the start of a text and has no column.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Bytes of a line of ordinary code, rounded down: room for the lines is found at once.
const TYPICAL_LINE_BYTES: usize = 24;

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / TYPICAL_LINE_BYTES + 1);
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
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            let mut before = UnitCounts::default();
            for block in bytes.chunks(BLOCK_BYTES) {
                blocks.push(before);
                before = before.plus(UnitCounts::of(block));
            }
        }
        Self { starts, blocks }
    }

    /// The units before a byte.
    fn units_before(&self, text: &str, offset: usize, unit: ColumnUnit) -> u32 {
        if unit == ColumnUnit::Utf8 || self.blocks.is_empty() {
            return offset as u32;
        }
        let block = (offset / BLOCK_BYTES).min(self.blocks.len() - 1);
        let rest = text.as_bytes().get(block * BLOCK_BYTES..offset).unwrap_or_default();
        self.blocks[block].plus(UnitCounts::of(rest)).units(offset, unit)
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

    /// The position of a byte with its column in Unicode scalar values; a byte inside a character has the character's
    /// position, and one beyond the end the end's.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        self.position_in(text, offset, ColumnUnit::Utf32)
    }

    /// The same with columns in another unit.
    pub fn position_in(&self, text: &str, offset: u32, unit: ColumnUnit) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.line(offset as u32);
        let start = self.first_column(text, line).min(offset);
        let column = self.units_before(text, offset, unit) - self.units_before(text, start, unit);
        Position { line, column: column + 1 }
    }

    /// The byte of a position: the end of the line for a column beyond it, the end of the text for a line beyond the
    /// last one, and the start of the character for a column inside it.
    pub fn offset(&self, text: &str, position: Position, unit: ColumnUnit) -> u32 {
        if position.line > self.count() {
            return text.len() as u32;
        }
        let (start, end) = (self.first_column(text, position.line), self.span(text, position.line).end as usize);
        let column = position.column.max(1) - 1;
        if unit == ColumnUnit::Utf8 || self.blocks.is_empty() {
            return text.floor_char_boundary((start + column as usize).min(end)) as u32;
        }
        let target = self.units_before(text, start, unit).saturating_add(column);
        let block = self.last_block_before(target, unit);
        let from = text.ceil_char_boundary((block * BLOCK_BYTES).max(start)).min(end);
        let mut units = self.units_before(text, from, unit);
        let rest = text.get(from..end).unwrap_or_default();
        let beyond = rest.char_indices().find(|(_, c)| {
            units += unit.width(*c);
            units > target
        });
        (from + beyond.map_or(rest.len(), |(at, _)| at)) as u32
    }

    /// The last block before which there are no more units than `target`.
    fn last_block_before(&self, target: u32, unit: ColumnUnit) -> usize {
        let (mut low, mut high) = (0, self.blocks.len());
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if self.blocks[middle].units(middle * BLOCK_BYTES, unit) <= target {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The first byte of a line that has a column.
    fn first_column(&self, text: &str, line: u32) -> usize {
        let start = self.start(line) as usize;
        let has_mark = start == 0 && text.starts_with(BYTE_ORDER_MARK);
        if has_mark { BYTE_ORDER_MARK.len_utf8() } else { start }
    }
}

/// How many of the bytes are meant.
fn count(bytes: &[u8], is_meant: impl Fn(u8) -> bool) -> u32 {
    // Summed by small runs in bytes, which the compiler turns into vectors.
    bytes.chunks(128).map(|run| u32::from(run.iter().map(|byte| u8::from(is_meant(*byte))).sum::<u8>())).sum()
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

    const UNITS: [ColumnUnit; 3] = [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32];

    /// The position of a character border, found by reading the text from its start.
    fn naive_position(text: &str, offset: usize, unit: ColumnUnit) -> Position {
        let mut at = Position { line: 1, column: 1 };
        let mut characters = text[..offset].chars().peekable();
        let follows = text[offset..].chars().next();
        let is_start = |c: char, at: Position| c == BYTE_ORDER_MARK && at == Position { line: 1, column: 1 };
        let mut first = true;
        while let Some(c) = characters.next() {
            let next = characters.peek().copied().or(follows);
            if c == '\n' || (c == '\r' && next != Some('\n')) {
                at = Position { line: at.line + 1, column: 1 };
            } else if !(first && is_start(c, at)) {
                at.column += unit.width(c);
            }
            first = false;
        }
        at
    }

    /// Checks the positions of all bytes of a text, and that they lead back.
    fn check_text(text: &str) {
        let lines = LineIndex::new(text);
        let content_end = |line| lines.span(text, line).end as usize;
        for unit in UNITS {
            for offset in 0..=text.len() {
                let border = text.floor_char_boundary(offset);
                let position = lines.position_in(text, offset as u32, unit);
                assert_eq!(position, naive_position(text, border, unit), "{text:?} at {offset} in {unit:?}");
                let back = lines.offset(text, position, unit) as usize;
                // What stands in a line end has no place of its own, nor has a byte order mark.
                let expected = border.clamp(lines.first_column(text, position.line), content_end(position.line));
                assert_eq!(back, expected, "{text:?} at {offset} in {unit:?}");
            }
            for line in 0..=lines.count() + 1 {
                for column in 0..=text.len() as u32 + 2 {
                    let offset = lines.offset(text, Position { line, column }, unit) as usize;
                    assert!(text.is_char_boundary(offset), "{text:?} {line}:{column} in {unit:?}");
                    let found = lines.position_in(text, offset as u32, unit);
                    if line > lines.count() {
                        assert_eq!(offset, text.len());
                    } else {
                        assert_eq!(found.line, line.max(1), "{text:?} {line}:{column} in {unit:?}");
                        let width =
                            text[offset..content_end(found.line)].chars().next().map_or(u32::MAX, |c| unit.width(c));
                        let column = column.max(1);
                        assert!(found.column <= column, "{text:?} {line}:{column} in {unit:?}");
                        assert!(column - found.column < width, "{text:?} {line}:{column} in {unit:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn all_short_texts_have_the_positions_that_reading_them_finds() {
        const PARTS: [&str; 8] = ["a", "\t", "é", "‱", "𐐀", "\n", "\r", "\u{FEFF}"];
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer = texts.iter().flat_map(|text| PARTS.iter().map(move |part| format!("{text}{part}")));
            texts = texts.iter().cloned().chain(longer).collect();
            texts.dedup();
        }
        for text in &texts {
            check_text(text);
        }
    }

    #[test]
    fn long_lines_have_the_positions_that_reading_them_finds() {
        // Characters of one to four bytes in no regular order, so that blocks begin inside of some.
        let mut state = 1u32;
        let mut line = || {
            let mut line = String::new();
            while line.len() < 3 * BLOCK_BYTES {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                line.push(['a', ' ', 'é', '‱', '𐐀', '\t'][(state >> 16) as usize % 6]);
            }
            line
        };
        let text = format!("\u{FEFF}{}\r\n{}\r{}\n", line(), line(), line());
        let lines = LineIndex::new(&text);
        for unit in UNITS {
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)).step_by(7) {
                let position = lines.position_in(&text, offset as u32, unit);
                assert_eq!(position, naive_position(&text, offset, unit), "at {offset} in {unit:?}");
                let at = lines.offset(&text, position, unit) as usize;
                let known = offset.clamp(lines.first_column(&text, position.line), text.len());
                assert_eq!(at, known.min(lines.span(&text, position.line).end as usize), "at {offset} in {unit:?}");
            }
        }
    }

    #[test]
    fn a_byte_inside_a_character_has_the_place_of_the_character() {
        check_position("a𐐀b", 2, 1, 2);
        check_position("é", 1, 1, 1);
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
