//! An open document: its text as the client has it, and the positions in it.

use std::path::Path;
use std::sync::Arc;

use gen_lsp_types as lsp;
use lawbook_core::source::{ColumnUnit, LineIndex, Position};
use lawbook_core::span::Span;

/// The byte order mark. Reports give it no column, and the protocol counts it like any character.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A text with an index of its lines, for positions of the protocol.
#[derive(Clone, Debug)]
pub(crate) struct DocumentText {
    /// The whole text.
    pub(crate) text: Arc<str>,
    lines: LineIndex,
    unit: ColumnUnit,
}

impl DocumentText {
    pub(crate) fn new(text: impl Into<Arc<str>>, unit: ColumnUnit) -> Self {
        let text = text.into();
        Self { lines: LineIndex::new(&text), text, unit }
    }

    /// The columns that the byte order mark takes on the first line.
    fn columns_of_mark(&self, line: u32) -> u32 {
        if line != 0 || !self.text.starts_with(BYTE_ORDER_MARK) {
            return 0;
        }
        match self.unit {
            ColumnUnit::Utf8 => BYTE_ORDER_MARK.len_utf8() as u32,
            ColumnUnit::Utf16 | ColumnUnit::Utf32 => 1,
        }
    }

    /// The position of a byte. That of the LF of a CR LF is that of the CR: the protocol has none between the two.
    pub(crate) fn position(&self, offset: u32) -> lsp::Position {
        let at = offset as usize;
        let is_in_line_end = at > 0 && self.text.as_bytes().get(at - 1..=at) == Some(b"\r\n");
        let offset = if is_in_line_end { offset - 1 } else { offset };
        let Position { line, column } = self.lines.position_in(&self.text, offset, self.unit);
        let mark = if offset == 0 { 0 } else { self.columns_of_mark(line - 1) };
        lsp::Position { line: line - 1, character: column - 1 + mark }
    }

    /// The byte of a position: the end of the line for one behind it, and the end of the text for one below it.
    pub(crate) fn offset(&self, position: lsp::Position) -> u32 {
        let lsp::Position { line, character } = position;
        let mark = self.columns_of_mark(line);
        if mark > 0 && character < mark {
            return 0;
        }
        let position = Position { line: line.saturating_add(1), column: (character - mark).saturating_add(1) };
        self.lines.offset(&self.text, position, self.unit)
    }

    /// The range of some bytes.
    pub(crate) fn range(&self, span: Span) -> lsp::Range {
        lsp::Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The bytes of a range; empty at its start if it ends before that.
    pub(crate) fn span(&self, range: lsp::Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }

    /// The text after some changes, each of the text after those before it.
    pub(crate) fn changed(&self, changes: &[lsp::TextDocumentContentChangeEvent]) -> Self {
        let mut changed: Option<Self> = None;
        for change in changes {
            let before = changed.as_ref().unwrap_or(self);
            let text = match change {
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                    whole.text.clone()
                }
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let span = before.span(part.range);
                    let (start, end) = (span.start as usize, span.end as usize);
                    [&before.text[..start], &part.text, &before.text[end..]].concat()
                }
            };
            changed = Some(Self::new(text, self.unit));
        }
        changed.unwrap_or_else(|| self.clone())
    }
}

/// An open document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its address, as the client spells it.
    pub(crate) uri: Arc<str>,
    /// The path of its file, in a folder without symbolic links; none if it is no file.
    pub(crate) path: Option<Arc<Path>>,
    /// The version that the client has given; none for a file that is not open.
    pub(crate) version: Option<i32>,
    /// The name that the client has for its language.
    pub(crate) language_id: Arc<str>,
    /// Its text.
    pub(crate) text: DocumentText,
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: [ColumnUnit; 3] = [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32];

    fn range(start: (u32, u32), end: (u32, u32)) -> lsp::Range {
        let position = |(line, character)| lsp::Position { line, character };
        lsp::Range { start: position(start), end: position(end) }
    }

    fn part(range: lsp::Range, text: &str) -> lsp::TextDocumentContentChangeEvent {
        #[allow(deprecated, reason = "the field must be named")]
        let part = lsp::TextDocumentContentChangePartial { range, range_length: None, text: text.to_owned() };
        lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part)
    }

    #[test]
    fn every_character_has_a_position_in_every_unit() {
        for text in ["", "a\r\nb\rc\n", "é𝒳\n𝒳é", "\u{FEFF}a\n\u{FEFF}b", "\u{FEFF}", "\n\u{FEFF}"] {
            for unit in UNITS {
                let text = DocumentText::new(text, unit);
                for (offset, _) in text.text.char_indices().chain([(text.text.len(), ' ')]) {
                    let is_in_line_end = text.text[..offset].ends_with('\r') && text.text[offset..].starts_with('\n');
                    let expected = if is_in_line_end { offset - 1 } else { offset };
                    let back = text.offset(text.position(offset as u32)) as usize;
                    assert_eq!(back, expected, "{:?} {offset} {unit:?}", text.text);
                }
            }
        }
    }

    #[test]
    fn changes_are_made_one_after_another() {
        let text = DocumentText::new("ab\ncd\n", ColumnUnit::Utf16);
        let changes =
            [part(range((0, 1), (1, 1)), "𝒳\n"), part(range((1, 0), (1, 1)), ""), part(range((0, 3), (0, 3)), "!")];
        assert_eq!(&*text.changed(&changes).text, "a𝒳!\n\n");
    }

    #[test]
    fn a_mark_counts_as_a_character() {
        let text = DocumentText::new("\u{FEFF}ab", ColumnUnit::Utf16);
        assert_eq!(&*text.changed(&[part(range((0, 1), (0, 2)), "")]).text, "\u{FEFF}b");
        assert_eq!(&*text.changed(&[part(range((0, 0), (0, 1)), "")]).text, "ab");
    }

    #[test]
    fn positions_beyond_the_text_are_those_of_its_end() {
        let text = DocumentText::new("ab\ncd", ColumnUnit::Utf8);
        let far = u32::MAX;
        assert_eq!(&*text.changed(&[part(range((0, far), (far, far)), "!")]).text, "ab!");
        assert_eq!(&*text.changed(&[part(range((far, 0), (0, 0)), "!")]).text, "ab\ncd!");
    }
}
