//! `check --staged`, `--changed` and `--since`: the findings that a change has added.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs;

use support::Project;
use support::git::{check, command, commit, found, found_with, git, lawbook, repository};

const NONE: [&str; 0] = [];
const VAR: &str = "var a = 1\n";

fn stage(project: &Project) {
    git(project, &["add", "--all"]);
}

#[test]
fn staged_blobs_are_read_and_the_working_tree_is_not() {
    let project = repository(&[("a.ts", "let b\n")]).file("a.ts", VAR);
    assert_eq!(found(&project, &["--staged"]), NONE);
    stage(&project);
    let project = project.file("a.ts", "let c\n");
    assert_eq!(found(&project, &["--staged"]), ["a.ts no-var"]);
    assert_eq!(project.read("a.ts"), "let c\n");
    assert_eq!(git(&project, &["status", "--porcelain"]), "MM a.ts\n");
}

#[test]
fn only_the_staged_part_of_a_file_is_checked() {
    let project = repository(&[("a.ts", "let b\n")]).file("a.ts", "let b\ndebugger\n");
    stage(&project);
    let project = project.file("a.ts", "let b\ndebugger\nvar a = 1\n");
    assert_eq!(found(&project, &["--staged"]), ["a.ts no-debugger"]);
    assert_eq!(found(&project, &["--changed"]), ["a.ts no-debugger", "a.ts no-var"]);
}

#[test]
fn only_new_findings_are_reported_unless_all_or_lines_are_requested() {
    let project = repository(&[("a.ts", "var a = 1\nlet b\n")]).file("a.ts", "let b\nvar a = 1\ndebugger\n");
    stage(&project);
    for selection in ["--staged", "--changed", "--since=HEAD"] {
        let ran = check(&project, &[selection]);
        assert_eq!(ran.findings().len(), 1, "{selection}");
        assert_eq!(ran.json()["summary"]["known"], 1);
        assert_eq!(found(&project, &[selection, "--all"]).len(), 2);
    }
    // The line of `var` was moved, so it counts as a line of the change.
    assert_eq!(found(&project, &["--staged", "--lines-only"]).len(), 2);
    let project = repository(&[("a.ts", "var a = 1\nlet b\n")]).file("a.ts", "var a = 1\nlet c\ndebugger\n");
    assert_eq!(found(&project, &["--changed", "--lines-only"]), ["a.ts no-debugger"]);
}

#[test]
fn a_finding_that_moved_within_its_file_is_not_new_and_one_in_another_file_is() {
    let function = "function f() {\n  var a = 1\n}\n";
    let rest = "let b\nlet c\nlet d\nlet e\n";
    let project = repository(&[("a.ts", &format!("{function}{rest}")), ("b.ts", rest)]);
    let project = project.file("a.ts", format!("{rest}{function}"));
    assert_eq!(found(&project, &["--changed"]), NONE);
    let project = project.file("a.ts", rest).file("b.ts", format!("{rest}{function}"));
    assert_eq!(found(&project, &["--changed"]), ["b.ts no-var"]);
    stage(&project);
    assert_eq!(found(&project, &["--staged"]), ["b.ts no-var"]);
    // A new file with all of the code of a deleted one is that file.
    git(&project, &["checkout", "--quiet", "--force", "HEAD", "--", "."]);
    fs::remove_file(project.path("a.ts")).unwrap();
    let project = project.file("c.ts", format!("{function}{rest}"));
    assert_eq!(found(&project, &["--changed"]), NONE);
}

#[test]
fn renamed_files_are_compared_with_what_they_were() {
    let text = "var a = 1\nlet b\nlet c\nlet d\nlet e\n";
    let project = repository(&[("old.ts", text), ("gone.ts", "let z\n")]);
    git(&project, &["mv", "old.ts", "new.ts"]);
    git(&project, &["rm", "--quiet", "gone.ts"]);
    let project = project.file("new.ts", text.replace("let c", "debugger"));
    stage(&project);
    for selection in ["--staged", "--changed", "--since=HEAD"] {
        assert_eq!(found(&project, &[selection]), ["new.ts no-debugger"], "{selection}");
        assert_eq!(found(&project, &[selection, "--lines-only"]), ["new.ts no-debugger"], "{selection}");
    }
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let project = Project::with_law().file("a.ts", VAR);
    git(&project, &["init", "--quiet"]);
    assert_eq!(found(&project, &["--staged"]), NONE);
    assert_eq!(found(&project, &["--changed"]), ["a.ts no-var"]);
    stage(&project);
    assert_eq!(found(&project, &["--staged"]), ["a.ts no-var"]);
    check(&project, &["--since", "HEAD"]).exits(2).says("nothing is committed yet");
}

