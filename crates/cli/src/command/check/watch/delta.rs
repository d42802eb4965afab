//! The difference between the findings of two runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::report::{Report, Summary};
use lawbook_core::source::RelPath;

/// The findings of a run by identity, with how often each is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WatchedCounts {
    counts: HashMap<WatchedFinding, usize>,
    /// The numbers of the summary that say what was found.
    numbers: Vec<usize>,
}

/// The identity of a finding. Where it stands is no part of it, so that lines above it may come and go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct WatchedFinding {
    path: RelPath,
    rule: Arc<str>,
    fingerprint: String,
}

impl WatchedFinding {
    fn of(found: &Diagnostic) -> Self {
        Self { path: found.path.clone(), rule: found.rule.clone(), fingerprint: found.fingerprint.clone() }
    }
}

/// The difference between two runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FindingDelta {
    /// The number of findings that were not there before.
    pub(super) new: usize,
    /// The number of findings that are not there any more.
    pub(super) gone: usize,
    /// By the order of the report, true for a finding that was not there before.
    pub(super) is_new: Vec<bool>,
}

impl WatchedCounts {
    /// The findings of a report.
    pub(super) fn of(report: &Report) -> Self {
        let mut counts: HashMap<WatchedFinding, usize> = HashMap::new();
        for found in &report.diagnostics {
            *counts.entry(WatchedFinding::of(found)).or_default() += 1;
        }
        Self { counts, numbers: numbers(&report.summary) }
    }

    /// The findings that a report has more and less than these.
    pub(super) fn delta(&self, report: &Report) -> FindingDelta {
        let mut left = self.counts.clone();
        let is_new = |found: &Arc<Diagnostic>| match left.get_mut(&WatchedFinding::of(found)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        let is_new: Vec<bool> = report.diagnostics.iter().map(is_new).collect();
        let new = is_new.iter().filter(|is_new| **is_new).count();
        FindingDelta { new, gone: left.values().sum(), is_new }
    }
}

/// The numbers that a reader of the report sees change, without those of files that lawbook does not read.
fn numbers(summary: &Summary) -> Vec<usize> {
    let Summary { checked, prefiltered, without_rules, skipped, errors, warnings, infos, .. } = *summary;
    let Summary { suppressed, known, stale, off, fixable, fixable_unsafe, .. } = *summary;
    let checked = checked + prefiltered;
    vec![
        checked,
        without_rules,
        skipped,
        errors,
        warnings,
        infos,
        suppressed,
        known,
        stale,
        off,
        fixable,
        fixable_unsafe,
    ]
}

/// The files other than some with findings, each with their number: the most first.
pub(super) fn elsewhere<'r>(report: &'r Report, is_shown: &[bool]) -> Vec<(&'r RelPath, usize)> {
    let mut counts: BTreeMap<&RelPath, usize> = BTreeMap::new();
    for (found, _) in report.diagnostics.iter().zip(is_shown).filter(|(_, is_shown)| !**is_shown) {
        *counts.entry(&found.path).or_default() += 1;
    }
    let mut counts: Vec<(&RelPath, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
