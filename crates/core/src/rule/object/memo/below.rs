//! For each node the first match below it, found out on the way down from each node that is asked about.

use crate::budget::steps_of_text;
use crate::ir::{Children, Node, NodeId, NodeKey, RawKind, Tree};
use crate::rule::object::memo::{FIRST, Found, NONE, NotYet, Verdict};
use crate::rule::object::relation::Relation;
use crate::rule::object::{KindSet, Search};

/// What is known of the nodes below nodes.
#[derive(Debug, Default)]
pub(super) struct Below {
    /// 0 for not yet known, [`NONE`], else [`FIRST`] more than a number among `hits`.
    first: Vec<u32>,
    hits: Vec<NodeKey>,
    /// Nodes from this one on were found out from the last one of the tree back.
    done: u32,
    busy: bool,
}

/// The nodes that a term can match at all, where these are stored, in order.
#[derive(Debug)]
pub(super) struct Listed {
    ids: Vec<u32>,
    verdicts: Vec<Verdict>,
    /// For each number the same, or a later one up to which none matches.
    next: Vec<u32>,
    /// Those from this number on were found out from the last one of the tree back.
    done: usize,
}

impl Listed {
    fn new(tree: &Tree, kinds: &KindSet) -> Self {
        let is_listed = |id: &u32| kinds.contains(RawKind(tree.kinds[*id as usize]));
        let ids: Vec<u32> = (0..tree.len() as u32).filter(is_listed).collect();
        let verdicts = vec![Verdict::Unknown; ids.len()];
        let next = (0..=ids.len() as u32).collect();
        Self { done: ids.len(), ids, verdicts, next }
    }

    /// The first number from this one on that may match.
    fn open_from(&mut self, number: usize) -> usize {
        let mut at = number;
        while self.next[at] as usize != at {
            // Ways become shorter each time that they are gone.
            self.next[at] = self.next[self.next[at] as usize];
            at = self.next[at] as usize;
        }
        at
    }
}

