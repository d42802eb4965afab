//! Source files: the text, path and lines of one file, and the interface to all files of a project.

mod files;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use files::{FileEntry, FileType, Files, MemoryFiles, OverlayFiles, ReadError};

pub use crate::lines::{ColumnUnit, LineIndex, Position};
pub use crate::path::RelPath;
use crate::span::Span;

/// The reason why the bytes of a file could not be decoded to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    NotText,
    /// The text has 4 GiB or more, which offsets of 32 bits cannot address.
    TooLarge,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => f.write_str("neither UTF-8 nor UTF-16 with a byte order mark"),
            Self::TooLarge => f.write_str("4 GiB or more"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The encoding of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark. Offsets are offsets of the stored bytes.
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark. Offsets are offsets of the text in UTF-8, so findings in it have no fixes.
    Utf16,
}

/// A file to be checked: its path, text, encoding and lines. Cloning is cheap: the text is shared.
#[derive(Clone)]
pub struct SourceFile {
    path: RelPath,
    text: Arc<str>,
    encoding: Encoding,
    lines: Arc<OnceLock<LineIndex>>,
}

impl SourceFile {
    /// A file with a text that is decoded already.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] for 4 GiB or more.
    pub fn new(path: RelPath, text: impl Into<Arc<str>>) -> Result<Self, DecodeError> {
        let text = text.into();
        if u32::try_from(text.len()).is_err() {
            return Err(DecodeError::TooLarge);
        }
        Ok(Self { path, text, encoding: Encoding::Utf8, lines: Arc::default() })
    }

    /// Decodes a file from its stored bytes: UTF-8, or UTF-16 with a byte order mark.
    ///
    /// # Errors
    /// The bytes are in neither encoding, or the text has 4 GiB or more.
    pub fn decode(path: RelPath, bytes: &[u8]) -> Result<Self, DecodeError> {
        let utf16 = match bytes.get(..2) {
            Some([0xFF, 0xFE]) => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
            Some([0xFE, 0xFF]) => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
            _ => None,
        };
        let Some(unit) = utf16 else {
            let text = std::str::from_utf8(bytes).map_err(|_| DecodeError::NotText)?;
            return Self::new(path, text);
        };
        let (pairs, []) = bytes[2..].as_chunks::<2>() else { return Err(DecodeError::NotText) };
        let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
            .collect::<Result<String, _>>()
            .map_err(|_| DecodeError::NotText)?;
        Ok(Self { encoding: Encoding::Utf16, ..Self::new(path, text)? })
    }

    /// The same file with another text.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] for 4 GiB or more.
    pub fn with_text(&self, text: impl Into<Arc<str>>) -> Result<Self, DecodeError> {
        let fresh = Self::new(self.path.clone(), text)?;
        Ok(Self { text: fresh.text, lines: fresh.lines, ..self.clone() })
    }

    /// The path relative to the root.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// The whole text, including a byte order mark.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The encoding of the stored bytes.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The text of a span; empty if the span does not start and end on character boundaries of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The index of its lines, computed on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The position of a byte, with the column in Unicode scalar values.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The position of a byte, with the column in `unit`.
    pub fn position_in(&self, offset: u32, unit: ColumnUnit) -> Position {
        self.lines().position_in(&self.text, offset, unit)
    }

    /// The byte offset of a position whose column is in `unit`, see [`LineIndex::offset`].
    pub fn offset(&self, position: Position, unit: ColumnUnit) -> u32 {
        self.lines().offset(&self.text, position, unit)
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceFile").field("path", &self.path).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_decoded_and_other_bytes_are_refused() {
        let path = || RelPath::new("a.ts");
        let utf16 = SourceFile::decode(path(), &[0xFF, 0xFE, b'a', 0, b'b', 0]).unwrap();
        assert_eq!((&**utf16.text(), utf16.encoding()), ("ab", Encoding::Utf16));
        assert_eq!(SourceFile::decode(path(), &[b'a', 0xE9, b'b']).unwrap_err(), DecodeError::NotText);
        assert_eq!(SourceFile::decode(path(), &[0xFE, 0xFF, 0]).unwrap_err(), DecodeError::NotText);
    }
}
