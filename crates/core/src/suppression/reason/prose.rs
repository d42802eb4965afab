//! The text that may be the reason of a marker, and the comments beside one that give none: directives of tools, marks of
//! editors and code that was commented out.

use crate::ir::directive::{SUPPRESSION, is_in_name};
use crate::suppression::marker::tools::code_directives::is_code_directive;

/// The most bytes of a reason that are stored: one comment may be the reason of many markers.
const MAX_REASON_BYTES: usize = 1024;

/// The text as a reason; none if it is a placeholder or has fewer than three letters.
pub(crate) fn as_reason(text: &str) -> Option<String> {
    let text = before_own_directive(text).trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).take(3).count();
    let is_placeholder = text.starts_with('<') && text.ends_with('>') || text.eq_ignore_ascii_case("todo");
    let kept = text.get(..text.floor_char_boundary(MAX_REASON_BYTES)).unwrap_or_default();
    (letters >= 3 && !is_placeholder).then(|| kept.to_owned())
}

/// The text before a directive of lawbook, which has a reason of its own and gives none to another tool.
fn before_own_directive(text: &str) -> &str {
    let is_directive = |at: &usize| {
        let head = text[at + SUPPRESSION.len()..].split_once(':').map_or("", |(head, _)| head);
        head.split([',', ' ']).all(|name| name.chars().all(|c| is_in_name(c) || c == '=')) && !head.trim().is_empty()
    };
    let mut starts = text.match_indices(SUPPRESSION).map(|(at, _)| at).take(MAX_OWN_DIRECTIVES);
    starts.find(is_directive).map_or(text, |at| text[..at].trim_end_matches([' ', '\t', '/', '#', '*', '-']))
}

/// The most words of directives in one text that are looked at.
const MAX_OWN_DIRECTIVES: usize = 8;

/// True if a text says that the code is generated.
pub(crate) fn is_about_generated(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("generated") || text.contains("do not edit")
}

/// True if the text of a comment is prose, and neither for a tool nor code.
pub(crate) fn is_prose(text: &str) -> bool {
    let text = text.trim();
    !is_for_tool(text) && !is_code(text)
}

/// The beginnings of comments for tools and editors. A word of these is no word of prose.
const TOOL_STARTS: [&str; 63] = [
    "!/",
    "#[",
    "#endregion",
    "#pragma",
    "#region",
    "$Flow",
    "-*-",
    "</editor-fold",
    "<editor-fold",
    "@flow",
    "@format",
    "@jest-environment",
    "@jsx",
    "@lawbook-",
    "@license",
    "@noflow",
    "@noformat",
    "@preserve",
    "@prettier",
    "@ts-",
    "@vite-ignore",
    "@vitest-environment",
    "Local Variables:",
    "MARK:",
    "NOLINT",
    "ReSharper ",
    "SPDX-License-Identifier",
    "Stryker ",
    "ast-grep-ignore",
    "biome-ignore",
    "c8 ignore",
    "clang-format ",
    "clippy::",
    "codespell:",
    "coding:",
    "cspell:",
    "deno-coverage-",
    "deno-fmt-",
    "deno-lint-",
    "dprint-ignore",
    "endregion",
    "eslint-",
    "flake8:",
    "fmt:",
    "isort:",
    "istanbul ignore",
    "kate:",
    "lawbook-",
    "mypy:",
    "node:coverage",
    "noqa",
    "oxlint-",
    "prettier-ignore",
    "pylint:",
    "pyright:",
    "ruff:",
    "rustfmt::",
    "sourceMappingURL=",
    "spell-checker:",
    "stylelint-",
    "swiftlint:",
    "tslint:",
    "v8 ignore",
];

/// The words before a list of settings or names in comments for linters, which are words of prose too.
const WORDS_BEFORE_LISTS: [&str; 6] = ["eslint", "exported", "global", "globals", "jshint", "jslint"];

