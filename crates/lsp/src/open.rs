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
    /// Counts the texts that were to be checked.
    subjects: u64,
    running: Option<RunningCheck>,
    /// The checks in a row that were cancelled.
    cancelled: u32,
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
    /// The number of the text that it asks about.
    subject: u64,
}

/// A check that runs.
#[derive(Debug)]
struct RunningCheck {
    flag: Arc<AtomicBool>,
    /// The number of the text that it is of.
    subject: u64,
}

/// The most checks in a row that later edits cancel. The next one ends, however fast edits come: who waits for an older text
/// is answered by it.
const MAX_CANCELLED_CHECKS: u32 = 2;

impl OpenDocument {
    pub(crate) fn new(document: Document, is_too_long: bool) -> Self {
        let document = Arc::new(document);
        Self {
            subject: document.clone(),
            document,
            checked: None,
            subjects: 0,
            running: None,
            cancelled: 0,
            waiting: Vec::new(),
            is_too_long,
        }
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
            self.subjects += 1;
            if self.running.is_some() && self.cancelled < MAX_CANCELLED_CHECKS {
                self.cancelled += 1;
                self.cancel();
            }
        }
    }

    /// Adds a request for the diagnostics of the present text.
    pub(crate) fn wait(&mut self, id: RequestId, previous: Option<String>) {
        self.waiting.push(WaitingPull { id, previous, subject: self.subjects });
    }

    /// Cancels the check that runs. It still ends by itself.
    pub(crate) fn cancel(&self) {
        if let Some(running) = &self.running {
            running.flag.store(true, Ordering::Relaxed);
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
        self.running = Some(RunningCheck { flag: flag.clone(), subject: self.subjects });
        Some(flag)
    }

    /// Ends the check that runs, with its result if it has one. Returns the requests that it answers: those about its text
    /// and older ones.
    pub(crate) fn end(&mut self, checked: Option<Arc<CheckedDocument>>, generation: u64) -> Vec<WaitingPull> {
        let subject = self.running.take().map_or(0, |running| running.subject);
        let Some(checked) = checked else { return Vec::new() };
        self.cancelled = 0;
        self.checked = Some((checked, generation));
        self.waiting.extract_if(.., |pull| pull.subject <= subject).collect()
    }
}
