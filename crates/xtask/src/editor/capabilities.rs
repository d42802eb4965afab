//! Every capability that the server advertises is used, and one without an exercise here fails.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::editor::EditorOutcome;
use crate::editor::client::{ANSWER_TIMEOUT, LspClient, ServerCommand, uri_of};
use crate::editor::differential;
use crate::editor::endings;
use crate::editor::findings;
use crate::editor::peers::write;
use crate::editor::text::{LspEncoding, edited};
use crate::places::WorkspaceFolders;

/// The code of the document: its first finding has a safe fix, the second none.
const CODE: &str = "debugger;\nexport const a = eval(\"1\");\n";

/// A rule page of the project.
const PAGE: &str = "---\nsummary: Call nothing by this name.\nmessage: this is called `shout`\nlanguages: [typescript]\n\
                    severity: error\nrule:\n  pattern: shout($$$ARGS)\n---\nNobody hears it.\n\n## Help\nCall \
                    `speak`.\n\n## Bad\n```ts\nshout(1); // error\n```\n\n## Good\n```ts\nspeak(1);\n```\n";

/// An exercise of one capability.
type Exercise = fn(&mut ExercisedSession) -> Result<(), String>;

/// The exercises by the path of the capability below `capabilities`.
const EXERCISES: [(&str, Exercise); 17] = [
    ("positionEncoding", ExercisedSession::encodings),
    ("textDocumentSync/openClose", ExercisedSession::open_and_close),
    ("textDocumentSync/change", ExercisedSession::change),
    ("textDocumentSync/save", ExercisedSession::save),
    ("hoverProvider", ExercisedSession::hover),
    ("codeActionProvider/codeActionKinds", ExercisedSession::action_kinds),
    ("codeActionProvider/resolveProvider", ExercisedSession::resolve_actions),
    ("codeLensProvider/resolveProvider", ExercisedSession::lenses),
    ("executeCommandProvider/commands", ExercisedSession::commands),
    ("workspace/workspaceFolders/supported", ExercisedSession::folders),
    ("workspace/workspaceFolders/changeNotifications", ExercisedSession::changed_folders),
    ("workspace/fileOperations/didCreate", ExercisedSession::created_files),
    ("workspace/fileOperations/didRename", ExercisedSession::renamed_files),
    ("workspace/fileOperations/didDelete", ExercisedSession::deleted_files),
    ("diagnosticProvider/identifier", ExercisedSession::pull),
    ("diagnosticProvider/interFileDependencies", ExercisedSession::pull),
    ("diagnosticProvider/workspaceDiagnostics", ExercisedSession::pull_all),
];

/// Uses the capabilities, and then ends servers in every way.
pub fn run(places: &WorkspaceFolders, lawbook: &Path) -> Result<EditorOutcome, String> {
    let folder = places.e2e().join("editor").join("capabilities");
    let _ = fs::remove_dir_all(&folder);
    let mut session = ExercisedSession::begin(lawbook, &folder)?;
    let mut advertised = Vec::new();
    leaves(&session.client.initialized["capabilities"], "", &mut advertised);
    let mut outcome = EditorOutcome::default();
    let mut used = 0;
    for path in &advertised {
        match EXERCISES.iter().find(|(name, _)| name == path) {
            Some((_, exercise)) => {
                used += 1;
                let failure = exercise(&mut session).err();
                outcome.failures.extend(failure.map(|failure| format!("{path}: {failure}")));
            }
            None => outcome.failures.push(format!("{path} is advertised and has no exercise")),
        }
    }
    for (name, more) in MORE {
        let failure = more(&mut session).err();
        outcome.failures.extend(failure.map(|failure| format!("{name}: {failure}")));
    }
    // A file of the law that is not open is the one that is never asked about.
    let is_sent = |message: &&Value| {
        let uri = message["params"]["uri"].as_str().unwrap_or_default();
        message["method"] == "textDocument/publishDiagnostics" && !uri.ends_with("/lawbook.toml")
    };
    if let Some(message) = session.client.drain().iter().find(is_sent) {
        outcome.failures.push(format!("diagnostics are sent to a client that asks for them: {message}"));
    }
    let _ = writeln!(outcome.text, "{used} of {} advertised capabilities used", advertised.len());
    let ended = endings::run(lawbook, &session.folder, CODE);
    outcome.text.push_str(&ended.text);
    outcome.failures.extend(ended.failures);
    Ok(outcome)
}

