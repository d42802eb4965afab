//! The first match below each node, computed on the way down from each node whose answer is needed.

use crate::budget::steps_of_text;
use crate::ir::{Children, Node, NodeId, NodeKey, RawKind, Tree};
use crate::rule::object::memo::{AnswerPending, MATCH_OFFSET, MatchState, MemoResult, NO_MATCH};
use crate::rule::object::relation::Relation;
use crate::rule::object::{KindSet, Search};

/// The answers of one `has`, by node.
#[derive(Debug, Default)]
pub(super) struct DescendantMatches {
    /// By node, 0 for not yet known, [`NO_MATCH`], else [`MATCH_OFFSET`] plus an index into `matches`.
    first: Vec<u32>,
    matches: Vec<NodeKey>,
    /// The answers of the nodes from this number on are known: they were filled in backwards, from the last node of the
    /// tree.
    filled_from: u32,
    /// True while one answer is being computed backwards.
    is_filling: bool,
}

/// The nodes of the kinds that a term can match, in order. Used where all of these kinds are stored in the tree: a
/// search then goes through the candidates instead of through all nodes.
#[derive(Debug)]
pub(super) struct CandidateNodes {
    ids: Vec<u32>,
    /// By index into `ids`, the answer if the term matches.
    states: Vec<MatchState>,
    /// A disjoint-set forest over the indices: for each index itself, or a later index such that all candidates from the
    /// first to the one before the second are mismatches.
    next: Vec<u32>,
    /// The states from this index on are known: they were filled in backwards, from the last candidate.
    filled_from: usize,
}

impl CandidateNodes {
    fn new(tree: &Tree, kinds: &KindSet) -> Self {
        let is_listed = |id: &u32| kinds.contains(RawKind(tree.kinds[*id as usize]));
        let ids: Vec<u32> = (0..tree.len() as u32).filter(is_listed).collect();
        let states = vec![MatchState::Unknown; ids.len()];
        let next = (0..=ids.len() as u32).collect();
        Self { filled_from: ids.len(), ids, states, next }
    }

    /// The first index from this one on whose node is not known to be a mismatch. Halves the path that it follows
    /// (union-find with path halving), so that long runs of mismatches are skipped in near-constant time.
    fn first_possible_from(&mut self, number: usize) -> usize {
        let mut at = number;
        while self.next[at] as usize != at {
            self.next[at] = self.next[self.next[at] as usize];
            at = self.next[at] as usize;
        }
        at
    }
}

