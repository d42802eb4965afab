//! The code and the comments that a suppression without suffix holds for.

use crate::ir::{Kind, Lowered, Node, Tree};
use crate::span::Span;
use crate::suppression::{closing_sign_after, stands_after_code};

/// The reach of the suppressions of one file, with what was found for the last one: consecutive comments lead to the same
/// code.
#[derive(Debug, Default)]
pub(super) struct LineReach {
    below: Gap,
    /// The gap behind an attribute.
    behind_attribute: Gap,
    /// The code that was last found below comments, and the line of the definition that it begins.
    definition: Option<(u32, u32)>,
    /// The last group of comments without an empty line between.
    group: Span,
}

impl LineReach {
    /// The code that a suppression covers, and the comments. Behind code that is its own line. On a line of its own it is
    /// the next line with code, up to the first line of a definition where that begins with attributes, and the comments
    /// directly below.
    pub(super) fn of_directive(&mut self, file: &Lowered, comment: Node<'_>, directive: Span) -> (Span, Span) {
        let (lines, text) = (file.source.lines(), file.source.text());
        let nothing = Span::empty(comment.end());
        if stands_after_code(file, comment) {
            return (lines.span(text, lines.line(comment.start())), nothing);
        }
        let own_line = lines.span(text, lines.line(directive.start));
        let comments = Span::new(own_line.end, self.end_of_group(file, comment).max(own_line.end));
        let mut at = comment.end();
        if let Some(after) = closing_sign_after(file, comment) {
            at += (text[at as usize..].find(after).unwrap_or_default() + after.len()) as u32;
        }
        // The text is searched instead of the tree, so that the result is the same for every parser.
        let tree = comment.tree();
        let at = self.below.end(file, tree, at);
        if at >= tree.span().end {
            return (nothing, comments);
        }
        let last = self.line_of_definition(file, tree, at);
        (Span::new(lines.span(text, lines.line(at)).start, lines.span(text, last).end), comments)
    }

    /// The end of the last line of the comments that follow each other from one on, without an empty line or code between.
    fn end_of_group(&mut self, file: &Lowered, comment: Node<'_>) -> u32 {
        if self.group.range().contains(&(comment.start() as usize)) {
            return self.group.end;
        }
        let lines = file.source.lines();
        let last_line = |node: Node<'_>| lines.line(node.part_span(0..node.text().trim_end().len()).end);
        let mut last = comment;
        let first = file.comments.partition_point(|other| other.span.start <= comment.start());
        for other in &file.comments[first..] {
            let node = file.comment_node(other);
            let is_of_tree = std::ptr::eq(node.tree(), comment.tree());
            if !is_of_tree || lines.line(node.start()) > last_line(last) + 1 || has_code_between(file, last, node) {
                break;
            }
            last = node;
        }
        let end = lines.span(file.source.text(), last_line(last)).end;
        self.group = Span::new(comment.start(), end);
        end
    }

    /// The line of the code at `at` or, where that is an attribute of a definition, the first line of the definition.
    fn line_of_definition(&mut self, file: &Lowered, tree: &Tree, at: u32) -> u32 {
        if let Some((_, line)) = self.definition.filter(|(known, _)| *known == at) {
            return line;
        }
        let mut last = at;
        for _ in 0..MAX_ATTRIBUTES {
            let Some(attribute) = attribute_at(tree, last) else { break };
            let behind = self.behind_attribute.end(file, tree, attribute.end());
            if behind >= tree.span().end {
                break;
            }
            last = behind;
        }
        let line = file.source.lines().line(last);
        self.definition = Some((at, line));
        line
    }
}

/// True if there is more than white space, and the signs around comments, between two comments of one tree.
fn has_code_between(file: &Lowered, above: Node<'_>, below: Node<'_>) -> bool {
    let between = above.tree().slice(Span::new(above.end(), below.start())).trim();
    let closing = closing_sign_after(file, above).and_then(|closing| between.strip_prefix(closing));
    let rest = closing.unwrap_or(between).trim_start();
    !rest.is_empty() && (closing_sign_after(file, below).is_none() || rest.len() > MAX_SIGN_BYTES)
}

/// The most bytes of the sign before a comment that is no code: the `{` of `{/* … */}`.
const MAX_SIGN_BYTES: usize = 1;

/// The most attributes of one definition that are passed.
const MAX_ATTRIBUTES: usize = 32;

/// The most nodes that start at the same place with an attribute.
const MAX_NODES_OF_SIGN: usize = 4;

/// The attribute that starts at a place and is about the code behind it. One with an exclamation mark behind its sign
/// is about the code around it.
fn attribute_at(tree: &Tree, at: u32) -> Option<Node<'_>> {
    let first = tree.covering(Span::new(at, at + 1));
    let mut nodes = [first].into_iter().chain(first.ancestors()).take(MAX_NODES_OF_SIGN);
    nodes
        .find(|node| node.start() == at && node.kind() == Kind::Attribute)
        .filter(|node| node.text().as_bytes().get(1) != Some(&b'!'))
}

/// The last stretch of white space and comments that was skipped.
#[derive(Debug, Default)]
struct Gap {
    from: u32,
    /// The start of the next code, or the end of the tree's text.
    to: u32,
}

impl Gap {
    /// The first byte of a tree's text from `at` on that is neither white space nor comment.
    fn end(&mut self, file: &Lowered, tree: &Tree, mut at: u32) -> u32 {
        if (self.from..self.to).contains(&at) {
            return self.to;
        }
        let text_end = tree.span().end;
        let first = file.comments.partition_point(|other| other.span.start < at);
        self.from = at;
        let mut comments = file.comments[first..].iter().peekable();
        loop {
            let rest = tree.slice(Span::new(at, text_end));
            at = tree.offset_after(at, rest.len() - rest.trim_start().len());
            let Some(other) = comments.next_if(|other| other.span.start <= at) else { break };
            at = at.max(other.span.end);
        }
        self.to = at;
        at
    }
}
