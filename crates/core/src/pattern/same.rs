//! Equality of two pieces of code, for a metavariable that occurs twice in a rule.

use crate::budget::Steps;
use crate::ir::Node;

/// True if two nodes of one tree have the same structure and the same text at their leaves.
///
/// If one of two compared nodes has no named children, their texts are compared. Both subtrees are walked in parallel,
/// which keeps them aligned because nodes with different numbers of children are different.
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
