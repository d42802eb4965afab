//! A handle on one node or token of a tree, and the walks from it.
//!
//! All walks are loops over node numbers without recursion. They count the nodes that they visit, which are charged to
//! the budget of the running rule ([`crate::budget`]).

use std::fmt;
use std::ops::Range;

use crate::budget;
use crate::ir::gaps::GapToken;
use crate::ir::kind::Kind;
use crate::ir::tree::{FieldId, Flags, NodeId, NodeRow, RawKind, Tree};
use crate::ir::{Dialect, Language};
use crate::span::Span;

/// A node or token of a [`Tree`]. Two handles are equal if they refer to the same node or token of the same tree.
///
/// A token that is not stored but lexed from a gap between two nodes is represented by the number of its parent and
/// its own kind and bytes.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    /// The number of the node; of a lexed token, that of its parent.
    id: NodeId,
    /// The first byte of a lexed token; unused for a stored node.
    start: u32,
    /// One past the last byte of a lexed token; unused for a stored node.
    end: u32,
    /// The raw kind of a lexed token; 0, which no token has, for a stored node.
    kind: u16,
    /// The field of a lexed token; unused for a stored node.
    field: u16,
}

impl<'t> Node<'t> {
    pub(crate) fn new(tree: &'t Tree, id: NodeId) -> Self {
        Self { tree, id, start: 0, end: 0, kind: 0, field: 0 }
    }

    fn lexed(tree: &'t Tree, parent: NodeId, token: GapToken) -> Self {
        let lexer = tree.dialect().gap_lexer();
        let field = lexer.field(RawKind(tree.kinds[parent.0 as usize]), token.kind);
        Self { tree, id: parent, start: token.start, end: token.end, kind: token.kind.0, field }
    }

    /// True if it is a token that is not stored but lexed from a gap.
    pub(crate) fn is_lexed(self) -> bool {
        self.kind != 0
    }

    fn index(self) -> usize {
        self.id.0 as usize
    }

