//! `--fix` and `--diff` with `--changed` and `--since`: only what the run reports is fixed, and only in its files.

mod support;

use support::Project;
use support::git::{commit, git, lawbook};

const NO_BAD: &str = "---
summary: Write good.
languages: [typescript]
severity: error
rule: { pattern: bad() }
fix: { template: good(), safety: safe }
---
Bad is bad.

## Help
Write good.

## Bad
```ts
bad(); // error
```

## Good
```ts
good();
```
";

/// A repository with a committed finding in `a.ts` and another in `b.ts`.
fn repository() -> Project {
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n")
        .file("law/no-bad.md", NO_BAD)
        .file("a.ts", "bad();\nf(1);\n")
        .file("b.ts", "bad();\n");
    git(&project, &["init", "--quiet"]);
    commit(&project, "base");
    project
}

#[test]
fn only_new_findings_of_changed_files_are_fixed() {
    for selection in [&["--changed"][..], &["--since", "HEAD"]] {
        let project = repository().file("a.ts", "bad();\nf(1);\nfunction g() {\n  bad();\n}\n");
        let ran = lawbook(&project, &[&["check", "--diff"], selection].concat(), &[]);
        ran.exits(1).shows("-  bad();\n+  good();\n");
        assert_eq!(ran.stdout.matches("+  good();").count(), 1, "{ran:?}");
        assert_eq!(project.read("a.ts"), "bad();\nf(1);\nfunction g() {\n  bad();\n}\n");
        lawbook(&project, &[&["check", "--fix"], selection].concat(), &[]).exits(0).says("fixed 1 finding in 1 file");
        assert_eq!(project.read("a.ts"), "bad();\nf(1);\nfunction g() {\n  good();\n}\n");
        assert_eq!(project.read("b.ts"), "bad();\n");
    }
}

#[test]
fn what_is_staged_is_fixable_in_the_files() {
    let project = repository().file("a.ts", "bad();\nf(1);\nfunction g() {\n  bad();\n}\n");
    git(&project, &["add", "--all"]);
    for (selection, says) in [
        (&["--staged"][..], "1 fixable with `lawbook check --changed --fix`, then `git add`"),
        (&["--changed"], "1 fixable with `--changed --fix`"),
        (&["--since", "HEAD"], "1 fixable with `--since HEAD --fix`"),
    ] {
        lawbook(&project, &[&["check"], selection].concat(), &[]).exits(1).shows(says);
    }
}

#[test]
fn a_new_twin_above_a_known_finding_is_the_one_that_is_fixed() {
    let project = repository().file("a.ts", "bad();\nlet a = 1;\nbad();\nf(1);\n");
    lawbook(&project, &["check", "--changed", "--fix"], &[]).exits(0);
    let fixed = project.read("a.ts");
    assert_eq!(fixed.matches("bad();").count(), 1, "{fixed}");
    assert_eq!(lawbook(&project, &["check", "--changed"], &[]).exits(0).code, 0);
}

#[test]
fn the_scope_decides_what_is_fixed() {
    let edited = "bad();\nf(1);\nbad();\n";
    let project = repository().file("a.ts", edited);
    lawbook(&project, &["check", "--changed", "--all", "--fix"], &[]).exits(0).says("fixed 2 findings");
    assert_eq!(
        (project.read("a.ts").as_str(), project.read("b.ts").as_str()),
        ("good();\nf(1);\ngood();\n", "bad();\n")
    );
    let project = repository().file("a.ts", edited);
    lawbook(&project, &["check", "--changed", "--lines-only", "--fix"], &[]).exits(0).says("fixed 1 finding");
    assert_eq!(project.read("a.ts"), "bad();\nf(1);\ngood();\n");
}

#[test]
fn a_new_file_is_fixed_whole_and_a_renamed_one_only_where_it_changed() {
    let project = repository().file("new.ts", "bad();\n");
    lawbook(&project, &["check", "--changed", "--fix"], &[]).exits(0);
    assert_eq!(project.read("new.ts"), "good();\n");
    let project = repository();
    let long = "bad();\nfunction f() {\n  return 1;\n}\nfunction g() {\n  return 2;\n}\n";
    let project = project.file("long.ts", long);
    commit(&project, "base");
    std::fs::remove_file(project.path("long.ts")).unwrap();
    let project = project.file("moved.ts", format!("{long}h(() => bad());\n"));
    lawbook(&project, &["check", "--changed", "--fix"], &[]).exits(0);
    assert_eq!(project.read("moved.ts"), format!("{long}h(() => good());\n"));
}

#[test]
fn what_the_baseline_knows_is_not_fixed_in_a_change_either() {
    let project = repository().file("a.ts", "bad();\nf(1);\nfunction g() {\n  bad();\n}\n");
    commit(&project, "findings");
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "a baseline");
    let project = project.file("a.ts", "bad();\nf(2);\nfunction g() {\n  bad();\n}\n");
    assert_eq!(lawbook(&project, &["check", "--changed", "--all", "--diff"], &[]).exits(0).stdout, "");
    let all = ["check", "--changed", "--all", "--fix", "--no-baseline"];
    lawbook(&project, &all, &[]).exits(0).says("fixed 2 findings");
}

#[test]
fn what_is_staged_is_not_fixed_and_only_given_options_are_named() {
    let project = repository();
    for (option, other) in [("--fix", "--diff"), ("--diff", "--fix")] {
        let ran = lawbook(&project, &["check", "--staged", option], &[]);
        ran.exits(2).says(&format!("`{option}` cannot be used with `--staged`")).says("--changed");
        assert!(!ran.stderr.contains(other), "{ran:?}");
    }
}
