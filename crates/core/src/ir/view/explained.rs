//! The comments beside a piece of code that may say why it is there.

use crate::budget;
use crate::ir::view::comment;
use crate::ir::{Comment, Lowered, Node};

/// The most comments that are read above a node.
const MAX_COMMENTS_ABOVE: usize = 64;

/// True if a comment for readers stands directly above a node, without an empty line between, or behind its first or last
/// line. A comment behind other code is about that code, and one that only addresses a tool says nothing to readers.
pub fn is_explained(file: &Lowered, node: Node<'_>) -> bool {
    let lines = file.source.lines();
    let (first, last) = (lines.line(node.start()), lines.line(node.end().saturating_sub(1).max(node.start())));
    let above = file.comments.partition_point(|comment| comment.span.start < node.start());
    let mut line = first;
    for comment in file.comments[..above].iter().rev().take(MAX_COMMENTS_ABOVE) {
        budget::count(1);
        let end = lines.line(comment.span.end.saturating_sub(1).max(comment.span.start));
        let is_near = end == line || end + 1 == line;
        if !is_near || end < first && comment::is_trailing(file, file.comment_node(comment)) {
            break;
        }
        if is_for_readers(file, comment) {
            return true;
        }
        line = lines.line(comment.span.start);
    }
    let of_line = |line: u32| {
        let from = file.comments.partition_point(|comment| lines.line(comment.span.start) < line);
        file.comments[from..].iter().take_while(move |comment| lines.line(comment.span.start) == line)
    };
    let is_behind = |comment: &&Comment| comment.span.start >= node.start() && is_for_readers(file, comment);
    of_line(first).take(MAX_COMMENTS_ABOVE).any(|comment| is_behind(&comment))
        || of_line(last).take(MAX_COMMENTS_ABOVE).any(|comment| comment.span.start >= node.end() && is_behind(&comment))
}

fn is_for_readers(file: &Lowered, comment: &Comment) -> bool {
    comment::is_for_readers(file.comment_node(comment))
}
