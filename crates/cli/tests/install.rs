//! `lawbook install` and `uninstall` with settings of agents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::Path;

use support::Project;

const AGENTS: [(&str, &str); 7] = [
    ("claude-code", ".claude/settings.json"),
    ("codex", ".codex/hooks.json"),
    ("copilot", ".github/hooks/lawbook.json"),
    ("cursor", ".cursor/hooks.json"),
    ("droid", ".factory/hooks.json"),
    ("gemini", ".gemini/settings.json"),
    ("opencode", ".opencode/plugins/lawbook.js"),
];

/// The paths below a folder, without `.git`.
fn paths(project: &Project) -> Vec<String> {
    fn add(folder: &Path, top: &Path, paths: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let at = entry.unwrap().path();
            if at.is_dir() && !at.is_symlink() {
                add(&at, top, paths);
            }
            paths.push(at.strip_prefix(top).unwrap().to_str().unwrap().to_owned());
        }
    }
    let mut found = Vec::new();
    add(&project.path(""), &project.path(""), &mut found);
    found.sort();
    found
}

#[test]
fn each_agent_is_installed_once_and_taken_back() {
    for (agent, path) in AGENTS {
        let project = Project::new();
        let shown = project.run(&["install", agent]);
        shown.exits(1).shows("--- /dev/null\n+++ b/").shows("lawbook").says("nothing was written; run it with --yes");
        assert_eq!(paths(&project), [""; 0], "{agent}");
        project.run(&["install", agent, "--yes"]).exits(0).shows(&format!("Wrote {path}.\n"));
        let text = project.read(path);
        project.run(&["install", agent]).exits(0).shows("Already installed: nothing to write.\n");
        project.run(&["install", agent, "--yes", "--fail-closed"]).exits(0).shows("--fail-closed");
        assert!(project.read(path).contains("--fail-closed"), "{agent}");
        project.run(&["install", agent, "--yes"]).exits(0);
        assert_eq!(project.read(path), text);
        project.run(&["uninstall", agent]).exits(1).shows("+++ /dev/null").says("nothing was written");
        project.run(&["uninstall", agent, "--yes"]).exits(0).shows(&format!("Deleted {path}.\n"));
        assert_eq!(paths(&project), [""; 0], "{agent}");
        project.run(&["uninstall", agent]).exits(0).shows("Not installed: nothing to write.\n");
    }
}

#[test]
fn several_are_installed_at_once_at_the_top_of_the_repository() {
    let project = Project::new().file(".git/HEAD", "").file("src/a.ts", "");
    let ran = project.run_with("src", &["install", "cursor", "claude", "--yes"], &[("PATH", "/nowhere")], "");
    ran.exits(0).shows("Wrote .cursor/hooks.json.\nWrote .claude/settings.json.\n");
    ran.says("`lawbook` is not on the PATH").says("--absolute writes the path of this program");
    let command = |text: &str| text.contains("\"lawbook hook cursor\"");
    assert!(command(&project.read(".cursor/hooks.json")));
    let program = env!("CARGO_BIN_EXE_lawbook");
    let ran = project.run_with("src", &["install", "cursor", "--absolute", "--yes"], &[("PATH", "/nowhere")], "");
    ran.exits(0).notes_nothing();
    assert!(project.read(".cursor/hooks.json").contains(&format!("\"{program} hook cursor\"")));
    project.run(&["uninstall", "cursor", "claude-code", "--yes"]).exits(0);
    assert_eq!(paths(&project), [".git", ".git/HEAD", "src", "src/a.ts"]);
}

#[test]
fn the_settings_of_the_user_are_written_on_request() {
    let project = Project::new();
    let home = project.path("home");
    let variables = [("HOME", home.to_str().unwrap()), ("PATH", "")];
    for (agent, path) in [
        ("claude-code", ".claude/settings.json"),
        ("codex", ".codex/hooks.json"),
        ("copilot", ".copilot/hooks/lawbook.json"),
        ("opencode", ".config/opencode/plugins/lawbook.js"),
    ] {
        let ran = project.run_with(".", &["install", agent, "--user", "--yes"], &variables, "");
        ran.exits(0).shows(&format!("Wrote ~/{path}.\n"));
        assert!(project.path("home").join(path).is_file(), "{agent}");
    }
    let named = project.path("named");
    let variables = [variables[0], ("CODEX_HOME", named.to_str().unwrap())];
    project.run_with(".", &["install", "codex", "--user", "--yes"], &variables, "").exits(0);
    assert!(named.join("hooks.json").is_file());
    project.run_with(".", &["install", "codex", "--user"], &[], "").exits(2).says("the home folder is not known");
}

