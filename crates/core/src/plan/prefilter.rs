//! The pre-filter of one dialect: rules out the rules whose needed texts are not in a file, with one search for the
//! texts of all rules.

use crate::ir::Dialect;
use crate::plan::search::TextSearch;
use crate::plan::{DialectRules, Instance, Levels};
use crate::rule::{Literal, Literals};

/// The texts that the rules of one dialect need.
#[derive(Debug)]
pub(crate) struct Prefilter {
    /// Finds the texts by their numbers; those of suppressions come first.
    search: TextSearch,
    /// The number of texts that mark suppressions.
    suppression_texts: usize,
    rules: Vec<InstanceTexts>,
}

/// The texts that one instance needs.
#[derive(Debug)]
struct InstanceTexts {
    instance: usize,
    /// The numbers of its texts; none when it needs every file.
    texts: Option<Vec<usize>>,
}

/// The outcome of the pre-filter for one file.
#[derive(Debug)]
pub(crate) struct PrefilterResult {
    /// True if a rule may find something in the file, or it may contain a suppression.
    pub(crate) must_parse: bool,
    /// True if the text may contain a suppression.
    pub(crate) may_suppress: bool,
    /// The levels of all instances.
    pub(crate) levels: Levels,
    /// The levels without the instances that are ruled out.
    pub(crate) candidates: Levels,
    /// The instances that are on for the file and are called in the dialect, but cannot find anything in this text.
    pub(crate) ruled_out: Vec<usize>,
}

impl Prefilter {
    /// The pre-filter of a dialect; `suppression_texts` are the texts that mark the
    /// suppressions which count in the run.
    pub(crate) fn new(
        instances: &[Instance],
        dialect_rules: &DialectRules,
        dialect: &'static Dialect,
        suppression_texts: &[&str],
    ) -> Self {
        let literal = |text: &&str| Literal { text: (*text).to_owned(), is_word: false };
        let mut texts: Vec<Literal> = suppression_texts.iter().map(literal).collect();
        let rules = dialect_rules
            .called()
            .iter()
            .map(|called| {
                let instance = called.instance;
                let literals = instances[instance].check.literals(dialect);
                InstanceTexts { instance, texts: numbered(literals, &mut texts) }
            })
            .collect();
        Self { search: TextSearch::new(texts), suppression_texts: suppression_texts.len(), rules }
    }

    /// True if any rule is called in the dialect.
    pub(crate) fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// True if any rule that is on is called in the dialect.
    pub(crate) fn any_enabled(&self, levels: &Levels) -> bool {
        self.rules.iter().any(|rule| levels[rule.instance].is_some())
    }

    /// Searches the text for what the rules that are on need and, if suppressions matter, for suppressions.
    pub(crate) fn apply(&self, text: &str, levels: Levels, suppressions_matter: bool) -> PrefilterResult {
        let mut on = self.rules.iter().filter(|rule| levels[rule.instance].is_some()).peekable();
        // If all rules need every file, no search is needed.
        if on.peek().is_some() && on.all(|rule| rule.texts.is_none()) {
            return PrefilterResult {
                must_parse: true,
                may_suppress: true,
                candidates: levels.clone(),
                ruled_out: Vec::new(),
                levels,
            };
        }
        let found = self.search.found(text);
        let may_find =
            |rule: &InstanceTexts| rule.texts.as_ref().is_none_or(|texts| texts.iter().any(|text| found[*text]));
        let may_suppress = suppressions_matter && found[..self.suppression_texts].contains(&true);
        let mut must_parse = may_suppress;
        let mut ruled_out = Vec::new();
        for rule in self.rules.iter().filter(|rule| levels[rule.instance].is_some()) {
            if may_find(rule) {
                must_parse = true;
            } else {
                ruled_out.push(rule.instance);
            }
        }
        let mut candidates = levels.clone();
        if !ruled_out.is_empty() {
            let mut without = levels.to_vec();
            for instance in &ruled_out {
                without[*instance] = None;
            }
            candidates = without.into();
        }
        PrefilterResult { must_parse, may_suppress, levels, candidates, ruled_out }
    }
}

/// Adds literals to `texts`, unless they are there, and returns their indexes in it; none when the rule needs every
/// file.
fn numbered(literals: Literals, texts: &mut Vec<Literal>) -> Option<Vec<usize>> {
    let Literals::Any(needed) = literals else { return None };
    // An empty text occurs in every file.
    if needed.iter().any(|literal| literal.text.is_empty()) {
        return None;
    }
    let number = |literal: Literal| {
        texts.iter().position(|other| *other == literal).unwrap_or_else(|| {
            texts.push(literal);
            texts.len() - 1
        })
    };
    Some(needed.into_iter().map(number).collect())
}
