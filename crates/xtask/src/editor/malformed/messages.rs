//! The malformed messages, each with the answer that it must get.

use serde_json::{Value, json};

use crate::editor::client::frame;
use crate::editor::malformed::{
    CODE, ExpectedAnswer, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, MalformedMessage, PARSE_ERROR,
};

/// All of them: requests are about the document `asked`, notifications about the document `changed`.
pub fn all(asked: &str, changed: &str, advertised: &Value) -> Vec<MalformedMessage> {
    [frames(), envelopes(), requests(asked, advertised), notifications(changed)].into_iter().flatten().collect()
}

/// Bytes that are no message, each with a header that says where it ends.
fn frames() -> Vec<MalformedMessage> {
    let parse_error = || ExpectedAnswer::Error(PARSE_ERROR, vec![Value::Null]);
    let bodies: [(&str, &[u8]); 13] = [
        ("an empty body", b""),
        ("white space", b"  \n"),
        ("no JSON", b"hello"),
        ("half a message", br#"{"jsonrpc":"2.0","id":1,"method":"shut"#),
        ("a comma too many", br#"{"jsonrpc":"2.0","id":1,"method":"x",}"#),
        ("single quotes", br"{'jsonrpc':'2.0'}"),
        ("text after the message", br#"{"jsonrpc":"2.0","id":1,"method":"x"} {}"#),
        ("invalid UTF-8 in a string", b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\xfe\"}"),
        ("invalid UTF-8 alone", b"\xc3\x28"),
        ("a byte order mark alone", b"\xef\xbb\xbf"),
        ("NUL", b"\0\0\0"),
        ("a number out of range", br#"{"jsonrpc":"2.0","id":1e999,"method":"x"}"#),
        ("a control character in a string", b"{\"jsonrpc\":\"2.0\",\"method\":\"a\nb\"}"),
    ];
    let mut frames: Vec<MalformedMessage> = bodies
        .iter()
        .map(|(name, body)| MalformedMessage { name: (*name).to_owned(), bytes: frame(body), expected: parse_error() })
        .collect();
    // Half of a pair of UTF-16, which the strings of some clients hold, is a character like any other.
    frames.push(MalformedMessage {
        name: "a lone surrogate".to_owned(),
        bytes: frame(br#"{"jsonrpc":"2.0","id":"half","method":"\ud800"}"#),
        expected: ExpectedAnswer::Error(METHOD_NOT_FOUND, vec![json!("half")]),
    });
    let deep = "[".repeat(100_000);
    frames.push(MalformedMessage {
        name: "deep lists".to_owned(),
        bytes: frame(deep.as_bytes()),
        expected: parse_error(),
    });

    // A good request behind headers of every form that says its length.
    let headers = [
        ("lower case", "content-length: {}\r\n\r\n"),
        ("upper case", "CONTENT-LENGTH: {}\r\n\r\n"),
        ("no space", "Content-Length:{}\r\n\r\n"),
        ("many spaces", "Content-Length:   {}  \r\n\r\n"),
        ("a type first", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {}\r\n\r\n"),
        ("a type last", "Content-Length: {}\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n"),
        ("an unknown header", "X-Other: 1\r\nContent-Length: {}\r\n\r\n"),
        ("a line without a colon", "garbage\r\nContent-Length: {}\r\n\r\n"),
        ("an empty line first", "\r\n\r\nContent-Length: {}\r\n\r\n"),
        ("lines that end with LF", "Content-Length: {}\n\n"),
        ("a length that is no number, then one", "Content-Length: many\r\nContent-Length: {}\r\n\r\n"),
        ("a header without a length before it", "Content-Type: text/plain\r\n\r\nContent-Length: {}\r\n\r\n"),
        ("a negative length before it", "Content-Length: -5\r\n\r\nContent-Length: {}\r\n\r\n"),
        ("a long header", "X-Long: {long}\r\nContent-Length: {}\r\n\r\n"),
    ];
    for (number, (name, header)) in headers.into_iter().enumerate() {
        let id = json!(60_000 + number);
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": "no/such" }).to_string();
        let header = header.replace("{long}", &"x".repeat(20_000)).replace("{}", &body.len().to_string());
        let expected = ExpectedAnswer::Error(METHOD_NOT_FOUND, vec![id]);
        let bytes = [header.as_bytes(), body.as_bytes()].concat();
        frames.push(MalformedMessage { name: format!("header: {name}"), bytes, expected });
    }
    frames
}

/// JSON that is no message, or one with a part of the wrong type.
fn envelopes() -> Vec<MalformedMessage> {
    let invalid = |ids: &[Value]| ExpectedAnswer::Error(INVALID_REQUEST, ids.to_vec());
    let null = [Value::Null];
    let mut all: Vec<(String, Value, ExpectedAnswer)> = Vec::new();
    let mut add = |name: &str, value: Value, expected: ExpectedAnswer| all.push((name.to_owned(), value, expected));
    for (name, value) in [
        ("null", json!(null)),
        ("a number", json!(1)),
        ("a text", json!("initialize")),
        ("true", json!(true)),
        ("an empty list", json!([])),
        ("an empty object", json!({})),
        ("only a version", json!({ "jsonrpc": "2.0" })),
        ("a method that is a number", json!({ "jsonrpc": "2.0", "method": 5 })),
        ("a method that is null", json!({ "jsonrpc": "2.0", "method": null })),
    ] {
        add(name, value, invalid(&null));
    }
    add("a batch", json!([{ "jsonrpc": "2.0", "id": 5, "method": "shutdown" }]), invalid(&[json!(5), Value::Null]));
    add("only an id", json!({ "jsonrpc": "2.0", "id": 41_000 }), invalid(&[json!(41_000), Value::Null]));
    for (number, method) in [json!(5), json!(null), json!([]), json!({})].into_iter().enumerate() {
        let id = json!(41_100 + number);
        let name = format!("a request whose method is {method}");
        add(&name, json!({ "jsonrpc": "2.0", "id": id, "method": method }), invalid(&[id.clone(), Value::Null]));
    }
    for id in [json!(1.5), json!(true), json!([1]), json!({ "a": 1 }), Value::Null] {
        let name = format!("a request whose id is {id}");
        add(&name, json!({ "jsonrpc": "2.0", "id": id, "method": "no/such" }), invalid(&[id.clone(), Value::Null]));
    }
    for id in [
        json!(i64::from(i32::MAX)),
        json!(0),
        json!(-1),
        json!(i64::from(i32::MIN)),
        json!("text"),
        json!(""),
        json!("\u{1f600}"),
    ] {
        let name = format!("a request with the id {id}");
        add(
            &name,
            json!({ "jsonrpc": "2.0", "id": id, "method": "no/such" }),
            ExpectedAnswer::Error(METHOD_NOT_FOUND, vec![id]),
        );
    }
    let long = json!("x".repeat(100_000));
    add(
        "a long id",
        json!({ "jsonrpc": "2.0", "id": long, "method": "no/such" }),
        ExpectedAnswer::Error(METHOD_NOT_FOUND, vec![long.clone()]),
    );
    for (number, method) in
        ["no/such", "", "$/noSuch", "textDocument/completion", "TEXTDOCUMENT/HOVER", "\u{0}"].into_iter().enumerate()
    {
        let id = json!(41_200 + number);
        add(
            &format!("an unknown request {method:?}"),
            json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": {} }),
            ExpectedAnswer::Error(METHOD_NOT_FOUND, vec![id]),
        );
    }
    for (name, value) in [
        ("an answer to nothing", json!({ "jsonrpc": "2.0", "id": 99_999, "result": null })),
        ("an error to nothing", json!({ "jsonrpc": "2.0", "id": 99_999, "error": { "code": 1, "message": "" } })),
        ("an error without an id", json!({ "jsonrpc": "2.0", "id": null, "error": { "code": 1, "message": "" } })),
        ("an answer with a text as its id", json!({ "jsonrpc": "2.0", "id": "none", "result": [] })),
        ("an unknown notification", json!({ "jsonrpc": "2.0", "method": "no/such", "params": {} })),
        ("an unknown optional notification", json!({ "jsonrpc": "2.0", "method": "$/noSuch" })),
        (
            "a cancellation of nothing",
            json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 99_999 } }),
        ),
        (
            "a cancellation of a text",
            json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": "none" } }),
        ),
        ("initialized again", json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} })),
    ] {
        add(name, value, ExpectedAnswer::Nothing);
    }
    let envelope = |(name, value, expected): (String, Value, ExpectedAnswer)| {
        let bytes = frame(value.to_string().as_bytes());
        MalformedMessage { name, bytes, expected }
    };
    // As text, since it fits no type of a number.
    let huge = r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"no/such"}"#;
    let as_read: Value = serde_json::from_str::<Value>(huge).map(|read| read["id"].clone()).unwrap_or_default();
    let expected = invalid(&[Value::Null, as_read]);
    let huge =
        MalformedMessage { name: "a request with a huge id".to_owned(), bytes: frame(huge.as_bytes()), expected };
    all.into_iter().map(envelope).chain([huge]).collect()
}

