//! Messages that are no messages of the protocol, or not in this state: each gets the error of the protocol, and the
//! server goes on.

mod messages;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::editor::EditorOutcome;
use crate::editor::client::{LspClient, ServerCommand, uri_of};
use crate::editor::differential::capabilities;
use crate::editor::findings::{self, FindingLines};
use crate::editor::law;
use crate::editor::peers::write;
use crate::editor::text::LspEncoding;
use crate::places::WorkspaceFolders;

/// The time in which an error has to be there.
const ERROR_TIMEOUT: Duration = Duration::from_secs(5);

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const NOT_INITIALIZED: i64 = -32002;

/// The code of the document, which has findings.
const CODE: &str = "debugger;\nexport const a: any = eval(\"1\");\n";

/// The answer that a message must get.
#[derive(Clone, Debug)]
pub enum ExpectedAnswer {
    /// An error with this code, and one of these ids.
    Error(i64, Vec<Value>),
    /// An answer with this id: a result or an error.
    Answer(Value),
    /// No answer.
    Nothing,
}

/// One message, as bytes, and its answer.
pub struct MalformedMessage {
    name: String,
    bytes: Vec<u8>,
    expected: ExpectedAnswer,
}

/// Sends all of them.
pub fn run(places: &WorkspaceFolders, lawbook: &Path) -> Result<EditorOutcome, String> {
    let folder = places.e2e().join("editor").join("malformed");
    let _ = fs::remove_dir_all(&folder);
    law::set_up(places, &folder)?;
    write(&folder.join("a.ts"), CODE)?;
    write(&folder.join("b.ts"), CODE)?;
    let mut trial = MalformedTrial::new(lawbook, folder)?;
    let advertised = trial.client.initialized["capabilities"].clone();
    for message in messages::all(&trial.uri("a.ts"), &trial.uri("b.ts"), &advertised) {
        trial.send(&message)?;
    }
    trial.duplicated_ids()?;
    trial.clamped_positions()?;
    trial.before_initialize()?;
    trial.after_shutdown()?;
    let mut outcome = EditorOutcome::default();
    let restarts = trial.restarts;
    let _ = writeln!(outcome.text, "{} malformed messages, {restarts} ends of the server", trial.sent);
    for (kind, count) in &trial.answers {
        let _ = writeln!(outcome.text, "  {count} {kind}");
    }
    if trial.sent < 200 {
        trial.failures.push(format!("only {} messages", trial.sent));
    }
    outcome.failures = trial.failures;
    Ok(outcome)
}

