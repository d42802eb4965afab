//! Rules about a change.

use super::{engine, lines, source};
use crate::date::Date;
use crate::engine::{Concluded, Engine, FileAnswer};
use crate::facts::{ChangeView, ChangedFile, FileVersion};
use crate::source::RelPath;

/// A change of files, each written as path, text before and text now.
fn change(engine: &Engine, files: &[(&str, Option<&str>, Option<&str>)]) -> (Vec<FileAnswer>, Concluded) {
    let mut answers = Vec::new();
    let mut version = |path: &str, text: Option<&str>, is_now: bool| {
        let source = source(path, text?);
        let answer = engine.check_source(source.clone());
        let version = FileVersion { path: source.path().clone(), source: Some(source), facts: answer.facts().cloned() };
        answers.extend(is_now.then_some(answer));
        Some(version)
    };
    let changed = files.iter().map(|(path, before, now)| ChangedFile {
        path: RelPath::new(*path),
        before: version(path, *before, false),
        now: version(path, *now, true),
    });
    let view = ChangeView::new(changed.collect(), Date::parse("2026-06-15").unwrap());
    (answers, engine.check_change(&view))
}

#[track_caller]
fn check(rule: &str, files: &[(&str, Option<&str>, Option<&str>)], expected: &[&str]) {
    let engine = engine(&[rule]);
    let (answers, concluded) = change(&engine, files);
    assert_eq!(lines(&engine.merge(&answers, &concluded)), expected);
}

#[test]
fn a_rule_sees_the_files_of_a_change() {
    let files = [("a.ts", None, Some("a")), ("b.ts", Some("b"), None), ("c.ts", Some("c"), Some("d"))];
    check("too-many-files", &files, &[". 0 too-many-files: 3 files, 2 are allowed"]);
    check("too-many-files", &files[..2], &[]);
}

#[test]
fn a_rule_sees_the_facts_of_both_sides() {
    let finding = "c.ts 0 changed-names: The change gives other names.";
    check("changed-names", &[("c.ts", Some("let a"), Some("let b"))], &[finding]);
    check("changed-names", &[("c.ts", Some("let a"), Some("let a = 1"))], &[]);
    check("changed-names", &[("c.ts", None, Some("let b"))], &[]);
}

#[test]
fn a_finding_of_a_change_is_suppressed_like_any_other() {
    let now = "let b // lawbook-ignore changed-names: a rename of the API";
    let new = "c.ts 9 new-suppression: this change adds the suppression `lawbook-ignore` of `changed-names`, which says: \
               a rename of the API";
    check("changed-names", &[("c.ts", Some("let a"), Some(now))], &[new]);
    let unused = "c.ts 24 unused-suppression: `changed-names` finds nothing here; delete this suppression";
    check("changed-names", &[("c.ts", Some("let b"), Some(now))], &[new, unused]);
    // A run over all files does not report it.
    let engine = engine(&["changed-names"]);
    let (answers, _) = change(&engine, &[("c.ts", None, Some(now))]);
    assert_eq!(lines(&engine.merge(&answers, &Concluded::default())), [""; 0]);
}

