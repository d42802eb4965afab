//! One file of text with its name, its language and its lines.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::language::Dialect;
use crate::span::Span;

/// A path below the root, with `/` between its parts and no leading `./`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// Takes a path that is already relative and written with `/`.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the last `/`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What stands after the last `.` of the file name, if anything stands before it.
    pub fn extension(&self) -> Option<&str> {
        let (stem, extension) = self.file_name().rsplit_once('.')?;
        (!stem.is_empty()).then_some(extension)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why the bytes of a file could not become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    #[error("neither UTF-8 nor UTF-16 with a byte order mark")]
    NotText,
    /// More than 4 GiB, the most that spans can count.
    #[error("4 GiB or more")]
    TooLarge,
}

/// How a file's bytes became text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark; offsets are those of the stored bytes.
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark; offsets are those of the decoded text, and there are no fixes.
    Utf16,
}

/// A file to be checked. Cloning is cheap: the text is shared.
#[derive(Clone)]
pub struct SourceFile {
    path: RelPath,
    text: Arc<str>,
    dialect: Option<&'static Dialect>,
    encoding: Encoding,
    test: bool,
    lines: Arc<OnceLock<LineIndex>>,
}

impl SourceFile {
    /// A file of text whose language follows from its extension.
    ///
    /// # Errors
    /// Text of 4 GiB or more cannot be addressed.
    pub fn new(path: RelPath, text: impl Into<Arc<str>>) -> Result<Self, DecodeError> {
        let text = text.into();
        if u32::try_from(text.len()).is_err() {
            return Err(DecodeError::TooLarge);
        }
        let dialect = crate::language::of_path(&path);
        Ok(Self { path, text, dialect, encoding: Encoding::Utf8, test: false, lines: Arc::default() })
    }

    /// A file from its stored bytes: UTF-8, or UTF-16 with a byte order mark.
    ///
    /// # Errors
    /// Bytes that are no text, or 4 GiB and more of them.
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

    /// The same file read as `dialect`, whatever its extension says.
    #[must_use]
    pub fn with_dialect(self, dialect: &'static Dialect) -> Self {
        Self { dialect: Some(dialect), ..self }
    }

    /// The same file with another text.
    ///
    /// # Errors
    /// Text of 4 GiB or more cannot be addressed.
    pub fn with_text(&self, text: impl Into<Arc<str>>) -> Result<Self, DecodeError> {
        let fresh = Self::new(self.path.clone(), text)?;
        Ok(Self { text: fresh.text, lines: fresh.lines, ..self.clone() })
    }

    /// The same file, marked as one that holds tests (`[files] tests`).
    #[must_use]
    pub fn with_test(self, test: bool) -> Self {
        Self { test, ..self }
    }

    /// The path below the root.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// The whole text, byte order mark included.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The dialect of its language; none when this binary has no language for it.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        self.dialect
    }

    /// How its bytes became text.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the file matches `[files] tests`.
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// The text of a span; empty when the span does not lie on character borders of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where its lines start; made on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The position of a byte.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceFile").field("path", &self.path).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

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

    #[test]
    fn utf16_is_decoded_and_other_bytes_are_refused() {
        let path = || RelPath::new("a.ts");
        let utf16 = SourceFile::decode(path(), &[0xFF, 0xFE, b'a', 0, b'b', 0]).unwrap();
        assert_eq!((&**utf16.text(), utf16.encoding()), ("ab", Encoding::Utf16));
        assert_eq!(SourceFile::decode(path(), &[b'a', 0xE9, b'b']).unwrap_err(), DecodeError::NotText);
        assert_eq!(SourceFile::decode(path(), &[0xFE, 0xFF, 0]).unwrap_err(), DecodeError::NotText);
    }
}
