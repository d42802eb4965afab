//! The stage `run_rules`: the rules that can find something walk the tree, and debug builds check that no other could.

use crate::engine::answer::AnswerDraft;
use crate::engine::{Engine, walk};
use crate::ir::{Lowered, Tree};
use crate::plan::Scan;
use crate::rule::engine_ids;

impl Engine {
    /// Runs the rules that can find something; without the pre-filter, all of them.
    pub(super) fn run_rules(&self, file: &Lowered, tree: &Tree, scan: &Scan, draft: &mut AnswerDraft) {
        if !self.options.prefilter {
            walk::walk(self, file, tree, &scan.levels, draft, &mut |_, _| {});
            return;
        }
        walk::walk(self, file, tree, &scan.live, draft, &mut |_, _| {});
        if cfg!(debug_assertions) {
            self.assert_idle(file, scan);
        }
    }

    /// Asserts that the rules which the pre-filter left out find nothing.
    pub(super) fn assert_idle(&self, file: &Lowered, scan: &Scan) {
        let (Some(tree), false) = (file.tree(), scan.idle.is_empty()) else { return };
        let mut idle = vec![None; scan.levels.len()];
        for instance in &scan.idle {
            idle[*instance] = scan.levels[*instance];
        }
        let mut twin = AnswerDraft::new(file.source.path().clone());
        walk::walk(self, file, tree, &idle, &mut twin, &mut |_, _| {});
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
