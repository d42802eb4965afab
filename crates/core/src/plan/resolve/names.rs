//! Finds rules by the names that settings, suppressions and commands use.

use std::collections::HashMap;
use std::sync::Arc;

use crate::plan::PlannedRule;

/// The rules by their ids.
#[derive(Debug, Default)]
pub(in crate::plan) struct RuleNames {
    by_id: HashMap<Arc<str>, Vec<usize>>,
    by_earlier_id: HashMap<Arc<str>, Vec<usize>>,
}

impl RuleNames {
    pub(super) fn new(rules: &[PlannedRule]) -> Self {
        let mut names = Self::default();
        for (at, rule) in rules.iter().enumerate() {
            names.by_id.entry(rule.entry.id.clone()).or_default().push(at);
            for id in &rule.entry.formerly {
                names.by_earlier_id.entry(id.clone()).or_default().push(at);
            }
        }
        names
    }

    /// The numbers of the rules that `name` can mean. Rules that are off are left out if one that is on has the name.
    pub(in crate::plan) fn named(
        &self,
        rules: &[PlannedRule],
        name: &str,
        is_on: &dyn Fn(usize) -> bool,
    ) -> Vec<usize> {
        let of = |names: &HashMap<Arc<str>, Vec<usize>>, id: &str| names.get(id).cloned().unwrap_or_default();
        let mut found = match name.rsplit_once('/') {
            Some((pack, id)) => {
                let mut found = of(&self.by_id, id);
                found.extend(of(&self.by_earlier_id, id));
                found.retain(|at| *rules[*at].pack == *pack);
                found.sort_unstable();
                found.dedup();
                found
            }
            None => of(&self.by_id, name),
        };
        if found.is_empty() && !name.contains('/') {
            found = of(&self.by_earlier_id, name);
        }
        if found.len() > 1 && found.iter().any(|at| is_on(*at)) {
            found.retain(|at| is_on(*at));
        }
        found
    }
}
