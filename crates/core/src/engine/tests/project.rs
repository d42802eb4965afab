//! Rules about the project.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{answers, engine, engine_with, line, lines, options, plan, source};
use crate::engine::{Concluded, Engine, FileAnswer, FileOutcome, RunOptions};
use crate::language;
use crate::pack::Pack;
use crate::plan::{Plan, Selection};
use crate::project;
use crate::report::Report;
use crate::settings::Settings;
use crate::source::{MemoryFiles, RelPath};

/// The report of a project of files, each written as path and text.
fn report(engine: &Engine, files: &[(&str, &str)]) -> Report {
    let files: MemoryFiles = files.iter().map(|(path, text)| (RelPath::new(*path), text.as_bytes())).collect();
    project::check(engine, &files, u64::MAX).1
}

#[track_caller]
fn check(rules: &[&str], files: &[(&str, &str)], expected: &[&str]) -> Report {
    let report = report(&engine(rules), files);
    assert_eq!(lines(&report), expected);
    report
}

const TWICE: [(&str, &str); 3] =
    [("a.ts", "export const x = 1;"), ("b.ts", "let y;\nexport const x = 2;"), ("c.rs", "pub fn z() {}")];

#[test]
fn a_rule_sees_the_facts_of_all_files() {
    let expected = "b.ts 7 duplicate-export: Two files export one name.";
    let report = check(&["duplicate-export"], &TWICE, &[expected]);
    let found = &report.diagnostics[0];
    assert_eq!((found.related[0].path.as_ref().unwrap().as_str(), found.related[0].span.start), ("a.ts", 0));
    assert_eq!((found.symbol.as_str(), &*report.rules["duplicate-export"].pack), ("", "mine"));
    // The report has both texts, and no other.
    let shown: Vec<_> = report.sources.keys().map(RelPath::as_str).collect();
    assert_eq!(shown, ["a.ts", "b.ts"]);
    assert_eq!(report.sources[&found.path].slice(found.span), "export const x = 2;");
}

#[test]
fn a_rule_gets_back_what_it_collected() {
    let files = [("a.ts", "route('u');"), ("b.ts", "route('v'); route('u');")];
    check(&["duplicate-route"], &files, &["b.ts 12 duplicate-route: again route('u')"]);
}

#[test]
fn the_identity_of_a_concluded_finding_is_what_the_rule_names() {
    let engine = engine(&["duplicate-export"]);
    let print = |second: &str| report(&engine, &[TWICE[0], ("b.ts", second)]).diagnostics[0].fingerprint.clone();
    assert_eq!(print("export const x = 2;"), print("namespace n {}\nexport function x() {}"));
    assert_ne!(
        print("export const x = 2;"),
        report(&engine, &[("a.ts", "export let y"), ("b.ts", "export let y")]).diagnostics[0].fingerprint
    );
}

#[test]
fn the_report_is_the_same_whatever_the_order_of_the_answers() {
    let engine = engine(&["duplicate-export", "duplicate-route", "missing-readme", "no-call"]);
    let files = [
        ("a.ts", "route(1);\nexport let x"),
        ("b.ts", "f(); export let x; route(1)"),
        ("c.ts", "route(1); export let x"),
    ];
    let mut all = answers(&engine, &files);
    let in_order = engine.merge(&all, &engine.conclude(&project::view(&all)));
    let starts: Vec<_> = in_order.diagnostics.iter().map(|found| (found.path.as_str(), found.span.start)).collect();
    assert!(starts.is_sorted() && starts.len() == 9, "{starts:?}");
    for _ in 0..files.len() {
        all.rotate_left(1);
        let report = engine.merge(&all, &engine.conclude(&project::view(&all)));
        assert_eq!(format!("{report:?}"), format!("{in_order:?}"));
    }
}

#[test]
fn a_comment_in_the_file_of_a_concluded_finding_suppresses_it() {
    let text = "export const x = 2; // lawbook-ignore duplicate-export: same name on purpose";
    let report = check(&["duplicate-export"], &[TWICE[0], ("b.ts", text)], &[]);
    assert_eq!((report.summary.suppressed, report.summary.warnings), (1, 0));
    assert_eq!(line(&report.suppressed[0]), "b.ts 0 duplicate-export: Two files export one name.");
    assert!(report.rules.is_empty() && report.sources.is_empty());
}

#[test]
fn a_suppression_is_judged_when_all_that_could_use_it_has_run() {
    let engine = engine(&["duplicate-export"]);
    let text = "export const x = 2; // lawbook-ignore duplicate-export: same name on purpose";
    let unused = "b.ts 38 unused-suppression: `duplicate-export` finds nothing here; delete this suppression";
    let alone: Vec<FileAnswer> = answers(&engine, &[("b.ts", text)]);
    let without = engine.merge(&alone, &Concluded::default());
    assert_eq!(lines(&without), [""; 0]);
    assert_eq!(lines(&engine.merge(&alone, &engine.conclude(&project::view(&alone)))), [unused]);
    let both = answers(&engine, &[TWICE[0], ("b.ts", text)]);
    assert_eq!(lines(&engine.merge(&both, &engine.conclude(&project::view(&both)))), [""; 0]);
}