impl<'t> Search<'t, '_> {
    /// The first match of `relation` below a node.
    pub(in crate::rule::object) fn first_below(&mut self, relation: &Relation, node: Node<'t>) -> Found<'t> {
        if node.is_lexed() {
            return Ok(None);
        }
        if let Some(kinds) = relation.flat_kinds() {
            return self.first_listed(relation, kinds, node);
        }
        let tree = node.tree();
        let below = &mut self.memo.tables(tree, relation.number).below;
        if below.first.is_empty() {
            below.first = vec![0; tree.len()];
            below.done = tree.len() as u32;
        }
        let known = below.first[node.id().0 as usize];
        if known == 0 {
            if self.is_deep() { self.fill_from_end(relation, node)? } else { self.fill_from_start(relation, node) }
        }
        let below = &self.memo.tables(tree, relation.number).below;
        let hit = below.first[node.id().0 as usize].checked_sub(FIRST);
        Ok(hit.map(|hit| below.hits[hit as usize].within(tree)))
    }

    /// Walks below a node up to its first match, passing over what is known.
    fn fill_from_start(&mut self, relation: &Relation, node: Node<'t>) {
        let (tree, number) = (node.tree(), relation.number);
        let mut open: Vec<(NodeId, Children<'t>)> = vec![(node.id(), node.children_with_tokens())];
        while let Some((owner, children)) = open.last_mut() {
            if self.steps.exhausted() {
                return;
            }
            let Some(child) = children.next() else {
                self.memo.tables(tree, number).below.first[owner.0 as usize] = NONE;
                open.pop();
                continue;
            };
            let mut first = 0;
            if relation.may_meet(child) && self.probe_alone(&relation.term, child) {
                first = self.add_hit(relation, child);
            } else if !child.is_lexed() && !relation.stops_at(child, self) {
                first = self.memo.tables(tree, number).below.first[child.id().0 as usize];
                if first == 0 {
                    open.push((child.id(), child.children_with_tokens()));
                }
            }
            if first >= FIRST && !self.steps.exhausted() {
                let below = &mut self.memo.tables(tree, number).below;
                for (owner, _) in &open {
                    below.first[owner.0 as usize] = first;
                }
                return;
            }
        }
    }

    /// Goes from the last node of the tree back to a node, so that what is below each is known when it is looked at.
    fn fill_from_end(&mut self, relation: &Relation, node: Node<'t>) -> Result<(), NotYet> {
        let (tree, number, wanted) = (node.tree(), relation.number, node.id().0);
        let below = &mut self.memo.tables(tree, number).below;
        if below.busy {
            return Err(NotYet);
        }
        let mut at = below.done;
        while at > wanted {
            at -= 1;
            let below = &mut self.memo.tables(tree, number).below;
            if below.first[at as usize] == 0 {
                below.busy = true;
                let first = self.first_at(relation, tree.node(NodeId(at)));
                let below = &mut self.memo.tables(tree, number).below;
                below.first[at as usize] = first;
                below.busy = false;
            }
            self.memo.tables(tree, number).below.done = at;
        }
        Ok(())
    }

    /// The answer for a node when it is known for all its children.
    fn first_at(&mut self, relation: &Relation, node: Node<'t>) -> u32 {
        let tree = node.tree();
        if !tree.has_gaps() && node.subtree_end().0 == node.id().0 + 1 {
            return NONE;
        }
        for child in node.children_with_tokens() {
            if self.steps.exhausted() {
                return NONE;
            }
            if relation.may_meet(child) && self.probe_alone(&relation.term, child) {
                return self.add_hit(relation, child);
            }
            if child.is_lexed() || relation.stops_at(child, self) {
                continue;
            }
            let first = self.memo.tables(tree, relation.number).below.first[child.id().0 as usize];
            if first >= FIRST {
                return first;
            }
        }
        NONE
    }

    fn add_hit(&mut self, relation: &Relation, hit: Node<'t>) -> u32 {
        let hits = &mut self.memo.tables(hit.tree(), relation.number).below.hits;
        hits.push(NodeKey::of(hit));
        hits.len() as u32 - 1 + FIRST
    }

    /// The first match below a node of a relation that looks at stored nodes of some kinds, however deep.
    fn first_listed(&mut self, relation: &Relation, kinds: &KindSet, node: Node<'t>) -> Found<'t> {
        let (tree, number) = (node.tree(), relation.number);
        if self.memo.tables(tree, number).listed.is_none() {
            // Numbers are compared here, many for one step.
            self.steps.take(steps_of_text(tree.len()));
            self.memo.tables(tree, number).listed = Some(Listed::new(tree, kinds));
        }
        if self.is_deep() {
            self.fill_listed_from_end(relation, node)?;
        }
        let end = node.subtree_end().0;
        let mut from = None;
        loop {
            let Some(listed) = &mut self.memo.tables(tree, number).listed else { return Err(NotYet) };
            let from_here = from.unwrap_or_else(|| listed.ids.partition_point(|id| *id <= node.id().0));
            let at = listed.open_from(from_here);
            let Some(id) = listed.ids.get(at).copied().filter(|id| *id < end) else { return Ok(None) };
            let found = tree.node(NodeId(id));
            if self.is_listed_hit(relation, at, found)? {
                return Ok(Some(found));
            }
            if self.steps.exhausted() {
                return Ok(None);
            }
            from = Some(at);
        }
    }

    /// Finds out about all that are listed from the last one of the tree back to the first one below a node.
    fn fill_listed_from_end(&mut self, relation: &Relation, node: Node<'t>) -> Result<(), NotYet> {
        let (tree, number) = (node.tree(), relation.number);
        loop {
            let Some(listed) = &mut self.memo.tables(tree, number).listed else { return Err(NotYet) };
            let Some(at) = listed.done.checked_sub(1).filter(|at| listed.ids[*at] > node.id().0) else { return Ok(()) };
            let id = listed.ids[at];
            self.is_listed_hit(relation, at, tree.node(NodeId(id)))?;
            if self.steps.exhausted() {
                return Ok(());
            }
            if let Some(listed) = &mut self.memo.tables(tree, number).listed {
                listed.done = listed.done.min(at);
            }
        }
    }

    /// Whether the listed node of a number matches.
    fn is_listed_hit(&mut self, relation: &Relation, at: usize, node: Node<'t>) -> Result<bool, NotYet> {
        let (tree, number) = (node.tree(), relation.number);
        let Some(listed) = &mut self.memo.tables(tree, number).listed else { return Err(NotYet) };
        match listed.verdicts[at] {
            Verdict::Busy => return Err(NotYet),
            Verdict::Unknown => listed.verdicts[at] = Verdict::Busy,
            known => return Ok(known == Verdict::Yes),
        }
        let found = self.probe_alone(&relation.term, node);
        if let Some(listed) = &mut self.memo.tables(tree, number).listed {
            listed.verdicts[at] = if found { Verdict::Yes } else { Verdict::No };
            if !found {
                listed.next[at] = at as u32 + 1;
            }
        }
        Ok(found)
    }
}
