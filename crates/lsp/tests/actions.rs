//! Code actions, hovers and code lenses of the language server.

// A test that cannot be set up has failed, so `unwrap` is allowed; values of JSON are written where they are used.
#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_pass_by_value)]

mod support;

use serde_json::{Value, json};
use support::{EditedProject, EditorClient, pulling};

const LAW: &str = "extends = [\"recommended\"]\n";
const BAD: &str = "export const f = 1;\nfunction g() {\n  debugger;\n  return f;\n}\ng();\n";

fn project() -> EditedProject {
    EditedProject::new(&[("lawbook.toml", LAW), ("src/a.ts", BAD)])
}

/// The text after the edits of one document in an edit of the workspace.
fn edited(edit: &Value, uri: &str, text: &str) -> String {
    let of_document = |change: &&Value| change["textDocument"]["uri"] == *uri;
    let edits = if let Some(changes) = edit.get("changes") {
        changes[uri].as_array().unwrap().clone()
    } else {
        let changes = edit["documentChanges"].as_array().unwrap();
        changes.iter().filter(of_document).flat_map(|change| change["edits"].as_array().unwrap().clone()).collect()
    };
    let offset = |position: &Value| {
        let (line, column) = (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap());
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + column as usize
    };
    let mut edits: Vec<(usize, usize, String)> = edits
        .iter()
        .map(|edit| {
            let new = edit.get("newText").unwrap_or(&edit["snippet"]["value"]);
            let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
            (start, end, new.as_str().unwrap().to_owned())
        })
        .collect();
    edits.sort();
    let mut after = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        after.replace_range(start..end, &new);
    }
    after
}

/// The actions at a line, with the context that a client gives.
#[track_caller]
fn actions(client: &mut EditorClient, uri: &str, line: u32, context: Value) -> Vec<Value> {
    let at = json!({ "line": line, "character": 0 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at }, "context": context });
    client.ask("textDocument/codeAction", params).as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

#[track_caller]
fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    found.unwrap_or_else(|| panic!("{title}: {:?}", titles(actions)))
}

#[test]
fn a_finding_of_the_line_is_fixed_wherever_the_cursor_is_in_it() {
    let project = project();
    let (mut client, offered) = EditorClient::begin(&project, pulling(), Value::Null);
    assert_eq!(offered["codeActionProvider"]["codeActionKinds"], json!(["quickfix", "source.fixAll.lawbook"]));
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let items = client.pull(&uri)["items"].clone();
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items }));
    let expected = [
        "Suppress `no-debugger-statement` here, with a reason",
        "Turn `no-debugger-statement` off in `a.ts` (lawbook.toml)",
        "Turn `no-debugger-statement` off in the folder `src` (lawbook.toml)",
        "Turn `no-debugger-statement` off everywhere (lawbook.toml)",
    ];
    assert_eq!(titles(&found)[1..5], expected);
    let fix = &found[0];
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(fix["diagnostics"], items);
    assert_eq!(edited(&fix["edit"], &uri, BAD), BAD.replace("  debugger;\n", ""));
    assert_eq!(actions(&mut client, &uri, 0, json!({ "diagnostics": [] })).len(), 1);
    client.end();
}

#[test]
fn actions_are_of_the_kinds_that_are_wanted() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let items = client.pull(&uri)["items"].clone();
    for (only, kinds) in [
        (json!(["source.fixAll.lawbook"]), vec!["source.fixAll.lawbook"]),
        (json!(["source"]), vec!["source.fixAll.lawbook"]),
        (json!(["source.fixAll"]), vec!["source.fixAll.lawbook"]),
        (json!(["source.organizeImports"]), vec![]),
        (json!(["source.fixAll.other"]), vec![]),
        (json!(["refactor.extract"]), vec![]),
        (json!(["quickfix"]), vec!["quickfix"; 5]),
    ] {
        let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items, "only": only }));
        let found: Vec<&str> = found.iter().map(|action| action["kind"].as_str().unwrap()).collect();
        assert_eq!(found, kinds, "{only}");
    }
    // A list that nobody has asked for is short.
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items, "only": ["quickfix"], "triggerKind": 2 }));
    assert_eq!(found.len(), 2);
    client.end();
}

