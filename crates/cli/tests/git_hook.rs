//! The pre-commit hook that `lawbook install git` writes, run by git.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use support::git::{ENVIRONMENT, git, repository};
use support::{Project, Ran, run};

const GOOD: &str = "let a = 1;\n";
const BAD: &str = "var a = 1;\n";

/// A `PATH` on which `lawbook` is the program under test.
fn path_with_lawbook() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_lawbook")).parent().unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

/// Runs git in a folder of the project, with `lawbook` on the `PATH`.
fn git_in(project: &Project, cwd: &str, args: &[&str]) -> Ran {
    git_with(project, cwd, args, &[])
}

/// The same with more variables.
fn git_with(project: &Project, cwd: &str, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = support::git::command(project, args);
    command.current_dir(project.path(cwd)).env("PATH", path_with_lawbook()).envs(variables.iter().copied());
    for name in ["CLAUDECODE", "AI_AGENT", "CI"] {
        if !variables.iter().any(|(given, _)| *given == name) {
            command.env_remove(name);
        }
    }
    run(command, "")
}

/// Runs lawbook with the environment of git.
fn lawbook(project: &Project, cwd: &str, args: &[&str]) -> Ran {
    let path = path_with_lawbook();
    let mut variables = ENVIRONMENT.to_vec();
    variables.push(("PATH", &path));
    project.run_with(cwd, args, &variables, "")
}

fn install(project: &Project) {
    lawbook(project, ".", &["install", "git", "--yes"]).exits(0);
}

/// A repository with the hook.
fn hooked(files: &[(&str, &str)]) -> Project {
    let project = repository(files);
    install(&project);
    project
}

/// Asserts that git refuses a commit because of the rule `no-var` in a file.
#[track_caller]
fn is_refused(ran: &Ran, path: &str) {
    assert_ne!(ran.code, 0, "{ran:?}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains(path) && said.contains("no-var"), "{said}");
}

#[track_caller]
fn is_made(ran: &Ran) {
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.stderr.contains("no-var"), "{ran:?}");
}