/// Exercises that no single capability stands for.
const MORE: [(&str, Exercise); 6] = [
    ("cancelled requests", ExercisedSession::cancel),
    ("a client that does not ask", ExercisedSession::push),
    ("a mistake in lawbook.toml", ExercisedSession::mistake_in_settings),
    ("a mistake in a file that is not open", ExercisedSession::saved_mistake),
    ("a mistake in a page", ExercisedSession::mistake_in_page),
    ("a folder without lawbook.toml", ExercisedSession::without_configuration),
];

/// The paths of the values of an object; a list, a text, a number and a bool are values.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    let is_filter = path.starts_with("workspace/fileOperations/");
    match value {
        Value::Object(fields) if !is_filter => {
            for (name, inner) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                leaves(inner, &path, found);
            }
        }
        // Neither is anything that a client could use.
        Value::Null | Value::Bool(false) if !path.ends_with("resolveProvider") && !path.ends_with("Dependencies") => {}
        _ => found.push(path.to_owned()),
    }
}

/// A server with a project.
pub struct ExercisedSession {
    lawbook: PathBuf,
    folder: PathBuf,
    client: LspClient,
    next: usize,
}

impl ExercisedSession {
    fn begin(lawbook: &Path, folder: &Path) -> Result<Self, String> {
        write(&folder.join("lawbook.toml"), "extends = [\"recommended\", \"agents\", \"./law\"]\n")?;
        write(&folder.join("law/words/no-shout.md"), PAGE)?;
        write(&folder.join("a.ts"), CODE)?;
        write(&folder.join("saved.ts"), "shout(1);\n")?;
        // Reports with paths are compared, so that links in them must not differ.
        let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
        let client = Self::server(lawbook, &folder, &["utf-8", "utf-16"])?;
        let session = Self { lawbook: lawbook.to_path_buf(), folder, client, next: 0 };
        session.client.did_open(&session.uri("a.ts"), "typescript", 1, CODE);
        Ok(session)
    }

    fn server(lawbook: &Path, folder: &Path, encodings: &[&str]) -> Result<LspClient, String> {
        let capabilities = differential::capabilities(encodings);
        LspClient::open(&ServerCommand::lawbook(lawbook, folder), folder, &capabilities, &Value::Null)
    }

    fn uri(&self, path: &str) -> String {
        uri_of(&self.folder.join(path))
    }

    /// A document of its own with this text, open.
    fn document(&mut self, text: &str) -> String {
        self.next += 1;
        let uri = self.uri(&format!("made{}.ts", self.next));
        self.client.did_open(&uri, "typescript", 1, text);
        uri
    }

    /// Expects that the rules of a document's findings are these.
    fn expect(&mut self, uri: &str, rules: &[&str]) -> Result<Value, String> {
        let report = self.client.pull(uri)?;
        let mut seen: Vec<&str> =
            report["items"].as_array().into_iter().flatten().filter_map(|item| item["code"].as_str()).collect();
        seen.sort_unstable();
        let mut rules = rules.to_vec();
        rules.sort_unstable();
        if seen == rules { Ok(report) } else { Err(format!("the findings are {seen:?}, not {rules:?}")) }
    }

    fn encodings(&mut self) -> Result<(), String> {
        for (offered, chosen) in [
            (&["utf-8", "utf-16"][..], "utf-8"),
            (&["utf-16", "utf-8"], "utf-8"),
            (&["utf-32", "utf-16"], "utf-16"),
            (&["utf-32"], "utf-32"),
            (&[], "utf-16"),
        ] {
            let mut client = Self::server(&self.lawbook, &self.folder, offered)?;
            let seen = client.capability("positionEncoding").as_str().unwrap_or("utf-16").to_owned();
            if seen != chosen {
                return Err(format!("{seen} of {offered:?}"));
            }
            client.shut_down()?;
        }
        Ok(())
    }

    fn open_and_close(&mut self) -> Result<(), String> {
        let uri = self.uri("saved.ts");
        self.client.did_open(&uri, "typescript", 1, "export const quiet = 1;\n");
        self.expect(&uri, &[])?;
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        // The text of the file counts again.
        self.expect(&uri, &["no-shout"]).map(drop)
    }

