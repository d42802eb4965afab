//! Runs over edited files, and over a change from one commit, as a program that follows a conversation asks for them.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::fs;

use lawbook_core::source::RelPath;
use lawbook_workspace::{BaselineMode, ChangeSelection, FileBefore, Opening, ReportScope, Request, Run, Workspace};
use support::Project;
use support::git::{commit, git, lawbook, repository};

fn edit(path: &str, before: Option<&str>) -> FileBefore {
    FileBefore { path: RelPath::new(path), before: before.map(|text| text.as_bytes().into()) }
}

fn run(project: &Project, request: &Request) -> Run {
    let mut opening = Opening::default();
    opening.parse_all = true;
    Workspace::open(&project.path(""), opening).unwrap().run(request).unwrap()
}

fn found(run: &Run) -> Vec<String> {
    let positions = run.report.diagnostics.iter().map(|found| {
        let (start, _) = run.report.positions(&found.path, found.span);
        format!("{}:{} {}", found.path, start.line, found.rule)
    });
    positions.collect()
}

/// Asserts the findings that an edit of a file in a repository brings, as `path:line rule`.
#[track_caller]
fn check_edit(path: &str, before: Option<&str>, now: &str, expected: &[&str]) -> Run {
    let project = repository(&[]).file(path, now);
    let run = run(&project, &Request::edits([edit(path, before)]));
    assert_eq!(found(&run), expected, "{before:?} to {now:?}");
    run
}

#[test]
fn an_edit_has_the_findings_that_its_older_text_had_not() {
    check_edit("a.ts", None, "var a = 1\ndebugger\n", &["a.ts:1 no-var", "a.ts:2 no-debugger"]);
    check_edit("a.ts", Some("var a = 1\n"), "let b\nvar a = 1\n", &[]);
    check_edit("a.ts", Some("var a = 1\n"), "var a = 1\nvar a = 1\n", &["a.ts:2 no-var"]);
    check_edit("a.ts", Some("let a = 1\n"), "let a = \n", &["a.ts:1 parse-error"]);
    check_edit("a.ts", Some("let a = \n"), "let a = \n// more\n", &[]);
    check_edit("a.ts", Some("var a = 1\n"), "let a\n", &[]);
}

#[test]
fn an_edit_brings_suppressions_too() {
    let reason = "// lawbook-ignore no-var: the shell has no scopes\n";
    check_edit("a.ts", Some("let a\n"), &format!("let a\n{reason}var a = 1\n"), &["a.ts:2 new-suppression"]);
    let file = "// lawbook-ignore-file no-var: the shell has no scopes\nvar a = 1\n";
    let run = check_edit("a.ts", Some(file), &format!("{file}f()\nvar a = 1\n"), &[]);
    let newly: Vec<u32> = run.report.newly_suppressed.iter().map(|suppressed| suppressed.line).collect();
    assert_eq!(newly, [4]);
}

#[test]
fn what_no_check_of_the_root_reads_is_skipped() {
    for path in ["a.txt", "node_modules/a.ts", "dist/a.ts", "log/a.ts", "out/a.ts", ".git/a.ts"] {
        let project = repository(&[(".gitignore", "log/\n")])
            .file("lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"out\"]\n")
            .file(path, "debugger\n");
        assert_eq!(found(&run(&project, &Request::edits([edit(path, Some(""))]))), [""; 0], "{path}");
    }
    let project = repository(&[]).file("dir.ts/a.txt", "");
    for path in ["gone.ts", "no/folder.ts", "dir.ts", "a.txt/b.ts"] {
        for before in [None, Some("debugger\n")] {
            assert_eq!(found(&run(&project, &Request::edits([edit(path, before)]))), [""; 0], "{path}");
        }
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("b.ts", project.path("link.ts")).unwrap();
        let project = project.file("b.ts", "debugger\n");
        assert_eq!(found(&run(&project, &Request::edits([edit("link.ts", None)]))), [""; 0]);
    }
    // Files that git tracks are checked wherever they are.
    let project = repository(&[("dist/a.ts", ""), ("log/a.ts", "")]).file(".gitignore", "log/\n");
    let project = project.file("dist/a.ts", "debugger\n").file("log/a.ts", "debugger\n");
    let edits = ["dist/a.ts", "log/a.ts"].map(|path| edit(path, Some("")));
    assert_eq!(found(&run(&project, &Request::edits(edits))), ["dist/a.ts:1 no-debugger", "log/a.ts:1 no-debugger"]);
}

