//! A tree, stored as flat arrays of nodes in pre-order, and its builder.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use crate::ir::embedded::{Embedding, SegmentMap};
use crate::ir::{Dialect, Node};
use crate::span::Span;

/// The number of a node in its tree, in pre-order. The nodes of a subtree have consecutive numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The grammar's number for the kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawKind(pub u16);

impl RawKind {
    /// The kind of text that tree-sitter could not parse; the same number in every grammar.
    pub const ERROR: Self = Self(u16::MAX);
}

/// The grammar's number for a field: the role of a child in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// The parser that built a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParserKind {
    /// The strict parser of the language, which rejects texts with errors.
    Strict,
    /// tree-sitter, which builds a tree for every text.
    Tolerant,
}

/// The flags of a node: those of tree-sitter and two for nodes whose tokens are lexed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const NAMED: u8 = 1;
    pub(crate) const EXTRA: u8 = 2;
    pub(crate) const MISSING: u8 = 4;
    pub(crate) const ERROR: u8 = 8;
    /// The gaps between its children are not lexed, because its text is one token or its tokens are stored.
    pub(crate) const OPAQUE: u8 = 16;
    /// Its tokens are found by [`crate::ir::Language::token_in_gap`].
    pub(crate) const CUSTOM_TOKENS: u8 = 32;

    pub(crate) const fn of(flags: u8) -> Self {
        Self(flags)
    }

    pub(crate) fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    pub(crate) fn with(self, flag: u8, on: bool) -> Self {
        if on { Self(self.0 | flag) } else { self }
    }
}

/// The stored properties of a node without its kind. Kinds have an array of their own, because walks often read nothing
/// else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeRow {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The number of the parent; the root is its own parent.
    pub(crate) parent: u32,
    /// One past the last number of the subtree.
    pub(crate) subtree_end: u32,
    /// The field in the parent; 0 if it has none.
    pub(crate) field: u16,
    pub(crate) flags: Flags,
}

/// One tree: its text, its language, and its nodes by number.
///
/// All offsets of nodes are offsets in the file. An embedded tree in one segment shares the text of the file. An embedded
/// tree in several segments has their concatenation as its own text, and `map` converts between the two kinds of offsets.
pub struct Tree {
    pub(in crate::ir) text: Arc<str>,
    dialect: &'static Dialect,
    parser: ParserKind,
    /// True if tokens are lexed from the gaps between the nodes.
    pub(in crate::ir) gaps: bool,
    /// Its index among the trees of its file.
    pub(in crate::ir) number: u32,
    /// The offsets of the segments, for an embedded tree of several segments.
    pub(in crate::ir) map: Option<Box<SegmentMap>>,
    /// The location in the host, for an embedded tree.
    pub(in crate::ir) embedding: Option<Box<Embedding>>,
    /// The raw kinds of the nodes, by number.
    pub(crate) kinds: Vec<u16>,
    /// The other properties of the nodes, by number.
    pub(crate) rows: Vec<NodeRow>,
    /// The maximum number of nodes that were open at once while the tree was built.
    depth: u32,
}

/// The allocations for the nodes of a tree.
type NodeMemory = (Vec<u16>, Vec<NodeRow>);

thread_local! {
    /// The allocations of the largest tree that this thread dropped, for reuse by the next tree. Most trees live only while
    /// their file is checked, and fresh pages of memory cost more time than filling them.
    static SPARE_MEMORY: Cell<NodeMemory> = const { Cell::new((Vec::new(), Vec::new())) };
}

/// The maximum capacity in nodes of the allocations that a thread keeps: about a file of a megabyte.
const MAX_SPARE_NODES: usize = 1 << 18;

