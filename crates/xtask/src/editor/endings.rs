//! The ends of a server: each leaves no process behind, and has the exit code of the protocol.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::editor::EditorOutcome;
use crate::editor::client::{LspClient, ServerCommand, uri_of};
use crate::editor::differential;

/// The time in which a server ends.
const END_TIMEOUT: Duration = Duration::from_secs(6);

/// A way to end a server; the result is the exit code that it must have, none if any will do.
type Ending = fn(&mut LspClient) -> Result<Option<i32>, String>;

const ENDINGS: [(&str, Ending); 6] = [
    ("shutdown, then exit", |client| {
        client.request("shutdown", &Value::Null)?.ok("shutdown")?;
        client.notify("exit", &Value::Null);
        Ok(Some(0))
    }),
    ("exit alone", |client| {
        client.notify("exit", &Value::Null);
        Ok(Some(1))
    }),
    ("exit amid a check of all files", |client| {
        client.ask("workspace/diagnostic", &json!({ "previousResultIds": [] }));
        client.notify("exit", &Value::Null);
        Ok(Some(1))
    }),
    ("the input closes", |client| {
        client.close_stdin();
        Ok(None)
    }),
    ("the input closes amid a check of all files", |client| {
        client.ask("workspace/diagnostic", &json!({ "previousResultIds": [] }));
        client.close_stdin();
        Ok(None)
    }),
    ("the input closes amid a message", |client| {
        client.send_bytes(b"Content-Length: 100\r\n\r\n{\"jsonrpc\":");
        client.close_stdin();
        Ok(None)
    }),
];

/// Ends servers in every way.
pub fn run(lawbook: &Path, folder: &Path, code: &str) -> EditorOutcome {
    let mut outcome = EditorOutcome::default();
    let mut longest = Duration::ZERO;
    for (name, ending) in ENDINGS {
        let ended = opened(lawbook, folder, code).and_then(|mut client| {
            let code = ending(&mut client)?;
            expect_end(&mut client, code)
        });
        match ended {
            Ok(time) => longest = longest.max(time),
            Err(error) => outcome.failures.push(format!("{name}: {error}")),
        }
    }
    for (name, args) in [("--stdio", &["lsp", "--stdio"][..]), ("a client's id", &["lsp", "--clientProcessId=1"])] {
        let command = ServerCommand::new(lawbook, args, folder);
        let client = LspClient::open(&command, folder, &differential::capabilities(&["utf-8"]), &Value::Null);
        if let Err(error) = client.and_then(|mut client| client.shut_down()) {
            outcome.failures.push(format!("{name}: {error}"));
        }
    }
    if let Err(error) = parent_dies(lawbook, folder) {
        outcome.failures.push(format!("the process of the client dies: {error}"));
    }
    let _ = writeln!(outcome.text, "{} ends, each in at most {} ms", ENDINGS.len() + 3, longest.as_millis());
    outcome
}

/// A server with a document, about which it has been asked.
fn opened(lawbook: &Path, folder: &Path, code: &str) -> Result<LspClient, String> {
    let command = ServerCommand::lawbook(lawbook, folder);
    let mut client = LspClient::open(&command, folder, &differential::capabilities(&["utf-8"]), &Value::Null)?;
    let uri = uri_of(&folder.join("a.ts"));
    client.did_open(&uri, "typescript", 1, code);
    client.pull(&uri)?;
    Ok(client)
}

fn expect_end(client: &mut LspClient, code: Option<i32>) -> Result<Duration, String> {
    let begin = Instant::now();
    let Some(status) = client.exit_status(END_TIMEOUT) else {
        return Err(format!("it runs {} s later", END_TIMEOUT.as_secs()));
    };
    match (status.code(), code) {
        (Some(seen), Some(code)) if seen != code => Err(format!("exit code {seen}, not {code}")),
        (None, _) => Err(format!("it ended by {status}")),
        _ => Ok(begin.elapsed()),
    }
}

/// A process stands for the client's one, whose id the server is given, and is killed while the pipes stay open.
fn parent_dies(lawbook: &Path, folder: &Path) -> Result<(), String> {
    let mut parent = Command::new(lawbook)
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("lawbook could not be started: {error}"))?;
    let mut client = LspClient::start(&ServerCommand::lawbook(lawbook, folder), &Value::Null)?;
    let params = json!({
        "processId": parent.id(), "rootUri": uri_of(folder),
        "capabilities": differential::capabilities(&["utf-8"]),
    });
    client.request("initialize", &params)?.ok("initialize")?;
    client.notify("initialized", &json!({}));
    if let Some(status) = client.exit_status(Duration::from_millis(300)) {
        return Err(format!("it ended while that process ran: {status}"));
    }
    let killed = parent.kill().and_then(|()| parent.wait());
    killed.map_err(|error| format!("the process could not be killed: {error}"))?;
    expect_end(&mut client, None).map(drop)
}