#[test]
fn the_file_that_has_hooks_already_is_written() {
    let toml = "model = \"x\"\n\n[[hooks.Stop]]\n\n[[hooks.Stop.hooks]]\ntype = \"command\"\ncommand = \"say\"\n";
    let settings = "{\n  // mine\n  \"hooks\": {\"Stop\": [{\"hooks\": []}]},\n}\n";
    let project = Project::new()
        .file(".codex/config.toml", toml)
        .file(".factory/settings.json", settings)
        .file(".gemini/settings.json", "{ // mine\n}\n");
    project.run(&["install", "codex", "droid", "gemini", "--yes"]).exits(0);
    assert!(project.read(".codex/config.toml").starts_with(toml));
    assert!(!project.path(".codex/hooks.json").exists() && !project.path(".factory/hooks.json").exists());
    // A file that comes later does not make it double.
    let project = project.file(".codex/hooks.json", "{}").file(".factory/hooks.json", "{}");
    project.run(&["install", "codex", "droid"]).exits(0).shows("Already installed");
    project.run(&["uninstall", "codex", "droid", "gemini", "--yes"]).exits(0);
    assert_eq!(project.read(".codex/config.toml"), toml);
    assert_eq!(project.read(".factory/settings.json"), settings);
    assert_eq!(project.read(".gemini/settings.json"), "{ // mine\n}\n");
    // A table without an event is no hook.
    let project = Project::new().file(".codex/config.toml", "[hooks.state]\nx = 1\n");
    project.run(&["install", "codex", "--yes"]).exits(0).shows("Wrote .codex/hooks.json.");
}

#[test]
fn what_cannot_be_written_is_refused_and_nothing_is_written() {
    let check = |project: &Project, expected: &str| {
        let before = paths(project);
        project.run(&["install", "claude-code", "--yes"]).exits(2).says(expected);
        assert_eq!(paths(project), before);
    };
    let broken = "{\n  \"hooks\": [\n}\n";
    let project = Project::new().file(".claude/settings.json", broken);
    check(&project, ".claude/settings.json:3:1: this is no JSON value");
    assert_eq!(project.read(".claude/settings.json"), broken);
    check(
        &Project::new().file(".claude/settings.json/x", ""),
        ".claude/settings.json cannot be changed: it is a folder",
    );
    check(&Project::new().file(".claude", ""), "a folder on its path is a file");
    check(&Project::new().file(".claude/settings.json", b"{\xff}"), "it is not UTF-8 from byte 1 on");
    check(&Project::new().file(".claude/settings.json", vec![b' '; 5 << 20]), "it has 5242880 bytes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let project = Project::new().file("dotfiles/settings.json", "{}").file(".claude/x", "");
        symlink("../dotfiles/settings.json", project.path(".claude/settings.json")).unwrap();
        check(&project, "it is a symbolic link to `../dotfiles/settings.json`");
        let elsewhere = Project::new();
        let project = Project::new();
        symlink(elsewhere.path(""), project.path(".claude")).unwrap();
        check(&project, "a folder on its path is a symbolic link out of the");
        let project = Project::new().file(".claude/settings.json", "{}");
        fs::set_permissions(project.path(".claude/settings.json"), fs::Permissions::from_mode(0o444)).unwrap();
        check(&project, ".claude/settings.json cannot be written: the file is read-only");
        let project = Project::new().file(".claude/settings.json", "{}\n");
        fs::hard_link(project.path(".claude/settings.json"), project.path("twin")).unwrap();
        check(&project, "2 hard links");
    }
}

#[test]
fn a_file_keeps_its_mode() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let project = Project::new().file(".claude/settings.json", "{\"a\": 1}");
        let at = project.path(".claude/settings.json");
        fs::set_permissions(&at, fs::Permissions::from_mode(0o600)).unwrap();
        project.run(&["install", "claude-code", "--yes"]).exits(0);
        assert_eq!(at.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn entries_that_were_changed_by_hand_are_named() {
    let project = Project::new();
    project.run(&["install", "claude-code", "--yes"]).exits(0);
    let text = project.read(".claude/settings.json").replacen("\"timeout\": 60", "\"timeout\": 5", 1);
    let project = project.file(".claude/settings.json", &text);
    let ran = project.run(&["install", "claude-code", "--yes"]);
    ran.exits(0).says(".claude/settings.json:8: this was changed by hand, so it is left as it is (SessionStart)");
    assert_eq!(project.read(".claude/settings.json"), text);
}

#[test]
fn wrong_arguments_are_answered() {
    let project = Project::new();
    project.run(&["install"]).exits(2).says("`lawbook install` needs `<WHAT>...`");
    project.run(&["install", "vim"]).exits(2).says("`vim` is no value of `<WHAT>...`");
    project.run(&["install", "claud"]).exits(2).says("claude-code");
    project.run(&["install", "git", "--user"]).exits(2).says("`--user` is for agents, and git is none");
    project.run(&["setup"]).exits(2).says("did you mean `lawbook init`?");
    project.run(&["uninstall", "git", "--absolute"]).exits(2).says("`lawbook install`");
}
