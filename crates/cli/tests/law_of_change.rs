//! The law and the extent of a change: what counts as changed wherever the run starts, and what is not in its files.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs;

use support::git::{ENVIRONMENT, check, commit, git, lawbook, repository};
use support::{NO_DEBUGGER, Project, Ran};

/// Runs lawbook in a folder below, with git in its path.
fn lawbook_in(project: &Project, cwd: &str, args: &[&str]) -> Ran {
    let path = std::env::var("PATH").unwrap();
    let mut variables = vec![("PATH", path.as_str())];
    variables.extend(ENVIRONMENT);
    project.run_with(cwd, args, &variables, "")
}

fn write(project: &Project, path: &str, text: &str) {
    fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    fs::write(project.path(path), text).unwrap();
}

/// Asserts which files of the law a staged and an unstaged change name.
#[track_caller]
fn check_law_changed(project: &Project, expected: &[&str]) {
    git(project, &["add", "--all"]);
    for option in ["--staged", "--changed"] {
        let ran = check(project, &[option]);
        assert_eq!(ran.json()["law_changed"], serde_json::json!(expected), "{option}");
        let ran = lawbook(project, &["check", option], &[]);
        for path in expected {
            ran.says(path);
        }
    }
}

#[test]
fn settings_below_the_root_are_law_of_a_change_without_a_checked_file_there() {
    let project = repository(&[("src/router/a.ts", "let a = 1\n"), ("src/b.ts", "let b = 1\n")]);
    let nested = "root = true\nextends = [\"./law\"]\n[files]\nexclude = [\"*.gen.ts\"]\n";
    write(&project, "src/router/lawbook.toml", nested);
    write(&project, "src/router/law/no-debugger.md", NO_DEBUGGER);
    let both = ["src/router/law/no-debugger.md", "src/router/lawbook.toml"];
    check_law_changed(&project, &both);
    commit(&project, "second");
    check_law_changed(&project, &[]);
    write(&project, "src/router/law/no-debugger.md", &NO_DEBUGGER.replace("warning", "info"));
    check_law_changed(&project, &both[..1]);
    commit(&project, "third");
    write(&project, "src/router/lawbook.toml", &nested.replace("*.gen.ts", "*.ts"));
    check_law_changed(&project, &both[1..]);
    commit(&project, "fourth");
    fs::remove_dir_all(project.path("src/router/law")).unwrap();
    fs::remove_file(project.path("src/router/lawbook.toml")).unwrap();
    check_law_changed(&project, &both);
}

#[test]
fn the_working_directory_does_not_limit_a_change() {
    let project = repository(&[("a.ts", "let a = 1\n"), ("lib/core/b.ts", "let b = 1\n"), ("lib/c.ts", "let c = 1\n")]);
    for path in ["a.ts", "lib/core/b.ts", "lib/c.ts"] {
        write(&project, path, "var a = 1\n");
    }
    fs::create_dir_all(project.path("lib/empty")).unwrap();
    git(&project, &["add", "--all"]);
    let changes = [&["--staged"][..], &["--changed"], &["--since", "HEAD"]];
    for change in changes {
        for cwd in [".", "lib", "lib/core", "lib/empty"] {
            let ran = lawbook_in(&project, cwd, &[&["check", "--format", "json"], change].concat());
            assert_eq!(ran.findings().len(), 3, "{change:?} in {cwd}: {ran:?}");
            assert!(!ran.stderr.contains("outside"), "{ran:?}");
        }
        let limited = |cwd: &str, path: &str| lawbook_in(&project, cwd, &[&["check", path], change].concat());
        limited(".", "lib").exits(1).says("not checked: 1 more changed file lies outside of the paths");
        limited("lib", "core").exits(1).says("not checked: 2 more changed files lie outside of the paths");
        limited("lib", "empty").exits(0).says("not checked: 3 more changed files lie outside of the paths");
    }
    fs::remove_file(project.path("a.ts")).unwrap();
    let ran = lawbook_in(&project, "lib", &["check", "--changed", "core"]);
    ran.exits(1).says("not checked: 2 more changed files lie outside");
}

