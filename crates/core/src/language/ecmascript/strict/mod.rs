//! Strict lowering with oxc: its syntax tree is written as a tree with the kinds and fields of the tree-sitter
//! grammars.

mod asi;
mod class;
mod emit;
mod escapes;
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
use names::EcmaScriptIds;

thread_local! {
    /// One arena for each thread: it keeps its memory, so parsing allocates little.
    static ARENA: RefCell<Allocator> = RefCell::new(Allocator::default());
}

/// Lowers a file; an error if oxc gives up on it.
pub(super) fn lower(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
    let ids = ids(dialect);
    let parsed = ARENA.with_borrow_mut(|arena| {
        let parsed = lower_in(arena, &input.source, dialect, ids);
        arena.reset();
        parsed
    });
    let (tree, comments, problem) = parsed?;
    Ok(Lowered::new(input, vec![tree], comments, problem.into_iter().collect()))
}

/// The tree of a text, its comments and its first syntax error.
type LoweredText = (crate::ir::Tree, Vec<crate::ir::Comment>, Option<Problem>);

fn lower_in(
    arena: &Allocator,
    source: &SourceFile,
    dialect: &'static Dialect,
    ids: &'static EcmaScriptIds,
) -> Result<LoweredText, Refusal> {
    let [first, second] = source_types(source, dialect);
    let text = text_for_oxc(arena, source.text());
    let mut parsed = parse(arena, text, first);
    if parsed.diagnostics.has_errors() {
        // The text may be valid as a script but not as a module, or the other way round.
        let other = parse(arena, text, second);
        if !other.diagnostics.has_errors() || (parsed.panicked && !other.panicked) {
            parsed = other;
        }
    }
    let mut of_syntax =
        parsed.diagnostics.errors().filter(|error| error.code.number.as_deref() != Some(DECLARED_TWICE));
    let problem = of_syntax.next().map(|error| {
        let label = error.labels.first();
        let start = label.map_or(0, oxc_span::LabeledSpan::offset);
        let length = label.map_or(0, oxc_span::LabeledSpan::len);
        let length_of_text = source.text().len() as u32;
        let (start, end) = (start.min(length_of_text), (start + length).min(length_of_text));
        Problem { kind: ProblemKind::ParseError, span: Span::new(start, end), message: error.message.to_string() }
    });
    let mut places = parsed.diagnostics.errors().filter_map(|error| error.labels.first());
    if parsed.panicked || places.any(|place| is_behind_stray_backslash(text, place.offset())) {
        let reason = problem.map_or_else(|| "the parser gave up".to_owned(), |problem| problem.message);
        return Err(Refusal { reason });
    }
    let (tree, comments, has_foreign) =
        Emit::new(source.text(), dialect, ids, &parsed.program).program(&parsed.program);
    if has_foreign && problem.is_none() {
        return Err(Refusal { reason: "it has syntax that the grammar lacks".to_owned() });
    }
    if escapes::has_escaped_keyword(source.text(), &tree) {
        return Err(Refusal { reason: "a keyword in it is written with an escape".to_owned() });
    }
    Ok((tree, comments, problem))
}

/// The text for oxc. It reads a `#!` line only at the first byte, but in a file a byte order mark may stand before it:
/// browsers, loaders of modules and TypeScript drop the mark when they read the file; only Node.js keeps it, in files that
/// are no modules. Such a line is shown to oxc as a comment of the same length.
fn text_for_oxc<'a>(arena: &'a Allocator, text: &'a str) -> &'a str {
    match text.strip_prefix(MARKED_HASHBANG) {
        Some(rest) => arena.alloc_str(&["   //", rest].concat()),
        None => text,
    }
}

/// A byte order mark and the signs of a `#!` line.
const MARKED_HASHBANG: &str = "\u{FEFF}#!";

/// The number of an error that is none of syntax: a second `declare` in the declarations of a module says nothing new, and
/// TypeScript takes it in files that it is told not to check.
const DECLARED_TWICE: &str = "1038";

/// True for the place of an error behind a backslash that starts no escape. oxc takes the character behind it, which may be
/// the end of the line, and the word after that for one name, so that a call of `f` would be one of another function.
fn is_behind_stray_backslash(text: &str, at: u32) -> bool {
    let (before, after) = text.as_bytes().split_at_checked(at as usize).unwrap_or_default();
    before.last() == Some(&b'\\') && !matches!(after.first(), Some(b'u' | b'\\'))
}

fn parse<'a>(arena: &'a Allocator, text: &'a str, kind: SourceType) -> ParserReturn<'a> {
    let options = ParseOptions {
        allow_return_outside_function: true,
        enable_ident_hashes: false,
        preserve_parens: true,
        ..ParseOptions::default()
    };
    Parser::new(arena, text, kind).with_options(options).parse()
}

/// The source type to parse a file as, and the one to try if that has errors.
fn source_types(source: &SourceFile, dialect: &'static Dialect) -> [SourceType; 2] {
    if !ids(dialect).typescript {
        // JSX may stand in files of every extension; the content decides whether the text is a module.
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

/// The ids in a dialect's grammar, looked up once.
fn ids(dialect: &'static Dialect) -> &'static EcmaScriptIds {
    static TYPESCRIPT: OnceLock<EcmaScriptIds> = OnceLock::new();
    static TSX: OnceLock<EcmaScriptIds> = OnceLock::new();
    static JAVASCRIPT: OnceLock<EcmaScriptIds> = OnceLock::new();
    match dialect.name {
        "tsx" => TSX.get_or_init(|| EcmaScriptIds::new(dialect, true)),
        "typescript" => TYPESCRIPT.get_or_init(|| EcmaScriptIds::new(dialect, true)),
        _ => JAVASCRIPT.get_or_init(|| EcmaScriptIds::new(dialect, false)),
    }
}

#[cfg(test)]
mod tests;
