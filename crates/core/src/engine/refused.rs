//! The findings about rules that cannot run.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::mistake::Mistake;
use crate::pack::RefusedRule;
use crate::report::{Report, ReportedRule};
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// The most mistakes of one page that are listed.
const MAX_LISTED: usize = 20;

impl Engine {
    /// Adds the rules that cannot run to a report: those of pages as findings, those of ast-grep as skipped rules. To be
    /// called after known findings were removed from the report, because no baseline holds these.
    pub fn report_refused(&self, report: &mut Report) {
        report.rules_skipped.extend(self.plan.rules_skipped().iter().cloned());
        for rule in self.plan.refused() {
            if rule.ast_grep {
                report.rules_skipped.push((rule.id.clone(), rule.reason()));
            } else {
                for mistake in rule.mistakes.iter().take(MAX_LISTED) {
                    self.report_mistake(rule, mistake, report);
                }
            }
        }
        report.diagnostics.sort_by(|a, b| a.order(b));
        report.count_findings();
    }

    fn report_mistake(&self, rule: &RefusedRule, mistake: &Mistake, report: &mut Report) {
        let Some(at) = self.plan.rules().iter().position(|known| **known.page_id() == *engine_ids::REFUSED_RULE) else {
            return;
        };
        let engine_rule = &self.plan.rules()[at];
        let page = engine_rule.page();
        let text = rule.path.clone().zip(mistake.place.as_ref());
        let source = text.and_then(|(path, place)| {
            let source = SourceFile::new(path, place.text.clone()).ok()?;
            Some((source, place.span))
        });
        let (path, span, reason) = if let Some((source, span)) = &source {
            (source.path().clone(), *span, mistake.in_words())
        } else {
            (rule.path.clone().unwrap_or_else(|| RelPath::new(".")), Span::default(), mistake.to_string())
        };
        report.diagnostics.push(Arc::new(Diagnostic {
            rule: engine_rule.id.clone(),
            severity: page.severity.unwrap_or(crate::diagnostic::Severity::Error),
            confidence: page.confidence,
            message: format!("`{}` does not run: {reason}", rule.id),
            path: path.clone(),
            span,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            step: None,
            measure: None,
            fingerprint: crate::fingerprint::of(page.oldest_id(), &rule.id, &mistake.message),
            subject_fingerprint: crate::fingerprint::of(page.oldest_id(), &rule.id, &mistake.message),
            is_about_definition: false,
            symbol: String::new(),
        }));
        let reported = ReportedRule { page: page.clone(), pack: engine_rule.pack.clone() };
        report.rules.entry(engine_rule.id.clone()).or_insert(reported);
        if let Some((source, _)) = source {
            report.sources.entry(path).or_insert(source);
        }
    }
}
