//! A part of the law that a change weakens.

use std::sync::Arc;

use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// A part of the law that lets more pass than before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Weakening {
    /// The file with that part of the law, or that had it before it was removed.
    pub path: RelPath,
    /// The present text of that file; none if it is gone.
    pub source: Option<SourceFile>,
    /// The place in this text.
    pub span: Span,
    /// The thing that is weakened; it tells the weakenings of a file apart.
    pub subject: String,
    /// The difference between the sides, as a sentence without a full stop.
    pub message: String,
}

impl Weakening {
    /// A weakening at a path whose text is not at hand.
    pub fn at_path(path: RelPath, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path, source: None, span: Span::default(), subject: subject.into(), message: message.into() }
    }

    /// A weakening at a place of a text.
    pub fn in_text(
        path: RelPath,
        text: impl Into<Arc<str>>,
        span: Span,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let source = SourceFile::new(path.clone(), text.into()).ok();
        let span = if source.is_some() { span } else { Span::default() };
        Self { path, source, span, subject: subject.into(), message: message.into() }
    }
}
