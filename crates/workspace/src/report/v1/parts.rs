//! The parts that the JSON formats of version 1 share: the tool, spans and positions.

use lawbook_core::source::Position;
use lawbook_core::span::Span;
use serde::Serialize;

/// The program that printed the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ToolV1 {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A span in bytes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpanV1 {
    /// The offset of the first byte, 0-based.
    pub start: u32,
    /// The offset of the byte after the last one.
    pub end: u32,
}

/// The start and end of a span as lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RangeV1 {
    /// The position of the first character.
    pub start: PositionV1,
    /// The position after the last character.
    pub end: PositionV1,
}

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PositionV1 {
    /// The line, 1-based.
    pub line: u32,
    /// The column in characters (Unicode scalar values), 1-based.
    pub column: u32,
}

impl ToolV1 {
    /// lawbook in the version of this library.
    pub const THIS: Self = Self { name: "lawbook", version: env!("CARGO_PKG_VERSION") };
}

impl From<Span> for SpanV1 {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

impl From<(Position, Position)> for RangeV1 {
    fn from((start, end): (Position, Position)) -> Self {
        let position = |at: Position| PositionV1 { line: at.line, column: at.column };
        Self { start: position(start), end: position(end) }
    }
}
