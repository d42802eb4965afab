//! What all JSON of version 1 has in common: the tool, spans and places.

use lawbook_core::source::Position;
use lawbook_core::span::Span;
use serde::Serialize;

/// The program that made the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ToolV1 {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A span in bytes of the stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SpanV1 {
    /// The first byte, from 0.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// Where a span starts and ends, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RangeV1 {
    /// The place of the first character.
    pub start: PositionV1,
    /// The place after the last character.
    pub end: PositionV1,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PositionV1 {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters (Unicode scalar values), from 1.
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