#[test]
fn all_safe_fixes_are_made_together() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    let text = "debugger;\nfunction g() {\n  debugger;\n  debugger;\n  return 1;\n}\ng();\n";
    client.open(&uri, text);
    let found = actions(&mut client, &uri, 5, json!({ "diagnostics": [], "only": ["source.fixAll"] }));
    assert_eq!(found[0].get("edit"), None);
    let resolved = client.ask("codeAction/resolve", found[0].clone());
    assert_eq!(edited(&resolved["edit"], &uri, text).matches("debugger").count(), 0);
    client.end();
}

#[test]
fn a_suppression_has_a_place_for_its_reason() {
    let project = project();
    let uri = project.uri("src/a.ts");
    let expected = BAD.replace("  debugger", "  // lawbook-ignore no-debugger-statement: REASON\n  debugger");
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    client.open(&uri, BAD);
    let items = client.pull(&uri)["items"].clone();
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items }));
    let action = titled(&found, "Suppress");
    // Some clients run the command of an action without resolving its edit.
    assert_eq!(action.get("command"), None);
    let resolved = client.ask("codeAction/resolve", action.clone());
    assert_eq!(edited(&resolved["edit"], &uri, BAD), expected);
    client.change(&uri, &expected);
    let command = &resolved["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    client.ask("workspace/executeCommand", params);
    let shown = client.wait_for("window/showDocument");
    let start = "  // lawbook-ignore no-debugger-statement: ".len();
    let range = json!({ "start": { "line": 2, "character": start }, "end": { "line": 2, "character": start + 6 } });
    assert_eq!((&shown["uri"], &shown["selection"]), (&json!(uri), &range));
    client.end();

    let mut capabilities = pulling();
    capabilities["workspace"]["workspaceEdit"]["snippetEditSupport"] = json!(true);
    let (mut client, _) = EditorClient::begin(&project, capabilities, Value::Null);
    client.open(&uri, BAD);
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items }));
    let action = titled(&found, "Suppress");
    assert_eq!(action.get("command"), None);
    let resolved = client.ask("codeAction/resolve", action.clone());
    assert_eq!(resolved.get("command"), None);
    assert_eq!(edited(&resolved["edit"], &uri, BAD), expected.replace("REASON", "${1:REASON}"));
    client.end();
}

#[test]
fn a_rule_is_turned_off_in_the_settings() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let items = client.pull(&uri)["items"].clone();
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items }));
    let resolved = client.ask("codeAction/resolve", titled(&found, "Turn `no-debugger-statement` off in `").clone());
    let settings = edited(&resolved["edit"], &project.uri("lawbook.toml"), LAW);
    let block = "[[overrides]]\nfiles = [\"src/a.ts\"]\nrules = { no-debugger-statement = \"off\" }\n";
    assert_eq!(settings, format!("{LAW}\n{block}"));
    project.write("lawbook.toml", &settings);
    client.file_changed(&project.uri("lawbook.toml"), 2);
    assert_eq!(client.found(&uri), Vec::<String>::new());
    client.end();
}

#[test]
fn a_client_that_can_do_little_gets_whole_edits() {
    let project = project();
    let mut capabilities = pulling();
    capabilities["textDocument"]["codeAction"].as_object_mut().unwrap().remove("resolveSupport");
    capabilities["workspace"].as_object_mut().unwrap().remove("workspaceEdit");
    let (mut client, _) = EditorClient::begin(&project, capabilities, Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let items = client.pull(&uri)["items"].clone();
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items }));
    assert_eq!(found.len(), 6, "{:?}", titles(&found));
    assert!(found.iter().all(|action| action["edit"]["changes"].is_object()), "{found:?}");
    client.end();
}

