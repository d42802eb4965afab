//! The flat pre-order arena that holds one tree.

use std::fmt;
use std::sync::Arc;

use crate::ir::{Comment, Node};
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
        // Starts never fall in pre-order, so the last node that starts at or before the span is the deepest candidate.
        let after = self.starts.partition_point(|start| *start <= span.start);
        let mut node = Node::new(self, NodeId(after.saturating_sub(1) as u32));
        while !node.span().contains(span) {
            let Some(parent) = node.parent() else { break };
            node = parent;
        }
        node
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
    }

    pub(crate) fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            self.tree.subtree_ends[id as usize] = self.tree.kinds.len() as u32;
        }
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

/// Fills a tree that stores only named nodes and few tokens, and puts each comment into the smallest node that strictly contains it.
#[derive(Debug)]
pub(crate) struct StrictBuilder {
    builder: TreeBuilder,
    /// Kind and span of the comments that are still to come, the next one last.
    comments: Vec<(u16, Span)>,
    placed: Vec<Comment>,
    /// The end of the node that was closed last.
    last_end: u32,
}

impl StrictBuilder {
    /// Starts a tree; `comments` in any order.
    pub(crate) fn new(text: Arc<str>, dialect: &'static Dialect, mut comments: Vec<(u16, Span)>) -> Self {
        comments.sort_by_key(|(_, span)| std::cmp::Reverse(span.start));
        let nodes = text.len() / 8;
        let placed = Vec::with_capacity(comments.len());
        let builder = TreeBuilder::new(text, dialect, ParserKind::Strict, nodes);
        Self { builder, comments, placed, last_end: 0 }
    }

    /// Opens a named node with children or tokens.
    pub(crate) fn open(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, Flags::default().with(Flags::NAMED, true), span);
    }

    /// Opens a node that starts no earlier than where the one before it ended, whatever a parser says of broken text.
    fn add(&mut self, kind: u16, field: u16, flags: Flags, span: Span) {
        debug_assert!(kind != 0, "a kind that the grammar lacks");
        let start = span.start.max(self.last_end);
        self.comments_before(start);
        self.builder.open(kind, field, flags, Span::new(start, span.end));
    }

    /// Closes the node opened last, which ends no earlier than what is in it.
    pub(crate) fn close(&mut self) {
        self.close_at(0);
    }

    /// Closes the node opened last, which ends at `end` or later.
    pub(crate) fn close_at(&mut self, end: u32) {
        if let Some(id) = self.builder.open.last().copied() {
            let end = self.builder.tree.ends[id as usize].max(end).max(self.last_end);
            self.builder.tree.ends[id as usize] = end;
            self.comments_before(end);
            self.last_end = end;
        }
        self.builder.close();
    }

    /// The end of the node that was closed last.
    pub(crate) fn last_end(&self) -> u32 {
        self.last_end
    }

    /// Adds a token whose field depends on more than its parent, so that it cannot be lexed.
    pub(crate) fn token(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, Flags::default().with(Flags::OPAQUE, true), span);
        self.builder.close();
        self.last_end = self.last_end.max(span.end);
    }

    /// Adds a named node whose text is one token.
    pub(crate) fn leaf(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, Flags::default().with(Flags::NAMED, true).with(Flags::OPAQUE, true), span);
        self.builder.close();
        self.last_end = self.last_end.max(span.end);
    }

    fn comments_before(&mut self, offset: u32) {
        while let Some((kind, span)) = self.comments.pop_if(|(_, span)| span.start < offset) {
            let id = self.builder.tree.kinds.len() as u32;
            let flags = Flags::default().with(Flags::NAMED, true).with(Flags::EXTRA, true).with(Flags::OPAQUE, true);
            self.builder.open(kind, 0, flags, span);
            self.builder.close();
            self.placed.push(Comment { tree: 0, node: NodeId(id), span });
        }
    }

    /// The tree and its comments in order.
    pub(crate) fn finish(mut self) -> (Tree, Vec<Comment>) {
        while !self.builder.open.is_empty() {
            self.close();
        }
        (self.builder.finish(), self.placed)
    }
}
