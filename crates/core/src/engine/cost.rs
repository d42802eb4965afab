//! What each rule costs on a file, in steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::budget::StopReason;
use crate::engine::Engine;
use crate::engine::answer::AnswerDraft;
use crate::engine::walk::{self, Cost};
use crate::ir::Lowered;

/// What one rule cost on one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCost {
    /// The id that the rule is reported under.
    pub rule: Arc<str>,
    /// The steps that it took to find what it finds.
    pub steps: u64,
    /// Those of them that went into reading texts: what nodes hold that lie in each other is read again for each.
    pub text: u64,
    /// The steps that it took to keep that and to make diagnostics of it: findings in each other are about the same code
    /// again and again.
    pub reporting: u64,
    /// Why it was cut short, if it was.
    pub stopped: Option<StopReason>,
}

impl Engine {
    /// Runs every rule that is on for the file, whatever the pre-filter says, and tells what each cost: one entry for
    /// each that has something to look at there. The same file costs the same on every run and machine.
    pub fn costs(&self, file: &Lowered) -> Vec<RuleCost> {
        let levels = self.plan.levels(file.source.path());
        let mut draft = AnswerDraft::new(file.source.path().clone());
        let mut costs: BTreeMap<usize, Cost> = BTreeMap::new();
        for tree in &file.trees {
            walk::walk(self, file, tree, &levels, &mut draft, &mut |instance, cost| {
                let all = costs.entry(instance).or_default();
                all.steps += cost.steps;
                all.text += cost.text;
                all.reporting += cost.reporting;
                all.stopped = all.stopped.or(cost.stopped);
                all.failed |= cost.failed;
            });
        }
        let costs = costs.into_iter().filter(|(_, cost)| !cost.failed);
        costs
            .map(|(instance, cost)| {
                let rule = self.plan.rules()[self.plan.instances()[instance].rule].id.clone();
                let Cost { steps, text, reporting, stopped, .. } = cost;
                RuleCost { rule, steps, text, reporting, stopped }
            })
            .collect()
    }
}