/// Requests with parameters of the wrong form.
fn requests(uri: &str, advertised: &Value) -> Vec<MalformedMessage> {
    let methods = [
        ("textDocument/diagnostic", "diagnosticProvider"),
        ("textDocument/codeAction", "codeActionProvider"),
        ("textDocument/hover", "hoverProvider"),
        ("textDocument/codeLens", "codeLensProvider"),
        ("workspace/diagnostic", "diagnosticProvider"),
        ("workspace/executeCommand", "executeCommandProvider"),
    ];
    let document = json!({ "uri": uri });
    let far = json!({ "line": u32::MAX >> 1, "character": u32::MAX >> 1 });
    let wrong = [
        ("none", None),
        ("null", Some(Value::Null)),
        ("a list", Some(json!([]))),
        ("a text", Some(json!("x"))),
        ("a number", Some(json!(7))),
        ("no document", Some(json!({ "textDocument": null, "command": 5, "previousResultIds": 5 }))),
        (
            "a document without an address",
            Some(json!({ "textDocument": {}, "command": null, "previousResultIds": {} })),
        ),
        (
            "an address that is a number",
            Some(json!({ "textDocument": { "uri": 5 }, "command": [], "previousResultIds": [5] })),
        ),
        (
            "a position that is a text",
            Some(json!({
                "textDocument": 1, "position": "x", "range": "x", "context": 5, "previousResultIds": "x",
            })),
        ),
    ];
    // Well formed, though nothing is there.
    let odd = [
        ("no such file", json!({ "textDocument": { "uri": format!("{uri}.not-there.ts") } })),
        ("no address", json!({ "textDocument": { "uri": "not an address" } })),
        ("an empty address", json!({ "textDocument": { "uri": "" } })),
        ("an untitled document", json!({ "textDocument": { "uri": "untitled:Untitled-1" } })),
        ("another scheme", json!({ "textDocument": { "uri": "https://example.invalid/a.ts" } })),
        ("a wrong escape", json!({ "textDocument": { "uri": "file:///%zz%" } })),
        ("a folder", json!({ "textDocument": { "uri": uri.trim_end_matches("a.ts") } })),
        ("a place far behind the end", json!({ "textDocument": document })),
    ];
    let mut messages = Vec::new();
    let mut id = 42_000;
    for (method, capability) in methods {
        if !is_advertised(&advertised[capability]) {
            continue;
        }
        for (name, params) in &wrong {
            id += 1;
            let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
            if let Some(params) = params {
                message["params"] = params.clone();
            }
            // Parameters that are neither an object nor a list make the request itself invalid.
            let is_single = params.as_ref().is_some_and(|params| params.is_string() || params.is_number());
            let code = if is_single { INVALID_REQUEST } else { INVALID_PARAMS };
            let expected = ExpectedAnswer::Error(code, vec![json!(id)]);
            let bytes = frame(message.to_string().as_bytes());
            messages.push(MalformedMessage { name: format!("{method}, parameters: {name}"), bytes, expected });
        }
        if !method.starts_with("textDocument/") {
            continue;
        }
        for (name, params) in &odd {
            id += 1;
            let mut params = params.clone();
            params["position"] = far.clone();
            params["range"] = json!({ "start": far, "end": far });
            params["context"] = json!({ "diagnostics": [] });
            let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
            let bytes = frame(message.to_string().as_bytes());
            let expected = ExpectedAnswer::Answer(json!(id));
            messages.push(MalformedMessage { name: format!("{method}, {name}"), bytes, expected });
        }
    }
    if is_advertised(&advertised["executeCommandProvider"]) {
        for (number, command) in ["no.such.command", "", "lawbook.noSuch"].into_iter().enumerate() {
            let id = json!(43_000 + number);
            let params = json!({ "command": command, "arguments": [5, null] });
            let message = json!({ "jsonrpc": "2.0", "id": id, "method": "workspace/executeCommand", "params": params });
            let bytes = frame(message.to_string().as_bytes());
            let expected = ExpectedAnswer::Error(INVALID_PARAMS, vec![id]);
            messages.push(MalformedMessage { name: format!("the unknown command {command:?}"), bytes, expected });
        }
        let commands = advertised["executeCommandProvider"]["commands"].as_array().into_iter().flatten();
        for (number, command) in commands.enumerate() {
            let id = json!(43_100 + number);
            let params = json!({ "command": command, "arguments": [{ "wrong": [] }] });
            let message = json!({ "jsonrpc": "2.0", "id": id, "method": "workspace/executeCommand", "params": params });
            let bytes = frame(message.to_string().as_bytes());
            let name = format!("the command {command} with a wrong argument");
            messages.push(MalformedMessage { name, bytes, expected: ExpectedAnswer::Error(INVALID_PARAMS, vec![id]) });
        }
    }
    messages
}

