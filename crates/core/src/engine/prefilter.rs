//! The stage `prefilter`: which files are left out because their text alone shows that nothing can be found there.

use crate::engine::Engine;
use crate::ir::Dialect;
use crate::plan::Scan;
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};

impl Engine {
    /// Whether anything is to be looked for in a file of this path, so that it must be read at all.
    pub fn wants(&self, path: &RelPath, dialect: &'static Dialect) -> bool {
        if self.options.parse_all || self.plan.needs_facts(dialect) {
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

    /// Which rules can find something in a text, and whether the file must be parsed.
    pub(super) fn prefilter(&self, source: &SourceFile, dialect: &'static Dialect) -> Scan {
        let levels = self.plan.levels(source.path());
        let count = self.plan.suppressions_count(dialect);
        let mut scan = self.plan.prefilter(dialect).scan(source.text(), levels, count);
        scan.wanted |= self.options.parse_all || self.plan.needs_facts(dialect);
        scan
    }
}
