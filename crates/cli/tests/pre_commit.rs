//! `check --pre-commit`, as pre-commit and prek run it, and `check --since … --until …`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use support::git::{check_with, commit, found, found_with, git, lawbook, repository};
use support::{NO_VAR, Project};

const GOOD: &str = "let a = 1;\n";
const BAD: &str = "var a = 1;\n";

/// The findings of `check --pre-commit` with files and variables.
#[track_caller]
fn hooked(project: &Project, files: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let args: Vec<&str> = ["--pre-commit"].iter().chain(files).copied().collect();
    found_with(project, &args, variables)
}

#[track_caller]
fn range(project: &Project, from: &str, to: &str) -> Vec<String> {
    hooked(project, &["a.ts"], &[("PRE_COMMIT_FROM_REF", from), ("PRE_COMMIT_TO_REF", to)])
}

#[test]
fn before_a_commit_the_index_is_judged_whatever_is_passed() {
    let project = repository(&[("a.ts", GOOD), ("b.ts", GOOD), ("law/no-var-2.md", NO_VAR)]).file("a.ts", BAD);
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", GOOD).file("b.ts", BAD);
    for files in [&["a.ts"][..], &[]] {
        assert_eq!(hooked(&project, files, &[]), ["a.ts no-var", "a.ts no-var-2"], "{files:?}");
    }
    // A deletion of the law passes no file.
    git(&project, &["reset", "--quiet", "--hard"]);
    git(&project, &["rm", "--quiet", "law/no-var-2.md"]);
    assert_eq!(hooked(&project, &[], &[]), ["law/no-var-2.md weakened-law"]);
}

#[test]
fn passed_files_that_are_not_staged_are_judged_as_they_are_on_the_disk() {
    let project = repository(&[("a.ts", BAD), ("b.ts", GOOD), ("c.ts", GOOD)]);
    assert_eq!(hooked(&project, &["a.ts", "b.ts"], &[]), ["a.ts no-var"]);
    assert_eq!(hooked(&project, &["b.ts"], &[]), [""; 0]);
    let nothing = lawbook(&project, &["check", "--pre-commit"], &[]);
    nothing.exits(0).says("nothing was checked: nothing is staged, and no file was named");
    lawbook(&project, &["check", "--pre-commit", "README.md"], &[]).exits(0).says("nothing was checked");
    // With all files passed, both what is staged and the rest is judged.
    let project = project.file("c.ts", BAD);
    git(&project, &["add", "c.ts"]);
    let both = lawbook(&project, &["check", "--pre-commit", "a.ts", "b.ts", "c.ts"], &[]);
    both.exits(1).shows("c.ts:1:1").shows("a.ts:1:1");
    git(&project, &["reset", "--quiet", "--hard"]);
    let project = project.file("c.ts", "let c = 1;\n");
    git(&project, &["add", "c.ts"]);
    lawbook(&project, &["check", "--pre-commit", "a.ts", "b.ts", "c.ts"], &[]).exits(1).shows("a.ts:1:1");
}

#[test]
fn what_a_check_leaves_out_stays_left_out_though_it_is_passed() {
    let config = "extends = [\"./law\"]\n[files]\nexclude = [\"skip\"]\n";
    let generated = format!("// @generated\n{BAD}");
    let project = repository(&[
        ("lawbook.toml", config),
        ("skip/a.ts", BAD),
        ("vendor/a.ts", BAD),
        ("generated.ts", &generated),
        ("src/a.ts", BAD),
    ]);
    let files = ["skip/a.ts", "vendor/a.ts", "generated.ts"];
    assert_eq!(hooked(&project, &files, &[]), [""; 0]);
    let all: Vec<&str> = files.into_iter().chain(["src/a.ts", "src/gone.ts"]).collect();
    assert_eq!(hooked(&project, &all, &[]), ["src/a.ts no-var"]);
    assert_eq!(hooked(&project, &all, &[]), found(&project, &[]));
}

