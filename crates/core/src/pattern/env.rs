//! The captures of metavariables while a rule is matched, with undo.

use crate::budget::Steps;
use crate::ir::{Node, NodeKey, Tree};
use crate::pattern::same;
use crate::pattern::variable::VarId;

/// The captures of one match: for each metavariable, the nodes that it matched.
///
/// Captures are only appended, so that undoing is a truncation. All nodes are of one tree, which the methods that
/// return nodes take as an argument.
#[derive(Clone, Debug, Default)]
pub struct Env {
    captures: Vec<CapturedSiblings>,
    /// The index of the first capture that is not hidden.
    visible_from: usize,
}

/// A capture: one node, or `count` siblings starting with `first`.
#[derive(Clone, Copy, Debug)]
struct CapturedSiblings {
    var: VarId,
    first: NodeKey,
    count: u32,
}

/// A copy of captures, for [`Env::restore`].
#[derive(Clone, Debug, Default)]
pub(crate) struct SavedCaptures(Vec<CapturedSiblings>);

/// A state to which [`Env::rollback`] returns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnvMark(usize);

/// The previous index of the first visible capture, for [`Env::unhide`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct VisibleFrom(usize);

impl Env {
    /// Removes all captures and keeps the allocated memory.
    pub fn clear(&mut self) {
        self.captures.clear();
        self.visible_from = 0;
    }

    /// The node that `$NAME` captured; the last one if it captured several equal ones.
    pub fn one<'t>(&self, var: VarId, tree: &'t Tree) -> Option<Node<'t>> {
        self.find(var).map(|captured| captured.first.within(tree))
    }

    /// The node that `$NAME` had captured at `mark`.
    pub(crate) fn one_at<'t>(&self, var: VarId, mark: EnvMark, tree: &'t Tree) -> Option<Node<'t>> {
        let captured = self.captures.get(self.visible_from..mark.0)?.iter().rev().find(|captured| captured.var == var);
        captured.map(|captured| captured.first.within(tree))
    }

    /// The nodes that `$$$NAME` captured, separators included; none if it captured nothing.
    pub fn many<'t>(&self, var: VarId, tree: &'t Tree) -> Option<impl Iterator<Item = Node<'t>> + use<'t>> {
        self.find(var).map(|captured| siblings(*captured, tree))
    }

    /// True if the metavariable has a capture.
    pub(crate) fn is_captured(&self, var: VarId) -> bool {
        self.find(var).is_some()
    }

    fn find(&self, var: VarId) -> Option<&CapturedSiblings> {
        self.captures[self.visible_from..].iter().rev().find(|captured| captured.var == var)
    }

    /// Captures a node for `$NAME`. Returns false if it has captured different code before.
    pub(crate) fn capture_one(&mut self, var: VarId, node: Node<'_>, steps: &Steps) -> bool {
        let agrees = match self.one(var, node.tree()) {
            Some(earlier) => same::is_same_code(earlier, node, steps),
            None => true,
        };
        if agrees {
            self.captures.push(CapturedSiblings { var, first: NodeKey::of(node), count: 1 });
        }
        agrees
    }

    /// Captures `count` siblings starting with `first` for `$$$NAME`. Returns false if it has captured a list with different
    /// named nodes before.
    pub(super) fn capture_many(&mut self, var: VarId, first: Node<'_>, count: u32, steps: &Steps) -> bool {
        let tree = first.tree();
        let new = CapturedSiblings { var, first: NodeKey::of(first), count };
        let agrees = match self.find(var) {
            Some(earlier) => {
                let mut earlier = siblings(*earlier, tree).filter(|node| node.is_named());
                let mut found = siblings(new, tree).filter(|node| node.is_named());
                loop {
                    match (earlier.next(), found.next()) {
                        (None, None) => break true,
                        (Some(a), Some(b)) if same::is_same_code(a, b, steps) => {}
                        _ => break false,
                    }
                }
            }
            None => true,
        };
        if agrees {
            self.captures.push(new);
        }
        agrees
    }

    /// The present state.
    pub(crate) fn mark(&self) -> EnvMark {
        EnvMark(self.captures.len())
    }

    /// Removes all captures since `mark`.
    pub(crate) fn rollback(&mut self, mark: EnvMark) {
        self.captures.truncate(mark.0);
    }

    /// Copies the captures since `mark` to `to`.
    pub(crate) fn save_since(&self, mark: EnvMark, to: &mut SavedCaptures) {
        to.0.clear();
        to.0.extend_from_slice(self.captures.get(mark.0..).unwrap_or_default());
    }

    /// Appends saved captures. None of their metavariables may have a capture now.
    pub(crate) fn restore(&mut self, saved: &SavedCaptures) {
        self.captures.extend_from_slice(&saved.0);
    }

    /// Hides all captures until [`Env::unhide`].
    pub(crate) fn hide(&mut self) -> VisibleFrom {
        VisibleFrom(std::mem::replace(&mut self.visible_from, self.captures.len()))
    }

    /// Removes the captures since [`Env::hide`] and makes the hidden ones visible again.
    pub(crate) fn unhide(&mut self, before: VisibleFrom) {
        self.captures.truncate(self.visible_from);
        self.visible_from = before.0;
    }
}

fn siblings(captured: CapturedSiblings, tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let first = (captured.count > 0).then(|| captured.first.within(tree));
    std::iter::successors(first, |node| node.next_sibling()).take(captured.count as usize)
}
