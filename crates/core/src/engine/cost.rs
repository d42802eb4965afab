//! The cost of each rule on a file, in steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::budget::{StopReason, shared_steps_of};
use crate::engine::Engine;
use crate::engine::answer::AnswerDraft;
use crate::engine::walk::{self, Cost};
use crate::ir::Lowered;
use crate::rule::FindingBytes;

/// The cost of all rules on one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCosts {
    /// Each rule that is called for the file.
    pub rules: Vec<RuleCost>,
    /// The steps of tables that all rules share; 0 when they were computed before.
    pub shared: u64,
}

/// The cost of one rule on one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCost {
    /// The id that the rule is reported under.
    pub rule: Arc<str>,
    /// The steps that the rule took to find its findings.
    pub steps: u64,
    /// The part of these steps for reading texts. The texts of nested nodes contain each other, so they are charged
    /// repeatedly.
    pub text: u64,
    /// The steps for storing findings and making diagnostics of them. Nested findings contain the same code repeatedly.
    pub reporting: u64,
    /// The reason why the rule was stopped before its end, if it was.
    pub stopped: Option<StopReason>,
}

impl Engine {
    /// Runs every rule that is on for the file, without the pre-filter, and returns its cost. The cost of a file is the
    /// same in every run and on every machine.
    pub fn costs(&self, file: &Lowered) -> FileCosts {
        let levels = self.plan.levels(file.source.path());
        let mut draft = AnswerDraft::of(file);
        // The cost of a rule does not depend on the findings of the rules before it.
        draft.bytes_left = FindingBytes::MAX;
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
                walk::run_rules_on_tree(self, file, tree, &levels, &mut draft, Some(&mut add));
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
