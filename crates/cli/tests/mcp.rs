//! `lawbook mcp`: both kinds of clients, what tools answer, and what they refuse.

#![allow(clippy::unwrap_used)]
#![cfg(feature = "mcp")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::git::{commit, repository};
use support::mcp::{McpProcess, STATELESS};
use support::schema::check_schema;
use support::{NO_DEBUGGER, Project, text};

const TOOLS: [&str; 5] = ["check", "fix_preview", "rules_for_path", "explain", "suppressions"];

/// Files with more findings than a page holds.
fn many() -> Project {
    let mut project = Project::with_law();
    for number in 0..9 {
        let lines = (0..5).map(|line| format!("function f{line}() {{ debugger; }}\n")).collect::<Vec<_>>().concat();
        project = project.file(&format!("src/m{number}.ts"), format!("{lines}var a = 1;\n"));
    }
    project
}

/// All pages of an answer.
#[track_caller]
fn pages(server: &mut McpProcess, tool: &str, arguments: &Value) -> Vec<Value> {
    let mut pages = vec![server.data(tool, arguments.clone())];
    while let Some(next) = pages.last().unwrap()["nextCursor"].as_str().map(str::to_owned) {
        let mut arguments = arguments.clone();
        arguments["cursor"] = next.into();
        pages.push(server.data(tool, arguments));
        assert!(pages.len() < 100);
    }
    pages
}

/// The findings of a report in JSON as the tool has them, sorted as text.
fn reported(report: &Value) -> Vec<String> {
    let mut found: Vec<String> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let (start, end) = (&found["range"]["start"], &found["range"]["end"]);
            json!([
                found["rule"],
                found["severity"],
                found["path"],
                start["line"],
                start["column"],
                end["line"],
                end["column"],
                found["message"],
                found["fingerprint"],
            ])
            .to_string()
        })
        .collect();
    found.sort_unstable();
    found
}

/// The same of all pages of the tool.
fn told(pages: &[Value]) -> Vec<String> {
    let all = pages.iter().flat_map(|page| page["findings"].as_array().unwrap());
    let names = ["rule", "severity", "path", "line", "column", "endLine", "endColumn", "message", "fingerprint"];
    let mut found: Vec<String> =
        all.map(|found| Value::from_iter(names.map(|name| found[name].clone())).to_string()).collect();
    found.sort_unstable();
    found
}

#[test]
fn clients_without_a_handshake_discover_and_call() {
    let project = many();
    let mut server = McpProcess::start(&project);
    let found = server.request("server/discover", json!({}))["result"].clone();
    assert!(found["supportedVersions"].as_array().unwrap().contains(&STATELESS.into()), "{found}");
    assert!(text(&found["instructions"]).contains("rules_for_path"));
    let listed = server.request("tools/list", json!({}))["result"].clone();
    assert_eq!((&listed["resultType"], listed["ttlMs"].is_u64()), (&json!("complete"), true), "{listed}");
    let result = server.call("check", json!({}));
    assert_eq!((&result["resultType"], &result["isError"]), (&json!("complete"), &json!(false)));
    assert!(server.request("ping", json!({}))["error"].is_object());
    let mut late = McpProcess::start(&project);
    let first = late.data("check", json!({ "paths": ["src/m0.ts"] }));
    assert_eq!(first["total"], 6, "the first request may be a call");
    server.end();
    late.end();
}

#[test]
fn clients_with_a_handshake_are_served_in_their_revision() {
    let project = many();
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut server = McpProcess::start(&project);
        let result = server.initialize(version)["result"].clone();
        assert_eq!((&result["protocolVersion"], &result["serverInfo"]["name"]), (&json!(version), &json!("lawbook")));
        assert_eq!(server.request("tools/list", json!({}))["result"]["tools"].as_array().unwrap().len(), TOOLS.len());
        let result = server.call("check", json!({ "paths": ["src"] }));
        assert!(result["resultType"].is_null() && result["structuredContent"]["total"] == 54, "{version}: {result}");
        assert!(server.request("ping", json!({}))["result"].is_object());
        server.end();
    }
    let mut server = McpProcess::start(&project);
    let newest = server.initialize("2099-01-01")["result"]["protocolVersion"].clone();
    assert_eq!(newest, "2025-11-25", "a revision that is not known");
    server.end();
}

