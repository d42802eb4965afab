//! What each rule costs on a file, in steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::budget::{StopReason, shared_steps_of};
use crate::engine::Engine;
use crate::engine::answer::AnswerDraft;
use crate::engine::walk::{self, Cost};
use crate::ir::Lowered;

/// What the rules cost on one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCosts {
    /// Each rule that has something to look at there.
    pub rules: Vec<RuleCost>,
    /// The steps of tables that were made for all rules: none when they were there already.
    pub shared: u64,
}

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
    /// Runs every rule that is on for the file, whatever the pre-filter says, for what each costs. The same file costs the
    /// same on every run and machine.
    pub fn costs(&self, file: &Lowered) -> FileCosts {
        let levels = self.plan.levels(file.source.path());
        let mut draft = AnswerDraft::new(file.source.path().clone());
        let mut costs: BTreeMap<usize, Cost> = BTreeMap::new();
        let mut add = |instance: usize, cost: Cost| {
            let all = costs.entry(instance).or_default();
            all.steps += cost.steps;
            all.text += cost.text;
            all.reporting += cost.reporting;
            all.stopped = all.stopped.or(cost.stopped);
            all.failed |= cost.failed;
        };
        let shared = shared_steps_of(|| {
            for tree in &file.trees {
                walk::walk(self, file, tree, &levels, &mut draft, Some(&mut add));
            }
        });
        let costs = costs.into_iter().filter(|(_, cost)| !cost.failed);
        let rules = costs.map(|(instance, cost)| {
            let rule = self.plan.rules()[self.plan.instances()[instance].rule].id.clone();
            let Cost { steps, text, reporting, stopped, .. } = cost;
            RuleCost { rule, steps, text, reporting, stopped }
        });
        FileCosts { rules: rules.collect(), shared }
    }
}
