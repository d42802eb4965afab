//! Strict lowering: oxc parses, and what it found is told in the words of the tree-sitter grammars.

mod asi;
mod class;
mod emit;
mod expression;
mod function;
mod jsx;
mod literal;
mod member;
mod module;
mod names;
mod pattern;
mod statement;
mod types;

use std::cell::RefCell;
use std::sync::OnceLock;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::SourceType;

use crate::ir::{Dialect, FileInput, Lowered, Problem, ProblemKind, Refusal};
use crate::source::SourceFile;
use crate::span::Span;
use emit::Emit;
use names::Names;

thread_local! {
    /// An arena keeps its memory, so each thread keeps one and parsing allocates little.
    static ARENA: RefCell<Allocator> = RefCell::new(Allocator::default());
}

/// The tree of a file, unless oxc gives up on it.
pub(super) fn lower(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
    let names = names(dialect);
    let parsed = ARENA.with_borrow_mut(|arena| {
        let parsed = lower_in(arena, &input.source, dialect, names);
        arena.reset();
        parsed
    });
    let (tree, comments, problem) = parsed?;
    Ok(Lowered::new(input, vec![tree], comments, problem.into_iter().collect()))
}

type Parts = (crate::ir::Tree, Vec<crate::ir::Comment>, Option<Problem>);

fn lower_in(
    arena: &Allocator,
    source: &SourceFile,
    dialect: &'static Dialect,
    names: &'static Names,
) -> Result<Parts, Refusal> {
    let [first, second] = source_types(source, dialect);
    let mut parsed = parse(arena, source, first);
    if parsed.diagnostics.has_errors() {
        // The text may be a script that no module could be, or the other way round.
        let other = parse(arena, source, second);
        if !other.diagnostics.has_errors() || (parsed.panicked && !other.panicked) {
            parsed = other;
        }
    }
    let problem = parsed.diagnostics.errors().next().map(|error| {
        let label = error.labels.first();
        let start = label.map_or(0, oxc_span::LabeledSpan::offset);
        let length = label.map_or(0, oxc_span::LabeledSpan::len);
        let length_of_text = source.text().len() as u32;
        let (start, end) = (start.min(length_of_text), (start + length).min(length_of_text));
        Problem { kind: ProblemKind::ParseError, span: Span::new(start, end), message: error.message.to_string() }
    });
    if parsed.panicked {
        let reason = problem.map_or_else(|| "the parser gave up".to_owned(), |problem| problem.message);
        return Err(Refusal { reason });
    }
    let (tree, comments) = Emit::new(source.text(), dialect, names, &parsed.program).program(&parsed.program);
    Ok((tree, comments, problem))
}

fn parse<'a>(arena: &'a Allocator, source: &'a SourceFile, kind: SourceType) -> ParserReturn<'a> {
    let options = ParseOptions {
        allow_return_outside_function: true,
        enable_ident_hashes: false,
        preserve_parens: true,
        ..ParseOptions::default()
    };
    Parser::new(arena, source.text(), kind).with_options(options).parse()
}

/// What to read the file as, and what else to try.
fn source_types(source: &SourceFile, dialect: &'static Dialect) -> [SourceType; 2] {
    if !names(dialect).typescript {
        // JSX stands in files of every extension; whether the text is a module follows from what it holds.
        return [SourceType::jsx().with_unambiguous(true), SourceType::jsx().with_script(true)];
    }
    let name = source.path().file_name();
    let kind = if dialect.name == "tsx" {
        SourceType::tsx()
    } else if [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| name.ends_with(end)) {
        SourceType::d_ts()
    } else {
        SourceType::ts()
    };
    [kind, kind.with_script(true)]
}

fn names(dialect: &'static Dialect) -> &'static Names {
    static TYPESCRIPT: OnceLock<Names> = OnceLock::new();
    static TSX: OnceLock<Names> = OnceLock::new();
    static JAVASCRIPT: OnceLock<Names> = OnceLock::new();
    match dialect.name {
        "tsx" => TSX.get_or_init(|| Names::new(dialect, true)),
        "typescript" => TYPESCRIPT.get_or_init(|| Names::new(dialect, true)),
        _ => JAVASCRIPT.get_or_init(|| Names::new(dialect, false)),
    }
}

#[cfg(test)]
mod tests;
