//! Rule objects: conditions on a node and on the nodes around it, compiled for one dialect.

mod captures;
mod compile;
mod condition;
mod enclosing;
mod expression;
mod keyword;
mod kinds;
mod literals;
pub(crate) mod memo;
mod nth_child;
mod relation;
mod option;
mod pattern;
mod util;

pub(crate) use compile::Compiler;
pub(crate) use kinds::{KindNeeds, KindSet};
pub(crate) use literals::Needs;
pub(crate) use memo::Memo;
pub(crate) use option::substitute;
pub(crate) use pattern::foreign_sign;
pub(crate) use relation::Relation;

use std::sync::Arc;

use crate::budget::Steps;
use crate::ir::{Kind, Lowered, Node, RawKind};
use crate::pattern::{Env, Pattern};
use condition::Condition;
use expression::Expression;
pub(crate) use expression::ExpressionPool;
use nth_child::NthChild;

/// The deepest nesting of terms in one search. A util that calls itself through a relation nests as deep as the code
/// does; beyond this depth the rule's budget counts as spent.
const MAX_TERM_CALLS: u32 = 300;

/// A compiled rule object, or a part of one. A set of kinds in a variant is that of the kinds which a match can have,
/// none when it may have any.
#[derive(Debug)]
pub(crate) enum Term {
    Pattern(Pattern),
    Kind(RawKind),
    Regex(Arc<Expression>),
    NthChild(Box<NthChild>),
    Node(KindSet, Vec<Kind>),
    Where(Vec<Condition>, Option<KindSet>),
    All(Vec<Term>, Option<KindSet>),
    Any(Vec<Term>, Option<KindSet>),
    Not(Box<Term>),
    /// A util by its number.
    Matches(usize, Option<KindSet>),
    Inside(Box<Relation>),
    Has(Box<Relation>),
    Precedes(Box<Relation>),
    Follows(Box<Relation>),
    /// Matches nothing: the dialect lacks the kind, field or syntax that the rule names.
    Never,
}

/// The state of matching one rule at one node.
pub(crate) struct Search<'t, 's> {
    pub(crate) file: &'t Lowered,
    pub(crate) utils: &'s [Term],
    pub(crate) env: &'s mut Env,
    pub(crate) steps: &'s Steps,
    pub(crate) memo: &'s mut Memo,
    /// The number of terms that are being matched inside each other.
    pub(crate) calls: u32,
}

impl Term {
    /// The raw kinds that a match can have; none when it may have any.
    pub(crate) fn kinds(&self) -> Option<KindSet> {
        match self {
            Self::Pattern(pattern) => pattern.root_kinds().map(|kinds| kinds.into_iter().collect()),
            Self::Kind(kind) => Some([*kind].into_iter().collect()),
            Self::Node(kinds, _) => Some(kinds.clone()),
            Self::NthChild(nth) => nth.of_rule.as_ref()?.kinds(),
            Self::All(_, kinds) | Self::Any(_, kinds) | Self::Where(_, kinds) | Self::Matches(_, kinds) => {
                kinds.clone()
            }
            Self::Never => Some(KindSet::empty()),
            Self::Regex(_) | Self::Not(_) | Self::Inside(_) | Self::Has(_) | Self::Precedes(_) | Self::Follows(_) => {
                None
            }
        }
    }

    fn all(mut terms: Vec<Self>) -> Self {
        // Terms that capture nothing may be matched in any order, so the quickest come first.
        terms.sort_by_key(|term| match term {
            Self::Kind(_) | Self::Node(..) | Self::Never => 0,
            Self::Regex(regex) if regex.is_anchored() => 1,
            Self::Where(conditions, _) if conditions.iter().any(Condition::asks_about_surroundings) => 3,
            _ => 2,
        });
        let kinds = terms.iter().filter_map(Self::kinds).reduce(|all, kinds| all.intersection(&kinds));
        // The set of kinds says the same as these terms.
        terms.retain(|term| !matches!(term, Self::Kind(_)));
        Self::All(terms, kinds)
    }

    fn any(terms: Vec<Self>) -> Self {
        let none = Some(KindSet::empty());
        let kinds = terms.iter().fold(none, |any, term| Some(any?.union(&term.kinds()?)));
        Self::Any(terms, kinds)
    }

