//! `lawbook hook`: whatever goes wrong, the agent goes on and its user reads why.

mod support;

use std::fs;
use std::process::Command;

use serde_json::Value;
use support::{Project, Ran};

const AGENTS: [&str; 7] = ["claude-code", "codex", "copilot", "cursor", "droid", "gemini", "opencode"];

/// Asserts that a hook has ended well, and returns what it has answered.
#[track_caller]
fn answer(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    if ran.stdout.is_empty() { Value::Null } else { ran.json() }
}

#[track_caller]
fn hook(args: &[&str], stdin: &str) -> Ran {
    Project::new().run_with(".", &[&["hook"], args].concat(), &[], stdin)
}

#[test]
fn the_agents_are_listed_in_the_help() {
    let ran = Project::new().run(&["hook", "--help"]);
    ran.exits(0);
    for agent in AGENTS {
        ran.shows(agent);
    }
}

#[test]
fn wrong_arguments_are_reported_in_the_dialect() {
    let event = r#"{"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}}"#;
    let ran = hook(&["claude-code", "--no-such-option"], event);
    let message = answer(&ran)["systemMessage"].as_str().unwrap().to_owned();
    assert!(message.starts_with("lawbook did not check this: unknown option `--no-such-option`"), "{message}");
    let ran = hook(&["claude-code", "--fail-closed", "too", "many"], event);
    assert_eq!(answer(&ran)["hookSpecificOutput"]["permissionDecision"], "deny");
    for agent in AGENTS {
        let ran = hook(&[agent, "--no-such-option"], event);
        let said = format!("{}{}", answer(&ran), ran.stderr);
        // The events of other agents have other names.
        assert!(
            said.contains("lawbook did not check this") || agent == "gemini" || agent == "cursor",
            "{agent}: {said}"
        );
    }
}

#[test]
fn an_unknown_agent_decides_only_when_closed() {
    for args in [&["claude-cod"][..], &[], &["--no-such-option"]] {
        let ran = hook(args, "{}");
        assert_eq!((ran.code, &*ran.stdout), (0, ""), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        let closed = hook(&[args, &["--fail-closed"]].concat(), "{}");
        assert_eq!((closed.code, &*closed.stdout), (2, ""), "{closed:?}");
    }
    hook(&["claude-cod"], "{}").exits(0).says("did you mean `claude-code`?");
    Project::new().run_with(".", &["--color", "never", "hook", "x"], &[], "{}").exits(0).says("`x`");
}

#[test]
fn input_that_is_no_event_is_reported() {
    for agent in AGENTS {
        for input in ["", "no JSON", "[1]", "{}"] {
            let ran = hook(&[agent], input);
            let said = format!("{}{}", answer(&ran), ran.stderr);
            assert!(said.contains("lawbook did not check this"), "{agent} {input}: {said}");
            let closed = hook(&[agent, "--fail-closed"], input);
            assert_eq!((closed.code, &*closed.stdout), (2, ""), "{agent} {input}: {closed:?}");
        }
    }
}

/// Runs a hook with bytes on its standard input that need not be text.
fn hook_of_bytes(agent: &str, input: &[u8]) -> Ran {
    let project = Project::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(["hook", agent]).current_dir(project.path(".")).env_clear();
    support::run(command, input)
}

#[test]
fn the_length_of_the_input_is_bounded() {
    let mut input = br#"{"hook_event_name": "PostToolUse", "tool_name": "Write", "tool_input": {"content": ""#.to_vec();
    input.resize(66 << 20, b'x');
    let answered = answer(&hook_of_bytes("claude-code", &input));
    let message = answered["systemMessage"].as_str().unwrap();
    assert!(message.contains("more than 64 MiB"), "{message}");
    assert_eq!(answered["hookSpecificOutput"]["hookEventName"], "PostToolUse");
}

#[test]
fn bytes_that_are_no_text_are_read() {
    let input = b"{\"hook_event_name\": \"SessionEnd\", \"session_id\": \"\xff\xfe\", \"reason\": \"other\"}";
    for agent in AGENTS {
        answer(&hook_of_bytes(agent, input));
    }
}

#[test]
fn every_recorded_event_has_an_answer_of_its_own_process() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hooks");
    for agent in AGENTS {
        let recorded: Value =
            serde_json::from_str(&fs::read_to_string(format!("{folder}/{agent}.json")).unwrap()).unwrap();
        for event in recorded["events"].as_array().unwrap() {
            let ran = hook(&[agent], &event["input"].to_string());
            let answered = answer(&ran);
            let has_always = matches!(agent, "cursor" | "gemini" | "opencode");
            assert!(answered.is_object() || !has_always, "{agent} {}: {ran:?}", event["name"]);
        }
    }
}
