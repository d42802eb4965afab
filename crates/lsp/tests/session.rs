//! Sessions of the language server: documents, settings, law that changes, and the end.

// A test that cannot be set up has failed, so `unwrap` is allowed; values of JSON are written where they are used.
#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_pass_by_value)]

mod support;

use serde_json::{Value, json};
use support::{EditedProject, EditorClient, places, pulling, waiting};

const LAW: &str = "extends = [\"recommended\"]\n";
const BAD: &str = "export const f = 1;\ndebugger;\n";

fn project() -> EditedProject {
    EditedProject::new(&[("lawbook.toml", LAW), ("src/a.ts", BAD)])
}

#[test]
fn diagnostics_are_pulled_and_have_an_id() {
    let project = project();
    let (mut client, offered) = EditorClient::begin(&project, pulling(), Value::Null);
    assert_eq!(offered["diagnosticProvider"]["identifier"], "lawbook");
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let report = client.pull(&uri);
    assert_eq!(places(&report["items"]), ["no-debugger-statement:1"]);
    let item = &report["items"][0];
    assert_eq!((&item["source"], &item["severity"]), (&json!("lawbook"), &json!(1)));
    let again = json!({ "textDocument": { "uri": uri }, "previousResultId": report["resultId"] });
    let unchanged = client.ask("textDocument/diagnostic", again.clone());
    assert_eq!(unchanged, json!({ "kind": "unchanged", "resultId": report["resultId"] }));
    client.change(&uri, "export const f = 1;\n");
    assert_eq!(client.ask("textDocument/diagnostic", again)["items"], json!([]));
    assert!(client.received.iter().all(|message| !format!("{message:?}").contains("publishDiagnostics")));
    assert_eq!(client.end(), 0);
}

#[test]
fn diagnostics_are_sent_with_a_version_to_a_client_that_does_not_ask() {
    let project = project();
    let (mut client, offered) = EditorClient::begin(&project, waiting(), Value::Null);
    assert_eq!(offered.get("diagnosticProvider"), None);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    let sent = client.wait_for("textDocument/publishDiagnostics");
    assert_eq!(
        (places(&sent["diagnostics"]), &sent["version"]),
        (vec!["no-debugger-statement:1".to_owned()], &json!(1))
    );
    let version = client.change(&uri, "debugger;\n");
    let sent = client.wait_for("textDocument/publishDiagnostics");
    assert_eq!(
        (places(&sent["diagnostics"]), &sent["version"]),
        (vec!["no-debugger-statement:0".to_owned()], &json!(version))
    );
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(client.wait_for("textDocument/publishDiagnostics")["diagnostics"], json!([]));
    assert_eq!(client.vanish(), 1);
}

