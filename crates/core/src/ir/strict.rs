//! The builder of trees for strict parsers: named nodes and few tokens, with each comment in the smallest node that
//! strictly contains it, as in tree-sitter's trees.

use std::sync::Arc;

use crate::ir::tree::{Flags, NodeId, ParserKind, Tree, TreeBuilder};
use crate::ir::{Comment, Dialect, Node, RawKind};
use crate::span::Span;

/// A named part of a comment: its kind, field and span, and whether its text is one token.
pub(crate) type CommentPart = (u16, u16, Span, bool);

/// A function that finds the named parts of a comment, given the text of the file and the kind and span of the comment.
pub(crate) type CommentParts = fn(&str, u16, Span) -> Vec<CommentPart>;

/// Builds a tree that stores named nodes and few tokens. Comments are given at the start and inserted at their positions.
#[derive(Debug)]
pub(crate) struct StrictBuilder {
    builder: TreeBuilder,
    /// The kind and span of all comments in order.
    comments: Vec<(u16, Span)>,
    /// The index of the first comment that is not inserted yet.
    next_comment: usize,
    /// The start of that comment; `u32::MAX` if there is none.
    next_start: u32,
    /// The comments that are inserted, with their nodes.
    placed: Vec<Comment>,
    /// The end of the node that was closed last.
    last_end: u32,
    /// Finds the named parts of comments, if the grammar has some.
    parts: Option<CommentParts>,
    /// True if there is a node of a kind that the grammar lacks.
    has_foreign: bool,
}

/// A state to which [`StrictBuilder::rollback`] returns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuilderMark {
    nodes: usize,
    open: usize,
    next_comment: usize,
    placed: usize,
    last_end: u32,
    has_foreign: bool,
}

const NAMED: Flags = Flags::of(Flags::NAMED);
const LEAF: Flags = Flags::of(Flags::NAMED | Flags::OPAQUE);
const CUSTOM_TOKENS: Flags = Flags::of(Flags::NAMED | Flags::CUSTOM_TOKENS);
const ERROR: Flags = Flags::of(Flags::NAMED | Flags::EXTRA | Flags::OPAQUE | Flags::ERROR);

impl StrictBuilder {
    /// Starts a tree. The comments (kind and span) may be in any order.
    pub(crate) fn new(text: Arc<str>, dialect: &'static Dialect, mut comments: Vec<(u16, Span)>) -> Self {
        comments.sort_by_key(|(_, span)| span.start);
        let nodes = text.len() / 8;
        let placed = Vec::with_capacity(comments.len());
        let builder = TreeBuilder::new(text, dialect, ParserKind::Strict, nodes);
        let mut new = Self {
            builder,
            comments,
            next_comment: 0,
            next_start: 0,
            placed,
            last_end: 0,
            parts: None,
            has_foreign: false,
        };
        new.advance_to_comment(0);
        new
    }

    /// Sets the function that finds named parts of comments. The tokens of comments are then found by
    /// [`crate::ir::Language::token_in_gap`].
    pub(crate) fn with_comment_parts(self, parts: CommentParts) -> Self {
        Self { parts: Some(parts), ..self }
    }

    /// Opens a named node with children or tokens.
    pub(crate) fn open(&mut self, kind: u16, field: u16, span: Span) {
        let start = self.start_of(span);
        let (kind, flags) = self.known(kind, NAMED);
        self.builder.open(kind, field, flags, Span::new(start, span.end));
    }

    /// The start of a new node: not before the end of the node before it, also if the parser's spans overlap. Inserts the
    /// comments before that start.
    fn start_of(&mut self, span: Span) -> u32 {
        let start = span.start.max(self.last_end);
        self.comments_before(start);
        start
    }

    /// The kind and flags of a new node. One of a kind that the grammar lacks, which has the number 0, becomes an ERROR
    /// node: a parser may read syntax of a related language as well, such as types in JavaScript.
    fn known(&mut self, kind: u16, flags: Flags) -> (u16, Flags) {
        if kind != 0 {
            return (kind, flags);
        }
        self.has_foreign = true;
        (RawKind::ERROR.0, ERROR)
    }

    /// Opens a named node whose end is given later to [`StrictBuilder::close_at`].
    pub(crate) fn open_at(&mut self, kind: u16, field: u16, start: u32) {
        self.open(kind, field, Span::empty(start));
    }

    /// Like [`StrictBuilder::open_at`], for a node whose tokens are found by [`crate::ir::Language::token_in_gap`].
    pub(crate) fn open_custom_tokens_at(&mut self, kind: u16, field: u16, start: u32) {
        let span = Span::empty(self.start_of(Span::empty(start)));
        let (kind, flags) = self.known(kind, CUSTOM_TOKENS);
        self.builder.open(kind, field, flags, span);
    }