/// Allocations for a new tree of about `nodes` nodes: those that the thread kept if they are large enough.
fn take_memory(nodes: usize) -> NodeMemory {
    let spare = SPARE_MEMORY.try_with(Cell::take).unwrap_or_default();
    let enough = spare.0.capacity() >= nodes && spare.1.capacity() >= nodes;
    if enough { spare } else { (Vec::with_capacity(nodes), Vec::with_capacity(nodes)) }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let (mut kinds, mut rows) = (std::mem::take(&mut self.kinds), std::mem::take(&mut self.rows));
        kinds.clear();
        rows.clear();
        // Fails only while the thread ends; then nothing is kept.
        let _ = SPARE_MEMORY.try_with(|spare| {
            let kept = spare.take();
            let better = rows.capacity() <= MAX_SPARE_NODES && rows.capacity() > kept.1.capacity();
            spare.set(if better { (kinds, rows) } else { kept });
        });
    }
}

impl Tree {
    /// The root. Every tree has one.
    pub fn root(&self) -> Node<'_> {
        Node::new(self, NodeId(0))
    }

    /// True if its tokens are not stored but lexed from the gaps between its nodes.
    pub(crate) fn has_gaps(&self) -> bool {
        self.gaps
    }

    /// The number of stored nodes and tokens.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The depth of the tree in nodes; it may be greater if the builder rolled back a part of the tree.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Never true: every tree has a root.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The text of the tree in a span of the file; of an embedded tree, without the prefixes that the host puts before its
    /// lines. Empty if the span does not start and end on character boundaries.
    #[inline]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(self.own_span(span).range()).unwrap_or_default()
    }

    /// The bytes of [`Tree::shared_text`] that a span of the file stands for.
    #[inline]
    pub(crate) fn own_span(&self, span: Span) -> Span {
        match &self.map {
            None => span,
            Some(map) => map.own_span(span),
        }
    }

    /// The text that the spans of [`Tree::own_span`] are in.
    pub(crate) fn shared_text(&self) -> &Arc<str> {
        &self.text
    }

    /// Its index among the trees of its file.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The dialect by which it was parsed; its vocabulary names the kinds and fields.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The parser that built it.
    pub fn parser(&self) -> ParserKind {
        self.parser
    }

    /// A node by its number.
    ///
    /// # Panics
    /// If the tree has no node with this number.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        assert!((id.0 as usize) < self.len(), "node {} of a tree of {}", id.0, self.len());
        Node::new(self, id)
    }

    /// All stored nodes and tokens in pre-order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        (0..self.len() as u32).map(|id| Node::new(self, NodeId(id)))
    }

    /// The innermost stored node or token whose span contains `span`.
    pub fn covering(&self, span: Span) -> Node<'_> {
        let mut node = self.last_starting(span.start);
        while !node.span().contains(span) {
            let Some(parent) = node.parent() else { break };
            node = parent;
        }
        node
    }

    /// The stored nodes that lie in `span` and in no other node that does, in order. Ends at a node that starts in the span
    /// and ends after it, which is returned too.
    pub(crate) fn outermost_in(&self, span: Span) -> impl Iterator<Item = Node<'_>> {
        let mut next = self.rows.partition_point(|row| row.start < span.start) as u32;
        std::iter::from_fn(move || {
            loop {
                let row = self.rows.get(next as usize).filter(|row| row.start < span.end)?;
                let node = Node::new(self, NodeId(next));
                if node.span().contains(span) && node.span() != span {
                    next += 1;
                    continue;
                }
                next = if row.end > span.end { u32::MAX } else { row.subtree_end };
                return Some(node);
            }
        })
    }

    /// The span of a node that is deleted, with the attributes that stand before it and with its lines, see
    /// [`Span::with_lines`].
    pub(crate) fn deletion(&self, span: Span) -> Span {
        let node = self.outermost_in(span).find(|node| node.is_named() && node.span() == span);
        let mut start = span.start;
        let attributes = node.map_or_else(Vec::new, |node| node.language().views().attributes(node));
        for attribute in attributes.iter().rev().filter(|attribute| attribute.end() <= span.start) {
            if !self.slice(Span::new(attribute.end(), start)).trim().is_empty() {
                break;
            }
            start = attribute.start();
        }
        self.with_lines(Span::new(start, span.end))
    }

    /// The last node in pre-order that starts at or before `offset`. Starts are ascending in pre-order, so every node that
    /// covers `offset` is this node or an ancestor of it.
    pub(crate) fn last_starting(&self, offset: u32) -> Node<'_> {
        let after = self.rows.partition_point(|row| row.start <= offset);
        Node::new(self, NodeId(after.saturating_sub(1) as u32))
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("dialect", &self.dialect.name)
            .field("parser", &self.parser)
            .field("nodes", &self.len())
            .finish_non_exhaustive()
    }
}

