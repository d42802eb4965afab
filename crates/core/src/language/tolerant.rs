//! Lowering with tree-sitter, which makes a tree of any text.

use std::cell::RefCell;
use std::sync::Arc;

use crate::ir::{Comment, Flags, Lowered, Node, ParserKind, Problem, ProblemKind, RawKind, Tree, TreeBuilder};
use crate::language::Dialect;
use crate::source::SourceFile;
use crate::span::Span;

thread_local! {
    /// Parsers keep their buffers, so each thread keeps one for each dialect that it met.
    static PARSERS: RefCell<Vec<(&'static Dialect, tree_sitter::Parser)>> = const { RefCell::new(Vec::new()) };
}

/// Lowers a file of a known language; one of none has no trees.
pub(crate) fn lower(source: SourceFile) -> Lowered {
    let Some(dialect) = source.dialect() else {
        return Lowered { source, trees: Vec::new(), comments: Vec::new(), problems: Vec::new(), degraded: Vec::new() };
    };
    let tree = parse(source.text(), dialect);
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
    Lowered { source, trees: vec![tree], comments, problems: first_error.into_iter().collect(), degraded: Vec::new() }
}

/// The tree of a text, whatever it holds.
pub(crate) fn parse(text: &Arc<str>, dialect: &'static Dialect) -> Tree {
    dialect.language.finish_tolerant(parse_as_is(text, dialect))
}

/// The tree as the grammar gives it.
pub(crate) fn parse_as_is(text: &Arc<str>, dialect: &'static Dialect) -> Tree {
    let parsed = PARSERS.with_borrow_mut(|parsers| {
        let at = if let Some(at) = parsers.iter().position(|(known, _)| *known == dialect) {
            at
        } else {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(dialect.vocabulary().grammar()).ok()?;
            parsers.push((dialect, parser));
            parsers.len() - 1
        };
        parsers[at].1.parse(text.as_bytes(), None)
    });
    match parsed {
        Some(parsed) => copy(&parsed, text, dialect),
        None => TreeBuilder::new(text.clone(), dialect, ParserKind::Tolerant, 1).finish(),
    }
}

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

/// An ERROR or MISSING node, as the parse error of its file.
fn parse_error(node: Node<'_>) -> Problem {
    let message = if node.is_missing() {
        format!("expected `{}` here", node.raw_name())
    } else {
        let text: String = node.text().trim_start().lines().next().unwrap_or_default().chars().take(40).collect();
        if text.is_empty() { "unexpected end".to_owned() } else { format!("unexpected `{}`", text.trim_end()) }
    };
    Problem { kind: ProblemKind::ParseError, span: node.span(), message }
}
