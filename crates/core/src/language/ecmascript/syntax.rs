//! The signs, words and raw kinds of TypeScript and JavaScript that language-independent code needs.

use crate::ir::{CommentSyntax, ModuleSyntax, NameSyntax, Rewrite, Syntax};

pub(super) static SYNTAX: Syntax = Syntax {
    comments: &[
        CommentSyntax::line("//"),
        CommentSyntax::block("/*", "*/").within("{", "}"),
        CommentSyntax::block("/**", "*/").within("{", "}").documenting(),
        // Compiler directives and licences: no documentation.
        CommentSyntax::line("///"),
        CommentSyntax::line("//!"),
        CommentSyntax::block("/*!", "*/").within("{", "}"),
        CommentSyntax::line("<!--"),
    ],
    modules: ModuleSyntax {
        idle_prefixes: &["node:"],
        // The default export of a CommonJS module is the module itself.
        default_member: Some("default"),
        ..ModuleSyntax::FLAT
    },
    names: NameSyntax {
        left_out: &["type_arguments"],
        rewritten: &[
            Rewrite { token: "?.", parent: None, written: "." },
            Rewrite { token: "!", parent: Some("non_null_expression"), written: "" },
        ],
        verbatim_spacing: &["template_string", "string"],
        letters: &['$'],
        signs: &['?', '<', '!', '/'],
        ..NameSyntax::VERBATIM
    },
    logical_operators: &["&&", "||"],
    parentheses: &["parenthesized_expression"],
    text_kinds: &["jsx_text", "string_fragment"],
    // JavaScript's grammar has a token that consists of two words and a line end.
    split_tokens: &["static get"],
    common_words: &[
        "Error",
        "any",
        "as",
        "async",
        "await",
        "const",
        "default",
        "else",
        "export",
        "false",
        "for",
        "from",
        "function",
        "if",
        "import",
        "let",
        "new",
        "null",
        "number",
        "return",
        "static",
        "string",
        "super",
        "this",
        "true",
        "type",
        "undefined",
    ],
    marker_tools: &["eslint", "oxlint", "typescript", "biome", "deno", "istanbul", "c8", "v8"],
    ..Syntax::PLAIN
};
