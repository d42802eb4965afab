//! `inside`, `has`, `precedes`, `follows`: what stands around a node, searched by loops over the tree.

use crate::ir::{FieldId, Node, NodeId};
use crate::language::Vocabulary;
use crate::rule::object::{KindSet, Search, Term};

/// One relational rule.
#[derive(Debug)]
pub(crate) struct Relation {
    /// Its number among the relations of its rule.
    pub(super) number: usize,
    pub(super) term: Term,
    pub(super) stop: Stop,
    /// The role that links the two; only of `inside` and `has`.
    pub(super) field: Option<FieldId>,
    /// The raw kinds that a match of the term can have, where that can be told.
    kinds: Option<KindSet>,
    /// Whether all of these are named, so that tokens need not be looked at.
    only_named: bool,
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
    pub(super) fn new(number: usize, term: Term, stop: Stop, field: Option<FieldId>, vocabulary: &Vocabulary) -> Self {
        let kinds = term.kinds();
        let only_named = kinds.as_ref().is_some_and(|kinds| kinds.iter().all(|kind| vocabulary.is_named(kind)));
        Self { number, term, stop, field, kinds, only_named }
    }

    /// Whether the term matches the node.
    #[inline]
    fn meets<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(node.raw())) && self.term.matches(node, search)
    }

    /// An enclosing node that matches; with a field, one in which the way down starts with that field.
    #[inline(never)]
    pub(super) fn inside<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if self.may_remember(node, search)
            && let Ok(found) = search.nearest_above(self, node)
        {
            return found.is_some_and(|found| search.bind(self.number, &self.term, found));
        }
        let (mut below, mut looked, mut found) = (node, 0, false);
        for outer in node.ancestors() {
            looked += 1;
            if !search.steps.take(1) {
                break;
            }
            found = self.links(outer, below) && self.meets(outer, search);
            if found || self.stops_at(outer, search) {
                break;
            }
            below = outer;
        }
        search.spend(node.tree(), self.number, looked);
        found
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
            return if self.only_named {
                node.children().any(|child| self.meets(child, search))
            } else {
                node.children_with_tokens().any(|child| self.meets(child, search))
            };
        }
        if self.may_remember(node, search)
            && let Ok(found) = search.first_below(self, node)
        {
            return found.is_some_and(|found| search.bind(self.number, &self.term, found));
        }
        let (mut looked, mut found) = (0, false);
        if self.only_named && matches!(self.stop, Stop::End) {
            // Named nodes are stored one after the other.
            let tree = node.tree();
            let below = if node.is_lexed() { 0..0 } else { node.id().0 + 1..node.subtree_end().0 };
            for id in below {
                looked += 1;
                found = search.steps.take(1) && self.meets(tree.node(NodeId(id)), search);
                if found || search.steps.exhausted() {
                    break;
                }
            }
        } else {
            let mut descendants = node.descendants();
            while let Some(below) = descendants.next() {
                looked += 1;
                if !search.steps.take(1) {
                    break;
                }
                found = self.meets(below, search);
                if found {
                    break;
                }
                if self.stops_at(below, search) {
                    descendants.skip_below();
                }
            }
        }
        search.spend(node.tree(), self.number, looked);
        found
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
        let (mut looked, mut found) = (0, None);
        for sibling in siblings {
            looked += 1;
            if !search.steps.take(1) {
                break;
            }
            found = self.meets(sibling, search).then_some(sibling);
            if found.is_some() || self.stops_at(sibling, search) {
                break;
            }
        }
        search.spend(node.tree(), self.number, looked);
        found
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
