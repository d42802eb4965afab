//! Paths of the command line that are globs, because no shell has expanded them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use support::git::{commit, git, repository};
use support::{Project, Ran};

fn project() -> Project {
    Project::with_law()
        .file("a.ts", "debugger\n")
        .file("src/a.ts", "debugger\n")
        .file("src/a.js", "debugger\n")
        .file("src/deep/b.ts", "debugger\n")
        .file("src/deep/b.py", "x = 1\n")
        .file("app/[id]/page.ts", "debugger\n")
        .file("app/i/page.ts", "debugger\n")
        .file("odd/[a]*.ts", "debugger\n")
        .file("odd/a.ts", "debugger\n")
        .file("lib/made.ts", "// @generated\ndebugger\n")
        .file("lib/own.ts", "debugger\n")
        .file("node_modules/x/a.ts", "debugger\n")
}

fn run(project: &Project, cwd: &str, args: &[&str]) -> Ran {
    project.run_with(cwd, &[&["check", "--format", "json"], args].concat(), &[], "")
}

/// Asserts the files in which a check finds something, as paths from the root.
#[track_caller]
fn check_files(project: &Project, cwd: &str, args: &[&str], expected: &[&str]) -> Ran {
    let ran = run(project, cwd, args);
    let found: Vec<String> = ran.exits(0).findings().into_iter().map(|(path, _)| path).collect();
    assert_eq!(found, expected, "{args:?} {}", ran.stderr);
    ran
}

#[test]
fn globs_match_as_in_a_shell() {
    let project = project();
    check_files(&project, ".", &["*.ts"], &["a.ts"]);
    check_files(&project, ".", &["./*.ts"], &["a.ts"]);
    check_files(&project, ".", &["src/*.ts"], &["src/a.ts"]);
    check_files(&project, ".", &["src/**/*.ts"], &["src/a.ts", "src/deep/b.ts"]);
    check_files(&project, ".", &["src/**/*.{ts,js}"], &["src/a.js", "src/a.ts", "src/deep/b.ts"]);
    check_files(&project, ".", &["s*/deep"], &["src/deep/b.ts"]);
    check_files(&project, ".", &["src/?.ts", "a.ts"], &["a.ts", "src/a.ts"]);
    check_files(&project, "src", &["*.ts"], &["src/a.ts"]);
    check_files(&project, "src", &["../*.ts", "d*/*"], &["a.ts", "src/deep/b.ts"]);
    let absolute = project.path("src/*.ts");
    check_files(&project, "lib", &[absolute.to_str().unwrap()], &["src/a.ts"]);
    let ran = check_files(&project, ".", &["**/a.ts"], &["a.ts", "odd/a.ts", "src/a.ts"]);
    ran.says("lawbook: `**/a.ts` is a glob that no shell has expanded: 3 files match it");
    // What its content leaves out stays so, since nobody has named it.
    check_files(&project, ".", &["lib/*.ts"], &["lib/own.ts"]);
    check_files(&project, ".", &["lib/made.ts"], &["lib/made.ts"]);
    check_files(&project, ".", &["src/**", "--exclude", "deep"], &["src/a.js", "src/a.ts"])
        .says("left out by --exclude: src/deep/b.py, src/deep/b.ts");
}

#[test]
fn a_name_that_exists_is_no_glob() {
    let project = project();
    check_files(&project, ".", &["app/[id]/page.ts"], &["app/[id]/page.ts"]).notes_nothing();
    check_files(&project, ".", &["app/[id]"], &["app/[id]/page.ts"]);
    check_files(&project, ".", &["app/[id]/*.ts"], &["app/[id]/page.ts"]);
    check_files(&project, ".", &["app/[hij]/*.ts"], &["app/i/page.ts"]);
    check_files(&project, ".", &["odd/[a]*.ts"], &["odd/[a]*.ts"]);
    check_files(&project, ".", &["odd/[a]?ts"], &["odd/a.ts"]);
}

#[test]
fn a_glob_without_files_is_a_mistake() {
    let project = project();
    for (glob, message) in [
        ("src/*.rs", "no file that would be checked matches the glob `src/*.rs`"),
        ("node_modules/**/*.py", "no file that would be checked"),
        ("nowhere/*.ts", "there is no `nowhere` in"),
        ("src/[a.ts", "`src/[a.ts` cannot be checked: "),
        ("src/*/../a.ts", "`..` leads out of the folder"),
    ] {
        run(&project, ".", &[glob]).exits(2).says(message);
        run(&project, ".", &["a.ts", glob]).exits(2).says(message);
    }
}

#[test]
fn a_glob_limits_a_change() {
    let project = repository(&[("src/a.ts", "let a\n"), ("src/b.js", "let b\n"), ("lib/c.ts", "let c\n")]);
    for path in ["src/a.ts", "src/b.js", "lib/c.ts"] {
        std::fs::write(project.path(path), "debugger\n").unwrap();
    }
    git(&project, &["add", "--all"]);
    for change in [&["--changed"][..], &["--staged"], &["--since", "HEAD"]] {
        let limited = |glob| [change, &[glob]].concat();
        check_files(&project, ".", &limited("src/*.ts"), &["src/a.ts"]).says("not checked: 2 more changed files");
        check_files(&project, "src", &limited("**/*.js"), &["src/b.js"]);
        let ran = check_files(&project, ".", &limited("lib/*.js"), &[]);
        ran.says("`lib/*.js` is a glob that no file of the change matches").says("not checked: ");
        assert_eq!(ran.json()["skipped"], serde_json::json!([]), "{change:?}");
    }
    commit(&project, "all");
    check_files(&project, ".", &["--changed", "src/*.ts"], &[]);
}

#[test]
fn the_commands_that_check_again_repeat_the_glob() {
    let ran = project().run(&["check", "src/**/*.ts", "--format", "agent"]);
    ran.shows("verify: lawbook check 'src/**/*.ts'");
}
