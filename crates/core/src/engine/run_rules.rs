//! The stage `run_rules`: runs the rules that can find something on every tree of a file. Debug builds assert that the
//! rules which the pre-filter ruled out find nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::Severity;
use crate::engine::Engine;
use crate::engine::answer::AnswerDraft;
use crate::engine::prefilter::FilePrefilterResult;
use crate::engine::walk::{self, Cost, OverBudget};
use crate::ir::{Lowered, Tree};
use crate::plan::{Levels, PrefilterResult};
use crate::rule::engine_ids;

impl Engine {
    /// Runs the rules that can find something on every tree; without the pre-filter, all rules that are on.
    pub(super) fn run_rules(&self, file: &Lowered, filtered: &FilePrefilterResult, draft: &mut AnswerDraft) {
        let mut shared = SharedBudget::default();
        for tree in &file.trees {
            let Some(filtered) = filtered.of(tree.dialect()) else { continue };
            let levels = if self.options.prefilter { &filtered.candidates } else { &filtered.levels };
            let levels = shared.levels_in_budget(self, file, levels, draft);
            let mut charge = |instance, cost| shared.charge(instance, cost);
            let is_only = file.trees.len() == 1;
            walk::run_rules_on_tree(self, file, tree, &levels, draft, if is_only { None } else { Some(&mut charge) });
        }
        if cfg!(debug_assertions) && self.options.prefilter {
            self.assert_ruled_out(file, filtered);
        }
    }

    /// Asserts that the rules which the pre-filter ruled out find nothing.
    pub(super) fn assert_ruled_out(&self, file: &Lowered, filtered: &FilePrefilterResult) {
        for tree in &file.trees {
            if let Some(filtered) = filtered.of(tree.dialect()).filter(|filtered| !filtered.ruled_out.is_empty()) {
                self.assert_ruled_out_in(file, tree, filtered);
            }
        }
    }

    fn assert_ruled_out_in(&self, file: &Lowered, tree: &Tree, filtered: &PrefilterResult) {
        let mut ruled_out = vec![None; filtered.levels.len()];
        for instance in &filtered.ruled_out {
            ruled_out[*instance] = filtered.levels[*instance];
        }
        let mut discarded = AnswerDraft::of(file);
        if file.trees.len() > 1 {
            // The rules are not called for the whole file: they may be ruled out in this tree and not in another.
            discarded.called_for_file.clone_from(&filtered.ruled_out);
        }
        walk::run_rules_on_tree(self, file, tree, &ruled_out, &mut discarded, None);
        for found in &discarded.findings {
            let id = self.plan.rules()[found.rule as usize].page_id();
            debug_assert!(
                engine_ids::ALWAYS.contains(&&**id),
                "`{id}` finds something in {} without any of its literals: {:?}",
                discarded.path,
                found.diagnostic,
            );
        }
    }
}

/// The steps that rules have taken on the trees of one file, which share one budget for each rule.
#[derive(Debug, Default)]
struct SharedBudget {
    steps: HashMap<usize, u64>,
    /// The instances that are not called for the rest of the file.
    stopped: Vec<usize>,
}

impl SharedBudget {
    /// Adds the cost of an instance on one tree.
    fn charge(&mut self, instance: usize, cost: Cost) {
        *self.steps.entry(instance).or_default() += cost.steps;
        if cost.failed || cost.stopped.is_some() {
            self.steps.remove(&instance);
            self.stopped.push(instance);
        }
    }

    /// The levels of the rules that have budget left; those whose budget is spent are reported.
    fn levels_in_budget<'l>(
        &mut self,
        engine: &Engine,
        file: &Lowered,
        levels: &'l Levels,
        draft: &mut AnswerDraft,
    ) -> Cow<'l, [Option<Severity>]> {
        let limit = engine.options.steps;
        let mut spent: Vec<usize> = self.steps.iter().filter(|(_, steps)| **steps > limit).map(|(at, _)| *at).collect();
        spent.sort_unstable();
        for instance in spent {
            self.steps.remove(&instance);
            self.stopped.push(instance);
            let rule = engine.plan.instances()[instance].rule;
            walk::report_over_budget(engine, file, &engine.plan.rules()[rule].id, OverBudget::Steps, draft);
        }
        if self.stopped.is_empty() {
            return Cow::Borrowed(levels);
        }
        let mut levels = levels.to_vec();
        self.stopped.iter().for_each(|instance| levels[*instance] = None);
        Cow::Owned(levels)
    }
}