    /// True unless no node of the file matches, by what holds for all nodes of the file. `terms_left` bounds the terms that
    /// are asked: utils that use others several times can name very many.
    pub(crate) fn may_match_in(&self, file: &Lowered, utils: &[Self], terms_left: &mut u32) -> bool {
        let Some(left) = terms_left.checked_sub(1) else { return true };
        *terms_left = left;
        match self {
            Self::Where(conditions, _) => conditions.iter().all(|condition| condition.may_hold_in(file)),
            Self::All(terms, _) => terms.iter().all(|term| term.may_match_in(file, utils, terms_left)),
            Self::Any(terms, _) => terms.iter().any(|term| term.may_match_in(file, utils, terms_left)),
            Self::Matches(util, _) => utils.get(*util).is_none_or(|term| term.may_match_in(file, utils, terms_left)),
            _ => true,
        }
    }

    /// A regular expression that the text of every match meets; matching it first rules out most nodes quickly.
    pub(crate) fn first_expression(&self) -> Option<&Expression> {
        match self {
            Self::Regex(regex) => Some(regex),
            Self::All(terms, _) => terms.first().and_then(Self::first_expression),
            _ => None,
        }
    }

    /// True if the term matches the node. If it does not, the captures stay as they were.
    #[inline]
    pub(crate) fn matches<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        match self {
            // Terms without inner terms need no call that counts towards the nesting.
            Self::Kind(kind) => search.steps.take(1) && node.raw() == *kind,
            Self::Regex(regex) => search.steps.take(1) && regex.matches(node, search.file, search.steps),
            _ => self.matches_deeper(node, search),
        }
    }

    /// Like [`Self::matches`], for the term of a whole rule and a node that is known to be of its kinds. After a
    /// mismatch the captures are undefined; the caller clears them before the next node.
    #[allow(clippy::inline_always, reason = "every rule asks it of every node of its kinds")]
    #[inline(always)]
    pub(crate) fn matches_kind<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let Self::All(terms, _) = self else { return !search.steps.exhausted() && self.matches(node, search) };
        search.calls = 1;
        let found = search.steps.take_including_counted(1) && terms.iter().all(|term| term.matches(node, search));
        search.calls = 0;
        found
    }

    fn matches_deeper<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if search.calls >= MAX_TERM_CALLS {
            search.steps.exhaust();
        }
        if !search.steps.take(1) {
            return false;
        }
        search.calls += 1;
        let found = self.decide(node, search);
        search.calls -= 1;
        found
    }

    fn decide<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.match_node(node, search.env, search.steps),
            Self::Kind(kind) => node.raw() == *kind,
            Self::Regex(regex) => regex.matches(node, search.file, search.steps),
            Self::NthChild(nth) => nth.matches(node, search),
            Self::Node(raw, kinds) => raw.contains(node.raw()) && kinds.contains(&node.kind()),
            Self::Where(conditions, _) => conditions.iter().all(|condition| condition.holds(search.file, node)),
            Self::All(terms, kinds) => {
                if kinds.as_ref().is_some_and(|kinds| !kinds.contains(node.raw())) {
                    return false;
                }
                let mark = search.env.mark();
                let found = terms.iter().all(|term| term.matches(node, search));
                if !found {
                    search.env.rollback(mark);
                }
                found
            }
            Self::Any(terms, kinds) => {
                if kinds.as_ref().is_some_and(|kinds| !kinds.contains(node.raw())) {
                    return false;
                }
                let mark = search.env.mark();
                let found = terms.iter().any(|term| {
                    search.env.rollback(mark);
                    term.matches(node, search)
                });
                if !found {
                    search.env.rollback(mark);
                }
                found
            }
            Self::Not(term) => !search.probe(term, node) && !search.steps.exhausted(),
            Self::Matches(util, _) => match search.utils.get(*util) {
                Some(term) => term.matches(node, search),
                None => false,
            },
            Self::Inside(relation) => relation.inside(node, search),
            Self::Has(relation) => relation.has(node, search),
            Self::Precedes(relation) => relation.after(node, search).is_some(),
            Self::Follows(relation) => relation.before(node, search).is_some(),
            Self::Never => false,
        }
    }
}

impl<'t> Search<'t, '_> {
    /// True if the term matches with the captures so far; its own captures are discarded.
    fn probe(&mut self, term: &Term, node: Node<'t>) -> bool {
        let mark = self.env.mark();
        let found = term.matches(node, self);
        self.env.rollback(mark);
        found
    }

    /// True if the term matches without any captures; its own captures are discarded.
    fn probe_alone(&mut self, term: &Term, node: Node<'t>) -> bool {
        let floor = self.env.hide();
        let found = term.matches(node, self);
        self.env.unhide(floor);
        found
    }
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
pub(crate) mod tests;
