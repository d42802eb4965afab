//! `lawbook doctor`: what it sees in projects that are set up, and in those in which something is broken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;

use serde_json::Value;

use support::git::{ENVIRONMENT, git, lawbook, repository};
use support::schema::check_schema;
use support::{NO_DEBUGGER, Project, Ran};

/// The environment of a user who has lawbook on the `PATH`.
fn path_with_lawbook() -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_lawbook"));
    format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap())
}

fn doctor(project: &Project, args: &[&str]) -> Ran {
    let path = path_with_lawbook();
    let all: Vec<&str> = ["doctor"].iter().chain(args).copied().collect();
    lawbook(project, &all, &[("PATH", &path)])
}

/// Asserts that exactly one thing is broken, and that the check, the message and the fix are these.
#[track_caller]
fn check_broken(project: &Project, check: &str, message: &str, fix: &str) {
    let ran = doctor(project, &["--format", "json"]);
    ran.exits(1);
    let answer = ran.json();
    let broken: Vec<&Value> =
        answer["checks"].as_array().unwrap().iter().filter(|seen| seen["state"] == "broken").collect();
    let [seen] = broken[..] else { panic!("{broken:?}") };
    assert_eq!(seen["check"], check, "{seen}");
    assert!(seen["message"].as_str().unwrap().contains(message), "no {message:?} in {seen}");
    assert!(seen["fix"].as_str().unwrap().contains(fix), "no {fix:?} in {seen}");
    doctor(project, &[]).exits(1).shows("Broken: 1\n").shows(message);
}

#[test]
fn a_project_that_is_set_up_is_healthy() {
    let project =
        repository(&[("a.ts", "let a = 1;\n"), (".claude/x", ""), (".github/workflows/ci.yml", "on: push\n")]);
    let path = path_with_lawbook();
    lawbook(&project, &["init", "--yes"], &[("PATH", &path)]).exits(0);
    let ran = doctor(&project, &[]);
    ran.exits(0)
        .shows("with lawbook.toml (extends ./law)")
        .shows("rules on: typescript 2")
        .shows("files checked: typescript 1");
    ran.shows("git: `lawbook check --staged` before a commit (.git/hooks/pre-commit)")
        .shows("Claude Code: before and after edits");
    ran.shows("GitHub Actions: .github/workflows/lawbook.yml").shows("Nothing is broken.\n");
    let answer = doctor(&project, &["--format", "json"]).json();
    check_schema(&serde_json::from_str(include_str!("../schema/doctor-v1.json")).unwrap(), &answer);
    assert_eq!(answer["healthy"], true);
    // From a folder below it is the same.
    let variables: Vec<(&str, &str)> = [("PATH", path.as_str())].into_iter().chain(ENVIRONMENT).collect();
    project.run_with(".claude", &["doctor"], &variables, "").exits(0).shows("rules on: typescript 2");
}

#[test]
fn what_is_not_set_up_is_said_with_the_command() {
    let project = Project::new().file("a.ts", "debugger;\n").file(".cursor/x", "").file("Jenkinsfile", "");
    git(&project, &["init", "--quiet"]);
    let ran = doctor(&project, &[]);
    ran.exits(0).shows("without a lawbook.toml, the preset `recommended` is on\n    lawbook init\n");
    ran.shows("no baseline: 1 finding today\n    lawbook baseline create\n").shows("\n    lawbook install git\n");
    ran.shows("Cursor is used here, and has no hook of lawbook\n    lawbook install cursor\n");
    ran.shows("Jenkins does not run lawbook\n    lawbook init --only ci\n");
    let outside = Project::new().file("a.ts", "");
    doctor(&outside, &[]).exits(0).shows("nothing is committed here");
}

#[test]
fn mistakes_in_settings_and_pages_are_broken() {
    let project = repository(&[]);
    let project = project.file("lawbook.toml", "extends = [\"./gone\"]\n");
    check_broken(&project, "settings", "gone", "");
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-debuger = \"off\"\n");
    check_broken(&project, "settings", "lawbook.toml:3:1: unknown rule `no-debuger`", "did you mean `no-debugger`?");
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\n");
    let project = project.file("law/no-debugger.md", NO_DEBUGGER.replace("pattern: debugger", "patern: debugger"));
    check_broken(&project, "pages", "the rule `no-debugger` does not run", "lawbook test law/no-debugger.md");
}