#[test]
fn an_action_whose_finding_is_gone_is_refused() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let items = client.pull(&uri)["items"].clone();
    let found = actions(&mut client, &uri, 2, json!({ "diagnostics": items }));
    client.change(&uri, "g();\n");
    assert_eq!(client.ask_in_vain("codeAction/resolve", titled(&found, "Suppress").clone()), -32801);
    assert_eq!(client.ask_in_vain("codeAction/resolve", json!({ "title": "x", "data": { "uri": uri } })), -32602);
    client.end();
}

#[test]
fn a_hover_shows_the_page_of_a_rule() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let hover = |client: &mut EditorClient, uri: &str, line: u32, character: u32| {
        let position = json!({ "line": line, "character": character });
        client.ask("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": position }))
    };
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let found = hover(&mut client, &uri, 2, 4);
    let text = found["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("**no-debugger-statement**") && text.contains("### Help"), "{text}");
    assert_eq!(found["range"]["start"], json!({ "line": 2, "character": 2 }));
    assert_eq!(hover(&mut client, &uri, 0, 4), Value::Null);
    client.change(
        &uri,
        &BAD.replace(
            "  debugger",
            "  // lawbook-ignore no-debugger-statement: a reason that somebody has written down\n  debugger",
        ),
    );
    let found = hover(&mut client, &uri, 2, 25);
    assert!(found["contents"]["value"].as_str().unwrap().starts_with("**no-debugger-statement**"));
    let settings = project.uri("lawbook.toml");
    client.open(&settings, "[rules]\nno-debugger-statement = \"off\"\n");
    let found = hover(&mut client, &settings, 1, 3);
    assert!(found["contents"]["value"].as_str().unwrap().starts_with("**no-debugger-statement**"));
    assert_eq!(hover(&mut client, &settings, 0, 3), Value::Null);
    client.end();
}

