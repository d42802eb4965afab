//! Expired and unused suppressions of a file, decided once all findings are known.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::engine::answer::{FileAnswer, FileFinding, SuppressionComment, SuppressionUse};
use crate::engine::conclude::Concluded;
use crate::engine::engine_findings::{EngineFinding, EngineFindings};
use crate::engine::suppress::Unclaimed;
use crate::rule::engine_ids;

/// The findings that merging adds to the answer of a file.
#[derive(Debug)]
pub(super) struct Additions {
    /// Findings of other files' checks and of the engine; suppressed ones are marked.
    pub(super) findings: Vec<FileFinding>,
    pub(super) engine_findings: EngineFindings,
}

/// Judges the suppressions of all files of a merge.
#[derive(Debug)]
pub(super) struct SuppressionJudge<'m> {
    engine: &'m Engine,
    /// By rule: true when a phase of it did not run to its end, so that there may be more findings.
    is_open: Vec<bool>,
    /// Messages by name, for names of no suppressible rule. Many comments repeat the same name.
    complaints: HashMap<&'m str, Option<String>>,
}

impl<'m> SuppressionJudge<'m> {
    pub(super) fn new(engine: &'m Engine, concluded: &Concluded) -> Self {
        let mut is_open = vec![false; engine.plan.rules().len()];
        for (instance, scope) in engine.plan.phases().instances() {
            let rule = engine.plan.instances()[instance].rule;
            is_open[rule] |= !concluded.is_complete(scope, rule);
        }
        Self { engine, is_open, complaints: HashMap::new() }
    }

    /// Applies the suppressions of a file to findings that others made in it, and reports those that are of no use.
    pub(super) fn judge(&mut self, answer: &'m FileAnswer, from_elsewhere: Vec<FileFinding>) -> Additions {
        let mut added =
            Additions { findings: from_elsewhere, engine_findings: EngineFindings::new(answer.path.clone()) };
        let mut unclaimed = Unclaimed::new(&added.findings);
        for (number, suppression) in answer.suppressions.iter().enumerate() {
            let SuppressionComment::Lawbook(comment) = &suppression.comment else { continue };
            if let Some(until) = comment.until.filter(|_| self.engine.has_expired(comment)) {
                let message =
                    format!("this suppression ended on {until}: mend the finding, or give it a new date and reason");
                let (id, code) = (engine_ids::EXPIRED_SUPPRESSION, comment.rules[0].0.as_str());
                let found = EngineFinding { id, span: comment.span, code, message: &message };
                self.add(found, &mut added, &mut unclaimed);
                continue;
            }
            for ((name, span), used) in comment.rules.iter().zip(&suppression.uses) {
                let claimed = used.rule.map(|rule| unclaimed.claim(rule, comment.scope)).unwrap_or_default();
                for finding in &claimed {
                    added.findings[*finding as usize].suppressed_by = Some(number as u32);
                }
                if used.findings + claimed.len() > 0 {
                    continue;
                }
                if let Some(message) = self.complaint(answer, name, used) {
                    let found = EngineFinding {
                        id: engine_ids::UNUSED_SUPPRESSION,
                        span: *span,
                        code: name,
                        message: &message,
                    };
                    self.add(found, &mut added, &mut unclaimed);
                }
            }
        }
        // Reported last, so that no comment suppresses it together with what it stands for.
        added.engine_findings.report_overflow(self.engine, |_| String::new(), &mut added.findings);
        added
    }

    /// Adds a finding about a suppression, which suppressions behind it may mean in turn.
    fn add(&self, found: EngineFinding<'_>, added: &mut Additions, unclaimed: &mut Unclaimed) {
        let before = added.findings.len();
        added.engine_findings.add(self.engine, found, |_| String::new(), &mut added.findings);
        for (number, finding) in added.findings.iter().enumerate().skip(before) {
            unclaimed.add(number, finding);
        }
    }

    /// The message about a suppression that suppresses nothing.
    fn complaint(&mut self, answer: &FileAnswer, name: &'m str, used: &SuppressionUse) -> Option<String> {
        let plan = &self.engine.plan;
        let Some(rule) = used.rule else {
            return self.complaints.entry(name).or_insert_with(|| self.engine.complaint_about_name(name)).clone();
        };
        if self.is_open[rule] {
            return None;
        }
        let mut instances = plan.instances().iter().zip(&*answer.levels);
        if instances.any(|(instance, level)| instance.rule == rule && level.is_some()) {
            return Some(format!("`{name}` finds nothing here; delete this suppression"));
        }
        (!plan.is_narrowed()).then(|| format!("`{name}` does not run on this file; delete this suppression"))
    }
}

impl Engine {
    /// The message about a name of no suppressible rule.
    fn complaint_about_name(&self, name: &str) -> Option<String> {
        if self.plan.find(name).is_some() {
            return Some(format!("`{name}` cannot be silenced by a comment"));
        }
        let known = self.plan.rules().iter().map(|rule| &**rule.page_id());
        let help = crate::mistake::unknown_name_help(name, known);
        (!self.plan.is_narrowed()).then(|| format!("no rule is called `{name}` here ({help})"))
    }
}

impl Additions {
    /// Nothing is added but findings that others made on a path.
    pub(super) fn of_path(path: crate::source::RelPath, findings: Vec<FileFinding>) -> Self {
        Self { findings, engine_findings: EngineFindings::new(path) }
    }

    /// The findings that no suppression means.
    pub(super) fn shown(&self) -> impl Iterator<Item = &FileFinding> {
        self.findings.iter().filter(|found| found.suppressed_by.is_none())
    }

    /// The others.
    pub(super) fn suppressed(&self) -> impl Iterator<Item = &Arc<Diagnostic>> {
        self.findings.iter().filter(|found| found.suppressed_by.is_some()).map(|found| &found.diagnostic)
    }
}
