//! Documents as they are opened, changed, saved and closed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, ResponseError};

use crate::check::{self, CheckedDocument};
use crate::client::{MessageLevel, error};
use crate::document::{Document, DocumentText};
use crate::open::OpenDocument;
use crate::preferences::RunMoment;
use crate::server::Server;
use crate::{law_files, uri};

impl Server {
    pub(super) fn open(&mut self, params: lsp::DidOpenTextDocumentParams) {
        let item = params.text_document;
        let uri: Arc<str> = Arc::from(item.uri.0);
        let is_too_long = self.is_too_long(&uri, item.text.len());
        let text = if is_too_long { String::new() } else { item.text };
        let document = Document {
            uri: uri.clone(),
            path: uri::to_real_path(&uri).map(Arc::from),
            version: Some(item.version),
            language_id: Arc::from(String::from(item.language_id)),
            text: DocumentText::new(text, self.shared.features.unit),
        };
        if self.sent_of_laws.remove(&*uri).is_some() {
            self.publish(&uri, None, &[]);
        }
        let opened = OpenDocument::new(document, is_too_long);
        self.share(&opened.document);
        if let Some(before) = self.documents.insert(uri.clone(), opened) {
            before.cancel();
            self.answer_empty(before.waiting);
        }
        self.push(&uri);
    }

    /// Tells the threads of the present text of a document.
    fn share(&self, document: &Arc<Document>) {
        if let Some(path) = &document.path {
            self.shared.open().insert(path.clone(), document.clone());
        }
    }

    /// True for a text above the size that is checked. It is not kept.
    pub(super) fn is_too_long(&self, uri: &str, length: usize) -> bool {
        let most = self.shared.roots.opening().max_file_size;
        let is_too_long = length as u64 > most;
        if is_too_long {
            let message = format!("`{uri}` is not checked: it has {length} bytes, and at most {most} are");
            self.client.log(MessageLevel::Warning, &message);
        }
        is_too_long
    }

    pub(super) fn change(&mut self, params: &lsp::DidChangeTextDocumentParams) -> Result<(), ResponseError> {
        let uri = &params.text_document.text_document_identifier.uri.0;
        let is_checked = self.preferences.run == RunMoment::OnType;
        let Some(open) = self.documents.get_mut(uri.as_str()) else {
            return Err(error(ErrorCode::InvalidParams, format!("`{uri}` is not open")));
        };
        let is_whole = |change: &lsp::TextDocumentContentChangeEvent| {
            matches!(change, lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(_))
        };
        // Of a text that was not kept, a part cannot be changed.
        let first_known = if open.is_too_long { params.content_changes.iter().rposition(is_whole) } else { Some(0) };
        let Some(first_known) = first_known else { return Ok(()) };
        let text = open.document.text.changed(&params.content_changes[first_known..]);
        let document =
            Document { version: Some(params.text_document.version), text, ..Document::clone(&open.document) };
        let (uri, length) = (document.uri.clone(), document.text.text.len());
        if self.is_too_long(&uri, length) {
            let text = DocumentText::new("", self.shared.features.unit);
            let opened = OpenDocument::new(Document { text, ..document }, true);
            if let Some(before) = self.documents.insert(uri.clone(), opened) {
                before.cancel();
                self.answer_empty(before.waiting);
            }
        } else if let Some(open) = self.documents.get_mut(&uri) {
            open.is_too_long = false;
            open.change(document, is_checked);
            let document = open.document.clone();
            self.share(&document);
        }
        self.push(&uri);
        Ok(())
    }

    pub(super) fn save(&mut self, params: &lsp::DidSaveTextDocumentParams) {
        let uri = &params.text_document.uri.0;
        if let Some(open) = self.documents.get_mut(uri.as_str()) {
            open.check_present_text();
        }
        // A client that watches files reports this one too.
        if !self.shared.roots.is_watched() {
            self.files_changed([(uri.as_str(), false)].into_iter());
        }
        self.push(uri);
    }

    pub(super) fn close(&mut self, params: lsp::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri.0;
        let Some(closed) = self.documents.remove(uri.as_str()) else { return };
        closed.cancel();
        self.answer_empty(closed.waiting);
        if !self.shared.features.pulls {
            self.publish(&uri, None, &[]);
        }
        if let Some(path) = &closed.document.path {
            self.shared.open().remove(path);
            if law_files::may_be_of_law(path) {
                self.read_laws();
            }
        }
        let folders: Vec<PathBuf> =
            self.shared.open().keys().filter_map(|path| Some(path.parent()?.to_path_buf())).collect();
        self.shared.roots.keep(|folder| folders.iter().any(|needed| needed == folder));
    }

    /// The document at an address: an open one, or the file there.
    pub(super) fn document_at(&self, uri: &lsp::Uri) -> Result<Arc<Document>, ResponseError> {
        if let Some(open) = self.documents.get(uri.0.as_str()) {
            return Ok(open.document.clone());
        }
        let missing = |why: String| error(ErrorCode::InvalidParams, format!("`{}` is not open, and {why}", uri.0));
        let path = uri::to_path(&uri.0).ok_or_else(|| missing("it is no file".to_owned()))?;
        let text = std::fs::read(&path).map_err(|failed| missing(format!("it cannot be read: {failed}")))?;
        let text = String::from_utf8(text).map_err(|_| missing("it is not UTF-8".to_owned()))?;
        Ok(Arc::new(Document {
            uri: Arc::from(uri.0.as_str()),
            path: uri::to_real_path(&uri.0).map(Arc::from),
            version: None,
            language_id: Arc::from(""),
            text: DocumentText::new(text, self.shared.features.unit),
        }))
    }

    /// The check of the present text of a document: the one that is done, or one that the calling thread does.
    pub(super) fn checked_for(
        &self,
        uri: &lsp::Uri,
    ) -> Result<
        impl FnOnce(&Arc<AtomicBool>) -> Result<Arc<CheckedDocument>, ResponseError> + Send + 'static,
        ResponseError,
    > {
        let document = self.document_at(uri)?;
        let open = self.documents.get(uri.0.as_str());
        let known = open.and_then(|open| open.checked(self.generation)).cloned();
        let known = known.filter(|known| Arc::ptr_eq(&known.document, &document));
        let (shared, preferences) = (self.shared.clone(), self.preferences);
        Ok(move |flag: &Arc<AtomicBool>| match known {
            Some(known) => Ok(known),
            None => check::check(&shared, preferences, document, flag)
                .map(Arc::new)
                .ok_or_else(|| error(ErrorCode::RequestCanceled, "cancelled")),
        })
    }
}
