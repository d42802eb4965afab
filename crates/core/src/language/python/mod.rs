//! Python.

mod comment_runs;
mod kinds;
mod limits;
mod modules;
mod names;
mod scopes;
mod syntax;
mod testing;
#[cfg(test)]
mod tests;
mod views;

use crate::ir::view::Views;
use crate::ir::{Depth, Dialect, DialectParts, Kind, Language, LeadingString, Node, Syntax, Tree};
use crate::language::limits::MAX_PARSE_MEMORY;

/// The most tokens of a file by the count of the scan: about five megabytes of ordinary code.
const MAX_TOKENS: u32 = 800_000;

/// Python, a language of one dialect.
#[derive(Debug)]
pub(super) struct Python;

static PYTHON: Dialect = Dialect::new(DialectParts {
    name: "python",
    language: &Python,
    extensions: &["py", "pyi", "pyw"],
    tags: &["python", "py", "pyi"],
    editor_ids: &["python"],
    ast_grep_names: &["python", "py"],
    grammar: || tree_sitter_python::LANGUAGE.into(),
});

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        static DIALECTS: &[&Dialect] = &[&PYTHON];
        DIALECTS
    }

    fn syntax(&self) -> &'static Syntax {
        &syntax::SYNTAX
    }

    fn expando(&self) -> char {
        'µ'
    }

    fn keywords(&self) -> &'static [(&'static str, &'static str)] {
        kinds::KEYWORDS
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        kinds::TABLE
    }

    fn test_files(&self) -> &'static [&'static str] {
        &["**/test/**/*.py", "**/test_*.py", "**/conftest.py"]
    }

    fn word_kinds(&self) -> &'static [&'static str] {
        &["identifier"]
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    // By the scan's count of tokens, tree-sitter and our tree take up to 360 bytes each (in lists: `a,`) and up to 1.5
    // microseconds (in short classes). Time is the tighter bound.
    fn max_tokens(&self) -> u32 {
        const { assert!(MAX_TOKENS <= MAX_PARSE_MEMORY / 360) };
        MAX_TOKENS
    }

    fn depth(&self, _: &Dialect, text: &str) -> Depth {
        limits::depth(text)
    }

    fn text_for_grammar(&self, text: &str) -> Option<String> {
        comment_runs::joined(text)
    }

    fn finish_tolerant(&self, tree: Tree) -> Option<Tree> {
        Some(comment_runs::split(tree))
    }

    fn leading_strings(&self, tree: &Tree) -> Vec<LeadingString> {
        names::docstrings(tree)
    }

    fn views(&self) -> &'static dyn Views {
        &views::PythonViews
    }

    #[cfg(test)]
    fn sample(&self) -> &'static str {
        tests::SAMPLE
    }

    #[cfg(test)]
    fn more_samples(&self) -> &'static [(&'static str, &'static str)] {
        tests::MORE_SAMPLES
    }
}
