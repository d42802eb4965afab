//! What metavariables are bound to while a rule is matched.

use crate::budget::Steps;
use crate::ir::{Node, Place, Tree};
use crate::pattern::same;
use crate::pattern::variable::VarId;

/// The bindings of one match. Bindings are only ever appended, so that going back is cutting off.
///
/// All nodes are of one tree; whoever asks names it.
#[derive(Clone, Debug, Default)]
pub struct Env {
    bindings: Vec<Binding>,
    /// Bindings before this one are hidden.
    floor: usize,
}

/// One node, or as many siblings from the first one on.
#[derive(Clone, Copy, Debug)]
struct Binding {
    var: VarId,
    first: Place,
    count: u32,
}

/// What was bound in one place, to be bound again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound(Vec<Binding>);

/// A point to go back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(usize);

/// Where the visible bindings began before they were hidden.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floor(usize);

impl Env {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.bindings.clear();
        self.floor = 0;
    }

    /// The node that `$NAME` is bound to: the last of several equal ones.
    pub fn one<'t>(&self, var: VarId, tree: &'t Tree) -> Option<Node<'t>> {
        self.find(var).map(|binding| binding.first.within(tree))
    }

    /// The node that `$NAME` was bound to at `mark`.
    pub(crate) fn one_at<'t>(&self, var: VarId, mark: Mark, tree: &'t Tree) -> Option<Node<'t>> {
        let bound = self.bindings.get(self.floor..mark.0)?.iter().rev().find(|binding| binding.var == var);
        bound.map(|binding| binding.first.within(tree))
    }

    /// The nodes that `$$$NAME` is bound to, separators too; none when it is not bound.
    pub fn many<'t>(&self, var: VarId, tree: &'t Tree) -> Option<impl Iterator<Item = Node<'t>> + use<'t>> {
        self.find(var).map(|binding| siblings(*binding, tree))
    }

    /// Whether the metavariable is bound.
    pub(crate) fn is_bound(&self, var: VarId) -> bool {
        self.find(var).is_some()
    }

    fn find(&self, var: VarId) -> Option<&Binding> {
        self.bindings[self.floor..].iter().rev().find(|binding| binding.var == var)
    }

    /// Binds `$NAME`, unless it is bound to something that differs.
    pub(crate) fn bind_one(&mut self, var: VarId, node: Node<'_>, steps: &Steps) -> bool {
        let agrees = match self.one(var, node.tree()) {
            Some(bound) => same::same(bound, node, steps),
            None => true,
        };
        if agrees {
            self.bindings.push(Binding { var, first: Place::of(node), count: 1 });
        }
        agrees
    }

    /// Binds `$$$NAME` to `count` siblings from `first` on, unless it is bound to a list whose named nodes differ.
    pub(super) fn bind_many(&mut self, var: VarId, first: Node<'_>, count: u32, steps: &Steps) -> bool {
        let tree = first.tree();
        let binding = Binding { var, first: Place::of(first), count };
        let agrees = match self.find(var) {
            Some(bound) => {
                let mut bound = siblings(*bound, tree).filter(|node| node.is_named());
                let mut found = siblings(binding, tree).filter(|node| node.is_named());
                loop {
                    match (bound.next(), found.next()) {
                        (None, None) => break true,
                        (Some(a), Some(b)) if same::same(a, b, steps) => {}
                        _ => break false,
                    }
                }
            }
            None => true,
        };
        if agrees {
            self.bindings.push(binding);
        }
        agrees
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.bindings.len())
    }

    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.bindings.truncate(mark.0);
    }

    /// Copies what was bound since `mark`.
    pub(crate) fn copy_since(&self, mark: Mark, to: &mut Bound) {
        to.0.clear();
        to.0.extend_from_slice(self.bindings.get(mark.0..).unwrap_or_default());
    }

    /// Binds what was bound before, where nothing of it is bound now.
    pub(crate) fn bind_again(&mut self, bound: &Bound) {
        self.bindings.extend_from_slice(&bound.0);
    }

    /// Hides all bindings until [`Env::reveal`].
    pub(crate) fn hide(&mut self) -> Floor {
        Floor(std::mem::replace(&mut self.floor, self.bindings.len()))
    }

    /// Forgets what was bound since `hide`, and shows what was there before.
    pub(crate) fn reveal(&mut self, floor: Floor) {
        self.bindings.truncate(self.floor);
        self.floor = floor.0;
    }
}

fn siblings(binding: Binding, tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let first = (binding.count > 0).then(|| binding.first.within(tree));
    std::iter::successors(first, |node| node.next_sibling()).take(binding.count as usize)
}
