//! What relations have found in a tree, kept so that asking all nodes of a deep or wide tree costs one pass over it.
//!
//! What a term says of a node depends on the node alone as long as nothing that the term binds is bound; only then is
//! an answer kept or used. Relations that are asked little keep nothing: filling a table looks at the whole tree.

use std::collections::HashMap;

use crate::ir::{Node, NodeId, Place, Tree};
use crate::pattern::VarId;
use crate::rule::object::enclosing::Enclosing;
use crate::rule::object::relation::Relation;
use crate::rule::object::{KindSet, Search, Term};

/// Calls of rules by each other at one node from which on answers are kept, whatever was spent.
const DEEP: u32 = 50;

/// The answers of all relations of one rule in one tree.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// The address of the tree.
    tree: usize,
    slots: Vec<Slot>,
    /// For all rules that are run one after the other.
    enclosing: Enclosing,
    #[cfg(test)]
    pub(crate) mode: Mode,
}

/// When answers are kept.
#[cfg(test)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Patient,
    Always,
    Never,
}

/// The answers of one relation.
#[derive(Debug, Default)]
struct Slot {
    /// How many nodes were looked at without a table.
    spent: u64,
    /// The number of the relation's kinds among those of [`Enclosing`].
    kinds: Option<usize>,
    /// That of the last search without a table.
    around: Option<Around>,
    tables: Option<Box<Tables>>,
}

/// Which one of a node and those around it matches, if any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) node: NodeId,
    pub(super) found: Option<NodeId>,
}

/// What is kept once a relation is asked much.
#[derive(Debug, Default)]
struct Tables {
    below: Below,
    above: Above,
    siblings: HashMap<u32, Siblings>,
    /// By parent, the counted children; none while they are being found out.
    places: HashMap<u32, Option<Vec<u32>>>,
}

/// For each node the first match below it, filled from the last node to the first.
#[derive(Debug, Default)]
struct Below {
    /// 0 for none, else one more than a number among `hits`.
    first: Vec<u32>,
    hits: Vec<Place>,
    /// Nodes from this one on are done.
    done: u32,
    busy: bool,
}

/// For each node the nearest match above it, filled from the root down each path that was asked for.
#[derive(Debug, Default)]
struct Above {
    /// 0 for not yet known, 1 for none, else two more than the node's number.
    nearest: Vec<u32>,
    matched: Vec<Verdict>,
    stopped: Vec<Verdict>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Verdict {
    #[default]
    Unknown,
    /// It is being found out.
    Busy,
    No,
    Yes,
}

/// For each child of one node the nearest match on one side.
#[derive(Debug)]
struct Siblings {
    /// In the order in which they are filled: each one's search begins with the one before.
    children: Vec<Place>,
    /// 0 for none, else one more than a number among `children`; as many as are done.
    nearest: Vec<u32>,
    busy: bool,
}

/// The answer is just being worked out: it has to be found without a table.
pub(super) struct NotYet;

type Found<'t> = Result<Option<Node<'t>>, NotYet>;

impl Memo {
    /// Forgets the answers of one rule and keeps what another one may make use of.
    pub(crate) fn turn_to_next(&mut self) {
        self.slots.clear();
    }

    fn slot(&mut self, tree: &Tree, number: usize) -> &mut Slot {
        let address = std::ptr::from_ref(tree) as usize;
        if self.tree != address {
            self.tree = address;
            self.slots.clear();
            self.enclosing = Enclosing::default();
        }
        if self.slots.len() <= number {
            self.slots.resize_with(number + 1, Slot::default);
        }
        &mut self.slots[number]
    }

    /// How many nodes a relation may look at before it keeps its answers.
    fn patience(&self, tree: &Tree) -> u64 {
        #[cfg(test)]
        match self.mode {
            Mode::Patient => {}
            Mode::Always => return 0,
            Mode::Never => return u64::MAX,
        }
        let _ = self;
        1_000 + 2 * tree.len() as u64
    }

