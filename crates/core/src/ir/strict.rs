//! What strict parsers fill: a tree of named nodes and few tokens, with each comment in the smallest node that strictly
//! contains it.

use std::sync::Arc;

use crate::ir::tree::{Flags, NodeId, ParserKind, Tree, TreeBuilder};
use crate::ir::{Comment, Dialect, Node};
use crate::span::Span;

/// A named part of a comment: kind, field, span, and whether its text is one token.
pub(crate) type CommentPart = (u16, u16, Span, bool);

/// Finds the named parts of a comment of that kind and span in a text.
pub(crate) type CommentParts = fn(&str, u16, Span) -> Vec<CommentPart>;

/// Fills a tree that stores only named nodes and few tokens, and puts each comment into the smallest node that strictly contains it.
#[derive(Debug)]
pub(crate) struct StrictBuilder {
    builder: TreeBuilder,
    /// Kind and span of the comments in order.
    comments: Vec<(u16, Span)>,
    /// The first comment that is still to come.
    next_comment: usize,
    /// Where that one starts, or the largest number.
    next_start: u32,
    placed: Vec<Comment>,
    /// The end of the node that was closed last.
    last_end: u32,
    /// The named parts of a comment, where the grammar gives it some.
    parts: Option<CommentParts>,
}

/// A place to which [`StrictBuilder::rollback`] returns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuilderMark {
    nodes: usize,
    open: usize,
    next_comment: usize,
    placed: usize,
    last_end: u32,
}

const NAMED: Flags = Flags::of(Flags::NAMED);
const LEAF: Flags = Flags::of(Flags::NAMED | Flags::OPAQUE);
const OWN_RULE: Flags = Flags::of(Flags::NAMED | Flags::OWN_RULE);

impl StrictBuilder {
    /// Starts a tree; `comments` in any order.
    pub(crate) fn new(text: Arc<str>, dialect: &'static Dialect, mut comments: Vec<(u16, Span)>) -> Self {
        comments.sort_by_key(|(_, span)| span.start);
        let nodes = text.len() / 8;
        let placed = Vec::with_capacity(comments.len());
        let builder = TreeBuilder::new(text, dialect, ParserKind::Strict, nodes);
        let mut new = Self { builder, comments, next_comment: 0, next_start: 0, placed, last_end: 0, parts: None };
        new.advance_to_comment(0);
        new
    }

    /// Gives comments named parts, which makes their tokens a matter of the language's own rule.
    pub(crate) fn with_comment_parts(self, parts: CommentParts) -> Self {
        Self { parts: Some(parts), ..self }
    }

    /// Opens a named node with children or tokens.
    pub(crate) fn open(&mut self, kind: u16, field: u16, span: Span) {
        let start = self.start_of(kind, span);
        self.builder.open(kind, field, NAMED, Span::new(start, span.end));
    }

    /// Where a node starts: no earlier than where the one before it ended, whatever a parser says of broken text. What
    /// comments stand before it are placed.
    fn start_of(&mut self, kind: u16, span: Span) -> u32 {
        debug_assert!(kind != 0, "a kind that the grammar lacks");
        let start = span.start.max(self.last_end);
        self.comments_before(start);
        start
    }

    /// Opens a named node whose end [`StrictBuilder::close_at`] will say.
    pub(crate) fn open_at(&mut self, kind: u16, field: u16, start: u32) {
        self.open(kind, field, Span::empty(start));
    }

    /// The same for a node whose tokens the language's own rule finds.
    pub(crate) fn open_own_rule_at(&mut self, kind: u16, field: u16, start: u32) {
        let start = self.start_of(kind, Span::empty(start));
        self.builder.open(kind, field, OWN_RULE, Span::empty(start));
    }

    /// Closes the node opened last, which ends no earlier than what is in it.
    pub(crate) fn close(&mut self) {
        self.close_at(0);
    }

    /// Closes the node opened last, which ends at `end` or later.
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

    /// Adds a token whose field depends on more than its parent, so that it cannot be lexed.
    pub(crate) fn token(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, Flags::of(Flags::OPAQUE), span);
    }

    /// Adds a named node whose text is one token.
    pub(crate) fn leaf(&mut self, kind: u16, field: u16, span: Span) {
        self.add(kind, field, LEAF, span);
    }

    fn add(&mut self, kind: u16, field: u16, flags: Flags, span: Span) {
        let start = self.start_of(kind, span);
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
            let tokens = if parts.is_some() { Flags::OWN_RULE } else { Flags::OPAQUE };
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

    /// The present place.
    pub(crate) fn mark(&self) -> BuilderMark {
        BuilderMark {
            nodes: self.builder.tree().len(),
            open: self.builder.open_count(),
            next_comment: self.next_comment,
            placed: self.placed.len(),
            last_end: self.last_end,
        }
    }

    /// Forgets everything since the mark. The nodes that were open then must still be.
    pub(crate) fn rollback(&mut self, mark: BuilderMark) {
        self.builder.truncate(mark.nodes, mark.open);
        self.advance_to_comment(mark.next_comment);
        self.placed.truncate(mark.placed);
        self.last_end = mark.last_end;
    }

    /// Puts what stands below the root of a tolerant tree of the text from `offset` on here, tokens and comments too.
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

    /// The tree and its comments in order.
    pub(crate) fn finish(mut self) -> (Tree, Vec<Comment>) {
        while self.builder.open_count() > 0 {
            self.close();
        }
        (self.builder.finish(), self.placed)
    }
}