impl<'t> Search<'t, '_> {
    /// The first match of `relation` below a node.
    pub(in crate::rule::object) fn first_below(&mut self, relation: &Relation, node: Node<'t>) -> MemoResult<'t> {
        if node.is_lexed() {
            return Ok(None);
        }
        if let Some(kinds) = relation.stored_kinds() {
            return self.first_candidate(relation, kinds, node);
        }
        let tree = node.tree();
        let below = &mut self.memo.tables(tree, relation.number).below;
        if below.first.is_empty() {
            below.first = vec![0; tree.len()];
            below.filled_from = tree.len() as u32;
        }
        let known = below.first[node.id().0 as usize];
        if known == 0 {
            if self.fills_backwards() {
                self.fill_backwards(relation, node)?;
            } else {
                self.fill_forwards(relation, node);
            }
        }
        let below = &self.memo.tables(tree, relation.number).below;
        let found = below.first[node.id().0 as usize].checked_sub(MATCH_OFFSET);
        Ok(found.map(|found| below.matches[found as usize].within(tree)))
    }

    /// Walks the nodes below a node in pre-order up to the first match, and skips subtrees whose answer is known.
    fn fill_forwards(&mut self, relation: &Relation, node: Node<'t>) {
        let (tree, number) = (node.tree(), relation.number);
        let mut open: Vec<(NodeId, Children<'t>)> = vec![(node.id(), node.children_with_tokens())];
        while let Some((owner, children)) = open.last_mut() {
            if self.steps.exhausted() {
                return;
            }
            let Some(child) = children.next() else {
                self.memo.tables(tree, number).below.first[owner.0 as usize] = NO_MATCH;
                open.pop();
                continue;
            };
            let mut first = 0;
            if relation.may_match(child) && self.probe_alone(&relation.term, child) {
                first = self.add_match(relation, child);
            } else if !child.is_lexed() && !relation.stops_at(child, self) {
                first = self.memo.tables(tree, number).below.first[child.id().0 as usize];
                if first == 0 {
                    open.push((child.id(), child.children_with_tokens()));
                }
            }
            if first >= MATCH_OFFSET && !self.steps.exhausted() {
                let below = &mut self.memo.tables(tree, number).below;
                for (owner, _) in &open {
                    below.first[owner.0 as usize] = first;
                }
                return;
            }
        }
    }

    /// Computes the answers from the last node of the tree back to `node`: nodes are numbered in pre-order, so the
    /// answers of all children are known when a node is reached.
    fn fill_backwards(&mut self, relation: &Relation, node: Node<'t>) -> Result<(), AnswerPending> {
        let (tree, number, wanted) = (node.tree(), relation.number, node.id().0);
        let below = &mut self.memo.tables(tree, number).below;
        if below.is_filling {
            return Err(AnswerPending);
        }
        let mut at = below.filled_from;
        while at > wanted {
            at -= 1;
            let below = &mut self.memo.tables(tree, number).below;
            if below.first[at as usize] == 0 {
                below.is_filling = true;
                let first = self.answer_from_children(relation, tree.node(NodeId(at)));
                let below = &mut self.memo.tables(tree, number).below;
                below.first[at as usize] = first;
                below.is_filling = false;
            }
            self.memo.tables(tree, number).below.filled_from = at;
        }
        Ok(())
    }

    /// The answer for a node whose children's answers are all known.
    fn answer_from_children(&mut self, relation: &Relation, node: Node<'t>) -> u32 {
        let tree = node.tree();
        if !tree.has_gaps() && node.subtree_end().0 == node.id().0 + 1 {
            return NO_MATCH;
        }
        for child in node.children_with_tokens() {
            if self.steps.exhausted() {
                return NO_MATCH;
            }
            if relation.may_match(child) && self.probe_alone(&relation.term, child) {
                return self.add_match(relation, child);
            }
            if child.is_lexed() || relation.stops_at(child, self) {
                continue;
            }
            let first = self.memo.tables(tree, relation.number).below.first[child.id().0 as usize];
            if first >= MATCH_OFFSET {
                return first;
            }
        }
        NO_MATCH
    }

    /// Stores a match, and returns its number as the table holds it.
    fn add_match(&mut self, relation: &Relation, found: Node<'t>) -> u32 {
        let matches = &mut self.memo.tables(found.tree(), relation.number).below.matches;
        matches.push(NodeKey::of(found));
        matches.len() as u32 - 1 + MATCH_OFFSET
    }

    /// The first match below a node, among the candidate nodes of a relation.
    fn first_candidate(&mut self, relation: &Relation, kinds: &KindSet, node: Node<'t>) -> MemoResult<'t> {
        let (tree, number) = (node.tree(), relation.number);
        if self.memo.tables(tree, number).candidates.is_none() {
            // Comparing kinds is as quick as comparing bytes of text, and is charged like that.
            self.steps.take(steps_of_text(tree.len()));
            self.memo.tables(tree, number).candidates = Some(CandidateNodes::new(tree, kinds));
        }
        if self.fills_backwards() {
            self.fill_candidates_backwards(relation, node)?;
        }
        let end = node.subtree_end().0;
        let mut from = None;
        loop {
            let Some(candidates) = &mut self.memo.tables(tree, number).candidates else { return Err(AnswerPending) };
            let from_here = from.unwrap_or_else(|| candidates.ids.partition_point(|id| *id <= node.id().0));
            let at = candidates.first_possible_from(from_here);
            let Some(id) = candidates.ids.get(at).copied().filter(|id| *id < end) else { return Ok(None) };
            let found = tree.node(NodeId(id));
            if self.candidate_matches(relation, at, found)? {
                return Ok(Some(found));
            }
            if self.steps.exhausted() {
                return Ok(None);
            }
            from = Some(at);
        }
    }

    /// Computes the states of the candidates from the last one of the tree back to the first one below `node`.
    fn fill_candidates_backwards(&mut self, relation: &Relation, node: Node<'t>) -> Result<(), AnswerPending> {
        let (tree, number) = (node.tree(), relation.number);
        loop {
            let Some(candidates) = &mut self.memo.tables(tree, number).candidates else { return Err(AnswerPending) };
            let Some(at) = candidates.filled_from.checked_sub(1).filter(|at| candidates.ids[*at] > node.id().0) else {
                return Ok(());
            };
            let id = candidates.ids[at];
            self.candidate_matches(relation, at, tree.node(NodeId(id)))?;
            if self.steps.exhausted() {
                return Ok(());
            }
            if let Some(candidates) = &mut self.memo.tables(tree, number).candidates {
                candidates.filled_from = candidates.filled_from.min(at);
            }
        }
    }

    /// Returns whether the candidate with index `at` matches.
    fn candidate_matches(&mut self, relation: &Relation, at: usize, node: Node<'t>) -> Result<bool, AnswerPending> {
        let (tree, number) = (node.tree(), relation.number);
        let Some(candidates) = &mut self.memo.tables(tree, number).candidates else { return Err(AnswerPending) };
        match candidates.states[at] {
            MatchState::InProgress => return Err(AnswerPending),
            MatchState::Unknown => candidates.states[at] = MatchState::InProgress,
            known => return Ok(known == MatchState::Yes),
        }
        let found = self.probe_alone(&relation.term, node);
        if let Some(candidates) = &mut self.memo.tables(tree, number).candidates {
            candidates.states[at] = if found { MatchState::Yes } else { MatchState::No };
            if !found {
                candidates.next[at] = at as u32 + 1;
            }
        }
        Ok(found)
    }
}
