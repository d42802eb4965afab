//! The signs, words and raw kinds of TypeScript and JavaScript that language-independent code needs.

use crate::ir::{CommentSyntax, GlobalModule, GlobalSyntax, ModuleSyntax, NameSyntax, Rewrite, Syntax};

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
    globals: GlobalSyntax {
        objects: &["globalThis", "window", "self", "global"],
        modules: GLOBAL_MODULES,
        callers: &["call", "apply", "bind"],
        appliers: &[&["Reflect", "apply"], &["Reflect", "construct"]],
        derivers: &["extend"],
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

/// A module whose members are global names by themselves.
const fn members(name: &'static str) -> GlobalModule {
    GlobalModule { name, whole: &[] }
}

/// Modules of Node, and test runners: what they export is global as well where they run.
const GLOBAL_MODULES: &[GlobalModule] = &[
    GlobalModule { name: "console", whole: &["console"] },
    GlobalModule { name: "process", whole: &["process"] },
    members("vitest"),
    members("@jest/globals"),
    members("mocha"),
    members("jasmine"),
    members("bun:test"),
    members("@std/testing/bdd"),
    members("jsr:@std/testing/bdd"),
    members("uvu"),
    members("tap"),
    GlobalModule { name: "test", whole: &["test"] },
    GlobalModule { name: "@playwright/test", whole: &["test"] },
    GlobalModule { name: "ava", whole: &["test"] },
    GlobalModule { name: "tape", whole: &["test"] },
];
