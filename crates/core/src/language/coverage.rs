//! Strict lowering of a whole text: a parser that stops halfway must not pass for one that has read everything.

use crate::ir::{Dialect, FileInput, Lowered, Problem, ProblemKind, Refusal};

/// The reason for which a file has no strict tree.
#[derive(Debug)]
pub(super) struct Uncovered {
    pub(super) refusal: Refusal,
    /// The syntax error at which a parser stopped that has not refused the file.
    pub(super) error: Option<Problem>,
}

impl From<Refusal> for Uncovered {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, error: None }
    }
}

/// Lowers a file by its strict parser, on the present stack.
///
/// # Errors
/// The parser refuses the file, or its tree ends before the text does: parsers may stop at an error and give what they have.
pub(super) fn lower(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Uncovered> {
    let lowered = dialect.language.lower_strict(input, dialect)?;
    if dialect.language.is_host() || first_uncovered(&lowered).is_none() {
        return Ok(lowered);
    }
    let error = lowered.problems.into_iter().find(|problem| problem.kind == ProblemKind::ParseError);
    let reason = error.as_ref().map_or("the parser stopped halfway", |error| &error.message).to_owned();
    Err(Uncovered { refusal: Refusal { reason }, error })
}

/// The offset of the first character that is neither white space nor in a child of the root; none if there is no such
/// character. It holds for strict trees: all that stands at the top level of a file is in a node of its own.
fn first_uncovered(lowered: &Lowered) -> Option<u32> {
    let text = lowered.source.text();
    let end = text.len() as u32;
    let children = lowered.tree()?.root().children().map(|child| (child.start(), child.end()));
    let mut covered = 0;
    for (start, end) in children.chain([(end, end)]) {
        let gap = text.get(covered as usize..start as usize).unwrap_or_default();
        if let Some(at) = gap.find(|c| !is_blank(c)) {
            return Some(covered + at as u32);
        }
        covered = end.max(covered);
    }
    None
}

/// True for a character that a parser may pass over: white space, and the invisible characters that some languages count
/// among it (a byte order mark, a space of no width, a sign of direction).
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}
