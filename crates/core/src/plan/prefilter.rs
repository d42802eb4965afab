//! Which rules can find something in a file, told by its text alone: one search for the texts of all rules.

use crate::language::Dialect;
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
    /// Every instance that is on.
    pub(crate) levels: Levels,
    /// Those that can find something.
    pub(crate) live: Levels,
    /// Those that are called in the dialect and cannot find anything.
    pub(crate) idle: Levels,
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
        let found = self.found(text, &levels);
        let mut scan = Scan {
            wanted: suppressions_count && found[..self.comments].contains(&true),
            live: vec![None; levels.len()],
            idle: vec![None; levels.len()],
            levels,
        };
        for rule in &self.rules {
            let level = scan.levels[rule.instance];
            let can = rule.texts.as_ref().is_none_or(|texts| texts.iter().any(|text| found[*text]));
            let side = if can { &mut scan.live } else { &mut scan.idle };
            side[rule.instance] = level;
            scan.wanted |= can && level.is_some();
        }
        scan
    }

    /// For each text: whether the file holds it.
    fn found(&self, text: &str, levels: &Levels) -> Vec<bool> {
        let on = || self.rules.iter().filter(|rule| levels[rule.instance].is_some());
        // Where all rules need every file, there is nothing to learn.
        let useless = on().next().is_some() && on().all(|rule| rule.texts.is_none());
        if useless { vec![false; self.search.count()] } else { self.search.found(text) }
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
