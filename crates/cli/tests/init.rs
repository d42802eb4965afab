//! `lawbook init`: what it proposes for projects of several kinds, and that it changes nothing that is there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;

use support::git::{commit, git, lawbook};
use support::{Project, Ran};

const BAD: &str = "export function f() {\n  debugger;\n}\n";

/// A repository with these files, all of which are committed.
fn repository(files: &[(&str, &str)]) -> Project {
    let project = files.iter().fold(Project::new(), |project, (path, text)| project.file(path, text));
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "first");
    project
}

fn init(project: &Project, args: &[&str]) -> Ran {
    let all: Vec<&str> = ["init"].iter().chain(args).copied().collect();
    lawbook(project, &all, &[])
}

/// The lines of git about files that are new or changed.
fn changed(project: &Project) -> Vec<String> {
    let status = git(project, &["status", "--short", "--untracked-files=all"]);
    status.lines().map(str::to_owned).collect()
}

#[test]
fn nothing_is_written_without_a_word() {
    let project = repository(&[("a.ts", BAD), ("CLAUDE.md", "# A\n"), (".github/workflows/ci.yml", "on: push\n")]);
    let ran = init(&project, &[]);
    ran.exits(1).shows("+++ b/lawbook.toml").shows("+++ b/.claude/settings.json").shows("+++ b/.git/hooks/pre-commit");
    ran.shows("+++ b/.github/workflows/lawbook.yml").shows("--- a/CLAUDE.md").says("run it with --yes");
    assert_eq!(changed(&project), [""; 0]);
    assert!(!project.path(".git/hooks/pre-commit").exists());
}

