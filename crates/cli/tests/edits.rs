//! Runs over edited files, and over a change from one commit, as a program that follows a conversation asks for them.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::fs;

use lawbook_core::source::RelPath;
use lawbook_workspace::{BaselineMode, ChangeSelection, Edit, Opening, ReportScope, Request, Run, Workspace};
use support::Project;
use support::git::{commit, git, lawbook, repository};

fn edit(path: &str, before: Option<&str>) -> Edit {
    Edit { path: RelPath::new(path), before: before.map(|text| text.as_bytes().into()) }
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
    // What git tracks is checked wherever it is.
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
