//! Directives about the code behind or beside a comment that are no markers, since they suppress no finding of a linter:
//! those of formatters, checkers of types and spelling, bundlers and editors.

use super::ToolComment;
use crate::lines::split_lines;

/// The directives, without what may follow them. None of them is the start of prose.
const DIRECTIVES: [&str; 46] = [
    "#__NO_SIDE_EFFECTS__",
    "#__PURE__",
    "$FlowExpectedError",
    "$FlowFixMe",
    "$FlowIgnore",
    "$FlowIssue",
    "@__NO_SIDE_EFFECTS__",
    "@__PURE__",
    "@prettier-ignore",
    "NOLINT",
    "NOLINTNEXTLINE",
    "NOSONAR",
    "ReSharper disable once",
    "Stryker disable next-line",
    "codeql[",
    "codespell:ignore",
    "cspell:disable-line",
    "cspell:disable-next-line",
    "deno-coverage-ignore",
    "deno-fmt-ignore",
    "dprint-ignore",
    "fmt: skip",
    "fmt:skip",
    "gitleaks:allow",
    "isort: skip",
    "isort:skip",
    "jshint ignore:line",
    "language=",
    "lgtm[",
    "node:coverage ignore next",
    "noinspection",
    "nosec",
    "pragma: allowlist nextline secret",
    "pragma: allowlist secret",
    "pragma: no mutate",
    "prettier-ignore",
    "pyre-fixme",
    "pyre-ignore",
    "pyrefly: ignore",
    "skipcq",
    "spell-checker:disable-line",
    "spell-checker:disable-next-line",
    "tslint:disable-line",
    "tslint:disable-next-line",
    "ty: ignore",
    "yapf: disable",
];

/// True if a text begins with such a directive.
pub(in crate::suppression) fn is_code_directive(text: &str) -> bool {
    DIRECTIVES.iter().any(|directive| {
        // A longer word is another directive, as `prettier-ignore-start`, which begins a region.
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        text.strip_prefix(directive).is_some_and(|rest| !directive.ends_with(is_word) || !rest.starts_with(is_word))
    })
}

/// True if a line of a comment, or what stands behind a comment sign in it (`# why # fmt: skip`), is such a directive.
pub(in crate::suppression::marker) fn has_code_directive(comment: &ToolComment<'_>) -> bool {
    let is_one = |part: &str| {
        let part = part.trim_start();
        // The star of a line of a block comment may stand before it. A `#` is not taken off, since `#__PURE__` has its own.
        is_code_directive(part) || is_code_directive(part.trim_start_matches(['*', '/', '!']).trim_start())
    };
    let behind_sign = |line: &str| line.split(comment.sign).skip(1).any(is_one);
    split_lines(comment.inner).any(|line| is_one(line) || !comment.sign.is_empty() && behind_sign(line))
}

#[cfg(test)]
mod tests {
    use super::is_code_directive;

    #[test]
    fn a_directive_is_a_whole_word() {
        for text in ["prettier-ignore", "prettier-ignore: it is a table", "language=sql", "lgtm[js/x]", "nosec B101"] {
            assert!(is_code_directive(text), "{text}");
        }
        for text in ["prettier-ignore-start", "deno-fmt-ignore-file", "isort: skip_file", "noinspections", "prettier"] {
            assert!(!is_code_directive(text), "{text}");
        }
    }
}
