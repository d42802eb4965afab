//! What a file must hold for a rule object to match in it: from what is asked for, never from what is excluded.

use crate::ir::{Dialect, view::Key};
use crate::literals::{Needed, Verbatim, of_regex, words_of_regex};
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
    Asked(Option<Needed>),
}

impl<'r> Needs<'r> {
    pub(crate) fn new(dialect: &'static Dialect, utils: &'r [Term]) -> Self {
        Self { dialect, utils, known: vec![Known::Unasked; utils.len()] }
    }

    /// What a rule with constraints on its metavariables needs.
    pub(crate) fn rule(&mut self, term: &Term, constraints: &[(VarId, Term)]) -> Option<Needed> {
        let mut needed = vec![self.term(term, 0)];
        for (var, constraint) in constraints {
            // A metavariable that is not bound is not asked about.
            if binds(term, *var, 0) {
                needed.push(self.term(constraint, 0));
            }
        }
        Needed::all(needed)
    }

    fn term(&mut self, term: &Term, depth: usize) -> Option<Needed> {
        if depth > MAX_DEPTH {
            return None;
        }
        let depth = depth + 1;
        match term {
            Term::Pattern(pattern) => pattern.needed(self.dialect),
            Term::Kind(kind) => self.kinds(&[*kind].into_iter().collect()),
            Term::Node(kinds, _) => self.kinds(kinds),
            Term::Regex(regex) => of_regex(regex.syntax(), Verbatim::Whole),
            Term::Where(conditions, _) => Needed::all(conditions.iter().map(|condition| self.condition(condition))),
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
                Needed::all(terms.into_iter().chain(words).chain([kinds]))
            }
            Term::Any(terms, _) => {
                let terms: Vec<_> = terms.iter().map(|term| self.term(term, depth)).collect();
                Needed::any(terms)
            }
            Term::Matches(util, _) => self.util(*util, depth),
            Term::Inside(relation) | Term::Has(relation) | Term::Precedes(relation) | Term::Follows(relation) => {
                self.term(&relation.term, depth)
            }
            Term::Never => Some(Needed::never()),
            Term::NthChild(_) | Term::Not(_) => None,
        }
    }

    fn util(&mut self, util: usize, depth: usize) -> Option<Needed> {
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
    fn kinds(&self, kinds: &KindSet) -> Option<Needed> {
        let vocabulary = self.dialect.vocabulary();
        Needed::any(kinds.iter().map(|kind| Needed::word(keyword::of(vocabulary.kind_name(kind), self.dialect)?)))
    }

    fn condition(&self, condition: &Condition) -> Option<Needed> {
        match condition {
            Condition::Import(modules) => Needed::any(modules.iter().map(|module| self.module(module))),
            Condition::Ask(key, tests) => {
                let verbatim = verbatim(*key)?;
                let written = |literal: &Literal| match literal {
                    // The member may go by another name.
                    Literal::Text(text) if *key == Key::Callee && text.contains('#') => {
                        text.split('#').next().and_then(|module| self.module(module))
                    }
                    Literal::Text(text) => verbatim.part(text),
                    Literal::Bool(_) | Literal::Int(_) => None,
                };
                Needed::all(tests.iter().map(|test| match test {
                    Test::Equals(literal) => written(literal),
                    Test::Among(literals) => Needed::any(literals.iter().map(written)),
                    Test::Like(regex) => of_regex(regex.syntax(), verbatim),
                    _ => None,
                }))
            }
        }
    }

    /// A module's name stands in its import; one whose start names a module too may be put together from several
    /// places.
    fn module(&self, module: &str) -> Option<Needed> {
        let syntax = &self.dialect.language.syntax().modules;
        if syntax.nested {
            return Verbatim::Words.part(module);
        }
        Needed::text(syntax.bare(module).rsplit(syntax.separator).next().unwrap_or(module))
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
fn verbatim(key: Key) -> Option<Verbatim> {
    match key {
        Key::Name | Key::Marker | Key::Raw | Key::Receiver | Key::Arguments => Some(Verbatim::Whole),
        Key::Text => Some(Verbatim::Lines),
        Key::Callee | Key::Attributes | Key::Source => Some(Verbatim::Words),
        _ => None,
    }
}