#[test]
fn the_baseline_and_the_settings_of_folders_hold_for_edits() {
    let project = repository(&[("sub/a.ts", "debugger\n")]);
    lawbook(&project, &["baseline", "create"], &[]);
    let request = Request::edits([edit("sub/a.ts", None)]);
    assert_eq!(found(&run(&project, &request)), [""; 0]);
    let all = request.clone().with_baseline(BaselineMode::Ignore);
    assert_eq!(found(&run(&project, &all)), ["sub/a.ts:1 no-debugger"]);
    let project =
        project.file("sub/lawbook.toml", "[rules]\nno-debugger = \"off\"\n").file("sub/a.ts", "debugger\nvar a = 1\n");
    assert_eq!(found(&run(&project, &request)), ["sub/a.ts:2 no-var"]);
}

#[test]
fn a_renamed_file_keeps_its_findings() {
    let text = "export function start(name: string) {\n  debugger\n  return name\n}\n";
    let project = repository(&[]).file("b.ts", format!("{text}debugger\n"));
    let request = Request::edits([edit("a.ts", Some(text)), edit("b.ts", None)]);
    assert_eq!(found(&run(&project, &request)), ["b.ts:5 no-debugger"]);
    let all = request.with_scope(ReportScope::All);
    assert_eq!(found(&run(&project, &all)), ["b.ts:2 no-debugger", "b.ts:5 no-debugger"]);
}

#[test]
fn a_change_from_a_commit_needs_no_common_history() {
    let project = repository(&[("a.ts", "debugger\n")]);
    let first = git(&project, &["rev-parse", "HEAD"]).trim().to_owned();
    fs::write(project.path("a.ts"), "debugger\nvar a = 1\n").unwrap();
    git(&project, &["add", "a.ts"]);
    git(&project, &["commit", "--quiet", "--amend", "-m", "rewritten"]);
    let project = project.file("b.ts", "debugger\n");
    let request = Request::change(ChangeSelection::From(Some(first.clone())));
    assert_eq!(found(&run(&project, &request)), ["a.ts:2 no-var", "b.ts:1 no-debugger"]);
    git(&project, &["checkout", "--quiet", "--orphan", "other"]);
    commit(&project, "of its own");
    assert_eq!(found(&run(&project, &request)), ["a.ts:2 no-var", "b.ts:1 no-debugger"]);
    let from_nothing = Request::change(ChangeSelection::From(None));
    let all = ["a.ts:1 no-debugger", "a.ts:2 no-var", "b.ts:1 no-debugger"];
    assert_eq!(found(&run(&project, &from_nothing)), all);
    let workspace = Workspace::open(&project.path(""), Opening::default()).unwrap();
    let gone = Request::change(ChangeSelection::From(Some("0123456789".repeat(4))));
    assert!(workspace.run(&gone).unwrap_err()[0].message.contains("does not have the commit"));
}

/// Asserts the tests that an edit of a file takes away, as `line symbol: loss`.
#[track_caller]
fn check_lost(path: &str, before: &str, now: &str, expected: &[&str]) {
    let project = repository(&[]).file(path, now);
    let run = run(&project, &Request::edits([edit(path, Some(before))]).with_tests_compared());
    let lost = run.lost_tests.iter().map(|test| format!("{} {}: {}", test.line, test.symbol, test.loss.in_words()));
    assert_eq!(lost.collect::<Vec<_>>(), expected, "{before} to {now}");
}

