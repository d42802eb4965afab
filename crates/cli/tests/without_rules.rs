//! Files for which no rule is on: no run calls them clean without saying so.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use serde_json::json;
use support::Project;

fn with(files: &[(&str, &str)]) -> Project {
    files.iter().fold(Project::with_law(), |project, (path, text)| project.file(path, text))
}

#[test]
fn files_for_which_no_rule_is_on_are_counted() {
    let project = with(&[("a.ts", "let a = 1\n"), ("b.py", "b = 1\n"), ("c/d.py", "d = 1\n"), ("e.rs", "fn e() {}\n")]);
    for format in ["pretty", "agent"] {
        let ran = project.run(&["check", "--format", format]);
        ran.exits(0).shows("2 python and 1 rust files: no rule is on for them\n").shows("no findings in 4 files");
    }
    let report = project.run(&["check", "--format", "json"]).exits(0).json();
    let counted = json!([{"language": "python", "files": 2}, {"language": "rust", "files": 1}]);
    assert_eq!((&report["without_rules"], &report["summary"]["without_rules"]), (&counted, &json!(3)));
    let one = with(&[("a.ts", "let a = 1\n"), ("b.py", "b = 1\n")]);
    one.run(&["check"]).exits(0).shows("1 python file: no rule is on for it\n");
}

#[test]
fn a_run_that_looks_for_nothing_is_not_called_clean() {
    let nothing = "nothing was looked for: no rule is on for 1 python file";
    let project = with(&[("b.py", "b = 1\n")]);
    for args in [&["check"][..], &["check", "b.py"], &["check", "--format", "agent"]] {
        let ran = project.run(args);
        ran.exits(0).shows(nothing);
        assert!(!ran.stdout.contains("no findings"), "{ran:?}");
    }
    let ran = project.run_with(".", &["check", "--stdin-filename", "x.py"], &[], "x = 1\n");
    ran.exits(0).shows(nothing);
    // What the engine finds is a finding.
    let ran = project.run_with(".", &["check", "--parse-all", "--stdin-filename", "x.py"], &[], "def f(:\n");
    ran.exits(1).shows("1 error in 1 file").shows("1 python file: no rule is on for it");
}

#[test]
fn what_counts_is_the_level_on_the_file() {
    let overrides = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"old/**\"]\n\
                     rules = { no-var = \"off\", no-debugger = \"off\" }\n";
    let files = [("lawbook.toml", overrides), ("old/a.ts", "var a = 1\n"), ("new/a.ts", "let a = 1\n")];
    with(&files).run(&["check"]).exits(0).shows("1 typescript file: no rule is on for it");
    let none = with(&[("new/a.ts", "let a = 1\n")]).run(&["check"]);
    assert!(!none.stdout.contains("no rule is on"), "{none:?}");
    // A run that is limited to a rule of the engine looks for that in all files.
    let engine = with(&[("b.py", "b = 1\n")]).run(&["check", "--rule", "parse-error"]);
    engine.exits(0).shows("no findings in 1 file");
}
