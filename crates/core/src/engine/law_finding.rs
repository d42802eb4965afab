//! Findings about the law itself: they stand in settings, pages and the baseline, which are no files that rules check.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::Engine;
use crate::report::{Report, ReportedRule, Weakening};
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// A finding of an engine rule about a file of the law.
#[derive(Debug)]
pub(super) struct LawFinding<'a> {
    /// One of [`engine_ids`].
    pub(super) id: &'static str,
    /// Its level; none for that of the page.
    pub(super) severity: Option<Severity>,
    pub(super) path: RelPath,
    /// The text of the file; none for a path without a text.
    pub(super) source: Option<SourceFile>,
    pub(super) span: Span,
    /// The part of the law that it is about, in place of a symbol path.
    pub(super) symbol: &'a str,
    /// The subject of its fingerprint.
    pub(super) subject: &'a str,
    pub(super) message: String,
    /// The step to take against it; none for that of the page.
    pub(super) step: Option<Box<str>>,
}

impl LawFinding<'_> {
    /// Adds the finding to a report, which is to be sorted and counted afterwards.
    pub(super) fn add_to(self, engine: &Engine, report: &mut Report) {
        let Some(rule) = engine.plan.rules().iter().find(|known| **known.page_id() == *self.id) else { return };
        let page = rule.page();
        let fingerprint = crate::fingerprint::of(page.oldest_id(), self.symbol, self.subject);
        report.diagnostics.push(Arc::new(Diagnostic {
            rule: rule.id.clone(),
            severity: self.severity.or(page.severity).unwrap_or(Severity::Error),
            confidence: page.confidence,
            message: self.message,
            path: self.path.clone(),
            span: self.span,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            step: self.step,
            measure: None,
            subject_fingerprint: fingerprint.clone(),
            fingerprint,
            is_about_definition: false,
            symbol: String::new(),
        }));
        let reported = ReportedRule { page: page.clone(), pack: rule.pack.clone() };
        report.rules.entry(rule.id.clone()).or_insert(reported);
        if let Some(source) = self.source {
            report.sources.entry(self.path).or_insert(source);
        }
    }
}

impl Engine {
    /// Adds the weakened parts of the law to a report: as errors, or as warnings if a person has accepted them, for this
    /// reason. To be called after known findings were removed from the report, because nothing makes these known.
    pub fn report_weakened(&self, weakenings: Vec<Weakening>, accepted: Option<&str>, report: &mut Report) {
        let severity = if accepted.is_some() { Severity::Warning } else { Severity::Error };
        for Weakening { path, source, span, subject, message } in weakenings {
            let (id, severity, symbol) = (engine_ids::WEAKENED_LAW, Some(severity), path.to_string());
            let step = accepted.map(|reason| format!("Accepted for this run: {reason}").into());
            let found =
                LawFinding { id, severity, path, source, span, symbol: &symbol, subject: &subject, message, step };
            found.add_to(self, report);
        }
        report.diagnostics.sort_by(|a, b| a.order(b));
        report.count_findings();
    }
}
