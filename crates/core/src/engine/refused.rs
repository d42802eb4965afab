//! The findings about rules that cannot run.

use crate::engine::Engine;
use crate::engine::law_finding::LawFinding;
use crate::mistake::Mistake;
use crate::pack::RefusedRule;
use crate::report::Report;
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
        let message = format!("`{}` does not run: {reason}", rule.id);
        let finding = LawFinding {
            id: engine_ids::REFUSED_RULE,
            severity: None,
            path,
            source: source.map(|(source, _)| source),
            span,
            symbol: &rule.id,
            subject: &mistake.message,
            message,
            step: None,
        };
        finding.add_to(self, report);
    }
}
