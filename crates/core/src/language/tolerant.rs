//! Lowering with tree-sitter, which gives a tree for any text.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::ir::{
    Comment, Dialect, FileInput, Flags, Lowered, Node, ParserKind, Problem, ProblemKind, RawKind, Tree, TreeBuilder,
};
use crate::span::Span;

thread_local! {
    /// One parser for each dialect that the thread has met: a parser keeps its buffers.
    static PARSERS: RefCell<Vec<(&'static Dialect, tree_sitter::Parser)>> = const { RefCell::new(Vec::new()) };
}

/// Lowers a file; one without a dialect has no trees.
pub(crate) fn lower(input: FileInput) -> Lowered {
    let Some(dialect) = input.context.dialect else {
        return Lowered::new(input, Vec::new(), Vec::new(), Vec::new());
    };
    let Some(tree) = parse_within_budget(input.source.text(), dialect) else {
        let message = "it needs more steps to parse than one file may take".to_owned();
        let problem = Problem { kind: ProblemKind::OverBudget, span: Span::default(), message };
        return Lowered::new(input, Vec::new(), Vec::new(), vec![problem]);
    };
    let mut comments: Vec<Comment> = Vec::new();
    let mut first_error = None;
    for node in tree.nodes() {
        let vocabulary = dialect.vocabulary();
        if vocabulary.is_comment(node.raw()) {
            // Grammars may build a comment of named parts; the outermost one is the comment.
            if comments.last().is_none_or(|last| !last.span.contains(node.span())) {
                comments.push(Comment { tree: 0, node: node.id(), span: node.span() });
            }
        } else if first_error.is_none() && (node.is_error() || node.is_missing()) {
            first_error = Some(parse_error(node));
        }
    }
    Lowered::new(input, vec![tree], comments, first_error.into_iter().collect())
}

/// The calls of the parser's progress callback that every text may take, in addition to those for its length; valid
/// code takes one for 40 bytes or more.
const MIN_ALLOWED_CALLS: usize = 5_000;
/// The longest text that is parsed however many errors it has.
const MAX_UNWATCHED_BYTES: usize = 64 << 10;
/// The most errors that the parser may meet in a longer text: each takes as long as some hundred tokens of valid code,
/// and the progress callback does not show it.
const MAX_PARSER_ERRORS: usize = 16_000;
/// Calls of the progress callback in one slice of parsing.
const CALLS_PER_SLICE: usize = 32;
/// Of so many slices one is watched for errors, since watching is slow.
const WATCHED_SLICE_INTERVAL: usize = 32;
/// The numbers of the first slice that is watched, one for each attempt to parse a text: if the lexer reads so much in a
/// watched slice that watching takes too long, the text is parsed anew, and other slices are watched.
const FIRST_WATCHED_SLICES: [usize; 4] = [0, 8, 16, 24];
/// The requests of the lexer in a watched slice, each character of which is logged.
const MAX_WATCHED_READS: usize = (1 << 20) / BYTES_PER_READ;
/// The bytes that the lexer gets at a time. It asks anew wherever it leaves them, so the number of its requests says how
/// much text it reads, with what it reads again: a comment, a string or a template without an end is read up to the end
/// of the text for each token that might begin there, and the progress callback does not show it.
const BYTES_PER_READ: usize = 256;
/// The requests of the lexer that every text may take, in addition to those for its length.
const MIN_ALLOWED_READS: usize = (32 << 20) / BYTES_PER_READ;
/// The number of times that each byte of a text may be read: a piece is read anew for tokens at its edges, and in each attempt of the
/// parser.
const MAX_READS_PER_BYTE: usize = 16;

/// Parses a text; one that takes too many steps gives a tree of one ERROR node.
pub(crate) fn parse(text: &Arc<str>, dialect: &'static Dialect) -> Tree {
    parse_within_budget(text, dialect)
        .unwrap_or_else(|| TreeBuilder::new(text.clone(), dialect, ParserKind::Tolerant, 1).finish())
}

/// Parses a text and lets its language finish the tree; none if it takes too many steps.
fn parse_within_budget(text: &Arc<str>, dialect: &'static Dialect) -> Option<Tree> {
    parse_as_is(text, dialect).and_then(|tree| dialect.language.finish_tolerant(tree))
}

/// Parses a text into the tree of the grammar alone; none if it takes too many steps.
pub(crate) fn parse_as_is(text: &Arc<str>, dialect: &'static Dialect) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        let at = if let Some(at) = parsers.iter().position(|(known, _)| *known == dialect) {
            at
        } else {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(dialect.vocabulary().grammar()?).ok()?;
            parsers.push((dialect, parser));
            parsers.len() - 1
        };
        let parser = &mut parsers[at].1;
        let shown = dialect.language.text_for_grammar(text);
        let parsed = parse_in_slices(parser, shown.as_deref().unwrap_or(text).as_bytes());
        parser.set_logger(None);
        if parsed.is_none() {
            // Otherwise the parser would take the next text for the rest of this one.
            parser.reset();
        }
        Some(copy(&parsed?, text, dialect))
    })
}

