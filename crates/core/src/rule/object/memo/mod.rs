//! Memoization of relational rules (`inside`, `has`, `precedes`, `follows`, `nthChild`), so that a relation costs one
//! pass over a deep or wide tree, for any number of nodes whose answers are needed.
//!
//! A relation is searched without tables until these searches have taken [`MEMO_AFTER_STEPS`] steps in the tree. From
//! then on it stores, for each node, whether its term matches there and what the nearest match is. A search with tables
//! visits the nodes in the same order as one without, but skips those whose answer is stored, so that no node is
//! visited twice.
//!
//! A stored answer must depend on the node alone. It does as long as no metavariable of the term has a capture yet:
//! `$A` with an earlier capture matches only equal code. Answers are therefore stored and used only in that state; see
//! [`Search::depends_on_node_alone`].

mod above;
mod below;
mod beside;

use crate::ir::{Node, NodeId, Tree};
use crate::pattern::{SavedCaptures, VarId};
use crate::rule::object::enclosing::Enclosing;
use crate::rule::object::relation::Relation;
use crate::rule::object::{KindSet, Search, Term};

/// The number of steps after which a relation stores its answers in tables. Below it, tables would cost more than they
/// save.
const MEMO_AFTER_STEPS: u64 = 2_000;

/// The most bytes and stored nodes below a node that is always searched without tables: few nodes and tokens can be
/// below it, so few of them repeat the same search.
const MAX_SMALL_NODE_BYTES: u32 = 512;
const MAX_SMALL_NODE_DESCENDANTS: u32 = 32;

/// The deepest nesting of terms ([`Search::calls`]) at which small nodes are searched without tables. A util that calls
/// itself nests deeper, and would search the same small node again and again.
const MAX_SMALL_NODE_CALLS: u32 = 8;

/// The nesting of terms ([`Search::calls`]) from which on answers are stored at once, and tables are filled backwards
/// (from the last node or from the root). Each answer then needs only answers that are stored already, so a util that
/// calls itself through a relation nests no deeper.
const BACKWARDS_FROM_CALLS: u32 = 50;

/// The entry of a node without a match in a table of nearest matches. 0 is the entry of a node whose answer is not
/// known.
const NO_MATCH: u32 = 1;
/// The entry of a node with a match in such a table is this plus the number of the match.
const MATCH_OFFSET: u32 = 2;

/// The stored answers of all relations of one rule in one tree.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// The address of the tree that the answers are about; another address discards them.
    tree: usize,
    relations: Vec<RelationMemo>,
    /// Shared by all rules that run on the tree one after the other.
    enclosing: Enclosing,
    #[cfg(test)]
    pub(crate) mode: MemoMode,
}

/// The point from which answers are stored; tests compare the results of all.
#[cfg(test)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MemoMode {
    #[default]
    AfterSteps,
    Always,
    /// Always, and all tables are filled backwards.
    Backwards,
    Never,
}

/// The stored answers of one relation.
#[derive(Debug, Default)]
struct RelationMemo {
    /// The steps that searches without tables have taken.
    steps_without_tables: u64,
    /// The number of the relation's set of kinds in [`Enclosing`].
    kinds: Option<usize>,
    /// The answer of the last `inside` that was searched without tables.
    last_inside: Option<InsideAnswer>,
    /// The node at which the term was last known to match, and its captures there.
    captured_at: Option<NodeId>,
    captured: SavedCaptures,
    tables: Option<Box<RelationTables>>,
}

/// The nearest match among a node and its ancestors.
#[derive(Clone, Copy, Debug)]
pub(super) struct InsideAnswer {
    pub(super) node: NodeId,
    pub(super) found: Option<NodeId>,
}

/// The tables of one relation, made once it has taken [`MEMO_AFTER_STEPS`] steps.
#[derive(Debug, Default)]
struct RelationTables {
    below: below::DescendantMatches,
    candidates: Option<below::CandidateNodes>,
    above: above::AncestorMatches,
    beside: beside::SiblingMatches,
}