#[test]
fn the_hook_is_written_once_and_deleted() {
    let project = repository(&[]);
    let hook = project.path(".git/hooks/pre-commit");
    let before: Vec<_> = fs::read_dir(project.path(".git/hooks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    lawbook(&project, ".", &["install", "git"]).exits(1).shows("+++ b/.git/hooks/pre-commit").says("--yes");
    assert!(!hook.exists());
    install(&project);
    assert_eq!(hook.metadata().unwrap().permissions().mode() & 0o111, 0o111 & 0o755);
    lawbook(&project, "law", &["install", "git"]).exits(0).shows("Already installed");
    lawbook(&project, ".", &["uninstall", "git", "--yes"]).exits(0).shows("Deleted .git/hooks/pre-commit.");
    let after: Vec<_> = fs::read_dir(project.path(".git/hooks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(before.len(), after.len());
    lawbook(&project, ".", &["uninstall", "git"]).exits(0).shows("Not installed");
    lawbook(&Project::new(), ".", &["install", "git", "--yes"]).exits(2).says("not a git repository");
}

#[test]
fn the_index_is_judged_and_not_the_working_tree() {
    let project = hooked(&[("a.ts", GOOD), ("b.ts", GOOD)]);
    // Unstaged code is not judged.
    let project = project.file("a.ts", BAD).file("b.ts", "let b = 1;\n");
    git(&project, &["add", "b.ts"]);
    is_made(&git_in(&project, ".", &["commit", "-m", "b"]));
    // Staged code is, whatever is in the working tree.
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", GOOD);
    is_refused(&git_in(&project, ".", &["commit", "-m", "a"]), "a.ts");
    // A partly staged file counts as it is staged.
    let project = project.file("a.ts", "let a = 1;\nlet c = 1;\n");
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", "let a = 1;\nlet c = 1;\nvar a = 1;\n");
    is_made(&git_in(&project, ".", &["commit", "-m", "c"]));
    is_refused(&git_in(&project, ".", &["commit", "-am", "d"]), "a.ts");
    assert_ne!(git_in(&project, ".", &["commit", "-am", "d", "--no-verify"]).code, 1);
    // Findings from before are not reported again.
    let project = project.file("a.ts", "let a = 1;\nlet c = 2;\nvar a = 1;\n");
    is_made(&git_in(&project, ".", &["commit", "-am", "e"]));
}

#[test]
fn every_form_of_commit_is_judged() {
    let project = hooked(&[("a.ts", GOOD), ("b.ts", GOOD), ("src/c.ts", GOOD)]);
    // `commit PATH` makes an index of its own: what is staged beside it does not count.
    let project = project.file("a.ts", BAD).file("b.ts", "let b = 2;\n");
    git(&project, &["add", "a.ts"]);
    is_made(&git_in(&project, ".", &["commit", "-m", "b", "b.ts"]));
    is_refused(&git_in(&project, ".", &["commit", "-m", "a", "a.ts"]), "a.ts");
    is_refused(&git_in(&project, ".", &["commit", "-m", "a", "--include", "src/c.ts"]), "a.ts");
    is_refused(&git_in(&project, ".", &["commit", "-a", "-m", "a"]), "a.ts");
    is_refused(&git_in(&project, "src", &["commit", "-a", "-m", "a"]), "a.ts");
    is_refused(&git_in(&project, "src", &["commit", "-m", "a", "../a.ts"]), "a.ts");
    is_refused(&git_in(&project, ".", &["commit", "--amend", "--no-edit"]), "a.ts");
    is_refused(&git_in(&project, ".", &["-C", "src", "commit", "-m", "a"]), "a.ts");
    git(&project, &["checkout", "--quiet", "HEAD", "--", "a.ts"]);
    is_made(&git_in(&project, ".", &["commit", "--amend", "-m", "amended"]));
    is_made(&git_in(&project, ".", &["commit", "--allow-empty", "-m", "empty"]));
    // A commit that was stopped by nothing but the message leaves all as it was.
    is_refused(&git_in(&project.file("src/c.ts", BAD), "src", &["commit", "-m", "c", "c.ts"]), "c.ts");
}

#[test]
fn the_first_commit_is_judged() {
    let project = Project::with_law().file("a.ts", BAD);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    install(&project);
    git(&project, &["add", "--all"]);
    is_refused(&git_in(&project, ".", &["commit", "-m", "first"]), "a.ts");
    let project = project.file("a.ts", GOOD);
    is_made(&git_in(&project, ".", &["commit", "-am", "first"]));
}

#[test]
fn linked_working_trees_and_submodules_have_the_hook() {
    let project = hooked(&[("a.ts", GOOD)]);
    git(&project, &["worktree", "add", "--quiet", "-b", "side", "tree"]);
    let project = project.file("tree/a.ts", BAD);
    is_refused(&git_in(&project, "tree", &["commit", "-am", "a"]), "a.ts");
    is_refused(&git_in(&project, "tree/law", &["commit", "-am", "a"]), "a.ts");
    lawbook(&project, "tree", &["install", "git"]).exits(0).shows("Already installed");

    let inner = repository(&[("a.ts", GOOD)]);
    let outer = repository(&[]);
    let url = inner.path("").to_str().unwrap().to_owned();
    git(&outer, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "sub"]);
    lawbook(&outer, "sub", &["install", "git", "--yes"]).exits(0);
    assert!(outer.path(".git/modules/sub/hooks/pre-commit").is_file());
    let outer = outer.file("sub/a.ts", BAD);
    is_refused(&git_in(&outer, "sub", &["commit", "-am", "a"]), "a.ts");
    git(&outer, &["init", "--quiet", "--bare", "bare.git"]);
    lawbook(&outer, "bare.git", &["install", "git", "--yes"]).exits(2).says("no working tree");
}

#[test]
fn merges_and_rebases_are_judged_where_something_is_new() {
    let project = hooked(&[("a.ts", "let a = 1;\nlet b = 1;\nlet c = 1;\n"), ("b.ts", GOOD)]);
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let project = project.file("a.ts", "let a = 1;\nlet b = 2;\nlet c = 1;\n").file("b.ts", BAD);
    assert_eq!(git_in(&project, ".", &["commit", "-am", "side", "--no-verify"]).code, 0);
    git(&project, &["checkout", "--quiet", "main"]);
    let project = project.file("a.ts", "let a = 1;\nlet b = 3;\nlet c = 1;\n");
    is_made(&git_in(&project, ".", &["commit", "-am", "main"]));
    // In a merge, findings of the other branch are not new; those that the resolution adds are.
    assert_ne!(git_in(&project, ".", &["merge", "side"]).code, 0);
    let project = project.file("a.ts", "let a = 1;\nlet b = 2;\nvar a = 1;\nlet c = 1;\n");
    git(&project, &["add", "a.ts"]);
    let ran = git_in(&project, ".", &["commit", "--no-edit"]);
    is_refused(&ran, "a.ts");
    assert!(!ran.stderr.contains("b.ts"), "{ran:?}");
    let project = project.file("a.ts", "let a = 1;\nlet b = 2;\nlet c = 1;\n");
    git(&project, &["add", "a.ts"]);
    is_made(&git_in(&project, ".", &["commit", "--no-edit"]));
    // A merge without a conflict runs no such hook.
    git(&project, &["checkout", "--quiet", "-b", "other", "HEAD~1"]);
    is_made(&git_in(&project.file("d.ts", GOOD), ".", &["merge", "--no-edit", "main"]));
}

#[test]
fn a_rebase_goes_on() {
    let project = hooked(&[("a.ts", "let a = 1;\n")]);
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let project = project.file("a.ts", "let a = 2;\n");
    is_made(&git_in(&project, ".", &["commit", "-am", "side"]));
    git(&project, &["checkout", "--quiet", "main"]);
    let project = project.file("a.ts", "let a = 3;\n");
    is_made(&git_in(&project, ".", &["commit", "-am", "main"]));
    git(&project, &["checkout", "--quiet", "side"]);
    assert_ne!(git_in(&project, ".", &["rebase", "main"]).code, 0);
    let project = project.file("a.ts", "let a = 4;\n");
    git(&project, &["add", "a.ts"]);
    let ran = git_in(&project, ".", &["-c", "core.editor=true", "rebase", "--continue"]);
    is_made(&ran);
}

#[test]
fn the_law_and_the_baseline_are_those_of_the_index() {
    let project = hooked(&[("a.ts", BAD)]);
    lawbook(&project, ".", &["baseline", "create"]).exits(0);
    git(&project, &["add", ".lawbook"]);
    is_refused(&git_in(&project, ".", &["commit", "-m", "baseline"]), "weakened-law");
    let accepted = [("LAWBOOK_ACCEPT_LAW", "the old client goes next week")];
    let by_agent = [("LAWBOOK_ACCEPT_LAW", "the old client goes next week"), ("AI_AGENT", "x")];
    let refused = git_with(&project, ".", &["commit", "-m", "baseline"], &by_agent);
    assert!(format!("{refused:?}").contains("is refused where an agent runs"), "{refused:?}");
    assert_eq!(git_with(&project, ".", &["commit", "-m", "baseline"], &accepted).code, 0);
    // A rule that is switched off in the working tree only still holds.
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-var = \"off\"\n").file("b.ts", BAD);
    git(&project, &["add", "b.ts"]);
    is_refused(&git_in(&project, ".", &["commit", "-m", "b"]), "b.ts");
    is_refused(&git_in(&project, ".", &["commit", "-m", "b", "b.ts"]), "b.ts");
}

#[test]
fn the_report_says_how_to_fix_and_stage() {
    let project = hooked(&[("a.ts", GOOD)]);
    let project = project.file("a.ts", BAD);
    git(&project, &["add", "a.ts"]);
    let ran = git_in(&project, ".", &["commit", "-m", "a"]);
    is_refused(&ran, "a.ts");
    assert!(ran.stderr.contains("lawbook check --changed --fix"), "{ran:?}");
    assert!(ran.stderr.contains("git add"), "{ran:?}");
    lawbook(&project, ".", &["check", "--changed", "--fix", "--unsafe-fixes"]).exits(0);
    git(&project, &["add", "a.ts"]);
    is_made(&git_in(&project, ".", &["commit", "-m", "a", "--allow-empty"]));
}

#[test]
fn without_the_program_a_commit_is_not_made_and_git_says_why() {
    let project = hooked(&[("a.ts", GOOD)]);
    let project = project.file("a.ts", "let b = 1;\n");
    let ran = run(support::git::command(&project, &["commit", "-am", "b"]), "");
    assert_eq!(ran.code, 1);
    let expected = "lawbook is not on the PATH that git has, so this commit is not checked and not made. Put it there, \
                    or commit with --no-verify.\n";
    assert_eq!(ran.stderr, expected);
    lawbook(&project, ".", &["install", "git", "--absolute", "--yes"]).exits(0);
    let ran = run(support::git::command(&project, &["commit", "-am", "b"]), "");
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_script_of_the_user_is_extended_and_given_back() {
    let project = repository(&[("a.ts", GOOD)]);
    let script = "#!/bin/sh\n# Mine\n\necho mine >> ran\nexit 0\n";
    let project = project.file(".git/hooks/pre-commit", script);
    let hook = project.path(".git/hooks/pre-commit");
    lawbook(&project, ".", &["install", "git", "--yes"]).exits(2).says("it is not executable, so git does not run it");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    install(&project);
    let project = project.file("a.ts", BAD);
    is_refused(&git_in(&project, ".", &["commit", "-am", "a"]), "a.ts");
    assert!(!project.path("ran").exists());
    let project = project.file("a.ts", "let b = 1;\n");
    is_made(&git_in(&project, ".", &["commit", "-am", "a"]));
    assert_eq!(project.read("ran"), "mine\n");
    lawbook(&project, ".", &["uninstall", "git", "--yes"]).exits(0).shows("Wrote .git/hooks/pre-commit.");
    assert_eq!(project.read(".git/hooks/pre-commit"), script);
    assert_eq!(hook.metadata().unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn hooks_of_other_tools_are_refused_with_the_lines_to_add() {
    let check = |project: Project, expected: &[&str]| {
        git(&project, &["init", "--quiet"]);
        let ran = lawbook(&project, ".", &["install", "git", "--yes"]);
        for expected in expected {
            ran.exits(2).says(expected);
        }
        assert!(!project.path(".git/hooks/pre-commit").exists());
    };
    check(Project::new().file("lefthook.yml", ""), &["lefthook writes the hooks", "run: lawbook check --staged"]);
    check(Project::new().file(".husky/pre-commit", ""), &["add to .husky/pre-commit:", "lawbook check --staged"]);
    check(
        Project::new().file(".pre-commit-config.yaml", ""),
        &["entry: lawbook check --pre-commit", "`pre-commit install`"],
    );
    let project = repository(&[]).file("hook.py", "");
    std::os::unix::fs::symlink("../../hook.py", project.path(".git/hooks/pre-commit")).unwrap();
    let ran = lawbook(&project, ".", &["install", "git", "--yes"]);
    ran.exits(2).says("it is a symbolic link to `../../hook.py`").says("let the hook run `lawbook check --staged`");
}

#[test]
fn the_lines_for_other_tools_are_those_of_the_page_about_hooks() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hooks.md")).unwrap();
    for file in ["lefthook.yml", ".husky/pre-commit", ".pre-commit-config.yaml", "prek.toml", ".simple-git-hooks.json"]
    {
        let project = Project::new().file(file, "");
        git(&project, &["init", "--quiet"]);
        let ran = lawbook(&project, ".", &["install", "git", "--yes"]);
        let lines = ran.stderr.split_once("add to ").unwrap_or_else(|| panic!("{ran:?}")).1.lines().skip(1);
        let lines: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
        assert!(!lines.is_empty(), "{ran:?}");
        for line in lines {
            let line = line.strip_prefix("then run ").unwrap_or(line);
            assert!(page.contains(line), "{file}: docs/hooks.md does not have `{line}`");
        }
    }
}

#[test]
fn core_hooks_path_is_followed_in_the_repository_only() {
    let project = repository(&[("a.ts", GOOD)]);
    git(&project, &["config", "core.hooksPath", ".githooks"]);
    lawbook(&project, "law", &["install", "git", "--yes"]).exits(0).shows("Wrote .githooks/pre-commit.");
    is_refused(&git_in(&project.file("a.ts", BAD), ".", &["commit", "-am", "a"]), "a.ts");

    let project = repository(&[]);
    git(&project, &["config", "core.hooksPath", "/dev/null"]);
    lawbook(&project, ".", &["install", "git", "--yes"]).exits(2).says("switches all hooks off");

    let project = repository(&[]).file("home/.gitconfig", "[core]\n\thooksPath = ~/hooks\n").file("home/hooks/x", "");
    let (home, path) = (project.path("home"), path_with_lawbook());
    let variables = [("HOME", home.to_str().unwrap()), ("PATH", &path)];
    let ran = project.run_with(".", &["install", "git", "--yes"], &variables, "");
    // From git 2.54 on the configuration of the repository takes it.
    if ran.code == 2 {
        ran.says("names the hooks of all repositories").says("git config core.hooksPath");
    } else {
        ran.exits(0).shows("Wrote .git/config.");
    }
    assert!(!project.path("home/hooks/pre-commit").exists());
}

/// The section for git 2.54 as this git reads it: its command is run by a shell.
#[test]
fn the_configured_hook_is_a_command_line_for_a_shell() {
    let project = repository(&[("a.ts", GOOD)]);
    let config = project.read(".git/config");
    let fake =
        "#!/bin/sh\nif [ \"$*\" = \"${*%version}version\" ]; then echo git version 2.54.0; else exec REAL \"$@\"; fi\n";
    let real = run(shell("command -v git"), "").stdout;
    let project = project.file("bin/git", fake.replace("REAL", real.trim()));
    fs::set_permissions(project.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", project.path("bin").display(), path_with_lawbook());
    let mut variables = ENVIRONMENT.to_vec();
    variables.push(("PATH", &path));
    project.run_with(".", &["install", "git", "--yes"], &variables, "").exits(0).shows("Wrote .git/config.");
    project.run_with(".", &["install", "git"], &variables, "").exits(0).shows("Already installed");
    assert_eq!(git(&project, &["config", "--get-all", "hook.lawbook.event"]), "pre-commit\n");
    let command = git(&project, &["config", "--get", "hook.lawbook.command"]);
    let project = project.file("a.ts", BAD);
    git(&project, &["add", "a.ts"]);
    let run_hook = |path: &str| {
        let mut shell = shell(command.trim());
        shell.current_dir(project.path("")).env("PATH", path);
        run(shell, "")
    };
    let ran = run_hook(&path_with_lawbook());
    assert!(ran.code == 1 && ran.stdout.contains("no-var"), "{ran:?}");
    let ran = run_hook("/usr/bin:/bin");
    assert!(ran.code == 1 && ran.stderr.contains("lawbook is not on the PATH that git has"), "{ran:?}");
    project.run_with(".", &["uninstall", "git", "--yes"], &variables, "").exits(0);
    assert_eq!(project.read(".git/config"), config);
}

/// Git before version 2.36 does not answer about sizes and contents in one run.
#[test]
fn an_older_git_gives_the_same_findings() {
    let project = repository(&[("a.ts", GOOD)]);
    let fake = "#!/bin/sh\ncase \"$*\" in *--batch-command*) echo \"error: unknown option \\`batch-command'\" >&2; exit 129;; esac\nexec REAL \"$@\"\n";
    let real = run(shell("command -v git"), "").stdout;
    let project = project.file("bin/git", fake.replace("REAL", real.trim())).file("a.ts", BAD);
    fs::set_permissions(project.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    git(&project, &["add", "a.ts"]);
    let path = format!("{}:{}", project.path("bin").display(), path_with_lawbook());
    let older = support::git::check_with(&project, &["--staged"], &[("PATH", &path)]);
    let newer = support::git::check_with(&project, &["--staged"], &[]);
    assert_eq!(older.exits(1).findings(), newer.exits(1).findings());
    assert_eq!(older.stderr, newer.stderr);
}

fn shell(line: &str) -> std::process::Command {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", line]);
    command
}