/// Parses a text; none if it takes too many steps, is read too often or has too many errors. All of these are counted,
/// never timed.
fn parse_in_slices(parser: &mut tree_sitter::Parser, bytes: &[u8]) -> Option<tree_sitter::Tree> {
    let reads = Reads {
        left: Cell::new(MIN_ALLOWED_READS + bytes.len() * MAX_READS_PER_BYTE / BYTES_PER_READ),
        watched_left: Cell::new(usize::MAX),
    };
    for first_watched in FIRST_WATCHED_SLICES {
        let parsed = parse_once(parser, bytes, &reads, first_watched);
        if parsed.is_some() || !reads.are_too_many_to_watch() {
            return parsed;
        }
        parser.reset();
    }
    None
}

/// The requests that the lexer may still make.
struct Reads {
    left: Cell<usize>,
    /// In the slice that is watched.
    watched_left: Cell<usize>,
}

impl Reads {
    /// Counts a request. Returns false if it is one too many.
    fn take(&self) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        self.watched_left.set(self.watched_left.get().saturating_sub(1));
        !self.are_spent()
    }

    /// True if the parser has to stop.
    fn are_spent(&self) -> bool {
        self.left.get() == 0 || self.watched_left.get() == 0
    }

    /// True if the parser stopped only because of the requests in a watched slice.
    fn are_too_many_to_watch(&self) -> bool {
        self.left.get() > 0 && self.watched_left.get() == 0
    }
}

/// Parses a text once, and watches every [`WATCHED_SLICE_INTERVAL`]th slice of a long one for errors.
fn parse_once(
    parser: &mut tree_sitter::Parser,
    bytes: &[u8],
    reads: &Reads,
    first_watched: usize,
) -> Option<tree_sitter::Tree> {
    let max_calls = MIN_ALLOWED_CALLS + bytes.len() / 16;
    let slice = if bytes.len() <= MAX_UNWATCHED_BYTES { max_calls } else { CALLS_PER_SLICE };
    let errors = Arc::new(AtomicUsize::new(0));
    let mut calls = 0;
    let mut read = |from: usize, _: tree_sitter::Point| {
        // For the lexer, a text that is read too often ends here: it would read on until the parser stops.
        let rest = bytes.get(from..).filter(|_| reads.take()).unwrap_or_default();
        &rest[..rest.len().min(BYTES_PER_READ)]
    };
    for number in 0.. {
        let watched = bytes.len() > MAX_UNWATCHED_BYTES && number % WATCHED_SLICE_INTERVAL == first_watched;
        reads.watched_left.set(if watched { MAX_WATCHED_READS } else { usize::MAX });
        parser.set_logger(watched.then(|| watcher(errors.clone())));
        let end = calls + slice;
        let mut progress = |_: &tree_sitter::ParseState| {
            calls += 1;
            if calls > end || reads.are_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
        // A stopped parser continues where it was.
        let parsed = parser.parse_with_options(&mut read, None, Some(options));
        if reads.are_spent() {
            return None;
        }
        if parsed.is_some()
            || calls > max_calls
            || errors.load(Ordering::Relaxed) > MAX_PARSER_ERRORS / WATCHED_SLICE_INTERVAL
        {
            return parsed;
        }
    }
    None
}

/// The callback that gets a parser's log messages.
type ParserLogger = Box<dyn FnMut(tree_sitter::LogType, &str) + Send>;

/// A logger that counts the errors which the parser meets.
fn watcher(errors: Arc<AtomicUsize>) -> ParserLogger {
    Box::new(move |kind, message| {
        let is_error = || message.starts_with("detect_error") || message.starts_with("skip_");
        if kind == tree_sitter::LogType::Parse && is_error() {
            errors.fetch_add(1, Ordering::Relaxed);
        }
    })
}

/// Copies tree-sitter's tree into ours.
fn copy(parsed: &tree_sitter::Tree, text: &Arc<str>, dialect: &'static Dialect) -> Tree {
    let nodes = parsed.root_node().descendant_count();
    let mut builder = TreeBuilder::new(text.clone(), dialect, ParserKind::Tolerant, nodes);
    let mut cursor = parsed.walk();
    loop {
        let node = cursor.node();
        let field = cursor.field_id().map_or(0, std::num::NonZeroU16::get);
        let kind = node.kind_id();
        let flags = Flags::default()
            .with(Flags::NAMED, node.is_named())
            .with(Flags::EXTRA, node.is_extra())
            .with(Flags::MISSING, node.is_missing())
            .with(Flags::ERROR, kind == RawKind::ERROR.0);
        builder.open(kind, field, flags, Span::new(node.start_byte() as u32, node.end_byte() as u32));
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            builder.close();
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return builder.finish();
            }
        }
    }
}