#[test]
fn a_change_without_files_is_clean() {
    let project = repository(&[("a.ts", "let a = 1\n"), (".gitignore", "out\n")]);
    write(&project, "out/b.ts", "var a = 1\n");
    for option in ["--changed", "--staged"] {
        for format in ["pretty", "agent"] {
            let ran = lawbook(&project, &["check", option, "--format", format], &[]);
            ran.exits(0).shows("no findings: the change has no files to check");
        }
    }
}

#[test]
fn the_law_that_a_sparse_checkout_leaves_out_is_in_force() {
    let project = repository(&[("src/a.ts", "var a = 1\n"), ("lib/b.ts", "let b = 1\n")]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "second");
    for kept in ["src", "src lib", "src law"] {
        let folders: Vec<&str> = kept.split(' ').collect();
        git(&project, &[&["sparse-checkout", "set", "--cone"], &folders[..]].concat());
        assert!(!project.path(".lawbook").exists());
        let ran = check(&project, &[]);
        assert_eq!(ran.exits(0).json()["summary"]["known"], 1, "{kept}");
        assert_eq!(check(&project, &["--changed"]).json()["law_changed"], serde_json::json!([]), "{kept}");
        lawbook(&project, &["baseline", "create"], &[]).exits(2).says("sparse");
        lawbook(&project, &["baseline", "prune"], &[]).exits(2).says("sparse-checkout add");
    }
    git(&project, &["sparse-checkout", "set", "--no-cone", "/src/", "/.lawbook/"]);
    assert!(!project.path("lawbook.toml").exists());
    let ran = check(&project, &[]);
    assert_eq!(ran.exits(0).json()["summary"]["known"], 1);
    assert_eq!(check(&project, &["--changed"]).json()["law_changed"], serde_json::json!([]));
}

#[test]
#[cfg(unix)]
fn a_file_of_the_law_that_becomes_a_pipe_has_changed() {
    let project = repository(&[("a.ts", "let a = 1\n")]);
    fs::remove_file(project.path("law/no-var.md")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(project.path("law/no-var.md")).status().unwrap();
    assert!(made.success());
    assert_ne!(check(&project, &["--changed"]).code, 101);
}

#[test]
fn a_run_by_other_rules_keeps_the_baseline_of_the_project() {
    let files = [("a.ts", "var a = 1\ndebugger\n"), ("other.toml", "extends = [\"./only\"]\n")];
    let project = repository(&files).file("only/no-debugger.md", NO_DEBUGGER).file("lone.md", NO_DEBUGGER);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    let others = [
        &["--no-config"][..],
        &["--no-config", "--rules", "only"],
        &["--no-config", "--rules", "lone.md"],
        &["--config", "other.toml"],
    ];
    for law in others {
        let ran = check(&project, law);
        assert_eq!(ran.json()["summary"]["stale"], 0, "{law:?}");
        lawbook(&project, &[&["baseline", "prune"], law].concat(), &[]).exits(0).shows("0 entries removed");
    }
    write(&project, "lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-var = \"off\"\n");
    let summary = check(&project, &[]).json()["summary"].clone();
    assert_eq!((&summary["stale"], &summary["off"]), (&0.into(), &1.into()), "a rule that the project has turned off");
    write(&project, "lawbook.toml", "extends = [\"./law\"]\n");
    write(&project, "law/no-var.md", &NO_DEBUGGER.replace("rule:", "rule: ]"));
    assert_eq!(check(&project, &[]).json()["summary"]["stale"], 0, "a rule that is refused");
}

#[test]
fn a_selected_rule_that_is_refused_is_the_mistake() {
    let bad = NO_DEBUGGER.replace("languages:", "langages:");
    let project = Project::with_law().file("law/bad-one.md", bad).file("a.ts", "let a = 1\n");
    let ran = project.run(&["check", "--rule", "bad-one"]);
    ran.exits(2);
    let (at, none) = (ran.stderr.find("langages").unwrap(), ran.stderr.find("no rule is on").unwrap());
    assert!(at < none, "{ran:?}");
    let ran = project.run(&["check", "--format", "json", "--rule", "bad-one", "--rule", "no-var"]);
    let found = ran.exits(1).findings();
    assert!(!found.is_empty() && found.iter().all(|(_, rule)| rule == "refused-rule"), "{found:?}");
}

#[test]
fn printed_commands_work_from_the_working_directory() {
    let page = NO_DEBUGGER.replace("warning", "error");
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n")
        .file("law/no-debugger.md", &page)
        .file("sub/lawbook.toml", "root = true\nextends = [\"./own\"]\n")
        .file("sub/own/no-stop.md", &page)
        .file("extra/no-halt.md", &page)
        .file("sub/a.ts", "debugger\n")
        .file("b.ts", "debugger\n");
    let program = env!("CARGO_BIN_EXE_lawbook");
    let runs = [&["check", ".."][..], &["check", "..", "--rules", "../extra"], &["check", "--strict-rules", ".."]];
    for args in runs {
        let ran = project.run_with("sub", &[args, &["--format", "json"]].concat(), &[], "");
        let report = ran.json();
        let mut commands: Vec<String> = report["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["verify"].as_str().unwrap().to_owned())
            .collect();
        assert!(commands.len() > 1, "{report}");
        let pretty = project.run_with("sub", args, &[], "").stdout;
        let hint = pretty.lines().rev().find_map(|line| line.strip_suffix("` says why.")).unwrap();
        commands.push(hint.trim_start_matches('`').to_owned());
        for command in commands {
            let command = command.replace("lawbook check", &format!("{program} check"));
            let command = command.replace("lawbook explain", &format!("{program} explain"));
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &command]).current_dir(project.path("sub"));
            let ran = support::run(shell, "");
            let expected = i32::from(!command.contains(" explain "));
            assert_eq!(ran.code, expected, "{command}: {ran:?}");
        }
    }
}