#[test]
fn a_page_has_a_lens_at_each_block() {
    let head = "---\nsummary: No x.\nlanguages: [rust]\nseverity: error\nrule: {pattern: x()}\n---\nWhy.\n";
    let blocks =
        "\n## Bad\n\n```rust\nfn f() {\n    x(); // error\n}\n```\n\n## Good\n\n```rust\nfn f() { x(); }\n```\n";
    let page = format!("{head}{blocks}");
    let project = EditedProject::new(&[
        ("lawbook.toml", "extends = [\"./law\"]\n"),
        ("law/no-x.md", &page),
        ("README.md", "# A\n"),
    ]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("law/no-x.md");
    client.open(&uri, &page);
    let lenses = client.ask("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    let shown: Vec<(u64, &str)> = lenses
        .as_array()
        .unwrap()
        .iter()
        .map(|lens| (lens["range"]["start"]["line"].as_u64().unwrap(), lens["command"]["title"].as_str().unwrap()))
        .collect();
    assert_eq!(shown[..2], [(0, "Run 2 blocks"), (10, "✓ bad")]);
    assert!(shown[2].0 == 18 && shown[2].1.starts_with("✗ good, line 20: finding in a good block"), "{shown:?}");
    let command = &lenses[0]["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    let result = client.ask("workspace/executeCommand", params);
    assert_eq!((&result["blocks"], &result["failures"][0]["line"]), (&json!(2), &json!(20)));
    let shown = client.wait_for("window/showMessage");
    assert!(shown["message"].as_str().unwrap().contains("`no-x`: line 20"), "{shown}");
    let items = client.pull(&uri)["items"].clone();
    assert_eq!((items[0]["range"]["start"]["line"].as_u64(), &items[0]["severity"]), (Some(19), &json!(2)));
    client.open(&project.uri("README.md"), "# A\n");
    let none = client.ask("textDocument/codeLens", json!({ "textDocument": { "uri": project.uri("README.md") } }));
    assert_eq!(none, json!([]));
    client.end();
}

const SAME: &str = "export function g() {\n  debugger;\n  debugger;\n  debugger;\n  return 1;\n}\n";

#[test]
fn a_named_finding_is_told_from_others_that_say_the_same() {
    let project = EditedProject::new(&[("lawbook.toml", LAW), ("src/a.ts", SAME)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, SAME);
    let items = client.pull(&uri)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 3);
    let all = actions(&mut client, &uri, 3, json!({ "diagnostics": [items[2]], "only": ["quickfix"] }));
    let fixes: Vec<&Value> = all.iter().filter(|action| action["title"] == "Delete it").collect();
    assert_eq!(fixes.len(), 1, "{all:?}");
    assert_eq!(fixes[0]["diagnostics"], json!([items[2]]));
    // After an edit above, the place in the data says nothing any more, and the first that looks alike is another one.
    let suppress = titled(&all, "Suppress").clone();
    client.change(&uri, &format!("// x\n{SAME}"));
    assert_eq!(client.ask_in_vain("codeAction/resolve", suppress), -32801);
    assert_eq!(client.end(), 0);
}

#[test]
fn an_edit_of_open_settings_is_of_their_version_and_name() {
    let project = EditedProject::new(&[("a(b)/lawbook.toml", LAW), ("a(b)/a.ts", SAME)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let (law, uri) = (project.uri("a(b)/lawbook.toml"), project.uri("a(b)/a.ts"));
    client.open(&law, LAW);
    let version = client.change(&law, &format!("# x\n{LAW}"));
    client.open(&uri, SAME);
    let items = client.pull(&uri)["items"].clone();
    let all = actions(&mut client, &uri, 1, json!({ "diagnostics": [items[0]] }));
    let resolved = client.ask("codeAction/resolve", titled(&all, "Turn").clone());
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": law, "version": version }));
    assert_eq!(change["edits"][0]["range"]["start"]["line"], 1, "{change}");
    assert_eq!(client.end(), 0);
}

#[test]
fn no_suppression_is_offered_where_no_comment_can_stand() {
    let code = "export const q = `\n  ${eval(\"1\")}\n`;\n";
    let project = EditedProject::new(&[("lawbook.toml", LAW), ("src/a.ts", code)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, code);
    let items = client.pull(&uri)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    let all = actions(&mut client, &uri, 1, json!({ "diagnostics": items }));
    assert!(titles(&all).iter().all(|title| !title.starts_with("Suppress")), "{:?}", titles(&all));
    assert_eq!(client.end(), 0);
}

#[test]
fn a_rule_is_turned_off_only_where_settings_can_say_so() {
    let turns = |client: &mut EditorClient, uri: &str| -> Vec<String> {
        let items = client.pull(uri)["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), 1);
        let all = actions(client, uri, 2, json!({ "diagnostics": items }));
        titles(&all).iter().filter(|title| title.starts_with("Turn")).map(ToString::to_string).collect()
    };
    // No settings to write into.
    let bare = EditedProject::new(&[("src/a.ts", BAD)]);
    let (mut client, _) = EditorClient::begin(&bare, pulling(), json!({ "withoutConfiguration": true }));
    client.open(&bare.uri("src/a.ts"), BAD);
    assert_eq!(turns(&mut client, &bare.uri("src/a.ts")), Vec::<String>::new());
    assert_eq!(client.end(), 0);
    // No file to name.
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    client.open("untitled:Untitled-1", BAD);
    let everywhere = "Turn `no-debugger-statement` off everywhere (lawbook.toml)";
    assert_eq!(turns(&mut client, "untitled:Untitled-1"), [everywhere]);
    client.open(&project.uri("src/a.ts"), BAD);
    assert_eq!(turns(&mut client, &project.uri("src/a.ts")).len(), 3);
    assert_eq!(client.end(), 0);
}
