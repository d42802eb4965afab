//! Rust.

mod allows;
mod kinds;
mod limits;
mod macros;
mod grammar_workarounds;
mod modules;
mod names;
mod strict;
mod testing;
#[cfg(test)]
mod tests;
mod uses;
mod syntax;
mod views;

use crate::ir::view::Views;
use crate::ir::{DeclaredModules, DeclaringFiles, Depth, Dialect, DialectParts, FileInput, Language, Refusal, Syntax};
use crate::ir::{Kind, Lowered, Node, Tree};
use crate::ir::{TokenField, TokenInGap};
use crate::language::limits::MAX_PARSE_MEMORY;
use crate::source::RelPath;
use crate::span::Span;

/// Rust, a language of one dialect.
#[derive(Debug)]
pub(super) struct Rust;

static RUST: Dialect = Dialect::new(DialectParts {
    name: "rust",
    language: &Rust,
    extensions: &["rs"],
    tags: &["rust", "rs"],
    editor_ids: &["rust"],
    ast_grep_names: &["rust", "rs"],
    grammar: || tree_sitter_rust::LANGUAGE.into(),
});

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        static DIALECTS: &[&Dialect] = &[&RUST];
        DIALECTS
    }

    fn expando(&self) -> char {
        'µ'
    }

    fn syntax(&self) -> &'static Syntax {
        &syntax::SYNTAX
    }

    fn keywords(&self) -> &'static [(&'static str, &'static str)] {
        kinds::KEYWORDS
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        kinds::TABLE
    }

    fn kinds_beyond_grammar(&self) -> &'static [&'static str] {
        &["frontmatter"]
    }

    fn declaring_files(&self, path: &RelPath) -> DeclaringFiles {
        modules::declaring_files(path)
    }

    fn may_declare_tests(&self, text: &str) -> bool {
        modules::may_declare_tests(text)
    }

    fn declared_modules(&self, path: &RelPath, text: &str) -> DeclaredModules {
        modules::declared_modules(path, text)
    }

    fn test_files(&self) -> &'static [&'static str] {
        &["**/tests.rs", "**/*_tests.rs"]
    }

    fn word_kinds(&self) -> &'static [&'static str] {
        kinds::WORD_KINDS
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    fn depth(&self, _: &Dialect, text: &str) -> Depth {
        limits::depth(text)
    }

    fn token_fields(&self) -> &'static [TokenField] {
        strict::TOKEN_FIELDS
    }

    fn token_in_gap(&self, node: Node<'_>, from: u32, to: u32) -> TokenInGap {
        strict::token_in_gap(node, from, to)
    }

    fn text_for_grammar(&self, text: &str) -> Option<String> {
        grammar_workarounds::text(text)
    }

    fn finish_tolerant(&self, mut tree: Tree) -> Option<Tree> {
        grammar_workarounds::raw_strings(&mut tree);
        macros::read_calls(tree)
    }

    // By the scan's count of tokens, syn, its own tokens and our tree take up to 450 bytes each (in arguments of
    // macros: `a,`); tree-sitter takes up to two microseconds.
    fn max_tokens(&self) -> u32 {
        MAX_PARSE_MEMORY / 450
    }

    fn has_strict(&self) -> bool {
        true
    }

    fn lower_strict(&self, input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        strict::lower(input, dialect)
    }

    fn macro_code(&self, tree: &Tree) -> Vec<Span> {
        macros::of_unknown_macros(tree)
    }

    fn views(&self) -> &'static dyn Views {
        &views::RustViews
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
