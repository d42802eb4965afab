//! Markers of every tool in every form, and what only looks like one.

use super::{CommentPosition, Marker, all, read, tools};
use crate::ir::CommentSyntax;
use crate::language;
use crate::source::{RelPath, SourceFile};

/// A marker as `tool directive rules reach: reason`, without parts that are missing.
fn shown(
    tool: &str,
    directive: &str,
    rules: &[String],
    reach: crate::facts::MarkerReach,
    reason: Option<&str>,
) -> String {
    let rules = if rules.is_empty() { String::new() } else { format!(" {}", rules.join(",")) };
    let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
    format!("{tool} {directive}{rules} {}{reason}", reach.name())
}

fn lines(markers: &[Marker]) -> Vec<String> {
    let line = |m: &Marker| shown(&m.tool, &m.directive, &m.rules, m.reach, m.reason.as_deref());
    markers.iter().map(line).collect()
}

/// Checks the markers of each code, in a file of its own.
#[track_caller]
fn check(extension: &str, table: &[(&str, &[&str])]) {
    for (code, expected) in table {
        let path = RelPath::new(format!("a.{extension}"));
        let file = language::lower(SourceFile::new(path, *code).unwrap());
        assert_eq!(lines(&read(&file)), *expected, "{code}");
    }
}

/// Comment syntaxes of languages that are tested without their grammar.
const HASH: &[CommentSyntax] = &[CommentSyntax::line("#")];
const SLASHES: &[CommentSyntax] = &[CommentSyntax::line("//"), CommentSyntax::block("/*", "*/")];

/// Checks the directives that tools read in each comment.
#[track_caller]
fn check_comments(signs: &'static [CommentSyntax], names: &[&str], position: CommentPosition, table: &[(&str, &str)]) {
    for (raw, expected) in table {
        let comment = tools::ToolComment::read(raw, signs, position);
        let mut lines = Vec::new();
        for tool in tools::ALL.iter().filter(|tool| names.contains(&tool.name)) {
            let mut directives = tools::Directives::default();
            (tool.read)(&comment, &mut directives);
            let line = |d: &tools::Directive| shown(tool.name, &d.name, &d.rules, d.reach, d.reason.as_deref());
            lines.extend(directives.found.iter().map(line));
            let found = !directives.found.is_empty();
            assert!(!found || tool.literals.iter().any(|text| raw.contains(text)), "{raw} has no literal");
        }
        assert_eq!(lines.join("; "), *expected, "{raw}");
    }
}

#[test]
#[cfg(feature = "ecmascript")]
fn eslint() {
    check(
        "ts",
        &[
            ("/* eslint-disable */\na", &["eslint eslint-disable file"]),
            (
                "/* eslint-disable no-eval, a/b -- it is old */\na",
                &["eslint eslint-disable no-eval,a/b file: it is old"],
            ),
            ("/* eslint-disable x */\na\n/* eslint-enable x */", &["eslint eslint-disable x region"]),
            ("/*\n * eslint-disable x\n */\na", &[]),
            (
                "/*\n eslint-disable\n   x,\n   y\n --- so\n the format is\n*/\na",
                &["eslint eslint-disable x,y file: so the format is"],
            ),
            ("/** eslint-disable x */\na", &[]),
            ("// eslint-disable x\na", &[]),
            ("// eslint-disable-next-line\na", &["eslint eslint-disable-next-line next-line"]),
            (
                "// eslint-disable-next-line @a/b -- the format wants it",
                &["eslint eslint-disable-next-line @a/b next-line: the format wants it"],
            ),
            ("/* eslint eqeqeq: \"off\", 'a/b': [0], curly: 2 */\na", &["eslint eslint eqeqeq,a/b file"]),
            ("/* eslint a: off, b: [\"error\", { c: 0 }] -- it is old */\na", &["eslint eslint a file: it is old"]),
            ("/* eslint a: 2 */ // eslint b: off\n/* eslint is off here */\na", &[]),
            ("//eslint-disable-next-line x --", &["eslint eslint-disable-next-line x next-line"]),
            ("//eslint-disable-next-line x -- ok", &["eslint eslint-disable-next-line x next-line"]),
            ("a // eslint-disable-line x", &["eslint eslint-disable-line x line"]),
            (
                "a /* eslint-disable-line x -- the format wants it */",
                &["eslint eslint-disable-line x line: the format wants it"],
            ),
            ("a /* eslint-disable-line\n x */", &[]),
            ("// see eslint-disable-line x\na", &[]),
            ("// eslint-disable-lines x\na", &[]),
            ("a = '// eslint-disable-line x'", &[]),
            ("a = `\n/* eslint-disable x */\n`", &[]),
        ],
    );
    check(
        "tsx",
        &[("a = <p>\n{/* eslint-disable-next-line x */}\n<b/></p>", &["eslint eslint-disable-next-line x next-line"])],
    );
    check("tsx", &[("a = <p>// eslint-disable-line x\n/* eslint-disable */</p>", &[])]);
}

