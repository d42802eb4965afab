//! What relations have found in a tree, kept so that asking all nodes of a deep or wide tree costs one pass over it.
//!
//! What a term says of a node depends on the node alone as long as nothing that the term binds is bound; only then is
//! an answer kept or used. A relation keeps its answers once it has taken [`PATIENCE`] steps. From then on a search looks
//! at the same nodes in the same order as before, except for those about which the answer is known: no node of the tree
//! is looked at twice.

mod above;
mod below;
mod beside;

use crate::ir::{Node, NodeId, Tree};
use crate::pattern::{SavedCaptures, VarId};
use crate::rule::object::enclosing::Enclosing;
use crate::rule::object::relation::Relation;
use crate::rule::object::{KindSet, Search, Term};

/// Steps that one relation may take in a tree before it keeps its answers: tables are worth their memory then.
const PATIENCE: u64 = 2_000;

/// Bytes and stored nodes of a node that is searched anew whoever asks: no more nodes and tokens than these can ask.
const SMALL_BYTES: u32 = 512;
const SMALL_NODES: u32 = 32;

/// Calls of rules by each other at one node up to which that holds: what calls itself again and again asks more often.
const SHALLOW: u32 = 8;

/// Calls of rules by each other at one node from which on answers are kept, whatever was taken, and found out from the far
/// end, so that a rule which calls itself does so no deeper.
const DEEP: u32 = 50;

/// In the tables an answer is one number: 0 while it is not known, this one where nothing matches …
const NONE: u32 = 1;
/// … and this much more than the number of what matches.
const FIRST: u32 = 2;

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
    /// Always, and found out from the far end.
    FromFarEnd,
    Never,
}

/// The answers of one relation.
#[derive(Debug, Default)]
struct Slot {
    /// How many steps were taken without a table.
    spent: u64,
    /// The number of the relation's kinds among those of [`Enclosing`].
    kinds: Option<usize>,
    /// That of the last search without a table.
    around: Option<Around>,
    /// The node at which the term was found last, and what it bound there.
    bound_at: Option<NodeId>,
    bound: SavedCaptures,
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
    below: below::Below,
    listed: Option<below::Listed>,
    above: above::Above,
    beside: beside::Beside,
}

/// What is known of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Verdict {
    #[default]
    Unknown,
    /// It is being found out.
    Busy,
    No,
    Yes,
}

/// The answer is just being worked out: it has to be found without a table.
pub(super) struct NotYet;

type Found<'t> = Result<Option<Node<'t>>, NotYet>;

impl Memo {
    /// Forgets the answers of one rule and keeps what another one may make use of.
    pub(crate) fn turn_to_next(&mut self) {
        self.slots.clear();
    }

    #[inline]
    fn slot(&mut self, tree: &Tree, number: usize) -> &mut Slot {
        if self.tree != std::ptr::from_ref(tree) as usize || self.slots.len() <= number {
            self.make_slot(tree, number);
        }
        &mut self.slots[number]
    }

    #[cold]
    fn make_slot(&mut self, tree: &Tree, number: usize) {
        let address = std::ptr::from_ref(tree) as usize;
        if self.tree != address {
            self.tree = address;
            self.slots.clear();
            self.enclosing = Enclosing::default();
        }
        if self.slots.len() <= number {
            self.slots.resize_with(number + 1, Slot::default);
        }
    }

    /// How many steps a relation may take before it keeps its answers.
    fn patience(&self) -> u64 {
        #[cfg(test)]
        match self.mode {
            Mode::Patient => {}
            Mode::Always | Mode::FromFarEnd => return 0,
            Mode::Never => return u64::MAX,
        }
        let _ = self;
        PATIENCE
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
    /// Notes that relation `number` has searched without a table since there were `left` steps.
    #[inline]
    pub(super) fn spend(&mut self, tree: &Tree, number: usize, left: u64) {
        let spent = left.saturating_sub(self.steps.left());
        self.memo.slot(tree, number).spent += spent;
    }

    /// Whether a node is so small that keeping answers about it would cost more than searching it again.
    #[inline]
    pub(super) fn is_small(&self, node: Node<'_>) -> bool {
        #[cfg(test)]
        if matches!(self.memo.mode, Mode::Always | Mode::FromFarEnd) {
            return false;
        }
        node.end() - node.start() <= SMALL_BYTES
            && node.subtree_end().0 - node.id().0 <= SMALL_NODES
            && self.calls <= SHALLOW
    }

    /// Whether relation `number`, whose term binds `vars`, may use a table now.
    #[inline]
    pub(super) fn remembers<'v>(
        &mut self,
        tree: &Tree,
        number: usize,
        vars: impl FnOnce(&'s [Term]) -> &'v [VarId],
    ) -> bool {
        let patience = self.memo.patience();
        let eager = self.calls >= DEEP && !self.memo.is_off();
        let slot = self.memo.slot(tree, number);
        (slot.spent >= patience || eager || slot.tables.is_some()) && !self.binds_any(vars(self.utils))
    }

    /// Whether answers are to be found out from the far end, so that none is asked for on the way to another.
    fn is_deep(&self) -> bool {
        #[cfg(test)]
        if self.memo.mode == Mode::FromFarEnd {
            return true;
        }
        self.calls >= DEEP
    }

    /// Whether the answer to a relation depends on the node alone.
    pub(super) fn is_free(&self, relation: &Relation) -> bool {
        !self.memo.is_off() && !self.binds_any(relation.variables(self.utils))
    }

    fn binds_any(&self, vars: &[VarId]) -> bool {
        vars.iter().any(|var| self.env.is_captured(*var))
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
        if relation.variables(self.utils).is_empty() {
            return true;
        }
        if found.is_lexed() {
            return relation.term.matches(found, self);
        }
        let (tree, number) = (found.tree(), relation.number);
        // Many nodes that are asked one after the other find the same one.
        let slot = self.memo.slot(tree, number);
        if slot.bound_at == Some(found.id()) {
            self.env.restore(&slot.bound);
            return true;
        }
        let mark = self.env.mark();
        let matches = relation.term.matches(found, self);
        let slot = self.memo.slot(tree, number);
        slot.bound_at = (matches && !self.steps.exhausted()).then_some(found.id());
        self.env.save_since(mark, &mut slot.bound);
        matches
    }

    /// Whether the term of a relation matches a node, or what it stops by, each found out once; `verdicts` is where that
    /// is kept.
    fn verdict(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        verdicts: impl Fn(&mut Tables) -> &mut Vec<Verdict>,
        find: impl FnOnce(&mut Self) -> bool,
    ) -> Result<bool, NotYet> {
        let (tree, at) = (node.tree(), node.id().0 as usize);
        let all = verdicts(self.memo.tables(tree, relation.number));
        if all.is_empty() {
            all.resize(tree.len(), Verdict::Unknown);
        }
        match all[at] {
            Verdict::Busy => return Err(NotYet),
            Verdict::Unknown => all[at] = Verdict::Busy,
            known => return Ok(known == Verdict::Yes),
        }
        let found = find(self);
        verdicts(self.memo.tables(tree, relation.number))[at] = if found { Verdict::Yes } else { Verdict::No };
        Ok(found)
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