#[test]
fn stale_entries_are_listed_up_to_a_number() {
    let text = "var a = 1\n";
    let mut project = Project::with_law();
    for number in 0..25 {
        project = project.file(&format!("src/f{number}.ts"), text);
    }
    project.run(&["baseline", "create"]).exits(0);
    for number in 0..25 {
        write(&project, &format!("src/f{number}.ts"), "let a = 1\n");
    }
    let ran = project.run(&["check", "--fail-stale"]);
    ran.exits(1).says("stale in the baseline: 15 more");
    assert_eq!(ran.stderr.matches("stale in the baseline: src/").count(), 10);
}

#[test]
fn a_glob_that_cannot_take_another_repository_back_is_said() {
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"!lib\"]\n";
    let project = repository(&[("a.ts", "let a = 1\n"), ("lawbook.toml", settings)]);
    for folder in ["lib", "other"] {
        write(&project, &format!("{folder}/b.ts"), "var b = 1\n");
        git(&project, &["init", "--quiet", folder]);
    }
    let ran = lawbook(&project, &["check"], &[]);
    ran.exits(0).says("`[files] exclude` cannot take `lib` back").shows("lib: left out, other repository");
    assert!(!ran.stderr.contains("`other`"), "{ran:?}");
}

#[test]
fn levels_of_folders_are_told_where_they_differ() {
    let project = Project::with_law()
        .file("web/lawbook.toml", "[rules]\nno-var = \"warning\"\n")
        .file("app/lawbook.toml", "root = true\nextends = []\n[files]\nexclude = [\"gen\"]\n")
        .file("app/gen/a.ts", "var a = 1\n")
        .file("a.ts", "let a = 1\n");
    let ran = project.run(&["rules"]);
    ran.exits(0).shows("; off in app: not enabled; warning in web: web/lawbook.toml:2");
    project.run(&["explain", "no-var"]).exits(0).shows("off in app, not enabled");
    let ran = project.run(&["check"]);
    ran.exits(0).shows("app/gen: left out, excluded by app/lawbook.toml:4").says("`root` (app/lawbook.toml:1)");
    assert!(!ran.stderr.contains("`exclude`"), "{ran:?}");
    let settings = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"**\"]\nrules = { no-var = \"off\" }\n";
    let project = Project::with_law().file("lawbook.toml", settings).file("web/lawbook.toml", "");
    let ran = project.run(&["rules"]);
    assert!(!ran.exits(0).stdout.contains("off in web"), "an override is no level of a folder: {ran:?}");
}

