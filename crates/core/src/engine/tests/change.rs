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
    check("changed-names", &[("c.ts", Some("let a"), Some(now))], &[]);
    let unused = "c.ts 24 unused-suppression: `changed-names` finds nothing here; delete this suppression";
    check("changed-names", &[("c.ts", Some("let b"), Some(now))], &[unused]);
    // A run over all files does not report it.
    let engine = engine(&["changed-names"]);
    let (answers, _) = change(&engine, &[("c.ts", None, Some(now))]);
    assert_eq!(lines(&engine.merge(&answers, &Concluded::default())), [""; 0]);
}
