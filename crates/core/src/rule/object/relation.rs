//! `inside`, `has`, `precedes`, `follows`: what stands around a node, searched by loops over the tree.

use std::sync::OnceLock;

use crate::ir::{FieldId, Node, NodeId, RawKind, Vocabulary};
use crate::pattern::VarId;
use crate::rule::object::memo::Around;
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
    pub(super) kinds: Option<KindSet>,
    /// Whether all of these are named, so that tokens need not be looked at.
    only_named: bool,
    /// What the term binds, found out when it is first asked.
    vars: OnceLock<Box<[VarId]>>,
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
        Self { number, term, stop, field, kinds, only_named, vars: OnceLock::new() }
    }

    /// Whether the term matches the node.
    #[inline]
    fn meets<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        self.may_meet(node) && self.term.matches(node, search)
    }

    /// Whether the term may match the node, by its kind.
    #[inline]
    pub(super) fn may_meet(&self, node: Node<'_>) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(node.raw()))
    }

    /// The kinds of a search that goes to all stored nodes of these, however deep.
    pub(super) fn flat_kinds(&self) -> Option<&KindSet> {
        let is_flat = self.only_named && matches!(self.stop, Stop::End);
        self.kinds.as_ref().filter(|_| is_flat)
    }

    /// What the term binds.
    pub(super) fn variables(&self, utils: &[Term]) -> &[VarId] {
        self.vars.get_or_init(|| self.term.variables(utils))
    }

    /// An enclosing node that matches; with a field, one in which the way down starts with that field.
    #[inline(never)]
    pub(super) fn inside<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if !self.goes_far() {
            let Some(outer) = node.parent() else { return false };
            if search.is_small(outer) {
                return self.links(outer, node) && self.meets(outer, search);
            }
        }
        if self.may_remember(node, search)
            && let Ok(found) = search.nearest_above(self, node)
        {
            return found.is_some_and(|found| search.bind(self, found));
        }
        let left = search.steps.left();
        if let (Some(kinds), Stop::End, None) = (&self.kinds, &self.stop, self.field) {
            let found = self.inside_kinds(kinds, node, search);
            search.spend(node.tree(), self.number, left);
            return found;
        }
        let (mut below, mut found) = (node, false);
        for outer in node.ancestors() {
            if search.steps.exhausted() {
                break;
            }
            found = self.links(outer, below) && self.meets(outer, search);
            if found || self.stops_at(outer, search) {
                break;
            }
            below = outer;
        }
        search.spend(node.tree(), self.number, left);
        found
    }

    /// An enclosing node, up to the root, that is of one of these kinds and matches.
    fn inside_kinds<'t>(&self, kinds: &KindSet, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let (tree, id) = (node.tree(), node.id());
        // A token that is not stored has its parent's number.
        let is_next = node.is_lexed() && kinds.contains(RawKind(tree.kinds[id.0 as usize]));
        let nearest = if is_next { Some(id) } else { search.nearest(self, kinds, tree, id) };
        let Some(nearest) = nearest else { return false };
        let is_free = search.is_free(self);
        // Most nodes that are asked one after the other have the same around them.
        if is_free && let Some(known) = search.known_around(self, tree, nearest) {
            return known.found.is_some_and(|found| search.bind(self, tree.node(found)));
        }
        let (mut found, mut next) = (None, Some(nearest));
        while let Some(outer) = next {
            found = self.term.matches(tree.node(outer), search).then_some(outer);
            if found.is_some() || search.steps.exhausted() {
                break;
            }
            next = search.nearest(self, kinds, tree, outer);
        }
        if is_free {
            search.keep_around(self, tree, Around { node: nearest, found });
        }
        found.is_some()
    }

    /// Whether the way from `outer` down starts as the field says.
    pub(super) fn links(&self, outer: Node<'_>, below: Node<'_>) -> bool {
        let Some(field) = self.field else { return true };
        below.field_id() == Some(field) && outer.child_by_field_id(field) == Some(below)
    }

    /// Whether more than one step is made in its direction.
    fn goes_far(&self) -> bool {
        !matches!(self.stop, Stop::Neighbor)
    }

    /// Whether the search has been made often enough for its answers to be kept.
    fn may_remember<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        search.remembers(node.tree(), self.number, |utils| self.variables(utils))
    }

    /// A node below that matches.
    #[inline(never)]
    pub(super) fn has<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        // Nothing is stored below most nodes, and what is named is stored.
        if self.only_named && node.subtree_end().0 == node.id().0 + 1 {
            return false;
        }
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
        let is_small = search.is_small(node);
        // Even children alone may be many, and many may ask for them.
        if !is_small
            && self.may_remember(node, search)
            && let Ok(found) = search.first_below(self, node)
        {
            return found.is_some_and(|found| search.bind(self, found));
        }
        let left = if is_small { 0 } else { search.steps.left() };
        let found = self.look_below(node, search);
        if !is_small {
            search.spend(node.tree(), self.number, left);
        }
        found
    }

    /// A node below that matches, whatever is known.
    #[allow(clippy::inline_always, reason = "it has one caller, which is asked of very many nodes")]
    #[inline(always)]
    fn look_below<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if !self.goes_far() {
            self.has_child(node, search)
        } else if let Some(kinds) = self.flat_kinds() {
            self.has_listed(kinds, node, search)
        } else {
            self.has_descendant(node, search)
        }
    }

    /// A stored node below that is of one of these kinds and matches.
    fn has_listed<'t>(&self, kinds: &KindSet, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let tree = node.tree();
        let (mut looked, mut found) = (0, false);
        let below = if node.is_lexed() { 0..0 } else { node.id().0 + 1..node.subtree_end().0 };
        for id in below {
            looked += 1;
            if kinds.contains(RawKind(tree.kinds[id as usize])) {
                found = self.term.matches(tree.node(NodeId(id)), search);
                if found || search.steps.exhausted() {
                    break;
                }
            }
        }
        search.steps.take(looked);
        found
    }

    /// A node or token below that matches.
    fn has_descendant<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let mut descendants = node.descendants();
        while let Some(below) = descendants.next() {
            if search.steps.exhausted() {
                return false;
            }
            if self.meets(below, search) {
                return true;
            }
            if self.stops_at(below, search) {
                descendants.skip_below();
            }
        }
        false
    }

    /// A child that matches.
    #[allow(clippy::inline_always, reason = "it has one caller, which is asked of very many nodes")]
    #[inline(always)]
    fn has_child<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let tree = node.tree();
        match &self.kinds {
            // Named nodes are stored.
            Some(kinds) if self.only_named => {
                let (mut looked, mut found) = (0, false);
                let (mut at, end) = (node.id().0 + 1, node.subtree_end().0);
                while at < end && !found {
                    looked += 1;
                    if kinds.contains(RawKind(tree.kinds[at as usize])) {
                        let child = tree.node(NodeId(at));
                        found = child.is_named() && self.term.matches(child, search);
                    }
                    at = tree.rows[at as usize].subtree_end;
                }
                search.steps.take(looked);
                found
            }
            _ => node.children_with_tokens().any(|child| self.meets(child, search)),
        }
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
        mut siblings: impl Iterator<Item = Node<'t>>,
        search: &mut Search<'t, '_>,
    ) -> Option<Node<'t>> {
        if !self.goes_far() {
            return siblings.next().filter(|sibling| self.meets(*sibling, search));
        }
        if self.may_remember(node, search)
            && let Ok(found) = search.nearest_sibling(self, node, after)
        {
            return found.filter(|found| search.bind(self, *found));
        }
        let (left, mut found) = (search.steps.left(), None);
        for sibling in siblings {
            if search.steps.exhausted() {
                break;
            }
            found = self.meets(sibling, search).then_some(sibling);
            if found.is_some() || self.stops_at(sibling, search) {
                break;
            }
        }
        search.spend(node.tree(), self.number, left);
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
