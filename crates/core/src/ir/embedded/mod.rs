//! Embedded trees: code in the text of another file, such as the code blocks of Markdown.
//!
//! The text of an embedded tree is cut out of its host and parsed alone. Then all offsets in the tree are converted to
//! offsets in the host ([`Tree::embed`]), so that all spans that rules see are spans of the file and need no conversion.
//! Only reading text needs the opposite direction, and [`Tree::slice`] does it.

mod edit;
#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;

use std::sync::Arc;

use crate::ir::tree::{Tree, TreeBuilder};
use crate::ir::{Dialect, Node, NodeId};
use crate::source::LineIndex;
use crate::span::Span;

/// Code of another language in a text: the location of its parts and the dialect to parse it by.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    /// The dialect by which it is parsed.
    pub dialect: &'static Dialect,
    /// Its parts in the text of the host, in order; its text is their concatenation. Every segment but the last must end
    /// at the end of a line.
    pub segments: Vec<Span>,
    /// The text before each of its lines but the first in the host (`> `, indentation), which is not part of the code.
    pub line_prefix: String,
}

impl Embedded {
    /// Its text: the concatenation of its segments.
    pub(crate) fn text(&self, host: &str) -> String {
        self.segments.iter().filter_map(|segment| host.get(segment.range())).collect()
    }

    /// The span in the host from its first byte to its last.
    pub(crate) fn span(&self) -> Span {
        let (first, last) = (self.segments.first(), self.segments.last());
        first.zip(last).map_or(Span::default(), |(first, last)| first.cover(*last))
    }
}

/// The location of an embedded tree in its host.
#[derive(Debug)]
pub(in crate::ir) struct Embedding {
    host_span: Span,
    line_prefix: String,
}

/// A map between the offsets of a text made of segments and the offsets of its host. Bytes of the host between two
/// segments are not part of the text.
#[derive(Debug)]
pub(in crate::ir) struct SegmentMap {
    segments: Vec<Segment>,
    /// The length of the text in bytes.
    length: u32,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    /// The offset of its first byte in the text.
    own: u32,
    /// The offset of its first byte in the host.
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

    /// The offset in the host of an offset in the text. The border of two segments becomes the start of the second one, so
    /// that a span up to a line end includes the prefix of the next line in the host.
    fn host_offset(&self, own: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.own <= own);
        let segment = after.checked_sub(1).map(|at| self.segments[at]);
        segment.map_or(own, |segment| segment.host + (own - segment.own))
    }

    /// The offset in the text of an offset in the host; an offset between two segments becomes their border.
    fn text_offset(&self, host: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.host <= host);
        let Some(segment) = after.checked_sub(1).map(|at| self.segments[at]) else { return 0 };
        let end = self.segments.get(after).map_or(self.length, |next| next.own);
        (segment.own + (host - segment.host)).min(end)
    }

    /// The span in the text of a span in the host.
    pub(in crate::ir) fn own_span(&self, host: Span) -> Span {
        Span::new(self.text_offset(host.start), self.text_offset(host.end))
    }

    /// The span in the host of a span in the text.
    fn host_span(&self, own: Span) -> Span {
        Span::new(self.host_offset(own.start), self.host_offset(own.end))
    }

    /// The start in the host of the segment that contains an offset in the host.
    fn segment_start(&self, host: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.host <= host);
        after.checked_sub(1).map_or(0, |at| self.segments[at].host)
    }
}

impl Tree {
    /// Converts all offsets of the tree to offsets in the host. If nodes get other numbers, those in `nodes` are updated.
    pub(in crate::ir) fn embed(self, host: &Arc<str>, at: &Embedded, nodes: &mut [NodeId]) -> Self {
        let mut tree = self;
        if let [whole] = &at.segments[..] {
            for row in &mut tree.rows {
                (row.start, row.end) = (row.start + whole.start, row.end + whole.start);
            }
            tree.text = host.clone();
        } else {
            if tree.has_gaps() {
                // Lexing needs each gap to be contiguous in the text, which it is not in the host, so tokens are stored.
                tree = tree.with_tokens(nodes);
            }
            let map = SegmentMap::new(&at.segments);
            for row in &mut tree.rows {
                (row.start, row.end) = (map.host_offset(row.start), map.host_offset(row.end));
            }
            tree.map = Some(Box::new(map));
        }
        tree.embedding = Some(Box::new(Embedding { host_span: at.span(), line_prefix: at.line_prefix.clone() }));
        tree
    }

    /// The same tree with its tokens stored. The numbers in `nodes` are updated.
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

    /// True if the tree is embedded in a host.
    pub fn is_embedded(&self) -> bool {
        self.embedding.is_some()
    }

    /// The span in the file from the first byte of its text to the last; of a host tree, the whole file.
    pub fn span(&self) -> Span {
        self.embedding.as_ref().map_or(Span::new(0, self.text.len() as u32), |embedding| embedding.host_span)
    }

    /// The text of the tree before an offset.
    pub(crate) fn text_before(&self, offset: u32) -> &str {
        self.slice(Span::new(self.span().start.min(offset), offset))
    }

    /// The offset at which the line of an offset starts in the text of the tree: after the prefix that the host puts
    /// before the line. `lines` are the lines of the file.
    pub(crate) fn line_start(&self, lines: &LineIndex, offset: u32) -> u32 {
        let line = lines.start(lines.line(offset));
        match (&self.map, &self.embedding) {
            (Some(map), _) => map.segment_start(offset).max(line),
            (None, Some(embedding)) => embedding.host_span.start.max(line),
            (None, None) => line,
        }
    }

    /// The offset in the file that is `bytes` bytes of the tree's text after `offset`.
    pub(crate) fn offset_after(&self, offset: u32, bytes: usize) -> u32 {
        match &self.map {
            Some(map) => map.host_offset(map.text_offset(offset) + bytes as u32),
            None => offset + bytes as u32,
        }
    }

    /// The bytes to remove when a span is deleted: its whole lines if the tree has only white space beside it on them. See
    /// [`Span::with_lines`].
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
