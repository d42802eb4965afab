//! The nearest matching ancestor of each node, computed on the way up from each node whose answer is needed.

use crate::ir::{Node, NodeId};
use crate::rule::object::Search;
use crate::rule::object::memo::{AnswerPending, MATCH_OFFSET, MatchState, MemoResult, NO_MATCH};
use crate::rule::object::relation::{Relation, Stop};

/// The answers of one `inside`, by node.
#[derive(Debug, Default)]
pub(super) struct AncestorMatches {
    /// By node, 0 for not yet known, [`NO_MATCH`], else [`MATCH_OFFSET`] plus the number of the nearest matching
    /// ancestor.
    nearest: Vec<u32>,
    /// By node, the answer if the relation's term matches it.
    matched: Vec<MatchState>,
    /// By node, the answer if the `stopBy` rule matches it.
    stopped: Vec<MatchState>,
    /// The nodes on the way up whose answers are being computed; kept only to reuse the memory.
    path: Vec<u32>,
}

impl<'t> Search<'t, '_> {
    /// The nearest ancestor of a node that `relation` matches.
    pub(in crate::rule::object) fn nearest_above(&mut self, relation: &Relation, node: Node<'t>) -> MemoResult<'t> {
        let tree = node.tree();
        let nearest = if node.is_lexed() {
            // A token that is not stored has no number of its own but its parent's, so the table has no entry for it.
            let outer = tree.node(node.id());
            match self.answer_at_ancestor(relation, outer, node)? {
                Some(nearest) => nearest,
                None => self.nearest_of_stored(relation, outer)?,
            }
        } else {
            self.nearest_of_stored(relation, node)?
        };
        if self.steps.exhausted() {
            return Ok(None);
        }
        Ok(nearest.checked_sub(MATCH_OFFSET).map(|id| tree.node(NodeId(id))))
    }

    fn nearest_of_stored(&mut self, relation: &Relation, node: Node<'t>) -> Result<u32, AnswerPending> {
        let (tree, number) = (node.tree(), relation.number);
        let above = &mut self.memo.tables(tree, number).above;
        if above.nearest.is_empty() {
            above.nearest = vec![0; tree.len()];
        }
        let known = above.nearest[node.id().0 as usize];
        if known != 0 {
            return Ok(known);
        }
        let mut path = std::mem::take(&mut above.path);
        let nearest = self.climb(relation, node, &mut path);
        path.clear();
        self.memo.tables(tree, number).above.path = path;
        nearest
    }

    /// Climbs to the first ancestor at which the answer is known, and stores it for all nodes on the way.
    fn climb(&mut self, relation: &Relation, node: Node<'t>, path: &mut Vec<u32>) -> Result<u32, AnswerPending> {
        let (tree, number) = (node.tree(), relation.number);
        let from_root = self.fills_backwards();
        let mut below = node;
        let mut nearest = loop {
            let known = self.memo.tables(tree, number).above.nearest[below.id().0 as usize];
            if known != 0 {
                break known;
            }
            path.push(below.id().0);
            let Some(outer) = self.next_above(relation, below) else { break NO_MATCH };
            if !from_root && let Some(nearest) = self.answer_at_ancestor(relation, outer, below)? {
                break nearest;
            }
            if self.steps.exhausted() {
                return Ok(NO_MATCH);
            }
            below = outer;
        };
        while let Some(id) = path.pop() {
            let below = tree.node(NodeId(id));
            if from_root
                && let Some(outer) = self.next_above(relation, below)
                && let Some(here) = self.answer_at_ancestor(relation, outer, below)?
            {
                nearest = here;
            }
            if self.steps.exhausted() {
                return Ok(NO_MATCH);
            }
            self.memo.tables(tree, number).above.nearest[id as usize] = nearest;
        }
        Ok(nearest)
    }

    /// The next ancestor that a search has to visit.
    fn next_above(&mut self, relation: &Relation, below: Node<'t>) -> Option<Node<'t>> {
        match (&relation.kinds, &relation.stop, relation.field) {
            (Some(kinds), Stop::End, None) => {
                let tree = below.tree();
                self.nearest_of_kinds(relation, kinds, tree, below.id()).map(|id| tree.node(id))
            }
            _ => below.parent(),
        }
    }

    /// The answer of a search that climbs from `below` to `outer`, if it ends there.
    fn answer_at_ancestor(
        &mut self,
        relation: &Relation,
        outer: Node<'t>,
        below: Node<'t>,
    ) -> Result<Option<u32>, AnswerPending> {
        let may_match = relation.kinds.as_ref().is_none_or(|kinds| kinds.contains(outer.raw()));
        if may_match
            && relation.is_in_field(outer, below)
            && self.match_state(
                relation,
                outer,
                |tables| &mut tables.above.matched,
                |search| search.probe_alone(&relation.term, outer),
            )?
        {
            return Ok(Some(outer.id().0 + MATCH_OFFSET));
        }
        let stops = match &relation.stop {
            Stop::Neighbor => true,
            Stop::End => false,
            Stop::At(_) => self.match_state(
                relation,
                outer,
                |tables| &mut tables.above.stopped,
                |search| relation.stops_at(outer, search),
            )?,
        };
        Ok(stops.then_some(NO_MATCH))
    }
}