/// The parse error of an ERROR or MISSING node. An ERROR node may cover the whole file: then the bracket without a partner is
/// shown, if there is one among its own tokens, else the line on which it starts.
fn parse_error(node: Node<'_>) -> Problem {
    let kind = ProblemKind::ParseError;
    if node.is_missing() {
        return Problem { kind, span: node.span(), message: format!("expected `{}` here", node.raw_name()) };
    }
    let whole = node.text();
    if let Some((span, message)) = lone_bracket(node).filter(|_| whole.trim().len() > 1) {
        return Problem { kind, span, message };
    }
    let code = whole.trim_start();
    let line = code.lines().next().unwrap_or_default().trim_end();
    if line.is_empty() {
        return Problem { kind, span: node.span(), message: "unexpected end".to_owned() };
    }
    let start = node.start() + (whole.len() - code.len()) as u32;
    let shown: String = line.chars().take(40).collect();
    let span = Span::new(start, start + line.len() as u32);
    Problem { kind, span, message: format!("unexpected `{}`", shown.trim_end()) }
}

/// The bracket among the tokens of an ERROR node that has no partner: the innermost that is never closed, or the first that
/// closes nothing.
fn lone_bracket(node: Node<'_>) -> Option<(Span, String)> {
    let mut open: Vec<Node<'_>> = Vec::new();
    for token in node.children_with_tokens().filter(|child| !child.is_named()) {
        match token.text() {
            "(" | "[" | "{" => open.push(token),
            ")" | "]" | "}" if open.pop().is_none() => {
                return Some((token.span(), format!("unexpected `{}`", token.text())));
            }
            _ => {}
        }
    }
    let token = open.pop()?;
    Some((token.span(), format!("`{}` is never closed", token.text())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    fn problems(path: &str, text: &str) -> Vec<(ProblemKind, String)> {
        let file = lower(SourceFile::new(RelPath::new(path), text).unwrap().into());
        file.problems.into_iter().map(|problem| (problem.kind, problem.message)).collect()
    }

    #[test]
    fn texts_full_of_errors_are_over_budget() {
        for (path, line) in [("a.js", "\""), ("a.ts", "'a' "), ("a.rs", "fn f(a){let=1;}\n")] {
            if language::of_path(&RelPath::new(path)).is_none() {
                // A language that this build lacks.
                continue;
            }
            let found = problems(path, &line.repeat(1_000_000 / line.len()));
            let message = "it needs more steps to parse than one file may take".to_owned();
            assert_eq!(found, [(ProblemKind::OverBudget, message)], "{line}");
        }
    }

    #[test]
    fn texts_of_parts_without_an_end_are_over_budget() {
        // The lexer reads each part up to the end of the text, which would take minutes.
        for (path, part) in [
            ("a.js", "a ? /* "),
            ("a.ts", ",/*a"),
            ("a.tsx", "a\n/*"),
            ("a.ts", "<A,/*"),
            ("a.rs", "r#\""),
            ("a.rs", "a br##\""),
            ("a.py", "a = \"\"\"b\n{"),
        ] {
            if language::of_path(&RelPath::new(path)).is_some() {
                let found = problems(path, &part.repeat(1_000_000 / part.len()));
                assert!(matches!(found[..], [(ProblemKind::OverBudget, _)]), "{path} {part:?}: {found:?}");
            }
        }
    }

    #[test]
    #[cfg(feature = "ecmascript")]
    fn one_part_without_an_end_in_much_code_is_just_an_error() {
        let code = "function f(a) { return a.b(1 + 2, 'c'); }\n".repeat(5_000);
        let found = problems("a.js", &format!("{code}let a = /* 5;\n{code}"));
        assert!(matches!(found[..], [(ProblemKind::ParseError, _)]), "{found:?}");
    }

    #[test]
    #[cfg(feature = "rust")]
    fn comments_that_nest_are_read_once() {
        let found = problems("a.rs", &"/*a ".repeat(250_000));
        assert!(matches!(found[..], [(ProblemKind::ParseError, _)]), "{found:?}");
    }

    #[test]
    #[cfg(feature = "rust")]
    fn deeply_nested_macro_calls_are_over_budget() {
        let text = format!("fn f() {{ {}b{} }}", "m!(a, ".repeat(700), ")".repeat(700));
        assert!(matches!(problems("a.rs", &text)[..], [(ProblemKind::OverBudget, _)]));
    }

    #[test]
    #[cfg(feature = "ecmascript")]
    fn few_errors_in_much_code_are_just_errors() {
        let code = "function f(a) { return a.b(1 + 2, 'c'); }\n".repeat(5_000);
        let found = problems("a.js", &format!("{code}let = = 5;\n{code}"));
        assert!(matches!(found[..], [(ProblemKind::ParseError, _)]), "{found:?}");
    }

    #[test]
    #[cfg(feature = "ecmascript")]
    fn a_parser_that_gave_up_starts_anew() {
        let mut text = "\"".repeat(1_000_000);
        assert_eq!(problems("a.js", &text).len(), 1);
        text = "let a = 1;".to_owned();
        assert_eq!(problems("a.js", &text), []);
    }
}
