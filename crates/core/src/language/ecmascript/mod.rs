//! TypeScript and JavaScript: two languages of one family, with three grammars.

mod directives;
mod kinds;
mod limits;
mod modules;
mod names;
mod scopes;
mod testing;
#[cfg(test)]
mod tests;
mod strict;
mod token_fields;
mod syntax;
mod views;

use crate::ir::view::Views;
use crate::ir::{Depth, Dialect, DialectParts, FileInput, Language, LeadingString, Refusal, Syntax, TokenField};
use crate::ir::{Kind, Lowered, Node, Tree};
use crate::language::limits::MAX_PARSE_MEMORY;

/// One of the two languages, which differ only in name and dialects.
#[derive(Debug)]
pub(super) struct EcmaScript {
    name: &'static str,
    dialects: &'static [&'static Dialect],
}

/// TypeScript, in its two dialects.
pub(super) static TYPESCRIPT: EcmaScript = EcmaScript { name: "typescript", dialects: &[&TS, &TSX] };

/// JavaScript, JSX included.
pub(super) static JAVASCRIPT: EcmaScript = EcmaScript { name: "javascript", dialects: &[&JS] };

static TS: Dialect = Dialect::new(DialectParts {
    name: "typescript",
    language: &TYPESCRIPT,
    extensions: &["ts", "mts", "cts"],
    tags: &["ts", "typescript", "mts", "cts"],
    editor_ids: &["typescript"],
    ast_grep_names: &["typescript", "ts"],
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
});

static TSX: Dialect = Dialect::new(DialectParts {
    name: "tsx",
    language: &TYPESCRIPT,
    extensions: &["tsx"],
    tags: &["tsx"],
    editor_ids: &["typescriptreact"],
    ast_grep_names: &["tsx"],
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
});

static JS: Dialect = Dialect::new(DialectParts {
    name: "javascript",
    language: &JAVASCRIPT,
    extensions: &["js", "mjs", "cjs", "jsx"],
    tags: &["js", "javascript", "mjs", "cjs", "jsx"],
    editor_ids: &["javascript", "javascriptreact"],
    ast_grep_names: &["javascript", "js", "jsx"],
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
});

impl Language for EcmaScript {
    fn name(&self) -> &'static str {
        self.name
    }

    fn family(&self) -> &'static str {
        "ecmascript"
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        self.dialects
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

    fn test_files(&self) -> &'static [&'static str] {
        &[
            "**/test/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}",
            "**/__tests__/**",
            "**/__mocks__/**",
            "**/jest.setup.*",
            "**/setupTests.*",
            "**/vitest.setup.*",
            "**/cypress/**",
            "**/*.cy.*",
            "**/*.test-d.*",
            "**/*.e2e-spec.*",
        ]
    }

    fn word_kinds(&self) -> &'static [&'static str] {
        kinds::WORD_KINDS
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    fn token_fields(&self) -> &'static [TokenField] {
        token_fields::TABLE
    }

    fn has_strict(&self) -> bool {
        true
    }

    fn lower_strict(&self, input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        strict::lower(input, dialect)
    }

    // By the scan's count of tokens, oxc and our tree take up to 80 bytes each (60 in arrays, 73 in class bodies, 77 in
    // elements).
    fn max_tokens(&self) -> u32 {
        MAX_PARSE_MEMORY / 80
    }

    fn stack_units(&self, text: &str) -> Option<usize> {
        limits::stack_units(text.as_bytes())
    }

    fn depth(&self, dialect: &Dialect, text: &str) -> Depth {
        limits::depth(text, dialect.name != TS.name)
    }

    fn leading_strings(&self, tree: &Tree) -> Vec<LeadingString> {
        directives::of(tree)
    }

    fn views(&self) -> &'static dyn Views {
        &views::EcmaScriptViews
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