/// Checks the suppressions that a change of files adds, as `path:start rules`.
#[track_caller]
fn check_new(files: &[(&str, Option<&str>, Option<&str>)], expected: &[&str]) {
    let engine = engine(&["no-call"]);
    let (_, concluded) = change(&engine, files);
    let new = concluded.diagnostics().filter(|found| &*found.rule == "new-suppression");
    let shown = new.map(|found| {
        let rules = found.message.split_once("` of ").map_or("", |(_, rest)| rest.split(", which").next().unwrap());
        format!("{}:{} {}", found.path, found.span.start, rules.replace('`', ""))
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected, "{files:?}");
}

const FIRST: &str = "// lawbook-ignore no-call: the format wants it\na();\n";

#[test]
fn a_suppression_is_new_where_the_base_side_has_none() {
    let two = "// lawbook-ignore no-call, x: the format wants it\na();\n";
    check_new(&[("a.ts", None, Some(FIRST))], &["a.ts:3 no-call"]);
    check_new(&[("a.ts", Some("a();\n"), Some(FIRST))], &["a.ts:3 no-call"]);
    check_new(&[("a.ts", Some(FIRST), Some(two))], &["a.ts:3 x"]);
    check_new(&[("a.ts", Some(two), Some(FIRST))], &[]);
    check_new(&[("a.ts", Some(FIRST), Some(&FIRST.repeat(2)))], &["a.ts:55 no-call"]);
    check_new(&[("a.ts", Some(FIRST), Some(&FIRST.replace("-ignore ", "-ignore-file ")))], &["a.ts:3 no-call"]);
    let other = "b();\n// lawbook-ignore no-call: another format wants it\nc();\n";
    check_new(&[("a.ts", Some(FIRST), Some(other))], &["a.ts:8 no-call"]);
    check_new(&[("a.ts", Some("a"), Some("// @ts-ignore\na"))], &["a.ts:3 "]);
    check_new(&[("a.ts", Some("/* eslint-disable x */"), Some("/* eslint-disable x, y */"))], &["a.ts:3 y"]);
}

#[test]
fn a_suppression_that_was_moved_or_reworded_is_not_new() {
    let moved = format!("b();\nfunction c() {{\n    {}}}\n", FIRST.replace("\na", "\n    a"));
    check_new(&[("a.ts", Some(FIRST), Some(&moved))], &[]);
    check_new(&[("a.ts", Some(FIRST), Some(&FIRST.replace("the format", "this old format")))], &[]);
    check_new(&[("a.ts", Some(FIRST), Some(&FIRST.replace("a()", "a(1, 2)")))], &[]);
    check_new(&[("a.ts", Some(FIRST), Some("a(); // lawbook-ignore no-call: the format wants it\n"))], &[]);
    check_new(&[("a.ts", Some(FIRST), Some("")), ("b.ts", None, Some(FIRST))], &[]);
    check_new(&[("a.ts", Some(FIRST), None), ("b.ts", None, Some(FIRST))], &[]);
    check_new(&[("a.ts", Some(FIRST), Some("/// ```\n/// // lawbook-ignore no-call: the format wants it\n"))], &[]);
    check_new(&[("a.ts", Some("// @ts-ignore\na"), Some("b;\n\n// @ts-ignore\na"))], &[]);
}

#[test]
fn a_suppression_that_is_put_over_other_code_is_new() {
    let two = format!("{FIRST}b();\n");
    let reasoned = |code: &str| format!("// lawbook-ignore no-call: the format wants it\n{code}\n");
    // In another file, over code that is written with it and over code that was there.
    let deleted = ("a.ts", Some(FIRST), Some("a();\n"));
    check_new(&[deleted, ("b.ts", None, Some(&reasoned("c();")))], &["b.ts:3 no-call"]);
    check_new(&[deleted, ("b.ts", Some("c();\n"), Some(&reasoned("c();")))], &["b.ts:3 no-call"]);
    check_new(&[deleted, ("b.ts", Some("a();\n"), Some(&reasoned("a();")))], &["b.ts:3 no-call"]);
    // In the same file.
    check_new(&[("a.ts", Some(&two), Some(&format!("a();\n{}", reasoned("b();"))))], &["a.ts:8 no-call"]);
    check_new(&[("a.ts", Some(&two), Some(&reasoned("b();")))], &["a.ts:3 no-call"]);
    check_new(&[("a.ts", Some(&two), Some(&reasoned("d(1);\nb();")))], &[]);
    // Without a reason, and for a whole file.
    let (bare, other) = ("// @ts-ignore\na();\nb();\n", "a();\n// @ts-ignore\nb();\n");
    check_new(&[("a.ts", Some(bare), Some(other))], &["a.ts:8 "]);
    check_new(&[("a.ts", Some(bare), Some("a();\nb();\n")), ("b.ts", None, Some(other))], &["b.ts:8 "]);
    let whole = "/* eslint-disable x */\na();\n";
    check_new(&[("a.ts", Some(whole), Some("a();\n")), ("b.ts", None, Some(whole))], &["b.ts:3 x"]);
    // Behind the code of its line.
    let (behind, edited) = ("a(); // eslint-disable-line\nb();\n", "a(1); // eslint-disable-line\nb();\n");
    check_new(&[("a.ts", Some(behind), Some(edited))], &[]);
    check_new(&[("a.ts", Some(behind), Some("a();\nb(); // eslint-disable-line\n"))], &["a.ts:13 "]);
}

#[test]
fn a_suppression_between_directives_is_new_where_it_covers_more_of_what_was_there() {
    let region = |before: &str, inside: &str, after: &str| {
        format!("{before}/* eslint-disable x */\n{inside}/* eslint-enable x */\n{after}")
    };
    let old = region("a();\nb();\n", "c();\nd();\n", "e();\nf();\n");
    let check = |now: &str, expected: &[&str]| check_new(&[("a.ts", Some(&old), Some(now))], expected);
    // Its code was edited, sorted, deleted, or moved with it.
    check(&region("a();\nb();\n", "d();\nc();\ng();\n", "e();\nf();\n"), &[]);
    check(&region("a();\nb();\n", "d();\n", "e();\nf();\n"), &[]);
    check(&region("a();\n", "c();\nd();\n", "b();\ne();\nf();\n"), &[]);
    // It was extended to either side.
    check(&region("a();\nb();\n", "c();\nd();\ne();\n", "f();\n"), &["a.ts:13 x"]);
    check(&region("a();\n", "b();\nc();\nd();\n", "e();\nf();\n"), &["a.ts:8 x"]);
    let open = old.replace("/* eslint-enable x */\n", "");
    check(&open, &["a.ts:13 x"]);
}

#[test]
fn a_suppression_above_other_directives_covers_the_code_below_them() {
    let two = "// eslint-disable-next-line x\n// @ts-ignore\na();\nb();\n";
    check_new(&[("a.ts", Some(two), Some(&two.replace("// @ts-ignore\n", "")))], &[]);
    check_new(&[("a.ts", Some(&two.replace("// @ts-ignore\n", "")), Some(two))], &["a.ts:33 "]);
}

#[test]
#[cfg(feature = "rust")]
fn an_attribute_that_suppresses_covers_the_code_below_other_attributes() {
    let (one, moved) = ("#[allow(x)]\n#[allow(y)]\nfn f() {}\nfn g() {}\n", "#[allow(x)]\nfn f() {}\nfn g() {}\n");
    check_new(&[("a.rs", Some(one), Some(moved))], &[]);
    check_new(&[("a.rs", Some(moved), Some("fn f() {}\n#[allow(x)]\nfn g() {}\n"))], &["a.rs:10 x"]);
}

#[test]
fn a_suppression_on_a_line_that_was_edited_is_not_new_whatever_the_line_starts_with() {
    let line = |code: &str| format!("f(\n  {code}, // eslint-disable-line x\n  b,\n);\n");
    check_new(&[("a.ts", Some(&line("['', a] as any")), Some(&line("['', a] as unknown")))], &[]);
    check_new(&[("a.ts", Some(&line("[a]")), Some(&format!("g();\n{}", line("{ b: a }"))))], &[]);
    check_new(&[("a.ts", Some(&line("[a]")), Some(&line("[c], // eslint-disable-line x\n  [d]")))], &["a.ts:45 x"]);
}
