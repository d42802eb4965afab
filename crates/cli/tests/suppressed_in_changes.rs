//! A change names the findings that suppressions from before it take out from now on, and those that hold longer.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::fs;

use serde_json::Value;
use support::Project;
use support::git::{check, git, lawbook, repository};

const MODES: [&[&str]; 3] = [&["--staged"], &["--changed"], &["--since", "HEAD"]];

fn changed(before: &str, now: &str) -> Project {
    let project = repository(&[("a.ts", before)]);
    fs::write(project.path("a.ts"), now).unwrap();
    git(&project, &["add", "--all"]);
    project
}

/// Asserts the lines and rules of the findings that a change from the one text to the other puts under old suppressions.
#[track_caller]
fn check_newly_suppressed(before: &str, now: &str, expected: &[&str]) {
    let project = changed(before, now);
    for mode in MODES {
        let report = check(&project, mode).json();
        let found = report["newly_suppressed"].as_array().unwrap().iter();
        let found: Vec<String> =
            found.map(|one| format!("{} {}", one["line"], one["rule"].as_str().unwrap())).collect();
        assert_eq!(found, expected, "{mode:?} {now}: {report}");
        for format in ["pretty", "agent"] {
            let ran = lawbook(&project, &[&["check", "--format", format], mode].concat(), &[]);
            let count = ran.stdout.matches("suppressed from now on, by a suppression from before this change").count();
            assert_eq!(count, expected.len(), "{mode:?}: {}", ran.stdout);
        }
    }
}

const REASON: &str = "no-var: the shell has no scopes";

#[test]
fn code_that_is_put_under_an_old_suppression_is_named() {
    let file = format!("// lawbook-ignore-file {REASON}\nvar a = 1\n");
    check_newly_suppressed(&file, &format!("{file}f()\nvar a = 1\n"), &["4 no-var"]);
    check_newly_suppressed(&file, &format!("{file}f()\ndebugger\n"), &[]);
    let (start, end) = (format!("// lawbook-ignore-start {REASON}\n"), "// lawbook-ignore-end no-var\n");
    let region = |inside: &str, after: &str| format!("{start}{inside}{end}{after}");
    let old = region("var a = 1\n", "f()\n");
    check_newly_suppressed(&old, &region("var a = 1\nvar a = 1\n", "f()\n"), &["3 no-var"]);
    check_newly_suppressed(&old, &region("f()\nvar a = 1\n", "f()\n"), &[]);
    // A region that grows over what is found already is a new suppression.
    let two = region("var a = 1\n", "var a = 1\n");
    check_newly_suppressed(&two, &region("var a = 1\nvar a = 1\n", ""), &[]);
    let line = |code: &str| format!("// lawbook-ignore {REASON}\n{code}\n");
    check_newly_suppressed(&line("var a = 1"), &line("var a = 1; var a = 1"), &["2 no-var"]);
}

#[test]
fn what_a_suppression_takes_out_as_before_is_not_named() {
    let line = |code: &str| format!("// lawbook-ignore {REASON}\n{code}\n");
    check_newly_suppressed(&line("var a = 1"), &format!("f()\n{}g()\n", line("var a = 1")), &[]);
    let file = format!("// lawbook-ignore-file {REASON}\n");
    let moved = format!("{file}f()\nvar a = 1\n");
    check_newly_suppressed(&format!("{file}var a = 1\nf()\n"), &moved, &[]);
    // A new suppression is a finding of its own.
    check_newly_suppressed("f()\n", &line("var a = 1"), &[]);
    check_newly_suppressed("var a = 1\n", &line("var a = 1"), &[]);
    check_newly_suppressed(&line("var a = 1"), &format!("{file}var a = 1\nvar a = 1\n"), &[]);
}

#[test]
fn a_suppression_that_moves_with_its_file_is_as_before() {
    let text = format!("// lawbook-ignore-file {REASON}\nvar a = 1\n");
    let project = repository(&[("a.ts", &text)]);
    git(&project, &["mv", "a.ts", "b.ts"]);
    for mode in MODES {
        assert_eq!(check(&project, mode).json()["newly_suppressed"], Value::Array(Vec::new()), "{mode:?}");
    }
}

/// Asserts whether a suppression that held until the one day is reported when it holds until the other.
#[track_caller]
fn check_until(before: &str, now: &str, expected: Option<&str>) {
    let line = |until: &str| format!("// lawbook-ignore no-var {until}: the shell has no scopes\nvar a = 1\n");
    let project = changed(&line(before), &line(now));
    for mode in MODES {
        let ran = check(&project, &[mode, &["--today", "2026-03-01"]].concat());
        let report = ran.json();
        let of_rule = |found: &&Value| found["rule"] == "new-suppression";
        let messages: Vec<&str> = report["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of_rule)
            .map(|found| found["message"].as_str().unwrap())
            .collect();
        let expected = expected.map(|until| {
            format!(
                "this change lets the suppression `lawbook-ignore` of `no-var` hold longer, {until}; it says: the shell \
                 has no scopes"
            )
        });
        assert_eq!(messages, expected.iter().collect::<Vec<_>>(), "{before} {now} {mode:?}");
    }
}

#[test]
fn a_suppression_that_holds_longer_is_new() {
    check_until("until=2026-04-01", "until=2026-12-01", Some("until 2026-12-01"));
    check_until("until=2026-02-01", "until=2026-12-01", Some("until 2026-12-01"));
    check_until("until=2026-04-01", "", Some("for ever"));
    check_until("until=2026-12-01", "until=2026-04-01", None);
    check_until("", "until=2026-04-01", None);
    check_until("until=2026-04-01", "until=2026-04-01 owner=ada", None);
}