/// The stored answer of a term at one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum MatchState {
    #[default]
    Unknown,
    /// A search for it is under way.
    InProgress,
    No,
    Yes,
}

/// The error of a lookup whose answer is being computed further up the call stack: the term leads back to itself, and
/// the caller has to search without tables.
pub(super) struct AnswerPending;

type MemoResult<'t> = Result<Option<Node<'t>>, AnswerPending>;

impl Memo {
    /// Discards the answers of one rule; the table of enclosing nodes stays for the next one.
    pub(crate) fn start_next_rule(&mut self) {
        self.relations.clear();
    }

    #[inline]
    fn relation_memo(&mut self, tree: &Tree, number: usize) -> &mut RelationMemo {
        if self.tree != std::ptr::from_ref(tree) as usize || self.relations.len() <= number {
            self.add_relation_memo(tree, number);
        }
        &mut self.relations[number]
    }

    #[cold]
    fn add_relation_memo(&mut self, tree: &Tree, number: usize) {
        let address = std::ptr::from_ref(tree) as usize;
        if self.tree != address {
            self.tree = address;
            self.relations.clear();
            self.enclosing = Enclosing::default();
        }
        if self.relations.len() <= number {
            self.relations.resize_with(number + 1, RelationMemo::default);
        }
    }

    /// The number of steps that a relation may take before it stores its answers.
    fn steps_before_tables(&self) -> u64 {
        #[cfg(test)]
        match self.mode {
            MemoMode::AfterSteps => {}
            MemoMode::Always | MemoMode::Backwards => return 0,
            MemoMode::Never => return u64::MAX,
        }
        let _ = self;
        MEMO_AFTER_STEPS
    }

    fn tables(&mut self, tree: &Tree, number: usize) -> &mut RelationTables {
        self.relation_memo(tree, number).tables.get_or_insert_default()
    }

    fn is_disabled(&self) -> bool {
        #[cfg(test)]
        return self.mode == MemoMode::Never;
        #[cfg(not(test))]
        {
            let _ = self;
            false
        }
    }
}

impl<'t, 's> Search<'t, 's> {
    /// Counts a search without tables of relation `number`, which began when `left` steps were left.
    #[inline]
    pub(super) fn add_search_steps(&mut self, tree: &Tree, number: usize, left: u64) {
        let spent = left.saturating_sub(self.steps.left());
        self.memo.relation_memo(tree, number).steps_without_tables += spent;
    }

    /// True if a node is so small that storing answers about it would cost more than searching it again.
    #[inline]
    pub(super) fn is_small(&self, node: Node<'_>) -> bool {
        #[cfg(test)]
        if matches!(self.memo.mode, MemoMode::Always | MemoMode::Backwards) {
            return false;
        }
        node.end() - node.start() <= MAX_SMALL_NODE_BYTES
            && node.subtree_end().0 - node.id().0 <= MAX_SMALL_NODE_DESCENDANTS
            && self.calls <= MAX_SMALL_NODE_CALLS
    }

    /// True if relation `number`, whose term may capture `vars`, may use its tables now.
    #[inline]
    pub(super) fn may_use_tables<'v>(
        &mut self,
        tree: &Tree,
        number: usize,
        vars: impl FnOnce(&'s [Term]) -> &'v [VarId],
    ) -> bool {
        let steps_before_tables = self.memo.steps_before_tables();
        let eager = self.calls >= BACKWARDS_FROM_CALLS && !self.memo.is_disabled();
        let relation_memo = self.memo.relation_memo(tree, number);
        (relation_memo.steps_without_tables >= steps_before_tables || eager || relation_memo.tables.is_some())
            && !self.any_captured(vars(self.utils))
    }

