//! Mistakes in the files of the law: settings, rule pages, rules of ast-grep, each at its place, also before they are
//! saved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types as lsp;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::ColumnUnit;
use lawbook_core::span::Span;
use lawbook_workspace::{CONFIG_NAME, LawMistakes, PlacedMistake, law_mistakes, test_page};

use crate::diagnostic::SOURCE;
use crate::document::DocumentText;
use crate::features::ClientFeatures;
use crate::roots::{PlacedFile, Roots, is_configured};

/// The texts of open documents that may be part of a law.
pub(crate) type LawBuffers = BTreeMap<PathBuf, Arc<str>>;

/// The extensions of files that may be pages or rules.
const PAGE_EXTENSIONS: [&str; 3] = ["md", "yml", "yaml"];

/// True for the path of a file that may be part of a law.
pub(crate) fn may_be_of_law(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    path.file_name().is_some_and(|name| name == CONFIG_NAME)
        || extension.is_some_and(|extension| PAGE_EXTENSIONS.contains(&extension))
}

/// The diagnostics of an open file of the law; none if it is no file of a law.
pub(crate) fn check(
    features: &ClientFeatures,
    roots: &Roots,
    path: &Path,
    buffers: impl FnOnce() -> LawBuffers,
) -> Option<Vec<lsp::Diagnostic>> {
    if !may_be_of_law(path) || !is_configured(path) && !path.ends_with(CONFIG_NAME) {
        return None;
    }
    let buffers = buffers();
    let text = buffers.get(path).cloned();
    // The law that was read says which files are its own, unless settings are open.
    let is_other = |placed: PlacedFile| !placed.root.workspace.law().law_paths().holds(path);
    if !buffers.keys().any(|at| at.ends_with(CONFIG_NAME)) && roots.place(path).is_ok_and(is_other) {
        return None;
    }
    let law = read(roots, path, buffers)?;
    if !law.paths.holds(path) {
        return None;
    }
    let is_topmost = path.ends_with(CONFIG_NAME) && path.parent() == Some(&*law.paths.root);
    let is_here = |placed: &PlacedMistake| match &placed.at {
        Some(at) => at == path,
        None => is_topmost,
    };
    let mut items = items(features.unit, &law, is_here);
    if let Some(text) = text.filter(|_| items.iter().all(|item| item.severity != Some(lsp::DiagnosticSeverity::Error)))
    {
        items.extend(failing_blocks(features.unit, roots, path, &text));
    }
    Some(items)
}

/// The blocks of a page in which the rule does not do what the page says.
fn failing_blocks(unit: ColumnUnit, roots: &Roots, path: &Path, text: &Arc<str>) -> Vec<lsp::Diagnostic> {
    let tested = test_page(path.parent().unwrap_or(path), path, text.clone(), roots.packs());
    let failing = tested.failures.into_iter().map(|failure| {
        let mistake = Mistake::new(failure.message).with_place(failure.path, text.clone(), failure.span);
        diagnostic(unit, &mistake, lsp::DiagnosticSeverity::Warning)
    });
    failing.collect()
}

fn read(roots: &Roots, path: &Path, buffers: LawBuffers) -> Option<LawMistakes> {
    law_mistakes(&roots.search_folder(path), path, buffers, &roots.opening()).ok()
}

fn items(unit: ColumnUnit, law: &LawMistakes, is_wanted: impl Fn(&PlacedMistake) -> bool) -> Vec<lsp::Diagnostic> {
    let mistakes = law.mistakes.iter().map(|placed| (placed, lsp::DiagnosticSeverity::Error));
    let notes = law.notes.iter().map(|placed| (placed, lsp::DiagnosticSeverity::Warning));
    let wanted = mistakes.chain(notes).filter(|(placed, _)| is_wanted(placed));
    wanted.map(|(placed, severity)| diagnostic(unit, &placed.mistake, severity)).collect()
}

/// A mistake as a diagnostic of the file that it is in.
pub(crate) fn diagnostic(unit: ColumnUnit, mistake: &Mistake, severity: lsp::DiagnosticSeverity) -> lsp::Diagnostic {
    let (text, span) = mistake
        .place
        .as_ref()
        .map_or_else(|| (Arc::from(""), Span::default()), |place| (place.text.clone(), place.span));
    let message = match &mistake.help {
        Some(help) => format!("{}\n{help}", mistake.message),
        None => mistake.message.clone(),
    };
    lsp::Diagnostic {
        range: DocumentText::new(text, unit).range(span),
        severity: Some(severity),
        code: None,
        code_description: None,
        source: Some(SOURCE.to_owned()),
        message: lsp::Message::String(message),
        tags: None,
        related_information: None,
        data: None,
    }
}

/// The diagnostics of all files of the laws that hold for some files, by address; files without any are left out.
pub(crate) fn of_all(
    features: &ClientFeatures,
    roots: &Roots,
    files: &BTreeSet<PathBuf>,
    buffers: &LawBuffers,
) -> BTreeMap<String, Vec<lsp::Diagnostic>> {
    let mut found: BTreeMap<String, Vec<lsp::Diagnostic>> = BTreeMap::new();
    let mut folders: BTreeSet<&Path> = BTreeSet::new();
    for file in files.iter().filter(|file| is_configured(file)) {
        if !folders.insert(file.parent().unwrap_or(file)) {
            continue;
        }
        let Some(law) = read(roots, file, buffers.clone()) else { continue };
        let places: BTreeSet<&PathBuf> =
            law.mistakes.iter().chain(&law.notes).filter_map(|placed| placed.at.as_ref()).collect();
        for place in places {
            // Another file may have shown the same law.
            let Some(uri) = roots.uri_of(place).filter(|uri| !found.contains_key(uri)) else { continue };
            found.insert(uri, items(features.unit, &law, |placed| placed.at.as_ref() == Some(place)));
        }
    }
    found
}
