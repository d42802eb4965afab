//! Trees in the text of another tree: where their text stands in the host's, and what an edit of it is there.
//!
//! A tree is made of its own text, and then put in its place in the host: from then on every offset of every node, of an
//! embedded tree too, is one of the host's text. Nothing else is ever handed out, so that no span has to be mapped by
//! those who report it. Only what reads text goes the other way, and only through the tree ([`Tree::slice`]).

mod edit;
#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;

use std::sync::Arc;

use crate::ir::tree::{Tree, TreeBuilder};
use crate::ir::{Dialect, Node, NodeId};
use crate::source::LineIndex;
use crate::span::Span;

/// Code of another language in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    /// The dialect that it is read as.
    pub dialect: &'static Dialect,
    /// Where it stands in the text of its host, in order: its own text is these put together. Only the last one may end
    /// within a line.
    pub segments: Vec<Span>,
    /// What each further line of it starts with in the host (`> `, indentation), which is no part of it.
    pub line_prefix: String,
}

impl Embedded {
    /// Its text.
    pub(crate) fn text(&self, host: &str) -> String {
        self.segments.iter().filter_map(|segment| host.get(segment.range())).collect()
    }

    /// From its first byte in the host to its last.
    pub(crate) fn span(&self) -> Span {
        let (first, last) = (self.segments.first(), self.segments.last());
        first.zip(last).map_or(Span::default(), |(first, last)| first.cover(*last))
    }
}

/// Where an embedded tree stands in its host.
#[derive(Debug)]
pub(in crate::ir) struct Embedding {
    host_span: Span,
    line_prefix: String,
}

/// Where each part of a text stands in the host's text: what lies between two segments there is no part of it.
#[derive(Debug)]
pub(in crate::ir) struct SegmentMap {
    segments: Vec<Segment>,
    /// The length of the text.
    length: u32,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Its first byte in the text.
    own: u32,
    /// Its first byte in the host's text.
    host: u32,
}

impl SegmentMap {
    fn new(segments: &[Span]) -> Self {
        let mut length = 0;
        let segments = segments.iter().map(|span| {
            let segment = Segment { own: length, host: span.start };
            length += span.len();
            segment
        });
        Self { segments: segments.collect(), length }
    }

    /// The place of a byte of the text in the host: at the border of two segments the start of the second, so that what
    /// is between the two goes with the line end before it.
    fn host(&self, own: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.own <= own);
        let segment = after.checked_sub(1).map(|at| self.segments[at]);
        segment.map_or(own, |segment| segment.host + (own - segment.own))
    }

    /// The byte of the text at a place in the host; the nearest border for a place between two segments.
    fn own(&self, host: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.host <= host);
        let Some(segment) = after.checked_sub(1).map(|at| self.segments[at]) else { return 0 };
        let end = self.segments.get(after).map_or(self.length, |next| next.own);
        (segment.own + (host - segment.host)).min(end)
    }

    /// The bytes of the text in a span of the host.
    pub(in crate::ir) fn own_span(&self, host: Span) -> Span {
        Span::new(self.own(host.start), self.own(host.end))
    }

    /// The span in the host of some bytes of the text.
    fn host_span(&self, own: Span) -> Span {
        Span::new(self.host(own.start), self.host(own.end))
    }

    /// The start of the segment that a place in the host is in.
    fn segment_start(&self, host: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.host <= host);
        after.checked_sub(1).map_or(0, |at| self.segments[at].host)
    }
}

impl Tree {
    /// The tree in its place in the text of its host, with the numbers that `nodes` of it have then.
    pub(in crate::ir) fn embed(self, host: &Arc<str>, at: &Embedded, nodes: &mut [NodeId]) -> Self {
        let mut tree = self;
        if let [whole] = &at.segments[..] {
            for row in &mut tree.rows {
                (row.start, row.end) = (row.start + whole.start, row.end + whole.start);
            }
            tree.text = host.clone();
        } else {
            if tree.has_gaps() {
                // A gap is read in one piece of text.
                tree = tree.with_tokens(nodes);
            }
            let map = SegmentMap::new(&at.segments);
            for row in &mut tree.rows {
                (row.start, row.end) = (map.host(row.start), map.host(row.end));
            }
            tree.map = Some(Box::new(map));
        }
        tree.embedding = Some(Box::new(Embedding { host_span: at.span(), line_prefix: at.line_prefix.clone() }));
        tree
    }

    /// The same tree with its tokens stored, and the numbers that `nodes` have there.
    fn with_tokens(&self, nodes: &mut [NodeId]) -> Self {
        let mut builder = TreeBuilder::like(self, self.len() * 2);
        let mut numbers = Vec::with_capacity(self.len());
        let mut open: Vec<Node<'_>> = Vec::new();
        for node in self.root().subtree() {
            while open.pop_if(|last| !last.encloses(node)).is_some() {
                builder.close();
            }
            let field = node.field_id().map_or(0, |field| field.0);
            if node.is_lexed() {
                builder.leaf(node.raw().0, field, node.flags(), node.span());
            } else {
                numbers.push(NodeId(builder.tree().len() as u32));
                builder.open(node.raw().0, field, node.flags(), node.span());
                open.push(node);
            }
        }
        for node in nodes {
            *node = numbers.get(node.0 as usize).copied().unwrap_or(*node);
        }
        let mut tree = builder.finish();
        tree.gaps = false;
        tree
    }

    /// Whether its text is a part of another tree's.
    pub fn is_embedded(&self) -> bool {
        self.embedding.is_some()
    }

    /// From its first byte in the host to its last; all of the text for a host.
    pub fn span(&self) -> Span {
        self.embedding.as_ref().map_or(Span::new(0, self.text.len() as u32), |embedding| embedding.host_span)
    }

    /// What stands before a place in its text.
    pub(crate) fn text_before(&self, offset: u32) -> &str {
        self.slice(Span::new(self.span().start.min(offset), offset))
    }

    /// Where the line of a place starts, by the lines of its file: what stands before its text there is none of it.
    pub(crate) fn line_start(&self, lines: &LineIndex, offset: u32) -> u32 {
        let line = lines.start(lines.line(offset));
        match (&self.map, &self.embedding) {
            (Some(map), _) => map.segment_start(offset).max(line),
            (None, Some(embedding)) => embedding.host_span.start.max(line),
            (None, None) => line,
        }
    }

    /// The place that is so many bytes of its text after another.
    pub(crate) fn place_after(&self, offset: u32, bytes: usize) -> u32 {
        match &self.map {
            Some(map) => map.host(map.own(offset) + bytes as u32),
            None => offset + bytes as u32,
        }
    }

    /// What goes when a span is deleted: its lines, when nothing else of this tree stands on them.
    pub fn with_lines(&self, span: Span) -> Span {
        match (&self.map, &self.embedding) {
            (Some(map), _) => map.host_span(map.own_span(span).with_lines(&self.text)),
            (None, Some(embedding)) => {
                let from = embedding.host_span.start;
                let own = Span::new(span.start - from, span.end - from);
                own.with_lines(self.slice(embedding.host_span)).shifted(from)
            }
            (None, None) => span.with_lines(&self.text),
        }
    }
}
