//! The commands that verify a fix: as long as a finding stands, its command reports it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use lawbook_core::rule::engine_ids;
use serde_json::Value;
use support::git::{ENVIRONMENT, commit, git, lawbook, repository};
use support::{NO_DEBUGGER, Project, Ran, run};

/// Runs a printed command in a shell, in a folder of the project, with a report as JSON.
fn shell(project: &Project, cwd: &str, command: &str) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_lawbook")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{command} --format json")]).current_dir(project.path(cwd)).env_clear();
    run_with(shell.env("PATH", path).envs(ENVIRONMENT))
}

fn run_with(command: &mut Command) -> Ran {
    let mut owned = Command::new(command.get_program());
    owned.args(command.get_args()).current_dir(command.get_current_dir().unwrap()).env_clear();
    owned.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    run(owned, "")
}

/// The findings of a report: path, rule, fingerprint.
fn findings(report: &Value) -> BTreeSet<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found = report["diagnostics"].as_array().unwrap().iter();
    found.map(|found| (text(&found["path"]), text(&found["rule"]), text(&found["fingerprint"]))).collect()
}

/// Asserts that the command of each finding of a run reports it again, and returns the rules of these findings.
#[track_caller]
fn check_verified(project: &Project, cwd: &str, args: &str) -> BTreeSet<String> {
    let report = shell(project, cwd, &format!("lawbook check {args}")).json();
    let found = findings(&report);
    for (one, diagnostic) in report["diagnostics"].as_array().unwrap().iter().enumerate() {
        let verify = diagnostic["verify"].as_str().unwrap();
        let again = findings(&shell(project, cwd, verify).json());
        let key = ["path", "rule", "fingerprint"].map(|key| diagnostic[key].as_str().unwrap().to_owned());
        assert!(again.contains(&key.clone().into()), "{one}: `{verify}` does not report {key:?} of {args:?}");
    }
    // The last line of the report for agents repeats the run.
    let agent = lawbook_in(project, cwd, args);
    let command = agent.stdout.rsplit_once("verify: ").unwrap().1.trim();
    assert_eq!(findings(&shell(project, cwd, command).json()), found, "{command}");
    found.into_iter().map(|(_, rule, _)| rule).collect()
}

fn lawbook_in(project: &Project, cwd: &str, args: &str) -> Ran {
    let program = env!("CARGO_BIN_EXE_lawbook");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("'{program}' check {args} --format agent")]).current_dir(project.path(cwd)).env_clear();
    run_with(shell.env("PATH", std::env::var("PATH").unwrap()).envs(ENVIRONMENT))
}

/// A repository whose change has a finding of every rule of the engine, apart from a rule that panics.
fn every_engine_finding() -> Project {
    let project = repository(&[("src/old.ts", "let a = 1\n")]);
    let settings = "extends = [\"./law\"]\n[suppressions]\nmax = 1\n";
    let deep = format!("debugger;\nlet a = {}1{};\n", "(".repeat(500), ")".repeat(500));
    let project = project
        .file("lawbook.toml", settings)
        .file("law/refused.md", NO_DEBUGGER.replace("languages:", "langages:"))
        .file("src/parse.ts", "debugger }{ (\n")
        .file("src/deep.ts", deep)
        .file("src/malformed.ts", "// lawbook-ignore no-debugger\ndebugger\n")
        .file("src/unused.ts", "// lawbook-ignore no-debugger: the format wants it\nlet a\n")
        .file("src/expired.ts", "// lawbook-ignore no-debugger until=2026-01-31: the format wants it\ndebugger\n")
        .file("src/used.ts", "// lawbook-ignore no-debugger: the format wants it so\ndebugger\n")
        .file("src/it's text.ts", b"\xff\xfe\xff".as_slice());
    git(&project, &["add", "--all"]);
    project
}

#[test]
fn the_command_of_a_finding_reports_it_as_long_as_it_stands() {
    let project = every_engine_finding();
    let today = "--today 2026-06-01";
    let all = ["--changed", "--staged", "--since HEAD"].map(|change| {
        let rules = check_verified(&project, ".", &format!("{change} {today}"));
        let missing: Vec<&&str> = engine_ids::ALL.iter().filter(|id| !rules.contains(**id)).collect();
        assert_eq!(missing, [&engine_ids::INTERNAL_ERROR], "{change}");
        rules
    });
    assert_eq!(all[0], all[1]);
    for args in [
        "",
        "--no-config --rules law",
        "--config lawbook.toml",
        "src",
        "--rule no-debugger --rule unused-suppression",
        "--changed --all",
        "--changed --lines-only src",
        "--parse-all --rule no-var --rule parse-error",
    ] {
        assert!(!check_verified(&project, ".", &format!("{args} {today}")).is_empty(), "{args}");
    }
    check_verified(&project, "src", today);
}

#[test]
fn the_command_of_a_known_finding_has_no_baseline() {
    let project = every_engine_finding();
    lawbook(&project, &["baseline", "create", "--rule", "no-debugger"], &[]);
    lawbook(&project, &["baseline", "create", "--accept-new", "--reason", "goes with the new parser"], &[]);
    let rules = check_verified(&project, ".", "--no-baseline --today 2026-06-01");
    assert!(rules.contains("no-debugger") && rules.contains("parse-error"), "{rules:?}");
}

#[test]
fn the_command_of_a_file_that_only_a_change_checks_is_about_the_change() {
    let project = repository(&[("src/a.ts", "let first = 1\nlet second = 2\nlet third = 3\nlet fourth = 4\n")]);
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"src\"]\n";
    let project = project
        .file("lawbook.toml", settings)
        .file("src/a.ts", "let first = 1\nlet second = 2\nlet third = 3\nlet fourth = 4\ndebugger }{ (\n");
    commit(&project, "exclude");
    assert_eq!(check_verified(&project, ".", "--since HEAD~1").len(), 3);
    fs::create_dir(project.path("vendor")).unwrap();
    fs::rename(project.path("src/a.ts"), project.path("vendor/b.ts")).unwrap();
    commit(&project, "move");
    assert_eq!(check_verified(&project, ".", "--since HEAD~2").len(), 3);
}
