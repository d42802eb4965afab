//! The point at which the fixes of a rule are given up: a rule whose fixes fail again and again would cost a proof for each finding.

use std::collections::HashMap;
use std::sync::Arc;

use crate::fix::proof::FixCandidate;

/// The number of fixes of a rule that may fail, in addition to one for each that held.
const MAX_FAILURES: usize = 16;

/// The fixes of each rule that held and failed so far.
#[derive(Debug, Default)]
pub(super) struct Patience {
    rules: HashMap<Arc<str>, Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    held: usize,
    failed: usize,
}

impl Patience {
    /// Counts fixes that passed verification together.
    pub(super) fn held(&mut self, fixes: &[&FixCandidate]) {
        for fix in fixes {
            self.rules.entry(fix.rule.clone()).or_default().held += 1;
        }
    }

    /// Counts a fix that failed, by itself or beside others.
    pub(super) fn failed(&mut self, fix: &FixCandidate) {
        self.rules.entry(fix.rule.clone()).or_default().failed += 1;
    }

    /// The reason why no more fixes of a rule are tried; none if they are.
    pub(super) fn refusal(&self, rule: &str) -> Option<String> {
        let tally = self.rules.get(rule).filter(|tally| tally.failed >= MAX_FAILURES + tally.held)?;
        Some(format!("it was not tried, since {} fixes of `{rule}` before it did not hold", tally.failed))
    }
}
