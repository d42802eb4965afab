//! `inside`, `has`, `precedes`, `follows`: what stands around a node, searched by loops over the tree.

use crate::ir::{FieldId, Node};
use crate::rule::object::{Search, Term};

/// One relational rule.
#[derive(Debug)]
pub(crate) struct Relation {
    /// Its number among the relations of its rule.
    pub(super) number: usize,
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
        if self.may_remember(node, search)
            && let Ok(found) = search.nearest_above(self, node)
        {
            return found.is_some_and(|found| search.bind(self.number, &self.term, found));
        }
        let mut below = node;
        for outer in node.ancestors() {
            if !search.steps.take(1) {
                return false;
            }
            search.spend(node.tree(), self.number, 1);
            if self.links(outer, below) && self.term.matches(outer, search) {
                return true;
            }
            if self.stops_at(outer, search) {
                return false;
            }
            below = outer;
        }
        false
    }

    /// Whether the way from `outer` down starts as the field says.
    pub(super) fn links(&self, outer: Node<'_>, below: Node<'_>) -> bool {
        let Some(field) = self.field else { return true };
        below.field_id() == Some(field) && outer.child_by_field_id(field) == Some(below)
    }

    /// Whether the search goes far and has been made often enough for its answers to be kept.
    fn may_remember<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        !matches!(self.stop, Stop::Neighbor) && search.remembers(node.tree(), self.number, Some(&self.term))
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
        if self.may_remember(node, search)
            && let Ok(found) = search.first_below(self, node)
        {
            return found.is_some_and(|found| search.bind(self.number, &self.term, found));
        }
        let mut descendants = node.descendants();
        while let Some(below) = descendants.next() {
            if !search.steps.take(1) {
                return false;
            }
            search.spend(node.tree(), self.number, 1);
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
        self.nearest(node, true, node.next_siblings(), search)
    }

    /// The nearest sibling before the node that matches.
    #[inline(never)]
    pub(crate) fn before<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Node<'t>> {
        self.nearest(node, false, node.prev_siblings(), search)
    }

    fn nearest<'t>(
        &self,
        node: Node<'t>,
        after: bool,
        siblings: impl Iterator<Item = Node<'t>>,
        search: &mut Search<'t, '_>,
    ) -> Option<Node<'t>> {
        if self.may_remember(node, search)
            && let Ok(found) = search.nearest_sibling(self, node, after)
        {
            return found.filter(|found| search.bind(self.number, &self.term, *found));
        }
        for sibling in siblings {
            if !search.steps.take(1) {
                return None;
            }
            search.spend(node.tree(), self.number, 1);
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
    pub(super) fn stops_at<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        match &self.stop {
            Stop::Neighbor => true,
            Stop::End => false,
            Stop::At(stop) => search.probe_alone(stop, node),
        }
    }
}