/// A server that messages are tried on.
struct MalformedTrial<'p> {
    lawbook: &'p Path,
    folder: PathBuf,
    client: LspClient,
    /// The findings of the document, which a good request gets.
    findings: FindingLines,
    sent: usize,
    restarts: usize,
    answers: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl<'p> MalformedTrial<'p> {
    fn new(lawbook: &'p Path, folder: PathBuf) -> Result<Self, String> {
        let findings = findings::of_fresh_process(lawbook, &folder, "a.ts", CODE, LspEncoding::Utf16)?;
        if findings.is_empty() {
            return Err("the document of the trial has no finding".to_owned());
        }
        let client = Self::server(lawbook, &folder)?;
        let (answers, failures) = (BTreeMap::new(), Vec::new());
        Ok(Self { lawbook, folder, client, findings, sent: 0, restarts: 0, answers, failures })
    }

    /// A server with both documents open.
    fn server(lawbook: &Path, folder: &Path) -> Result<LspClient, String> {
        let command = ServerCommand::lawbook(lawbook, folder);
        let client = LspClient::open(&command, folder, &capabilities(&["utf-16"]), &Value::Null)?;
        for name in ["a.ts", "b.ts"] {
            client.did_open(&uri_of(&folder.join(name)), "typescript", 1, CODE);
        }
        Ok(client)
    }

    fn uri(&self, name: &str) -> String {
        uri_of(&self.folder.join(name))
    }

    /// Sends a message, waits for its answer, and expects that a good request is answered after it.
    fn send(&mut self, message: &MalformedMessage) -> Result<(), String> {
        self.sent += 1;
        self.client.drain();
        self.client.send_bytes(&message.bytes);
        let failure = self.expect(&message.expected).err();
        let kind = match &message.expected {
            ExpectedAnswer::Error(code, _) => format!("errors {code}"),
            ExpectedAnswer::Answer(_) => "errors or results".to_owned(),
            ExpectedAnswer::Nothing => "without an answer".to_owned(),
        };
        *self.answers.entry(kind).or_default() += 1;
        self.failures.extend(failure.map(|failure| format!("{}: {failure}", message.name)));
        self.good_request(&message.name)?;
        if matches!(message.expected, ExpectedAnswer::Nothing) {
            let is_answer = |value: &Value| value.get("id").is_some() && value.get("method").is_none();
            if let Some(answer) = self.client.drain().iter().find(|value| is_answer(value)) {
                self.failures.push(format!("{}: answered, though it needs none: {answer}", message.name));
            }
        }
        Ok(())
    }

    /// Waits for an answer.
    fn expect(&mut self, expected: &ExpectedAnswer) -> Result<(), String> {
        match expected {
            ExpectedAnswer::Nothing => Ok(()),
            ExpectedAnswer::Error(code, ids) => {
                let received = self.client.wait(ERROR_TIMEOUT, |message| {
                    message.get("method").is_none() && message.get("id").is_some_and(|id| ids.contains(id))
                })?;
                let seen = &received.message["error"]["code"];
                if seen == code { Ok(()) } else { Err(format!("not the error {code}: {}", received.message)) }
            }
            ExpectedAnswer::Answer(id) => self.client.answer(id, ERROR_TIMEOUT).map(drop),
        }
    }

    /// Expects the findings of the document; a server that is gone is started again.
    fn good_request(&mut self, name: &str) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let answered = match self.client.exit_status(Duration::ZERO) {
            Some(status) => Err(format!("the server has ended: {status}{}", self.client.last_words())),
            None => self.client.pull(&uri),
        };
        match answered {
            Ok(report) => {
                if let Some(difference) = findings::differences(&self.findings, &findings::of_server(&report["items"]))
                {
                    self.failures.push(format!("{name}: a good request after it has other findings: {difference}"));
                }
                Ok(())
            }
            Err(error) => {
                self.failures.push(format!("{name}: a good request after it: {error}"));
                self.restarts += 1;
                self.client = Self::server(self.lawbook, &self.folder)?;
                Ok(())
            }
        }
    }

    /// Two requests with one id both have an answer.
    fn duplicated_ids(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let params = json!({ "textDocument": { "uri": uri } });
        let request = json!({ "jsonrpc": "2.0", "id": 70_001, "method": "textDocument/diagnostic", "params": params });
        self.sent += 2;
        self.client.send(&request);
        self.client.send(&request);
        for number in ["first", "second"] {
            if let Err(error) = self.client.answer(&json!(70_001), ERROR_TIMEOUT) {
                self.failures.push(format!("the {number} of two requests with one id: {error}"));
            }
        }
        self.good_request("two requests with one id")
    }

    /// Positions behind the end of a line or of the text stand for that end.
    fn clamped_positions(&mut self) -> Result<(), String> {
        let position = |line: u64, character: u64| json!({ "line": line, "character": character });
        let far = u64::from(u32::MAX >> 1);
        let cases = [
            ("behind the text", position(far, 0), position(far, 0), format!("{CODE}eval(1);")),
            ("behind a line", position(0, far), position(0, far), CODE.replacen(";\n", ";eval(1);\n", 1)),
            ("from the start to behind the text", position(0, 0), position(far, far), "eval(1);".to_owned()),
            ("end before start", position(1, 0), position(0, 0), CODE.replacen("debugger;\n", "eval(1);", 1)),
        ];
        for (number, (name, start, end, text)) in cases.into_iter().enumerate() {
            self.sent += 1;
            let uri = self.uri("b.ts");
            let change = |version: usize, changes: Value| json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
            let version = 100 + 2 * number;
            self.client.notify("textDocument/didChange", &change(version, json!([{ "text": CODE }])));
            let range = json!({ "start": start, "end": end });
            let changes = json!([{ "range": range, "text": "eval(1);" }]);
            self.client.notify("textDocument/didChange", &change(version + 1, changes));
            let items = self.client.pull(&uri).map(|report| findings::of_server(&report["items"]));
            let fresh = findings::of_fresh_process(self.lawbook, &self.folder, "b.ts", &text, LspEncoding::Utf16)?;
            match items {
                // The protocol does not say what a range means whose end is before its start.
                Ok(_) if name.starts_with("end before") => {}
                Ok(items) => {
                    let difference = findings::differences(&fresh, &items);
                    self.failures.extend(difference.map(|difference| format!("a change {name}: {difference}")));
                }
                Err(error) => self.failures.push(format!("a change {name}: {error}")),
            }
            self.good_request(name)?;
        }
        Ok(())
    }

    /// Before `initialize`, requests have an error of their own, and the server can still be initialized.
    fn before_initialize(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let document = json!({ "textDocument": { "uri": uri } });
        let request =
            |method: &str, params: Value| json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let error = |code: i64| ExpectedAnswer::Error(code, vec![json!(1)]);
        let notification =
            |method: &str, params: Value| json!({ "jsonrpc": "2.0", "method": method, "params": params });
        let open = json!({ "textDocument": { "uri": uri, "languageId": "typescript", "version": 1, "text": CODE } });
        let cases = [
            ("a pull", request("textDocument/diagnostic", document.clone()), error(NOT_INITIALIZED)),
            ("a hover", request("textDocument/hover", document), error(NOT_INITIALIZED)),
            ("a shutdown", request("shutdown", Value::Null), error(NOT_INITIALIZED)),
            ("an unknown request", request("no/such", Value::Null), error(NOT_INITIALIZED)),
            ("a document", notification("textDocument/didOpen", open), ExpectedAnswer::Nothing),
            ("initialized", notification("initialized", json!({})), ExpectedAnswer::Nothing),
            ("a cancellation", notification("$/cancelRequest", json!({ "id": 1 })), ExpectedAnswer::Nothing),
            ("initialize with a list", request("initialize", json!([])), error(INVALID_PARAMS)),
            ("initialize with a number", request("initialize", json!(5)), error(INVALID_REQUEST)),
            ("a list", json!([]), ExpectedAnswer::Error(INVALID_REQUEST, vec![Value::Null])),
        ];
        for (name, message, expected) in cases {
            let name = format!("before initialize: {name}");
            self.sent += 1;
            self.client = LspClient::start(&ServerCommand::lawbook(self.lawbook, &self.folder), &Value::Null)?;
            self.client.send(&message);
            let failure = self.expect(&expected).err();
            self.failures.extend(failure.map(|failure| format!("{name}: {failure}")));
            let folder = self.folder.clone();
            match self.client.initialize(&folder, &capabilities(&["utf-16"]), &Value::Null) {
                Ok(()) => {
                    self.client.did_open(&uri, "typescript", 1, CODE);
                    self.good_request(&name)?;
                }
                Err(error) => self.failures.push(format!("{name}, then initialize: {error}")),
            }
        }
        // A second one.
        self.sent += 1;
        self.client = Self::server(self.lawbook, &self.folder)?;
        let again =
            self.client.request("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": {} }));
        match again {
            Ok(answer) if answer.code() == Some(INVALID_REQUEST) => {}
            other => self.failures.push(format!("a second initialize: not the error {INVALID_REQUEST}: {other:?}")),
        }
        self.good_request("a second initialize")
    }

    /// After `shutdown`, requests have an error, and `exit` still ends the server.
    fn after_shutdown(&mut self) -> Result<(), String> {
        self.sent += 2;
        self.client = Self::server(self.lawbook, &self.folder)?;
        self.client.request("shutdown", &Value::Null)?.ok("shutdown")?;
        let uri = self.uri("a.ts");
        let document = json!({ "textDocument": { "uri": uri } });
        for method in ["textDocument/diagnostic", "shutdown"] {
            match self.client.request(method, &document) {
                Ok(answer) if answer.code() == Some(INVALID_REQUEST) => {}
                other => {
                    self.failures.push(format!("{method} after shutdown: not the error {INVALID_REQUEST}: {other:?}"));
                }
            }
        }
        self.client.notify("exit", &Value::Null);
        let status = self.client.exit_status(ERROR_TIMEOUT);
        if !status.is_some_and(|status| status.success()) {
            self.failures.push(format!("exit after shutdown and more requests: {status:?}"));
        }
        Ok(())
    }
}
