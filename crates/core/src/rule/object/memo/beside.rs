//! For each child of a node the nearest match on one side of it, and its place among those that are counted.

use std::collections::HashMap;

use crate::ir::{Node, NodeKey};
use crate::rule::object::memo::{FIRST, Found, NONE, NotYet};
use crate::rule::object::relation::Relation;
use crate::rule::object::{Search, Term};

/// What is known of siblings, by their parent.
#[derive(Debug, Default)]
pub(super) struct Beside {
    siblings: HashMap<u32, Siblings>,
    /// The counted children; none while they are being found out.
    places: HashMap<u32, Option<Vec<u32>>>,
}

/// For each child of one node the nearest match on one side.
#[derive(Debug)]
struct Siblings {
    /// In the order of a search.
    children: Vec<NodeKey>,
    /// By child, 0 for not yet known, [`NONE`], else [`FIRST`] more than a number among `children`.
    nearest: Vec<u32>,
    /// Children from this one on were found out from the last one back.
    done: usize,
    busy: bool,
}

impl<'t> Search<'t, '_> {
    /// The nearest match of `relation` among the siblings after a node, or before it.
    pub(in crate::rule::object) fn nearest_sibling(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        after: bool,
    ) -> Found<'t> {
        let (tree, number) = (node.tree(), relation.number);
        let Some(parent) = node.parent() else { return Ok(None) };
        let key = parent.id().0;
        let tables = self.memo.tables(tree, number);
        let siblings = tables.beside.siblings.entry(key).or_insert_with(|| {
            let mut children: Vec<NodeKey> = parent.children_with_tokens().map(NodeKey::of).collect();
            if !after {
                children.reverse();
            }
            Siblings { nearest: vec![0; children.len()], done: children.len(), children, busy: false }
        });
        let Some(wanted) = siblings.find(node, !after) else { return Err(NotYet) };
        if siblings.nearest[wanted] == 0 {
            if self.is_deep() {
                self.fill_siblings_from_end(relation, node, key, wanted)?;
            } else {
                self.fill_siblings(relation, node, key, wanted)?;
            }
        }
        let siblings = self.siblings(relation, node, key)?;
        let hit = siblings.nearest[wanted].checked_sub(FIRST).map(|hit| siblings.children[hit as usize].within(tree));
        Ok(hit)
    }

    fn siblings(&mut self, relation: &Relation, node: Node<'t>, key: u32) -> Result<&mut Siblings, NotYet> {
        self.memo.tables(node.tree(), relation.number).beside.siblings.get_mut(&key).ok_or(NotYet)
    }

    /// Goes from one child to the first at which the answer is known, and notes it for all on the way.
    fn fill_siblings(&mut self, relation: &Relation, node: Node<'t>, key: u32, wanted: usize) -> Result<(), NotYet> {
        let mut at = wanted;
        let nearest = loop {
            let siblings = self.siblings(relation, node, key)?;
            if siblings.nearest[at] != 0 {
                break siblings.nearest[at];
            }
            let Some(next) = siblings.children.get(at + 1) else { break NONE };
            let next = next.within(node.tree());
            if let Some(nearest) = self.step_aside(relation, next, at + 1) {
                break nearest;
            }
            if self.steps.exhausted() {
                return Ok(());
            }
            at += 1;
        };
        let siblings = self.siblings(relation, node, key)?;
        siblings.nearest[wanted..=at].fill(nearest);
        Ok(())
    }

    /// Goes from the last child back to one.
    fn fill_siblings_from_end(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        key: u32,
        wanted: usize,
    ) -> Result<(), NotYet> {
        let siblings = self.siblings(relation, node, key)?;
        if siblings.busy {
            return Err(NotYet);
        }
        let mut nearest = siblings.nearest.get(siblings.done).copied().unwrap_or(NONE);
        for at in (wanted..siblings.done).rev() {
            let siblings = self.siblings(relation, node, key)?;
            if siblings.nearest[at] == 0 {
                if let Some(next) = siblings.children.get(at + 1).copied() {
                    siblings.busy = true;
                    let here = self.step_aside(relation, next.within(node.tree()), at + 1);
                    nearest = here.unwrap_or(nearest);
                }
                let exhausted = self.steps.exhausted();
                let siblings = self.siblings(relation, node, key)?;
                siblings.busy = false;
                if exhausted {
                    return Ok(());
                }
                siblings.nearest[at] = nearest;
            }
            let siblings = self.siblings(relation, node, key)?;
            nearest = siblings.nearest[at];
            siblings.done = at;
        }
        Ok(())
    }

    /// The answer of a search that comes to the sibling `next` of this number, if it ends there.
    fn step_aside(&mut self, relation: &Relation, next: Node<'t>, number: usize) -> Option<u32> {
        if !self.steps.take(1) {
            return None;
        }
        if relation.may_meet(next) && self.probe_alone(&relation.term, next) {
            return Some(number as u32 + FIRST);
        }
        relation.stops_at(next, self).then_some(NONE)
    }

    /// The place of a named node among its named siblings that match `rule`, counted from 1, and their number; none
    /// when it does not match itself.
    pub(in crate::rule::object) fn place(
        &mut self,
        number: usize,
        rule: Option<&Term>,
        parent: Node<'t>,
        node: Node<'t>,
    ) -> Result<Option<(i64, i64)>, NotYet> {
        let (tree, key) = (node.tree(), parent.id().0);
        let places = &mut self.memo.tables(tree, number).beside.places;
        match places.get(&key) {
            Some(Some(_)) => {}
            Some(None) => return Err(NotYet),
            None => {
                places.insert(key, None);
                let mut counted = Vec::new();
                for child in parent.children() {
                    if self.steps.exhausted() {
                        return Ok(None);
                    }
                    if rule.is_none_or(|rule| self.probe_alone(rule, child)) {
                        counted.push(child.id().0);
                    }
                }
                self.memo.tables(tree, number).beside.places.insert(key, Some(counted));
            }
        }
        let Some(Some(counted)) = self.memo.tables(tree, number).beside.places.get(&key) else { return Err(NotYet) };
        let count = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        Ok(counted.binary_search(&node.id().0).ok().map(|at| (count(at + 1), count(counted.len()))))
    }
}

impl Siblings {
    /// The number of a child. They stand in order of their starts, or against it.
    fn find(&self, node: Node<'_>, reversed: bool) -> Option<usize> {
        let (tree, place, start) = (node.tree(), NodeKey::of(node), node.start());
        let starts = |child: &NodeKey| child.within(tree).start();
        let from =
            self.children.partition_point(|child| if reversed { starts(child) > start } else { starts(child) < start });
        let here = self.children[from..].iter().take_while(|child| starts(child) == start);
        here.enumerate().find(|(_, child)| **child == place).map(|(at, _)| from + at)
    }
}
