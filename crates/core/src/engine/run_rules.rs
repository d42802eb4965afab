//! The stage `run_rules`: the rules that can find something walk the trees, and debug builds check that no other could.

use crate::engine::answer::AnswerDraft;
use crate::engine::prefilter::FileScan;
use crate::engine::{Engine, walk};
use crate::ir::{Lowered, Tree};
use crate::plan::Scan;
use crate::rule::engine_ids;

impl Engine {
    /// Runs the rules that can find something on every tree; without the pre-filter, all of them.
    pub(super) fn run_rules(&self, file: &Lowered, scan: &FileScan, draft: &mut AnswerDraft) {
        for tree in &file.trees {
            let Some(scan) = scan.of(tree.dialect()) else { continue };
            let levels = if self.options.prefilter { &scan.live } else { &scan.levels };
            walk::walk(self, file, tree, levels, draft);
        }
        if cfg!(debug_assertions) && self.options.prefilter {
            self.assert_idle(file, scan);
        }
    }

    /// What the pre-filter left out must find nothing.
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
        walk::walk(self, file, tree, &idle, &mut twin);
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