#[test]
fn repositories_of_longer_names_are_read_too() {
    let project = Project::with_law().file("a.ts", VAR);
    git(&project, &["init", "--quiet", "--object-format=sha256"]);
    stage(&project);
    assert_eq!(found(&project, &["--staged"]), ["a.ts no-var"]);
    commit(&project, "first");
    assert_eq!(check(&project, &["--changed"]).json()["summary"]["files"], 0);
    assert_eq!(found(&project.file("a.ts", "var a = 1\ndebugger\n"), &["--changed"]), ["a.ts no-debugger"]);
}

#[test]
fn a_file_with_intent_to_add_is_not_staged() {
    let project = repository(&[]).file("a.ts", VAR);
    git(&project, &["add", "--intent-to-add", "a.ts"]);
    assert_eq!(check(&project, &["--staged"]).json()["summary"]["files"], 0);
    assert_eq!(found(&project, &["--changed"]), ["a.ts no-var"]);
}

#[test]
fn another_index_is_read_when_git_names_it() {
    let project = repository(&[("a.ts", "let b\n")]).file("a.ts", VAR);
    let index = project.path("other-index").display().to_string();
    let mut add = command(&project, &["add", "a.ts"]);
    add.env("GIT_INDEX_FILE", &index);
    fs::copy(project.path(".git/index"), &index).unwrap();
    assert!(add.status().unwrap().success());
    assert_eq!(found(&project, &["--staged"]), NONE);
    assert_eq!(found_with(&project, &["--staged"], &[("GIT_INDEX_FILE", &index)]), ["a.ts no-var"]);
}

#[test]
fn a_linked_working_tree_has_its_own_index() {
    let project = repository(&[("a.ts", "let b\n")]);
    git(&project, &["worktree", "add", "--quiet", "-b", "side", "side"]);
    let project = project.file("side/a.ts", VAR).file(".gitignore", "side\n");
    git(&project, &["-C", "side", "add", "a.ts"]);
    assert_eq!(found(&project, &["--staged"]), NONE);
    let path = std::env::var("PATH").unwrap();
    let ran = project.run_with("side", &["check", "--staged", "--format", "json"], &[("PATH", &path)], "");
    assert_eq!(ran.exits(1).findings(), [("a.ts".to_owned(), "no-var".to_owned())]);
    // The environment in which git runs a hook there.
    let folder = project.path(".git/worktrees/side").display().to_string();
    let index = project.path(".git/worktrees/side/index").display().to_string();
    let variables = [("PATH", path.as_str()), ("GIT_DIR", &folder), ("GIT_INDEX_FILE", &index)];
    let ran = project.run_with("side", &["check", "--staged", "--format", "json"], &variables, "");
    assert_eq!(ran.exits(1).findings(), [("a.ts".to_owned(), "no-var".to_owned())]);
}

#[test]
#[cfg(unix)]
fn a_hook_of_git_runs_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = repository(&[("a.ts", "let b\n"), ("b.ts", "let b\n")]);
    let lawbook = env!("CARGO_BIN_EXE_lawbook");
    let project = project.file(".git/hooks/pre-commit", format!("#!/bin/sh\nexec {lawbook} check --staged\n"));
    fs::set_permissions(project.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    let project = project.file("a.ts", VAR).file("b.ts", "let c\n");
    let refused = support::git::try_git(&project, &["commit", "--quiet", "-m", "x", "a.ts"]);
    assert_ne!(refused.code, 0, "{refused:?}");
    git(&project, &["commit", "--quiet", "-m", "x", "b.ts"]);
}