/// The words before the colon in the settings of editors and bundlers.
const WORDS_BEFORE_COLON: [&str; 5] = ["ex:", "type:", "vi:", "vim:", "yapf:"];

/// True if the text is for a tool or an editor.
fn is_for_tool(text: &str) -> bool {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    TOOL_STARTS.iter().any(|start| text.starts_with(start))
        || is_code_directive(text)
        || WORDS_BEFORE_COLON.contains(&word)
        || (word == "region" && !rest.ends_with('.'))
        || (word.starts_with("webpack") && word.ends_with(':'))
        || (WORDS_BEFORE_LISTS.contains(&word) && rest.split(',').all(is_setting))
}

/// True for an item of a list of settings: one word, perhaps with a value behind a colon.
fn is_setting(item: &str) -> bool {
    let name = item.trim().split(':').next().unwrap_or_default().trim();
    !name.is_empty() && !name.contains(char::is_whitespace)
}

/// Words that begin a statement, behind which the rest is read.
const STATEMENT_WORDS: [&str; 14] = [
    "await", "const", "else", "export", "let", "mut", "new", "pub", "return", "static", "throw", "var", "void", "yield",
];

/// True if the text is code that was commented out. Prose that only begins with a word of a language is none.
fn is_code(text: &str) -> bool {
    if text.ends_with([';', '{']) || text.ends_with("=>") || (text.ends_with('}') && !text.contains("{@")) {
        return true;
    }
    let mut words = 0;
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(char::is_whitespace)
        && STATEMENT_WORDS.contains(&word)
    {
        (words, rest) = (words + 1, after.trim_start());
    }
    let head = &rest[..rest.find(|c: char| !(c.is_alphanumeric() || "_.$:!?[]".contains(c))).unwrap_or(rest.len())];
    let after = rest[head.len()..].trim_start();
    let is_call = !head.is_empty() && rest[head.len()..].starts_with('(') && text.ends_with(')');
    let is_assignment =
        !head.is_empty() && ["= ", ":= ", "+= ", "-= ", "|= "].iter().any(|sign| after.starts_with(sign));
    let is_alone = words > 0 && !head.is_empty() && after.is_empty() && !head.ends_with(['.', '!', '?', ':']);
    let is_import = matches!(text.split_once(' '), Some(("import" | "from", module))
        if module.contains(['"', '\'']) || module.contains(" import ") || !module.contains(' '));
    is_call || is_assignment || is_alone || is_import
}

#[cfg(test)]
mod tests {
    use super::is_prose;

    #[test]
    fn directives_marks_of_editors_and_code_are_no_prose() {
        for text in [
            "eslint-env browser",
            "eslint eqeqeq: \"off\", curly: 2",
            "global window, document: readonly",
            "jshint esversion: 6",
            "prettier-ignore",
            "rustfmt::skip",
            "#region Parsing",
            "region Parsing",
            "endregion",
            "vim: set ts=4:",
            "-*- mode: c -*-",
            "fmt: off",
            "noinspection JSUnresolvedVariable",
            "const old = 1;",
            "const old = 1",
            "load(1)",
            "await load(a, b)",
            "return old",
            "if (a) {",
            "}",
            "import os",
            "import a from \"a\"",
            "from a import b",
            "self.size += 1",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }

    #[test]
    fn a_reason_may_begin_with_a_word_of_a_tool_or_of_a_language() {
        for text in [
            "const assertions confuse this version.",
            "eslint does not know this global",
            "global state of the page is needed, sadly it leaks",
            "region names differ here.",
            "prettier 3 breaks the line",
            "rustfmt would break the table",
            "import maps are not typed",
            "return types differ",
            "type inference fails here",
            "let the caller decide",
            "load() is typed wrongly",
            "the value = 3 is checked above",
            "Generated by x.",
            "see {@link load}",
        ] {
            assert!(is_prose(text), "{text}");
        }
    }
}
