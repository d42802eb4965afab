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
    check_broken(
        &project,
        "ignored-law",
        "git leaves `.lawbook/baseline` out",
        "git check-ignore -v .lawbook/baseline/",
    );
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
    lawbook(&project, &["uninstall", "git", "--yes"], &[]).exits(0).says("lefthook.yml has lines that run lawbook");
    let project = repository(&[(".husky/pre-commit", "npm test\n")]);
    doctor(&project, &[]).exits(0).shows("husky runs the hooks, without lawbook\n    lawbook install git");
}

/// Writes a program that git runs before a commit.
#[cfg(unix)]
fn with_hook(project: Project, text: &str) -> Project {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project.file(".git/hooks/pre-commit", text);
    fs::set_permissions(project.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    project
}

#[test]
#[cfg(unix)]
fn hooks_whose_result_does_not_count_are_broken() {
    let path = path_with_lawbook();
    for (text, reason) in [
        (
            "#!/bin/sh\nlawbook check --staged || true\n",
            "pre-commit:2 names lawbook, and its result does not count: `|| true`",
        ),
        ("#!/bin/sh\nlawbook check --staged --exit-zero\n", "`--exit-zero`"),
        ("#!/bin/sh\nexit 0\nlawbook check --staged\n", "`exit 0` in line 2 ends the script before it"),
        ("#!/bin/sh\necho lawbook check --staged\n", "printed"),
    ] {
        let project = with_hook(repository(&[("a.ts", "")]), text);
        check_broken(&project, "git", reason, "lawbook check --staged || exit");
    }
    let project = repository(&[("a.ts", "")]);
    lawbook(&project, &["install", "git", "--yes"], &[("PATH", &path)]).exits(0);
    let installed = project.read(".git/hooks/pre-commit");
    let project = with_hook(project, &installed.replace("#!/bin/sh\n", "#!/bin/sh\nexit 0\n"));
    check_broken(&project, "git", "ends the script before it", "lawbook uninstall git && lawbook install git");
    lawbook(&project, &["uninstall", "git", "--yes"], &[("PATH", &path)]).exits(0);
    lawbook(&project, &["install", "git", "--yes"], &[("PATH", &path)]).exits(0);
    doctor(&project, &[]).exits(0);
    let project = with_hook(project, &installed.replace("--staged || exit\n", "--staged || true\n"));
    check_broken(&project, "git", "`|| true`", "delete the lines from `# >>> lawbook`");
    let project = with_hook(project, &installed.replace("--staged ", "--staged --fail-level warning "));
    doctor(&project, &[]).exits(0).shows("were changed by hand\n    delete the lines from");
    // What `install` refuses is not proposed.
    let project = with_hook(repository(&[("a.ts", "")]), "#!/usr/bin/env python3\n");
    doctor(&project, &[]).exits(0).shows("let it run `lawbook check --staged`, and fail when that fails");
    let lefthook = "pre-commit:\n  jobs:\n    - run: lawbook check --staged || true\n";
    let project = repository(&[("lefthook.yml", lefthook)]);
    check_broken(&project, "git", "lefthook.yml:3 names lawbook", "");
}

#[test]
fn workflows_whose_result_does_not_count_are_broken() {
    let workflow = |step: &str| format!("on: push\njobs:\n  a:\n    steps:\n      - run: {step}\n");
    let path = ".github/workflows/a.yml";
    for (text, reason) in [
        (workflow("lawbook check\n        continue-on-error: true"), "`continue-on-error: true` holds for it"),
        (workflow("lawbook check || true"), "`|| true` is behind it"),
        (workflow("lawbook check --exit-zero"), "`--exit-zero`"),
        (workflow("echo lawbook check"), "printed"),
        (workflow("lawbook check").replace("on: push", "on: workflow_dispatch"), "no push and no pull request"),
    ] {
        let project = repository(&[(path, &text)]);
        check_broken(&project, "ci", reason, "let the line fail");
    }
    let project = repository(&[(path, &workflow("\"true\" # lawbook check"))]);
    doctor(&project, &[]).exits(0).shows("names lawbook, and no line of it runs `lawbook check`");
    // A second run that only reports is no door.
    let both = workflow("lawbook check --exit-zero --format sarif=a.sarif\n      - run: lawbook check");
    let project = repository(&[(path, &both)]);
    doctor(&project, &[]).exits(0).shows("GitHub Actions: .github/workflows/a.yml");
    let pushes = workflow("lawbook check").replace("on: push", "on:\n  push:\n    branches: [main, master]");
    let project =
        repository(&[(path, &pushes)]).file(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/dev\n");
    doctor(&project, &[])
        .exits(0)
        .shows("runs at pushes to main, master, and not to `dev`\n    write `branches: [dev]`");
}

#[test]
fn remedies_are_of_use() {
    let project = repository(&[("a.ts", "")]);
    lawbook(&project, &["install", "claude-code", "--yes"], &[]).exits(0);
    let ran = lawbook(&project, &["doctor"], &[]);
    ran.exits(1).shows("or name it: lawbook install claude-code --absolute");
    let settings = project.read(".claude/settings.json");
    let project = project.file(".claude/settings.json", settings.replace("hook claude-code", "hook claude-cod"));
    check_broken(&project, "agents", "`lawbook hook claude-cod`", "lawbook install claude-code");
    let project = project.file(".claude/settings.json", settings.replace("lawbook hook", "lawbok hook"));
    check_broken(&project, "agents", "runs a hook that is none of lawbook's", "lawbook install claude-code");
    // Nothing to check is what `check` ends with 2 for, and no file is left out that could be explained.
    let project = Project::new();
    doctor(&project, &[]).exits(0).shows("no file is checked, so `lawbook check` exits with 2\n");
    let project = project.file("b.ts", [0xff, 0xfe, 0x41]);
    let ran = doctor(&project, &[]);
    assert!(!ran.exits(1).stdout.contains("baseline create"), "{}", ran.stdout);
    let project = repository(&[("a.ts", "debugger;\n")]).file("lawbook.toml", "extends = []\n[rules]\n");
    let project =
        project.file("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-debugger = \"off\"\nno-var = \"off\"\n");
    check_broken(&project, "rules", "no rule is on", "lawbook rules");
}

#[test]
fn what_git_has_is_compared() {
    let project = repository(&[("a.ts", "var a = 1;\n")]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    support::git::commit(&project, "baseline");
    fs::remove_dir_all(project.path(".lawbook")).unwrap();
    check_broken(&project, "baseline", "git has a baseline", "git restore .lawbook");
    git(&project, &["restore", ".lawbook"]);
    assert!(!doctor(&project, &[]).exits(0).stdout.contains("git add"));
    let changed = project.read("lawbook.toml") + "# x\n";
    let project = project.file("lawbook.toml", changed);
    doctor(&project, &[]).exits(0).shows("has changes that are not staged").shows("git add lawbook.toml");
    git(&project, &["rm", "--quiet", "--cached", "lawbook.toml"]);
    doctor(&project, &[]).exits(0).shows("git does not have lawbook.toml yet");
    let project = Project::new().file("a.ts", "").file(".git/x", "");
    doctor(&project, &[]).exits(1).shows("a `.git` is here, and git gives no hooks");
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
            "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v5\n{depth}      - run: pipx install lawbook=={version}\n      - run: lawbook check --since origin/main\n"
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
