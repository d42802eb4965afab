//! A client in memory, and a project on the disk.

// Each test program uses only a part of this module. A test that cannot be set up has failed, so `unwrap` is allowed.
#![allow(dead_code, missing_docs, missing_debug_implementations)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_pass_by_value)]

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The time within which every answer comes.
const DEADLINE: Duration = Duration::from_mins(1);

/// A project in a folder of its own.
pub struct EditedProject {
    folder: TempDir,
}

impl EditedProject {
    /// A repository with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(project.at(".git")).unwrap();
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// The absolute path of a file.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// The folder, without symbolic links.
    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let at = self.at(path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, text).unwrap();
    }

    /// The address of a file.
    pub fn uri(&self, path: &str) -> String {
        uri(&self.at(path))
    }
}

/// The address of a path whose signs need no encoding.
pub fn uri(path: &Path) -> String {
    let path = path.to_str().unwrap().replace('\\', "/");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

/// A client of a server that runs in a thread.
pub struct EditorClient {
    connection: Option<Connection>,
    server: Option<JoinHandle<u8>>,
    last_id: i32,
    last_version: i32,
    /// The messages of the server that no test has taken.
    pub received: Vec<Message>,
}

/// The capabilities of a client that asks for diagnostics.
pub fn pulling() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "diagnostic": { "relatedInformation": true },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source.fixAll"] } },
                "dataSupport": true, "isPreferredSupport": true, "resolveSupport": { "properties": ["edit", "command"] }
            },
            "hover": { "contentFormat": ["markdown"] }
        },
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] },
            "diagnostics": { "refreshSupport": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true }
        },
        "window": { "showDocument": { "support": true } }
    })
}

/// The capabilities of a client that waits for diagnostics.
pub fn waiting() -> Value {
    let mut capabilities = pulling();
    capabilities["textDocument"].as_object_mut().unwrap().remove("diagnostic");
    capabilities
}

impl EditorClient {
    /// Begins a session in a project; the second value is what the server offers.
    pub fn begin(project: &EditedProject, capabilities: Value, options: Value) -> (Self, Value) {
        Self::begin_in(&project.root(), capabilities, options)
    }

    /// Begins a session in a folder.
    pub fn begin_in(folder: &Path, capabilities: Value, options: Value) -> (Self, Value) {
        let (ours, theirs) = Connection::memory();
        let server = std::thread::spawn(move || lawbook_lsp::serve(theirs, Vec::new()));
        let mut client =
            Self { connection: Some(ours), server: Some(server), last_id: 0, last_version: 0, received: Vec::new() };
        let folder = json!({ "uri": uri(folder), "name": "project" });
        let params = json!({
            "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": [folder],
            "initializationOptions": options
        });
        let offered = client.ask("initialize", params);
        client.tell("initialized", json!({}));
        (client, offered["capabilities"].clone())
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().unwrap()
    }

    /// Sends a notification.
    pub fn tell(&self, method: &str, params: Value) {
        let notification = Notification { method: method.to_owned(), params };
        self.connection().sender.send(notification.into()).unwrap();
    }

    /// Sends a request and returns its id.
    pub fn request(&mut self, method: &str, params: Value) -> RequestId {
        self.last_id += 1;
        let id = RequestId::from(self.last_id);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection().sender.send(request.into()).unwrap();
        id
    }

    /// Sends a request and returns its answer.
    #[track_caller]
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        match self.answer(&id).response_result {
            Ok(result) => result,
            Err(error) => panic!("{method}: {error:?}"),
        }
    }

    /// Sends a request and returns the code of the error that answers it.
    #[track_caller]
    pub fn ask_in_vain(&mut self, method: &str, params: Value) -> i32 {
        let id = self.request(method, params);
        self.answer(&id).response_result.unwrap_err().code
    }

    /// Takes what has arrived, without waiting, and returns how many of the requests are answered by now.
    pub fn take_answers(&mut self, ids: &[RequestId]) -> usize {
        while let Ok(message) = self.connection().receiver.try_recv() {
            self.received.push(message);
        }
        let is_one = |message: &&Message| matches!(message, Message::Response(response) if ids.contains(&response.id));
        self.received.iter().filter(is_one).count()
    }

    /// Waits for the answer of a request.
    #[track_caller]
    pub fn answer(&mut self, id: &RequestId) -> Response {
        let is_it = |message: &Message| matches!(message, Message::Response(response) if response.id == *id);
        if let Some(at) = self.received.iter().position(is_it)
            && let Message::Response(response) = self.received.remove(at)
        {
            return response;
        }
        loop {
            match self.next() {
                Message::Response(response) if response.id == *id => return response,
                other => self.received.push(other),
            }
        }
    }

    /// Waits for a notification or a request of the server and returns its parameters. A request is answered with null.
    #[track_caller]
    pub fn wait_for(&mut self, method: &str) -> Value {
        let is_it = |message: &Message| match message {
            Message::Notification(notification) => notification.method == method,
            Message::Request(request) => request.method == method,
            Message::Response(_) => false,
        };
        if let Some(at) = self.received.iter().position(is_it) {
            return params(self.received.remove(at));
        }
        loop {
            let message = self.next();
            if is_it(&message) {
                return params(message);
            }
            self.received.push(message);
        }
    }

    #[track_caller]
    fn next(&mut self) -> Message {
        let message = self.connection().receiver.recv_timeout(DEADLINE).unwrap();
        if let Message::Request(request) = &message {
            let answer = Response::new_ok(request.id.clone(), Value::Null);
            self.connection().sender.send(answer.into()).unwrap();
        }
        message
    }

    /// Opens a document.
    pub fn open(&mut self, uri: &str, text: &str) {
        self.last_version += 1;
        let item = json!({ "uri": uri, "languageId": "typescript", "version": self.last_version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Replaces the text of a document and returns the new version.
    pub fn change(&mut self, uri: &str, text: &str) -> i32 {
        self.last_version += 1;
        let document = json!({ "uri": uri, "version": self.last_version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
        self.last_version
    }

    /// Says that a document was saved.
    pub fn save(&self, uri: &str) {
        self.tell("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    }

    /// Says that a file on the disk was changed.
    pub fn file_changed(&self, uri: &str, kind: i32) {
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": kind }] }));
    }

    /// Asks for the diagnostics of a document.
    #[track_caller]
    pub fn pull(&mut self, uri: &str) -> Value {
        self.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }))
    }

    /// The rules and 0-based lines of the diagnostics of a document.
    #[track_caller]
    pub fn found(&mut self, uri: &str) -> Vec<String> {
        places(&self.pull(uri)["items"])
    }

    /// Ends the session and returns the exit code.
    pub fn end(mut self) -> u8 {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.server.take().unwrap().join().unwrap()
    }

    /// Goes away without ending the session and returns the exit code.
    pub fn vanish(mut self) -> u8 {
        drop(self.connection.take());
        self.server.take().unwrap().join().unwrap()
    }
}

fn params(message: Message) -> Value {
    match message {
        Message::Notification(notification) => notification.params,
        Message::Request(request) => request.params,
        Message::Response(_) => Value::Null,
    }
}

/// The rules and 0-based lines of diagnostics.
pub fn places(items: &Value) -> Vec<String> {
    let place = |item: &Value| format!("{}:{}", item["code"].as_str().unwrap(), item["range"]["start"]["line"]);
    items.as_array().unwrap().iter().map(place).collect()
}
