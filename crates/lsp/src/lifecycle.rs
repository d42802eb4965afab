//! The beginning of a session: the client says what it can do, the server says what it offers.

use std::path::PathBuf;

use crossbeam_channel::Receiver;
use lsp_server::{Connection, ErrorCode, Message, Request, RequestId, Response};
use serde_json::{Value, json};

use crate::actions::{FIX_ALL_KIND, QUICK_FIX_KIND};
use crate::commands;
use crate::features::ClientFeatures;
use crate::preferences::Preferences;
use crate::roots::OpenFolder;
use crate::{parent, uri};

/// The introduction of a client.
#[derive(Debug)]
pub(crate) struct Introduction {
    /// Its capabilities.
    pub(crate) features: ClientFeatures,
    /// Its settings.
    pub(crate) preferences: Preferences,
    /// The mistakes in its settings.
    pub(crate) mistakes: Vec<String>,
    /// The folders that it has open.
    pub(crate) folders: Vec<OpenFolder>,
}

/// Waits for the client to introduce itself and answers. None if it goes away before.
pub(crate) fn begin(connection: &Connection) -> Option<Introduction> {
    let (id, params) = wait_for_initialize(&connection.receiver, connection)?;
    if let Some(process) = params.get("processId").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok()) {
        parent::end_with(process);
    }
    let features = ClientFeatures::of(params.get("capabilities").unwrap_or(&Value::Null));
    let mut preferences = Preferences::default();
    let mistakes = preferences.read(params.get("initializationOptions").unwrap_or(&Value::Null));
    let introduction = Introduction { folders: folders(&params), features, preferences, mistakes };
    let result = json!({
        "capabilities": capabilities(&introduction),
        "serverInfo": { "name": "lawbook", "version": env!("CARGO_PKG_VERSION") }
    });
    connection.sender.send(Response::new_ok(id, result).into()).ok()?;
    Some(introduction)
}

fn wait_for_initialize(messages: &Receiver<Message>, connection: &Connection) -> Option<(RequestId, Value)> {
    for message in messages {
        match message {
            Message::Request(Request { id, method, params }) if method == "initialize" && params.is_object() => {
                return Some((id, params));
            }
            Message::Request(Request { id, method, .. }) if method == "initialize" => {
                let message = "`initialize` needs the capabilities of the client";
                let refusal = Response::new_err(id, ErrorCode::InvalidParams as i32, message.to_owned());
                connection.sender.send(refusal.into()).ok()?;
            }
            Message::Request(request) => {
                let message = format!("`{}` before `initialize`", request.method);
                let refusal = Response::new_err(request.id, ErrorCode::ServerNotInitialized as i32, message);
                connection.sender.send(refusal.into()).ok()?;
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
    None
}

/// The open folders: `workspaceFolders`, or what stood there before it.
fn folders(params: &Value) -> Vec<OpenFolder> {
    let many = params.get("workspaceFolders").and_then(Value::as_array);
    let uris: Vec<&str> = match many {
        Some(many) => many.iter().filter_map(|folder| folder.get("uri")?.as_str()).collect(),
        None => params.get("rootUri").and_then(Value::as_str).into_iter().collect(),
    };
    let path = params.get("rootPath").and_then(Value::as_str).filter(|_| many.is_none() && uris.is_empty());
    let paths = uris.into_iter().filter_map(uri::to_path).chain(path.map(PathBuf::from));
    paths.map(OpenFolder::new).collect()
}

fn capabilities(introduction: &Introduction) -> Value {
    let features = &introduction.features;
    let files = json!({ "filters": [{ "scheme": "file", "pattern": { "glob": "**" } }] });
    let mut capabilities = json!({
        "positionEncoding": features.encoding(),
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "hoverProvider": true,
        "codeActionProvider": if features.action_literals {
            json!({ "codeActionKinds": [QUICK_FIX_KIND, FIX_ALL_KIND], "resolveProvider": true })
        } else {
            json!(true)
        },
        "codeLensProvider": { "resolveProvider": false },
        "executeCommandProvider": { "commands": commands::NAMES },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
            "fileOperations": { "didCreate": files, "didRename": files, "didDelete": files }
        }
    });
    if features.pulls {
        capabilities["diagnosticProvider"] = json!({
            "identifier": "lawbook",
            "interFileDependencies": false,
            "workspaceDiagnostics": introduction.preferences.workspace_diagnostics
        });
    }
    capabilities
}
