//! What every JSON of version 1 says alike: the tool, spans and places.

use lawbook_core::source::Position;
use lawbook_core::span::Span;
use serde::Serialize;

/// Who made it.
#[derive(Serialize)]
pub(crate) struct ToolV1 {
    name: &'static str,
    version: &'static str,
}

/// Bytes of the stored file.
#[derive(Serialize)]
pub(crate) struct SpanV1 {
    start: u32,
    end: u32,
}

/// Where a span starts and ends, for people.
#[derive(Serialize)]
pub(crate) struct RangeV1 {
    start: PositionV1,
    end: PositionV1,
}

#[derive(Serialize)]
struct PositionV1 {
    line: u32,
    column: u32,
}

impl ToolV1 {
    /// This binary.
    pub(crate) const THIS: Self = Self { name: "lawbook", version: env!("CARGO_PKG_VERSION") };
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
