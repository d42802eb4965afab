//! Diagnostics of all files of the open folders, when the client asks for them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::Sender;
use gen_lsp_types as lsp;
use lawbook_core::mistake::MistakeList;
use lawbook_core::source::RelPath;
use lawbook_workspace::Request;
use lsp_server::{ErrorCode, Message, ResponseError};
use serde_json::{Value, json};

use crate::check::{self, Shared};
use crate::client::{MessageLevel, error, notify};
use crate::diagnostic::{Converter, result_id};
use crate::document::{Document, DocumentText};
use crate::preferences::Preferences;
use crate::roots::is_configured;
use crate::uri;

/// The most documents of one part of a streamed answer.
const MAX_DOCUMENTS_OF_PART: usize = 100;

/// A request for the diagnostics of all files.
#[derive(Debug)]
pub(crate) struct WorkspacePull {
    pub(crate) shared: Arc<Shared>,
    pub(crate) preferences: Preferences,
    /// The open documents, whose texts are those of the editor.
    pub(crate) open: Vec<Arc<Document>>,
    pub(crate) params: lsp::WorkspaceDiagnosticParams,
    pub(crate) client: Sender<Message>,
}

/// The diagnostics of a file, and the version of the document that it is open as.
type FileItems = (Vec<lsp::Diagnostic>, Option<i32>);

impl WorkspacePull {
    /// Checks the folders and answers; streams if the client asks for it, and shows its progress if the client has a
    /// place for that.
    pub(crate) fn run(self, flag: &Arc<AtomicBool>) -> Result<Value, ResponseError> {
        let token = self.params.work_done_progress_params.work_done_token.clone();
        let show = |value: Value| {
            if let Some(token) = &token {
                notify(&self.client, "$/progress", json!({ "token": token, "value": value }));
            }
        };
        show(json!({ "kind": "begin", "title": "lawbook checks all files" }));
        let answer = self.check_all(flag);
        show(json!({ "kind": "end" }));
        answer
    }

    fn check_all(&self, flag: &Arc<AtomicBool>) -> Result<Value, ResponseError> {
        let previous: HashMap<String, String> =
            self.params.previous_result_ids.iter().map(|id| (id.uri.0.clone(), id.value.clone())).collect();
        let mut found: BTreeMap<String, FileItems> = BTreeMap::new();
        let mut unchecked: Vec<PathBuf> = Vec::new();
        if self.preferences.enable {
            for folder in self.shared.roots.folders() {
                match self.check_folder(&folder, flag) {
                    Ok(of_folder) => {
                        // Folders may lie in each other.
                        for (uri, items) in of_folder {
                            found.entry(uri).or_insert(items);
                        }
                    }
                    Err(mistakes) => {
                        self.log(&mistakes);
                        unchecked.push(folder);
                    }
                }
            }
        }
        for document in &self.open {
            let checked = check::check(&self.shared, self.preferences, document.clone(), flag);
            let checked = checked.ok_or_else(|| error(ErrorCode::RequestCanceled, "cancelled"))?;
            found.insert(document.uri.to_string(), (checked.items, document.version));
        }
        // What had diagnostics and has none any more is said; what was not checked keeps those that it had.
        let is_unchecked =
            |uri: &str| uri::to_path(uri).is_some_and(|path| unchecked.iter().any(|folder| path.starts_with(folder)));
        for uri in previous.keys().filter(|uri| !is_unchecked(uri)) {
            found.entry(uri.clone()).or_default();
        }
        let is_open = |uri: &str| self.open.iter().any(|document| &*document.uri == uri);
        let reports = found
            .into_iter()
            .filter(|(uri, (items, _))| !items.is_empty() || previous.contains_key(uri) || is_open(uri));
        let reports: Vec<Value> = reports.map(|(uri, items)| report(&uri, items, previous.get(&uri))).collect();
        let Some(token) = &self.params.partial_result_params.partial_result_token else {
            return Ok(json!({ "items": reports }));
        };
        for part in reports.chunks(MAX_DOCUMENTS_OF_PART) {
            notify(&self.client, "$/progress", json!({ "token": token, "value": { "items": part } }));
        }
        Ok(json!({ "items": [] }))
    }

    /// Writes into the log why a folder is not checked. The mistakes are diagnostics of the files that they are in.
    fn log(&self, mistakes: &MistakeList) {
        let first = mistakes.first().map(ToString::to_string).unwrap_or_default();
        let message = format!("not all files are checked: {first}");
        notify(&self.client, "window/logMessage", json!({ "type": MessageLevel::Warning as i32, "message": message }));
    }

    /// Checks the files of one folder that a search finds.
    ///
    /// # Errors
    /// The law has a mistake, or the check was cancelled.
    fn check_folder(&self, folder: &Path, flag: &Arc<AtomicBool>) -> Result<BTreeMap<String, FileItems>, MistakeList> {
        let mut found: BTreeMap<String, FileItems> = BTreeMap::new();
        let inside = folder.join("x");
        if !self.preferences.without_configuration && !is_configured(&inside) {
            return Ok(found);
        }
        let placed = self.shared.roots.place(&inside)?;
        let below = placed.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let request = Request::paths([RelPath::new(below)]).cancelled_by(flag.clone());
        self.shared.roots.refresh(&placed.root);
        let run = placed.root.workspace.run(&request)?;
        let root: PathBuf = run.law.root().to_owned();
        let converter = Converter { features: &self.shared.features, root: &root, report: &run.report };
        for file in &run.files {
            if let Some(uri) = converter.uri_of(&file.path) {
                found.entry(uri).or_default();
            }
        }
        let mut texts: HashMap<&RelPath, DocumentText> = HashMap::new();
        for diagnostic in &run.report.diagnostics {
            let Some(uri) = converter.uri_of(&diagnostic.path) else { continue };
            let text = texts.entry(&diagnostic.path).or_insert_with(|| {
                let source = run.report.source(&diagnostic.path).map(|source| source.text().clone());
                DocumentText::new(source.unwrap_or_default(), self.shared.features.unit)
            });
            found.entry(uri).or_default().0.push(converter.diagnostic(diagnostic, text));
        }
        Ok(found)
    }
}

fn report(uri: &str, (items, version): FileItems, previous: Option<&String>) -> Value {
    let id = result_id(&items);
    if previous == Some(&id) {
        return json!({ "kind": "unchanged", "uri": uri, "version": version, "resultId": id });
    }
    json!({ "kind": "full", "uri": uri, "version": version, "resultId": id, "items": items })
}
