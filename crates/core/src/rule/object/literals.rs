//! The texts that a file must contain for a rule object to match in it. They are derived from what a rule requires,
//! never from what it excludes.

use crate::ir::{Dialect, view::ViewKey};
use crate::literals::{NeededTexts, TextRelation, of_regex, words_of_regex};
use crate::pattern::VarId;
use crate::rule::object::condition::{Condition, ConditionValue, Test};
use crate::rule::object::{KindSet, Term, keyword};

/// The deepest nesting of terms and utils that is followed; a deeper term counts as one that needs no text.
const MAX_NEEDS_DEPTH: usize = 200;

/// Computes the texts that the terms of one rule need.
pub(crate) struct Needs<'r> {
    dialect: &'static Dialect,
    utils: &'r [Term],
    /// By the number of a util.
    known: Vec<UtilNeeds>,
}

/// The texts that a util needs. While they are being computed it is `Known(None)`, so that a util which calls itself
/// needs nothing on its own account.
#[derive(Clone, Debug)]
enum UtilNeeds {
    Unknown,
    Known(Option<NeededTexts>),
}

impl<'r> Needs<'r> {
    pub(crate) fn new(dialect: &'static Dialect, utils: &'r [Term]) -> Self {
        Self { dialect, utils, known: vec![UtilNeeds::Unknown; utils.len()] }
    }

    /// The texts that a rule with constraints on its metavariables needs; none when it may match in any file.
    pub(crate) fn rule(&mut self, term: &Term, constraints: &[(VarId, Term)]) -> Option<NeededTexts> {
        let mut needed = vec![self.term(term, 0)];
        for (var, constraint) in constraints {
            // A constraint on a metavariable without a capture is not checked.
            if always_captures(term, *var, 0) {
                needed.push(self.term(constraint, 0));
            }
        }
        NeededTexts::all(needed)
    }

    fn term(&mut self, term: &Term, depth: usize) -> Option<NeededTexts> {
        if depth > MAX_NEEDS_DEPTH {
            return None;
        }
        let depth = depth + 1;
        match term {
            Term::Pattern(pattern) => pattern.needed(self.dialect),
            Term::Kind(kind) => self.kinds(&[*kind].into_iter().collect()),
            Term::Node(kinds, _) => self.kinds(kinds),
            Term::Regex(regex) => of_regex(regex.syntax(), TextRelation::Whole),
            Term::Where(conditions, _) => {
                NeededTexts::all(conditions.iter().map(|condition| self.condition(condition)))
            }
            Term::All(terms, kinds) => {
                let vocabulary = self.dialect.vocabulary();
                let only_words =
                    kinds.as_ref().is_some_and(|kinds| kinds.iter().all(|kind| vocabulary.is_word_kind(kind)));
                let words = terms.iter().filter(|_| only_words).map(|term| match term {
                    Term::Regex(regex) => words_of_regex(regex.syntax()),
                    _ => None,
                });
                let words: Vec<_> = words.collect();
                let kinds = kinds.as_ref().and_then(|kinds| self.kinds(kinds));
                let terms: Vec<_> = terms.iter().map(|term| self.term(term, depth)).collect();
                NeededTexts::all(terms.into_iter().chain(words).chain([kinds]))
            }
            Term::Any(terms, _) => {
                let terms: Vec<_> = terms.iter().map(|term| self.term(term, depth)).collect();
                NeededTexts::any(terms)
            }
            Term::Matches(util, _) => self.util(*util, depth),
            Term::Inside(relation) | Term::Has(relation) | Term::Precedes(relation) | Term::Follows(relation) => {
                self.term(&relation.term, depth)
            }
            Term::Never => Some(NeededTexts::never()),
            Term::NthChild(_) | Term::Not(_) => None,
        }
    }

    fn util(&mut self, util: usize, depth: usize) -> Option<NeededTexts> {
        let (Some(term), Some(known)) = (self.utils.get(util), self.known.get_mut(util)) else { return None };
        if let UtilNeeds::Known(needed) = known {
            return needed.clone();
        }
        *known = UtilNeeds::Known(None);
        let needed = self.term(term, depth);
        if let Some(known) = self.known.get_mut(util) {
            *known = UtilNeeds::Known(needed.clone());
        }
        needed
    }

    /// The keywords of nodes of these kinds, if each kind has one.
    fn kinds(&self, kinds: &KindSet) -> Option<NeededTexts> {
        let vocabulary = self.dialect.vocabulary();
        NeededTexts::any(
            kinds.iter().map(|kind| NeededTexts::word(keyword::of(vocabulary.kind_name(kind), self.dialect)?)),
        )
    }

    fn condition(&self, condition: &Condition) -> Option<NeededTexts> {
        match condition {
            Condition::Import(modules) => NeededTexts::any(modules.iter().map(|module| self.module(module))),
            Condition::Ask(key, tests) => {
                let verbatim = self.verbatim(*key)?;
                let written = |literal: &ConditionValue| match literal {
                    // An import may rename the member, so only the module's name is sure to be in the text.
                    ConditionValue::Text(text) if *key == ViewKey::Callee && text.contains('#') => {
                        text.split('#').next().and_then(|module| self.module(module))
                    }
                    ConditionValue::Text(text) => verbatim.needed(text),
                    ConditionValue::Bool(_) | ConditionValue::Int(_) => None,
                };
                NeededTexts::all(tests.iter().map(|test| match test {
                    Test::Equals(literal) => written(literal),
                    Test::Among(literals) => NeededTexts::any(literals.iter().map(written)),
                    Test::Regex(regex) => of_regex(regex.syntax(), verbatim),
                    _ => None,
                }))
            }
        }
    }

    /// The way in which answers to a key appear in the file's text; none when they may differ from it (computed, or with
    /// escapes resolved).
    fn verbatim(&self, key: ViewKey) -> Option<TextRelation> {
        match key {
            ViewKey::Name | ViewKey::Marker | ViewKey::Raw | ViewKey::Receiver | ViewKey::Arguments => {
                Some(TextRelation::Whole)
            }
            ViewKey::Text => Some(TextRelation::Lines),
            ViewKey::Callee | ViewKey::Attributes | ViewKey::Source => Some(TextRelation::Words),
            ViewKey::Target => Some(TextRelation::Target(self.dialect.language.syntax())),
            _ => None,
        }
    }

    /// The text that an import of the module contains. In languages with nested imports (`use a::{b::c}`) the path may
    /// be spread over several places, so only its words are needed.
    fn module(&self, module: &str) -> Option<NeededTexts> {
        let syntax = &self.dialect.language.syntax().modules;
        if syntax.nested {
            return TextRelation::Words.needed(module);
        }
        NeededTexts::text(syntax.bare(module).rsplit(syntax.separator).next().unwrap_or(module))
    }
}

/// True if every match of the term captures the metavariable.
fn always_captures(term: &Term, var: VarId, depth: usize) -> bool {
    if depth > MAX_NEEDS_DEPTH {
        return false;
    }
    let depth = depth + 1;
    match term {
        Term::Pattern(pattern) => pattern.variables().any(|captured| captured == var),
        Term::All(terms, _) => terms.iter().any(|term| always_captures(term, var, depth)),
        Term::Any(terms, _) => terms.iter().all(|term| always_captures(term, var, depth)),
        Term::Inside(relation) | Term::Has(relation) | Term::Precedes(relation) | Term::Follows(relation) => {
            always_captures(&relation.term, var, depth)
        }
        _ => false,
    }
}
