//! Lowering of code that is embedded in a file of another language.

use std::sync::Arc;

use crate::ir::{FileContext, FileInput, Lowered, Problem, ProblemKind};
use crate::source::SourceFile;
use crate::span::Span;

/// The most embedded blocks of one file that are lowered: even an empty one costs as much as a thousand bytes of code.
pub(crate) const MAX_EMBEDDED_BLOCKS: usize = 10_000;

/// Adds the trees of all code that is embedded in the file.
pub(super) fn lower(mut file: Lowered) -> Lowered {
    let Some(host) = file.tree() else { return file };
    let text = file.source.text().clone();
    let mut pieces = host.dialect().language.embedded(&text);
    let beyond = pieces.get(MAX_EMBEDDED_BLOCKS).map(|piece| piece.span().start);
    pieces.truncate(MAX_EMBEDDED_BLOCKS);
    for piece in &pieces {
        let code: Arc<str> = piece.text(&text).into();
        let Ok(source) = SourceFile::new(file.source.path().clone(), code) else { continue };
        let context = FileContext { dialect: Some(piece.dialect), ..file.context.clone() };
        file.embed(super::lower_without_embedded(FileInput::new(source, context)), piece);
    }
    file.problems.extend(beyond.map(|start| Problem {
        kind: ProblemKind::OverBudget,
        span: Span::empty(start),
        message: format!("the code from here on, since there are more than {MAX_EMBEDDED_BLOCKS} blocks of it"),
    }));
    file
}