#[test]
fn baseline_settings_of_folders_and_odd_names_count_for_passed_files() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = repository(&[("a.ts", BAD), ("b.ts", GOOD), ("sub/c.ts", BAD), ("d \"'.ts", BAD)]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    let project =
        project.file("b.ts", BAD).file("sub/lawbook.toml", "[rules]\nno-var = \"warning\"\n").file("sub/e.ts", BAD);
    let files = ["a.ts", "b.ts", "sub/c.ts", "sub/e.ts", "d \"'.ts"];
    assert_eq!(hooked(&project, &files, &[]), ["b.ts no-var", "sub/e.ts no-var"]);
    lawbook(&project, &["check", "--pre-commit", "sub/e.ts"], &[]).exits(0).shows("warning");
    // A name that is not Unicode is no file that was checked.
    let name = std::ffi::OsStr::from_bytes(b"x\xff.ts");
    std::fs::write(project.path("").join(name), BAD).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(["check", "--pre-commit"]).arg(name).current_dir(project.path("")).envs(support::git::ENVIRONMENT);
    let ran = support::run(command, "");
    assert!(ran.code == 1 && ran.stdout.contains("its name is not Unicode"), "{ran:?}");
}

#[test]
fn a_range_is_judged_as_it_is_committed() {
    let project = repository(&[("a.ts", GOOD), ("b.ts", BAD)]);
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let project = project.file("a.ts", BAD);
    commit(&project, "bad");
    let project = project.file("a.ts", GOOD);
    commit(&project, "good");
    git(&project, &["checkout", "--quiet", "main"]);
    // Neither what is checked out nor what is staged counts.
    let project = project.file("b.ts", "var a = 1;\nvar a = 1;\n");
    git(&project, &["add", "b.ts"]);
    assert_eq!(range(&project, "main", "side~1"), ["a.ts no-var"]);
    assert_eq!(range(&project, "main", "side"), [""; 0]);
    assert_eq!(range(&project, "side~1", "side"), [""; 0]);
    assert_eq!(range(&project, "side", "main"), [""; 0]);
    assert_eq!(found(&project, &["--since", "main", "--until", "side~1"]), ["a.ts no-var"]);
    for (from, to, said) in [("gone", "side", "`gone` names no commit"), ("main", "gone", "the commit `gone`")] {
        let variables = [("PRE_COMMIT_FROM_REF", from), ("PRE_COMMIT_TO_REF", to)];
        check_with(&project, &["--pre-commit"], &variables).exits(2).says(said);
    }
    let half = check_with(&project, &["--pre-commit"], &[("PRE_COMMIT_TO_REF", "side")]);
    half.exits(2).says("`PRE_COMMIT_TO_REF` is set, and `PRE_COMMIT_FROM_REF` is not");
    let ran = check_with(&project, &["--since", "main", "--until", "side", "--fix"], &[]);
    ran.exits(2).says("a commit is not changed");
    let fixing = [("PRE_COMMIT_FROM_REF", "main"), ("PRE_COMMIT_TO_REF", "side~1")];
    check_with(&project, &["--pre-commit", "--fix"], &fixing).exits(1).says("nothing is fixed");
}