#[test]
fn tools_only_read_and_keep_their_schemas() {
    let project = many().file("src/s.ts", "// eslint-disable-next-line no-console -- the tool prints\nf();\n");
    let mut server = McpProcess::start(&project);
    let tools = server.request("tools/list", json!({}))["result"]["tools"].clone();
    let names: Vec<String> = tools.as_array().unwrap().iter().map(|tool| text(&tool["name"])).collect();
    assert_eq!(names, TOOLS);
    let arguments = [
        json!({ "paths": ["src"] }),
        json!({}),
        json!({ "path": "src/m0.ts" }),
        json!({ "rule": "no-debugger" }),
        json!({ "paths": ["src"] }),
    ];
    for (tool, arguments) in tools.as_array().unwrap().iter().zip(arguments) {
        let hints = &tool["annotations"];
        let hint = |name: &str| hints[name].as_bool();
        assert_eq!(
            ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"].map(hint),
            [Some(true), Some(false), Some(true), Some(false)]
        );
        check_schema(&tool["inputSchema"], &arguments);
        let name = text(&tool["name"]);
        for page in pages(&mut server, &name, &arguments) {
            check_schema(&tool["outputSchema"], &page);
        }
    }
    let before: Vec<String> = (0..9).map(|number| project.read(&format!("src/m{number}.ts"))).collect();
    assert!(before.iter().all(|text| text.contains("var a")), "nothing is written");
    server.end();
}

#[test]
fn pages_hold_what_the_command_line_finds_the_worst_first() {
    let project = many();
    let mut server = McpProcess::start(&project);
    let expected = project.run(&["check", "--format", "json"]);
    let found = pages(&mut server, "check", &json!({}));
    assert!(found.len() > 2);
    assert_eq!(told(&found), reported(&expected.json()));
    let levels: Vec<&str> = found
        .iter()
        .flat_map(|page| page["findings"].as_array().unwrap())
        .map(|one| one["severity"].as_str().unwrap())
        .collect();
    let errors = levels.iter().take_while(|level| **level == "error").count();
    assert_eq!((errors, levels.len(), levels[errors..].contains(&"error")), (9, 54, false));
    for page in &found {
        assert!(page["findings"].as_array().unwrap().len() <= 20 && page.to_string().len() < 12_000, "{page}");
        assert_eq!((&page["total"], &page["errors"], &page["warnings"]), (&json!(54), &json!(9), &json!(45)));
    }
    let cases = [
        (json!({ "paths": ["src/m1.ts", "src/m2.ts"] }), vec!["src/m1.ts", "src/m2.ts"]),
        (json!({ "paths": ["src/m[34].ts"] }), vec!["src/m[34].ts"]),
        (json!({ "rules": ["no-var"] }), vec!["--rule", "no-var"]),
    ];
    for (arguments, words) in cases {
        let expected = project.run(&[&["check", "--format", "json"], &words[..]].concat());
        assert_eq!(told(&pages(&mut server, "check", &arguments)), reported(&expected.json()), "{arguments}");
    }
    server.end();
}

#[test]
fn the_text_begins_with_the_outcome_and_stays_short() {
    let project = many();
    let mut server = McpProcess::start(&project);
    let result = server.call("check", json!({}));
    let said = text(&result["content"][0]["text"]);
    let mut lines = said.lines();
    let first = lines.next().unwrap();
    assert!(
        first.starts_with("lawbook: 9 errors, 45 warnings in 9 files") && first.contains("verify: lawbook check"),
        "{said}"
    );
    let next = text(&result["structuredContent"]["nextCursor"]);
    assert!(lines.next().unwrap().contains(&format!("`cursor: \"{next}\"`")), "{said}");
    assert!(said.len() < 9_000 && said.contains("src/m0.ts error no-var") && said.contains("  do: "), "{said}");
    assert!(!said.contains("left out for the budget"));
    let clean = server.call("check", json!({ "text": "let a = 1;\n", "path": "src/n.ts" }));
    assert!(text(&clean["content"][0]["text"]).starts_with("lawbook: no findings in 1 file"), "{clean}");
    assert_eq!(clean["structuredContent"]["passes"], true);
    server.end();
}

