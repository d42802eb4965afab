//! `inside`, `has`, `precedes`, `follows`: searches among the ancestors, descendants and siblings of a node. They are
//! loops, not recursion, so that deep trees need no stack.

use std::sync::OnceLock;

use crate::ir::{FieldId, Node, NodeId, RawKind, Vocabulary};
use crate::pattern::VarId;
use crate::rule::object::memo::InsideAnswer;
use crate::rule::object::{KindSet, Search, Term};

/// One relational rule.
#[derive(Debug)]
pub(crate) struct Relation {
    /// The index of its answers in the memo of the rule.
    pub(super) number: usize,
    pub(super) term: Term,
    pub(super) stop: Stop,
    /// `field`, the role of the inner node in the outer one; only of `inside` and `has`.
    pub(super) field: Option<FieldId>,
    /// The raw kinds that a match of the term can have; none when it may have any.
    pub(super) kinds: Option<KindSet>,
    /// True if all of `kinds` are named, so that tokens need not be visited.
    only_named: bool,
    /// The metavariables that the term can capture, computed when first used.
    vars: OnceLock<Box<[VarId]>>,
}

/// `stopBy`: where a search ends.
#[derive(Debug)]
pub(super) enum Stop {
    /// After one step: the parent, the children, the next sibling.
    Neighbor,
    /// At the end of the direction.
    End,
    /// At the first node that matches this term; that node itself is still tried.
    At(Term),
}

impl Relation {
    pub(super) fn new(number: usize, term: Term, stop: Stop, field: Option<FieldId>, vocabulary: &Vocabulary) -> Self {
        let kinds = term.kinds();
        let only_named = kinds.as_ref().is_some_and(|kinds| kinds.iter().all(|kind| vocabulary.is_named(kind)));
        Self { number, term, stop, field, kinds, only_named, vars: OnceLock::new() }
    }