/// True if the server says that it can do something.
fn is_advertised(capability: &Value) -> bool {
    !capability.is_null() && *capability != json!(false)
}

/// Notifications with parameters of the wrong form, or for a document in the wrong state.
fn notifications(uri: &str) -> Vec<MalformedMessage> {
    let methods = [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeConfiguration",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "workspace/didRenameFiles",
        "$/cancelRequest",
        "$/setTrace",
    ];
    let wrong = [
        None,
        Some(Value::Null),
        Some(json!([])),
        Some(json!("x")),
        Some(json!(7)),
        Some(
            json!({ "textDocument": null, "settings": 5, "changes": 5, "event": 5, "files": 5, "id": [], "value": 5 }),
        ),
        Some(
            json!({ "textDocument": { "uri": 5 }, "settings": [], "changes": [5], "event": {}, "files": [5], "id": {} }),
        ),
        Some(json!({ "textDocument": { "uri": "not an address", "version": "x" }, "changes": [{ "uri": 1 }] })),
    ];
    let mut messages = Vec::new();
    for method in methods {
        for params in &wrong {
            let mut message = json!({ "jsonrpc": "2.0", "method": method });
            let name = params.as_ref().map_or_else(|| "none".to_owned(), Value::to_string);
            if let Some(params) = params {
                message["params"] = params.clone();
            }
            let bytes = frame(message.to_string().as_bytes());
            messages.push(MalformedMessage {
                name: format!("{method}, parameters: {name}"),
                bytes,
                expected: ExpectedAnswer::Nothing,
            });
        }
    }
    for (name, (method, params)) in of_documents_in_wrong_states(uri) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        let bytes = frame(message.to_string().as_bytes());
        messages.push(MalformedMessage { name: name.to_owned(), bytes, expected: ExpectedAnswer::Nothing });
    }
    messages
}

