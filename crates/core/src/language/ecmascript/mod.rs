//! TypeScript and JavaScript: two languages, one family, three grammars.

mod kinds;
mod modules;
mod names;
mod scopes;
mod testing;
mod strict;
mod token_fields;
mod views;

use std::sync::OnceLock;

use crate::ir::view::Views;
use crate::ir::{Kind, Lowered, Node};
use crate::language::{Depth, Dialect, Language, Refusal, TokenField, limits};
use crate::source::SourceFile;

/// TypeScript, in its two dialects.
#[derive(Debug)]
pub(super) struct TypeScript;

/// JavaScript, JSX included.
#[derive(Debug)]
pub(super) struct JavaScript;

static TS: Dialect = Dialect {
    name: "typescript",
    language: &TypeScript,
    extensions: &["ts", "mts", "cts"],
    tags: &["ts", "typescript", "mts", "cts"],
    ast_grep_names: &["typescript", "ts"],
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    vocabulary: OnceLock::new(),
    gap_lexer: OnceLock::new(),
};

static TSX: Dialect = Dialect {
    name: "tsx",
    language: &TypeScript,
    extensions: &["tsx"],
    tags: &["tsx"],
    ast_grep_names: &["tsx"],
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    vocabulary: OnceLock::new(),
    gap_lexer: OnceLock::new(),
};

static JS: Dialect = Dialect {
    name: "javascript",
    language: &JavaScript,
    extensions: &["js", "mjs", "cjs", "jsx"],
    tags: &["js", "javascript", "mjs", "cjs", "jsx"],
    ast_grep_names: &["javascript", "js", "jsx"],
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    vocabulary: OnceLock::new(),
    gap_lexer: OnceLock::new(),
};

const FAMILY: &str = "ecmascript";

impl Language for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn family(&self) -> &'static str {
        FAMILY
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        static DIALECTS: &[&Dialect] = &[&TS, &TSX];
        DIALECTS
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        kinds::TABLE
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    fn token_fields(&self) -> &'static [TokenField] {
        token_fields::TABLE
    }

    fn lower_strict(&self, source: SourceFile, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        strict::lower(source, dialect)
    }

    fn depth(&self, dialect: &Dialect, text: &str) -> Depth {
        limits::ecmascript::depth(text, dialect.name != TS.name)
    }

    fn views(&self) -> &'static dyn Views {
        &views::EcmaScript
    }
}

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn family(&self) -> &'static str {
        FAMILY
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        static DIALECTS: &[&Dialect] = &[&JS];
        DIALECTS
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        kinds::TABLE
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    fn token_fields(&self) -> &'static [TokenField] {
        token_fields::TABLE
    }

    fn lower_strict(&self, source: SourceFile, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        strict::lower(source, dialect)
    }

    fn depth(&self, dialect: &Dialect, text: &str) -> Depth {
        limits::ecmascript::depth(text, dialect.name != TS.name)
    }

    fn views(&self) -> &'static dyn Views {
        &views::EcmaScript
    }
}
