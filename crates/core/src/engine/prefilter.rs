//! The stage `prefilter`: files are left out whose text alone shows that no rule can find anything there.

use crate::engine::Engine;
use crate::ir::Dialect;
use crate::plan::Scan;
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};

impl Engine {
    /// True when a file of this path must be read: a rule looks for something in it, or takes its facts.
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

    /// The rules that can find something in a text; one of them is reason enough to parse it.
    pub(super) fn prefilter(&self, source: &SourceFile, dialect: &'static Dialect) -> Scan {
        let levels = self.plan.levels(source.path());
        let count = self.plan.suppressions_count(dialect);
        let mut scan = self.plan.prefilter(dialect).scan(source.text(), levels, count);
        scan.wanted |= self.options.parse_all || self.plan.needs_facts(dialect);
        scan
    }
}
