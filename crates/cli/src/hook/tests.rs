//! The dialects against recorded events, `tests/hooks/AGENT.json`. Each of these files has
//!
//! - `events`: what the agent sends, where its form is documented (a name from `sources`), and the event that it is;
//! - `replies`: by kind of event, the exact reply to each answer that has one; the others say nothing;
//! - `keys` and `values`: what the agent documents as an answer at an event, which holds for every reply.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::dialect::{AgentDialect, Reply, fitting};
use super::event::{Action, AgentEdit, Event, HookAnswer, Moment, OldText};
use super::payload::Payload;
use super::{DIALECTS, reply};

/// The recorded events of an agent.
fn recorded(dialect: &dyn AgentDialect) -> Value {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hooks").join(format!("{}.json", dialect.name()));
    serde_json::from_str(&fs::read_to_string(at).unwrap()).unwrap()
}

/// Calls a function with each dialect, its recorded events and each of these.
fn for_each_event(mut check: impl FnMut(&dyn AgentDialect, &Value, &Value)) {
    for dialect in DIALECTS {
        let recorded = recorded(dialect);
        for event in recorded["events"].as_array().unwrap() {
            check(dialect, &recorded, event);
        }
    }
}

fn payload(event: &Value) -> Payload {
    Payload::parse(event["input"].to_string().as_bytes()).unwrap()
}

/// An event in the form of the recorded ones.
fn shown(event: &Event) -> Value {
    let mut fields = Map::new();
    let mut add = |name: &str, value: Option<Value>| fields.extend(value.map(|value| (name.to_owned(), value)));
    add("conversation", event.conversation.clone().map(Value::String));
    add("call", event.call.clone().map(Value::String));
    add("cwd", event.cwd.as_ref().map(|cwd| json!(cwd)));
    let (moment, action) = match &event.moment {
        Moment::Start => ("start", None),
        Moment::Before(action) => ("before", Some(action)),
        Moment::After(action) => ("after", Some(action)),
        Moment::Stop { .. } => ("stop", None),
        Moment::Other => ("other", None),
    };
    add("moment", Some(moment.into()));
    add("repeated", (event.moment == Moment::Stop { is_repeated: true }).then_some(Value::Bool(true)));
    match action {
        Some(Action::Edit(edits)) => add("edits", Some(edits.iter().map(shown_edit).collect())),
        Some(Action::Shell(command)) => add("shell", Some(json!(command))),
        Some(Action::Other) | None => {}
    }
    Value::Object(fields)
}

fn shown_edit(edit: &AgentEdit) -> Value {
    let old = match &edit.old {
        OldText::Whole(text) => json!({ "whole": text }),
        OldText::Pieces(pieces) => {
            let pieces = pieces.iter().map(|piece| json!([piece.old, piece.new, piece.is_everywhere]));
            json!({ "pieces": pieces.collect::<Vec<_>>() })
        }
        OldText::Unknown => json!("unknown"),
    };
    json!({ "path": edit.path, "old": old })
}

#[test]
fn every_dialect_has_recorded_events_with_their_sources() {
    for dialect in DIALECTS {
        let recorded = recorded(dialect);
        assert_eq!(recorded["agent"], dialect.name());
        let events = recorded["events"].as_array().unwrap();
        let names: BTreeSet<&str> = events.iter().map(|event| event["name"].as_str().unwrap()).collect();
        assert!(events.len() >= 6 && names.len() == events.len(), "{}", dialect.name());
        for event in events {
            let source = event["source"].as_str().unwrap();
            assert!(recorded["sources"][source].is_string(), "{}: {source}", dialect.name());
        }
    }
}