    fn tables(&mut self, tree: &Tree, number: usize) -> &mut Tables {
        self.slot(tree, number).tables.get_or_insert_default()
    }

    fn is_off(&self) -> bool {
        #[cfg(test)]
        return self.mode == Mode::Never;
        #[cfg(not(test))]
        {
            let _ = self;
            false
        }
    }
}

impl<'t, 's> Search<'t, 's> {
    /// Notes that relation `number` looked at a node without a table.
    pub(super) fn spend(&mut self, tree: &Tree, number: usize, count: u64) {
        self.memo.slot(tree, number).spent += count;
    }

    /// Whether relation `number`, whose term binds `vars`, may use a table now.
    pub(super) fn remembers<'v>(
        &mut self,
        tree: &Tree,
        number: usize,
        vars: impl FnOnce(&'s [Term]) -> &'v [VarId],
    ) -> bool {
        let patience = self.memo.patience(tree);
        let eager = self.calls >= DEEP && !self.memo.is_off();
        let slot = self.memo.slot(tree, number);
        (slot.tables.is_some() || slot.spent >= patience || eager) && !self.binds_any(vars(self.utils))
    }

    /// Whether the answer to a relation depends on the node alone.
    pub(super) fn is_free(&self, relation: &Relation) -> bool {
        !self.memo.is_off() && !self.binds_any(relation.variables(self.utils))
    }

    fn binds_any(&self, vars: &[VarId]) -> bool {
        vars.iter().any(|var| self.env.is_bound(*var))
    }

    /// The nearest node around `node` of the kinds that `relation` asks for.
    pub(super) fn nearest(
        &mut self,
        relation: &Relation,
        kinds: &KindSet,
        tree: &Tree,
        node: NodeId,
    ) -> Option<NodeId> {
        let Memo { slots, enclosing, .. } = &mut *self.memo;
        let set = slots[relation.number].kinds.get_or_insert_with(|| enclosing.number(kinds));
        enclosing.nearest(*set, kinds, tree, node)
    }

    /// Which one of a node and those around it matches, if that was the last to be kept.
    pub(super) fn known_around(&mut self, relation: &Relation, tree: &Tree, node: NodeId) -> Option<Around> {
        self.memo.slot(tree, relation.number).around.filter(|around| around.node == node)
    }

    pub(super) fn keep_around(&mut self, relation: &Relation, tree: &Tree, around: Around) {
        if !self.steps.exhausted() {
            self.memo.slot(tree, relation.number).around = Some(around);
        }
    }

    /// Binds what the term of a relation binds at a node where it is known to match.
    pub(super) fn bind(&mut self, relation: &Relation, found: Node<'t>) -> bool {
        relation.variables(self.utils).is_empty() || relation.term.matches(found, self)
    }

