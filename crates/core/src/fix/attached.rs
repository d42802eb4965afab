//! Attributes, documentation and suppressions that would stand on something else once what they stand on is deleted.

use crate::diagnostic::Edit;
use crate::ir::view::{CommentNode, CommentStyle};
use crate::ir::{Comment, Kind, Lowered, Node, Tree};
use crate::span::Span;
use crate::suppression::{self, marker};

/// The reason why a deletion leaves something behind that belongs to what it deletes; none if it leaves nothing.
pub(super) fn left_behind(file: &Lowered, edit: &Edit) -> Option<&'static str> {
    let tree = file.tree_around(edit.span).filter(|_| edit.is_deletion())?;
    let is_code = |node: &Node<'_>| node.is_named() && !matches!(node.kind(), Kind::Comment | Kind::Attribute);
    let deleted = tree.outermost_in(edit.span).find(is_code).filter(|node| edit.span.contains(node.span()))?;
    let attributes = tree.dialect().language.views().attributes(deleted);
    if attributes.iter().any(|attribute| !edit.span.contains(attribute.span())) {
        return Some("an attribute would be left to other code");
    }
    let limits = &file.context.suppressions;
    let above = comments_above(file, tree, edit.span, &attributes).any(|comment| {
        let is_doc = CommentNode::cast(comment).is_some_and(|comment| comment.style() == CommentStyle::Doc);
        is_doc || marker::is_about_a_line(comment, false, limits)
    });
    if above {
        return Some("the comment above would be left to other code");
    }
    let beside = comment_beside(file, tree, edit.span);
    let beside = beside.is_some_and(|comment| marker::is_about_a_line(comment, true, limits));
    beside.then_some("the comment beside it would be left to other code")
}

/// The comments directly above a span that stand on lines of their own, the nearest first. Attributes may stand between
/// them.
fn comments_above<'f>(
    file: &'f Lowered,
    tree: &'f Tree,
    span: Span,
    attributes: &'f [Node<'f>],
) -> impl Iterator<Item = Node<'f>> {
    let after = file.comments.partition_point(|comment| comment.span.end <= span.start);
    let mut at = span.start;
    let is_next = move |comment: &&Comment| {
        let node = file.comment_node(comment);
        let place = with_brackets(node);
        let gap = Span::new(place.end, std::mem::replace(&mut at, place.start));
        let starts_line = || {
            let line_start = tree.line_start(file.source.lines(), place.start);
            holds_only(tree, Span::new(line_start, place.start), &[])
        };
        let is_alone = !suppression::stands_after_code(file, node) || place != comment.span && starts_line();
        is_alone && comment.tree == tree.number() as usize && holds_only(tree, gap, attributes)
    };
    file.comments[..after].iter().rev().take_while(is_next).map(|comment| file.comment_node(comment))
}

/// The span of a comment with the brackets around it if these hold nothing else, as `{/* a */}` in JSX.
fn with_brackets(comment: Node<'_>) -> Span {
    let around = comment.parent().filter(|around| around.parent().is_some() && around.kind() != Kind::Block);
    let holds_nothing_else = |around: &Node<'_>| around.children().all(|child| child.id() == comment.id());
    around.filter(holds_nothing_else).map_or(comment.span(), Node::span)
}

/// True if there is nothing in a span but white space and some of these nodes, which are in order.
fn holds_only(tree: &Tree, span: Span, nodes: &[Node<'_>]) -> bool {
    let is_blank = |start: u32, end: u32| tree.slice(Span::new(start, end)).trim().is_empty();
    let mut at = span.start;
    for node in nodes.iter().filter(|node| span.contains(node.span())) {
        if !is_blank(at, node.start()) {
            return false;
        }
        at = node.end();
    }
    is_blank(at, span.end)
}

/// The comment after a span on its last line, if no other code stands on the lines of the span.
fn comment_beside<'f>(file: &'f Lowered, tree: &Tree, span: Span) -> Option<Node<'f>> {
    let after = file.comments.partition_point(|comment| comment.span.start < span.end);
    let comment = file.comments.get(after).filter(|comment| comment.tree == tree.number() as usize)?;
    let line_start = tree.line_start(file.source.lines(), span.start);
    let around = [Span::new(line_start, span.start), Span::new(span.end, comment.span.start)];
    let is_blank = |span: Span| tree.slice(span).chars().all(|c| c == ' ' || c == '\t');
    let ends_line = tree.slice(span).ends_with(['\n', '\r']);
    (!ends_line && around.into_iter().all(is_blank)).then(|| file.comment_node(comment))
}
