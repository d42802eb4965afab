//! Random edits of open documents: after them a server has the findings of a fresh process, and needs no more memory.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::editor::EditorOutcome;
use crate::editor::client::{ANSWER_TIMEOUT, LspClient, ServerCommand, uri_of};
use crate::editor::findings::{self, FindingLines};
use crate::editor::gestures;
use crate::editor::law;
use crate::editor::peers::write;
use crate::editor::text::{LspEncoding, TextChange};
use crate::places::WorkspaceFolders;

/// The edits after which the memory is measured that later edits may exceed by a tenth.
const EDITS_BEFORE_MEMORY: usize = 1000;

/// The notification with the diagnostics of a document.
const PUBLISH: &str = "textDocument/publishDiagnostics";

/// The errors of a question that was taken back, or whose document has changed.
const CANCELLED: i64 = -32800;
const CONTENT_MODIFIED: i64 = -32801;
const SERVER_CANCELLED: i64 = -32802;

/// The most differences that are described.
const MAX_FAILURES: usize = 12;

/// The size of a series of edits.
#[derive(Clone, Copy, Debug)]
pub struct EditSeries {
    /// The number of edits in each of the encodings.
    pub edits: usize,
    /// After every so many edits the findings are compared.
    pub every: usize,
    /// The seed of the random numbers.
    pub seed: u64,
}

/// Edits copies of these files in all encodings.
pub fn run(
    places: &WorkspaceFolders,
    lawbook: &Path,
    files: &[PathBuf],
    series: EditSeries,
) -> Result<EditorOutcome, String> {
    let mut outcome = EditorOutcome::default();
    let asking = LspEncoding::ALL.map(|encoding| (encoding, true));
    for (encoding, is_asked) in asking.into_iter().chain([(LspEncoding::Utf16, false)]) {
        let name = if is_asked { encoding.name().to_owned() } else { format!("{}, not asked", encoding.name()) };
        let folder = places.e2e().join("editor").join("edits").join(&name);
        let _ = fs::remove_dir_all(&folder);
        law::set_up(places, &folder)?;
        let mut editing = Editing::open(lawbook, (&folder, &name), files, (encoding, is_asked), series)?;
        editing.run(&mut outcome)?;
        let _ = writeln!(
            outcome.text,
            "{name}: {} edits ({}), {} comparisons, {} findings compared, {}",
            series.edits,
            editing.counts(),
            editing.comparisons,
            editing.compared,
            editing.memory_text()
        );
    }
    Ok(outcome)
}

/// A document of the client.
struct EditedDocument {
    path: String,
    uri: String,
    version: i64,
    text: String,
    /// The text in the beginning, to which it goes back now and then so that it stays code.
    original: String,
    /// The changes that take back the last ones, the last of them last.
    undo: Vec<TextChange>,
    result_id: Option<Value>,
    items: Value,
}

/// A server, the documents that are open in it, and the results.
struct Editing<'a> {
    lawbook: &'a Path,
    folder: &'a Path,
    name: &'a str,
    client: LspClient,
    encoding: LspEncoding,
    /// True if the client asks for diagnostics; else they are sent to it.
    is_asked: bool,
    series: EditSeries,
    documents: Vec<EditedDocument>,
    donors: Vec<String>,
    /// By address, the version and the findings that were sent last.
    published: HashMap<String, (i64, FindingLines)>,
    chance: Chance,
    counts: BTreeMap<&'static str, usize>,
    comparisons: usize,
    compared: usize,
    /// That after the first thousand edits and that at the end, in KiB.
    memory: [Option<u64>; 2],
}

