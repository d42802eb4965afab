//! The findings that must be reported, computed from the simulated commits and not from the baseline.

use std::collections::BTreeMap;

use crate::report_json::ReportJson;

/// Numbers of findings by path and fingerprint.
pub type FindingCounts = BTreeMap<(String, String), i64>;

/// A finding of a report.
#[derive(Clone, Debug)]
pub struct ReportedFinding {
    pub path: String,
    pub rule: String,
    pub fingerprint: String,
    pub start: usize,
    pub end: usize,
}

/// Reads the findings of a JSON report.
pub fn read(report: &[u8]) -> Result<Vec<ReportedFinding>, String> {
    let found = ReportJson::parse(report)?.diagnostics.into_iter().map(|found| ReportedFinding {
        path: found.path,
        rule: found.rule,
        fingerprint: found.fingerprint,
        start: found.span.start,
        end: found.span.end,
    });
    Ok(found.collect())
}

/// Counts findings by path and fingerprint.
pub fn count(found: &[ReportedFinding]) -> FindingCounts {
    let mut counts = FindingCounts::new();
    for found in found {
        *counts.entry((found.path.clone(), found.fingerprint.clone())).or_default() += 1;
    }
    counts
}

/// The findings of which `a` has more than `b`, with the difference.
pub fn more(a: &FindingCounts, b: &FindingCounts) -> FindingCounts {
    let rest = a.iter().map(|(key, count)| (key.clone(), count - b.get(key).copied().unwrap_or_default()));
    rest.filter(|(_, count)| *count > 0).collect()
}

/// The findings that both have, with the smaller number.
pub fn both(a: &FindingCounts, b: &FindingCounts) -> FindingCounts {
    let shared = a.iter().map(|(key, count)| (key.clone(), *count.min(b.get(key).unwrap_or(&0))));
    shared.filter(|(_, count)| *count > 0).collect()
}

/// The same numbers by fingerprint alone, under an empty path.
pub fn anywhere(counts: &FindingCounts) -> FindingCounts {
    let mut all = FindingCounts::new();
    for ((_, print), count) in counts {
        *all.entry((String::new(), print.clone())).or_default() += count;
    }
    all
}

/// The number of all findings.
pub fn total(counts: &FindingCounts) -> i64 {
    counts.values().sum()
}

/// The same numbers with other paths.
pub fn renamed(counts: &FindingCounts, name: impl Fn(&str) -> String) -> FindingCounts {
    let mut all = FindingCounts::new();
    for ((path, print), count) in counts {
        *all.entry((name(path), print.clone())).or_default() += count;
    }
    all
}

/// The findings that two branches have accepted together: those that either added, less those that either took out.
pub fn merged(base: &FindingCounts, ours: &FindingCounts, theirs: &FindingCounts) -> FindingCounts {
    let mut all = FindingCounts::new();
    for key in base.keys().chain(ours.keys()).chain(theirs.keys()) {
        let of = |counts: &FindingCounts| counts.get(key).copied().unwrap_or_default();
        let count = of(ours) + of(theirs) - of(base);
        if count > 0 {
            all.insert(key.clone(), count);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(written: &[(&str, i64)]) -> FindingCounts {
        written.iter().map(|(path, count)| (((*path).to_owned(), String::new()), *count)).collect()
    }

    #[test]
    fn both_sides_of_a_merge_count() {
        let base = counts(&[("a", 3), ("b", 1)]);
        let (ours, theirs) = (counts(&[("a", 2), ("b", 1), ("c", 1)]), counts(&[("a", 2)]));
        assert_eq!(merged(&base, &ours, &theirs), counts(&[("a", 1), ("c", 1)]));
    }

    #[test]
    fn differences_are_counted() {
        assert_eq!(more(&counts(&[("a", 3), ("b", 1)]), &counts(&[("a", 1), ("b", 2)])), counts(&[("a", 2)]));
        assert_eq!(both(&counts(&[("a", 3), ("b", 1)]), &counts(&[("a", 1)])), counts(&[("a", 1)]));
    }
}
