//! Which rules can find something in a file, told by its text alone: one search for the texts of all rules.

use crate::ir::Dialect;
use crate::plan::search::TextSearch;
use crate::plan::{Buckets, Instance, Levels};
use crate::rule::{Literal, Literals};

/// The texts that the rules of one dialect need.
#[derive(Debug)]
pub(crate) struct Prefilter {
    /// Finds the texts by their numbers; those of suppressions are the first.
    search: TextSearch,
    /// How many of the texts are those of suppressions.
    comments: usize,
    rules: Vec<Wanted>,
}

/// What one instance that is called in the dialect needs.
#[derive(Debug)]
struct Wanted {
    instance: usize,
    /// The numbers of its texts; none when it needs every file.
    texts: Option<Vec<usize>>,
}

/// What the text of a file says of the rules that are on for it.
#[derive(Debug)]
pub(crate) struct Scan {
    /// Whether anything can be found in the file.
    pub(crate) wanted: bool,
    /// Whether the text may hold a comment that silences.
    pub(crate) comments: bool,
    /// Every instance that is on.
    pub(crate) levels: Levels,
    /// The same without those that cannot find anything.
    pub(crate) live: Levels,
    /// Those that are on, are called in the dialect and cannot find anything.
    pub(crate) idle: Vec<usize>,
}

impl Prefilter {
    /// The pre-filter of a dialect; `comments` are the texts of suppressions that count in the run.
    pub(crate) fn new(instances: &[Instance], buckets: &Buckets, dialect: &'static Dialect, comments: &[&str]) -> Self {
        let comment = |text: &&str| Literal { text: (*text).to_owned(), is_word: false };
        let mut texts: Vec<Literal> = comments.iter().map(comment).collect();
        let rules = buckets
            .called()
            .iter()
            .map(|called| {
                let instance = called.instance;
                let literals = instances[instance].check.literals(dialect);
                Wanted { instance, texts: numbered(literals, &mut texts) }
            })
            .collect();
        Self { search: TextSearch::new(texts), comments: comments.len(), rules }
    }

    /// Whether any rule is ever called in the dialect.
    pub(crate) fn has_law(&self) -> bool {
        !self.rules.is_empty()
    }

    /// Whether any rule that is on is called at all.
    pub(crate) fn has_rules(&self, levels: &Levels) -> bool {
        self.rules.iter().any(|rule| levels[rule.instance].is_some())
    }

    /// Looks which of the rules that are on can find something in the text, and for comments that suppress where those
    /// count.
    pub(crate) fn scan(&self, text: &str, levels: Levels, suppressions_count: bool) -> Scan {
        let mut on = self.rules.iter().filter(|rule| levels[rule.instance].is_some()).peekable();
        // Where all rules need every file, there is nothing to learn.
        if on.peek().is_some() && on.all(|rule| rule.texts.is_none()) {
            return Scan { wanted: true, comments: true, live: levels.clone(), idle: Vec::new(), levels };
        }
        let found = self.search.found(text);
        let can = |rule: &Wanted| rule.texts.as_ref().is_none_or(|texts| texts.iter().any(|text| found[*text]));
        let comments = suppressions_count && found[..self.comments].contains(&true);
        let mut wanted = comments;
        let mut idle = Vec::new();
        for rule in self.rules.iter().filter(|rule| levels[rule.instance].is_some()) {
            if can(rule) {
                wanted = true;
            } else {
                idle.push(rule.instance);
            }
        }
        let mut live = levels.clone();
        if !idle.is_empty() {
            let mut without = levels.to_vec();
            for instance in &idle {
                without[*instance] = None;
            }
            live = without.into();
        }
        Scan { wanted, comments, levels, live, idle }
    }
}

fn numbered(literals: Literals, texts: &mut Vec<Literal>) -> Option<Vec<usize>> {
    let Literals::Any(needed) = literals else { return None };
    // An empty text stands in every file.
    if needed.iter().any(|literal| literal.text.is_empty()) {
        return None;
    }
    let number = |literal: Literal| {
        texts.iter().position(|known| *known == literal).unwrap_or_else(|| {
            texts.push(literal);
            texts.len() - 1
        })
    };
    Some(needed.into_iter().map(number).collect())
}
