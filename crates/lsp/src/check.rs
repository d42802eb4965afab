//! The check of one document: its findings by the law of its root, as the command line has them for the saved file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gen_lsp_types as lsp;
use lawbook_core::language;
use lawbook_core::mistake::MistakeList;
use lawbook_core::report::Report;
use lawbook_workspace::{Law, Request};

use crate::diagnostic::{Converter, result_id};
use crate::document::Document;
use crate::features::ClientFeatures;
use crate::law_files::{self, LawBuffers};
use crate::preferences::Preferences;
use crate::roots::{PlacedFile, Roots, is_configured};

/// The state that all threads of the server share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The capabilities of the client.
    pub(crate) features: ClientFeatures,
    /// The open roots.
    pub(crate) roots: Roots,
    /// The open documents that are files, by their paths.
    open: Mutex<BTreeMap<Arc<Path>, Arc<Document>>>,
}

impl Shared {
    pub(crate) fn new(features: ClientFeatures, roots: Roots) -> Self {
        Self { features, roots, open: Mutex::default() }
    }

    /// The open documents that are files, by their paths.
    pub(crate) fn open(&self) -> MutexGuard<'_, BTreeMap<Arc<Path>, Arc<Document>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The texts of the open documents that may be part of a law.
    pub(crate) fn law_buffers(&self) -> LawBuffers {
        let open = self.open();
        let of_law = open.iter().filter(|(path, _)| law_files::may_be_of_law(path));
        of_law.map(|(path, document)| (path.to_path_buf(), document.text.text.clone())).collect()
    }
}

/// The findings of a document.
#[derive(Debug)]
pub(crate) struct CheckedDocument {
    /// The document that was checked.
    pub(crate) document: Arc<Document>,
    /// Its diagnostics.
    pub(crate) items: Vec<lsp::Diagnostic>,
    /// The id of its diagnostics.
    pub(crate) result_id: String,
    /// The report, and what it is by; none if the document is not checked.
    pub(crate) by: Option<CheckedBy>,
    /// The mistakes in the law: there is no report, or it is by the law before them.
    pub(crate) mistakes: Option<MistakeList>,
    /// True if the law has changed since the last check of a document below the same root.
    pub(crate) is_law_changed: bool,
}

/// The report of a document, and the law that it is by.
#[derive(Debug)]
pub(crate) struct CheckedBy {
    /// The place of the document.
    pub(crate) file: PlacedFile,
    /// The law.
    pub(crate) law: Arc<Law>,
    /// The report of the document alone.
    pub(crate) report: Report,
}

impl CheckedDocument {
    fn without_findings(document: Arc<Document>) -> Self {
        let items = Vec::new();
        let result_id = result_id(&items);
        Self { document, items, result_id, by: None, mistakes: None, is_law_changed: false }
    }
}

/// Checks a document. None if the check was cancelled.
pub(crate) fn check(
    shared: &Shared,
    preferences: Preferences,
    document: Arc<Document>,
    cancelled: &Arc<AtomicBool>,
) -> Option<CheckedDocument> {
    let Some(file) = path_to_check(&shared.roots, preferences, &document) else {
        return Some(CheckedDocument::without_findings(document));
    };
    let buffers = || shared.law_buffers();
    if let Some(items) = law_files::check(&shared.features, &shared.roots, &file, buffers) {
        let result_id = result_id(&items);
        return Some(CheckedDocument { items, result_id, ..CheckedDocument::without_findings(document) });
    }
    if !preferences.without_configuration && !is_configured(&file) {
        return Some(CheckedDocument::without_findings(document));
    }
    let placed = match shared.roots.place(&file) {
        Ok(placed) => placed,
        Err(mistakes) => {
            let checked = CheckedDocument::without_findings(document);
            return Some(CheckedDocument { mistakes: Some(mistakes), ..checked });
        }
    };
    let is_law_changed = shared.roots.refresh(&placed.root);
    // With other settings above it, the root may be another one.
    let placed = if is_law_changed { shared.roots.place(&file).unwrap_or(placed) } else { placed };
    let without_findings = |document| CheckedDocument {
        mistakes: placed.root.mistakes(),
        is_law_changed,
        ..CheckedDocument::without_findings(document)
    };
    if !placed.root.would_find(&placed.path) {
        return Some(without_findings(document));
    }
    let bytes: Arc<[u8]> = Arc::from(document.text.text.as_bytes());
    let request = Request::text(placed.path.clone(), bytes).cancelled_by(cancelled.clone());
    let run = placed.root.workspace.run(&request);
    if cancelled.load(Ordering::Relaxed) {
        return None;
    }
    let run = match run {
        Ok(run) => run,
        Err(mistakes) => return Some(CheckedDocument { mistakes: Some(mistakes), ..without_findings(document) }),
    };
    let root = run.law.root().to_owned();
    let converter = Converter { features: &shared.features, root: &root, roots: &shared.roots, report: &run.report };
    // A rule that cannot run is reported at its page.
    let own = run.report.diagnostics.iter().filter(|found| found.path == placed.path);
    let items: Vec<lsp::Diagnostic> = own.map(|found| converter.diagnostic(found, &document.text)).collect();
    let result_id = result_id(&items);
    let mistakes = placed.root.mistakes();
    let by = CheckedBy { file: placed, law: run.law, report: run.report };
    Some(CheckedDocument { document, items, result_id, by: Some(by), mistakes, is_law_changed })
}

/// The path of a document that is checked; none where nothing is.
fn path_to_check(roots: &Roots, preferences: Preferences, document: &Document) -> Option<PathBuf> {
    if !preferences.enable {
        return None;
    }
    let path = document.path.as_ref().map(|path| path.to_path_buf());
    path.or_else(|| path_of_untitled(roots, document))
}

/// The path that a document without a file has: one in the first open folder, of the language that the client names.
fn path_of_untitled(roots: &Roots, document: &Document) -> Option<PathBuf> {
    let name = document.uri.strip_prefix("untitled:")?;
    let dialect = language::dialects().find(|dialect| dialect.editor_ids.contains(&&*document.language_id))?;
    let extension = dialect.extensions.first()?;
    let stem: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    Some(roots.folders().first()?.real.join(format!("{stem}.{extension}")))
}