#[test]
fn a_cursor_of_another_state_or_another_call_is_refused() {
    let project = many();
    let mut server = McpProcess::start(&project);
    let next = server.data("check", json!({}))["nextCursor"].clone();
    assert!(server.data("check", json!({ "cursor": next }))["findings"].is_array());
    assert!(server.refusal("check", json!({ "cursor": next, "paths": ["src"] })).contains("without `cursor`"));
    assert!(server.refusal("suppressions", json!({ "cursor": next })).contains("of another call"));
    assert!(server.refusal("check", json!({ "cursor": "20-x" })).contains("is no cursor"));
    fs::write(project.path("src/m8.ts"), "let a = 1;\n").unwrap();
    assert!(server.refusal("check", json!({ "cursor": next })).contains("has changed since"));
    server.end();
}

#[test]
fn edits_of_the_law_count_at_the_next_call() {
    let project = many();
    let mut server = McpProcess::start(&project);
    assert_eq!(server.data("check", json!({}))["total"], 54);
    fs::write(project.path("lawbook.toml"), "extends = [\"./law\"]\n[rules]\nno-var = \"off\"\n").unwrap();
    assert_eq!(server.data("check", json!({}))["total"], 45);
    fs::write(project.path("lawbook.toml"), "extends = [\"./law\"]\n[rules]\nno-vra = \"off\"\n").unwrap();
    let said = server.refusal("check", json!({}));
    assert!(said.contains("lawbook.toml:3:1") && said.contains("did you mean `no-var`?"), "{said}");
    server.end();
}

#[test]
fn a_change_is_what_it_is_on_the_command_line() {
    let project = repository(&[("src/a.ts", "debugger;\n"), ("src/b.ts", "let b = 1;\n")]);
    fs::write(project.path("src/b.ts"), "debugger;\nlet b = 1;\n").unwrap();
    let mut server = McpProcess::start(&project);
    let found = server.data("check", json!({ "changed": true }));
    assert_eq!((&found["total"], &found["findings"][0]["path"]), (&json!(1), &json!("src/b.ts")), "{found}");
    assert_eq!(server.data("check", json!({ "staged": true }))["total"], 0);
    commit(&project, "second");
    assert_eq!(server.data("check", json!({ "since": "HEAD~1" }))["total"], 1);
    assert_eq!(server.data("check", json!({ "since": "HEAD" }))["total"], 0);
    assert!(server.refusal("check", json!({ "since": "--output=x" })).contains("--output=x"));
    assert!(!project.path("x").exists());
    server.end();
}

#[test]
fn fixes_are_shown_as_the_diff_of_the_command_line_and_not_written() {
    let project = many().file("src/z.ts", "function f() { return 1; }\nvar a = 1;\n");
    let mut server = McpProcess::start(&project);
    let expected = project.run(&["check", "--diff", "--unsafe-fixes"]).stdout;
    let found = pages(&mut server, "fix_preview", &json!({ "unsafe": true }));
    let shown: String = found.iter().map(|page| text(&page["diff"])).collect();
    assert_eq!((shown, &found[0]["fixes"]), (expected, &json!(10)));
    let summary = text(&found[0]["summary"]);
    assert!(summary.contains("10 fixes in 10 files would be written, and nothing was"), "{summary}");
    assert!(summary.contains("`lawbook check --fix --unsafe-fixes` writes this"), "{summary}");
    assert!(project.read("src/z.ts").contains("var a"));
    let of_text = server.data("fix_preview", json!({ "text": "var a = 1;\n", "path": "new/n.ts", "unsafe": true }));
    assert_eq!(of_text["diff"], "--- a/new/n.ts\n+++ b/new/n.ts\n@@ -1 +1 @@\n-var a = 1;\n+let a = 1\n");
    assert!(!project.path("new").exists());
    let safe = server.data("fix_preview", json!({}));
    assert_eq!((&safe["diff"], text(&safe["summary"]).contains("10 more with `unsafe: true`")), (&json!(""), true));
    let none = server.data("fix_preview", json!({ "paths": ["src/z.ts"], "rules": ["no-debugger"] }));
    assert_eq!((&none["diff"], &none["total"]), (&json!(""), &json!(0)));
    server.end();
}

