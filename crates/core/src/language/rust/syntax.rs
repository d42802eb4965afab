//! The signs, words and raw kinds of Rust that language-independent code needs.

use super::allows;
use crate::ir::{CommentSyntax, GlobalSyntax, ModuleSyntax, NameSyntax, Syntax};

pub(super) static SYNTAX: Syntax = Syntax {
    comments: &[
        CommentSyntax::line("//"),
        CommentSyntax::block("/*", "*/"),
        CommentSyntax::line("///").documenting(),
        CommentSyntax::line("//!").documenting(),
        CommentSyntax::block("/**", "*/").documenting(),
        CommentSyntax::block("/*!", "*/").documenting(),
    ],
    modules: ModuleSyntax {
        separator: "::",
        nested: true,
        paths_are_resolved: true,
        idle_prefixes: &["::"],
        default_member: None,
    },
    names: NameSyntax { separator: "::", left_out: &["type_arguments"], signs: &['<', '/'], ..NameSyntax::VERBATIM },
    globals: GlobalSyntax { objects: &["std", "core", "alloc"], ..GlobalSyntax::NONE },
    logical_operators: &["&&", "||"],
    parentheses: &["parenthesized_expression"],
    text_kinds: &["string_content"],
    expression_macros: &[
        "assert",
        "assert_eq",
        "assert_ne",
        "dbg",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "eprint",
        "eprintln",
        "format",
        "format_args",
        "matches",
        "panic",
        "print",
        "println",
        "todo",
        "unimplemented",
        "unreachable",
        "vec",
        "write",
        "writeln",
    ],
    common_words: &[
        "Error", "None", "Result", "Self", "Some", "as", "async", "await", "const", "else", "false", "for", "if",
        "impl", "let", "match", "mut", "pub", "return", "self", "static", "struct", "super", "true", "type", "use",
    ],
    attribute_markers: Some(allows::MARKERS),
    ..Syntax::PLAIN
};
