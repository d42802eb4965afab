//! Checks of documents: when they begin, and who is given their results.

use std::sync::Arc;

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, RequestId, ResponseError};
use serde_json::{Value, json};

use crate::check::{self, CheckedDocument};
use crate::client::{MessageLevel, error};
use crate::document::Document;
use crate::folder;
use crate::open::{OpenDocument, WaitingPull};
use crate::pool::guarded;
use crate::server::{Server, ThreadEvent};

impl Server {
    /// Checks a document now if its diagnostics are sent, or if somebody waits for them.
    pub(super) fn push(&mut self, uri: &str) {
        let is_wanted = |open: &OpenDocument| !self.shared.features.pulls || !open.waiting.is_empty();
        if self.documents.get(uri).is_some_and(is_wanted) {
            self.begin_check(uri);
        }
    }

    fn begin_check(&mut self, uri: &str) {
        let generation = self.generation;
        let Some(open) = self.documents.get_mut(uri) else { return };
        if open.is_too_long {
            let waiting = std::mem::take(&mut open.waiting);
            return self.answer_empty(waiting);
        }
        if open.checked(generation).is_some() {
            return self.deliver(uri);
        }
        let Some(flag) = open.begin() else { return };
        let document = open.subject.clone();
        let (uri, events) = (document.uri.clone(), self.events.0.clone());
        let (shared, preferences) = (self.shared.clone(), self.preferences);
        self.pool.run_fast(move || {
            let outcome = guarded(|| check::check(&shared, preferences, document.clone(), &flag).map(Arc::new));
            drop(events.send(ThreadEvent::Checked { uri, document, generation, outcome }));
        });
    }

    pub(super) fn end_check(
        &mut self,
        uri: &str,
        document: &Arc<Document>,
        generation: u64,
        outcome: Result<Option<Arc<CheckedDocument>>, String>,
    ) {
        let checked = match outcome {
            Ok(checked) => checked,
            Err(panic) => {
                let message = format!("`{uri}` is not checked: lawbook has made a mistake of its own: {panic}");
                self.client.log(MessageLevel::Error, &message);
                if let Some(open) = self.documents.get_mut(uri) {
                    drop(open.end(None, generation));
                    for WaitingPull { id, .. } in std::mem::take(&mut open.waiting) {
                        self.client.answer(id, Err(error(ErrorCode::InternalError, message.clone())));
                    }
                }
                return;
            }
        };
        if let Some(checked) = &checked {
            self.show_law_mistakes(checked);
        }
        let mut by = generation;
        if checked.as_ref().is_some_and(|checked| checked.is_law_changed) && generation == self.generation {
            // This check was by the law as it is now; those of other documents were not.
            by += 1;
            self.law_changed();
        }
        let Some(open) = self.documents.get_mut(uri) else { return };
        let is_by_present_law = by == self.generation;
        let answered = open.end(checked.clone().filter(|_| is_by_present_law), by);
        if let Some(checked) = &checked {
            self.answer_pulls(answered, checked);
        }
        let Some(open) = self.documents.get_mut(uri) else { return };
        let is_of_now = Arc::ptr_eq(&open.subject, document) && open.checked(self.generation).is_some();
        if is_of_now {
            self.deliver(uri);
            self.watch_laws();
        } else {
            self.push(uri);
        }
    }

    /// Sends the diagnostics of a document to those who wait for them, and to a client that does not ask.
    fn deliver(&mut self, uri: &str) {
        let generation = self.generation;
        let Some(open) = self.documents.get_mut(uri) else { return };
        let Some(checked) = open.checked(generation).cloned() else { return };
        let waiting = std::mem::take(&mut open.waiting);
        self.answer_pulls(waiting, &checked);
        if !self.shared.features.pulls {
            self.publish(uri, checked.document.version, &checked.items);
        }
    }

    fn answer_pulls(&self, pulls: Vec<WaitingPull>, checked: &CheckedDocument) {
        for WaitingPull { id, previous, .. } in pulls {
            self.client.answer(id, Ok(document_report(checked, previous.as_deref())));
        }
    }

    pub(super) fn publish(&self, uri: &str, version: Option<i32>, items: &[lsp::Diagnostic]) {
        let mut params = json!({ "uri": uri, "diagnostics": items });
        if let Some(version) = version {
            params["version"] = json!(version);
        }
        self.client.notify("textDocument/publishDiagnostics", params);
    }

    pub(super) fn answer_empty(&self, waiting: Vec<WaitingPull>) {
        for WaitingPull { id, .. } in waiting {
            self.client.answer(id, Ok(json!({ "kind": "full", "items": [] })));
        }
    }

    pub(super) fn pull(&mut self, id: RequestId, params: lsp::DocumentDiagnosticParams) -> Result<(), ResponseError> {
        let uri = params.text_document.uri;
        let previous = params.previous_result_id;
        if let Some(open) = self.documents.get_mut(uri.0.as_str()) {
            open.wait(id, previous);
            self.begin_check(&uri.0);
            return Ok(());
        }
        let check = self.checked_for(&uri)?;
        self.answer_later(id, move |flag| Ok(document_report(&*check(flag)?, previous.as_deref())));
        Ok(())
    }

    pub(super) fn pull_all(&mut self, id: RequestId, params: lsp::WorkspaceDiagnosticParams) {
        let open: Vec<Arc<Document>> = self.documents.values().map(|open| open.document.clone()).collect();
        let task = folder::WorkspacePull {
            shared: self.shared.clone(),
            preferences: self.preferences,
            open,
            params,
            client: self.client.sender(),
        };
        self.answer_slowly(id, move |flag| task.run(flag));
    }
}

/// The report of a document for a client that has the result called `previous`.
fn document_report(checked: &CheckedDocument, previous: Option<&str>) -> Value {
    if previous == Some(checked.result_id.as_str()) {
        return json!({ "kind": "unchanged", "resultId": checked.result_id });
    }
    json!({ "kind": "full", "resultId": checked.result_id, "items": checked.items })
}