#[test]
fn rules_and_pages_are_those_of_the_command_line() {
    let project = Project::with_law().file("lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"gen\"]\n");
    let mut server = McpProcess::start(&project);
    let on = server.data("rules_for_path", json!({ "path": "src/new.ts" }));
    let ids: Vec<String> = on["rules"].as_array().unwrap().iter().map(|rule| text(&rule["id"])).collect();
    let expected = project.run(&["rules", "--for", "src/new.ts", "--format", "ids"]).stdout;
    assert_eq!(ids, expected.lines().collect::<Vec<_>>());
    let of_debugger = on["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "no-debugger").unwrap();
    assert_eq!((&of_debugger["level"], of_debugger["setBy"].is_string()), (&json!("warning"), true));
    let excluded = server.data("rules_for_path", json!({ "path": "gen/a.ts" }));
    assert_eq!((&excluded["excludedBy"], &excluded["total"]), (&json!("gen"), &json!(0)), "{excluded}");
    let page = server.data("explain", json!({ "rule": "no-debugger" }));
    assert_eq!(page["page"], project.run(&["explain", "no-debugger"]).stdout);
    assert!(server.refusal("explain", json!({ "rule": "no-debuger" })).contains("did you mean `no-debugger`?"));
    server.end();
}

#[test]
fn suppressions_are_listed_with_reasons_and_ages() {
    let project = repository(&[(
        "src/a.ts",
        "// lawbook-ignore no-debugger until=2026-01-01: the tool needs to stop here\ndebugger;\n// @ts-ignore\nf();\n",
    )]);
    let mut server = McpProcess::start(&project);
    let found = server.data("suppressions", json!({}));
    let first = &found["suppressions"][0];
    assert_eq!((&first["reason"], &first["line"]), (&json!("the tool needs to stop here"), &json!(1)));
    assert_eq!((&first["author"], &first["expired"]), (&json!("Ada"), &json!(true)));
    assert!(first["ageDays"].as_i64().unwrap() <= 1 && found["unreasoned"] == 1, "{found}");
    assert_eq!(server.data("suppressions", json!({ "paths": ["law"] }))["total"], 0);
    server.end();
}

#[test]
fn wrong_arguments_say_what_is_expected() {
    let project = many();
    let mut server = McpProcess::start(&project);
    let cases = [
        ("check", json!({ "pathes": ["src"] }), "did you mean `paths`?"),
        ("check", json!({ "paths": "src" }), "has to be a list of strings"),
        ("check", json!({ "changed": "yes" }), "has to be `true` or `false`"),
        ("check", json!({ "changed": true, "since": "main" }), "give one of them"),
        ("check", json!({ "text": "a" }), "`path` says which file"),
        ("check", json!({ "path": "a.ts" }), "`paths` names files on the disk"),
        ("check", json!({ "paths": ["src/none.ts"] }), "`src/none.ts` cannot be checked"),
        ("check", json!({ "paths": ["src/m9*.ts"] }), "no file that would be checked matches the glob"),
        ("check", json!({ "paths": ["../"] }), "lies outside of the folder that is served"),
        ("check", json!({ "paths": ["/etc"] }), "lies outside of the folder that is served"),
        ("check", json!({ "paths": [""] }), "a path is empty"),
        ("check", json!({ "text": "a", "path": "../a.ts" }), "lies outside"),
        ("check", json!({ "rules": ["no-vra"] }), "did you mean `no-var`?"),
        ("check", json!({ "changed": true }), "git"),
        ("fix_preview", json!({ "staged": true }), "unknown argument `staged`"),
        ("rules_for_path", json!({}), "`path` is missing"),
        ("rules_for_path", json!({ "path": "../a.ts" }), "lies outside"),
        ("explain", json!({}), "`rule` is missing"),
        ("suppressions", json!({ "paths": ["src/../.."] }), "lies outside"),
    ];
    for (tool, arguments, expected) in cases {
        let said = server.refusal(tool, arguments.clone());
        assert!(said.contains(expected), "{tool} {arguments}: {said}");
    }
    let unknown = server.request("tools/call", json!({ "name": "chekc", "arguments": {} }));
    assert_eq!(unknown["error"]["code"], -32602);
    assert!(text(&unknown["error"]["message"]).contains("did you mean `check`?"), "{unknown}");
    for params in [json!({ "name": "check", "arguments": [] }), json!({ "arguments": {} }), json!({ "name": 3 })] {
        let answer = server.request("tools/call", params);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    assert_eq!(server.request("tools/eat", json!({}))["error"]["code"], -32601);
    assert_eq!(server.data("check", json!({}))["total"], 54);
    server.end();
}

#[test]
fn what_is_no_message_ends_nothing() {
    let project = many();
    let mut server = McpProcess::start(&project);
    assert_eq!(server.data("check", json!({}))["total"], 54);
    for line in [
        "",
        "{",
        "nonsense",
        "[]",
        "null",
        "[1,2]",
        "{}",
        "{\"jsonrpc\":\"2.0\"}",
        "{\"id\":1}",
        "\u{0}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
    ] {
        server.write(line);
    }
    let garbage = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":{\"a\":1}}}";
    server.write(garbage);
    server.write(&"x".repeat(3 << 20));
    assert_eq!(server.data("check", json!({ "paths": ["src/m0.ts"] }))["total"], 6);
    server.end();
}

#[test]
fn calls_are_answered_at_the_same_time_and_each_once() {
    let project = many();
    let mut server = McpProcess::start(&project);
    let mut asked = Vec::new();
    for number in 0..12 {
        let arguments = json!({ "paths": [format!("src/m{}.ts", number % 9)] });
        asked.push(server.ask("tools/call", json!({ "name": "check", "arguments": arguments })));
        asked.push(server.ask("tools/call", json!({ "name": "explain", "arguments": { "rule": "no-var" } })));
    }
    let mut answered: Vec<u64> = Vec::new();
    for _ in &asked {
        let message = server.next();
        assert_eq!(message["result"]["isError"], false, "{message}");
        answered.push(message["id"].as_u64().unwrap());
    }
    answered.sort_unstable();
    assert_eq!(answered, asked);
    // Calls from before the end of the input are still answered.
    server.ask("tools/call", json!({ "name": "check", "arguments": {} }));
    let rest = server.end();
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert_eq!(rest[0]["result"]["structuredContent"]["total"], 54);
}

#[test]
fn a_call_that_is_taken_back_ends_and_has_no_answer() {
    let mut project = many();
    for number in 0..400 {
        project = project.file(&format!("more/f{number}.ts"), "function f() { debugger; }\n".repeat(200));
    }
    let mut server = McpProcess::start(&project);
    let id = server.ask("tools/call", json!({ "name": "check", "arguments": {}, "_meta": { "progressToken": "p" } }));
    server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id } }));
    let other = server.request("tools/call", json!({ "name": "check", "arguments": { "paths": ["src/m0.ts"] } }));
    assert_eq!(other["result"]["structuredContent"]["total"], 6);
    assert!(server.end().iter().all(|message| message["id"] != id));
}

#[test]
fn a_folder_below_is_served_with_the_law_above_it() {
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n")
        .file("law/no-debugger.md", NO_DEBUGGER)
        .file("api/src/a.ts", "debugger;\n")
        .file("web/b.ts", "debugger;\n");
    for mut server in
        [McpProcess::start_in(&project, "api", &[]), McpProcess::start_in(&project, ".", &["--root", "api"])]
    {
        let found = server.data("check", json!({}));
        assert_eq!((&found["total"], &found["findings"][0]["path"]), (&json!(1), &json!("src/a.ts")), "{found}");
        assert_eq!(server.data("check", json!({ "paths": ["src/a.ts"] }))["total"], 1);
        assert!(server.refusal("check", json!({ "paths": ["../web"] })).contains("lies outside"));
        server.end();
    }
    project.run(&["mcp", "--root", "none"]).exits(2).says("`none` cannot be served");
    let nothing = project.run(&["mcp"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, ""));
}
