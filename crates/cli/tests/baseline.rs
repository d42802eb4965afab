//! `lawbook baseline`, and the effect of a baseline on `check`.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs;
use std::path::Path;

use support::git::{check, commit, found, git, lawbook, repository, try_git};
use support::{NO_VAR, Project};

const NONE: [&str; 0] = [];

/// Two findings, each in a function of its own.
const TWO: &str = "function f() {\n  var a = 1\n}\n\nfunction g() {\n  var a = 1\n}\n";

fn created(files: &[(&str, &str)]) -> Project {
    let project = repository(files);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "baseline");
    project
}

/// Every file of the baseline, with its text.
fn texts(project: &Project) -> Vec<(String, String)> {
    fn visit(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let at = entry.unwrap().path();
            if at.is_dir() {
                visit(&at, found);
            } else {
                found.push((at.to_string_lossy().into_owned(), fs::read_to_string(&at).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    visit(&project.path(".lawbook/baseline"), &mut found);
    let root = format!("{}/", project.path(".lawbook/baseline").display());
    found.sort();
    found.into_iter().map(|(path, text)| (path.replace(&root, ""), text)).collect()
}

#[track_caller]
fn check_counts(project: &Project, args: &[&str], known: u64, stale: u64) {
    let report = check(project, args).json();
    assert_eq!((report["summary"]["known"].as_u64(), report["summary"]["stale"].as_u64()), (Some(known), Some(stale)));
}

#[test]
fn accepted_findings_are_known_and_new_ones_are_reported() {
    let project = created(&[("src/a.ts", TWO)]);
    assert_eq!(found(&project, &[]), NONE);
    check_counts(&project, &[], 2, 0);
    check(&project, &[]).exits(0);
    let project = project.file("src/b.ts", "var a = 1\n");
    assert_eq!(found(&project, &[]), ["src/b.ts no-var"]);
    assert_eq!(found(&project, &["--no-baseline"]).len(), 3);
    check_counts(&project, &["--no-baseline"], 0, 0);
}

#[test]
fn one_small_sorted_file_a_folder_and_no_line_number() {
    let project =
        created(&[("src/a.ts", TWO), ("src/b.ts", "debugger\n"), ("src/x/c.ts", "debugger\n"), ("d.ts", TWO)]);
    let texts = texts(&project);
    let names: Vec<&str> = texts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["baseline.txt", "src/baseline.txt", "src/x/baseline.txt"]);
    let blocks: Vec<&str> = texts[1].1.split("\n\n").skip(1).collect();
    assert_eq!(blocks.len(), 4, "{blocks:?}");
    assert!(blocks[0].starts_with("src/a.ts\n  no-var 1:"), "{blocks:?}");
    assert!(blocks[0].ends_with(" f\n  | var a = 1"), "{blocks:?}");
    assert!(blocks[2].starts_with("src/b.ts\n  no-debugger 1:"), "{blocks:?}");
}

#[test]
fn moving_indenting_renaming_and_editing_around_keep_an_entry() {
    let project = created(&[("src/a.ts", TWO)]);
    let moved = "// new\nfunction g() {\n    if (x) {\n        var a = 1\n    }\n}\n\nlet z\nfunction f() {\n\tvar   a = 1\n}\n";
    let project = project.file("src/a.ts", moved);
    check_counts(&project, &[], 2, 0);
    git(&project, &["mv", "src/a.ts", "src/other.ts"]);
    check_counts(&project, &[], 2, 0);
    assert_eq!(found(&project, &[]), NONE);
    lawbook(&project, &["baseline", "prune"], &[]).exits(0).shows("src/a.ts is now src/other.ts").shows("2 moved");
    // From here on, a new file of the old name has no effect on the findings of the renamed one.
    let project = project.file("src/a.ts", "let b = 2\n");
    check_counts(&project, &[], 2, 0);
}

#[test]
fn a_fixed_finding_is_stale_until_it_is_pruned() {
    let project = created(&[("src/a.ts", TWO), ("b.ts", "debugger\n")]);
    let project = project.file("src/a.ts", "function g() {\n  var a = 1\n}\n");
    check_counts(&project, &[], 2, 1);
    check(&project, &[]).exits(0).says("1 entry of the baseline matches no finding any more");
    lawbook(&project, &["check"], &[("CI", "1")]).exits(0).says("stale in the baseline: src/a.ts: no-var: var a = 1");
    check(&project, &["--fail-stale"]).exits(1).says("stale in the baseline: src/a.ts: no-var");
    lawbook(&project, &["baseline", "prune"], &[]).exits(0).shows("1 entry removed, 0 moved with the code, 2 left");
    check(&project, &["--fail-stale"]).exits(0);
    let project = project.file("src/a.ts", TWO);
    assert_eq!(found(&project, &[]), ["src/a.ts no-var"]);
}

#[test]
fn equal_findings_are_counted_one_by_one() {
    let twins = |count| "var a = 1\n".repeat(count);
    let project = created(&[("a.ts", &twins(3))]);
    assert_eq!(found(&project.file("a.ts", twins(5)), &[]).len(), 2);
    let project = created(&[("a.ts", &twins(3))]).file("a.ts", twins(2));
    check_counts(&project, &[], 2, 1);
}

#[test]
fn it_grows_only_with_a_reason_that_is_kept() {
    let project = created(&[("src/a.ts", TWO)]).file("src/b.ts", "var a = 1\n");
    lawbook(&project, &["baseline", "create"], &[]).exits(2).says("already").says("--accept-new");
    lawbook(&project, &["baseline", "create", "--accept-new"], &[]).exits(2).says("--reason");
    lawbook(&project, &["baseline", "create", "--accept-new", "--reason", " "], &[]).exits(2);
    let accept = ["baseline", "create", "--accept-new", "--reason", "moves with T-7"];
    lawbook(&project, &accept, &[]).exits(0).shows("1 finding added to the baseline");
    assert_eq!(found(&project, &[]), NONE);
    assert_eq!(texts(&project).len(), 2);
    assert!(texts(&project).iter().any(|(_, text)| text.contains("\n  reason: moves with T-7\n")));
    lawbook(&project, &["baseline", "show"], &[]).exits(0).shows("3 findings").shows("1  moves with T-7");
    lawbook(&project, &accept, &[]).exits(0).shows("nothing was written");
    let shown = lawbook(&project, &["baseline", "show", "--format", "json"], &[]).exits(0).json();
    assert_eq!(shown["entries"][2]["reason"], "moves with T-7");
}

#[test]
fn pruning_keeps_reasons_and_takes_moves_between_files() {
    let project = created(&[("a.ts", TWO), ("b.ts", "let b\n")]).file("c.ts", "function h() {\n  var a = 1\n}\n");
    lawbook(&project, &["baseline", "create", "--accept-new", "--reason", "moves with the billing"], &[]).exits(0);
    let project = project.file("c.ts", "let c\n").file("b.ts", "function h() {\n  var a = 1\n}\n");
    assert_eq!(found(&project, &[]), ["b.ts no-var"]);
    lawbook(&project, &["baseline", "prune"], &[])
        .exits(0)
        .shows("moved from c.ts to b.ts: no-var")
        .shows("0 entries removed, 1 moved");
    assert_eq!(found(&project, &[]), NONE);
    lawbook(&project, &["baseline", "show"], &[]).shows("because");
    lawbook(&project, &["baseline", "prune", "--tidy"], &[]).exits(0);
    assert_eq!(texts(&project).len(), 1);
    check_counts(&project, &["--fail-stale"], 3, 0);
}

#[test]
fn nothing_outside_of_the_run_is_stale() {
    let project =
        created(&[("src/a.ts", TWO), ("b.ts", "debugger\n")]).file("src/a.ts", "let b\n").file("b.ts", "let c\n");
    check_counts(&project, &[], 0, 3);
    check_counts(&project, &["--no-prefilter"], 0, 3);
    check_counts(&project, &["src"], 0, 2);
    check_counts(&project, &["--rule", "no-debugger"], 0, 1);
    fs::remove_file(project.path("src/a.ts")).unwrap();
    check_counts(&project, &[], 0, 3);
    let project = project.file("b.ts", "// debugger\nlet a = (\n");
    check_counts(&project, &[], 0, 2);
}

#[test]
fn a_rule_that_is_renamed_keeps_its_entries() {
    let project = created(&[("a.ts", "var a = 1\n")]);
    fs::remove_file(project.path("law/no-var.md")).unwrap();
    let renamed = NO_VAR.replace("severity: error\n", "severity: error\nformerly: [no-var]\n");
    let project = project.file("law/no-old-var.md", renamed);
    check_counts(&project, &["--fail-stale"], 1, 0);
    assert_eq!(found(&project, &["--no-baseline"]), ["a.ts no-old-var"]);
}

#[test]
fn what_was_not_checked_cannot_be_known() {
    let project = repository(&[("a.ts", "debugger\n")]).file("b.ts", b"var a\xff = 1\n".as_slice());
    lawbook(&project, &["baseline", "create"], &[]).exits(1).shows("Not added: b.ts: unchecked-file");
    assert_eq!(found(&project, &[]), ["b.ts unchecked-file"]);
}

#[test]
fn suppressed_findings_are_no_entries() {
    let project = created(&[("a.ts", "var a = 1 // lawbook-ignore no-var: the old browsers\ndebugger\n")]);
    check_counts(&project, &[], 1, 0);
}

#[test]
fn standard_input_is_compared_too() {
    let project = created(&[("a.ts", "var a = 1\n"), ("b.ts", "debugger\n")]);
    let ran = project.run_with(
        ".",
        &["check", "--stdin-filename", "a.ts", "--format", "json"],
        &[],
        "var a = 1\nvar a = 1\n",
    );
    assert_eq!(ran.exits(1).json()["summary"]["known"], 1);
    assert_eq!(ran.json()["summary"]["stale"], 0);
}

#[test]
fn neighbours_merge_without_a_driver() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let project = names.iter().fold(repository(&[]), |project, name| project.file(&format!("src/{name}.ts"), TWO));
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "baseline");
    for (branch, fixed, adds) in [("one", ["a", "c"], "x"), ("two", ["b", "d"], "y"), ("three", ["e", "c"], "z")] {
        git(&project, &["checkout", "--quiet", "-b", branch, "main"]);
        for name in fixed {
            fs::write(project.path(&format!("src/{name}.ts")), "let b\n").unwrap();
        }
        fs::write(project.path(&format!("src/{adds}.ts")), "debugger\n").unwrap();
        lawbook(&project, &["baseline", "prune"], &[]).exits(0);
        lawbook(&project, &["baseline", "create", "--accept-new", "--reason", "moves with the billing"], &[]).exits(0);
        commit(&project, branch);
    }
    git(&project, &["checkout", "--quiet", "main"]);
    for branch in ["one", "two", "three"] {
        let merged = try_git(&project, &["merge", "--quiet", "--no-edit", branch]);
        assert_eq!(merged.code, 0, "{branch}: {merged:?}");
    }
    check_counts(&project, &["--fail-stale"], 5, 0);
    assert_eq!(found(&project, &[]), NONE);
}

#[test]
fn a_conflict_says_how_to_resolve_it() {
    let project = created(&[("src/a.ts", TWO)]);
    let text = format!("<<<<<<< HEAD\n{}=======\n>>>>>>> other\n", project.read(".lawbook/baseline/src/baseline.txt"));
    let project = project.file(".lawbook/baseline/src/baseline.txt", text);
    check(&project, &[]).exits(2).says("baseline.txt:1").says("merge conflict").says("lawbook baseline prune");
    lawbook(&project, &["explain", "no-var"], &[]).exits(0);
    check(&project, &["--no-baseline"]).exits(1);
}

#[test]
#[cfg(unix)]
fn nothing_is_read_or_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let outside = Project::new().file("baseline/secret.txt", "");
    let project = repository(&[("a.ts", "debugger\n")]);
    symlink(outside.path(""), project.path(".lawbook")).unwrap();
    lawbook(&project, &["baseline", "create"], &[]).exits(2).says("`.lawbook` is not a folder of the project itself");
    check(&project, &[]).exits(2);
    assert_eq!(fs::read_dir(outside.path("baseline")).unwrap().count(), 1);
}