    /// Its stored row; of a lexed token, the row of its parent.
    fn row(self) -> &'t NodeRow {
        &self.tree.rows[self.index()]
    }

    fn node_with_id(self, id: u32) -> Self {
        Self::new(self.tree, NodeId(id))
    }

    fn flag(self, flag: u8) -> bool {
        !self.is_lexed() && self.row().flags.has(flag)
    }

    pub(crate) fn flags(self) -> Flags {
        if self.is_lexed() { Flags::default() } else { self.row().flags }
    }

    fn subtree_end_number(self) -> u32 {
        if self.is_lexed() { self.id.0 + 1 } else { self.row().subtree_end }
    }

    /// Its number in the tree. A token that is lexed from a gap has the number of its parent.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its tree.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The dialect of its tree.
    pub fn dialect(self) -> &'static Dialect {
        self.tree.dialect()
    }

    /// The language of its tree.
    pub fn language(self) -> &'static dyn Language {
        self.tree.dialect().language
    }

    /// Its raw kind: the grammar's number of its kind.
    pub fn raw(self) -> RawKind {
        RawKind(if self.is_lexed() { self.kind } else { self.tree.kinds[self.index()] })
    }

    /// The name of its raw kind: `call_expression`; of a token, its text in the grammar.
    pub fn raw_name(self) -> &'static str {
        self.dialect().vocabulary().kind_name(self.raw())
    }

    /// Its shared kind; that of a token is [`Kind::Other`].
    pub fn kind(self) -> Kind {
        if self.is_named() { self.dialect().shared_kind(self) } else { Kind::Other }
    }

    /// The number of its field: its role in its parent.
    pub fn field_id(self) -> Option<FieldId> {
        let field = if self.is_lexed() { self.field } else { self.row().field };
        (field != 0).then_some(FieldId(field))
    }

    /// The name of its field: `body` of the block of a function.
    pub fn field(self) -> Option<&'static str> {
        self.field_id().map(|field| self.dialect().vocabulary().field_name(field))
    }

    /// True if it is a named node of the grammar; tokens such as `(` are not.
    pub fn is_named(self) -> bool {
        self.flag(Flags::NAMED)
    }

    /// tree-sitter's `extra` flag, which comments and ERROR nodes from error recovery have.
    pub fn is_extra(self) -> bool {
        self.flag(Flags::EXTRA)
    }

    /// True if it is not in the text: the parser inserted it to recover from an error (tree-sitter's MISSING).
    pub fn is_missing(self) -> bool {
        self.flag(Flags::MISSING)
    }

    /// True if it is an ERROR node.
    pub fn is_error(self) -> bool {
        self.flag(Flags::ERROR)
    }

    /// Its span in the file.
    pub fn span(self) -> Span {
        if self.is_lexed() {
            return Span { start: self.start, end: self.end };
        }
        let NodeRow { start, end, .. } = *self.row();
        Span { start, end }
    }

    /// The offset of its first byte.
    pub fn start(self) -> u32 {
        if self.is_lexed() { self.start } else { self.row().start }
    }

    /// The offset one past its last byte.
    pub fn end(self) -> u32 {
        if self.is_lexed() { self.end } else { self.row().end }
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        self.tree.slice(self.span())
    }

    /// The span in the file of a part of its text, given as a range of bytes of [`Node::text`].
    pub fn part_span(self, range: Range<usize>) -> Span {
        let start = self.tree.offset_after(self.start(), range.start);
        Span::new(start, self.tree.offset_after(start, range.len()))
    }

    /// The length of its text in bytes.
    #[inline]
    pub(crate) fn text_len(self) -> usize {
        if self.tree.map.is_some() { self.text().len() } else { self.span().len() as usize }
    }

    /// The first byte of its text; none if the text is empty.
    #[inline]
    pub(crate) fn first_byte(self) -> Option<u8> {
        if self.tree.map.is_some() {
            return self.text().bytes().next();
        }
        self.tree.text.as_bytes().get(self.start() as usize).copied()
    }

    /// Its parent; none for the root.
    pub fn parent(self) -> Option<Self> {
        budget::count(1);
        if self.is_lexed() {
            return Some(self.node_with_id(self.id.0));
        }
        let parent = self.row().parent;
        (parent != self.id.0).then(|| self.node_with_id(parent))
    }

    /// Its parent, the parent of that, and so on up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Self> + use<'t> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Its children in order, tokens included. Patterns, `precedes`, `follows` and `nthChild` are defined by this list.
    pub fn children_with_tokens(self) -> Children<'t> {
        Children::new(self, self.id.0 + 1, self.start())
    }

    /// Its named children in order, comments included.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        // Lexing the gaps would give only tokens, which are not named.
        Children { gaps: false, ..self.children_with_tokens() }.filter(|child| child.is_named())
    }

    /// The first child or token with this field.
    pub fn child_by_field_id(self, field: FieldId) -> Option<Self> {
        let children = self.children_with_tokens();
        let gaps = children.gaps && self.dialect().gap_lexer().can_have_field(self.raw(), field);
        Children { gaps, ..children }.find(|child| child.field_id() == Some(field))
    }

    /// The first child or token with this field; none if the dialect has no field of that name.
    #[inline]
    pub fn child_by_field(self, field: &str) -> Option<Self> {
        self.child_by_field_id(self.dialect().vocabulary().field(field)?)
    }

    /// All children and tokens with this field, in order.
    pub fn children_by_field(self, field: &str) -> impl Iterator<Item = Self> + use<'t> {
        let field = self.dialect().vocabulary().field(field);
        self.children_with_tokens().filter(move |child| field.is_some() && child.field_id() == field)
    }

    /// The first named child of this raw kind.
    pub fn child_of_raw_kind(self, raw: &str) -> Option<Self> {
        self.children().find(|child| child.raw_name() == raw)
    }

    /// True if one of its own tokens has this text.
    pub fn has_token(self, text: &str) -> bool {
        self.children_with_tokens().any(|child| !child.is_named() && child.raw_name() == text)
    }

    /// The next sibling node or token.
    pub fn next_sibling(self) -> Option<Self> {
        self.next_siblings().next()
    }

    /// The previous sibling node or token.
    pub fn prev_sibling(self) -> Option<Self> {
        let parent = self.parent()?;
        let before = self.stored_before(parent);
        let tokens = Children {
            next: parent.subtree_end_number(),
            ..Children::new(parent, 0, before.map_or(parent.start(), Self::end))
        };
        let last_token = tokens.take_while(|token| token.start() < self.start()).last();
        last_token.or(before)
    }

    /// The previous sibling that is stored.
    fn stored_before(self, parent: Self) -> Option<Self> {
        let mut before = if self.is_lexed() { self.first_stored_from(self.start) - 1 } else { self.id.0 - 1 };
        if before == parent.id.0 {
            return None;
        }
        while self.tree.rows[before as usize].parent != parent.id.0 {
            budget::count(1);
            before = self.tree.rows[before as usize].parent;
        }
        Some(self.node_with_id(before))
    }

    /// For a lexed token: the number of the first node below its parent that starts at `offset` or later, or the end of the
    /// subtree.
    fn first_stored_from(self, offset: u32) -> u32 {
        let first = self.id.0 + 1;
        let end = self.row().subtree_end;
        first + self.tree.rows[first as usize..end as usize].partition_point(|row| row.start < offset) as u32
    }

    /// The siblings after it in order, tokens included.
    pub fn next_siblings(self) -> Children<'t> {
        match self.parent() {
            Some(parent) if self.is_lexed() => Children::new(parent, self.first_stored_from(self.end), self.end),
            Some(parent) => Children::new(parent, self.subtree_end_number(), self.end()),
            None => Children { next: 0, end: 0, gaps: false, ..Children::new(self, 0, 0) },
        }
    }

    /// The siblings before it, the nearest first, tokens included.
    pub fn prev_siblings(self) -> impl Iterator<Item = Self> + use<'t> {
        std::iter::successors(self.prev_sibling(), |node| node.prev_sibling())
    }

    /// All nodes and tokens below it in pre-order, without itself.
    pub fn descendants(self) -> Descendants<'t> {
        let children = self.children_with_tokens();
        Descendants {
            tree: self.tree,
            next: self.id.0 + 1,
            end: self.subtree_end_number(),
            open: Vec::new(),
            children,
            entered: false,
        }
    }

    /// Itself and all nodes and tokens below it in pre-order.
    pub fn subtree(self) -> impl Iterator<Item = Self> + use<'t> {
        std::iter::once(self).chain(self.descendants())
    }

    /// Itself and the stored nodes below it in pre-order. Of a lexed token, its parent alone.
    pub(crate) fn stored(self) -> impl Iterator<Item = Self> + use<'t> {
        (self.id.0..self.subtree_end_number()).map(move |id| self.node_with_id(id))
    }

    /// True if `other` is this node or is below it.
    pub fn encloses(self, other: Self) -> bool {
        std::ptr::eq(self.tree, other.tree)
            && (self == other || (!self.is_lexed() && (self.id.0..self.subtree_end_number()).contains(&other.id.0)))
    }

    /// One past the last number in its subtree: the next node in pre-order that is not below it.
    pub fn subtree_end(self) -> NodeId {
        NodeId(self.subtree_end_number())
    }

    /// True if it has neither children nor tokens.
    pub fn is_leaf(self) -> bool {
        let has_stored = self.subtree_end_number() > self.id.0 + 1;
        !has_stored && (self.is_lexed() || !self.tree.has_gaps() || self.children_with_tokens().next().is_none())
    }

    /// True if it has no named children.
    pub fn is_named_leaf(self) -> bool {
        self.children().next().is_none()
    }

    /// Its tokens in order: the leaves below it, or itself when it is one.
    pub fn tokens(self) -> impl Iterator<Item = Self> + use<'t> {
        self.subtree().filter(|node| node.is_leaf())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && (self.id, self.kind, self.start) == (other.id, other.kind, other.start)
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}..{}", self.raw_name(), self.start(), self.end())
    }
}

