//! What a file must hold for a rule object to match in it: from what is asked for, never from what is excluded.

use crate::ir::{Dialect, view::ViewKey};
use crate::literals::{NeededTexts, TextRelation, of_regex, words_of_regex};
use crate::pattern::VarId;
use crate::rule::object::condition::{Condition, Literal, Test};
use crate::rule::object::{KindSet, Term, keyword};

/// Deeper calls of utils by utils are not followed.
const MAX_DEPTH: usize = 200;

/// Works out what the terms of one rule need.
pub(crate) struct Needs<'r> {
    dialect: &'static Dialect,
    utils: &'r [Term],
    known: Vec<Known>,
}

/// What is known of a util. One that is being asked is taken for one that needs nothing.
#[derive(Clone, Debug)]
enum Known {
    Unasked,
    Asked(Option<NeededTexts>),
}

impl<'r> Needs<'r> {
    pub(crate) fn new(dialect: &'static Dialect, utils: &'r [Term]) -> Self {
        Self { dialect, utils, known: vec![Known::Unasked; utils.len()] }
    }

    /// What a rule with constraints on its metavariables needs.
    pub(crate) fn rule(&mut self, term: &Term, constraints: &[(VarId, Term)]) -> Option<NeededTexts> {
        let mut needed = vec![self.term(term, 0)];
        for (var, constraint) in constraints {
            // A metavariable that is not bound is not asked about.
            if binds(term, *var, 0) {
                needed.push(self.term(constraint, 0));
            }
        }
        NeededTexts::all(needed)
    }

    fn term(&mut self, term: &Term, depth: usize) -> Option<NeededTexts> {
        if depth > MAX_DEPTH {
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
        if let Known::Asked(needed) = known {
            return needed.clone();
        }
        *known = Known::Asked(None);
        let needed = self.term(term, depth);
        if let Some(known) = self.known.get_mut(util) {
            *known = Known::Asked(needed.clone());
        }
        needed
    }

    /// What nodes of these kinds hold, if each kind holds something.
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
                let verbatim = verbatim(*key)?;
                let written = |literal: &Literal| match literal {
                    // The member may go by another name.
                    Literal::Text(text) if *key == ViewKey::Callee && text.contains('#') => {
                        text.split('#').next().and_then(|module| self.module(module))
                    }
                    Literal::Text(text) => verbatim.needed(text),
                    Literal::Bool(_) | Literal::Int(_) => None,
                };
                NeededTexts::all(tests.iter().map(|test| match test {
                    Test::Equals(literal) => written(literal),
                    Test::Among(literals) => NeededTexts::any(literals.iter().map(written)),
                    Test::Like(regex) => of_regex(regex.syntax(), verbatim),
                    _ => None,
                }))
            }
        }
    }

    /// A module's name stands in its import; one whose start names a module too may be put together from several
    /// places.
    fn module(&self, module: &str) -> Option<NeededTexts> {
        let syntax = &self.dialect.language.syntax().modules;
        if syntax.nested {
            return TextRelation::Words.needed(module);
        }
        NeededTexts::text(syntax.bare(module).rsplit(syntax.separator).next().unwrap_or(module))
    }
}

/// Whether a match binds the metavariable, whichever way it comes about.
fn binds(term: &Term, var: VarId, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let depth = depth + 1;
    match term {
        Term::Pattern(pattern) => pattern.variables().any(|bound| bound == var),
        Term::All(terms, _) => terms.iter().any(|term| binds(term, var, depth)),
        Term::Any(terms, _) => terms.iter().all(|term| binds(term, var, depth)),
        Term::Inside(relation) | Term::Has(relation) | Term::Precedes(relation) | Term::Follows(relation) => {
            binds(&relation.term, var, depth)
        }
        _ => false,
    }
}

/// How the answers to a key stand in the text; none when they may be made up, or written with escapes.
fn verbatim(key: ViewKey) -> Option<TextRelation> {
    match key {
        ViewKey::Name | ViewKey::Marker | ViewKey::Raw | ViewKey::Receiver | ViewKey::Arguments => {
            Some(TextRelation::Whole)
        }
        ViewKey::Text => Some(TextRelation::Lines),
        ViewKey::Callee | ViewKey::Attributes | ViewKey::Source => Some(TextRelation::Words),
        _ => None,
    }
}
