//! The flat pre-order arena that holds one tree.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use crate::ir::embedded::{Embedding, SegmentMap};
use crate::ir::{Dialect, Node};
use crate::span::Span;

/// A node's number in its tree, in pre-order: a subtree is a contiguous range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The grammar's number for a node's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawKind(pub u16);

impl RawKind {
    /// Text that the tolerant parser could not place; the same number in every grammar.
    pub const ERROR: Self = Self(u16::MAX);
}

/// The grammar's number for the role of a child in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// Which parser made a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParserKind {
    /// The language's strict parser.
    Strict,
    /// tree-sitter, which accepts everything.
    Tolerant,
}

/// tree-sitter's flags of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const NAMED: u8 = 1;
    pub(crate) const EXTRA: u8 = 2;
    pub(crate) const MISSING: u8 = 4;
    pub(crate) const ERROR: u8 = 8;
    /// Its text is one token: there is nothing to be lexed in it.
    pub(crate) const OPAQUE: u8 = 16;
    /// Its tokens are found by the language's own rule ([`crate::ir::Language::token_in_gap`]).
    pub(crate) const OWN_RULE: u8 = 32;

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

/// What is stored of a node beside its kind, which walks ask for without the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeRow {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The root is its own parent.
    pub(crate) parent: u32,
    /// One past the last node of the subtree.
    pub(crate) subtree_end: u32,
    /// 0 where the node has no field.
    pub(crate) field: u16,
    pub(crate) flags: Flags,
}

/// One tree: its text, its language, and its nodes by number.
///
/// All offsets are those of the file's text. An embedded tree that stands in the file in one piece shares the file's
/// text; one of several segments has these put together as a text of its own, and `map` leads from one to the other.
pub struct Tree {
    pub(in crate::ir) text: Arc<str>,
    dialect: &'static Dialect,
    parser: ParserKind,
    /// Whether tokens are lexed from the gaps between the nodes.
    pub(in crate::ir) gaps: bool,
    /// Its number among the trees of its file.
    pub(in crate::ir) number: u32,
    /// Of an embedded tree that is in several segments of its host.
    pub(in crate::ir) map: Option<Box<SegmentMap>>,
    /// Of an embedded tree.
    pub(in crate::ir) embedding: Option<Box<Embedding>>,
    pub(crate) kinds: Vec<u16>,
    pub(crate) rows: Vec<NodeRow>,
    /// How many nodes were ever open at once.
    depth: u32,
}

/// The memory of a tree's nodes.
type NodeMemory = (Vec<u16>, Vec<NodeRow>);

thread_local! {
    /// The memory of the largest tree that this thread dropped, for the next one: most trees live only as long as their
    /// file is checked, and fresh pages cost more than filling them.
    static SPARE_MEMORY: Cell<NodeMemory> = const { Cell::new((Vec::new(), Vec::new())) };
}

/// How many nodes the memory that a thread keeps may hold: what a file of a megabyte takes.
const MAX_SPARE_NODES: usize = 1 << 18;

/// Memory for the nodes of a new tree.
fn memory(nodes: usize) -> NodeMemory {
    let spare = SPARE_MEMORY.try_with(Cell::take).unwrap_or_default();
    let enough = spare.0.capacity() >= nodes && spare.1.capacity() >= nodes;
    if enough { spare } else { (Vec::with_capacity(nodes), Vec::with_capacity(nodes)) }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let (mut kinds, mut rows) = (std::mem::take(&mut self.kinds), std::mem::take(&mut self.rows));
        kinds.clear();
        rows.clear();
        // A thread that ends has nothing to keep it in.
        let _ = SPARE_MEMORY.try_with(|spare| {
            let known = spare.take();
            let better = rows.capacity() <= MAX_SPARE_NODES && rows.capacity() > known.1.capacity();
            spare.set(if better { (kinds, rows) } else { known });
        });
    }
}

impl Tree {
    /// The root. Every tree has one.
    pub fn root(&self) -> Node<'_> {
        Node::new(self, NodeId(0))
    }

    /// Whether its tokens are not stored but lexed from the gaps between its nodes.
    pub(crate) fn has_gaps(&self) -> bool {
        self.gaps
    }

    /// How many nodes and tokens are stored.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// How many nodes lie one in the other, or more where building took some back.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Never true: every tree has a root.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Its text in a span: of an embedded tree without what the host puts before its lines. Empty when the span does not
    /// lie on character borders.
    #[inline]
    pub fn slice(&self, span: Span) -> &str {
        let own = match &self.map {
            None => span,
            Some(map) => map.own_span(span),
        };
        self.text.get(own.range()).unwrap_or_default()
    }

    /// Its number among the trees of its file.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The dialect whose grammar names its kinds and fields.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Which parser made it.
    pub fn parser(&self) -> ParserKind {
        self.parser
    }

    /// A node by its number.
    ///
    /// # Panics
    /// When the number is not one of this tree.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        assert!((id.0 as usize) < self.len(), "node {} of a tree of {}", id.0, self.len());
        Node::new(self, id)
    }

    /// All stored nodes and tokens in pre-order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        (0..self.len() as u32).map(|id| Node::new(self, NodeId(id)))
    }

    /// The smallest node or token whose span covers `span`.
    pub fn covering(&self, span: Span) -> Node<'_> {
        let mut node = self.last_starting(span.start);
        while !node.span().contains(span) {
            let Some(parent) = node.parent() else { break };
            node = parent;
        }
        node
    }

    /// The last node in pre-order that starts at `offset` or before it: starts never fall, so what covers that place is
    /// this node or encloses it.
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

/// Fills a tree in pre-order: `open` a node, its children, `close` it.
#[derive(Debug)]
pub(crate) struct TreeBuilder {
    tree: Tree,
    /// The innermost open node, if one is open.
    current: u32,
    /// How many nodes are open.
    open: usize,
}

impl TreeBuilder {
    pub(crate) fn new(text: Arc<str>, dialect: &'static Dialect, parser: ParserKind, nodes: usize) -> Self {
        let (kinds, rows) = memory(nodes);
        let gaps = parser == ParserKind::Strict;
        let (number, map, embedding) = (0, None, None);
        let tree = Tree { text, dialect, parser, gaps, number, map, embedding, kinds, rows, depth: 0 };
        Self { tree, current: 0, open: 0 }
    }

    /// For another tree of the same text, dialect and parser.
    pub(crate) fn like(tree: &Tree, nodes: usize) -> Self {
        Self::new(tree.text.clone(), tree.dialect, tree.parser, nodes)
    }

    pub(crate) fn open(&mut self, kind: u16, field: u16, flags: Flags, span: Span) {
        self.current = self.leaf(kind, field, flags, span);
        self.open += 1;
        self.tree.depth = self.tree.depth.max(self.open as u32);
    }

    /// Adds a node with nothing below it; returns its number.
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

    /// Closes the node opened last and says where it ends.
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

    /// What is there so far.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// How many nodes are open.
    pub(crate) fn open_count(&self) -> usize {
        self.open
    }

    /// The end of the node opened last.
    pub(crate) fn last_open_end(&self) -> u32 {
        self.tree.rows.get(self.current as usize).map_or(0, |row| row.end)
    }

    /// Keeps only the first `nodes` nodes, of which the first `open` open ones stay open.
    pub(crate) fn truncate(&mut self, nodes: usize, open: usize) {
        while self.open > open {
            self.close();
        }
        self.tree.kinds.truncate(nodes);
        self.tree.rows.truncate(nodes);
    }

    /// The tree; a root of the whole text is made when nothing was opened.
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
