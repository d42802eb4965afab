//! For each node the nearest match above it, found out on the way up from each node that is asked about.

use crate::ir::{Node, NodeId};
use crate::rule::object::Search;
use crate::rule::object::memo::{FIRST, Found, NONE, NotYet, Verdict};
use crate::rule::object::relation::{Relation, Stop};

/// What is known of the nodes above nodes.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// 0 for not yet known, [`NONE`], else [`FIRST`] more than the node's number.
    nearest: Vec<u32>,
    matched: Vec<Verdict>,
    stopped: Vec<Verdict>,
    /// The nodes on the way up whose answer is being found out; kept for its memory.
    way: Vec<u32>,
}

impl<'t> Search<'t, '_> {
    /// The nearest match of `relation` above a node.
    pub(in crate::rule::object) fn nearest_above(&mut self, relation: &Relation, node: Node<'t>) -> Found<'t> {
        let tree = node.tree();
        let nearest = if node.is_lexed() {
            // A token that is not stored has no place in the table, and its parent's number.
            let outer = tree.node(node.id());
            match self.step_up(relation, outer, node)? {
                Some(nearest) => nearest,
                None => self.nearest_of_stored(relation, outer)?,
            }
        } else {
            self.nearest_of_stored(relation, node)?
        };
        if self.steps.exhausted() {
            return Ok(None);
        }
        Ok(nearest.checked_sub(FIRST).map(|id| tree.node(NodeId(id))))
    }

    fn nearest_of_stored(&mut self, relation: &Relation, node: Node<'t>) -> Result<u32, NotYet> {
        let (tree, number) = (node.tree(), relation.number);
        let above = &mut self.memo.tables(tree, number).above;
        if above.nearest.is_empty() {
            above.nearest = vec![0; tree.len()];
        }
        let known = above.nearest[node.id().0 as usize];
        if known != 0 {
            return Ok(known);
        }
        let mut way = std::mem::take(&mut above.way);
        let nearest = self.climb(relation, node, &mut way);
        way.clear();
        self.memo.tables(tree, number).above.way = way;
        nearest
    }

    /// Climbs to the first node at which the answer is known, and notes it for all nodes on the way.
    fn climb(&mut self, relation: &Relation, node: Node<'t>, way: &mut Vec<u32>) -> Result<u32, NotYet> {
        let (tree, number) = (node.tree(), relation.number);
        let from_root = self.is_deep();
        let mut below = node;
        let mut nearest = loop {
            let known = self.memo.tables(tree, number).above.nearest[below.id().0 as usize];
            if known != 0 {
                break known;
            }
            way.push(below.id().0);
            let Some(outer) = self.next_above(relation, below) else { break NONE };
            if !from_root && let Some(nearest) = self.step_up(relation, outer, below)? {
                break nearest;
            }
            if self.steps.exhausted() {
                return Ok(NONE);
            }
            below = outer;
        };
        while let Some(id) = way.pop() {
            let below = tree.node(NodeId(id));
            if from_root
                && let Some(outer) = self.next_above(relation, below)
                && let Some(here) = self.step_up(relation, outer, below)?
            {
                nearest = here;
            }
            if self.steps.exhausted() {
                return Ok(NONE);
            }
            self.memo.tables(tree, number).above.nearest[id as usize] = nearest;
        }
        Ok(nearest)
    }

    /// The next node above one that a search has to look at.
    fn next_above(&mut self, relation: &Relation, below: Node<'t>) -> Option<Node<'t>> {
        match (&relation.kinds, &relation.stop, relation.field) {
            (Some(kinds), Stop::End, None) => {
                let tree = below.tree();
                self.nearest(relation, kinds, tree, below.id()).map(|id| tree.node(id))
            }
            _ => below.parent(),
        }
    }

    /// The answer of a search that comes from `below` up to `outer`, if it ends there.
    fn step_up(&mut self, relation: &Relation, outer: Node<'t>, below: Node<'t>) -> Result<Option<u32>, NotYet> {
        let may_match = relation.kinds.as_ref().is_none_or(|kinds| kinds.contains(outer.raw()));
        if may_match
            && relation.links(outer, below)
            && self.verdict(
                relation,
                outer,
                |tables| &mut tables.above.matched,
                |search| search.probe_alone(&relation.term, outer),
            )?
        {
            return Ok(Some(outer.id().0 + FIRST));
        }
        let stops = match &relation.stop {
            Stop::Neighbor => true,
            Stop::End => false,
            Stop::At(_) => self.verdict(
                relation,
                outer,
                |tables| &mut tables.above.stopped,
                |search| relation.stops_at(outer, search),
            )?,
        };
        Ok(stops.then_some(NONE))
    }
}
