//! Reports the suppressions that exceed a limit of the settings.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::engine::answer::{FileAnswer, SuppressionComment};
use crate::engine::engine_findings::EngineFinding;
use crate::engine::unused::Additions;
use crate::rule::engine_ids;
use crate::source::RelPath;
use crate::span::Span;

impl Engine {
    /// Reports the suppressions that exceed each limit, in the order of their files and places. Only files of the run
    /// are counted, so a run over fewer files never reports more.
    pub(super) fn report_excess(&self, answers: &[&FileAnswer], added: &mut BTreeMap<RelPath, Additions>) {
        if self.plan.budgets().is_empty() {
            return;
        }
        let mut all: Vec<(&RelPath, Span, Option<usize>)> = Vec::new();
        for answer in answers {
            for suppression in &answer.suppressions {
                // An ast-grep comment without a rule applies to all of them; a lawbook comment's unknown name applies
                // to none.
                let means_all = matches!(suppression.comment, SuppressionComment::AstGrep(_));
                let uses = suppression.uses.iter().filter(|used| means_all || used.rule.is_some());
                all.extend(uses.map(|used| (&answer.path, used.span, used.rule)));
            }
        }
        all.sort();
        for limit in self.plan.budgets() {
            let counted: Vec<_> = all.iter().filter(|(path, _, rule)| limit.counts(*rule, path)).collect();
            let (there, max) = (counted.len(), limit.max);
            let (be, ones) = if there == 1 { ("is", "suppression") } else { ("are", "suppressions") };
            let message = format!("there {be} {there} {ones}{}, and {max} may be", limit.what);
            for (path, span, rule) in counted.into_iter().skip(max) {
                let rule = rule.map_or("", |rule| &**self.plan.rules()[rule].page_id());
                let code = format!("{rule}{}", limit.what);
                let Additions { findings, engine_findings } =
                    added.entry((*path).clone()).or_insert_with(|| Additions::of_path((*path).clone(), Vec::new()));
                let found = EngineFinding {
                    id: engine_ids::SUPPRESSION_BUDGET,
                    span: *span,
                    subject: &code,
                    message: &message,
                };
                engine_findings.add(self, found, |_| String::new(), findings);
            }
        }
        for Additions { findings, engine_findings } in added.values_mut() {
            engine_findings.report_overflow(self, |_| String::new(), findings);
        }
    }
}