#[test]
fn a_finding_may_be_about_the_project_as_a_whole() {
    let report = check(
        &["missing-readme", "no-call"],
        &[("a.ts", "a()")],
        &[". 0 missing-readme: There is no README.md.", "a.ts 0 no-call: A call."],
    );
    let found = &report.diagnostics[0];
    assert!(found.path.is_root() && found.span.is_empty() && !report.sources.contains_key(&found.path));
    check(&["missing-readme"], &[("README.md", "")], &[]);
}

#[test]
fn a_concluded_finding_has_the_level_of_the_path_where_it_stands() {
    let off = "[[overrides]]\nfiles = [\"b.ts\"]\nrules = { duplicate-export = \"off\" }";
    assert_eq!(lines(&report(&engine_with(&["duplicate-export"], off), &TWICE)), [""; 0]);
    // Facts of files on which the rule is off still lead to findings in other files.
    let off = "[[overrides]]\nfiles = [\"a.ts\"]\nrules = { duplicate-export = \"error\" }\n[rules]\nduplicate-export = \"off\"";
    let files = [("0.ts", "export let x"), ("a.ts", "export let x"), ("b.ts", "export let x")];
    let report = report(&engine_with(&["duplicate-export"], off), &files);
    assert_eq!(lines(&report), ["a.ts 0 duplicate-export: Two files export one name."]);
    assert_eq!((report.summary.errors, report.summary.warnings), (1, 0));
}

#[test]
fn a_rule_that_panics_at_the_end_is_named_and_takes_nothing_from_the_others() {
    check(
        &["panics-at-end", "missing-readme"],
        &[],
        &[
            ". 0 internal-error: rule `panics-at-end` failed on the project: too much for me",
            ". 0 missing-readme: There is no README.md.",
        ],
    );
}

#[test]
fn a_rule_over_its_budget_at_the_end_is_named_and_keeps_what_it_found() {
    check(
        &["endless-at-end"],
        &[],
        &[
            ". 0 endless-at-end: It does not come to an end.",
            ". 0 unchecked-file: not checked to the end: rule `endless-at-end` needs more steps than it may take on one \
         project",
        ],
    );
}

#[test]
fn files_whose_facts_are_needed_are_parsed_whatever_they_hold() {
    let (with, without) = (engine(&["duplicate-export"]), engine(&["too-many-files"]));
    let path = RelPath::new("a.ts");
    let dialect = language::of_path(&path).unwrap();
    assert!(with.plan().needs_facts(dialect) && with.must_read(&path, dialect));
    assert!(!without.plan().needs_facts(dialect));
    let (parsed, left_out) =
        (with.check_source(source("a.ts", "let a")), without.check_source(source("a.ts", "let a")));
    assert_eq!(parsed.outcome(), FileOutcome::Checked { strict: true, tolerant: false });
    assert_eq!(left_out.outcome(), FileOutcome::Prefiltered);
    assert!(parsed.facts().is_some() && left_out.facts().is_none());
    assert!(parsed.source().is_none());
    // Parse errors of files that are read for their facts are reported.
    let broken = with.check_source(source("a.ts", "let a = ;"));
    assert_eq!(broken.findings().len(), 1);
}

#[test]
fn facts_that_no_rule_takes_are_not_collected() {
    let answer = engine(&["duplicate-export"]).check_source(source("a.ts", "import 'b';\nexport let x;"));
    let facts = &answer.facts().unwrap().facts;
    assert_eq!((facts.exports.len(), facts.imports.len(), facts.definitions.len()), (1, 0, 0));
}

#[test]
fn a_page_and_its_code_must_agree_on_the_scope() {
    let (pack, _) = Pack::from_files("mine", vec![super::rules::page("wrong-scope")]);
    let pack = Pack { extended: true, natives: super::rules::natives(), ..pack };
    let mistakes = Plan::new(&Settings::default(), vec![pack], &Selection::default()).unwrap_err();
    let shown: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        ["the page of `wrong-scope` says `scope: change`, and its code is made for `scope: project` (write `scope: \
         project` in the page, or change what `needs` of the rule returns)"]
    );
}

#[test]
fn a_suppression_of_a_rule_that_did_not_come_to_an_end_is_not_judged() {
    let text = "a // lawbook-ignore panics-at-end: the format wants it";
    let expected = ". 0 internal-error: rule `panics-at-end` failed on the project: too much for me";
    check(&["panics-at-end"], &[("a.ts", text)], &[expected]);
}

#[test]
fn going_through_the_files_takes_steps() {
    let starved = Engine::new(plan(&["duplicate-export"], ""), RunOptions { steps: 3, ..options() });
    let expected = ". 0 unchecked-file: not checked to the end: rule `duplicate-export` needs more steps than it may take \
                    on one project";
    assert_eq!(lines(&report(&starved, &TWICE)), [expected]);
}

#[test]
fn a_cancelled_run_concludes_nothing_but_that() {
    let cancelled = Some(Arc::new(AtomicBool::new(true)));
    let engine = Engine::new(plan(&["missing-readme"], ""), RunOptions { cancelled, ..options() });
    let concluded = engine.conclude(&project::view::<FileAnswer>(&[]));
    let shown: Vec<_> = concluded.diagnostics().map(|found| line(found)).collect();
    assert_eq!(shown, [". 0 unchecked-file: the project was not checked: the run was cancelled"]);
}
