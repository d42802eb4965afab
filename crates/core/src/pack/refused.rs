//! Rules that cannot run.

use std::sync::Arc;

use crate::mistake::Mistake;
use crate::source::RelPath;

/// A rule that cannot run, because its page has mistakes or is for languages that this binary does not read. The other
/// rules run without it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedRule {
    /// Its id.
    pub id: Arc<str>,
    /// The mistakes, at least one.
    pub mistakes: Vec<Mistake>,
    /// True for a rule of ast-grep: a collection of these is written for many languages, so it is only skipped.
    pub ast_grep: bool,
    /// The path of its page below the root; none if it lies elsewhere.
    pub path: Option<RelPath>,
}

impl RefusedRule {
    /// A rule with these mistakes.
    pub(crate) fn new(id: impl Into<Arc<str>>, mistakes: Vec<Mistake>, ast_grep: bool) -> Self {
        Self { id: id.into(), mistakes, ast_grep, path: None }
    }

    /// The mistakes in one line each.
    pub fn reason(&self) -> String {
        let reasons: Vec<String> = self.mistakes.iter().map(Mistake::in_words).collect();
        reasons.join("; ")
    }
}
