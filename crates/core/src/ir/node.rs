//! A handle on one node or token of a tree, and the ways to walk from it. Every walk is a loop over numbers.

use std::fmt;

use crate::ir::kind::Kind;
use crate::ir::tree::{FieldId, Flags, NodeId, RawKind, Tree};
use crate::language::{Dialect, Language};
use crate::span::Span;

/// A node or token of a [`Tree`]. Two handles are equal when they are the same place of the same tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Node<'t> {
    pub(crate) fn new(tree: &'t Tree, id: NodeId) -> Self {
        Self { tree, id }
    }

    fn index(self) -> usize {
        self.id.0 as usize
    }

    fn at(self, id: u32) -> Self {
        Self { tree: self.tree, id: NodeId(id) }
    }

    fn flag(self, flag: u8) -> bool {
        self.tree.flags[self.index()].has(flag)
    }

    /// Its number in the tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tree it belongs to.
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

    /// The grammar's kind.
    pub fn raw(self) -> RawKind {
        RawKind(self.tree.kinds[self.index()])
    }

    /// The grammar's name of its kind (`call_expression`; for a token its text).
    pub fn raw_name(self) -> &'static str {
        self.dialect().vocabulary().kind_name(self.raw())
    }

    /// What it is in every language; a token is [`Kind::Other`].
    pub fn kind(self) -> Kind {
        if self.is_named() { self.dialect().shared_kind(self) } else { Kind::Other }
    }

    /// Its role in its parent.
    pub fn field_id(self) -> Option<FieldId> {
        let field = self.tree.fields[self.index()];
        (field != 0).then_some(FieldId(field))
    }

    /// The grammar's name of its role in its parent.
    pub fn field(self) -> Option<&'static str> {
        self.field_id().map(|field| self.dialect().vocabulary().field_name(field))
    }

    /// Whether the grammar names it; tokens such as `(` are not named.
    pub fn is_named(self) -> bool {
        self.flag(Flags::NAMED)
    }

    /// tree-sitter's `extra` flag: comments, and ERROR nodes made by recovery.
    pub fn is_extra(self) -> bool {
        self.flag(Flags::EXTRA)
    }

    /// Whether the parser made it up to go on.
    pub fn is_missing(self) -> bool {
        self.flag(Flags::MISSING)
    }

    /// Whether it is an ERROR node.
    pub fn is_error(self) -> bool {
        self.flag(Flags::ERROR)
    }

    /// The bytes it stands in.
    pub fn span(self) -> Span {
        Span { start: self.tree.starts[self.index()], end: self.tree.ends[self.index()] }
    }

    /// Its first byte.
    pub fn start(self) -> u32 {
        self.tree.starts[self.index()]
    }

    /// One past its last byte.
    pub fn end(self) -> u32 {
        self.tree.ends[self.index()]
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        self.tree.text().get(self.span().range()).unwrap_or_default()
    }

    /// The node it is a child of.
    pub fn parent(self) -> Option<Self> {
        let parent = self.tree.parents[self.index()];
        (parent != self.id.0).then(|| self.at(parent))
    }

    /// Its parent, that one's parent, and so on to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Self> + use<'t> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Its children and its tokens in order: the one view in which patterns, sibling steps and `nthChild` are decided.
    pub fn children_with_tokens(self) -> Children<'t> {
        Children { tree: self.tree, next: self.id.0 + 1, end: self.tree.subtree_ends[self.index()] }
    }

    /// Its named children in order, comments included.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        self.children_with_tokens().filter(|child| child.is_named())
    }

    /// The first child, a token too, with this role.
    pub fn child_by_field_id(self, field: FieldId) -> Option<Self> {
        self.children_with_tokens().find(|child| child.field_id() == Some(field))
    }

    /// The first child, a token too, with this role; none when the dialect has no such field.
    pub fn child_by_field(self, field: &str) -> Option<Self> {
        self.child_by_field_id(self.dialect().vocabulary().field(field)?)
    }

    /// All children, tokens too, with this role.
    pub fn children_by_field(self, field: &str) -> impl Iterator<Item = Self> + use<'t> {
        let field = self.dialect().vocabulary().field(field);
        self.children_with_tokens().filter(move |child| field.is_some() && child.field_id() == field)
    }

    /// The first named child of this raw kind.
    pub fn child_of_raw_kind(self, raw: &str) -> Option<Self> {
        self.children().find(|child| child.raw_name() == raw)
    }

    /// Whether a token with this text is among its direct children.
    pub fn has_token(self, text: &str) -> bool {
        self.children_with_tokens().any(|child| !child.is_named() && child.raw_name() == text)
    }

    /// The next sibling, a token too.
    pub fn next_sibling(self) -> Option<Self> {
        let next = self.tree.subtree_ends[self.index()];
        let parent = self.parent()?;
        (next < self.tree.subtree_ends[parent.index()]).then(|| self.at(next))
    }

    /// The sibling before, a token too.
    pub fn prev_sibling(self) -> Option<Self> {
        let parent = self.parent()?.id.0;
        let mut before = self.id.0 - 1;
        if before == parent {
            return None;
        }
        while self.tree.parents[before as usize] != parent {
            before = self.tree.parents[before as usize];
        }
        Some(self.at(before))
    }

    /// The siblings after it in order, tokens too.
    pub fn next_siblings(self) -> Children<'t> {
        let end = self.parent().map_or(0, |parent| self.tree.subtree_ends[parent.index()]);
        Children { tree: self.tree, next: self.tree.subtree_ends[self.index()], end }
    }

    /// The siblings before it, nearest first, tokens too.
    pub fn prev_siblings(self) -> impl Iterator<Item = Self> + use<'t> {
        std::iter::successors(self.prev_sibling(), |node| node.prev_sibling())
    }

    /// Everything below it in pre-order, tokens too, itself not.
    pub fn descendants(self) -> impl ExactSizeIterator<Item = Self> + use<'t> {
        (self.id.0 + 1..self.tree.subtree_ends[self.index()]).map(move |id| self.at(id))
    }

    /// Itself and everything below it in pre-order, tokens too.
    pub fn subtree(self) -> impl ExactSizeIterator<Item = Self> + use<'t> {
        (self.id.0..self.tree.subtree_ends[self.index()]).map(move |id| self.at(id))
    }

    /// Whether `other` is this node or below it.
    pub fn encloses(self, other: Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && (self.id.0..self.tree.subtree_ends[self.index()]).contains(&other.id.0)
    }

    /// One past the last number of its subtree: what comes next in pre-order when its inside is passed over.
    pub fn subtree_end(self) -> NodeId {
        NodeId(self.tree.subtree_ends[self.index()])
    }

    /// Whether it has neither children nor tokens.
    pub fn is_leaf(self) -> bool {
        self.tree.subtree_ends[self.index()] == self.id.0 + 1
    }

    /// Whether it has no named children.
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
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}..{}", self.raw_name(), self.start(), self.end())
    }
}

/// The children of one node, tokens too, by stepping from subtree to subtree.
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let node = Node::new(self.tree, NodeId(self.next));
        self.next = self.tree.subtree_ends[self.next as usize];
        Some(node)
    }
}
