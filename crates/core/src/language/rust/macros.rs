//! What the tokens of a macro call can be read as: one table for both parsers, and the tolerant one's reading.
//!
//! The grammar keeps the tokens flat, which would hide the `unwrap` of `println!("{}", a.unwrap())` from every rule.

use std::ops::Range;

use crate::ir::{Node, NodeId, Tree, TreeBuilder};
use crate::language::tolerant;
use crate::span::Span;

use super::grammar_workarounds;

/// A way to read the tokens of a macro call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Expressions with commas between them.
    List,
    /// `e; e`, as of an array.
    Repeat,
    /// The statements of a block.
    Statements,
}

/// The readings in the order in which they are tried; when none fits, the tokens stay the grammar's.
pub(super) const READINGS: [Reading; 3] = [Reading::List, Reading::Repeat, Reading::Statements];

impl Reading {
    /// What stands around the tokens for the grammar to read them so, and the kind of node that then holds them.
    const fn frame(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::List => ("fn f(){f(", ")}", "arguments"),
            Self::Repeat => ("fn f(){[", "]}", "array_expression"),
            Self::Statements => ("fn f(){", "}", "block"),
        }
    }
}

/// How many bytes may be read again, for each byte of a text: calls within calls are read at every level.
const READ_AGAIN: usize = 8;
/// How many more, whatever the text.
const READ_FREE: usize = 256 << 10;

/// The tree with the tokens of its macro calls read, where they can be; none when that takes too long.
pub(super) fn read_calls(tree: Tree) -> Option<Tree> {
    let Some(mut kinds) = Kinds::of(&tree) else { return Some(tree) };
    if !tree.kinds.contains(&kinds.call) {
        return Some(tree);
    }
    let nodes = tree.len() * 2;
    let mut builder = TreeBuilder::like(&tree, nodes);
    kinds.copy(&tree, 0..tree.len() as u32, 0, false, &mut builder);
    kinds.left.is_some().then(|| builder.finish())
}

struct Kinds {
    /// How many bytes may still be read again; none when that was not enough.
    left: Option<usize>,
    call: u16,
    tokens: u16,
}

impl Kinds {
    fn of(tree: &Tree) -> Option<Self> {
        let vocabulary = tree.dialect().vocabulary();
        let left = Some(READ_AGAIN * tree.span().len() as usize + READ_FREE);
        Some(Self { left, call: vocabulary.kind("macro_invocation")?.0, tokens: vocabulary.kind("token_tree")?.0 })
    }

    /// Copies nodes whose bytes are `shift`, which may wrap, further on in the text of `builder`; those of a reading have no role there.
    fn copy(&mut self, tree: &Tree, nodes: Range<u32>, shift: u32, reading: bool, builder: &mut TreeBuilder) {
        let mut open: Vec<u32> = Vec::new();
        let mut id = nodes.start;
        while id < nodes.end {
            while open.pop_if(|end| *end <= id).is_some() {
                builder.close();
            }
            let node = tree.node(NodeId(id));
            let moved = |at: u32| at.wrapping_add(shift);
            let field = if open.is_empty() && reading { 0 } else { node.field_id().map_or(0, |field| field.0) };
            builder.open(node.raw().0, field, node.flags(), Span::new(moved(node.start()), moved(node.end())));
            let end = tree.rows[id as usize].subtree_end;
            open.push(end);
            if node.raw().0 == self.tokens
                && node.parent().is_some_and(|parent| parent.raw().0 == self.call)
                && let Some((read, inner)) = self.read(tree, id)
            {
                let (first, last) = (id + 1, end - 1);
                self.copy_token(tree, first, shift, builder);
                let base = tree.rows[first as usize].end.wrapping_add(shift).wrapping_sub(inner.base);
                stacker::maybe_grow(96 * 1024, 1024 * 1024, || self.copy(&read, inner.nodes, base, true, builder));
                self.copy_token(tree, last, shift, builder);
                id = end;
                continue;
            }
            id += 1;
        }
        for _ in open {
            builder.close();
        }
    }

    fn copy_token(&self, tree: &Tree, id: u32, shift: u32, builder: &mut TreeBuilder) {
        let _ = self;
        let node = tree.node(NodeId(id));
        let moved = |at: u32| at.wrapping_add(shift);
        builder.open(node.raw().0, 0, node.flags(), Span::new(moved(node.start()), moved(node.end())));
        builder.close();
    }