    /// True if tables are filled backwards, so that computing one answer never needs another that is not stored.
    fn fills_backwards(&self) -> bool {
        #[cfg(test)]
        if self.memo.mode == MemoMode::Backwards {
            return true;
        }
        self.calls >= BACKWARDS_FROM_CALLS
    }

    /// True if the answer to a relation depends on the node alone: no metavariable of its term has a capture.
    pub(super) fn depends_on_node_alone(&self, relation: &Relation) -> bool {
        !self.memo.is_disabled() && !self.any_captured(relation.variables(self.utils))
    }

    /// True if any of these metavariables has a capture.
    fn any_captured(&self, vars: &[VarId]) -> bool {
        vars.iter().any(|var| self.env.is_captured(*var))
    }

    /// The nearest ancestor of `node` that is of the kinds of `relation`.
    pub(super) fn nearest_of_kinds(
        &mut self,
        relation: &Relation,
        kinds: &KindSet,
        tree: &Tree,
        node: NodeId,
    ) -> Option<NodeId> {
        let Memo { relations, enclosing, .. } = &mut *self.memo;
        let set = relations[relation.number].kinds.get_or_insert_with(|| enclosing.number(kinds));
        enclosing.nearest(*set, kinds, tree, node)
    }

    /// The nearest match among a node and its ancestors, if that is the answer stored last.
    pub(super) fn cached_inside(&mut self, relation: &Relation, tree: &Tree, node: NodeId) -> Option<InsideAnswer> {
        self.memo.relation_memo(tree, relation.number).last_inside.filter(|answer| answer.node == node)
    }

    /// Stores the answer of an `inside` that was searched without tables.
    pub(super) fn cache_inside(&mut self, relation: &Relation, tree: &Tree, answer: InsideAnswer) {
        if !self.steps.exhausted() {
            self.memo.relation_memo(tree, relation.number).last_inside = Some(answer);
        }
    }

    /// Sets the captures of the term of a relation at a node where it is known to match.
    pub(super) fn capture_at(&mut self, relation: &Relation, found: Node<'t>) -> bool {
        if relation.variables(self.utils).is_empty() {
            return true;
        }
        if found.is_lexed() {
            return relation.term.matches(found, self);
        }
        let (tree, number) = (found.tree(), relation.number);
        // Nodes that are checked one after the other often have the same match.
        let relation_memo = self.memo.relation_memo(tree, number);
        if relation_memo.captured_at == Some(found.id()) {
            self.env.restore(&relation_memo.captured);
            return true;
        }
        let mark = self.env.mark();
        let matches = relation.term.matches(found, self);
        let relation_memo = self.memo.relation_memo(tree, number);
        relation_memo.captured_at = (matches && !self.steps.exhausted()).then_some(found.id());
        self.env.save_since(mark, &mut relation_memo.captured);
        matches
    }

    /// Returns whether a term matches a node, and computes it with `find` the first time. `states` gives the table that
    /// holds the answer: that of the relation's term, or that of its `stopBy`.
    fn match_state(
        &mut self,
        relation: &Relation,
        node: Node<'t>,
        states: impl Fn(&mut RelationTables) -> &mut Vec<MatchState>,
        find: impl FnOnce(&mut Self) -> bool,
    ) -> Result<bool, AnswerPending> {
        let (tree, at) = (node.tree(), node.id().0 as usize);
        let all = states(self.memo.tables(tree, relation.number));
        if all.is_empty() {
            all.resize(tree.len(), MatchState::Unknown);
        }
        match all[at] {
            MatchState::InProgress => return Err(AnswerPending),
            MatchState::Unknown => all[at] = MatchState::InProgress,
            known => return Ok(known == MatchState::Yes),
        }
        let found = find(self);
        states(self.memo.tables(tree, relation.number))[at] = if found { MatchState::Yes } else { MatchState::No };
        Ok(found)
    }
}

impl Term {
    /// The metavariables that the term can capture, those of the utils that it calls included.
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
                // A `stopBy` rule is matched without the captures so far, and its own captures are removed.
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