#[test]
fn a_document_without_configuration_has_no_diagnostics_unless_asked_for() {
    let project = EditedProject::new(&[("src/a.ts", BAD)]);
    let uri = project.uri("src/a.ts");
    for (options, count) in [(Value::Null, 0), (json!({ "withoutConfiguration": true }), 1)] {
        let (mut client, _) = EditorClient::begin(&project, pulling(), options);
        client.open(&uri, BAD);
        assert_eq!(client.found(&uri).len(), count);
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn what_a_search_leaves_out_has_no_diagnostics() {
    let project = EditedProject::new(&[
        ("lawbook.toml", "extends = [\"recommended\"]\n[files]\nexclude = [\"gen/**\"]\n"),
        (".gitignore", "out/\n"),
    ]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    for (path, count) in [("gen/a.ts", 0), ("out/a.ts", 0), ("node_modules/b/a.ts", 0), ("src/new.ts", 1), ("a.txt", 0)]
    {
        client.open(&project.uri(path), BAD);
        assert_eq!(client.found(&project.uri(path)).len(), count, "{path}");
    }
    project.write("out/a.ts", BAD);
    project.write(".gitignore", "\n");
    client.file_changed(&project.uri(".gitignore"), 2);
    assert_eq!(client.found(&project.uri("out/a.ts")).len(), 1);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_changed_law_is_used_from_the_next_answer_on() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    assert_eq!(client.found(&uri).len(), 1);
    let registered = client.wait_for("client/registerCapability");
    assert!(registered.to_string().contains("lawbook.toml"), "{registered}");
    project.write("lawbook.toml", "[rules]\nno-debugger-statement = \"off\"\n");
    client.file_changed(&project.uri("lawbook.toml"), 2);
    client.wait_for("workspace/diagnostic/refresh");
    assert_eq!(client.found(&uri), Vec::<String>::new());
    // A file of settings in a folder below.
    project.write("src/lawbook.toml", "[rules]\nno-debugger-statement = \"warning\"\n");
    client.file_changed(&project.uri("src/lawbook.toml"), 1);
    assert_eq!(client.pull(&uri)["items"][0]["severity"], 2);
    std::fs::remove_file(project.at("src/lawbook.toml")).unwrap();
    client.file_changed(&project.uri("src/lawbook.toml"), 3);
    assert_eq!(client.found(&uri), Vec::<String>::new());
    assert_eq!(client.end(), 0);
}

#[test]
fn a_law_with_a_mistake_is_said_once_and_the_one_before_it_holds() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let (uri, law) = (project.uri("src/a.ts"), project.uri("lawbook.toml"));
    client.open(&uri, BAD);
    assert_eq!(client.found(&uri).len(), 1);
    project.write("lawbook.toml", "extends = 7\n");
    client.file_changed(&law, 2);
    for text in [BAD, "", BAD] {
        client.change(&uri, text);
        assert_eq!(client.found(&uri).len(), usize::from(text == BAD));
    }
    let shown = client.wait_for("window/showMessage");
    assert!(shown["message"].as_str().unwrap().contains("the law before it holds"), "{shown}");
    let sent = client.wait_for("textDocument/publishDiagnostics");
    assert_eq!((&sent["uri"], &sent["diagnostics"][0]["range"]["start"]["character"]), (&json!(law), &json!(10)));
    project.write("lawbook.toml", LAW);
    client.file_changed(&law, 2);
    assert_eq!(client.found(&uri).len(), 1);
    while client.wait_for("textDocument/publishDiagnostics")["diagnostics"] != json!([]) {}
    assert!(client.received.iter().all(|message| !format!("{message:?}").contains("showMessage")));
    assert_eq!(client.end(), 0);
}

#[test]
fn the_law_before_a_mistake_holds_wherever_the_mistake_is() {
    let page = "---\nsummary: No x.\nlanguages: [typescript]\nseverity: error\nrule: {pattern: x()}\n---\nWhy.\n";
    let law = "extends = [\"./law\"]\n";
    let project = EditedProject::new(&[("lawbook.toml", law), ("law/no-x.md", page), ("a.ts", "x();\n")]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("a.ts");
    client.open(&uri, "x();\n");
    assert_eq!(client.found(&uri), ["no-x:0"]);
    // In the only page, and in settings that come anew, as a save by another name and a rename makes them.
    for (path, broken, kind) in
        [("law/no-x.md", page.replace("typescript", "typescrpt"), 2), ("lawbook.toml", "xx".to_owned(), 1)]
    {
        let whole = std::fs::read_to_string(project.at(path)).unwrap();
        project.write(path, &broken);
        client.file_changed(&project.uri(path), kind);
        assert_eq!(client.found(&uri), ["no-x:0"], "{path}");
        project.write(path, &whole);
        client.file_changed(&project.uri(path), kind);
        assert_eq!(client.found(&uri), ["no-x:0"], "{path}");
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn fast_edits_keep_nobody_waiting() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    let code = "export const value = [1, 2, 3].map((n) => n * 2);\n".repeat(2_000);
    client.open(&uri, &code);
    let mut asked = Vec::new();
    let mut answered = 0;
    for round in 0..200 {
        client.change(&uri, &format!("debugger;(\n{code}// {round}\n"));
        asked.push(client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } })));
        answered += client.take_answers(&asked);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(answered > 0, "no request is answered while edits come");
    for id in asked {
        let items = client.answer(&id).response_result.unwrap()["items"].clone();
        assert!(items.as_array().unwrap().iter().any(|item| item["code"] == "no-debugger-statement"));
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn files_of_the_law_have_their_mistakes_before_they_are_saved() {
    let page = "---\nsummary: No x.\nlanguages: [rust]\nsevrity: error\nrule: {pattern: x()}\n---\nWhy.\n\n\
        ## Bad\n```rust\nfn f() { x(); } // error\n```\n\n## Good\n```rust\nfn f() {}\n```\n";
    let project =
        EditedProject::new(&[("lawbook.toml", "extends = [\"./law\"]\n"), ("law/no-x.md", page), ("README.md", "x")]);
    for capabilities in [pulling(), waiting()] {
        let pulls = capabilities["textDocument"].get("diagnostic").is_some();
        let (mut client, _) = EditorClient::begin(&project, capabilities, Value::Null);
        let items = |client: &mut EditorClient, uri: &str| {
            if pulls {
                return client.pull(uri)["items"].clone();
            }
            loop {
                let sent = client.wait_for("textDocument/publishDiagnostics");
                if sent["uri"] == uri {
                    break sent["diagnostics"].clone();
                }
            }
        };
        let (law, page_uri) = (project.uri("lawbook.toml"), project.uri("law/no-x.md"));
        client.open(&page_uri, page);
        let found = items(&mut client, &page_uri);
        assert!(found[0]["message"].as_str().unwrap().starts_with("unknown key `sevrity`"), "{found}");
        assert_eq!(found[0]["range"]["start"], json!({ "line": 3, "character": 0 }));
        client.change(&page_uri, &page.replace("sevrity", "severity"));
        assert_eq!(items(&mut client, &page_uri), json!([]));
        client.open(&law, "extends = [\"./law\"]\n[rules]\nno-y = \"off\"\n");
        let found = items(&mut client, &law);
        assert_eq!(found[0]["range"]["start"], json!({ "line": 2, "character": 0 }), "{found}");
        client.open(&project.uri("README.md"), "x");
        assert_eq!(items(&mut client, &project.uri("README.md")), json!([]));
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn on_save_means_the_saved_text() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), json!({ "run": "onSave" }));
    let uri = project.uri("src/a.ts");
    client.open(&uri, "");
    client.change(&uri, BAD);
    assert_eq!(client.found(&uri), Vec::<String>::new());
    client.save(&uri);
    assert_eq!(client.found(&uri).len(), 1);
    client.tell("workspace/didChangeConfiguration", json!({ "settings": { "lawbook": { "run": "onType" } } }));
    client.change(&uri, "");
    assert_eq!(client.found(&uri), Vec::<String>::new());
    assert_eq!(client.end(), 0);
}

#[test]
fn a_wrong_setting_is_shown_and_others_hold() {
    let project = project();
    let (mut client, _) =
        EditorClient::begin(&project, pulling(), json!({ "settings": { "enabled": true, "enable": false } }));
    let shown = client.wait_for("window/showMessage");
    assert!(shown["message"].as_str().unwrap().contains("no setting `enabled`"), "{shown}");
    client.open(&project.uri("src/a.ts"), BAD);
    assert_eq!(client.found(&project.uri("src/a.ts")), Vec::<String>::new());
    assert_eq!(client.end(), 0);
}

#[test]
fn the_workspace_is_checked_when_it_is_asked_for() {
    let project = EditedProject::new(&[
        ("lawbook.toml", LAW),
        ("src/a.ts", BAD),
        ("src/b.ts", BAD),
        ("src/c.ts", "export const c = 1;\n"),
    ]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    client.open(&project.uri("src/a.ts"), "\n\ndebugger;\n");
    let ask = |client: &mut EditorClient, previous: &Value| {
        let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": previous }));
        answer["items"].as_array().unwrap().clone()
    };
    let items = ask(&mut client, &json!([]));
    let found: Vec<(Value, Vec<String>)> =
        items.iter().map(|item| (item["version"].clone(), places(&item["items"]))).collect();
    let line = |line| vec![format!("no-debugger-statement:{line}")];
    assert_eq!(found, [(json!(1), line(2)), (Value::Null, line(1))]);
    let known: Vec<Value> = items.iter().map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
    let unchanged = ask(&mut client, &json!(known));
    assert!(unchanged.len() == 2 && unchanged.iter().all(|item| item["kind"] == "unchanged"), "{unchanged:?}");
    project.write("src/b.ts", "export const b = 1;\n");
    let changed = ask(&mut client, &json!(known));
    assert_eq!((changed[1]["kind"].as_str(), &changed[1]["items"]), (Some("full"), &json!([])));
    // Streamed, the documents come before the answer.
    let id = client.request("workspace/diagnostic", json!({ "previousResultIds": [], "partialResultToken": "t" }));
    assert_eq!(client.answer(&id).response_result.unwrap(), json!({ "items": [] }));
    assert_eq!(client.wait_for("$/progress")["value"]["items"].as_array().unwrap().len(), 1);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_mistake_in_a_page_is_reported_once() {
    let page = "---\nsummary: No x.\nlanguages: [typescript]\nsevrity: error\nrule: {pattern: x()}\n---\nWhy.\n";
    let law = "extends = [\"recommended\", \"./law\"]\n";
    let project = EditedProject::new(&[("lawbook.toml", law), ("law/no-x.md", page), ("src/a.ts", BAD)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    client.open(&project.uri("src/a.ts"), BAD);
    assert_eq!(client.found(&project.uri("src/a.ts")).len(), 1);
    assert_eq!(client.wait_for("textDocument/publishDiagnostics")["uri"], project.uri("law/no-x.md"));
    let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let uris: Vec<&Value> = answer["items"].as_array().unwrap().iter().map(|item| &item["uri"]).collect();
    assert_eq!(uris, [&json!(project.uri("src/a.ts"))]);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_file_is_one_however_its_address_is_spelled() {
    let project = EditedProject::new(&[("lawbook.toml", LAW), ("src/[id]@x.ts", BAD), ("src/b.ts", BAD)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    // The server would encode the brackets.
    let uri = project.uri("src/[id]@x.ts");
    client.open(&uri, "export const f = 1;\n");
    let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let found: Vec<(&str, usize)> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["uri"].as_str().unwrap(), item["items"].as_array().unwrap().len()))
        .collect();
    assert_eq!(found, [(&*uri, 0), (&*project.uri("src/b.ts"), 1)]);
    assert_eq!(client.end(), 0);
}

#[test]
#[cfg(unix)]
fn files_of_a_folder_that_is_a_link_keep_its_name() {
    let project = EditedProject::new(&[("lawbook.toml", LAW), ("src/b.ts", BAD)]);
    let link = tempfile::tempdir().unwrap();
    let named = link.path().canonicalize().unwrap().join("link");
    std::os::unix::fs::symlink(project.root(), &named).unwrap();
    let (mut client, _) = EditorClient::begin_in(&named, pulling(), Value::Null);
    let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    assert_eq!(answer["items"][0]["uri"], support::uri(&named.join("src/b.ts")));
    assert_eq!(client.end(), 0);
}

#[test]
fn a_folder_that_takes_its_settings_away_changes_the_law() {
    let off = "[rules]\nno-debugger-statement = \"off\"\n";
    let project = EditedProject::new(&[("lawbook.toml", LAW), ("pkg.v1/lawbook.toml", off), ("pkg.v1/a.ts", BAD)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("pkg.v1/a.ts");
    client.open(&uri, BAD);
    assert_eq!(client.found(&uri), Vec::<String>::new());
    std::fs::rename(project.at("pkg.v1"), project.at("pkg.v2")).unwrap();
    project.write("pkg.v1/a.ts", BAD);
    let renamed = json!({ "oldUri": project.uri("pkg.v1"), "newUri": project.uri("pkg.v2") });
    client.tell("workspace/didRenameFiles", json!({ "files": [renamed] }));
    assert_eq!(client.found(&uri).len(), 1);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_law_with_a_mistake_clears_nothing_of_the_workspace() {
    let project = EditedProject::new(&[("lawbook.toml", LAW), ("src/a.ts", BAD), ("b/b.ts", BAD)]);
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let items = |client: &mut EditorClient, previous: &Value| {
        let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": previous }));
        answer["items"].as_array().unwrap().clone()
    };
    let known = items(&mut client, &json!([]));
    assert_eq!(known.len(), 2);
    let known: Vec<Value> = known.iter().map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
    project.write("b/lawbook.toml", "[rules]\nno-y = \"off\"\n");
    client.file_changed(&project.uri("b/lawbook.toml"), 1);
    assert_eq!(items(&mut client, &json!(known)), Vec::<Value>::new());
    let log = client.wait_for("window/logMessage");
    assert!(log["message"].as_str().unwrap().contains("no-y"), "{log}");
    assert_eq!(client.end(), 0);
}

#[test]
fn bad_requests_are_refused_and_the_session_goes_on() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    let uri = project.uri("src/a.ts");
    client.open(&uri, BAD);
    assert_eq!(client.ask_in_vain("textDocument/unknown", json!({})), -32601);
    assert_eq!(client.ask_in_vain("initialize", json!({})), -32600);
    assert_eq!(client.ask_in_vain("textDocument/diagnostic", json!({ "textDocument": 1 })), -32602);
    assert_eq!(client.ask_in_vain("textDocument/diagnostic", Value::Null), -32602);
    assert_eq!(
        client.ask_in_vain(
            "textDocument/hover",
            json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 0, "character": 0 } })
        ),
        -32602
    );
    assert_eq!(client.ask_in_vain("workspace/executeCommand", json!({ "command": "lawbook.unknown" })), -32602);
    client.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///none", "version": 1 }, "contentChanges": [] }),
    );
    client.tell("textDocument/didOpen", json!([]));
    client.tell("$/cancelRequest", json!({ "id": 4711 }));
    assert_eq!(client.found(&uri).len(), 1);
    client.ask("shutdown", Value::Null);
    assert_eq!(client.ask_in_vain("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } })), -32600);
    assert_eq!(client.vanish(), 0);
}

#[test]
fn a_document_without_a_file_is_checked_by_the_law_of_the_first_folder() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    client.open("untitled:Untitled-1", BAD);
    assert_eq!(client.found("untitled:Untitled-1"), ["no-debugger-statement:1"]);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_document_that_is_not_open_is_read_from_the_disk() {
    let project = project();
    let (mut client, _) = EditorClient::begin(&project, pulling(), Value::Null);
    assert_eq!(client.found(&project.uri("src/a.ts")), ["no-debugger-statement:1"]);
    assert_eq!(
        client.ask_in_vain("textDocument/diagnostic", json!({ "textDocument": { "uri": project.uri("no.ts") } })),
        -32602
    );
    assert_eq!(client.end(), 0);
}
