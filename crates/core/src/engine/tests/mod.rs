//! Tests of the stages together, with rules about files, the project and a change.

mod change;
mod fences;
mod project;
mod rules;

use std::sync::Arc;

use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::engine::{Concluded, Engine, FileAnswer, FileFinding, FileOutcome, RunOptions, SuppressionComment};
use crate::pack::Pack;
use crate::plan::{Plan, Selection};
use crate::report::Report;
use crate::settings::Settings;
use crate::source::{RelPath, SourceFile};

/// A plan of some of the test rules, with settings.
fn plan(rules: &[&str], settings: &str) -> Plan {
    let (pack, mistakes) = Pack::from_files("mine", rules.iter().map(|id| rules::page(id)).collect());
    assert_eq!(mistakes, []);
    let natives = rules::natives().into_iter().filter(|native| rules.contains(&&**native.id())).collect();
    let pack = Pack { extended: true, natives, ..pack };
    let settings = Settings::parse("lawbook.toml", Arc::from(settings)).unwrap();
    Plan::new(&settings, vec![pack], &Selection::default()).unwrap()
}

fn options() -> RunOptions {
    RunOptions::new(Date::parse("2026-06-15").unwrap())
}

fn engine_with(rules: &[&str], settings: &str) -> Engine {
    Engine::new(plan(rules, settings), options())
}

fn engine(rules: &[&str]) -> Engine {
    engine_with(rules, "")
}

fn source(path: &str, text: &str) -> SourceFile {
    SourceFile::new(RelPath::new(path), text).unwrap()
}

/// The answers of files, each written as path and text.
fn answers(engine: &Engine, files: &[(&str, &str)]) -> Vec<FileAnswer> {
    files.iter().map(|(path, text)| engine.check_source(source(path, text))).collect()
}

/// `PATH START RULE: MESSAGE`.
fn line(found: &Diagnostic) -> String {
    format!("{} {} {}: {}", found.path, found.span.start, found.rule, found.message)
}

/// The findings of a report as lines.
fn lines(report: &Report) -> Vec<String> {
    report.diagnostics.iter().map(|found| line(found)).collect()
}

#[test]
fn suppressed_findings_stay_in_the_answer_with_the_suppression_that_did_it() {
    let engine = engine(&["no-call"]);
    let text = "a();\n// lawbook-ignore no-call: the first format\nb(); c();\n// lawbook-ignore no-call: the second format\nd;";
    let answer = engine.check_source(source("a.ts", text));
    let marks: Vec<_> = answer.findings().iter().map(FileFinding::suppressed_by).collect();
    assert_eq!(marks, [None, Some(0), Some(0)]);
    let uses: Vec<_> = answer.suppressions().iter().map(|one| one.uses[0].findings).collect();
    assert_eq!(uses, [2, 0]);
    let SuppressionComment::Lawbook(first) = &answer.suppressions()[0].comment else { panic!() };
    assert_eq!(first.reason, "the first format");
    assert_eq!(answer.diagnostics().count(), 1);
    let report = engine.merge(&[answer], &Concluded::default());
    assert_eq!(
        lines(&report),
        [
            "a.ts 0 no-call: A call.",
            "a.ts 77 unused-suppression: `no-call` finds nothing here; delete this suppression"
        ]
    );
    assert_eq!((report.summary.suppressed, report.suppressed.len()), (2, 2));
}

#[test]
fn the_first_suppression_that_means_a_finding_has_it() {
    let engine = engine(&["no-call"]);
    let text = "// lawbook-ignore-file no-call: all formats here\na(); // lawbook-ignore no-call: this format here";
    let answer = engine.check_source(source("a.ts", text));
    assert_eq!(answer.findings()[0].suppressed_by(), Some(0));
    let expected = ["a.ts 72 unused-suppression: `no-call` finds nothing here; delete this suppression"];
    assert_eq!(lines(&engine.merge(&[answer], &Concluded::default())), expected);
}

#[test]
fn an_expired_suppression_has_no_uses() {
    let engine = engine(&["no-call"]);
    let answer =
        engine.check_source(source("a.ts", "a(); // lawbook-ignore no-call until=2026-06-14: until the release"));
    assert!(answer.suppressions()[0].uses.is_empty());
    let expected = [
        "a.ts 0 no-call: A call.",
        "a.ts 8 expired-suppression: this suppression ended on 2026-06-14: fix the finding, or give it a new date and \
         reason",
    ];
    assert_eq!(lines(&engine.merge(&[answer], &Concluded::default())), expected);
}

#[test]
fn answers_are_merged_as_often_as_they_are_asked_for() {
    let engine = engine(&["no-call"]);
    let all = answers(
        &engine,
        &[("b.ts", "b();"), ("a.ts", "a(); // lawbook-ignore no-call: the format wants it\nc();"), ("c.none", "")],
    );
    let shared: Vec<Arc<FileAnswer>> = all.into_iter().map(Arc::new).collect();
    let first = engine.merge(&shared, &Concluded::default());
    assert_eq!(lines(&first), ["a.ts 52 no-call: A call.", "b.ts 0 no-call: A call."]);
    let backwards: Vec<&FileAnswer> = shared.iter().rev().map(AsRef::as_ref).collect();
    let second = engine.merge(&backwards, &Concluded::default());
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    // The diagnostics are shared, not copied.
    assert!(Arc::ptr_eq(&first.diagnostics[0], shared[1].findings()[1].diagnostic()));
    let fewer = engine.merge(&shared[..1], &Concluded::default());
    assert_eq!(lines(&fewer), ["b.ts 0 no-call: A call."]);
    assert_eq!(shared[2].outcome(), FileOutcome::Unsupported);
}

#[test]
fn answers_go_to_other_threads() {
    fn check_shared<T: Send + Sync>() {}
    check_shared::<FileAnswer>();
    check_shared::<Concluded>();
}

#[test]
fn a_finding_in_another_file_is_suppressed_there() {
    let engine = engine(&["points-elsewhere"]);
    let from = ("from.ts", "a(); // lawbook-ignore points-elsewhere: means nothing in it");
    let unused = "from.ts 23 unused-suppression: `points-elsewhere` finds nothing here; delete this suppression";
    let there = "to.ts 0 points-elsewhere: Something elsewhere.";
    for (text, expected) in
        [("b", vec![unused, there]), ("b // lawbook-ignore points-elsewhere: the format wants it", vec![unused])]
    {
        let report = engine.merge(&answers(&engine, &[from, ("to.ts", text)]), &Concluded::default());
        assert_eq!(lines(&report), expected);
    }
}

#[test]
fn a_finding_has_the_level_of_the_path_where_it_stands() {
    let off = "[[overrides]]\nfiles = [\"to.ts\"]\nrules = { points-elsewhere = \"off\" }";
    let engine = engine_with(&["points-elsewhere"], off);
    assert_eq!(lines(&engine.merge(&answers(&engine, &[("from.ts", "a()")]), &Concluded::default())), [""; 0]);
}

#[test]
fn suppressions_beyond_a_limit_are_counted_where_they_are_not_listed() {
    let engine = engine_with(&["no-call"], "[suppressions]\nmax = 0");
    let text = "a(); // lawbook-ignore no-call: the format wants it\n".repeat(1_005);
    let report = engine.merge(&answers(&engine, &[("a.ts", &text)]), &Concluded::default());
    assert_eq!(report.diagnostics.len(), 1_001);
    let last = &report.diagnostics[1_000];
    assert_eq!(last.message, "5 more of these from here on in this file; they are not listed one by one");
}
