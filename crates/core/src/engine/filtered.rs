//! The pre-filter at work: what is left out because the text alone says that nothing can be found there.

use crate::engine::{Engine, FileReport, Outcome, walk};
use crate::ir::{Lowered, Tree};
use crate::language::Dialect;
use crate::plan::Scan;
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};

impl Engine {
    /// Whether anything is to be looked for in a file of this path, so that it must be read at all.
    pub fn wants(&self, path: &RelPath, dialect: &'static Dialect) -> bool {
        if self.options.parse_all {
            return true;
        }
        if !self.plan.suppressions_count(dialect) {
            return false;
        }
        let levels = self.plan.levels(path);
        let is_on = |id: &&str| {
            let mut instances = self.plan.instances().iter().zip(&*levels);
            instances.any(|(instance, level)| level.is_some() && **self.plan.rules()[instance.rule].page_id() == **id)
        };
        self.plan.prefilter(dialect).has_rules(&levels) || engine_ids::OF_SUPPRESSIONS.iter().any(is_on)
    }

    /// Checks one file, and parses it only where something can be found. Pure: the same file gives the same answer on
    /// any thread.
    pub fn check_source(&self, source: SourceFile) -> FileReport {
        let path = source.path().clone();
        let Some(dialect) = source.dialect() else { return FileReport::new(path, Outcome::Unsupported) };
        if self.is_cancelled() {
            return self.cancelled(path);
        }
        let scan = self.scan(&source, dialect);
        if self.options.prefilter && !scan.wanted {
            if cfg!(debug_assertions) {
                self.assert_idle(&self.lower(source), &scan);
            }
            return FileReport::new(path, Outcome::Prefiltered);
        }
        let file = self.lower(source);
        match file.tree() {
            Some(tree) => self.check_scanned(&file, tree, scan),
            None => self.treeless(&file),
        }
    }

    pub(super) fn scan(&self, source: &SourceFile, dialect: &'static Dialect) -> Scan {
        let levels = self.plan.levels(source.path());
        let count = self.plan.suppressions_count(dialect);
        let mut scan = self.plan.prefilter(dialect).scan(source.text(), levels, count);
        scan.wanted |= self.options.parse_all;
        scan
    }

    /// Runs the rules that can find something; without the pre-filter, all of them.
    pub(super) fn walk(&self, file: &Lowered, tree: &Tree, scan: &Scan, report: &mut FileReport) {
        if !self.options.prefilter {
            walk::walk(self, file, tree, &scan.levels, report, &mut |_, _| {});
            return;
        }
        walk::walk(self, file, tree, &scan.live, report, &mut |_, _| {});
        if cfg!(debug_assertions) {
            self.assert_idle(file, scan);
        }
    }

    /// What the pre-filter left out must find nothing.
    fn assert_idle(&self, file: &Lowered, scan: &Scan) {
        let (Some(tree), false) = (file.tree(), scan.idle.is_empty()) else { return };
        let mut idle = vec![None; scan.levels.len()];
        for instance in &scan.idle {
            idle[*instance] = scan.levels[*instance];
        }
        let mut twin = FileReport::new(file.source.path().clone(), Outcome::Prefiltered);
        walk::walk(self, file, tree, &idle, &mut twin, &mut |_, _| {});
        for found in &twin.findings {
            let id = self.plan.rules()[found.rule].page_id();
            debug_assert!(
                engine_ids::ALWAYS.contains(&&**id),
                "`{id}` finds something in {} without any of its literals: {:?}",
                twin.path,
                found.diagnostic,
            );
        }
    }
}
