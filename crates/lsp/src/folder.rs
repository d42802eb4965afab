//! Diagnostics of all files of the open folders, when the client asks for them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::Sender;
use gen_lsp_types as lsp;
use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::MistakeList;
use lawbook_core::rule::engine_ids;
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

/// The diagnostics of a file.
struct FileReport {
    /// Its address, as the client spells it where it has named it.
    uri: String,
    items: Vec<lsp::Diagnostic>,
    /// The version of the document that it is open as.
    version: Option<i32>,
}

/// The key that tells files apart, however their addresses are spelled.
fn key(uri: &str) -> PathBuf {
    uri::to_real_path(uri).unwrap_or_else(|| PathBuf::from(uri))
}

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
        let previous: HashMap<PathBuf, (&str, &str)> =
            self.params.previous_result_ids.iter().map(|id| (key(&id.uri.0), (&*id.uri.0, &*id.value))).collect();
        let mut found: BTreeMap<PathBuf, FileReport> = BTreeMap::new();
        let mut unchecked: Vec<PathBuf> = Vec::new();
        if self.preferences.enable {
            for folder in self.shared.roots.folders() {
                match self.check_folder(&folder.real, flag) {
                    Ok(of_folder) => {
                        // Folders may lie in each other.
                        for (path, report) in of_folder {
                            found.entry(path).or_insert(report);
                        }
                    }
                    Err(mistakes) => {
                        self.log(&mistakes);
                        unchecked.push(folder.real);
                    }
                }
            }
        }
        let mut open: HashSet<PathBuf> = HashSet::new();
        for document in &self.open {
            let checked = check::check(&self.shared, self.preferences, document.clone(), flag);
            let checked = checked.ok_or_else(|| error(ErrorCode::RequestCanceled, "cancelled"))?;
            let path = document.path.as_ref().map_or_else(|| PathBuf::from(&*document.uri), |path| path.to_path_buf());
            let report = FileReport { uri: document.uri.to_string(), items: checked.items, version: document.version };
            open.insert(path.clone());
            found.insert(path, report);
        }
        // A file that had diagnostics and has none any more is reported; one that was not checked keeps those that it had.
        let is_unchecked = |path: &Path| unchecked.iter().any(|folder| path.starts_with(folder));
        for (path, (uri, _)) in previous.iter().filter(|(path, _)| !is_unchecked(path)) {
            let empty = || FileReport { uri: (*uri).to_owned(), items: Vec::new(), version: None };
            let known = found.entry(path.clone()).or_insert_with(empty);
            (*uri).clone_into(&mut known.uri);
        }
        let is_said = |path: &PathBuf, report: &FileReport| {
            !report.items.is_empty() || previous.contains_key(path) || open.contains(path)
        };
        let said = found.into_iter().filter(|(path, report)| is_said(path, report));
        let reports: Vec<Value> =
            said.map(|(path, report)| report.json(previous.get(&path).map(|(_, id)| *id))).collect();
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
    fn check_folder(
        &self,
        folder: &Path,
        flag: &Arc<AtomicBool>,
    ) -> Result<BTreeMap<PathBuf, FileReport>, MistakeList> {
        let mut found: BTreeMap<PathBuf, FileReport> = BTreeMap::new();
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
        let converter =
            Converter { features: &self.shared.features, root: &root, roots: &self.shared.roots, report: &run.report };
        let mut texts: HashMap<&RelPath, DocumentText> = HashMap::new();
        // Mistakes in pages are diagnostics of the files of the law.
        let is_of_code = |found: &&Arc<Diagnostic>| *found.rule != *engine_ids::REFUSED_RULE;
        for diagnostic in run.report.diagnostics.iter().filter(is_of_code) {
            let Some(uri) = converter.uri_of(&diagnostic.path) else { continue };
            let text = texts.entry(&diagnostic.path).or_insert_with(|| {
                let source = run.report.source(&diagnostic.path).map(|source| source.text().clone());
                DocumentText::new(source.unwrap_or_default(), self.shared.features.unit)
            });
            let empty = || FileReport { uri, items: Vec::new(), version: None };
            let report = found.entry(root.join(diagnostic.path.as_str())).or_insert_with(empty);
            report.items.push(converter.diagnostic(diagnostic, text));
        }
        Ok(found)
    }
}

impl FileReport {
    /// The report for a client that has the result called `previous`.
    fn json(self, previous: Option<&str>) -> Value {
        let Self { uri, items, version } = self;
        let id = result_id(&items);
        if previous == Some(id.as_str()) {
            return json!({ "kind": "unchanged", "uri": uri, "version": version, "resultId": id });
        }
        json!({ "kind": "full", "uri": uri, "version": version, "resultId": id, "items": items })
    }
}
