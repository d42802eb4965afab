//! `inside`, `has`, `precedes`, `follows`: what stands around a node, searched by loops over the tree.

use crate::ir::{FieldId, Node};
use crate::rule::object::{Search, Term};

/// One relational rule.
#[derive(Debug)]
pub(crate) struct Relation {
    pub(super) term: Term,
    pub(super) stop: Stop,
    /// The role that links the two; only of `inside` and `has`.
    pub(super) field: Option<FieldId>,
}

/// `stopBy`: how far is searched.
#[derive(Debug)]
pub(super) enum Stop {
    /// One step.
    Neighbor,
    /// To the end of that direction.
    End,
    /// Up to the first node that matches, which is still searched.
    At(Term),
}

impl Relation {
    /// An enclosing node that matches; with a field, one in which the way down starts with that field.
    #[inline(never)]
    pub(super) fn inside<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let mut below = node;
        for outer in node.ancestors() {
            if !search.steps.take(1) {
                return false;
            }
            let linked = self.field.is_none_or(|field| outer.child_by_field_id(field) == Some(below));
            if linked && self.term.matches(outer, search) {
                return true;
            }
            if self.stops_at(outer, search) {
                return false;
            }
            below = outer;
        }
        false
    }

    /// A node below that matches.
    #[inline(never)]
    pub(super) fn has<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let Some(field) = self.field else {
            return self.has_below(node, search);
        };
        let Some(child) = node.child_by_field_id(field) else { return false };
        if self.term.matches(child, search) {
            return true;
        }
        match &self.stop {
            Stop::Neighbor => false,
            Stop::End => self.has_below(child, search),
            // With a rule to stop by, a field's child is searched one level deep.
            Stop::At(stop) => {
                !search.probe_alone(stop, child)
                    && child.children_with_tokens().any(|below| self.term.matches(below, search))
            }
        }
    }

    fn has_below<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if let Stop::Neighbor = self.stop {
            return node.children_with_tokens().any(|child| self.term.matches(child, search));
        }
        let mut descendants = node.descendants();
        while let Some(below) = descendants.next() {
            if !search.steps.take(1) {
                return false;
            }
            if self.term.matches(below, search) {
                return true;
            }
            if self.stops_at(below, search) {
                descendants.skip_below();
            }
        }
        false
    }

    /// The first sibling after the node that matches.
    #[inline(never)]
    pub(crate) fn after<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Node<'t>> {
        self.first(node.next_siblings(), search)
    }

    /// The nearest sibling before the node that matches.
    #[inline(never)]
    pub(crate) fn before<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Node<'t>> {
        self.first(node.prev_siblings(), search)
    }

    fn first<'t>(&self, siblings: impl Iterator<Item = Node<'t>>, search: &mut Search<'t, '_>) -> Option<Node<'t>> {
        for sibling in siblings {
            if !search.steps.take(1) {
                return None;
            }
            if self.term.matches(sibling, search) {
                return Some(sibling);
            }
            if self.stops_at(sibling, search) {
                return None;
            }
        }
        None
    }

    /// Whether the search ends here, after a node that did not match.
    fn stops_at<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        match &self.stop {
            Stop::Neighbor => true,
            Stop::End => false,
            Stop::At(stop) => search.probe_alone(stop, node),
        }
    }
}