    fn change(&mut self) -> Result<(), String> {
        let uri = self.document("export const quiet = 1;\n");
        self.expect(&uri, &[])?;
        let range = json!({ "start": { "line": 1, "character": 0 }, "end": { "line": 1, "character": 0 } });
        let params = json!({
            "textDocument": { "uri": uri, "version": 2 },
            "contentChanges": [{ "range": range, "text": "shout(1);\n" }],
        });
        self.client.notify("textDocument/didChange", &params);
        self.expect(&uri, &["no-shout"]).map(drop)
    }

    /// A client that watches no files says by a save that the settings have changed.
    fn save(&mut self) -> Result<(), String> {
        let folder = self.folder.join("saving");
        let toml = folder.join("lawbook.toml");
        write(&toml, "extends = [\"recommended\"]\n")?;
        let mut capabilities = differential::capabilities(&["utf-16"]);
        capabilities["workspace"]["didChangeWatchedFiles"] = Value::Null;
        let command = ServerCommand::lawbook(&self.lawbook, &folder);
        let mut client = LspClient::open(&command, &folder, &capabilities, &Value::Null)?;
        let uri = uri_of(&folder.join("a.ts"));
        client.did_open(&uri, "typescript", 1, "debugger;\n");
        let count = |report: &Value| report["items"].as_array().map_or(0, Vec::len);
        let before = count(&client.pull(&uri)?);
        write(&toml, "extends = [\"recommended\"]\n[rules]\nno-debugger-statement = \"off\"\n")?;
        client.notify("textDocument/didSave", &json!({ "textDocument": { "uri": uri_of(&toml) } }));
        let after = count(&client.pull(&uri)?);
        client.shut_down()?;
        if (before, after) == (1, 0) {
            Ok(())
        } else {
            Err(format!("{before} findings before the save, {after} after it"))
        }
    }

    fn hover(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let ask = |line: u32| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": 2 } });
        let hover = self.client.request("textDocument/hover", &ask(0))?.ok("hover")?;
        let text = hover["contents"]["value"].as_str().or(hover["contents"].as_str()).unwrap_or_default();
        if !text.contains("no-debugger-statement") || hover["contents"]["kind"] != "markdown" {
            return Err(format!("over a finding: {hover}"));
        }
        let hover = self.client.request("textDocument/hover", &ask(2))?.ok("hover")?;
        if hover.is_null() { Ok(()) } else { Err(format!("where no finding is: {hover}")) }
    }