#[test]
fn a_tidy_prune_keeps_entries_that_stand_in_files_of_other_folders() {
    let project = created(&[("a/x.ts", TWO), ("b/x.ts", TWO)]);
    let of_a = project.path(".lawbook/baseline/a/baseline.txt");
    let of_b = project.path(".lawbook/baseline/b/baseline.txt");
    let (a, b) = (fs::read_to_string(&of_a).unwrap(), fs::read_to_string(&of_b).unwrap());
    fs::write(&of_a, &b).unwrap();
    fs::write(&of_b, &a).unwrap();
    lawbook(&project, &["baseline", "prune", "--tidy"], &[]).exits(0);
    assert_eq!(texts(&project), [("a/baseline.txt".to_owned(), a), ("b/baseline.txt".to_owned(), b)]);
}

#[test]
fn a_first_baseline_takes_the_place_of_an_empty_folder_and_leaves_other_files() {
    for other in ["", "README.md", "a/README.md"] {
        let project = repository(&[("a/x.ts", TWO)]);
        fs::create_dir_all(project.path(".lawbook/baseline/a/b")).unwrap();
        let project = if other.is_empty() { project } else { project.file(&format!(".lawbook/baseline/{other}"), "") };
        lawbook(&project, &["baseline", "create"], &[]).exits(0);
        assert_eq!(found(&project, &[]), NONE);
        let names: Vec<String> = fs::read_dir(project.path(".lawbook"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["baseline"], "{other}");
    }
}

#[test]
fn a_baseline_below_the_root_is_named_since_it_does_not_hold() {
    let settings = "extends = [\"recommended\"]\n";
    let project = Project::new().file("a/lawbook.toml", settings).file("a/a.ts", "eval(x);\n");
    project.run_with("a", &["baseline", "create"], &[], "").exits(0);
    let project = project.file("lawbook.toml", settings).file("a/lawbook.toml", "");
    project.run(&["check"]).exits(1).says("`a/.lawbook/baseline` is not read: the baseline is `.lawbook/baseline`");
    project.run(&["baseline", "create"]).exits(0);
    project.run(&["check"]).exits(0);
}

#[test]
fn entries_of_rules_that_are_off_are_not_stale_and_stay() {
    let files = [("src/a.ts", "var a = 1\ndebugger\n"), ("tests/b.ts", "var a = 1\n"), ("src/c.ts", "debugger\n")];
    let project = created(&files).file("src/c.ts", "let c\n");
    let off = "extends = [\"./law\"]\n[rules]\nno-var = \"off\"\n";
    let off_in_tests = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"tests/**\"]\nrules = { no-var = \"off\" }\n";
    for (settings, count, says) in [
        (off, 2, "2 entries of the baseline are of rules that are off; they stay"),
        (off_in_tests, 1, "1 entry of the baseline is of a rule that is off; it stays"),
    ] {
        let project = &project;
        fs::write(project.path("lawbook.toml"), settings).unwrap();
        let ran = check(project, &["--fail-stale"]);
        // One entry is stale: its finding is fixed.
        let summary = ran.exits(1).says(says).json()["summary"].clone();
        assert_eq!((summary["stale"].as_u64(), summary["off"].as_u64()), (Some(1), Some(count)));
    }
    lawbook(&project, &["baseline", "prune"], &[]).exits(0).shows("1 entry removed").says("it stays");
    check(&project, &["--fail-stale"]).exits(0);
    fs::write(project.path("lawbook.toml"), "extends = [\"./law\"]\n").unwrap();
    check_counts(&project, &["--fail-stale"], 3, 0);
    // A rule that is gone finds nothing any more.
    fs::remove_file(project.path("law/no-var.md")).unwrap();
    check_counts(&project, &[], 1, 2);
}

#[test]
fn pruning_counts_lower_measures_and_other_names() {
    let page = "---\nsummary: Keep it short.\nlanguages: [typescript]\nseverity: error\nrule:\n  node: function\n  \
                where: { lines: { gt: 2 } }\n---\nWhy.\n";
    let function = |name: &str, lines: usize| format!("function {name}() {{\n{}}}\n", "  f()\n".repeat(lines));
    let project = created(&[("law/short.md", page), ("a.ts", &(function("f", 9) + &function("g", 9)))]);
    let project = project.file("a.ts", function("f", 5) + &function("h", 9));
    let ran = lawbook(&project, &["baseline", "prune"], &[]);
    ran.exits(0).shows("0 entries removed, 0 moved with the code, 1 lowered, 1 renamed, 2 left.");
    lawbook(&project, &["baseline", "prune"], &[]).shows("0 entries removed, 0 moved with the code, 2 left.");
    check(&project, &[]).exits(0);
}

#[test]
fn the_first_commands_of_adoption_work_with_and_without_findings() {
    for code in ["let a = 1\n", "var a = 1\n"] {
        let project = Project::new().file("a.ts", code);
        git(&project, &["init", "--quiet"]);
        commit(&project, "code");
        lawbook(&project, &["init", "--yes"], &[]).exits(0).shows("lawbook rules");
        lawbook(&project, &["baseline", "create"], &[]).exits(0);
        git(&project, &["add", "--all"]);
        git(&project, &["commit", "--quiet", "-m", "Adopt lawbook"]);
        check(&project, &[]).exits(0);
    }
}

/// A baseline beside a law that is committed is a weaker law, and the command that writes it says how it is committed.
#[test]
fn a_baseline_of_a_committed_law_is_committed_with_a_reason() {
    let says = "LAWBOOK_ACCEPT_LAW=\"the reason\" git commit";
    let project = repository(&[("a.ts", "var a = 1\n")]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0).shows(says);
    let project = Project::new().file("a.ts", "var a = 1\n");
    git(&project, &["init", "--quiet"]);
    commit(&project, "code");
    lawbook(&project, &["init", "--yes"], &[]).exits(0);
    let ran = lawbook(&project, &["baseline", "create"], &[]);
    assert!(ran.code == 0 && !ran.stdout.contains(says), "{ran:?}");
}