#[test]
fn every_agent_is_documented() {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/agents.md");
    let text = fs::read_to_string(at).unwrap();
    for dialect in DIALECTS {
        let row = format!("| `{}` | ", dialect.name());
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn every_recorded_event_is_read() {
    for_each_event(|dialect, _, event| {
        let reading = dialect.read(&payload(event));
        assert_eq!(reading.fault, None, "{} {}", dialect.name(), event["name"]);
        assert_eq!(shown(&reading.event), event["event"], "{} {}", dialect.name(), event["name"]);
    });
}

/// The answers that are given to each event, by their names.
fn answers() -> Vec<(&'static str, HookAnswer, bool)> {
    let text = || "T".to_owned();
    vec![
        ("nothing", HookAnswer::Nothing, false),
        ("context", HookAnswer::Context(text()), false),
        ("deny", HookAnswer::Deny(text()), false),
        ("ask", HookAnswer::Ask(text()), false),
        ("findings", HookAnswer::Findings(text()), false),
        ("go-on", HookAnswer::GoOn(text()), false),
        ("failed", HookAnswer::Failed(text()), false),
        ("failed-closed", HookAnswer::Failed(text()), true),
    ]
}

/// The paths of all values in an answer that are no objects.
fn leaves<'v>(value: &'v Value, at: &str, found: &mut Vec<(String, &'v Value)>) {
    match value.as_object() {
        Some(fields) => {
            for (name, value) in fields {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                leaves(value, &at, found);
            }
        }
        None => found.push((at.to_owned(), value)),
    }
}

/// Asserts that a reply has only keys and values that the agent documents for the event.
#[track_caller]
fn check_documented(recorded: &Value, event: &Value, stdout: &Value, label: &str) {
    let input = &event["input"];
    let names = [&event["schema"], &input["hook_event_name"], &input["hookEventName"]];
    let named = names.into_iter().find_map(Value::as_str);
    let keys = recorded["keys"][named.unwrap()].as_array().unwrap_or_else(|| panic!("{label}: no keys of {named:?}"));
    let mut found = Vec::new();
    leaves(stdout, "", &mut found);
    for (key, value) in found {
        assert!(keys.contains(&json!(key)), "{label}: {key} is not documented");
        if let Some(values) = recorded["values"].get(&key) {
            assert!(values.as_array().unwrap().contains(value), "{label}: {key} is {value}");
        }
        let is_blank = value.as_str().is_none_or(|text| text.trim().is_empty());
        assert!(!is_blank, "{label}: {key} is {value}");
        if key == "hookSpecificOutput.hookEventName" {
            assert_eq!(value.as_str(), named, "{label}");
        }
    }
    // A decision without its reason is no decision.
    if stdout["decision"] == "block" || stdout["decision"] == "deny" {
        assert!(stdout["reason"].is_string(), "{label}");
    }
}

#[test]
fn every_answer_is_given_as_the_agent_documents_it() {
    for_each_event(|dialect, recorded, event| {
        let payload = payload(event);
        let moment = dialect.read(&payload).event.moment;
        let nothing = dialect.reply(&payload, HookAnswer::Nothing);
        assert!(nothing.stdout.as_ref().is_none_or(|stdout| *stdout == json!({})) && nothing.note.is_none());
        let expected = &recorded["replies"][event["replies"].as_str().unwrap()];
        for (name, answer, fail_closed) in answers() {
            let label = format!("{} {} {name}", dialect.name(), event["name"]);
            let reply = dialect.reply(&payload, fitting(answer, &moment, fail_closed));
            let stdout = || reply.stdout.clone();
            match expected.get(name) {
                None => assert_eq!(reply, nothing, "{label}"),
                Some(Value::String(note)) => {
                    assert_eq!((stdout(), &**note), (nothing.stdout.clone(), "note"), "{label}");
                    assert_eq!(reply.note.as_deref(), Some("T"), "{label}");
                }
                Some(noted) if noted.get("note").is_some() => {
                    assert_eq!(stdout().as_ref(), noted.get("stdout"), "{label}");
                    assert_eq!(reply.note.as_deref(), Some("T"), "{label}");
                }
                Some(json) => assert_eq!(reply, Reply::json(json.clone()), "{label}"),
            }
            if let Some(stdout) = &reply.stdout {
                check_documented(recorded, event, stdout, &label);
            }
        }
    });
}

/// Asserts that a reply does not decide about the work of the agent.
#[track_caller]
fn check_undecided(reply: &Reply, label: &str) {
    let mut found = Vec::new();
    if let Some(stdout) = &reply.stdout {
        assert!(stdout.is_object(), "{label}");
        leaves(stdout, "", &mut found);
    }
    let decisions = ["permissionDecision", "decision", "permission", "continue", "followup_message", "deny", "prompt"];
    for (key, _) in found {
        assert!(!decisions.contains(&key.rsplit('.').next().unwrap()), "{label}: {reply:?}");
    }
}

/// Asserts that an input does not decide, and that it makes no dialect fail.
#[track_caller]
fn check_broken(dialect: &dyn AgentDialect, input: &[u8], label: &str) {
    let nothing = |_: &Event| Ok(HookAnswer::Nothing);
    let open = reply(dialect, false, &Ok(input.to_vec()), nothing).unwrap();
    check_undecided(&open, label);
    let _ = reply(dialect, true, &Ok(input.to_vec()), nothing);
}

#[test]
fn malformed_events_never_decide() {
    for_each_event(|dialect, _, event| {
        let label = format!("{} {}", dialect.name(), event["name"]);
        let text = event["input"].to_string();
        for part in 0..8 {
            let mut cut = text.as_bytes()[..text.len() * part / 8].to_vec();
            check_broken(dialect, &cut, &label);
            cut.extend_from_slice(b"\xff\xfe\"}}");
            check_broken(dialect, &cut, &label);
        }
        let fields = event["input"].as_object().unwrap();
        for name in fields.keys() {
            let mut without = fields.clone();
            without.remove(name);
            check_broken(dialect, Value::Object(without).to_string().as_bytes(), &format!("{label} without {name}"));
            for other in [json!(null), json!(5), json!(true), json!("x"), json!([1, {}]), json!({ "path": 5, "a": [] })]
            {
                let mut changed = fields.clone();
                changed.insert(name.clone(), other.clone());
                let label = format!("{label}, {name} is {other}");
                check_broken(dialect, Value::Object(changed).to_string().as_bytes(), &label);
            }
        }
    });
    for dialect in DIALECTS {
        for input in
            ["", " \n", "null", "[]", "5", "\"text\"", "{", "{}", "{\"event\": {}}", "not JSON", "{}{}", "[{}]"]
        {
            check_broken(dialect, input.as_bytes(), input);
        }
        check_broken(dialect, "[".repeat(100_000).as_bytes(), "deep");
        check_broken(dialect, &vec![b'x'; 1 << 20], "long");
    }
}

#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "a table of calls reads better without references")]
fn check_work(name: &str, input: Value, response: Option<Value>, expected: Result<Value, &str>) {
    let action = super::tool::action(name, &input, response.as_ref());
    let shown = action.map(|action| match action {
        Action::Edit(edits) => edits.iter().map(shown_edit).collect(),
        Action::Shell(command) => json!(command),
        Action::Other => Value::Null,
    });
    assert_eq!(shown, expected.map_err(str::to_owned), "{name} {input}");
}

#[test]
fn tools_are_known_by_name_and_by_the_words_in_it() {
    let unknown = |path: &str| Ok(json!([{ "path": path, "old": "unknown" }]));
    let file = json!({ "path": "a.rs" });
    check_work(
        "mcp__serena__replace_symbol_body",
        json!({ "relative_path": "a.rs", "body": "x" }),
        None,
        unknown("a.rs"),
    );
    check_work("mcp_jetbrains_replaceTextInFile", json!({ "pathInProject": "a.rs" }), None, unknown("a.rs"));
    check_work("mcp__fs__writefile", file.clone(), None, unknown("a.rs"));
    check_work("filesystem_edit_file", file.clone(), Some(json!([{ "type": "text" }])), unknown("a.rs"));
    check_work("mcp__fs__write_files", json!({ "files": [file, { "path": "b.rs" }, "a.rs"] }), None, {
        Ok(json!([{ "path": "a.rs", "old": "unknown" }, { "path": "b.rs", "old": "unknown" }]))
    });
    for reads in ["Read", "mcp__fs__read_file", "list_directory", "mcp__fs__create_directory", "TodoWrite", "Rewrites"]
    {
        let input = if reads == "TodoWrite" { json!({ "todos": [] }) } else { json!({ "path": "a.rs" }) };
        check_work(reads, input, None, Ok(Value::Null));
    }
    check_work("mcp__github__create_issue", json!({ "title": "path" }), None, Ok(Value::Null));
    check_work("mcp__web__save", json!({ "path": "https://example.com/a" }), None, Ok(Value::Null));
    check_work("Edit", json!({ "old_string": "a" }), None, Err("the call of `Edit` names no file"));
    check_work("Edit", json!(5), None, Err("the call of `Edit` names no file"));
    check_work("Bash", json!({ "cmd": ["ls", "-l"] }), None, Ok(json!("ls -l")));
    check_work("shell", json!("ls"), None, Ok(json!("ls")));
    check_work("Bash", json!({}), None, Err("the call of `Bash` has no `command`"));
    check_work("Bash", json!({ "command": "make" }), Some(json!({ "error": "exit code 2" })), Ok(json!("make")));
    check_work("Write", json!({ "file_path": "a" }), Some(json!("Error: no space left")), Ok(Value::Null));
    check_work("Write", json!({ "file_path": "a" }), Some(json!({ "error": null })), unknown("a"));
}

/// The parsed JSON of a reply to a broken event before a tool, with `--fail-closed`.
fn refused(dialect: &dyn AgentDialect, input: &str) -> Result<Value, String> {
    let reply = reply(dialect, true, &Ok(input.as_bytes().to_vec()), |_| Ok(HookAnswer::Nothing))?;
    Ok(reply.stdout.unwrap_or_default())
}

#[test]
fn broken_events_before_a_tool_are_refused_when_closed() {
    for_each_event(|dialect, recorded, event| {
        let text = event["input"].to_string();
        let cut = &text[..text.len() - 1];
        let label = format!("{} {}", dialect.name(), event["name"]);
        let is_named =
            ["hook_event_name", "hookEventName", "event"].iter().any(|name| event["input"].get(name).is_some());
        match (refused(dialect, cut), event["event"]["moment"].as_str().unwrap()) {
            (Err(reason), _) => assert!(!is_named && reason.contains("no JSON"), "{label}: {reason}"),
            (Ok(stdout), "before") => {
                check_documented(recorded, event, &stdout, &label);
                let text = stdout.to_string();
                assert!(text.contains("\"deny\"") && text.contains("--fail-closed"), "{label}: {text}");
            }
            // Nothing says that the agent was not made to go on before.
            (Ok(stdout), "stop") => check_undecided(&Reply::json(stdout), &label),
            (Ok(_), _) => {}
        }
    });
}

#[test]
fn a_fault_of_lawbook_says_so_in_one_line() {
    let event = json!({ "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": { "command": "ls" } });
    let input = Ok(event.to_string().into_bytes());
    let panics = |_: &Event| panic!("index 3\nof 2");
    for dialect in DIALECTS {
        let open = reply(dialect, false, &input, panics).unwrap();
        check_undecided(&open, dialect.name());
    }
    let claude = super::dialect_of("claude-code").unwrap();
    let open = reply(claude, false, &input, panics).unwrap().stdout.unwrap();
    assert_eq!(open["systemMessage"], "lawbook did not check this: it has a fault: index 3 of 2");
    let closed = reply(claude, true, &input, panics).unwrap().stdout.unwrap();
    assert_eq!(closed["hookSpecificOutput"]["permissionDecision"], "deny");
}