#[test]
fn submodules_and_pointers_are_counted_and_not_read() {
    let inner = repository(&[("x.ts", VAR)]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let project = repository(&[("a.ts", "let b\n")]).file("large.ts", pointer).file("notes.txt", "");
    let from = inner.path("").display().to_string();
    git(&project, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "inner"]);
    stage(&project);
    let report = check(&project, &["--staged"]).exits(0).json();
    let skipped: Vec<(&str, &str)> = report["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skipped| (skipped["path"].as_str().unwrap(), skipped["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(skipped, [("inner", "submodule"), ("large.ts", "lfs-pointer")]);
    assert_eq!(report["summary"]["unsupported"], 2);
    assert_eq!(report["summary"]["files"], 4);
}

#[test]
fn stored_contents_are_checked_whatever_filters_make_of_them() {
    let project = repository(&[(".gitattributes", "*.ts filter=turn\n"), ("a.ts", "let b\n")]);
    git(&project, &["config", "filter.turn.clean", "sed s/let/var/"]);
    git(&project, &["config", "filter.turn.smudge", "sed s/var/let/"]);
    let project = project.file("a.ts", "let a = 1\n");
    stage(&project);
    let ran = check(&project, &["--staged"]);
    assert_eq!(ran.findings().len(), 1);
    assert_eq!(ran.json()["diagnostics"][0]["span"]["start"], 0);
    assert_eq!(project.read("a.ts"), "let a = 1\n");
}

#[test]
fn line_ends_of_a_checkout_are_no_change() {
    let project = repository(&[("a.ts", "var a = 1\nlet b\n")]).file("a.ts", "var a = 1\r\nlet b\r\n");
    assert_eq!(check(&project, &["--changed"]).json()["summary"]["files"], 0);
}

#[test]
fn an_unfinished_merge_is_named() {
    let project = repository(&[("a.ts", "let b\n")]);
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let project = project.file("a.ts", "let c\n");
    commit(&project, "c");
    git(&project, &["checkout", "--quiet", "main"]);
    let project = project.file("a.ts", "let d\n");
    commit(&project, "d");
    assert_ne!(support::git::try_git(&project, &["merge", "side"]).code, 0);
    check(&project, &["--staged"]).exits(2).says("`a.ts` has a merge conflict in the index").says("git add");
}

#[test]
fn since_a_branch_means_since_the_merge_base() {
    let project = repository(&[("a.ts", "let b\n"), ("b.ts", "let b\n")]);
    git(&project, &["checkout", "--quiet", "-b", "work"]);
    let project = project.file("a.ts", VAR);
    commit(&project, "work");
    git(&project, &["checkout", "--quiet", "main"]);
    let project = project.file("b.ts", "debugger\n");
    commit(&project, "main");
    git(&project, &["checkout", "--quiet", "work"]);
    let project = project.file("c.ts", "debugger\n");
    assert_eq!(found(&project, &["--since", "main"]), ["a.ts no-var", "c.ts no-debugger"]);
    assert_eq!(found(&project, &["--changed"]), ["c.ts no-debugger"]);
    assert_eq!(found(&project, &["--since", "main", "c.ts"]), ["c.ts no-debugger"]);
    let verify = lawbook(&project, &["check", "--since", "main", "--format", "agent"], &[]);
    verify.exits(1).shows("verify: lawbook check --since main");
}

#[test]
fn what_git_cannot_find_is_reported_with_help() {
    let project = repository(&[("a.ts", "let b\n")]);
    check(&project, &["--since", "nowhere"]).exits(2).says("`nowhere` names no commit here").says("fetch-depth");
    check(&project, &["--since=--output=x"]).exits(2).says("`--output=x` names no commit here");
    check(&project, &["--since", ""]).exits(2).says("names no commit");
    git(&project, &["checkout", "--quiet", "--orphan", "other"]);
    commit(&project, "other");
    check(&project, &["--since", "main"]).exits(2).says("no commit in common");
    let bare = Project::with_law();
    check(&bare, &["--staged"]).exits(2).says("not a git repository");
    check(&project, &["--staged", "--changed"]).exits(2);
    check(&project, &["--all"]).exits(2);
    let ran = project.run_with(".", &["check", "--staged"], &[("PATH", "/nowhere")], "");
    ran.exits(2).says("git cannot be started");
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let origin = repository(&[("a.ts", "let b\n")]);
    git(&origin, &["checkout", "--quiet", "-b", "work"]);
    commit(&origin, "work");
    git(&origin, &["checkout", "--quiet", "main"]);
    commit(&origin, "main");
    let from = format!("file://{}", origin.path("").display());
    let clone = Project::new();
    git(&clone, &["clone", "--quiet", "--depth=1", "--no-single-branch", &from, "."]);
    check(&clone, &["--since", "origin/work"]).exits(2).says("in this shallow clone").says("fetch-depth: 0");
}

#[test]
fn a_root_below_the_top_has_its_own_changes() {
    let project = repository(&[])
        .file("in/lawbook.toml", "root = true\nextends = [\"./law\"]\n")
        .file("in/law/no-var.md", support::NO_VAR);
    let project = project.file("in/src/a.ts", VAR).file("out.ts", VAR);
    stage(&project);
    let path = std::env::var("PATH").unwrap();
    for selection in ["--staged", "--changed"] {
        let ran = project.run_with("in/src", &["check", selection, "--format", "json"], &[("PATH", &path)], "");
        let found = ran.exits(1).findings_in_code();
        let expected = [("in/src/a.ts", "in/law/no-var"), ("out.ts", "law/no-var")];
        let expected = expected.map(|(path, rule)| (path.to_owned(), rule.to_owned()));
        assert_eq!((found, ran.weakened()), (expected.to_vec(), vec!["in/lawbook.toml".to_owned()]), "{selection}");
    }
    commit(&project, "in");
    let project = project.file("in/src/a.ts", format!("{VAR}{VAR}")).file("out.ts", format!("{VAR}{VAR}"));
    stage(&project);
    for selection in ["--staged", "--changed"] {
        let ran = project.run_with("in/src", &["check", selection, "--format", "json"], &[("PATH", &path)], "");
        assert_eq!(ran.exits(1).findings(), [("src/a.ts".to_owned(), "no-var".to_owned())], "{selection}");
    }
}

#[test]
fn what_is_excluded_or_ignored_is_no_part_of_a_change() {
    let project = repository(&[("lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"dist/**\"]\n")])
        .file("dist/a.ts", VAR)
        .file(".gitignore", "out/\n")
        .file("out/a.ts", VAR)
        .file("out/b.ts", VAR);
    git(&project, &["add", "--force", "dist/a.ts", "out/a.ts"]);
    assert_eq!(found(&project, &["--staged"]), ["out/a.ts no-var"]);
    // A committed file is part of a change even if `.gitignore` names it; other ignored files are not.
    commit(&project, "ignored");
    let project = project.file("out/a.ts", "debugger\n").file("out/b.ts", "debugger\n");
    assert_eq!(found(&project, &["--changed"]), ["out/a.ts no-debugger"]);
}

#[test]
fn the_baseline_counts_as_well() {
    let project = repository(&[("a.ts", "let b\n")]).file("a.ts", VAR);
    commit(&project, "a finding");
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "a baseline");
    let project = project.file("a.ts", format!("let b\n{VAR}"));
    stage(&project);
    assert_eq!(found(&project, &["--staged", "--all"]), NONE);
    assert_eq!(found(&project, &["--staged", "--all", "--no-baseline"]), ["a.ts no-var"]);
    let project = project.file("a.ts", "let c\n");
    assert_eq!(check(&project, &["--changed"]).json()["summary"]["stale"], 1);
}

#[test]
#[cfg(unix)]
fn names_of_any_bytes_are_read() {
    let project = repository(&[]).file("a\nb\u{1b}[31m.ts", VAR).file("c\td\".ts", VAR);
    stage(&project);
    assert_eq!(found(&project, &["--staged"]).len(), 2);
    assert_eq!(found(&project, &["--changed"]).len(), 2);
    lawbook(&project, &["check", "--staged"], &[]).exits(1).is_harmless();
}