#[test]
fn tests_that_are_removed_skipped_or_emptied_are_told() {
    let (removed, skipped, emptied) =
        ("the test is removed", "the test is skipped from now on", "the test has no assertion any more");
    let one = "it(\"a\", () => { expect(1).toBe(1); });\n";
    let two = "it(\"b\", () => { expect(f(2)).toBe(2); });\n";
    let group = |tests: &str| format!("describe(\"g\", () => {{\n{tests}}});\n");
    let both = group(&format!("{one}{two}"));
    check_lost("a.test.ts", &both, &both, &[]);
    check_lost("a.test.ts", &both, &group(one), &[&format!("3 describe(\"g\").it(\"b\"): {removed}")]);
    check_lost("a.test.ts", &both, &group(&format!("{two}{one}")), &[]);
    check_lost("a.test.ts", &both, &format!("{one}{two}"), &[]);
    check_lost("a.test.ts", &both, &both.replace("\"b\"", "\"c\""), &[]);
    check_lost("a.test.ts", one, "", &[&format!("1 it(\"a\"): {removed}")]);
    check_lost("a.test.ts", one, &format!("// {one}"), &[&format!("1 it(\"a\"): {removed}")]);
    for skip in ["it.skip(\"a\"", "it.skipIf(true)(\"a\"", "it.todo(\"a\"", "it.fixme(\"a\""] {
        check_lost("a.test.ts", one, &one.replace("it(\"a\"", skip), &[&format!("1 it(\"a\"): {skipped}")]);
    }
    check_lost("a.test.ts", one, &one.replace("it(\"a\"", "xit(\"a\""), &[&format!("1 xit(\"a\"): {skipped}")]);
    check_lost(
        "a.test.ts",
        &both,
        &both.replace("describe(", "describe.skip("),
        &[&format!("1 describe(\"g\"): {skipped}")],
    );
    check_lost("a.test.ts", one, "it(\"a\", () => {});\n", &[&format!("1 it(\"a\"): {emptied}")]);
    check_lost("a.test.ts", one, "it(\"a\", () => { f(1); });\n", &[&format!("1 it(\"a\"): {emptied}")]);
    check_lost(
        "a.test.ts",
        one,
        "it(\"a\", (t) => { t.skip(); expect(1).toBe(1); });\n",
        &[&format!("1 it(\"a\"): {skipped}")],
    );
    check_lost("a.test.ts", one, "it(\"a\", (t) => { if (!shell) { t.skip(); } expect(1).toBe(1); });\n", &[]);
    check_lost("a.test.ts", "it.todo(\"a\");\n", "", &[]);
    check_lost("a.test.ts", "it.skip(\"a\", () => { f(); });\n", "it(\"a\", () => { f(); });\n", &[]);

    let rust = "#[test]\nfn a() {\n    assert_eq!(1, f());\n}\n";
    check_lost("a.rs", rust, "", &[&format!("2 a: {removed}")]);
    check_lost("a.rs", rust, &rust.replace("fn", "#[ignore = \"slow\"]\nfn"), &[&format!("3 a: {skipped}")]);
    check_lost("a.rs", rust, &rust.replace("fn", "#[cfg(any())]\nfn"), &[&format!("3 a: {skipped}")]);
    check_lost("a.rs", rust, &rust.replace("assert_eq!(1, f())", "f()"), &[&format!("2 a: {emptied}")]);
    check_lost("a.rs", rust, &rust.replace("fn a", "fn b"), &[]);
    check_lost("a.rs", rust, &rust.replace("#[test]\n", ""), &[&format!("2 a: {removed}")]);

    let python = "def test_a():\n    assert f() == 1\n";
    check_lost("test_a.py", python, "", &[&format!("1 test_a: {removed}")]);
    check_lost("test_a.py", python, &format!("@pytest.mark.skip\n{python}"), &[&format!("2 test_a: {skipped}")]);
    check_lost("test_a.py", python, "def test_a():\n    pass\n", &[&format!("1 test_a: {emptied}")]);
    check_lost("test_a.py", python, "def test_a():\n    pytest.skip(\"later\")\n", &[&format!("1 test_a: {skipped}")]);
    check_lost("test_a.py", python, &python.replace("test_a", "not_a"), &[&format!("1 test_a: {removed}")]);
}

#[test]
fn a_test_that_moves_to_another_file_is_not_lost() {
    let one = "it(\"a\", () => { expect(1).toBe(1); });\n";
    let project = repository(&[("a.test.ts", one), ("b.test.ts", "")]);
    fs::remove_file(project.path("a.test.ts")).unwrap();
    let request = Request::change(ChangeSelection::Changed).with_tests_compared();
    assert_eq!(run(&project, &request).lost_tests.len(), 1);
    let project = project.file("b.test.ts", one);
    assert_eq!(run(&project, &request).lost_tests, []);
}