    /// Closes the innermost open node at its end, or at the end of its last child if that is later.
    pub(crate) fn close(&mut self) {
        self.close_at(0);
    }

    /// Closes the innermost open node at `end`, or at its end or that of its last child if that is later.
    pub(crate) fn close_at(&mut self, end: u32) {
        let end = end.max(self.last_end).max(self.builder.last_open_end());
        self.comments_before(end);
        self.last_end = end;
        self.builder.close_at(end);
    }

    /// The end of the node that was closed last.
    pub(crate) fn last_end(&self) -> u32 {
        self.last_end
    }

    /// Adds a token that must be stored, because its field cannot be computed from its parent and text when it is lexed.
    pub(crate) fn token(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, Flags::of(Flags::OPAQUE), span);
    }

    /// Adds a named node whose text is one token.
    pub(crate) fn leaf(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, LEAF, span);
    }

    fn add(&mut self, kind: u16, field: u16, flags: Flags, span: Span) {
        let start = self.start_of(span);
        let (kind, flags) = self.known(kind, flags);
        self.builder.leaf(kind, field, flags, Span::new(start, span.end));
        self.last_end = self.last_end.max(span.end);
    }

    #[inline]
    fn comments_before(&mut self, offset: u32) {
        if self.next_start < offset {
            self.place_comments_before(offset);
        }
    }

    #[cold]
    fn place_comments_before(&mut self, offset: u32) {
        while let Some((kind, span)) = self.comments.get(self.next_comment).copied()
            && span.start < offset
        {
            self.advance_to_comment(self.next_comment + 1);
            let id = NodeId(self.builder.tree().len() as u32);
            let parts = self.parts.map(|parts| parts(&self.builder.tree().text, kind, span));
            let tokens = if parts.is_some() { Flags::CUSTOM_TOKENS } else { Flags::OPAQUE };
            self.builder.open(kind, 0, Flags::of(Flags::NAMED | Flags::EXTRA | tokens), span);
            for (kind, field, span, token) in parts.unwrap_or_default() {
                self.builder.leaf(kind, field, if token { LEAF } else { NAMED }, span);
            }
            self.builder.close();
            self.placed.push(Comment { tree: 0, node: id, span });
        }
    }

    fn advance_to_comment(&mut self, next: usize) {
        self.next_comment = next;
        self.next_start = self.comments.get(next).map_or(u32::MAX, |(_, span)| span.start);
    }

    /// The present state.
    pub(crate) fn mark(&self) -> BuilderMark {
        BuilderMark {
            nodes: self.builder.tree().len(),
            open: self.builder.open_count(),
            next_comment: self.next_comment,
            placed: self.placed.len(),
            last_end: self.last_end,
            has_foreign: self.has_foreign,
        }
    }

    /// Returns to the state of `mark`. The nodes that were open then must still be open.
    pub(crate) fn rollback(&mut self, mark: BuilderMark) {
        self.builder.truncate(mark.nodes, mark.open);
        self.advance_to_comment(mark.next_comment);
        self.placed.truncate(mark.placed);
        self.last_end = mark.last_end;
        self.has_foreign = mark.has_foreign;
    }

    /// Copies all nodes, tokens and comments below the root of `tree`, a tolerant tree of a part of the text that starts at
    /// `offset`, to this place.
    pub(crate) fn splice(&mut self, tree: &Tree, offset: u32) {
        self.comments_before(offset);
        let vocabulary = tree.dialect().vocabulary();
        let end = offset + tree.span().len();
        let mut open: Vec<Node<'_>> = Vec::new();
        for node in tree.nodes().skip(1) {
            while open.pop_if(|last| !last.encloses(node)).is_some() {
                self.builder.close();
            }
            let span = node.span().shifted(offset);
            if vocabulary.is_comment(node.raw()) && self.placed.last().is_none_or(|last| !last.span.contains(span)) {
                let id = NodeId(self.builder.tree().len() as u32);
                self.placed.push(Comment { tree: 0, node: id, span });
            }
            let field = node.field_id().map_or(0, |field| field.0);
            self.builder.open(node.raw().0, field, node.flags().with(Flags::OPAQUE, true), span);
            open.push(node);
        }
        for _ in open {
            self.builder.close();
        }
        self.last_end = end;
        while self.next_start < end {
            self.advance_to_comment(self.next_comment + 1);
        }
    }

    /// The finished tree, its comments in order, and true if it has a node of a kind that the grammar lacks.
    pub(crate) fn finish(mut self) -> (Tree, Vec<Comment>, bool) {
        while self.builder.open_count() > 0 {
            self.close();
        }
        (self.builder.finish(), self.placed, self.has_foreign)
    }
}