    /// The actions of a kind for the whole document, with the diagnostics of it as the client has them.
    fn actions(&mut self, uri: &str, only: Option<&str>) -> Result<Vec<Value>, String> {
        let items = self.client.pull(uri)?["items"].take();
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1000, "character": 0 } });
        let mut params = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": items } });
        if let Some(only) = only {
            params["context"]["only"] = json!([only]);
        }
        let mut actions = self.client.request("textDocument/codeAction", &params)?.ok("codeAction")?;
        actions.as_array_mut().map(std::mem::take).ok_or_else(|| format!("no list: {actions}"))
    }

    fn action_kinds(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let kinds = self.client.capability("codeActionProvider")["codeActionKinds"].clone();
        let kinds: Vec<String> = serde_json::from_value(kinds).map_err(|error| error.to_string())?;
        for kind in kinds.iter().map(String::as_str).chain(["source", "source.fixAll", ""]) {
            let actions = self.actions(&uri, Some(kind))?;
            let of = |action: &Value| action["kind"].as_str().unwrap_or_default().to_owned();
            let is_below = |seen: &str| kind.is_empty() || seen == kind || seen.starts_with(&format!("{kind}."));
            if actions.is_empty() {
                return Err(format!("no action of kind {kind:?}"));
            }
            if let Some(other) = actions.iter().find(|action| !is_below(&of(action))) {
                return Err(format!("asked for {kind:?} alone: {other}"));
            }
        }
        let foreign = self.actions(&uri, Some("refactor.extract"))?;
        if foreign.is_empty() { Ok(()) } else { Err(format!("refactor.extract: {foreign:?}")) }
    }

    /// Every action that changes the document leaves it without the findings that it is about, or with fewer of them.
    fn resolve_actions(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let mut titles = Vec::new();
        for action in self.actions(&uri, None)? {
            let title = action["title"].as_str().unwrap_or_default().to_owned();
            let action = if action["edit"].is_null() && action["command"].is_null() {
                self.client.request("codeAction/resolve", &action)?.ok("codeAction/resolve")?
            } else {
                action
            };
            let changes = action["edit"]["documentChanges"].as_array().cloned().unwrap_or_default();
            if changes.is_empty() && action["command"].is_null() {
                return Err(format!("{title}: neither an edit nor a command: {action}"));
            }
            for change in &changes {
                if change["textDocument"]["uri"] != uri.as_str() {
                    continue;
                }
                if change["textDocument"]["version"] != 1 {
                    return Err(format!("{title}: an edit of another version: {change}"));
                }
                let text =
                    edited(CODE, &change["edits"], LspEncoding::Utf8).ok_or_else(|| format!("{title}: {change}"))?;
                let now = findings::of_fresh_process(&self.lawbook, &self.folder, "a.ts", &text, LspEncoding::Utf8)?;
                if now.len() > 1 && !title.contains("eason") {
                    return Err(format!("{title} leaves {now:?} in {text:?}"));
                }
            }
            if action["isPreferred"] == true && action["kind"] != "quickfix" {
                return Err(format!("{title}: preferred, though of kind {}", action["kind"]));
            }
            titles.push(title);
        }
        if titles.len() < 3 { Err(format!("only these actions: {titles:?}")) } else { Ok(()) }
    }

    fn lenses(&mut self) -> Result<(), String> {
        let uri = self.uri("law/words/no-shout.md");
        self.client.did_open(&uri, "markdown", 1, PAGE);
        let params = json!({ "textDocument": { "uri": uri } });
        let lenses = self.client.request("textDocument/codeLens", &params)?.ok("codeLens")?;
        let all = lenses.as_array().cloned().unwrap_or_default();
        let is_run = |lens: &Value| {
            lens["command"]["command"] == "lawbook.runPage" && lens["command"]["arguments"] == json!([uri])
        };
        if !all.iter().any(is_run) {
            return Err(format!("on a page: {lenses}"));
        }
        let params = json!({ "textDocument": { "uri": self.uri("a.ts") } });
        let lenses = self.client.request("textDocument/codeLens", &params)?.ok("codeLens")?;
        if lenses.as_array().is_none_or(Vec::is_empty) { Ok(()) } else { Err(format!("on code: {lenses}")) }
    }

    fn commands(&mut self) -> Result<(), String> {
        let commands = self.client.capability("executeCommandProvider")["commands"].clone();
        let commands: Vec<String> = serde_json::from_value(commands).map_err(|error| error.to_string())?;
        for command in commands {
            let arguments = match command.as_str() {
                "lawbook.runPage" => json!([self.uri("law/words/no-shout.md")]),
                "lawbook.showReason" => {
                    let place = json!({ "line": 0, "character": 0 });
                    json!([self.uri("a.ts"), { "start": place, "end": place }])
                }
                _ => return Err(format!("{command} has no exercise")),
            };
            let params = json!({ "command": command, "arguments": arguments });
            self.client.request("workspace/executeCommand", &params)?.ok(&command)?;
        }
        Ok(())
    }

    /// Another folder with settings of its own.
    fn other_folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.folder.with_file_name(format!("capabilities-{name}"));
        let _ = fs::remove_dir_all(&folder);
        write(&folder.join("lawbook.toml"), "extends = []\n[rules]\nno-debugger-statement = \"error\"\n")?;
        write(&folder.join("a.ts"), CODE)?;
        Ok(folder)
    }

    fn folders(&mut self) -> Result<(), String> {
        let other = self.other_folder("second")?;
        let roots = json!([{ "uri": uri_of(&self.folder), "name": "a" }, { "uri": uri_of(&other), "name": "b" }]);
        let command = ServerCommand::lawbook(&self.lawbook, &self.folder);
        let mut client = LspClient::start(&command, &Value::Null)?;
        let params = json!({
            "processId": null, "rootUri": null, "workspaceFolders": roots,
            "capabilities": differential::capabilities(&["utf-16"]),
        });
        client.request("initialize", &params)?.ok("initialize")?;
        client.notify("initialized", &json!({}));
        let own = client.pull(&uri_of(&self.folder.join("a.ts")))?;
        let others = client.pull(&uri_of(&other.join("a.ts")))?;
        client.shut_down()?;
        let counts = [&own, &others].map(|report| report["items"].as_array().map_or(0, Vec::len));
        if counts == [2, 1] { Ok(()) } else { Err(format!("{counts:?} findings in two folders, not [2, 1]")) }
    }

    fn changed_folders(&mut self) -> Result<(), String> {
        let other = self.other_folder("added")?;
        let (folder, uri) = (json!({ "uri": uri_of(&other), "name": "added" }), uri_of(&other.join("a.ts")));
        let event = json!({ "event": { "added": [folder], "removed": [] } });
        self.client.notify("workspace/didChangeWorkspaceFolders", &event);
        self.client.did_open(&uri, "typescript", 1, CODE);
        self.expect(&uri, &["no-debugger-statement"])?;
        let event = json!({ "event": { "added": [], "removed": [folder] } });
        self.client.notify("workspace/didChangeWorkspaceFolders", &event);
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        self.expect(&self.uri("a.ts"), &["no-debugger-statement", "no-eval"]).map(drop)
    }

    fn created_files(&mut self) -> Result<(), String> {
        let folder = self.folder.join("nested");
        let uri = uri_of(&folder.join("n.ts"));
        self.client.did_open(&uri, "typescript", 1, CODE);
        self.expect(&uri, &["no-debugger-statement", "no-eval"])?;
        let toml = folder.join("lawbook.toml");
        write(&toml, "root = true\nextends = []\n[rules]\nno-debugger-statement = \"error\"\n")?;
        self.client.notify("workspace/didCreateFiles", &json!({ "files": [{ "uri": uri_of(&toml) }] }));
        self.expect(&uri, &["no-debugger-statement"]).map(drop)
    }

    fn renamed_files(&mut self) -> Result<(), String> {
        let (old, new) = (self.folder.join("nested/lawbook.toml"), self.folder.join("nested/off.toml"));
        fs::rename(&old, &new).map_err(|error| format!("{}: {error}", new.display()))?;
        let files = json!({ "files": [{ "oldUri": uri_of(&old), "newUri": uri_of(&new) }] });
        self.client.notify("workspace/didRenameFiles", &files);
        self.expect(&self.uri("nested/n.ts"), &["no-debugger-statement", "no-eval"]).map(drop)
    }

    fn deleted_files(&mut self) -> Result<(), String> {
        let toml = self.folder.join("nested/lawbook.toml");
        write(&toml, "root = true\nextends = []\n[rules]\nno-eval = \"error\"\n")?;
        self.client.notify("workspace/didCreateFiles", &json!({ "files": [{ "uri": uri_of(&toml) }] }));
        self.expect(&self.uri("nested/n.ts"), &["no-eval"])?;
        fs::remove_file(&toml).map_err(|error| format!("{}: {error}", toml.display()))?;
        self.client.notify("workspace/didDeleteFiles", &json!({ "files": [{ "uri": uri_of(&toml) }] }));
        self.expect(&self.uri("nested/n.ts"), &["no-debugger-statement", "no-eval"]).map(drop)
    }

    fn pull(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        let report = self.expect(&uri, &["no-debugger-statement", "no-eval"])?;
        let id = report["resultId"].clone();
        let params = json!({ "textDocument": { "uri": uri }, "identifier": "lawbook", "previousResultId": id });
        let again = self.client.request("textDocument/diagnostic", &params)?.ok("diagnostic")?;
        if again["kind"] != "unchanged" || again["resultId"] != id || id.is_null() {
            return Err(format!("with the id of the last result: {again}"));
        }
        for item in report["items"].as_array().into_iter().flatten() {
            if item["source"] != "lawbook" || item["data"].is_null() {
                return Err(format!("a diagnostic without source or data: {item}"));
            }
        }
        Ok(())
    }

    fn pull_all(&mut self) -> Result<(), String> {
        let whole =
            self.client.request("workspace/diagnostic", &json!({ "previousResultIds": [] }))?.ok("workspace")?;
        let reports = whole["items"].as_array().cloned().unwrap_or_default();
        let of = |reports: &[Value], path: &str| {
            let uri = self.uri(path);
            reports.iter().filter(|report| report["uri"] == uri.as_str()).cloned().collect::<Vec<_>>()
        };
        for path in ["a.ts", "saved.ts"] {
            if of(&reports, path).len() != 1 {
                return Err(format!("{} reports of {path}: {whole}", of(&reports, path).len()));
            }
        }
        let ids: Vec<Value> =
            reports.iter().map(|report| json!({ "uri": report["uri"], "value": report["resultId"] })).collect();
        let again =
            self.client.request("workspace/diagnostic", &json!({ "previousResultIds": ids }))?.ok("workspace")?;
        if let Some(changed) = again["items"].as_array().into_iter().flatten().find(|one| one["kind"] != "unchanged") {
            return Err(format!("changed by nothing: {changed}"));
        }
        let params = json!({ "previousResultIds": [], "partialResultToken": "parts" });
        let rest = self.client.request("workspace/diagnostic", &params)?.ok("workspace")?;
        let mut streamed = rest["items"].as_array().cloned().unwrap_or_default();
        for message in self.client.drain() {
            if message["method"] == "$/progress" && message["params"]["token"] == "parts" {
                streamed.extend(message["params"]["value"]["items"].as_array().cloned().unwrap_or_default());
            }
        }
        let names = |reports: &[Value]| {
            let mut names: Vec<String> = reports.iter().map(|report| report["uri"].to_string()).collect();
            names.sort();
            names
        };
        if names(&streamed) == names(&reports) {
            Ok(())
        } else {
            Err(format!("in parts: {:?}, at once: {:?}", names(&streamed), names(&reports)))
        }
    }

    /// A cancelled request has an answer all the same.
    fn cancel(&mut self) -> Result<(), String> {
        let uri = self.uri("a.ts");
        for (method, params) in [
            ("workspace/diagnostic", json!({ "previousResultIds": [] })),
            ("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } })),
            ("textDocument/codeLens", json!({ "textDocument": { "uri": uri } })),
        ] {
            let id = self.client.ask(method, &params);
            self.client.notify("$/cancelRequest", &json!({ "id": id }));
            let answer =
                self.client.answer(&json!(id), ANSWER_TIMEOUT).map_err(|error| format!("{method}: {error}"))?;
            if !matches!(answer.code(), None | Some(-32800)) {
                return Err(format!("{method}: {:?}", answer.result));
            }
            // Not twice.
            if let Ok(second) = self.client.answer(&json!(id), std::time::Duration::from_millis(100)) {
                return Err(format!("{method}: a second answer {:?}", second.result));
            }
        }
        self.expect(&uri, &["no-debugger-statement", "no-eval"]).map(drop)
    }

    /// A client that does not ask gets the diagnostics of every version, and none after the document is closed.
    fn push(&mut self) -> Result<(), String> {
        let mut capabilities = differential::capabilities(&["utf-16"]);
        capabilities["textDocument"]["diagnostic"] = Value::Null;
        capabilities["textDocument"]["publishDiagnostics"] = json!({ "versionSupport": true });
        let command = ServerCommand::lawbook(&self.lawbook, &self.folder);
        let mut client = LspClient::open(&command, &self.folder, &capabilities, &Value::Null)?;
        if !client.capability("diagnosticProvider").is_null() {
            return Err("it offers to be asked, too".to_owned());
        }
        let uri = self.uri("pushed.ts");
        let published = |client: &mut LspClient, version: Option<i64>| {
            let received = client.wait(ANSWER_TIMEOUT, |message| {
                message["method"] == "textDocument/publishDiagnostics"
                    && message["params"]["uri"] == uri.as_str()
                    && version.is_none_or(|version| message["params"]["version"] == version)
            });
            received.map(|received| received.message["params"]["diagnostics"].as_array().map_or(0, Vec::len))
        };
        client.did_open(&uri, "typescript", 1, CODE);
        let first = published(&mut client, Some(1)).map_err(|error| format!("version 1: {error}"))?;
        let change =
            json!({ "textDocument": { "uri": uri, "version": 7 }, "contentChanges": [{ "text": "debugger;\n" }] });
        client.notify("textDocument/didChange", &change);
        let second = published(&mut client, Some(7)).map_err(|error| format!("version 7: {error}"))?;
        client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        let last = published(&mut client, None).map_err(|error| format!("closed: {error}"))?;
        client.shut_down()?;
        if [first, second, last] == [2, 1, 0] {
            Ok(())
        } else {
            Err(format!("{:?} findings, not [2, 1, 0]", [first, second, last]))
        }
    }

    /// A mistake stands in the buffer at its place, before it is saved.
    fn mistake_in_settings(&mut self) -> Result<(), String> {
        let uri = self.uri("lawbook.toml");
        self.client.did_open(&uri, "toml", 1, "extends = [\"recommended\"]\n[rules]\nno-evil = \"error\"\n");
        let items = self.client.pull(&uri)?["items"].take();
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        if items[0]["range"]["start"]["line"] == 2 { Ok(()) } else { Err(format!("in the buffer: {items}")) }
    }

    /// A mistake on the disk may be sent while the file is closed; while it is open it is only asked for.
    fn saved_mistake(&mut self) -> Result<(), String> {
        let toml = self.folder.join("lawbook.toml");
        let good = fs::read_to_string(&toml).map_err(|error| format!("{}: {error}", toml.display()))?;
        let bad = format!("{good}[rules]\nno-evil = \"error\"\n");
        let uri = uri_of(&toml);
        let changed = json!({ "changes": [{ "uri": uri, "type": 2 }] });
        write(&toml, &bad)?;
        self.client.notify("workspace/didChangeWatchedFiles", &changed);
        let code = self.uri("a.ts");
        self.client.pull(&code)?;
        self.client.did_open(&uri, "toml", 1, &bad);
        let asked = self.client.pull(&uri)?["items"].as_array().map_or(0, Vec::len);
        let sent = self.client.drain();
        let of_file =
            |message: &&Value| message["params"]["uri"] == uri.as_str() && message["params"]["diagnostics"].is_array();
        let still_sent =
            sent.iter().rfind(of_file).map_or(0, |last| last["params"]["diagnostics"].as_array().map_or(0, Vec::len));
        write(&toml, &good)?;
        let change = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": good }] });
        self.client.notify("textDocument/didChange", &change);
        self.client.notify("workspace/didChangeWatchedFiles", &changed);
        let left = self.client.pull(&uri)?["items"].as_array().map_or(0, Vec::len);
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        self.expect(&code, &["no-debugger-statement", "no-eval"])?;
        match (asked, still_sent, left) {
            (1, 0, 0) => Ok(()),
            counts => Err(format!("asked for, still sent, left after it is put right: {counts:?}, not (1, 0, 0)")),
        }
    }

    fn mistake_in_page(&mut self) -> Result<(), String> {
        let uri = self.uri("law/words/no-shout.md");
        self.client.did_open(&uri, "markdown", 1, &PAGE.replace("severity: error", "severity: terrible"));
        let items = self.client.pull(&uri)?["items"].take();
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        if items[0]["range"]["start"]["line"] == 4 { Ok(()) } else { Err(format!("in the buffer: {items}")) }
    }

    fn without_configuration(&mut self) -> Result<(), String> {
        // Not below the project, whose settings would hold.
        let folder = tempfile::tempdir().map_err(|error| format!("no folder: {error}"))?;
        let uri = uri_of(&folder.path().join("a.ts"));
        for (is_asked, expected) in [(false, 0), (true, 2)] {
            let options = json!({ "settings": { "withoutConfiguration": is_asked } });
            let capabilities = differential::capabilities(&["utf-16"]);
            let command = ServerCommand::lawbook(&self.lawbook, folder.path());
            let mut client = LspClient::open(&command, folder.path(), &capabilities, &options)?;
            client.did_open(&uri, "typescript", 1, CODE);
            let count = client.pull(&uri)?["items"].as_array().map_or(0, Vec::len);
            client.shut_down()?;
            if count != expected {
                return Err(format!("withoutConfiguration = {is_asked}: {count} findings, not {expected}"));
            }
        }
        Ok(())
    }
}
