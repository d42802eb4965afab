//! When two pieces of code count as the same, for a metavariable that stands twice in a rule.

use crate::budget::Steps;
use crate::ir::Node;

/// Whether two nodes of one tree have the same structure and the same text at the leaves.
///
/// As soon as one of two nodes that are compared has no named children, their texts decide. Both subtrees are walked in
/// step: as long as they are the same, so are the numbers of children.
pub(crate) fn is_same_code(a: Node<'_>, b: Node<'_>, steps: &Steps) -> bool {
    let (mut below_a, mut below_b) = (a.descendants(), b.descendants());
    let (mut x, mut y) = (a, b);
    loop {
        if steps.exhausted() {
            return false;
        }
        if x != y && !x.is_named_leaf() && !y.is_named_leaf() {
            if x.raw() != y.raw() || x.children_with_tokens().count() != y.children_with_tokens().count() {
                return false;
            }
        } else if x != y && x.text() != y.text() {
            return false;
        } else if x == a {
            return true;
        } else {
            below_a.skip_below();
            below_b.skip_below();
        }
        match (below_a.next(), below_b.next()) {
            (Some(next_x), Some(next_y)) => (x, y) = (next_x, next_y),
            _ => return true,
        }
    }
}
