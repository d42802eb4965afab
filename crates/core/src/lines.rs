//! The lines of a text, and conversion between byte offsets and positions (line and column).

use crate::span::Span;

/// A position for people and editors: a 1-based line and a 1-based column. A byte order mark takes no column.
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
    /// Code units of UTF-16, the default of the Language Server Protocol.
    Utf16,
    /// Unicode scalar values, as in all reports.
    #[default]
    Utf32,
}

impl ColumnUnit {
    /// The width of a character in this unit.
    fn width(self, c: char) -> u32 {
        match self {
            Self::Utf8 => c.len_utf8() as u32,
            Self::Utf16 => c.len_utf16() as u32,
            Self::Utf32 => 1,
        }
    }
}

/// An index of the lines of a text. A line ends at LF, CRLF or a lone CR.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// The offset of the first byte of each line.
    starts: Vec<u32>,
    /// For each block of [`BLOCK_BYTES`] bytes, the counts of the text before it (prefix sums), so that a column of a
    /// long line is computed from one block. Empty for an ASCII text, in which every unit is one byte.
    blocks: Vec<UnitCounts>,
}

/// Counts of bytes from which the length of a text in UTF-16 units or scalar values follows.
#[derive(Clone, Copy, Debug, Default)]
struct UnitCounts {
    /// The UTF-8 continuation bytes, which begin no character.
    continuation_bytes: u32,
    /// The characters of four bytes, which are two units in UTF-16.
    four_byte_chars: u32,
}

impl UnitCounts {
    fn of(bytes: &[u8]) -> Self {
        Self {
            continuation_bytes: count_bytes(bytes, |byte| (byte & 0xC0) == 0x80),
            four_byte_chars: count_bytes(bytes, |byte| byte >= 0xF0),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            continuation_bytes: self.continuation_bytes + other.continuation_bytes,
            four_byte_chars: self.four_byte_chars + other.four_byte_chars,
        }
    }

    /// The length in `unit` of a text of `bytes` bytes with these counts.
    fn units(self, bytes: usize, unit: ColumnUnit) -> u32 {
        match unit {
            ColumnUnit::Utf8 => bytes as u32,
            ColumnUnit::Utf16 => bytes as u32 - self.continuation_bytes + self.four_byte_chars,
            ColumnUnit::Utf32 => bytes as u32 - self.continuation_bytes,
        }
    }
}

/// The length in bytes of a block of [`LineIndex`].
const BLOCK_BYTES: usize = 1024;

/// The byte order mark, which may start a text and takes no column.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The bytes that end lines: LF, and CR alone or before LF.
pub(crate) const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// The lines of a text without their ends, and without an empty last one: [`str::lines`], where a lone CR ends a line
/// too.
pub(crate) fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    split_lines_inclusive(text).map(|line| line.trim_end_matches(LINE_ENDS))
}

/// The lines of a text with their ends.
pub(crate) fn split_lines_inclusive(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).map_or(rest.len(), |end| {
            let is_crlf = rest.as_bytes()[end..].starts_with(b"\r\n");
            end + if is_crlf { 2 } else { 1 }
        });
        let (line, after) = rest.split_at(end);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// A low estimate of the bytes in a line of code, for the initial capacity of the list of lines.
const TYPICAL_LINE_BYTES: usize = 24;

impl LineIndex {
    /// Indexes the lines of `text`.
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

    /// The length in `unit` of the text before a byte.
    fn units_before(&self, text: &str, offset: usize, unit: ColumnUnit) -> u32 {
        if unit == ColumnUnit::Utf8 || self.blocks.is_empty() {
            return offset as u32;
        }
        let block = (offset / BLOCK_BYTES).min(self.blocks.len() - 1);
        let rest = text.as_bytes().get(block * BLOCK_BYTES..offset).unwrap_or_default();
        self.blocks[block].plus(UnitCounts::of(rest)).units(offset, unit)
    }

    /// The number of lines; a text without a line end has one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The 1-based line of a byte.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// The offset of the first byte of a 1-based line; that of the last line for a line beyond the end.
    pub fn start(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[index]
    }

    /// The span of a 1-based line, without its line end.
    pub fn span(&self, text: &str, line: u32) -> Span {
        let start = self.start(line);
        let end = self.starts.get(line.max(1) as usize).copied().unwrap_or(text.len() as u32);
        let content = text.get(start as usize..end as usize).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Span::new(start, start + content.len() as u32)
    }

    /// The position of a byte, with the column in Unicode scalar values. A byte inside a character has the position of
    /// the character, an offset beyond the end that of the end.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        self.position_in(text, offset, ColumnUnit::Utf32)
    }

    /// Like [`LineIndex::position`], with the column in `unit`.
    pub fn position_in(&self, text: &str, offset: u32, unit: ColumnUnit) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.line(offset as u32);
        let start = self.first_column(text, line).min(offset);
        let column = self.units_before(text, offset, unit) - self.units_before(text, start, unit);
        Position { line, column: column + 1 }
    }

    /// The byte offset of a position: the end of the line if the column is beyond it, the end of the text if the line is
    /// beyond the last one, and the start of the character if the column is inside one.
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

    /// The last block before which the text has no more units than `target`, by binary search.
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

    /// The offset of column 1 of a line, which is after a byte order mark.
    fn first_column(&self, text: &str, line: u32) -> usize {
        let start = self.start(line) as usize;
        let has_mark = start == 0 && text.starts_with(BYTE_ORDER_MARK);
        if has_mark { BYTE_ORDER_MARK.len_utf8() } else { start }
    }
}

/// The number of bytes for which `predicate` is true.
fn count_bytes(bytes: &[u8], predicate: impl Fn(u8) -> bool) -> u32 {
    // The `u8` sums of short chunks let the compiler use vector instructions.
    bytes.chunks(128).map(|run| u32::from(run.iter().map(|byte| u8::from(predicate(*byte))).sum::<u8>())).sum()
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
    fn a_text_is_split_where_its_lines_end() {
        for text in ["", "a", "\n", "\r", "a\r\nb\rc\n\nd", "\r\r\n\ra", "a\n"] {
            let lines = LineIndex::new(text);
            let spans: Vec<&str> = (1..=lines.count()).map(|line| &text[lines.span(text, line).range()]).collect();
            let spans = if text.is_empty() || text.ends_with(LINE_ENDS) { &spans[..spans.len() - 1] } else { &spans };
            assert_eq!(split_lines(text).collect::<Vec<_>>(), spans, "{text:?}");
            assert_eq!(split_lines_inclusive(text).collect::<String>(), text);
        }
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

    /// The position of a character boundary, computed by reading the text from its start.
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

    /// Checks the positions of all bytes of a text, and the way back from positions to bytes.
    fn check_text(text: &str) {
        let lines = LineIndex::new(text);
        let content_end = |line| lines.span(text, line).end as usize;
        for unit in UNITS {
            for offset in 0..=text.len() {
                let border = text.floor_char_boundary(offset);
                let position = lines.position_in(text, offset as u32, unit);
                assert_eq!(position, naive_position(text, border, unit), "{text:?} at {offset} in {unit:?}");
                let back = lines.offset(text, position, unit) as usize;
                // A byte in a line end or in a byte order mark has no position of its own.
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
        // Characters of one to four bytes in irregular order, so that some blocks begin inside a character.
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
