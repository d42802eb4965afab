//! A project in a git repository.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use super::{Project, Ran, run};

/// A repository with the two rules of [`Project::with_law`], in which everything is committed.
pub fn repository(files: &[(&str, &str)]) -> Project {
    let mut project = Project::with_law();
    for (path, text) in files {
        project = project.file(path, text);
    }
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "first");
    project
}

/// Runs git in the folder, asserts that it succeeds, and returns what it prints.
#[track_caller]
pub fn git(project: &Project, args: &[&str]) -> String {
    let ran = try_git(project, args);
    assert_eq!(ran.code, 0, "git {args:?}: {ran:?}");
    ran.stdout
}

/// Runs git in the folder.
pub fn try_git(project: &Project, args: &[&str]) -> Ran {
    run(command(project, args), "")
}

/// The git command without the settings of the machine.
pub fn command(project: &Project, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args).current_dir(project.path(""));
    for (name, value) in ENVIRONMENT {
        command.env(name, value);
    }
    command
}

/// The environment of git: an author, and no settings except those of the repository.
pub const ENVIRONMENT: [(&str, &str); 6] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "Ada"),
    ("GIT_AUTHOR_EMAIL", "ada@example.com"),
    ("GIT_COMMITTER_NAME", "Ada"),
    ("GIT_COMMITTER_EMAIL", "ada@example.com"),
];

/// Commits everything.
#[track_caller]
pub fn commit(project: &Project, message: &str) {
    git(project, &["add", "--all"]);
    git(project, &["commit", "--quiet", "--allow-empty", "-m", message]);
}

/// The findings of a check in a repository as `path rule`; asserts that the check could run.
#[track_caller]
pub fn found(project: &Project, args: &[&str]) -> Vec<String> {
    found_with(project, args, &[])
}

/// The same with variables.
#[track_caller]
pub fn found_with(project: &Project, args: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let ran = check_with(project, args, variables);
    assert_ne!(ran.code, 2, "{ran:?}");
    ran.findings().into_iter().map(|(path, rule)| format!("{path} {rule}")).collect()
}

/// Runs `check` with a JSON report.
pub fn check(project: &Project, args: &[&str]) -> Ran {
    check_with(project, args, &[])
}

/// The same with variables.
pub fn check_with(project: &Project, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut all = vec!["check", "--format", "json"];
    all.extend(args);
    lawbook(project, &all, variables)
}

/// Runs lawbook with git in its path.
pub fn lawbook(project: &Project, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let path = std::env::var("PATH").unwrap();
    let mut all = vec![("PATH", path.as_str())];
    all.extend(ENVIRONMENT);
    all.extend(variables);
    project.run_with(".", args, &all, "")
}