/// The identity of a node or token without a reference to its tree, for storing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeKey {
    id: NodeId,
    start: u32,
    end: u32,
    kind: u16,
    field: u16,
}

impl NodeKey {
    pub(crate) fn of(node: Node<'_>) -> Self {
        let Node { id, start, end, kind, field, .. } = node;
        Self { id, start, end, kind, field }
    }

    /// The node or token; `tree` must be the tree that it was taken from.
    pub(crate) fn within(self, tree: &Tree) -> Node<'_> {
        let Self { id, start, end, kind, field } = self;
        Node { tree, id, start, end, kind, field }
    }
}

/// Iterates over the children and tokens of a node by stepping from subtree to subtree.
#[derive(Clone, Debug)]
pub struct Children<'t> {
    parent: Node<'t>,
    /// The number of the next stored child.
    next: u32,
    /// One past the last number below the parent.
    end: u32,
    /// True if tokens are lexed from the gaps between the stored children.
    gaps: bool,
    /// The offset from which on the next token is lexed.
    from: u32,
}

impl<'t> Children<'t> {
    fn new(parent: Node<'t>, next: u32, from: u32) -> Self {
        let gaps = parent.tree.has_gaps() && !parent.is_lexed() && !parent.flag(Flags::OPAQUE);
        let end = parent.subtree_end_number();
        Self { parent, next: if parent.is_lexed() { end } else { next }, end, gaps, from }
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let tree = self.parent.tree;
        if self.gaps {
            let to = if self.next < self.end { tree.rows[self.next as usize].start } else { self.parent.end() };
            if self.from < to {
                let token = tree.dialect().gap_lexer().token_in_gap(self.parent, self.from, to);
                let read = token.map_or(to, |token| token.end) - self.from;
                budget::count_text(read as usize);
                self.from += read;
                if let Some(token) = token {
                    budget::count(1);
                    return Some(Node::lexed(tree, self.parent.id, token));
                }
            }
        }
        if self.next >= self.end {
            return None;
        }
        budget::count(1);
        let node = Node::new(tree, NodeId(self.next));
        let row = node.row();
        (self.next, self.from) = (row.subtree_end, row.end);
        Some(node)
    }
}