    /// True if the term matches the node.
    #[inline]
    fn term_matches<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        self.may_match(node) && self.term.matches(node, search)
    }

    /// True if the kind of the node is one that the term can match.
    #[inline]
    pub(super) fn may_match(&self, node: Node<'_>) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(node.raw()))
    }

    /// The kinds of the nodes to try, if all these nodes are stored (tokens are not) and the search goes to the end of
    /// its direction.
    pub(super) fn stored_kinds(&self) -> Option<&KindSet> {
        let is_over_stored = self.only_named && matches!(self.stop, Stop::End);
        self.kinds.as_ref().filter(|_| is_over_stored)
    }

    /// The metavariables that the term can capture.
    pub(super) fn variables(&self, utils: &[Term]) -> &[VarId] {
        self.vars.get_or_init(|| self.term.variables(utils))
    }

    /// `inside`: true if an ancestor matches. With `field`, the child through which the ancestor encloses the node must
    /// have that field.
    #[inline(never)]
    pub(super) fn inside<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if !self.goes_beyond_neighbor() {
            let Some(outer) = node.parent() else { return false };
            if search.is_small(outer) {
                return self.is_in_field(outer, node) && self.term_matches(outer, search);
            }
        }
        if self.may_use_tables(node, search)
            && let Ok(found) = search.nearest_above(self, node)
        {
            return found.is_some_and(|found| search.capture_at(self, found));
        }
        let left = search.steps.left();
        if let (Some(kinds), Stop::End, None) = (&self.kinds, &self.stop, self.field) {
            let found = self.inside_of_kinds(kinds, node, search);
            search.add_search_steps(node.tree(), self.number, left);
            return found;
        }
        let (mut below, mut found) = (node, false);
        for outer in node.ancestors() {
            if search.steps.exhausted() {
                break;
            }
            found = self.is_in_field(outer, below) && self.term_matches(outer, search);
            if found || self.stops_at(outer, search) {
                break;
            }
            below = outer;
        }
        search.add_search_steps(node.tree(), self.number, left);
        found
    }

    /// True if an ancestor, up to the root, is of one of these kinds and matches.
    fn inside_of_kinds<'t>(&self, kinds: &KindSet, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let (tree, id) = (node.tree(), node.id());
        // A token that is not stored has its parent's number.
        let is_next = node.is_lexed() && kinds.contains(RawKind(tree.kinds[id.0 as usize]));
        let nearest = if is_next { Some(id) } else { search.nearest_of_kinds(self, kinds, tree, id) };
        let Some(nearest) = nearest else { return false };
        let depends_on_node_alone = search.depends_on_node_alone(self);
        // Nodes that are checked one after the other mostly have the same ancestors.
        if depends_on_node_alone && let Some(cached) = search.cached_inside(self, tree, nearest) {
            return cached.found.is_some_and(|found| search.capture_at(self, tree.node(found)));
        }
        let (mut found, mut next) = (None, Some(nearest));
        while let Some(outer) = next {
            found = self.term.matches(tree.node(outer), search).then_some(outer);
            if found.is_some() || search.steps.exhausted() {
                break;
            }
            next = search.nearest_of_kinds(self, kinds, tree, outer);
        }
        if depends_on_node_alone {
            search.cache_inside(self, tree, InsideAnswer { node: nearest, found });
        }
        found.is_some()
    }

    /// True if `below`, a child of `outer`, has the field of the relation.
    pub(super) fn is_in_field(&self, outer: Node<'_>, below: Node<'_>) -> bool {
        let Some(field) = self.field else { return true };
        below.field_id() == Some(field) && outer.child_by_field_id(field) == Some(below)
    }

    /// True if a search goes beyond the first step.
    fn goes_beyond_neighbor(&self) -> bool {
        !matches!(self.stop, Stop::Neighbor)
    }

    /// True if the relation has been searched so much that its answers are stored, and may use them now.
    fn may_use_tables<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        search.may_use_tables(node.tree(), self.number, |utils| self.variables(utils))
    }

    /// `has`: true if a descendant matches.
    #[inline(never)]
    pub(super) fn has<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        // All named nodes are stored, and most nodes have no stored node below them.
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

    /// True if a descendant matches, found in the tables or by a search.
    fn has_below<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let is_small = search.is_small(node);
        // Tables are used for direct children too: a node may have many, and many searches may start at it.
        if !is_small
            && self.may_use_tables(node, search)
            && let Ok(found) = search.first_below(self, node)
        {
            return found.is_some_and(|found| search.capture_at(self, found));
        }
        let left = if is_small { 0 } else { search.steps.left() };
        let found = self.search_below(node, search);
        if !is_small {
            search.add_search_steps(node.tree(), self.number, left);
        }
        found
    }

    /// True if a descendant matches, found by a search without tables.
    #[allow(clippy::inline_always, reason = "it has one caller, which runs for very many nodes")]
    #[inline(always)]
    fn search_below<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if !self.goes_beyond_neighbor() {
            self.has_child(node, search)
        } else if let Some(kinds) = self.stored_kinds() {
            self.has_stored_of_kinds(kinds, node, search)
        } else {
            self.has_descendant(node, search)
        }
    }

    /// True if a stored descendant is of one of these kinds and matches.
    fn has_stored_of_kinds<'t>(&self, kinds: &KindSet, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let tree = node.tree();
        let (mut visited, mut found) = (0, false);
        let below = if node.is_lexed() { 0..0 } else { node.id().0 + 1..node.subtree_end().0 };
        for id in below {
            visited += 1;
            if kinds.contains(RawKind(tree.kinds[id as usize])) {
                found = self.term.matches(tree.node(NodeId(id)), search);
                if found || search.steps.exhausted() {
                    break;
                }
            }
        }
        search.steps.take(visited);
        found
    }

    /// True if a node or token below matches.
    fn has_descendant<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let mut descendants = node.descendants();
        while let Some(below) = descendants.next() {
            if search.steps.exhausted() {
                return false;
            }
            if self.term_matches(below, search) {
                return true;
            }
            if self.stops_at(below, search) {
                descendants.skip_below();
            }
        }
        false
    }

    /// True if a child matches.
    #[allow(clippy::inline_always, reason = "it has one caller, which runs for very many nodes")]
    #[inline(always)]
    fn has_child<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let tree = node.tree();
        match &self.kinds {
            // Named nodes are stored.
            Some(kinds) if self.only_named => {
                let (mut visited, mut found) = (0, false);
                let (mut at, end) = (node.id().0 + 1, node.subtree_end().0);
                while at < end && !found {
                    visited += 1;
                    if kinds.contains(RawKind(tree.kinds[at as usize])) {
                        let child = tree.node(NodeId(at));
                        found = child.is_named() && self.term.matches(child, search);
                    }
                    at = tree.rows[at as usize].subtree_end;
                }
                search.steps.take(visited);
                found
            }
            _ => node.children_with_tokens().any(|child| self.term_matches(child, search)),
        }
    }

    /// `precedes`: the first match among the siblings after the node.
    #[inline(never)]
    pub(crate) fn after<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Node<'t>> {
        self.nearest(node, true, node.next_siblings(), search)
    }

    /// `follows`: the nearest match among the siblings before the node.
    #[inline(never)]
    pub(crate) fn before<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Node<'t>> {
        self.nearest(node, false, node.prev_siblings(), search)
    }

    /// The first of `siblings` that matches; `after` is true for those after the node.
    fn nearest<'t>(
        &self,
        node: Node<'t>,
        after: bool,
        mut siblings: impl Iterator<Item = Node<'t>>,
        search: &mut Search<'t, '_>,
    ) -> Option<Node<'t>> {
        if !self.goes_beyond_neighbor() {
            return siblings.next().filter(|sibling| self.term_matches(*sibling, search));
        }
        if self.may_use_tables(node, search)
            && let Ok(found) = search.nearest_sibling(self, node, after)
        {
            return found.filter(|found| search.capture_at(self, *found));
        }
        let (left, mut found) = (search.steps.left(), None);
        for sibling in siblings {
            if search.steps.exhausted() {
                break;
            }
            found = self.term_matches(sibling, search).then_some(sibling);
            if found.is_some() || self.stops_at(sibling, search) {
                break;
            }
        }
        search.add_search_steps(node.tree(), self.number, left);
        found
    }

    /// True if the search ends at this node, which did not match.
    pub(super) fn stops_at<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        match &self.stop {
            Stop::Neighbor => true,
            Stop::End => false,
            Stop::At(stop) => search.probe_alone(stop, node),
        }
    }
}
