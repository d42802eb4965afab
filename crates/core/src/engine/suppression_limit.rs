//! Reports the suppressions that exceed a limit of the settings.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::engine::answer::{FileAnswer, SuppressionComment};
use crate::engine::engine_findings::EngineFinding;
use crate::engine::unused::Additions;
use crate::rule::engine_ids;
use crate::source::RelPath;
use crate::span::Span;

/// A rule that a suppression names, as limits count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Counted<'a> {
    path: &'a RelPath,
    /// The place of the rule's name.
    span: Span,
    rule: Option<usize>,
    /// The place of the suppression that names it.
    comment: Span,
}

/// The limits that one suppression exceeds.
#[derive(Debug)]
struct Excess {
    /// The place of the first name that exceeds one.
    span: Span,
    subject: String,
    messages: Vec<String>,
}

impl Engine {
    /// Reports the suppressions that exceed limits, each once with all of them, in the order of their files and places.
    /// Only files of the run are counted, so a run over fewer files never reports more.
    pub(super) fn report_excess(&self, answers: &[&FileAnswer], added: &mut BTreeMap<RelPath, Additions>) {
        if self.plan.budgets().is_empty() {
            return;
        }
        let mut all: Vec<Counted<'_>> = Vec::new();
        for answer in answers {
            for suppression in &answer.suppressions {
                // An ast-grep comment without a rule applies to all of them; a lawbook comment's unknown name applies
                // to none.
                let (comment, means_all) = match &suppression.comment {
                    SuppressionComment::Lawbook(comment) => (comment.span, false),
                    SuppressionComment::AstGrep(ignore) => (ignore.span, true),
                };
                let uses = suppression.uses.iter().filter(|used| means_all || used.rule.is_some());
                let path = &answer.path;
                all.extend(uses.map(|used| Counted { path, span: used.span, rule: used.rule, comment }));
            }
        }
        all.sort();
        let mut excesses: BTreeMap<(&RelPath, Span), Excess> = BTreeMap::new();
        for limit in self.plan.budgets() {
            let counted: Vec<_> = all.iter().filter(|one| limit.counts(one.rule, one.path)).collect();
            let (there, max) = (counted.len(), limit.max);
            let (be, ones) = if there == 1 { ("is", "suppression") } else { ("are", "suppressions") };
            let message = format!("there {be} {there} {ones}{}, and {max} may be ({})", limit.what, limit.origin);
            for one in counted.into_iter().skip(max) {
                let rule = one.rule.map_or("", |rule| &**self.plan.rules()[rule].page_id());
                let excess = excesses.entry((one.path, one.comment)).or_insert_with(|| Excess {
                    span: one.span,
                    subject: String::new(),
                    messages: Vec::new(),
                });
                if !excess.messages.contains(&message) {
                    excess.messages.push(message.clone());
                }
                excess.span = excess.span.min(one.span);
                excess.subject.push_str(rule);
                excess.subject.push_str(&limit.what);
            }
        }
        for ((path, _), excess) in excesses {
            let Additions { findings, engine_findings } =
                added.entry(path.clone()).or_insert_with(|| Additions::of_path(path.clone(), Vec::new()));
            let found = EngineFinding {
                id: engine_ids::SUPPRESSION_BUDGET,
                span: excess.span,
                subject: &excess.subject,
                message: &excess.messages.join("; "),
            };
            engine_findings.add(self, found, |_| String::new(), findings);
        }
        for Additions { findings, engine_findings } in added.values_mut() {
            engine_findings.report_overflow(self, |_| String::new(), findings);
        }
    }
}
