//! The comments beside a piece of code that may say why it is there.

use crate::budget;
use crate::ir::view::comment;
use crate::ir::{Comment, Lowered, Node};

/// The most comments that are read above a node.
const MAX_COMMENTS_ABOVE: usize = 64;

/// True if a comment for readers stands directly above a node, without an empty line between, or behind its first or last
/// line. A comment behind other code is about that code, and one that only addresses a tool says nothing to readers.
pub fn is_explained(file: &Lowered, node: Node<'_>) -> bool {
    explaining(file, node).next().is_some()
}

/// The text of the comments that explain a node, as in [`is_explained`], in their order; empty if there are none.
pub fn explanation(file: &Lowered, node: Node<'_>) -> String {
    let mut comments: Vec<&Comment> = explaining(file, node).collect();
    comments.sort_by_key(|comment| comment.span.start);
    comments.dedup_by_key(|comment| comment.span.start);
    let texts: Vec<_> = comments.into_iter().map(|comment| comment::text(file.comment_node(comment))).collect();
    texts.join("\n")
}

/// The comments that explain a node: those above it, the nearest first, then those behind it. One on the line of a node of
/// one line comes twice.
fn explaining<'f>(file: &'f Lowered, node: Node<'f>) -> impl Iterator<Item = &'f Comment> {
    let lines = file.source.lines();
    let (first, last) = (lines.line(node.start()), lines.line(node.end().saturating_sub(1).max(node.start())));
    let above = file.comments.partition_point(|comment| comment.span.start < node.start());
    let mut line = first;
    let is_near = move |comment: &&Comment| {
        budget::count(1);
        let end = lines.line(comment.span.end.saturating_sub(1).max(comment.span.start));
        let is_near = end == line || end + 1 == line;
        line = lines.line(comment.span.start);
        is_near && !(end < first && comment::is_trailing(file, file.comment_node(comment)))
    };
    let of_line = move |line: u32| {
        let from = file.comments.partition_point(|comment| lines.line(comment.span.start) < line);
        let of_line = file.comments[from..].iter().take_while(move |comment| lines.line(comment.span.start) == line);
        of_line.take(MAX_COMMENTS_ABOVE)
    };
    let above = file.comments[..above].iter().rev().take(MAX_COMMENTS_ABOVE).take_while(is_near);
    let behind_first = of_line(first).filter(move |comment| comment.span.start >= node.start());
    let behind_last = of_line(last).filter(move |comment| comment.span.start >= node.end());
    above.chain(behind_first).chain(behind_last).filter(|comment| is_for_readers(file, comment))
}

fn is_for_readers(file: &Lowered, comment: &Comment) -> bool {
    comment::is_for_readers(file.comment_node(comment))
}
