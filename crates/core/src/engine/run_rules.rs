//! The stage `run_rules`: the rules that can find something walk the trees, and debug builds check that no other could.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::Severity;
use crate::engine::Engine;
use crate::engine::answer::AnswerDraft;
use crate::engine::prefilter::FileScan;
use crate::engine::walk::{self, Cost};
use crate::ir::{Lowered, Tree};
use crate::plan::{Levels, Scan};
use crate::rule::engine_ids;

impl Engine {
    /// Runs the rules that can find something on every tree; without the pre-filter, all of them.
    pub(super) fn run_rules(&self, file: &Lowered, scan: &FileScan, draft: &mut AnswerDraft) {
        let mut shared = SharedBudget::default();
        for tree in &file.trees {
            let Some(scan) = scan.of(tree.dialect()) else { continue };
            let levels = if self.options.prefilter { &scan.live } else { &scan.levels };
            let levels = shared.left_of(self, file, levels, draft);
            let mut share = |instance, cost| shared.take(instance, cost);
            let is_only = file.trees.len() == 1;
            walk::walk(self, file, tree, &levels, draft, if is_only { None } else { Some(&mut share) });
        }
        if cfg!(debug_assertions) && self.options.prefilter {
            self.assert_idle(file, scan);
        }
    }

    /// Asserts that the rules which the pre-filter left out find nothing.
    pub(super) fn assert_idle(&self, file: &Lowered, scan: &FileScan) {
        for tree in &file.trees {
            if let Some(scan) = scan.of(tree.dialect()).filter(|scan| !scan.idle.is_empty()) {
                self.assert_idle_in(file, tree, scan);
            }
        }
    }

    fn assert_idle_in(&self, file: &Lowered, tree: &Tree, scan: &Scan) {
        let mut idle = vec![None; scan.levels.len()];
        for instance in &scan.idle {
            idle[*instance] = scan.levels[*instance];
        }
        let mut twin = AnswerDraft::new(file.source.path().clone());
        if file.trees.len() > 1 {
            // What finds nothing in one tree may look at the file because of another.
            twin.whole_file.clone_from(&scan.idle);
        }
        walk::walk(self, file, tree, &idle, &mut twin, None);
        for found in &twin.findings {
            let id = self.plan.rules()[found.rule as usize].page_id();
            debug_assert!(
                engine_ids::ALWAYS.contains(&&**id),
                "`{id}` finds something in {} without any of its literals: {:?}",
                twin.path,
                found.diagnostic,
            );
        }
    }
}

/// What rules have taken on the trees of one file: they share the budget of the file.
#[derive(Debug, Default)]
struct SharedBudget {
    steps: HashMap<usize, u64>,
    /// Instances that are out for the rest of the file.
    out: Vec<usize>,
}

impl SharedBudget {
    fn take(&mut self, instance: usize, cost: Cost) {
        *self.steps.entry(instance).or_default() += cost.steps;
        if cost.failed || cost.stopped.is_some() {
            self.steps.remove(&instance);
            self.out.push(instance);
        }
    }

    /// The levels of the rules that may go on; those whose budget is spent now are reported.
    fn left_of<'l>(
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
            self.out.push(instance);
            let rule = engine.plan.instances()[instance].rule;
            walk::over_budget(engine, file, &engine.plan.rules()[rule].id, draft);
        }
        if self.out.is_empty() {
            return Cow::Borrowed(levels);
        }
        let mut levels = levels.to_vec();
        self.out.iter().for_each(|instance| levels[*instance] = None);
        Cow::Owned(levels)
    }
}
