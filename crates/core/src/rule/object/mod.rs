//! The rule object: what a node must be, and what must stand around it, compiled for one dialect.

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
mod util;

pub(crate) use compile::Compiler;
pub(crate) use kinds::{KindNeeds, KindSet};
pub(crate) use literals::Needs;
pub(crate) use memo::Memo;
pub(crate) use option::substitute;
pub(crate) use relation::Relation;

use crate::budget::Steps;
use crate::ir::{Kind, Lowered, Node, RawKind};
use crate::pattern::{Env, Pattern};
use condition::Condition;
use expression::Expression;
use nth_child::NthChild;

/// How deep rules may call each other at one node: utils that call themselves through a relation could go as deep as
/// the code does.
const MAX_CALLS: u32 = 300;

/// A rule object, or a part of one.
#[derive(Debug)]
pub(crate) enum Term {
    Pattern(Pattern),
    Kind(RawKind),
    Regex(Expression),
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
    /// Something that this dialect does not have.
    Never,
}

/// One search for matches: where, what is bound, what it may still cost.
pub(crate) struct Search<'t, 's> {
    pub(crate) file: &'t Lowered,
    pub(crate) utils: &'s [Term],
    pub(crate) env: &'s mut Env,
    pub(crate) steps: &'s Steps,
    pub(crate) memo: &'s mut Memo,
    pub(crate) calls: u32,
}

impl Term {
    /// The raw kinds that a match can have; none when that cannot be told.
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
        // The order of what binds nothing does not matter, so the quickest comes first.
        terms.sort_by_key(|term| match term {
            Self::Kind(_) | Self::Node(..) | Self::Never => 0,
            Self::Regex(regex) if regex.is_anchored() => 1,
            _ => 2,
        });
        let kinds = terms.iter().filter_map(Self::kinds).reduce(|all, kinds| all.intersection(&kinds));
        // What is left of these is asked of the set.
        terms.retain(|term| !matches!(term, Self::Kind(_)));
        Self::All(terms, kinds)
    }

    fn any(terms: Vec<Self>) -> Self {
        let none = Some(KindSet::empty());
        let kinds = terms.iter().fold(none, |any, term| Some(any?.union(&term.kinds()?)));
        Self::Any(terms, kinds)
    }

    /// An expression that the text of every match meets, and that is quick to refuse most.
    pub(crate) fn first_expression(&self) -> Option<&Expression> {
        match self {
            Self::Regex(regex) => Some(regex),
            Self::All(terms, _) => terms.first().and_then(Self::first_expression),
            _ => None,
        }
    }

    /// Whether the node matches. If not, nothing is bound that was not bound before.
    #[inline]
    pub(crate) fn matches<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        match self {
            // What asks no other term takes no room.
            Self::Kind(kind) => search.steps.take(1) && node.raw() == *kind,
            Self::Regex(regex) => search.steps.take(1) && regex.matches(node, search.steps),
            _ => self.matches_deeper(node, search),
        }
    }

    /// The same for a node that is known to be of the term's kinds, asked from outside of all terms.
    #[allow(clippy::inline_always, reason = "every rule asks it of every node of its kinds")]
    #[inline(always)]
    pub(crate) fn matches_kind<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        let Self::All(terms, _) = self else { return !search.steps.exhausted() && self.matches(node, search) };
        search.calls = 1;
        let found = search.steps.take_including_counted(1) && terms.iter().all(|term| term.matches(node, search));
        search.calls = 0;
        // What is bound does not matter then.
        found
    }

    fn matches_deeper<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if search.calls >= MAX_CALLS {
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
            Self::Regex(regex) => regex.matches(node, search.steps),
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
    /// Whether the term matches under the bindings so far; what it binds is forgotten.
    fn probe(&mut self, term: &Term, node: Node<'t>) -> bool {
        let mark = self.env.mark();
        let found = term.matches(node, self);
        self.env.rollback(mark);
        found
    }

    /// Whether the term matches when nothing is bound; what it binds is forgotten.
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
