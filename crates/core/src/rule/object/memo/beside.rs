//! The nearest matching sibling of each child of a node, and the position of a child among its counted siblings.

use std::collections::HashMap;

use crate::ir::{Node, NodeKey};
use crate::rule::object::memo::{AnswerPending, MATCH_OFFSET, MemoResult, NO_MATCH};
use crate::rule::object::relation::Relation;
use crate::rule::object::{Search, Term};

/// The answers of one `precedes`, `follows` or `nthChild`, by the number of the parent node.
#[derive(Debug, Default)]
pub(super) struct SiblingMatches {
    siblings: HashMap<u32, Siblings>,
    /// Of `nthChild`: the children that are counted; none while they are being computed.
    counted_children: HashMap<u32, Option<Vec<u32>>>,
}

/// The nearest match on one side of each child of one node.
#[derive(Debug)]
struct Siblings {
    /// In the order in which a search visits them: for `follows` the last one first.
    children: Vec<NodeKey>,
    /// By child, 0 for not yet known, [`NO_MATCH`], else [`MATCH_OFFSET`] plus an index into `children`.
    nearest: Vec<u32>,
    /// The answers of the children from this index on are known: they were filled in backwards, from the last child.
    filled_from: usize,
    /// True while one answer is being computed backwards.
    is_filling: bool,
}

impl<'t> Search<'t, '_> {
    /// The nearest match of `relation` among the siblings after a node, or with `after` false before it.
    pub(in crate::rule::object) fn nearest_sibling(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        after: bool,
    ) -> MemoResult<'t> {
        let (tree, number) = (node.tree(), relation.number);
        let Some(parent) = node.parent() else { return Ok(None) };
        let key = parent.id().0;
        let tables = self.memo.tables(tree, number);
        let siblings = tables.beside.siblings.entry(key).or_insert_with(|| {
            let mut children: Vec<NodeKey> = parent.children_with_tokens().map(NodeKey::of).collect();
            if !after {
                children.reverse();
            }
            Siblings { nearest: vec![0; children.len()], filled_from: children.len(), children, is_filling: false }
        });
        let Some(wanted) = siblings.find(node, !after) else { return Err(AnswerPending) };
        if siblings.nearest[wanted] == 0 {
            if self.fills_backwards() {
                self.fill_siblings_backwards(relation, node, key, wanted)?;
            } else {
                self.fill_siblings(relation, node, key, wanted)?;
            }
        }
        let siblings = self.siblings(relation, node, key)?;
        let found = siblings.nearest[wanted]
            .checked_sub(MATCH_OFFSET)
            .map(|found| siblings.children[found as usize].within(tree));
        Ok(found)
    }

    fn siblings(&mut self, relation: &Relation, node: Node<'t>, key: u32) -> Result<&mut Siblings, AnswerPending> {
        self.memo.tables(node.tree(), relation.number).beside.siblings.get_mut(&key).ok_or(AnswerPending)
    }

    /// Goes from one child to the first at which the answer is known, and stores it for all on the way.
    fn fill_siblings(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        key: u32,
        wanted: usize,
    ) -> Result<(), AnswerPending> {
        let mut at = wanted;
        let nearest = loop {
            let siblings = self.siblings(relation, node, key)?;
            if siblings.nearest[at] != 0 {
                break siblings.nearest[at];
            }
            let Some(next) = siblings.children.get(at + 1) else { break NO_MATCH };
            let next = next.within(node.tree());
            if let Some(nearest) = self.answer_at_sibling(relation, next, at + 1) {
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

    /// Computes the answers from the last child back to the wanted one.
    fn fill_siblings_backwards(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        key: u32,
        wanted: usize,
    ) -> Result<(), AnswerPending> {
        let siblings = self.siblings(relation, node, key)?;
        if siblings.is_filling {
            return Err(AnswerPending);
        }
        let mut nearest = siblings.nearest.get(siblings.filled_from).copied().unwrap_or(NO_MATCH);
        for at in (wanted..siblings.filled_from).rev() {
            let siblings = self.siblings(relation, node, key)?;
            if siblings.nearest[at] == 0 {
                if let Some(next) = siblings.children.get(at + 1).copied() {
                    siblings.is_filling = true;
                    let here = self.answer_at_sibling(relation, next.within(node.tree()), at + 1);
                    nearest = here.unwrap_or(nearest);
                }
                let exhausted = self.steps.exhausted();
                let siblings = self.siblings(relation, node, key)?;
                siblings.is_filling = false;
                if exhausted {
                    return Ok(());
                }
                siblings.nearest[at] = nearest;
            }
            let siblings = self.siblings(relation, node, key)?;
            nearest = siblings.nearest[at];
            siblings.filled_from = at;
        }
        Ok(())
    }

    /// The answer of a search that reaches the sibling `next` with this index, if it ends there.
    fn answer_at_sibling(&mut self, relation: &Relation, next: Node<'t>, number: usize) -> Option<u32> {
        if !self.steps.take(1) {
            return None;
        }
        if relation.may_match(next) && self.probe_alone(&relation.term, next) {
            return Some(number as u32 + MATCH_OFFSET);
        }
        relation.stops_at(next, self).then_some(NO_MATCH)
    }

    /// The 1-based position of a named node among its named siblings that match `rule`, and their count; none when the
    /// node itself does not match.
    pub(in crate::rule::object) fn sibling_position(
        &mut self,
        number: usize,
        rule: Option<&Term>,
        parent: Node<'t>,
        node: Node<'t>,
    ) -> Result<Option<(i64, i64)>, AnswerPending> {
        let (tree, key) = (node.tree(), parent.id().0);
        let counted_children = &mut self.memo.tables(tree, number).beside.counted_children;
        match counted_children.get(&key) {
            Some(Some(_)) => {}
            Some(None) => return Err(AnswerPending),
            None => {
                counted_children.insert(key, None);
                let mut counted = Vec::new();
                for child in parent.children() {
                    if self.steps.exhausted() {
                        return Ok(None);
                    }
                    if rule.is_none_or(|rule| self.probe_alone(rule, child)) {
                        counted.push(child.id().0);
                    }
                }
                self.memo.tables(tree, number).beside.counted_children.insert(key, Some(counted));
            }
        }
        let Some(Some(counted)) = self.memo.tables(tree, number).beside.counted_children.get(&key) else {
            return Err(AnswerPending);
        };
        let count = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        Ok(counted.binary_search(&node.id().0).ok().map(|at| (count(at + 1), count(counted.len()))))
    }
}

impl Siblings {
    /// The index of a child. Children are sorted by their start, with `reversed` the last one first.
    fn find(&self, node: Node<'_>, reversed: bool) -> Option<usize> {
        let (tree, place, start) = (node.tree(), NodeKey::of(node), node.start());
        let starts = |child: &NodeKey| child.within(tree).start();
        let from =
            self.children.partition_point(|child| if reversed { starts(child) > start } else { starts(child) < start });
        let here = self.children[from..].iter().take_while(|child| starts(child) == start);
        here.enumerate().find(|(_, child)| **child == place).map(|(at, _)| from + at)
    }
}
