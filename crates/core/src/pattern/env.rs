//! What metavariables are bound to while a rule is matched.

use crate::budget::Steps;
use crate::ir::{Node, NodeKey, Tree};
use crate::pattern::same;
use crate::pattern::variable::VarId;

/// The captures of one match. Bindings are only ever appended, so that going back is cutting off.
///
/// All nodes are of one tree; whoever asks names it.
#[derive(Clone, Debug, Default)]
pub struct Env {
    captures: Vec<CapturedSiblings>,
    /// Bindings before this one are hidden.
    floor: usize,
}

/// One node, or as many siblings from the first one on.
#[derive(Clone, Copy, Debug)]
struct CapturedSiblings {
    var: VarId,
    first: NodeKey,
    count: u32,
}

/// What was bound in one place, to be bound again.
#[derive(Clone, Debug, Default)]
pub(crate) struct SavedCaptures(Vec<CapturedSiblings>);

/// A point to go back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnvMark(usize);

/// Where the visible captures began before they were hidden.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floor(usize);

impl Env {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.captures.clear();
        self.floor = 0;
    }

    /// The node that `$NAME` is bound to: the last of several equal ones.
    pub fn one<'t>(&self, var: VarId, tree: &'t Tree) -> Option<Node<'t>> {
        self.find(var).map(|captured| captured.first.within(tree))
    }

    /// The node that `$NAME` was bound to at `mark`.
    pub(crate) fn one_at<'t>(&self, var: VarId, mark: EnvMark, tree: &'t Tree) -> Option<Node<'t>> {
        let bound = self.captures.get(self.floor..mark.0)?.iter().rev().find(|captured| captured.var == var);
        bound.map(|captured| captured.first.within(tree))
    }

    /// The nodes that `$$$NAME` is bound to, separators too; none when it is not bound.
    pub fn many<'t>(&self, var: VarId, tree: &'t Tree) -> Option<impl Iterator<Item = Node<'t>> + use<'t>> {
        self.find(var).map(|captured| siblings(*captured, tree))
    }

    /// Whether the metavariable is bound.
    pub(crate) fn is_captured(&self, var: VarId) -> bool {
        self.find(var).is_some()
    }

    fn find(&self, var: VarId) -> Option<&CapturedSiblings> {
        self.captures[self.floor..].iter().rev().find(|captured| captured.var == var)
    }

    /// Binds `$NAME`, unless it is bound to something that differs.
    pub(crate) fn capture_one(&mut self, var: VarId, node: Node<'_>, steps: &Steps) -> bool {
        let agrees = match self.one(var, node.tree()) {
            Some(bound) => same::is_same_code(bound, node, steps),
            None => true,
        };
        if agrees {
            self.captures.push(CapturedSiblings { var, first: NodeKey::of(node), count: 1 });
        }
        agrees
    }

    /// Binds `$$$NAME` to `count` siblings from `first` on, unless it is bound to a list whose named nodes differ.
    pub(super) fn capture_many(&mut self, var: VarId, first: Node<'_>, count: u32, steps: &Steps) -> bool {
        let tree = first.tree();
        let captured = CapturedSiblings { var, first: NodeKey::of(first), count };
        let agrees = match self.find(var) {
            Some(bound) => {
                let mut bound = siblings(*bound, tree).filter(|node| node.is_named());
                let mut found = siblings(captured, tree).filter(|node| node.is_named());
                loop {
                    match (bound.next(), found.next()) {
                        (None, None) => break true,
                        (Some(a), Some(b)) if same::is_same_code(a, b, steps) => {}
                        _ => break false,
                    }
                }
            }
            None => true,
        };
        if agrees {
            self.captures.push(captured);
        }
        agrees
    }

    pub(crate) fn mark(&self) -> EnvMark {
        EnvMark(self.captures.len())
    }

    pub(crate) fn rollback(&mut self, mark: EnvMark) {
        self.captures.truncate(mark.0);
    }

    /// Copies what was bound since `mark`.
    pub(crate) fn save_since(&self, mark: EnvMark, to: &mut SavedCaptures) {
        to.0.clear();
        to.0.extend_from_slice(self.captures.get(mark.0..).unwrap_or_default());
    }

    /// Binds what was bound before, where nothing of it is bound now.
    pub(crate) fn restore(&mut self, bound: &SavedCaptures) {
        self.captures.extend_from_slice(&bound.0);
    }

    /// Hides all captures until [`Env::unhide`].
    pub(crate) fn hide(&mut self) -> Floor {
        Floor(std::mem::replace(&mut self.floor, self.captures.len()))
    }

    /// Forgets what was bound since `hide`, and shows what was there before.
    pub(crate) fn unhide(&mut self, floor: Floor) {
        self.captures.truncate(self.floor);
        self.floor = floor.0;
    }
}

fn siblings(captured: CapturedSiblings, tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let first = (captured.count > 0).then(|| captured.first.within(tree));
    std::iter::successors(first, |node| node.next_sibling()).take(captured.count as usize)
}