    /// The tree of a reading of the token tree `id` and the nodes of it that take the tokens' place.
    fn read(&mut self, tree: &Tree, id: u32) -> Option<(Tree, Inner)> {
        let end = tree.rows[id as usize].subtree_end;
        // Empty brackets have nothing to read, and what is broken stays so.
        if end < id + 4 || (id..end).any(|id| tree.node(NodeId(id)).is_error() || tree.node(NodeId(id)).is_missing()) {
            return None;
        }
        let inner = Span::new(tree.rows[id as usize + 1].end, tree.rows[end as usize - 1].start);
        let text = tree.slice(inner);
        READINGS.into_iter().find_map(|reading| {
            self.left = self.left?.checked_sub(text.len());
            self.left?;
            reading.of(text, tree)
        })
    }
}

/// Where the nodes of a reading are, and where its text starts in the frame.
struct Inner {
    nodes: Range<u32>,
    base: u32,
}

impl Reading {
    fn of(self, text: &str, tree: &Tree) -> Option<(Tree, Inner)> {
        let (before, after, kind) = self.frame();
        let mut framed = tolerant::parse_as_is(&format!("{before}{text}{after}").into(), tree.dialect())?;
        if framed.nodes().any(|node| node.is_error() || node.is_missing()) {
            return None;
        }
        grammar_workarounds::raw_strings(&mut framed);
        let span = Span::new(before.len() as u32 - 1, (before.len() + text.len()) as u32 + 1);
        let holder = framed.nodes().find(|node| node.span() == span && node.raw_name() == kind)?;
        let last = holder.children().filter(|child| !child.is_extra()).last();
        let fits = match self {
            Self::List => true,
            Self::Repeat => holder.has_token(";"),
            Self::Statements => last.is_none_or(|last| last.raw_name() != "attribute_item"),
        };
        if !fits || framed.nodes().any(is_no_rust) {
            return None;
        }
        let end = holder.subtree_end().0;
        let nodes = holder.id().0 + 2..end - 1;
        Some((framed, Inner { nodes, base: before.len() as u32 }))
    }
}

/// Whether the grammar takes more there than Rust has, which tells that the tokens mean something of the macro's own.
fn is_no_rust(node: Node<'_>) -> bool {
    const COMPARISONS: &[&str] = &["<", ">", "<=", ">=", "==", "!="];
    let within = || node.parent().and_then(Node::parent).map_or("", Node::raw_name);
    let child = |kind: &str, tokens: &[&str]| {
        node.children().any(|child| child.raw_name() == kind && tokens.iter().any(|token| child.has_token(token)))
    };
    match node.raw_name() {
        // Neither `a < b > c` nor `a..b..c` nor `a...b`.
        "binary_expression" => {
            COMPARISONS.iter().any(|token| node.has_token(token)) && child("binary_expression", COMPARISONS)
        }
        "range_expression" => {
            let first = node.children_with_tokens().find(|child| !child.is_extra());
            node.has_token("...") || first.is_some_and(|first| first.raw_name() == "range_expression")
        }
        "function_signature_item" | "associated_type" => !matches!(within(), "trait_item" | "foreign_mod_item"),
        "static_item" => {
            node.has_token("ref") || within() != "foreign_mod_item" && node.child_by_field("value").is_none()
        }
        // `break 'a: loop {}`
        "break_expression" => {
            let value = node.children().find(|child| !child.is_extra());
            value.and_then(|value| value.children().next()).is_some_and(|label| label.raw_name() == "label")
        }
        // `A { ..b, }`
        "base_field_initializer" => node.next_sibling().is_some_and(|next| next.raw_name() == ","),
        "impl_item" => node.child_by_field("body").is_none(),
        "enum_variant" => node.children().any(|child| child.raw_name() == "visibility_modifier"),
        "self_parameter" => within() == "function_type",
        "field_identifier" if node.text() == "_" => true,
        "identifier" | "type_identifier" | "field_identifier" | "shorthand_field_identifier" => {
            is_keyword(node.text()) && !node.parent().is_some_and(|parent| holds_any_word(parent.raw_name()))
        }
        "const_item" => within() != "trait_item" && node.child_by_field("value").is_none(),
        _ => false,
    }
}

/// Whether the words in a node of that kind need not be names: `'static`, `#[unsafe(a)]`, tokens of a macro.
fn holds_any_word(kind: &str) -> bool {
    matches!(kind, "lifetime" | "label" | "attribute") || kind.starts_with("token_")
}

/// Whether a word is no name; the grammar takes any word for one where no keyword of its own can stand.
fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
        "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.contains(&word)
}
