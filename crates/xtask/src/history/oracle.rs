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
    /// The fingerprint that it had first.
    pub fingerprint: String,
    /// The fingerprint that it has now.
    pub print_now: String,
    pub symbol: String,
    /// The count of the rule.
    pub value: Option<u32>,
    pub start: usize,
    pub end: usize,
    /// The 1-based line where it starts.
    pub line: usize,
}

/// Reads the findings of a JSON report.
pub fn read(report: &[u8]) -> Result<Vec<ReportedFinding>, String> {
    let found = ReportJson::parse(report)?.diagnostics.into_iter().map(|found| ReportedFinding {
        path: found.path,
        rule: found.rule,
        print_now: found.fingerprint.clone(),
        fingerprint: found.fingerprint,
        symbol: found.symbol,
        value: found.measure.map(|measure| measure.value),
        line: found.range.start.line as usize,
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

/// The findings among these that are not known: of equal ones as many as are too many for the counts of entries that are
/// as high. An entry without a count fits every finding.
pub fn unknown(found: &[ReportedFinding], known: &BTreeMap<(String, String), Vec<Option<u32>>>) -> FindingCounts {
    let mut values: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for found in found {
        let key = (found.path.clone(), found.fingerprint.clone());
        values.entry(key).or_default().push(found.value.unwrap_or_default());
    }
    let mut unknown = FindingCounts::new();
    for (key, mut values) in values {
        let mut limits: Vec<u32> =
            known.get(&key).into_iter().flatten().map(|limit| limit.unwrap_or(u32::MAX)).collect();
        values.sort_unstable();
        limits.sort_unstable();
        // The lowest count takes the lowest limit that is high enough.
        let mut limits = limits.into_iter();
        let is_unknown = |value: &&u32| limits.by_ref().all(|limit| limit < **value);
        let count: i64 = values.iter().filter(is_unknown).map(|_| 1).sum();
        if count > 0 {
            unknown.insert(key, count);
        }
    }
    unknown
}

/// The findings of a change that the code before it does not account for. Where one of several equal ones has grown, each
/// is compared with the one that was in its place.
pub fn unknown_in_change(
    found: &[ReportedFinding],
    before: &BTreeMap<(String, String), Vec<Option<u32>>>,
) -> FindingCounts {
    let mut unknown = unknown(found, before);
    let now = values_of(found, |path| path);
    for (key, count) in &mut unknown {
        let (Some(now), Some(before)) = (now.get(key), before.get(key)) else { continue };
        if now.len() == before.len() {
            *count = now.iter().zip(before).map(|(now, before)| i64::from(now > before)).sum();
        }
    }
    unknown
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

/// The counts of findings by path and fingerprint, under the paths that their files have now.
pub fn values_of<'p>(
    found: &'p [ReportedFinding],
    now: impl Fn(&'p str) -> &'p str,
) -> BTreeMap<(String, String), Vec<Option<u32>>> {
    let mut values: BTreeMap<(String, String), Vec<Option<u32>>> = BTreeMap::new();
    for found in found {
        let key = (now(&found.path).to_owned(), found.fingerprint.clone());
        values.entry(key).or_default().push(found.value);
    }
    values
}

/// The entries after a pruning: those that are kept, and those of findings in another file now, which is followed if they
/// are in a definition.
pub fn followed(mut kept: FindingCounts, accepted: &FindingCounts, found: &[ReportedFinding]) -> FindingCounts {
    let mut left = anywhere(&more(accepted, &kept));
    let mut known = kept.clone();
    for found in found {
        let key = (found.path.clone(), found.fingerprint.clone());
        if let Some(count) = known.get_mut(&key).filter(|count| **count > 0) {
            *count -= 1;
        } else if let Some(count) =
            left.get_mut(&(String::new(), found.fingerprint.clone())).filter(|count| **count > 0)
            && !found.symbol.is_empty()
        {
            *count -= 1;
            *kept.entry(key).or_default() += 1;
        }
    }
    kept
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
    fn a_count_is_known_up_to_that_of_an_entry() {
        let found = |value| ReportedFinding {
            path: "a".to_owned(),
            rule: String::new(),
            fingerprint: String::new(),
            print_now: String::new(),
            symbol: String::new(),
            value,
            start: 0,
            end: 0,
            line: 1,
        };
        let check = |found: &[ReportedFinding], limits: &[Option<u32>], expected: i64| {
            let known = BTreeMap::from([(("a".to_owned(), String::new()), limits.to_vec())]);
            assert_eq!(total(&unknown(found, &known)), expected);
        };
        check(&[found(Some(5)), found(Some(9))], &[Some(9), Some(4)], 1);
        check(&[found(Some(5)), found(Some(9))], &[Some(9), Some(5)], 0);
        check(&[found(Some(5)), found(None)], &[None, None], 0);
        check(&[found(None), found(None)], &[None], 1);
    }

    #[test]
    fn differences_are_counted() {
        assert_eq!(more(&counts(&[("a", 3), ("b", 1)]), &counts(&[("a", 1), ("b", 2)])), counts(&[("a", 2)]));
        assert_eq!(both(&counts(&[("a", 3), ("b", 1)]), &counts(&[("a", 1)])), counts(&[("a", 1)]));
    }
}
