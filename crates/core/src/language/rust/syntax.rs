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
    common_words: &[
        "Error", "None", "Result", "Self", "Some", "as", "async", "await", "const", "else", "false", "for", "if",
        "impl", "let", "match", "mut", "pub", "return", "self", "static", "struct", "super", "true", "type", "use",
    ],
    attribute_markers: Some(allows::MARKERS),
    ..Syntax::PLAIN
};
