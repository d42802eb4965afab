//! An open document with its checks: what is known of its present text, what is running, and who waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lsp_server::RequestId;

use crate::check::CheckedDocument;
use crate::document::Document;

/// An open document.
#[derive(Debug)]
pub(crate) struct OpenDocument {
    /// The document as it is.
    pub(crate) document: Arc<Document>,
    /// The document as it is checked: as it is, or as it was opened or saved.
    pub(crate) subject: Arc<Document>,
    /// The last check, with the generation of the law that it was by.
    checked: Option<(Arc<CheckedDocument>, u64)>,
    running: Option<Arc<AtomicBool>>,
    /// The requests that wait for its diagnostics.
    pub(crate) waiting: Vec<WaitingPull>,
    /// True if its text is too long to be kept and checked.
    pub(crate) is_too_long: bool,
}

/// A request for diagnostics.
#[derive(Clone, Debug)]
pub(crate) struct WaitingPull {
    /// Its id.
    pub(crate) id: RequestId,
    /// The id of the result that the client has.
    pub(crate) previous: Option<String>,
}

impl OpenDocument {
    pub(crate) fn new(document: Document, is_too_long: bool) -> Self {
        let document = Arc::new(document);
        Self { subject: document.clone(), document, checked: None, running: None, waiting: Vec::new(), is_too_long }
    }

    /// Replaces the text. Unless `is_checked`, the one before stays what is checked.
    pub(crate) fn change(&mut self, document: Document, is_checked: bool) {
        self.document = Arc::new(document);
        if is_checked {
            self.check_present_text();
        }
    }

    /// Has the present text checked from now on. A check that runs is of another text, so it is cancelled.
    pub(crate) fn check_present_text(&mut self) {
        if !Arc::ptr_eq(&self.subject, &self.document) {
            self.subject = self.document.clone();
            self.cancel();
        }
    }

    /// Cancels the check that runs. It still ends by itself.
    pub(crate) fn cancel(&self) {
        if let Some(running) = &self.running {
            running.store(true, Ordering::Relaxed);
        }
    }

    /// The check of the present subject by the law of this generation, if it is done.
    pub(crate) fn checked(&self, generation: u64) -> Option<&Arc<CheckedDocument>> {
        let (checked, by) = self.checked.as_ref()?;
        (*by == generation && Arc::ptr_eq(&checked.document, &self.subject)).then_some(checked)
    }

    /// Begins a check; none if one is running. The flag cancels it.
    pub(crate) fn begin(&mut self) -> Option<Arc<AtomicBool>> {
        if self.running.is_some() {
            return None;
        }
        let flag = Arc::new(AtomicBool::new(false));
        self.running = Some(flag.clone());
        Some(flag)
    }

    /// Ends the check that runs, with its result if it has one.
    pub(crate) fn end(&mut self, checked: Option<Arc<CheckedDocument>>, generation: u64) {
        self.running = None;
        if let Some(checked) = checked {
            self.checked = Some((checked, generation));
        }
    }
}