    /// The first match of `relation` below a node.
    pub(super) fn first_below(&mut self, relation: &Relation, node: Node<'t>) -> Found<'t> {
        let tree = node.tree();
        if node.is_lexed() {
            return Ok(None);
        }
        let below = &mut self.memo.tables(tree, relation.number).below;
        if below.first.is_empty() {
            below.first = vec![0; tree.len()];
            below.done = tree.len() as u32;
        }
        let wanted = node.id().0;
        if below.done > wanted && below.busy {
            return Err(NotYet);
        }
        let mut at = below.done;
        while at > wanted {
            at -= 1;
            self.memo.tables(tree, relation.number).below.busy = true;
            let first = self.first_at(relation, tree.node(NodeId(at)));
            let below = &mut self.memo.tables(tree, relation.number).below;
            below.first[at as usize] = first;
            below.done = at;
            below.busy = false;
        }
        let below = &mut self.memo.tables(tree, relation.number).below;
        let hit = below.first[wanted as usize].checked_sub(1);
        Ok(hit.map(|hit| below.hits[hit as usize].within(tree)))
    }

    /// The same for a node all of whose children are done.
    fn first_at(&mut self, relation: &Relation, node: Node<'t>) -> u32 {
        let tree = node.tree();
        if !tree.has_gaps() && node.subtree_end().0 == node.id().0 + 1 {
            return 0;
        }
        for child in node.children_with_tokens() {
            if self.steps.exhausted() {
                return 0;
            }
            if self.probe_alone(&relation.term, child) {
                let below = &mut self.memo.tables(tree, relation.number).below;
                below.hits.push(Place::of(child));
                return below.hits.len() as u32;
            }
            if child.is_lexed() || relation.stops_at(child, self) {
                continue;
            }
            let first = self.memo.tables(tree, relation.number).below.first[child.id().0 as usize];
            if first != 0 {
                return first;
            }
        }
        0
    }

    /// The nearest match of `relation` above a node.
    pub(super) fn nearest_above(&mut self, relation: &Relation, node: Node<'t>) -> Found<'t> {
        let tree = node.tree();
        let above = &mut self.memo.tables(tree, relation.number).above;
        if above.nearest.is_empty() {
            above.nearest = vec![0; tree.len()];
            above.matched = vec![Verdict::Unknown; tree.len()];
            above.stopped = vec![Verdict::Unknown; tree.len()];
        }
        let mut chain = Vec::new();
        let mut below = node;
        // A token that is not stored has no place in the table.
        while below.is_lexed() || above.nearest[below.id().0 as usize] == 0 {
            chain.push(below);
            let Some(parent) = below.parent() else { break };
            below = parent;
        }
        let mut nearest = above.nearest[below.id().0 as usize];
        while let Some(below) = chain.pop() {
            if self.steps.exhausted() {
                return Ok(None);
            }
            nearest = match below.parent() {
                None => 1,
                Some(outer) if relation.links(outer, below) && self.verdict(relation, outer, false)? => {
                    outer.id().0 + 2
                }
                Some(outer) if self.verdict(relation, outer, true)? => 1,
                Some(_) => nearest,
            };
            if !below.is_lexed() {
                self.memo.tables(tree, relation.number).above.nearest[below.id().0 as usize] = nearest;
            }
        }
        Ok(nearest.checked_sub(2).map(|id| tree.node(NodeId(id))))
    }

    /// Whether a node matches the term of a relation, or what it stops by.
    fn verdict(&mut self, relation: &Relation, node: Node<'t>, stop: bool) -> Result<bool, NotYet> {
        let (tree, at) = (node.tree(), node.id().0 as usize);
        let above = &mut self.memo.tables(tree, relation.number).above;
        let verdict = if stop { &mut above.stopped[at] } else { &mut above.matched[at] };
        match verdict {
            Verdict::Busy => return Err(NotYet),
            Verdict::Unknown => *verdict = Verdict::Busy,
            Verdict::No | Verdict::Yes => return Ok(*verdict == Verdict::Yes),
        }
        let found = if stop { relation.stops_at(node, self) } else { self.probe_alone(&relation.term, node) };
        let above = &mut self.memo.tables(tree, relation.number).above;
        let verdict = if stop { &mut above.stopped[at] } else { &mut above.matched[at] };
        *verdict = if found { Verdict::Yes } else { Verdict::No };
        Ok(found)
    }

    /// The nearest match of `relation` among the siblings after a node, or before it.
    pub(super) fn nearest_sibling(&mut self, relation: &Relation, node: Node<'t>, after: bool) -> Found<'t> {
        let tree = node.tree();
        let Some(parent) = node.parent() else { return Ok(None) };
        let key = parent.id().0;
        let tables = self.memo.tables(tree, relation.number);
        let siblings = tables.siblings.entry(key).or_insert_with(|| {
            let mut children: Vec<Place> = parent.children_with_tokens().map(Place::of).collect();
            if after {
                children.reverse();
            }
            Siblings { children, nearest: Vec::new(), busy: false }
        });
        let Some(wanted) = siblings.find(node, after) else { return Err(NotYet) };
        if siblings.busy && siblings.nearest.len() <= wanted {
            return Err(NotYet);
        }
        loop {
            let Some(siblings) = self.memo.tables(tree, relation.number).siblings.get_mut(&key) else {
                return Err(NotYet);
            };
            siblings.busy = false;
            let done = siblings.nearest.len();
            if done > wanted {
                let hit = siblings.nearest[wanted].checked_sub(1);
                return Ok(hit.map(|hit| siblings.children[hit as usize].within(tree)));
            }
            let mut nearest = 0;
            if let Some(before) = done.checked_sub(1) {
                siblings.busy = true;
                let (next, further) = (siblings.children[before].within(tree), siblings.nearest[before]);
                if !self.steps.take(1) {
                    return Ok(None);
                }
                if self.probe_alone(&relation.term, next) {
                    nearest = done as u32;
                } else if !relation.stops_at(next, self) {
                    nearest = further;
                }
            }
            if let Some(siblings) = self.memo.tables(tree, relation.number).siblings.get_mut(&key) {
                siblings.nearest.push(nearest);
            }
        }
    }

    /// The place of a named node among its named siblings that match `rule`, counted from 1, and their number; none
    /// when it does not match itself.
    pub(super) fn place(
        &mut self,
        number: usize,
        rule: Option<&Term>,
        parent: Node<'t>,
        node: Node<'t>,
    ) -> Result<Option<(i64, i64)>, NotYet> {
        let (tree, key) = (node.tree(), parent.id().0);
        let tables = self.memo.tables(tree, number);
        match tables.places.get(&key) {
            Some(Some(_)) => {}
            Some(None) => return Err(NotYet),
            None => {
                tables.places.insert(key, None);
                let mut counted = Vec::new();
                for child in parent.children() {
                    if self.steps.exhausted() {
                        return Ok(None);
                    }
                    if rule.is_none_or(|rule| self.probe_alone(rule, child)) {
                        counted.push(child.id().0);
                    }
                }
                self.memo.tables(tree, number).places.insert(key, Some(counted));
            }
        }
        let Some(Some(counted)) = self.memo.tables(tree, number).places.get(&key) else { return Err(NotYet) };
        let count = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        Ok(counted.binary_search(&node.id().0).ok().map(|at| (count(at + 1), count(counted.len()))))
    }
}

impl Siblings {
    /// The number of a child. They stand in order of their starts, or against it.
    fn find(&self, node: Node<'_>, reversed: bool) -> Option<usize> {
        let (tree, place, start) = (node.tree(), Place::of(node), node.start());
        let starts = |child: &Place| child.within(tree).start();
        let from =
            self.children.partition_point(|child| if reversed { starts(child) > start } else { starts(child) < start });
        let here = self.children[from..].iter().take_while(|child| starts(child) == start);
        here.enumerate().find(|(_, child)| **child == place).map(|(at, _)| from + at)
    }
}

impl Term {
    /// What the term can bind, utils that it asks included.
    pub(super) fn variables(&self, utils: &[Self]) -> Box<[VarId]> {
        let mut vars = Vec::new();
        let (mut open, mut seen) = (vec![self], vec![false; utils.len()]);
        while let Some(term) = open.pop() {
            match term {
                Self::Pattern(pattern) => vars.extend(pattern.variables()),
                Self::NthChild(nth) => open.extend(&nth.of_rule),
                Self::All(terms, _) | Self::Any(terms, _) => open.extend(terms),
                Self::Not(term) => open.push(term),
                Self::Matches(util, _) => {
                    if let (Some(term), Some(seen @ false)) = (utils.get(*util), seen.get_mut(*util)) {
                        *seen = true;
                        open.push(term);
                    }
                }
                // What a search stops by sees no bindings and leaves none.
                Self::Inside(relation) | Self::Has(relation) | Self::Precedes(relation) | Self::Follows(relation) => {
                    open.push(&relation.term);
                }
                Self::Kind(_) | Self::Regex(_) | Self::Node(..) | Self::Where(..) | Self::Never => {}
            }
        }
        vars.sort_unstable();
        vars.dedup();
        vars.into()
    }
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;