/// Notifications for documents in states that these do not fit: what each is, its method, and its parameters.
fn of_documents_in_wrong_states(uri: &str) -> Vec<(&'static str, (&'static str, Value))> {
    let unopened = format!("{uri}.unopened.ts");
    let range = |start: Value, end: Value| json!({ "start": start, "end": end });
    let at = |line: i64, character: i64| json!({ "line": line, "character": character });
    let change = |uri: &str, version: Value, changes: Value| {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
        ("textDocument/didChange", params)
    };
    let text = json!([{ "text": CODE }]);
    vec![
        ("a change of an unopened document", change(&unopened, json!(2), text.clone())),
        ("a close of an unopened document", ("textDocument/didClose", json!({ "textDocument": { "uri": unopened } }))),
        ("a save of an unopened document", ("textDocument/didSave", json!({ "textDocument": { "uri": unopened } }))),
        ("a version that goes back", change(uri, json!(-5), text.clone())),
        ("a version that stays", change(uri, json!(1), text.clone())),
        ("a huge version", change(uri, json!(i32::MAX), text.clone())),
        ("a version too large", change(uri, json!(1_u64 << 40), text.clone())),
        ("a version that is null", change(uri, Value::Null, text.clone())),
        ("no changes", change(uri, json!(9), json!([]))),
        ("changes that are no list", change(uri, json!(9), json!({ "text": "" }))),
        ("a change without a text", change(uri, json!(9), json!([{ "range": range(at(0, 0), at(0, 0)) }]))),
        (
            "a change with a negative line",
            change(uri, json!(9), json!([{ "range": range(at(-1, 0), at(0, 0)), "text": "" }])),
        ),
        (
            "a change with a negative character",
            change(uri, json!(9), json!([{ "range": range(at(0, -1), at(0, 0)), "text": "" }])),
        ),
        (
            "a change with a line too large",
            change(uri, json!(9), json!([{ "range": range(at(1 << 40, 0), at(1 << 40, 0)), "text": "" }])),
        ),
        (
            "a change with a fraction",
            change(
                uri,
                json!(9),
                json!([{ "range": { "start": { "line": 0.5, "character": 0 }, "end": at(0, 0) }, "text": "" }]),
            ),
        ),
        (
            "a document opened twice",
            (
                "textDocument/didOpen",
                json!({ "textDocument": { "uri": uri, "languageId": "typescript", "version": 1, "text": CODE } }),
            ),
        ),
        (
            "a language that nobody knows",
            (
                "textDocument/didOpen",
                json!({ "textDocument": { "uri": format!("{uri}.odd"), "languageId": "no such", "version": 1, "text": "x" } }),
            ),
        ),
        (
            "a text that is a number",
            (
                "textDocument/didOpen",
                json!({ "textDocument": { "uri": format!("{uri}.ts"), "languageId": "typescript", "version": 1, "text": 5 } }),
            ),
        ),
    ]
}
