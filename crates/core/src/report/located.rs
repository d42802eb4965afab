//! A diagnostic with its lines and columns.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{ColumnUnit, Position, SourceFile};
use crate::span::Span;

/// A diagnostic with the text that it stands in. Both are shared, so a clone is cheap; the lines of a text are indexed when
/// the first position in it is needed.
///
/// Shown as `path:line:column: severity: message [rule]`. Lines and columns are counted from 1; columns are Unicode
/// scalar values unless a [`ColumnUnit`] is given.
#[derive(Clone, Debug)]
pub struct LocatedDiagnostic {
    diagnostic: Arc<Diagnostic>,
    source: Option<SourceFile>,
}

impl LocatedDiagnostic {
    /// A diagnostic in `source`; none for one about a path without text.
    pub fn new(diagnostic: Arc<Diagnostic>, source: Option<SourceFile>) -> Self {
        Self { diagnostic, source }
    }

    /// The diagnostic itself.
    pub fn diagnostic(&self) -> &Arc<Diagnostic> {
        &self.diagnostic
    }

    /// The text that it stands in; none for a finding about a path, or about the project.
    pub fn source(&self) -> Option<&SourceFile> {
        self.source.as_ref()
    }

    /// The 1-based line and column where it starts, the column in Unicode scalar values.
    pub fn start(&self) -> Position {
        self.range(ColumnUnit::Utf32).start
    }

    /// The positions of its first byte and of the one past its last, with columns in `unit`: [`ColumnUnit::Utf16`] for
    /// editors. Both are 1:1 where there is no text.
    pub fn range(&self, unit: ColumnUnit) -> Range<Position> {
        self.range_of(self.diagnostic.span, unit)
    }

    /// The same for other bytes of its text: those of a capture, an edit or a related place in the same file.
    pub fn range_of(&self, span: Span, unit: ColumnUnit) -> Range<Position> {
        let at = |offset: u32| match &self.source {
            Some(source) => source.position_in(offset, unit),
            None => Position { line: 1, column: 1 },
        };
        at(span.start)..at(span.end)
    }

    /// The text that is wrong; empty where there is none.
    pub fn text(&self) -> &str {
        self.source.as_ref().map_or("", |source| source.slice(self.diagnostic.span))
    }
}

impl Deref for LocatedDiagnostic {
    type Target = Diagnostic;

    fn deref(&self) -> &Diagnostic {
        &self.diagnostic
    }
}

impl fmt::Display for LocatedDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic { path, severity, message, rule, .. } = &*self.diagnostic;
        let at = self.start();
        write!(f, "{path}:{}:{}: {severity}: {message} [{rule}]", at.line, at.column)
    }
}