#[test]
#[cfg(feature = "ecmascript")]
fn oxlint_typescript_biome_and_deno() {
    check(
        "ts",
        &[
            ("// oxlint-disable no-eval\na", &["oxlint oxlint-disable no-eval file"]),
            ("// oxlint-disable x\na\n// oxlint-enable", &["oxlint oxlint-disable x region"]),
            (
                "// oxlint-disable-next-line x -- the format wants it\na",
                &["oxlint oxlint-disable-next-line x next-line: the format wants it"],
            ),
            ("a // oxlint-disable-line", &["oxlint oxlint-disable-line line"]),
            ("// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            ("//@ts-ignore: the types lag\na", &["typescript @ts-ignore next-line: the types lag"]),
            ("/// @ts-expect-error - see the bug (x)\na", &["typescript @ts-expect-error next-line: see the bug (x)"]),
            (
                "// @ts-expect-error TS2345, TS2322: any type fits\na",
                &["typescript @ts-expect-error TS2345,TS2322 next-line: any type fits"],
            ),
            ("// @ts-expect-error (TS2345)\na", &["typescript @ts-expect-error TS2345 next-line"]),
            ("/* @ts-ignore the format wants it */\na", &["typescript @ts-ignore next-line: the format wants it"]),
            ("/**\n * words\n * @ts-ignore\n */\na", &[]),
            ("/*\n * words\n * @ts-ignore */\na", &["typescript @ts-ignore next-line"]),
            ("/*\n * @ts-ignore\n * words\n */\na", &[]),
            ("// use @ts-ignore here\na", &[]),
            ("// @ts-ignored\na", &[]),
            ("// @ts-nocheck\na", &["typescript @ts-nocheck file"]),
            ("#!/bin/node\n// Copyright\n// @ts-nocheck made by x\na", &["typescript @ts-nocheck file: made by x"]),
            ("a\n// @ts-nocheck\nb", &[]),
            ("/* @ts-nocheck */\na", &[]),
            (
                "// biome-ignore lint/a/b: the format wants it\na",
                &["biome biome-ignore lint/a/b next-line: the format wants it"],
            ),
            ("/* biome-ignore lint/a lint/b: <explanation> */\na", &["biome biome-ignore lint/a,lint/b next-line"]),
            (
                "/**\n * biome-ignore format: a wide table\n */\na",
                &["biome biome-ignore format next-line: a wide table"],
            ),
            ("// biome-ignore-all lint: made by x\na", &["biome biome-ignore-all lint file: made by x"]),
            (
                "// biome-ignore-start lint: made by x\na\n// biome-ignore-end lint",
                &["biome biome-ignore-start lint region: made by x"],
            ),
            ("// biome-ignored\na", &[]),
            ("// deno-lint-ignore no-explicit-any a,b\na", &["deno deno-lint-ignore no-explicit-any,a,b next-line"]),
            ("// deno-lint-ignore-file -- made by x\na", &["deno deno-lint-ignore-file file: made by x"]),
            ("/* deno-lint-ignore x */\na", &[]),
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn coverage_and_semgrep() {
    check(
        "js",
        &[
            ("/* istanbul ignore next */\na", &["istanbul istanbul ignore next next-line"]),
            (
                "// istanbul ignore else: cannot be here\na",
                &["istanbul istanbul ignore else next-line: cannot be here"],
            ),
            ("/* istanbul ignore file */\na", &["istanbul istanbul ignore file file"]),
            ("/* istanbul ignores next */\na", &[]),
            ("/* istanbul ignore nexts */\na", &[]),
            ("/* c8 ignore next 3 */\na", &["c8 c8 ignore next next-line"]),
            (
                "/* c8 ignore start -- old code path */\na\n/* c8 ignore stop */",
                &["c8 c8 ignore start region: old code path"],
            ),
            ("// c8 ignore next\na", &[]),
            ("/* v8 ignore next -- @preserve */\na", &["v8 v8 ignore next next-line"]),
            ("/* v8 ignore if -- @preserve only on Windows */\na", &["v8 v8 ignore if next-line: only on Windows"]),
            ("a // nosemgrep", &["semgrep nosemgrep line"]),
            ("a // nosemgrep: a.b.c, d", &["semgrep nosemgrep a.b.c,d line"]),
            ("// nosemgrep: a.b a constant text\na", &["semgrep nosemgrep a.b next-line: a constant text"]),
            ("a // a constant text // nosemgrep: a.b", &["semgrep nosemgrep a.b line: a constant text"]),
            ("// when nosemgrep helps\na", &[]),
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn a_comment_above_can_be_the_reason() {
    check(
        "ts",
        &[
            ("// They lag behind.\n// @ts-ignore\na", &["typescript @ts-ignore next-line: They lag behind."]),
            ("// They lag\n// behind.\n// @ts-ignore\na", &["typescript @ts-ignore next-line: They lag behind."]),
            ("// Far.\n\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            ("// const old = 1;\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            ("// They lag far.\n// old();\n// @ts-ignore\na", &["typescript @ts-ignore next-line: They lag far."]),
            ("// prettier-ignore\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            (
                "a\n/* eslint-env browser */\n/* eslint-disable no-console */\nb",
                &["eslint eslint-disable no-console file"],
            ),
            ("/** Of b. */\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            ("b // Of b.\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            ("// ----\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            ("// Copyright.\n/* eslint-disable */\na", &["eslint eslint-disable file"]),
            ("// Generated by x.\n/* eslint-disable */\na", &["eslint eslint-disable file: Generated by x."]),
            ("// lawbook-ignore x: it is so\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
            (
                "// eslint-disable-next-line x -- the format wants it\n// @ts-ignore\na",
                &[
                    "eslint eslint-disable-next-line x next-line: the format wants it",
                    "typescript @ts-ignore next-line",
                ],
            ),
        ],
    );
}

#[test]
#[cfg(feature = "rust")]
fn attributes_of_rust() {
    check(
        "rs",
        &[
            ("#[allow(dead_code)]\nfn f() {}", &["rust #[allow] dead_code region"]),
            ("#![allow(clippy::all, unused)]", &["rust #![allow] clippy::all,unused file"]),
            ("fn f() { #![allow(unused)] }", &["rust #![allow] unused region"]),
            (
                "#[expect(unused, reason = \"soon \\\"used\\\" there\")]\nfn f() {}",
                &["rust #[expect] unused region: soon \\\"used\\\" there"],
            ),
            ("#[allow(unused, reason = \"\")]\nfn f() {}", &["rust #[allow] unused region"]),
            ("// For the plugin.\n#[allow(unused)]\nfn f() {}", &["rust #[allow] unused region: For the plugin."]),
            (
                "// For the plugin.\n#[inline]\n#[allow(unused)]\nfn f() {}",
                &["rust #[allow] unused region: For the plugin."],
            ),
            ("/// Of f.\n#[allow(unused)]\nfn f() {}", &["rust #[allow] unused region"]),
            ("#[allow(unused)] // For the plugin.\nfn f() {}", &["rust #[allow] unused region: For the plugin."]),
            (
                "#[allow(\n    unused, // For the plugin.\n    dead_code\n)]\nfn f() {}",
                &["rust #[allow] unused,dead_code region: For the plugin."],
            ),
            (
                "#[cfg_attr(not(feature = \"a\"), allow(unused), expect(a::b))]\nfn f() {}",
                &["rust #[allow] unused region", "rust #[expect] a::b region"],
            ),
            (
                "// The test has its own.\n#[cfg_attr(test, allow(unused))]\nfn f() {}",
                &["rust #[allow] unused region: The test has its own."],
            ),
            ("// rustfmt::skip\n#[allow(unused)]\nfn f() {}", &["rust #[allow] unused region"]),
            ("#[allow(unused)] // old();\nfn f() {}", &["rust #[allow] unused region"]),
            ("#[cfg(allow)]\nfn allow() { x.expect(\"[expect\"); }", &[]),
            ("/// `#[allow(unused)]`\nfn f() {}\n// #[allow(unused)]", &[]),
            ("#[deny(unused)]\nfn f() {}", &[]),
            ("fn f() {} // nosemgrep: x", &["semgrep nosemgrep x line"]),
            ("fn f() {} // eslint-disable-line x", &[]),
            ("fn f( { }\n#[allow(unused)]\nfn g() {}", &["rust #[allow] unused region"]),
        ],
    );
}

#[test]
fn every_tool_that_a_language_lists_is_known() {
    for language in language::all() {
        for name in language.syntax().marker_tools {
            assert!(tools::ALL.iter().any(|tool| tool.name == *name), "{} lists {name}", language.name());
        }
    }
}

#[test]
fn tools_that_read_line_comments() {
    let tools = &["flake8", "mypy", "pyright", "pylint", "coverage", "semgrep"];
    check_comments(
        HASH,
        tools,
        CommentPosition::AfterCode,
        &[
            ("# noqa", "flake8 noqa line"),
            ("#noqa:E501,W291", "flake8 noqa E501,W291 line"),
            ("# NOQA: F401 re-exported", "flake8 noqa F401 line: re-exported"),
            ("# re-exported # noqa: F401", "flake8 noqa F401 line: re-exported"),
            ("# ruff: noqa: E501", "flake8 noqa E501 file"),
            ("# see noqa", ""),
            ("# noqa-like", ""),
            ("# type: ignore", "mypy type: ignore line"),
            ("# type: ignore[attr-defined, misc]  # stubs lag", "mypy type: ignore attr-defined,misc line: stubs lag"),
            ("# type: ignore  # noqa: E501", "flake8 noqa E501 line; mypy type: ignore line"),
            ("# type: int", ""),
            ("# pyright: ignore[reportX]", "pyright pyright: ignore reportX line"),
            ("# pylint: disable=a-b, c  # old code", "pylint pylint: disable a-b,c line: old code"),
            ("# pylint: disable-next=a", "pylint pylint: disable-next a next-line"),
            ("# pylint: enable=a", ""),
            ("# pragma: no cover", "coverage pragma: no cover line"),
            ("# pragma: no cover - only on Windows", "coverage pragma: no cover line: only on Windows"),
            ("# pragma: no covering", ""),
            ("# nosemgrep: a.b", "semgrep nosemgrep a.b line"),
        ],
    );
    check_comments(HASH, tools, CommentPosition::First, &[("# type: ignore", "mypy type: ignore file")]);
    let disabled = [("# pylint: disable=a", "pylint pylint: disable a region")];
    check_comments(HASH, tools, CommentPosition::BeforeCode, &disabled);
    check_comments(
        SLASHES,
        &["golangci-lint"],
        CommentPosition::AfterCode,
        &[
            ("//nolint", "golangci-lint nolint line"),
            (
                "//nolint:errcheck,gosec // it is closed twice",
                "golangci-lint nolint errcheck,gosec line: it is closed twice",
            ),
            ("//nolintish", ""),
            ("/* nolint */", ""),
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn spans_hold_the_directive_and_own_ones_are_listed_too() {
    let code = "a // lawbook-ignore x until=2026-01-31 owner=@me ticket=T-1: the format wants it\n/* @ts-ignore the format wants it */\nb";
    let file = language::lower(SourceFile::new(RelPath::new("a.ts"), code).unwrap());
    let found = all(&file);
    assert_eq!(
        lines(&found),
        ["lawbook lawbook-ignore x line: the format wants it", "typescript @ts-ignore next-line: the format wants it"]
    );
    assert_eq!(file.source.slice(found[1].span), "@ts-ignore the format wants it");
    assert_eq!((found[0].owner.as_deref(), found[0].ticket.as_deref()), (Some("@me"), Some("T-1")));
}

#[test]
#[cfg(feature = "all-languages")]
fn markers_in_examples_are_text() {
    check(
        "ts",
        &[
            ("/**\n * ```\n * biome-ignore lint/a: it shows\n * ```\n */\na", &[]),
            ("/**\n * @example\n * biome-ignore lint/a: it shows\n */\na", &[]),
            ("/**\n * // biome-ignore lint/a: it shows\n */\na", &[]),
            ("// ```\n// @ts-ignore\n// ```\na", &[]),
            ("// ```\n// ast-grep-ignore: x\n// ```\na", &[]),
            ("// `ast-grep-ignore` is for others\na", &[]),
            ("/// ```\n/// a\n/// ```\n// @ts-ignore\na", &["typescript @ts-ignore next-line"]),
        ],
    );
    check("rs", &[("/// ```\n/// f(); // nosemgrep: x\n/// ```\nfn f() {}", &[])]);
    check("py", &[("# ```\n# type: ignore\n# ```\na", &[])]);
}

#[test]
#[cfg(feature = "ecmascript")]
fn comments_of_ast_grep_have_reasons_too() {
    check(
        "ts",
        &[
            ("a\n// ast-grep-ignore: x\nb", &["ast-grep ast-grep-ignore x next-line"]),
            (
                "a\n// ast-grep-ignore: x the format wants it\nb",
                &["ast-grep ast-grep-ignore x next-line: the format wants it"],
            ),
            (
                "a\n// The format wants it.\n// ast-grep-ignore: x\nb",
                &["ast-grep ast-grep-ignore x next-line: The format wants it."],
            ),
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn a_reason_that_says_nothing_is_none() {
    check(
        "ts",
        &[
            ("// @ts-ignore false positive\na", &["typescript @ts-ignore next-line"]),
            ("// @ts-ignore this is needed\na", &["typescript @ts-ignore next-line"]),
            (
                "// eslint-disable-next-line no-eval -- no eval in here\na",
                &["eslint eslint-disable-next-line no-eval next-line"],
            ),
            (
                "// The types of it lag.\n// @ts-ignore todo\na",
                &["typescript @ts-ignore next-line: The types of it lag."],
            ),
        ],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn a_suppression_of_lawbook_gives_no_other_tool_a_reason() {
    let own = "lawbook-ignore x, y until=2026-12-01: the format wants it";
    let noqa = ["flake8 noqa F401 line"];
    for text in [
        format!("import a  # {own}  # noqa: F401"),
        format!("import a  # noqa: F401  # {own}"),
        format!("import a  # noqa: F401 {own}"),
        "import a  # noqa: F401 lawbook-disable x: the format wants it".to_owned(),
        format!("# {own}\nimport a  # noqa: F401"),
    ] {
        check("py", &[(&text, &noqa)]);
    }
    let reasoned = ["flake8 noqa F401 line: others import it from here"];
    check("py", &[(&format!("import a  # {own}  # noqa: F401  # others import it from here"), &reasoned)]);
    check("py", &[(&format!("import a  # noqa: F401 others import it from here  # {own}"), &reasoned)]);
    let ignore = ["mypy type: ignore line"];
    check("py", &[(&format!("a()  # {own}  # type: ignore"), &ignore)]);
    let eslint = ["eslint eslint-disable-next-line z next-line"];
    check("ts", &[(&format!("// eslint-disable-next-line z -- {own}\na"), &eslint)]);
    check("ts", &[(&format!("// {own}\n// eslint-disable-next-line z\na"), &eslint)]);
    check("ts", &[("// lawbook-disable x: the format wants it\n// eslint-disable-next-line z\na", &eslint)]);
}