#[test]
fn a_project_is_set_up_once() {
    let project = repository(&[
        ("package.json", r#"{"devDependencies": {"vitest": "3", "eslint": "9"}}"#),
        ("src/a.ts", BAD),
        ("crates/b/src/lib.rs", "pub fn f() {}\n"),
        ("main.go", "package main\n"),
        (".cursor/rules/a.mdc", ""),
        (".github/workflows/ci.yml", "on: push\n"),
    ]);
    let ran = init(&project, &["--yes"]);
    ran.exits(0).shows("languages  rust (1), typescript (1); not read: go (1)\n").shows("vitest, eslint");
    ran.shows("(what suppresses findings of eslint is read too)").shows("agents     Cursor\n");
    ran.shows("Today `lawbook check` finds 1 error").shows("git add lawbook.toml ");
    assert!(project.read("lawbook.toml").contains("extends = [\"recommended\", \"agents\"]"));
    let written = ["?? .cursor/hooks.json", "?? .github/workflows/lawbook.yml", "?? AGENTS.md", "?? lawbook.toml"];
    assert_eq!(changed(&project), written);
    assert!(project.path(".git/hooks/pre-commit").exists());
    // What is written is no configuration of another name.
    assert!(!lawbook(&project, &["check"], &[]).exits(1).stderr.contains("is not read"));
    init(&project, &["--yes"]).exits(0).shows("Already set up: nothing to write.\n");
    fs::remove_file(project.path("AGENTS.md")).unwrap();
    let ran = init(&project, &["--yes"]);
    ran.exits(0).shows("Wrote AGENTS.md.");
    assert!(!ran.stdout.contains("Wrote lawbook.toml"));
}

#[test]
fn the_findings_of_today_are_accepted_on_request() {
    let project = repository(&[("a.ts", BAD)]);
    init(&project, &["--yes", "--baseline"]).exits(0).shows("1 finding added to the baseline");
    lawbook(&project, &["check"], &[]).exits(0);
    commit(&project, "Adopt lawbook");
    init(&project, &["--baseline"]).exits(0).shows("Already set up").says("there is a baseline already");
}

#[test]
fn only_some_parts_are_proposed_on_request() {
    let project = repository(&[("a.ts", ""), (".claude/x", ""), (".gitlab-ci.yml", "test:\n  script: [npm test]\n")]);
    let ran = init(&project, &["--yes", "--only", "config,ci"]);
    ran.exits(0)
        .shows("Left to you: GitLab CI does not run lawbook yet")
        .shows("add to .gitlab-ci.yml:")
        .shows("GIT_DEPTH: \"0\"");
    assert!(!ran.stdout.contains("Today"), "{}", ran.stdout);
    let ran = init(&project, &["--only", "ci"]);
    assert!(!ran.exits(0).stdout.contains("Already set up"), "{}", ran.stdout);
    assert_eq!(changed(&project), ["?? lawbook.toml"]);
    // Below the top, settings alone are proposed.
    let project = project.file("web/b.ts", "");
    let ran = project.run_with("web", &["init", "--yes"], &[], "");
    ran.exits(0)
        .shows("This is the folder web of a repository")
        .shows("+++ b/web/lawbook.toml")
        .shows("Wrote web/lawbook.toml.")
        .shows("git add :/web/lawbook.toml");
    assert!(!project.read("web/lawbook.toml").lines().any(|line| line.starts_with("extends")));
    assert_eq!(changed(&project), ["?? lawbook.toml", "?? web/b.ts", "?? web/lawbook.toml"]);
}

#[test]
fn what_is_not_proposed_is_said() {
    let project = repository(&[("a.ts", "")]);
    let ran = init(&project, &["--only", "agents"]);
    ran.exits(0)
        .shows("Nothing more can be set up here")
        .shows("Not set up: agents: no file of a coding agent is here");
    ran.shows("claude-code, codex, ");
    let ran = init(&project, &["--yes", "--only", "config"]);
    assert!(!ran.exits(0).stdout.contains("Today"), "{}", ran.stdout);
    init(&project, &["--yes"]).exits(0).shows("Not set up: ci: ").shows("`lawbook init --only ci`");
    git(&project, &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    init(&project, &["--yes", "--only", "ci"]).exits(0).shows("Wrote .github/workflows/lawbook.yml");
    assert!(project.read(".github/workflows/lawbook.yml").contains("branches: [trunk]\n"));
    // Outside of a repository nothing runs.
    init(&Project::new().file("a.ts", ""), &["--only", "ci"]).exits(0).shows("Not set up: ci: no file");
}

#[test]
fn mistakes_in_settings_of_folders_are_found_before_anything_is_written() {
    let project = repository(&[("a.ts", ""), ("web/b.ts", ""), ("web/lawbook.toml", "extend = []\n")]);
    init(&project, &["--yes"]).exits(2).says("web/lawbook.toml:1:1").says("unknown key `extend`");
    assert_eq!(changed(&project), [""; 0]);
    assert!(!project.path(".git/hooks/pre-commit").exists());
}

#[test]
fn files_that_git_leaves_out_are_not_added() {
    let project = repository(&[("a.ts", ""), (".gitignore", "lawbook.toml\n")]);
    let ran = init(&project, &["--yes", "--only", "config"]);
    ran.exits(0).shows("A .gitignore leaves out: lawbook.toml.");
    assert!(!ran.stdout.contains("git add"), "{}", ran.stdout);
}

#[test]
fn files_for_agents_get_the_paragraph_where_they_are_read() {
    for (files, expected) in [
        (&[("CLAUDE.md", "# A\n")][..], &["CLAUDE.md"][..]),
        (&[("CLAUDE.md", "# A\n"), ("AGENTS.md", "# B\n")], &["AGENTS.md", "CLAUDE.md"]),
        (&[("CLAUDE.md", "@AGENTS.md\n"), ("AGENTS.md", "# B\n")], &["AGENTS.md"]),
        (&[("CLAUDE.md", "# A\n"), (".cursor/x", "")], &["CLAUDE.md", "AGENTS.md"]),
        (&[(".claude/x", "")], &["AGENTS.md"]),
        (&[("CLAUDE.md", "Run `lawbook check`.\n")], &[]),
    ] {
        let project = repository(files);
        init(&project, &["--yes", "--only", "instructions"]).exits(0);
        let written = changed(&project);
        let written: Vec<&str> = written.iter().map(|line| &line[3..]).collect();
        assert_eq!(written, expected, "{files:?}");
        for path in written {
            assert!(project.read(path).contains("lawbook check --changed"), "{path}");
        }
    }
}

#[test]
fn tests_and_generated_code_are_found() {
    let project = repository(&[
        ("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = [\"checks\"]\n"),
        ("checks/a.py", ""),
        ("playwright.config.ts", "export const a = { testDir: './flows' };\n"),
        ("flows/b.ts", BAD),
        ("src/api/generated/c.ts", BAD),
        ("dist/index.js", BAD),
        ("src/d.ts", ""),
    ]);
    init(&project, &["--yes"]).exits(0).shows("Today `lawbook check` finds 1 error in");
    let written = project.read("lawbook.toml");
    assert!(written.contains("exclude = [\"**/generated/**\", \"dist/**\"] # generated\n"), "{written}");
    assert!(written.contains("\ntests = [\"checks/**\", \"flows/**\", \"**/tests/**\", "), "{written}");
    lawbook(&project, &["config", "explain", "flows/b.ts"], &[]).exits(0).shows("yes, by `flows/**`");
}

#[test]
fn tools_that_run_hooks_are_left_alone() {
    let lefthook = "pre-commit:\n  jobs:\n    - run: lawbook check --staged\n";
    for (path, text, with_lawbook, name) in [
        (".husky/pre-commit", "npm test\n", "lawbook check --staged\n", "husky"),
        ("lefthook.yml", "# lawbook\npre-push: {}\n", lefthook, "lefthook"),
        (".pre-commit-config.yaml", "repos: []\n", "repos:\n- repo: local\n  hooks: [{ id: lawbook }]\n", "pre-commit"),
    ] {
        let project = repository(&[("a.ts", ""), (path, text)]);
        let ran = init(&project, &["--yes"]);
        ran.exits(0).shows(&format!("hooks      {name}\n")).shows("Left to you: ").shows("lawbook check --");
        assert_eq!((project.read(path).as_str(), changed(&project)), (text, vec!["?? lawbook.toml".to_owned()]));
        let project = project.file(path, with_lawbook);
        assert!(!init(&project, &["--yes"]).exits(0).stdout.contains("Left to you"), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn links_and_settings_with_mistakes_are_refused() {
    let project = repository(&[("a.ts", ""), ("docs/AGENTS.md", "# B\n"), (".cursor/x", "")]);
    std::os::unix::fs::symlink("docs/AGENTS.md", project.path("AGENTS.md")).unwrap();
    std::os::unix::fs::symlink("AGENTS.md", project.path("CLAUDE.md")).unwrap();
    std::os::unix::fs::symlink("/tmp", project.path(".github")).unwrap();
    let ran = init(&project, &["--yes"]);
    ran.exits(0)
        .shows("Left to you: .github/workflows/lawbook.yml is left as it is: a folder on its path is a symbolic link");
    assert_eq!(project.read("docs/AGENTS.md"), "# B\n");
    let project = repository(&[("a.ts", ""), (".cursor/hooks.json", "{ no json\n")]);
    init(&project, &["--yes"]).exits(0).shows("Left to you: .cursor/hooks.json:1:").shows("Wrote lawbook.toml.");
    let project = repository(&[("a.ts", ""), ("lawbook.toml", "extend = []\n")]);
    init(&project, &["--yes"]).exits(2).says("unknown key `extend`");
    assert_eq!(changed(&project), [""; 0]);
}
