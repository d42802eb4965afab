//! The signs, words and raw kinds of Python that language-independent code needs.

use crate::ir::{CommentSyntax, GlobalModule, GlobalSyntax, ModuleSyntax, NameSyntax, Syntax};

pub(super) static SYNTAX: Syntax = Syntax {
    comments: &[
        CommentSyntax::line("#"),
        // Documentation of a variable.
        CommentSyntax::line("#:").documenting(),
        CommentSyntax::line("#!"),
    ],
    modules: ModuleSyntax {
        separator: ".",
        nested: true,
        paths_are_resolved: false,
        idle_prefixes: &[],
        default_member: None,
    },
    names: NameSyntax { verbatim_spacing: &["string"], ..NameSyntax::VERBATIM },
    globals: GlobalSyntax {
        objects: &["__builtins__"],
        modules: &[GlobalModule { name: "builtins", whole: &[] }],
        ..GlobalSyntax::NONE
    },
    logical_operators: &["and", "or"],
    parentheses: &["parenthesized_expression"],
    text_kinds: &["string_content"],
    common_words: &[
        "False", "None", "True", "as", "def", "else", "for", "from", "if", "import", "in", "is", "not", "or", "return",
        "self",
    ],
    marker_tools: &["flake8", "mypy", "pyright", "pylint", "coverage"],
    ..Syntax::PLAIN
};
