//! Rust.

mod kinds;
mod names;
mod testing;
mod uses;
mod views;

use std::sync::OnceLock;

use crate::ir::view::Views;
use crate::ir::{Kind, Node};
use crate::language::{Depth, Dialect, Language, limits};

/// Rust, which is its own only dialect.
#[derive(Debug)]
pub(super) struct Rust;

static RUST: Dialect = Dialect {
    name: "rust",
    language: &Rust,
    extensions: &["rs"],
    tags: &["rust", "rs"],
    ast_grep_names: &["rust", "rs"],
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    vocabulary: OnceLock::new(),
    gap_lexer: OnceLock::new(),
};

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

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        kinds::TABLE
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    fn depth(&self, _: &Dialect, text: &str) -> Depth {
        limits::rust::depth(text)
    }

    fn views(&self) -> &'static dyn Views {
        &views::RustViews
    }
}