/// The capabilities of a client that offers one encoding first.
pub fn capabilities(encodings: &[&str]) -> Value {
    json!({
        "general": { "positionEncodings": encodings },
        "workspace": {
            "configuration": true,
            "workspaceFolders": true,
            "didChangeConfiguration": { "dynamicRegistration": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "diagnostics": { "refreshSupport": true },
            "workspaceEdit": { "documentChanges": true },
        },
        "textDocument": {
            "diagnostic": { "dynamicRegistration": false },
            "codeAction": {
                "dataSupport": true,
                "isPreferredSupport": true,
                "resolveSupport": { "properties": ["edit"] },
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix", "source"] } },
            },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
        },
    })
}

impl<'a> Editing<'a> {
    fn open(
        lawbook: &'a Path,
        (folder, name): (&'a Path, &'a str),
        files: &[PathBuf],
        (encoding, is_asked): (LspEncoding, bool),
        series: EditSeries,
    ) -> Result<Self, String> {
        let mut documents = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            // One of them has a name that a URI can hold only in another form.
            let path = if number == 1 { format!("src/{number} ü#%_{name}") } else { format!("src/{number}_{name}") };
            write(&folder.join(&path), &text)?;
            let uri = uri_of(&folder.join(&path));
            let original = text.clone();
            let undo = Vec::new();
            documents.push(EditedDocument {
                path,
                uri,
                version: 1,
                text,
                original,
                undo,
                result_id: None,
                items: json!([]),
            });
        }
        let mut capabilities = capabilities(&[encoding.name()]);
        if !is_asked {
            capabilities["textDocument"]["diagnostic"] = Value::Null;
        }
        let command = ServerCommand::lawbook(lawbook, folder);
        let client = LspClient::open(&command, folder, &capabilities, &Value::Null)?;
        let chosen = LspEncoding::named(client.capability("positionEncoding").as_str());
        if chosen != encoding {
            return Err(format!("{} was offered, {} is used", encoding.name(), chosen.name()));
        }
        for document in &documents {
            client.did_open(&document.uri, language_of(&document.path), 1, &document.text);
        }
        let donors = documents.iter().map(|document| document.text.clone()).collect();
        Ok(Self {
            lawbook,
            folder,
            name,
            client,
            encoding,
            is_asked,
            series,
            documents,
            donors,
            published: HashMap::new(),
            chance: Chance::new(series.seed),
            counts: BTreeMap::new(),
            comparisons: 0,
            compared: 0,
            memory: [None, None],
        })
    }

    fn run(&mut self, outcome: &mut EditorOutcome) -> Result<(), String> {
        for number in 1..=self.series.edits {
            let at = self.chance.below(self.documents.len());
            let edit = self.edit(at)?;
            *self.counts.entry(edit).or_default() += 1;
            if number % self.series.every == 0 {
                self.compare(at, number, edit, outcome)?;
                // Another one, which lies as it was left.
                if self.chance.percent(15) {
                    let other = self.chance.below(self.documents.len());
                    self.compare(other, number, "left alone", outcome)?;
                }
            }
            if number == EDITS_BEFORE_MEMORY {
                self.memory[0] = self.client.resident_memory();
            }
            if outcome.failures.len() >= MAX_FAILURES {
                outcome.failures.push("further edits were not made".to_owned());
                return Ok(());
            }
        }
        self.memory[1] = self.client.resident_memory();
        if let [Some(early), Some(late)] = self.memory
            && late * 10 > early * 11
        {
            outcome.failures.push(format!("{}: the memory grows: {}", self.name, self.memory_text()));
        }
        self.client.shut_down()
    }

    /// Makes one edit of a document.
    fn edit(&mut self, at: usize) -> Result<&'static str, String> {
        if self.documents[at].text.len() > 3 * self.documents[at].original.len() + 2000 {
            return Ok(self.whole(at, None, "back to the start"));
        }
        match self.chance.below(100) {
            0..48 => {
                self.changes(at, 1);
                Ok("change")
            }
            48..54 => self.burst(at),
            54 => self.settings(),
            55..67 => {
                let count = 2 + self.chance.below(4);
                self.changes(at, count);
                Ok("several changes")
            }
            67..80 => Ok(self.undo(at)),
            80..88 => Ok(self.whole(at, None, "back to the start")),
            88..90 => {
                let text = gestures::other_line_ends(&self.documents[at].text);
                Ok(self.whole(at, Some(text), "other line ends"))
            }
            90..92 => {
                let text = &self.documents[at].text;
                let text = text.strip_prefix('\u{feff}').map_or_else(|| format!("\u{feff}{text}"), str::to_owned);
                Ok(self.whole(at, Some(text), "byte order mark"))
            }
            92 => Ok(self.whole(at, Some(String::new()), "empty")),
            93..96 => self.save(at),
            96..98 => self.rename(at),
            _ => Ok(self.reopen(at)),
        }
    }

    /// Makes changes that follow each other, and sends them in one notification.
    fn changes(&mut self, at: usize, count: usize) {
        let mut sent = Vec::new();
        for _ in 0..count {
            let document = &mut self.documents[at];
            let change = gestures::change(&document.text, &self.donors, &mut self.chance);
            sent.push(change.content_change(&document.text, self.encoding));
            let back = change.apply(&mut document.text);
            document.undo.push(back);
        }
        self.send(at, &sent);
    }

    /// Makes changes faster than they are checked: each is asked about, some questions are taken back, and every one of
    /// them has an answer.
    fn burst(&mut self, at: usize) -> Result<&'static str, String> {
        let mut asked = Vec::new();
        for _ in 0..2 + self.chance.below(5) {
            self.changes(at, 1);
            if self.is_asked {
                let params = json!({ "textDocument": { "uri": self.documents[at].uri } });
                let id = self.client.ask("textDocument/diagnostic", &params);
                if self.chance.percent(30) {
                    self.client.notify("$/cancelRequest", &json!({ "id": id }));
                }
                asked.push(id);
            }
        }
        for id in asked {
            let answer = self.client.answer(&json!(id), ANSWER_TIMEOUT)?;
            if !matches!(answer.code(), None | Some(CANCELLED | CONTENT_MODIFIED | SERVER_CANCELLED)) {
                return Err(format!("amid fast changes: {:?}", answer.result));
            }
        }
        Ok("fast changes")
    }

    /// Turns a rule on or off for all documents, on the disk.
    fn settings(&mut self) -> Result<&'static str, String> {
        // A client that is not asked cannot know which of two reports of one version is the later one.
        if !self.is_asked {
            return Ok("nothing");
        }
        let path = self.folder.join("lawbook.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let line = "no-unwrap = \"off\"\n";
        let new = if text.contains(line) { text.replace(line, "") } else { format!("{text}{line}") };
        write(&path, &new)?;
        let changes = json!({ "changes": [{ "uri": uri_of(&path), "type": 2 }] });
        self.client.notify("workspace/didChangeWatchedFiles", &changes);
        Ok("settings")
    }

    /// Takes the last changes back, in one notification or one by one.
    fn undo(&mut self, at: usize) -> &'static str {
        let count = 1 + self.chance.below(6);
        let at_once = self.chance.percent(50);
        let mut sent = Vec::new();
        for _ in 0..count {
            let document = &mut self.documents[at];
            let Some(back) = document.undo.pop() else { break };
            sent.push(back.content_change(&document.text, self.encoding));
            back.apply(&mut document.text);
            if !at_once {
                self.send(at, &std::mem::take(&mut sent));
            }
        }
        if !sent.is_empty() {
            self.send(at, &sent);
        }
        "undo"
    }

    /// Sends a whole text, by default that of the beginning.
    fn whole(&mut self, at: usize, text: Option<String>, name: &'static str) -> &'static str {
        let document = &mut self.documents[at];
        document.text = text.unwrap_or_else(|| document.original.clone());
        document.undo.clear();
        let change = json!({ "text": document.text });
        self.send(at, &[change]);
        name
    }

    fn send(&mut self, at: usize, changes: &[Value]) {
        let document = &mut self.documents[at];
        // A version grows, though not always by one.
        document.version += 1 + i64::from(self.chance.percent(10));
        let params = json!({
            "textDocument": { "uri": document.uri, "version": document.version },
            "contentChanges": changes,
        });
        self.client.notify("textDocument/didChange", &params);
    }

    fn save(&mut self, at: usize) -> Result<&'static str, String> {
        let document = &self.documents[at];
        write(&self.folder.join(&document.path), &document.text)?;
        self.client.notify("textDocument/didSave", &json!({ "textDocument": { "uri": document.uri } }));
        Ok("save")
    }

    /// Gives the file another name, and sometimes another extension.
    fn rename(&mut self, at: usize) -> Result<&'static str, String> {
        let number = self.chance.below(1_000_000);
        let document = &mut self.documents[at];
        let name = document.path.rsplit('_').next().unwrap_or_default();
        let name = match name.rsplit_once('.') {
            Some((stem, "ts")) if self.chance.percent(30) => format!("{stem}.mts"),
            Some((stem, "mts")) => format!("{stem}.ts"),
            _ => name.to_owned(),
        };
        let folder = if self.chance.percent(30) { "lib" } else { "src" };
        let new = format!("{folder}/{number}_{name}");
        let (old_path, new_path) = (self.folder.join(&document.path), self.folder.join(&new));
        let made = new_path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::rename(&old_path, &new_path)).map_err(|error| format!("{new}: {error}"))?;
        let old_uri = std::mem::replace(&mut document.uri, uri_of(&new_path));
        document.path = new;
        document.version += 1;
        document.result_id = None;
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": old_uri } }));
        let renamed = json!({ "files": [{ "oldUri": old_uri, "newUri": document.uri }] });
        let is_told_first = self.chance.percent(50);
        if is_told_first {
            self.client.notify("workspace/didRenameFiles", &renamed);
        }
        self.client.did_open(&document.uri, language_of(&document.path), document.version, &document.text);
        if !is_told_first {
            self.client.notify("workspace/didRenameFiles", &renamed);
        }
        Ok("rename")
    }

    fn reopen(&mut self, at: usize) -> &'static str {
        let document = &mut self.documents[at];
        self.client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": document.uri } }));
        document.version += 1;
        document.result_id = None;
        self.client.did_open(&document.uri, language_of(&document.path), document.version, &document.text);
        "reopen"
    }

    /// Compares the server's findings of a document with those of a fresh process.
    fn compare(
        &mut self,
        at: usize,
        number: usize,
        edit: &'static str,
        outcome: &mut EditorOutcome,
    ) -> Result<(), String> {
        let server = self.pulled(at)?;
        let document = &self.documents[at];
        let fresh =
            findings::of_fresh_process(self.lawbook, self.folder, &document.path, &document.text, self.encoding)?;
        self.comparisons += 1;
        self.compared += fresh.len();
        let Some(difference) = findings::differences(&fresh, &server) else { return Ok(()) };
        let kept = self.folder.with_file_name("differences").join(format!("{}_{number}.txt", self.name));
        write(&kept, &document.text)?;
        let name = format!("{}: edit {number} ({edit}) of {}", self.name, document.path);
        // The whole text shows whether the server has another text or other findings of the same text.
        self.documents[at].result_id = None;
        let change = json!({ "text": self.documents[at].text });
        self.send(at, &[change]);
        let again = self.pulled(at)?;
        let kind = if again == fresh { "gone after the whole text was sent" } else { "also with the whole text sent" };
        outcome.failures.push(format!("{name}: {difference}\n    {kind}; the text is in {}", kept.display()));
        Ok(())
    }

    /// The server's findings of a document, asked for with and without the id of the last result.
    fn pulled(&mut self, at: usize) -> Result<FindingLines, String> {
        if !self.is_asked {
            return self.published(at);
        }
        let document = &self.documents[at];
        let mut params = json!({ "textDocument": { "uri": document.uri } });
        if let Some(id) = document.result_id.as_ref().filter(|_| self.chance.percent(60)) {
            params["previousResultId"] = id.clone();
        }
        let method = "textDocument/diagnostic";
        let mut report = self.client.request(method, &params)?.ok(method)?;
        let document = &mut self.documents[at];
        document.result_id = report.get("resultId").cloned();
        match report["kind"].as_str() {
            Some("full") => document.items = report["items"].take(),
            Some("unchanged") if params.get("previousResultId").is_some() => {}
            kind => return Err(format!("{method}: a report of kind {kind:?}")),
        }
        Ok(findings::of_server(&document.items))
    }

    /// The findings that were sent for the present version of a document.
    fn published(&mut self, at: usize) -> Result<FindingLines, String> {
        let wanted = (self.documents[at].uri.clone(), self.documents[at].version);
        while self.published.get(&wanted.0).is_none_or(|(version, _)| *version != wanted.1) {
            let sent = self.client.wait(ANSWER_TIMEOUT, |message| message["method"] == PUBLISH);
            let sent = sent.map_err(|error| format!("diagnostics of version {}: {error}", wanted.1))?;
            let params = &sent.message["params"];
            let (uri, version) = (params["uri"].as_str().unwrap_or_default(), params["version"].as_i64());
            let findings = findings::of_server(&params["diagnostics"]);
            self.published.insert(uri.to_owned(), (version.unwrap_or_default(), findings));
        }
        Ok(self.published[&wanted.0].1.clone())
    }

    fn counts(&self) -> String {
        let counts: Vec<String> = self.counts.iter().map(|(edit, count)| format!("{count} {edit}")).collect();
        counts.join(", ")
    }

    #[expect(clippy::cast_precision_loss, reason = "mebibytes are for people")]
    fn memory_text(&self) -> String {
        let [early, late] = self.memory.map(|memory| memory.unwrap_or_default() as f64 / 1024.0);
        format!("{early:.1} MiB after {EDITS_BEFORE_MEMORY} edits, {late:.1} MiB at the end")
    }
}

/// The identifier of a file's language in the protocol.
pub fn language_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "rs" => "rust",
        "py" | "pyi" => "python",
        "tsx" => "typescriptreact",
        "jsx" => "javascriptreact",
        "js" | "mjs" | "cjs" => "javascript",
        "md" => "markdown",
        "toml" => "toml",
        _ => "typescript",
    }
}
