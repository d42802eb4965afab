//! When two pieces of code count as the same, for a metavariable that stands twice in a rule.

use crate::ir::Node;
use crate::pattern::env::Steps;

/// Whether two nodes of one tree have the same structure and the same text at the leaves.
///
/// As soon as one of two nodes that are compared has no named children, their texts decide. Both subtrees are walked in
/// step: as long as they are the same, so are the numbers of children.
pub(crate) fn same(a: Node<'_>, b: Node<'_>, steps: &mut Steps) -> bool {
    let tree = a.tree();
    let end = a.subtree_end();
    let (mut at_a, mut at_b) = (a.id(), b.id());
    while at_a < end {
        if !steps.take(1) {
            return false;
        }
        let (x, y) = (tree.node(at_a), tree.node(at_b));
        if x != y {
            if x.is_named_leaf() || y.is_named_leaf() {
                if x.text() != y.text() {
                    return false;
                }
            } else if x.raw() == y.raw() && x.children_with_tokens().count() == y.children_with_tokens().count() {
                (at_a.0, at_b.0) = (at_a.0 + 1, at_b.0 + 1);
                continue;
            } else {
                return false;
            }
        }
        (at_a, at_b) = (x.subtree_end(), y.subtree_end());
    }
    true
}