/// The law of a range is that of its last commit, and what it weakens is judged by the law before.
#[test]
fn the_law_of_a_range_is_that_of_its_commits() {
    let project = repository(&[("a.ts", GOOD)]);
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let off = "extends = [\"./law\"]\n[law]\naccept = \"trailer\"\n[rules]\nno-var = \"off\"\n";
    let project = project.file("lawbook.toml", off).file("a.ts", BAD);
    commit(&project, "off");
    git(&project, &["checkout", "--quiet", "main"]);
    // A law that is only on the disk changes nothing.
    let project = project.file("law/no-let.md", NO_VAR.replace("var a = 1", "let a = 1"));
    let found = range(&project, "main", "side");
    assert!(found.contains(&"a.ts no-var".to_owned()), "{found:?}");
    assert!(found.contains(&"lawbook.toml weakened-law".to_owned()), "{found:?}");
    assert!(!found.iter().any(|found| found.ends_with("no-let")), "{found:?}");
    // Where the base lets commits accept it, it is those of the range that do.
    let accepting =
        repository(&[("a.ts", GOOD), ("lawbook.toml", "extends = [\"./law\"]\n[law]\naccept = \"trailer\"\n")]);
    git(&accepting, &["checkout", "--quiet", "-b", "side"]);
    let accepting = accepting.file("lawbook.toml", off);
    commit(&accepting, "off\n\nLawbook-Accept: the old client goes next week\n");
    git(&accepting, &["checkout", "--quiet", "main"]);
    let ran = lawbook(&accepting, &["check", "--since", "main", "--until", "side"], &[]);
    ran.exits(0).says("a weaker law is accepted: the old client goes next week");
}

#[test]
fn a_fix_before_a_commit_touches_the_staged_files_that_are_as_they_are_staged() {
    let project = repository(&[("a.ts", "let a = 0;\n"), ("b.ts", BAD), ("c.ts", "let c;\n")]);
    let fixing =
        |project: &Project| lawbook(project, &["check", "--pre-commit", "--fix", "--unsafe-fixes", "a.ts"], &[]);
    let project = project.file("a.ts", BAD).file("c.ts", BAD).file("untracked.ts", BAD);
    git(&project, &["add", "a.ts", "c.ts"]);
    let project = project.file("c.ts", "var a = 1;\nlet more;\n");
    let ran = fixing(&project);
    ran.exits(1)
        .says("not fixed: 1 staged file with other changes in the working tree")
        .says("fixed 1 finding in 1 file");
    ran.says("what is staged is not fixed yet");
    assert_eq!(project.read("a.ts"), "let a = 1\n");
    assert_eq!(project.read("c.ts"), "var a = 1;\nlet more;\n");
    for untouched in ["untracked.ts", "b.ts"] {
        assert_eq!(project.read(untouched), BAD);
    }
    let project = project.file("c.ts", GOOD);
    git(&project, &["add", "a.ts", "c.ts"]);
    fixing(&project).exits(0);
}

#[test]
fn a_merge_is_judged_by_what_its_resolution_adds() {
    let project = repository(&[("a.ts", "let x;\n"), ("b.ts", GOOD)]);
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let project = project.file("a.ts", "let y;\n").file("b.ts", BAD);
    commit(&project, "side");
    git(&project, &["checkout", "--quiet", "main"]);
    let project = project.file("a.ts", "var a = 1;\n");
    commit(&project, "main");
    assert_ne!(support::git::try_git(&project, &["merge", "side"]).code, 0);
    check_with(&project, &["--pre-commit", "a.ts"], &[]).exits(2).says("has a merge conflict");
    // The file with the conflict is passed, though it is what HEAD has, with its old finding.
    let project = project.file("a.ts", "var a = 1;\n");
    git(&project, &["add", "a.ts"]);
    assert_eq!(hooked(&project, &["a.ts", "b.ts"], &[]), [""; 0]);
    let project = project.file("a.ts", "var a = 1;\nlet z;\nvar a = 1;\n");
    git(&project, &["add", "a.ts"]);
    assert_eq!(hooked(&project, &["a.ts", "b.ts"], &[]), ["a.ts no-var"]);
}

#[test]
fn contradictions_are_refused() {
    let project = repository(&[("a.ts", GOOD)]);
    check_with(&project, &["--pre-commit", "--staged"], &[]).exits(2).says("cannot be used with");
    check_with(&project, &["--pre-commit", "--diff"], &[]).exits(2);
    check_with(&project, &["--until", "HEAD"], &[]).exits(2).says("`--until` needs `--since");
    Project::with_law().file("a.ts", BAD).run(&["check", "--pre-commit", "a.ts"]).exits(2);
}
