//! The stage `collect`: the facts of a file, for rules about the project or a change.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::budget::StopReason;
use crate::engine::answer::AnswerDraft;
use crate::engine::engine_findings::EngineFinding;
use crate::engine::walk::{self, OverBudget};
use crate::engine::{Engine, UncheckedReason, facts, panic_message};
use crate::facts::{Facts, FileFacts, RuleFact};
use crate::ir::{Lowered, Tree};
use crate::rule::{Cx, engine_ids};
use crate::span::Span;

impl Engine {
    /// Collects the facts of a file that rules of the plan need; none when no rule needs facts of its dialect.
    pub(super) fn collect_facts(&self, file: &Lowered, tree: &Tree, draft: &mut AnswerDraft) -> Option<Arc<FileFacts>> {
        let wanted = self.plan.wanted_facts(tree.dialect());
        if wanted.is_empty() {
            return None;
        }
        let facts = facts::collect(file, wanted.lists).unwrap_or_else(|| {
            let message =
                "not checked by rules about the project: facts about it hold more text than those of one file may";
            let code = format!("{} facts", UncheckedReason::Budget.code());
            let (id, span) = (engine_ids::UNCHECKED_FILE, Span::default());
            draft.add_engine_finding(self, Some(file), EngineFinding { id, span, subject: &code, message });
            Facts::default()
        });
        let collected = wanted.collectors.iter().map(|instance| {
            let facts = self.collect_from_rule(*instance, file, draft);
            (*instance as u32, facts)
        });
        Some(Arc::new(FileFacts { collected: collected.collect(), facts }))
    }

    /// Calls `collect` of one rule. A panic is reported, and gives no facts.
    fn collect_from_rule(&self, instance: usize, file: &Lowered, draft: &mut AnswerDraft) -> Vec<RuleFact> {
        let instance = &self.plan.instances()[instance];
        let id = &self.plan.rules()[instance.rule].id;
        let mut cx = Cx::new(file).with_steps(self.new_budget());
        match catch_unwind(AssertUnwindSafe(|| instance.check.collect(&mut cx))) {
            Ok(facts) => {
                if cx.steps().stopped() == Some(StopReason::Spent) {
                    walk::report_over_budget(self, file, id, OverBudget::Steps, draft);
                }
                facts
            }
            Err(payload) => {
                let message = format!("rule `{id}` failed on this file: {}", panic_message(&*payload));
                let found = EngineFinding {
                    id: engine_ids::INTERNAL_ERROR,
                    span: Span::default(),
                    subject: id,
                    message: &message,
                };
                draft.add_engine_finding(self, Some(file), found);
                Vec::new()
            }
        }
    }
}