#[test]
fn a_rule_that_is_refused_is_not_on() {
    let native = "---\nsummary: Do not.\nlanguages: [typescript]\nseverity: error\nnative: true\n---\nWhy.\n";
    let glob = NO_DEBUGGER.replace("severity:", "files: [\"src/[\"]\nseverity:");
    for page in [native, &glob] {
        let settings = "extends = [\"./law\"]\n[rules]\nno-debugger = \"off\"\n";
        let overrides = "[[overrides]]\nfiles = [\"src/**\"]\nrules = { bad = \"info\" }\n";
        let project = Project::with_law()
            .file("lawbook.toml", format!("{settings}{overrides}"))
            .file("law/bad.md", page)
            .file("web/lawbook.toml", "[rules]\nbad = \"warning\"\n")
            .file("web/a.ts", "let a = 1\n")
            .file("src/a.ts", "debugger\n");
        let ran = project.run(&["check", "--format", "json"]);
        ran.exits(1).says("law: 1 rule on;");
        assert_eq!(ran.findings(), [("law/bad.md".to_owned(), "refused-rule".to_owned())], "{page}");
    }
}

#[test]
fn a_root_below_the_top_says_what_does_not_hold_and_what_lies_outside() {
    let nested = "root = true\nextends = [\"./law\"]\n";
    let project = repository(&[("src/a.ts", "let a = 1\n"), ("b.ts", "let b = 1\n"), ("c.md", "c\n")]);
    write(&project, "src/lawbook.toml", nested);
    write(&project, "src/law/no-debugger.md", NO_DEBUGGER);
    write(&project, "b.ts", "var a = 1\n");
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "second");
    let above = "`../lawbook.toml` and `../.lawbook/baseline` do not hold here: `root = true` (lawbook.toml:1)";
    lawbook_in(&project, "src", &["check"]).exits(0).says(above);
    assert!(!lawbook(&project, &["check"], &[]).stderr.contains("hold here"));
    write(&project, "b.ts", "debugger\n");
    write(&project, "d/e.ts", "debugger\n");
    write(&project, "c.md", "d\n");
    git(&project, &["mv", "src/a.ts", "src/z.ts"]);
    let counts = |expected: u64| {
        for mode in [&["--changed"][..], &["--since", "HEAD"], &["--staged"]] {
            let ran = lawbook_in(&project, "src", &[&["check", "--format", "json"], mode].concat());
            assert_eq!(ran.json()["summary"]["outside"], expected, "{mode:?}");
            ran.says("outside of the root");
        }
    };
    git(&project, &["add", "--all"]);
    counts(2);
    fs::remove_file(project.path("b.ts")).unwrap();
    git(&project, &["add", "--all"]);
    counts(2);
    commit(&project, "third");
    for mode in [&["--changed"][..], &["--since", "HEAD"], &["--staged"]] {
        let ran = lawbook_in(&project, "src", &[&["check", "--format", "json"], mode].concat());
        assert_eq!(ran.json()["summary"]["outside"], 0, "{mode:?}");
    }
    // What lies outside of the paths that are given counts too.
    write(&project, "d/e.ts", "var e = 1\n");
    let ran = lawbook(&project, &["check", "src", "--changed", "--format", "json"], &[]);
    assert_eq!(ran.json()["summary"]["outside"], 1);
}

