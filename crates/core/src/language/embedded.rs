//! The trees of code that is embedded in a file of another language.

use std::sync::Arc;

use crate::ir::{FileContext, FileInput, Lowered, Problem, ProblemKind};
use crate::source::SourceFile;
use crate::span::Span;

/// The most pieces of code of one file that are looked at: the least of them costs as much as a thousand bytes of code.
pub(crate) const MAX_PIECES: usize = 10_000;

/// Adds the trees of all code that the file's host tree says is embedded in it.
pub(super) fn lower(mut file: Lowered) -> Lowered {
    let Some(host) = file.tree() else { return file };
    let text = file.source.text().clone();
    let mut pieces = host.dialect().language.embedded(&text);
    let beyond = pieces.get(MAX_PIECES).map(|piece| piece.span().start);
    pieces.truncate(MAX_PIECES);
    for piece in &pieces {
        let code: Arc<str> = piece.text(&text).into();
        let Ok(source) = SourceFile::new(file.source.path().clone(), code) else { continue };
        let context = FileContext { dialect: Some(piece.dialect), ..file.context.clone() };
        file.embed(super::lower_host(FileInput::new(source, context)), piece);
    }
    file.problems.extend(beyond.map(|start| Problem {
        kind: ProblemKind::OverBudget,
        span: Span::empty(start),
        message: format!("the code from here on, since there are more than {MAX_PIECES} blocks of it"),
    }));
    file
}
