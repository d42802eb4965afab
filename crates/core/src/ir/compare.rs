//! Comparison of two trees of one text, tokens included: the check that two parsers give the same tree.

use crate::ir::{Node, Tree};

/// A place at which two trees of one text differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The raw kind of the node whose children differ; empty for the root itself.
    pub context: &'static str,
    /// The child of the left tree at that place; none if there are no more children.
    pub left: Option<NodeSummary>,
    /// The child of the right tree at that place; none if there are no more children.
    pub right: Option<NodeSummary>,
}

/// The properties of a node that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSummary {
    /// The name of its raw kind; of a token, its text.
    pub kind: &'static str,
    /// Its field in its parent.
    pub field: Option<&'static str>,
    /// True if it is a named node.
    pub named: bool,
    /// tree-sitter's `extra` flag.
    pub extra: bool,
    /// Its bytes in the file.
    pub span: crate::span::Span,
}

impl NodeSummary {
    fn of(node: Node<'_>) -> Self {
        Self {
            kind: node.raw_name(),
            field: node.field(),
            named: node.is_named(),
            extra: node.is_extra(),
            span: node.span(),
        }
    }
}

/// True if the nodes have the same properties and the same number of their raw kind: a grammar may have several numbers of
/// one name, and patterns compare the numbers.
fn agree(left: Node<'_>, right: Node<'_>) -> bool {
    left.raw() == right.raw() && NodeSummary::of(left) == NodeSummary::of(right)
}

/// The differences of two trees, and the number of nodes and tokens of the left tree that were compared.
///
/// After a difference the comparison continues with the next pair of children that agree, so that one difference does not
/// hide others.
pub fn compare(left: &Tree, right: &Tree) -> (Vec<Mismatch>, usize) {
    let (mut mismatches, mut count) = (Vec::new(), 1);
    if !agree(left.root(), right.root()) {
        let (one, other) = (NodeSummary::of(left.root()), NodeSummary::of(right.root()));
        mismatches.push(Mismatch { context: "", left: Some(one), right: Some(other) });
    }
    let mut open = vec![(left.root(), right.root())];
    while let Some((left, right)) = open.pop() {
        let lefts: Vec<Node<'_>> = left.children_with_tokens().collect();
        let rights: Vec<Node<'_>> = right.children_with_tokens().collect();
        count += lefts.len();
        let (mut at_left, mut at_right) = (0, 0);
        while at_left < lefts.len() || at_right < rights.len() {
            let (a, b) = (lefts.get(at_left).copied(), rights.get(at_right).copied());
            if let (Some(a), Some(b)) = (a, b)
                && agree(a, b)
            {
                open.push((a, b));
                (at_left, at_right) = (at_left + 1, at_right + 1);
                continue;
            }
            mismatches.push(Mismatch {
                context: left.raw_name(),
                left: a.map(NodeSummary::of),
                right: b.map(NodeSummary::of),
            });
            // Continue with the next pair that agrees, at any distance on either side.
            let next = lefts[at_left..].iter().enumerate().find_map(|(i, a)| {
                let at = rights[at_right..].iter().position(|b| agree(*a, *b))?;
                Some((i, at))
            });
            match next {
                Some((i, at)) => (at_left, at_right) = (at_left + i, at_right + at),
                None => break,
            }
        }
    }
    (mismatches, count)
}