/// Iterates over all nodes and tokens below a node in pre-order.
#[derive(Clone, Debug)]
pub struct Descendants<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
    /// The remaining children of the enclosing nodes; used only if tokens are lexed.
    open: Vec<Children<'t>>,
    /// The remaining children of the innermost node; used only if tokens are lexed.
    children: Children<'t>,
    /// True if `children` are those of the node that was returned last.
    entered: bool,
}

impl Descendants<'_> {
    /// Skips all nodes below the node that was returned last.
    pub fn skip_below(&mut self) {
        if !self.tree.has_gaps() {
            self.next = self.tree.rows[self.next as usize - 1].subtree_end;
        } else if let Some(children) = self.open.pop_if(|_| self.entered) {
            self.children = children;
            self.entered = false;
        }
    }
}

impl<'t> Iterator for Descendants<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if !self.tree.has_gaps() {
            budget::count(1);
            let id = self.next;
            self.next += 1;
            return (id < self.end).then(|| Node::new(self.tree, NodeId(id)));
        }
        loop {
            if let Some(node) = self.children.next() {
                self.entered = !node.is_lexed();
                if self.entered {
                    self.open.push(std::mem::replace(&mut self.children, node.children_with_tokens()));
                }
                return Some(node);
            }
            self.children = self.open.pop()?;
        }
    }
}
