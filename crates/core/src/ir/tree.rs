//! The flat pre-order arena that holds one tree.

use std::fmt;
use std::sync::Arc;

use crate::ir::Node;
use crate::language::Dialect;
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
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const NAMED: u8 = 1;
    pub(crate) const EXTRA: u8 = 2;
    pub(crate) const MISSING: u8 = 4;
    pub(crate) const ERROR: u8 = 8;
    /// Its text is one token: there is nothing to be lexed in it.
    pub(crate) const OPAQUE: u8 = 16;
    /// Its tokens are found by the language's own rule ([`crate::language::Language::token_in_gap`]).
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

/// One tree: its text, its language, and its nodes as a struct of arrays.
pub struct Tree {
    text: Arc<str>,
    dialect: &'static Dialect,
    parser: ParserKind,
    pub(crate) kinds: Vec<u16>,
    /// 0 where the node has no field.
    pub(crate) fields: Vec<u16>,
    pub(crate) flags: Vec<Flags>,
    pub(crate) starts: Vec<u32>,
    pub(crate) ends: Vec<u32>,
    /// The root is its own parent.
    pub(crate) parents: Vec<u32>,
    /// One past the last node of the subtree.
    pub(crate) subtree_ends: Vec<u32>,
    /// How many nodes were ever open at once.
    depth: u32,
}

impl Tree {
    /// The root. Every tree has one.
    pub fn root(&self) -> Node<'_> {
        Node::new(self, NodeId(0))
    }

    /// Whether its tokens are not stored but lexed from the gaps between its nodes.
    pub(crate) fn has_gaps(&self) -> bool {
        self.parser == ParserKind::Strict
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

    /// The text that its spans count in.
    pub fn text(&self) -> &Arc<str> {
        &self.text
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
        let after = self.starts.partition_point(|start| *start <= offset);
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
    open: Vec<u32>,
}

impl TreeBuilder {
    pub(crate) fn new(text: Arc<str>, dialect: &'static Dialect, parser: ParserKind, nodes: usize) -> Self {
        let tree = Tree {
            text,
            dialect,
            parser,
            kinds: Vec::with_capacity(nodes),
            fields: Vec::with_capacity(nodes),
            flags: Vec::with_capacity(nodes),
            starts: Vec::with_capacity(nodes),
            ends: Vec::with_capacity(nodes),
            parents: Vec::with_capacity(nodes),
            subtree_ends: Vec::with_capacity(nodes),
            depth: 0,
        };
        Self { tree, open: Vec::with_capacity(64) }
    }

    pub(crate) fn open(&mut self, kind: u16, field: u16, flags: Flags, span: Span) {
        let id = self.tree.kinds.len() as u32;
        self.tree.kinds.push(kind);
        self.tree.fields.push(field);
        self.tree.flags.push(flags);
        self.tree.starts.push(span.start);
        self.tree.ends.push(span.end);
        self.tree.parents.push(self.open.last().copied().unwrap_or(id));
        self.tree.subtree_ends.push(id + 1);
        self.open.push(id);
        self.tree.depth = self.tree.depth.max(self.open.len() as u32);
    }

    pub(crate) fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            self.tree.subtree_ends[id as usize] = self.tree.kinds.len() as u32;
        }
    }

    /// What is there so far.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// How many nodes are open.
    pub(crate) fn open_count(&self) -> usize {
        self.open.len()
    }

    /// The end of the node opened last.
    pub(crate) fn last_open_end(&self) -> Option<u32> {
        self.open.last().map(|id| self.tree.ends[*id as usize])
    }

    /// Says where the node opened last ends.
    pub(crate) fn set_last_open_end(&mut self, end: u32) {
        if let Some(id) = self.open.last() {
            self.tree.ends[*id as usize] = end;
        }
    }

    /// Keeps only the first `nodes` nodes, of which the first `open` open ones stay open.
    pub(crate) fn truncate(&mut self, nodes: usize, open: usize) {
        let tree = &mut self.tree;
        tree.kinds.truncate(nodes);
        tree.fields.truncate(nodes);
        tree.flags.truncate(nodes);
        tree.starts.truncate(nodes);
        tree.ends.truncate(nodes);
        tree.parents.truncate(nodes);
        tree.subtree_ends.truncate(nodes);
        self.open.truncate(open);
    }

    /// The tree; a root of the whole text is made when nothing was opened.
    pub(crate) fn finish(mut self) -> Tree {
        if self.tree.kinds.is_empty() {
            let span = Span::new(0, self.tree.text.len() as u32);
            let flags = Flags::default().with(Flags::NAMED, true).with(Flags::ERROR, true);
            self.open(RawKind::ERROR.0, 0, flags, span);
        }
        while !self.open.is_empty() {
            self.close();
        }
        self.tree
    }
}