/// Builds a tree in pre-order: `open` a node, add its children, `close` it.
#[derive(Debug)]
pub(crate) struct TreeBuilder {
    tree: Tree,
    /// The number of the innermost open node, if one is open.
    current: u32,
    /// The number of open nodes.
    open: usize,
}

impl TreeBuilder {
    pub(crate) fn new(text: Arc<str>, dialect: &'static Dialect, parser: ParserKind, nodes: usize) -> Self {
        let (kinds, rows) = take_memory(nodes);
        let gaps = parser == ParserKind::Strict;
        let (number, map, embedding) = (0, None, None);
        let tree = Tree { text, dialect, parser, gaps, number, map, embedding, kinds, rows, depth: 0 };
        Self { tree, current: 0, open: 0 }
    }

    /// A builder for another tree of the same text, dialect and parser.
    pub(crate) fn like(tree: &Tree, nodes: usize) -> Self {
        Self::new(tree.text.clone(), tree.dialect, tree.parser, nodes)
    }

    pub(crate) fn open(&mut self, kind: u16, field: u16, flags: Flags, span: Span) {
        self.current = self.leaf(kind, field, flags, span);
        self.open += 1;
        self.tree.depth = self.tree.depth.max(self.open as u32);
    }

    /// Adds a node without children; returns its number.
    pub(crate) fn leaf(&mut self, kind: u16, field: u16, flags: Flags, span: Span) -> u32 {
        let id = self.tree.rows.len() as u32;
        let parent = if self.open == 0 { id } else { self.current };
        self.tree.kinds.push(kind);
        self.tree.rows.push(NodeRow { start: span.start, end: span.end, parent, subtree_end: id + 1, field, flags });
        id
    }

    pub(crate) fn close(&mut self) {
        self.close_at(self.last_open_end());
    }

    /// Closes the innermost open node, which ends at `end`.
    pub(crate) fn close_at(&mut self, end: u32) {
        let after = self.tree.rows.len() as u32;
        if self.open > 0
            && let Some(row) = self.tree.rows.get_mut(self.current as usize)
        {
            row.end = end;
            row.subtree_end = after;
            self.current = row.parent;
            self.open -= 1;
        }
    }

    /// The tree built so far.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The number of open nodes.
    pub(crate) fn open_count(&self) -> usize {
        self.open
    }

    /// The end offset of the innermost open node so far.
    pub(crate) fn last_open_end(&self) -> u32 {
        self.tree.rows.get(self.current as usize).map_or(0, |row| row.end)
    }

    /// Removes all nodes but the first `nodes`, and closes all open nodes but the outermost `open`.
    pub(crate) fn truncate(&mut self, nodes: usize, open: usize) {
        while self.open > open {
            self.close();
        }
        self.tree.kinds.truncate(nodes);
        self.tree.rows.truncate(nodes);
    }

    /// The finished tree. If no node was opened, it gets an ERROR node of the whole text as its root.
    pub(crate) fn finish(mut self) -> Tree {
        if self.tree.is_empty() {
            let span = Span::new(0, self.tree.text.len() as u32);
            let flags = Flags::default().with(Flags::NAMED, true).with(Flags::ERROR, true);
            self.leaf(RawKind::ERROR.0, 0, flags, span);
        }
        while self.open > 0 {
            self.close();
        }
        self.tree
    }
}
