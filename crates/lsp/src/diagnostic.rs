//! Diagnostics of the engine as the protocol has them.

use std::hash::{DefaultHasher, Hash, Hasher};

use gen_lsp_types as lsp;
use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::report::Report;
use lawbook_core::source::RelPath;
use serde_json::{Value, json};

use crate::document::DocumentText;
use crate::features::ClientFeatures;
use crate::roots::Roots;

/// The name that editors show beside each diagnostic.
pub(crate) const SOURCE: &str = "lawbook";

/// Converts the diagnostics of reports for one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Converter<'a> {
    /// The capabilities of the client.
    pub(crate) features: &'a ClientFeatures,
    /// The absolute path of the root that the paths of the report are below.
    pub(crate) root: &'a std::path::Path,
    /// The open roots, which know how the client names files.
    pub(crate) roots: &'a Roots,
    /// The report.
    pub(crate) report: &'a Report,
}

impl Converter<'_> {
    /// A diagnostic in a text.
    pub(crate) fn diagnostic(self, found: &Diagnostic, text: &DocumentText) -> lsp::Diagnostic {
        let step = self.report.step_of(found);
        let message = if step.is_empty() { found.message.clone() } else { format!("{}\n{step}", found.message) };
        let url = self.report.rules.get(&found.rule).and_then(|rule| rule.page.url.clone());
        let href = url.filter(|_| self.features.code_description);
        lsp::Diagnostic {
            range: text.range(found.span),
            severity: Some(severity(found.severity)),
            code: Some(lsp::Code::String(found.rule.to_string())),
            code_description: href.map(|href| lsp::CodeDescription { href: href.into() }),
            source: Some(SOURCE.to_owned()),
            message: lsp::Message::String(message),
            tags: None,
            related_information: self.related(found, text),
            data: Some(data(found)),
        }
    }

    fn related(self, found: &Diagnostic, text: &DocumentText) -> Option<Vec<lsp::DiagnosticRelatedInformation>> {
        if !self.features.related_information || found.related.is_empty() {
            return None;
        }
        let places = found.related.iter().filter_map(|related| {
            let path = related.path.as_ref().unwrap_or(&found.path);
            let range = if *path == found.path {
                text.range(related.span)
            } else {
                let source = self.report.source(path)?;
                DocumentText::new(source.text().clone(), self.features.unit).range(related.span)
            };
            let location = lsp::Location { uri: self.uri_of(path)?.into(), range };
            Some(lsp::DiagnosticRelatedInformation { location, message: related.message.clone() })
        });
        Some(places.collect())
    }

    /// The address of a file of the report.
    pub(crate) fn uri_of(self, path: &RelPath) -> Option<String> {
        self.roots.uri_of(&self.root.join(path.as_str()))
    }
}

fn severity(level: Severity) -> lsp::DiagnosticSeverity {
    match level {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Info => lsp::DiagnosticSeverity::Information,
    }
}

/// The data that a client sends back when it asks for the code actions of a diagnostic.
fn data(found: &Diagnostic) -> Value {
    json!({ "fingerprint": found.fingerprint })
}

/// The id of a list of diagnostics: equal lists have equal ids.
pub(crate) fn result_id(items: &[lsp::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