#[test]
fn what_a_check_says_about_itself_is_broken() {
    let project =
        repository(&[("a.ts", "// lawbook-ignore no-debugger until=2020-01-01: it is for the tests\ndebugger;\n")]);
    check_broken(&project, "suppressions", "a.ts:1 has a suppression that is over", "expired-suppression");
    let project = repository(&[("a.ts", "var a = 1;\n")]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    doctor(&project, &[]).exits(0).shows("1 finding in the baseline, and no other finding");
    let project = project.file("a.ts", "let a = 1;\n");
    check_broken(&project, "baseline", "1 entry of the baseline", "lawbook baseline prune");
    let project = project.file("a.ts", "var a = 1;\n").file(".gitignore", ".lawbook/\n");
    check_broken(&project, "ignored-law", "git leaves `.lawbook/baseline` out", "git check-ignore");
    let project = repository(&[("a.ts", "")]).file("b.ts", [0xff, 0xfe, 0x41]);
    check_broken(&project, "unread-files", "b.ts:1 cannot be checked", "");
}

#[test]
fn hooks_that_do_not_run_are_broken() {
    let path = path_with_lawbook();
    let installed = || {
        let project = repository(&[("a.ts", "")]);
        lawbook(&project, &["install", "git", "--yes"], &[("PATH", &path)]).exits(0);
        project
    };
    let project = installed();
    git(&project, &["config", "core.hooksPath", "hooks"]);
    check_broken(
        &project,
        "git",
        ".git/hooks/pre-commit runs lawbook, and git takes its hooks from `hooks`",
        "lawbook install git",
    );
    git(&project, &["config", "core.hooksPath", "/dev/null"]);
    check_broken(&project, "git", "switches all hooks of git off", "git config --unset core.hooksPath");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let project = installed();
        fs::set_permissions(project.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o644)).unwrap();
        check_broken(&project, "git", "is not executable", "chmod +x .git/hooks/pre-commit");
    }
    let project = repository(&[("lefthook.yml", "pre-commit:\n  jobs:\n    - run: lawbook check --staged\n")]);
    check_broken(&project, "git", "the hook of lefthook is not in this clone", "lefthook install");
    let project = repository(&[(".husky/pre-commit", "npm test\n")]);
    doctor(&project, &[]).exits(0).shows("husky runs the hooks, without lawbook\n    lawbook install git");
}

#[test]
fn programs_that_are_gone_or_others_are_broken() {
    let project = repository(&[("a.ts", "")]);
    lawbook(&project, &["install", "cursor", "--yes"], &[]).exits(0);
    let ran = lawbook(&project, &["doctor"], &[]);
    ran.exits(1).shows("`lawbook` is not on the PATH");
    let gone = project.path("gone/lawbook");
    let hook = format!(
        "#!/bin/sh\n# >>> lawbook\nif command -v {0} >/dev/null 2>&1; then\n  {0} check --staged || exit\nfi\n# <<< lawbook\n",
        gone.display()
    );
    let project = repository(&[("a.ts", "")]).file(".git/hooks/pre-commit", hook);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(project.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
        check_broken(&project, "program", "which is gone", "lawbook install git");
        let project = repository(&[("a.ts", "")]).file("bin/lawbook", "#!/bin/sh\necho lawbook 9.8.7\n");
        fs::set_permissions(project.path("bin/lawbook"), fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", project.path("bin").display(), std::env::var("PATH").unwrap());
        lawbook(&project, &["doctor"], &[("PATH", &path)]).exits(1).shows("which is version 9.8.7; this is ");
    }
}

#[test]
fn agents_with_half_of_their_hooks_are_broken() {
    let project = repository(&[("a.ts", "")]);
    lawbook(&project, &["install", "claude-code", "--yes"], &[]).exits(0);
    doctor(&project, &[]).exits(0).shows("(.claude/settings.json)");
    let mut settings: Value = serde_json::from_str(&project.read(".claude/settings.json")).unwrap();
    settings["hooks"].as_object_mut().unwrap().remove("Stop").unwrap();
    let project = project.file(".claude/settings.json", settings.to_string());
    check_broken(
        &project,
        "agents",
        "not all hooks of lawbook are in .claude/settings.json",
        "lawbook install claude-code",
    );
    let project = project.file(".claude/settings.json", "{ \"hooks\": ");
    check_broken(&project, "agents", ".claude/settings.json:1:", "lawbook install claude-code");
}

#[test]
fn ci_without_history_and_other_versions_are_broken() {
    let workflow = |depth: &str, version: &str| {
        format!(
            "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v5\n{depth}      - run: pipx install lawbook=={version}\n      - run: lawbook check --since origin/main\n"
        )
    };
    let version = env!("CARGO_PKG_VERSION");
    let project = repository(&[(".github/workflows/a.yml", &workflow("", version))]);
    check_broken(&project, "ci-history", ".github/workflows/a.yml runs `lawbook check --since`", "fetch-depth: 0");
    let project = project.file(".github/workflows/a.yml", workflow("        with: { fetch-depth: 0 }\n", version));
    doctor(&project, &[]).exits(0).shows("GitHub Actions: .github/workflows/a.yml");
    let project = project.file("package.json", r#"{"devDependencies": {"lawbook": "9.8.7"}}"#);
    check_broken(&project, "versions", "package.json names version 9.8.7", "or run version 9.8.7 here");
}

#[test]
fn every_check_is_in_the_schema() {
    let schema: Value = serde_json::from_str(include_str!("../schema/doctor-v1.json")).unwrap();
    let names = schema.pointer("/properties/checks/items/properties/check/enum").unwrap().as_array().unwrap();
    let source = include_str!("../src/doctor/mod.rs");
    let checks: Vec<&str> =
        source.split("Check { name: \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(names.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>(), checks);
}

#[test]
fn schemas_are_printed_as_they_are_committed() {
    let project = Project::new();
    for what in ["config", "page", "report", "mistakes", "suppressions", "doctor"] {
        let path = format!("{}/schema/{what}-v1.json", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(project.run(&["schema", what]).exits(0).stdout, fs::read_to_string(path).unwrap());
    }
    project.run(&["schema", "pages"]).exits(2).says("page");
}