#[test]
fn a_base_whose_name_is_that_of_a_tag_and_of_a_branch_is_named() {
    let project = repository(&[("a.ts", "let a = 1\n")]);
    git(&project, &["branch", "base"]);
    git(&project, &["tag", "same"]);
    git(&project, &["branch", "same"]);
    write(&project, "a.ts", "debugger\n");
    commit(&project, "second");
    git(&project, &["tag", "--annotate", "-m", "x", "base"]);
    for reference in ["base", "base~0", "base^{commit}"] {
        let ran = lawbook(&project, &["check", "--since", reference], &[]);
        ran.says("`base` is `refs/tags/base`, and not `refs/heads/base`, which has another commit");
    }
    for reference in ["heads/base", "refs/heads/base", "same", "HEAD", "HEAD~1", "@~1", "main"] {
        let ran = lawbook(&project, &["check", "--since", reference], &[]);
        assert!(!ran.stderr.contains("another commit"), "{reference}: {ran:?}");
    }
}

#[test]
fn what_is_committed_and_not_on_the_disk_is_named() {
    let project = repository(&[("a.ts", "let a = 1\n"), ("b.ts", "let b = 1\n"), ("c.md", "c\n")]);
    write(&project, "a.ts", "debugger\n");
    write(&project, "c.md", "d\n");
    commit(&project, "second");
    let since = || lawbook(&project, &["check", "--since", "HEAD~1"], &[]);
    let says = |ran: &Ran, expected: bool| {
        assert_eq!(ran.stderr.contains("not checked as committed"), expected, "{ran:?}");
    };
    says(&since(), false);
    write(&project, "a.ts", "f()\n");
    says(&since(), false);
    write(&project, "a.ts", "let a = 1\n");
    write(&project, "c.md", "c\n");
    since().says("not checked as committed: a.ts, which HEAD has changed and the disk has as before the change");
    git(&project, &["update-index", "--assume-unchanged", "a.ts"]);
    says(&since(), true);
    git(&project, &["update-index", "--no-assume-unchanged", "a.ts"]);
    write(&project, "n.ts", "debugger\n");
    commit(&project, "third");
    fs::remove_file(project.path("n.ts")).unwrap();
    since().says("not checked as committed: n.ts");
    // A deletion that is committed hides nothing.
    git(&project, &["rm", "--quiet", "--cached", "b.ts"]);
    git(&project, &["commit", "--quiet", "-m", "fourth"]);
    says(&since(), false);
    says(&lawbook(&project, &["check", "--changed"], &[]), false);
}

#[test]
fn a_staged_check_says_which_law_files_have_unstaged_changes() {
    let project = repository(&[("src/a.ts", "var a = 1\n")]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "baseline");
    let nothing = "unstaged changes do not hold here";
    let staged = |project: &Project| lawbook(project, &["check", "--staged"], &[]);
    assert!(!staged(&project).stderr.contains(nothing));
    // Line ends that git would change again are no edit.
    let text = project.read("lawbook.toml");
    write(&project, "lawbook.toml", &text.replace('\n', "\r\n"));
    assert!(!staged(&project).stderr.contains(nothing));
    let baseline = project.read(".lawbook/baseline/src/baseline.txt");
    for (path, text) in [
        ("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-var = \"off\"\n"),
        ("law/no-var.md", NO_DEBUGGER),
        (".lawbook/baseline/src/baseline.txt", &format!("{baseline}\n")),
    ] {
        let before = project.read(path);
        write(&project, path, text);
        staged(&project).says(&format!("{path}: its unstaged changes do not hold here"));
        assert!(!lawbook(&project, &["check", "--changed"], &[]).stderr.contains(nothing), "{path}");
        write(&project, path, &before);
    }
    fs::remove_file(project.path("law/no-var.md")).unwrap();
    write(&project, "lawbook.toml", "extends = []\n");
    staged(&project).says("law/no-var.md, lawbook.toml: their unstaged changes do not hold here");
    git(&project, &["add", "--all"]);
    assert!(!staged(&project).stderr.contains(nothing));
}
