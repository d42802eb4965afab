//! The entries in the files of a baseline, and the result of merging two sets of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lawbook_core::policy::baseline;

use super::oracle::{FindingCounts, ReportedFinding};

/// An entry and the baseline file that it is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryInFile {
    file: String,
    path: String,
    fingerprint: String,
    number: u32,
    reason: Option<String>,
    value: Option<u32>,
}

/// Reads the entries below a root.
pub fn read(root: &Path) -> Result<BTreeSet<EntryInFile>, String> {
    let mut all = BTreeSet::new();
    for at in ignore::WalkBuilder::new(root.join(".lawbook/baseline")).standard_filters(false).build() {
        let at = at.map_err(|error| error.to_string())?;
        if !at.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let file = at.path().display().to_string();
        let text = fs::read_to_string(at.path()).map_err(|error| format!("{file}: {error}"))?;
        let entries = baseline::read(&file, text).map_err(|mistakes| format!("{file}: {mistakes:?}"))?;
        all.extend(entries.entries().map(|entry| EntryInFile {
            file: file.clone(),
            path: entry.path.to_string(),
            fingerprint: entry.fingerprint.clone(),
            number: entry.count,
            reason: entry.reason.clone(),
            value: entry.measure.as_ref().map(|(value, _)| *value),
        }));
    }
    Ok(all)
}

/// The number of entries by path and fingerprint; equal entries in several files count once.
pub fn count(entries: &BTreeSet<EntryInFile>) -> FindingCounts {
    values(entries).into_iter().map(|(key, values)| (key, values.iter().map(|_| 1).sum())).collect()
}

/// The counts in the entries by path and fingerprint, of equal entries in several files one.
pub fn values(entries: &BTreeSet<EntryInFile>) -> BTreeMap<(String, String), Vec<Option<u32>>> {
    let without_file =
        entries.iter().map(|kept| (&kept.path, &kept.fingerprint, kept.number, &kept.reason, kept.value));
    let mut values: BTreeMap<(String, String), Vec<Option<u32>>> = BTreeMap::new();
    for (path, fingerprint, _, _, value) in without_file.collect::<BTreeSet<_>>() {
        values.entry((path.clone(), fingerprint.clone())).or_default().push(value);
    }
    values
}

/// A fingerprint with the counts of its entries.
type WrittenValues<'e> = (&'e str, &'e [Option<u32>]);

/// The counts in the entries that a run finds, by the present path and the first fingerprint of their findings.
#[derive(Clone, Debug, Default)]
pub struct FoundEntries {
    /// Those that the findings are compared with.
    pub values: BTreeMap<(String, String), Vec<Option<u32>>>,
    /// The number of those whose file and all of whose definitions with findings have other names: nothing leads to them.
    pub lost: FindingCounts,
}

/// Finds the entries for findings. An entry for the path and fingerprint that a finding has now goes before those that
/// have older ones. The entries of a path that is gone are found if one of them has the fingerprint of a finding that no
/// entry of its own path knows.
pub fn find(
    entries: &BTreeSet<EntryInFile>,
    found: &[ReportedFinding],
    path_now: impl Fn(&str) -> String,
    first_print: impl Fn(&str) -> String,
) -> FoundEntries {
    let written = values(entries);
    let mut now = FindingCounts::new();
    for found in found {
        *now.entry((found.path.clone(), found.print_now.clone())).or_default() += 1;
    }
    let mut open = now.clone();
    for (key, values) in &written {
        if let Some(count) = open.get_mut(key) {
            *count -= size(values);
        }
    }
    let mut by_path: BTreeMap<&str, Vec<WrittenValues<'_>>> = BTreeMap::new();
    for ((path, print), values) in &written {
        by_path.entry(path.as_str()).or_default().push((print.as_str(), values.as_slice()));
    }
    let mut all = FoundEntries::default();
    let mut older: BTreeMap<(String, String), Vec<Option<u32>>> = BTreeMap::new();
    for (path, entries) in by_path {
        let new_path = path_now(path);
        let mut is_lost = new_path != path;
        for (print, values) in entries.iter().filter(|_| new_path != path) {
            let count = open.get_mut(&(new_path.clone(), (*print).to_owned())).filter(|count| **count > 0);
            if let Some(count) = count {
                is_lost = false;
                *count -= size(values);
            }
        }
        for (print, values) in entries {
            let key = (new_path.clone(), first_print(print));
            if is_lost {
                *all.lost.entry(key).or_default() += size(values);
            } else if new_path == path && now.contains_key(&(new_path.clone(), (*print).to_owned())) {
                all.values.entry(key).or_default().extend(values.iter());
            } else {
                older.entry(key).or_default().extend(values.iter());
            }
        }
    }
    let first = super::oracle::count(found);
    for (key, values) in older {
        let own = all.values.entry(key.clone()).or_default();
        if size(own) < first.get(&key).copied().unwrap_or_default() {
            own.extend(values);
        }
    }
    all
}

/// The number of values, as findings are counted.
fn size(values: &[Option<u32>]) -> i64 {
    values.iter().map(|_| 1).sum()
}

/// The entries of a merge that one of its sides accepted anew: the base has no entry with the reason that they have.
pub fn accepted_since(base: &BTreeSet<EntryInFile>, merge: &BTreeSet<EntryInFile>) -> BTreeSet<EntryInFile> {
    let reasons: BTreeSet<&String> = base.iter().filter_map(|kept| kept.reason.as_ref()).collect();
    let is_since = |kept: &&EntryInFile| kept.reason.as_ref().is_some_and(|reason| !reasons.contains(reason));
    merge.iter().filter(is_since).cloned().collect()
}

/// The entries after a merge: those that either side added, and those of the base that neither side removed.
pub fn merged(
    base: &BTreeSet<EntryInFile>,
    ours: &BTreeSet<EntryInFile>,
    theirs: &BTreeSet<EntryInFile>,
) -> BTreeSet<EntryInFile> {
    let stays = |kept: &&EntryInFile| !base.contains(*kept) || (ours.contains(*kept) && theirs.contains(*kept));
    ours.union(theirs).filter(stays).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(written: &[(&str, u32)]) -> BTreeSet<EntryInFile> {
        let kept = written.iter().map(|(file, number)| EntryInFile {
            file: (*file).to_owned(),
            path: "a.ts".to_owned(),
            fingerprint: String::new(),
            number: *number,
            reason: None,
            value: None,
        });
        kept.collect()
    }

    #[test]
    fn a_merge_takes_out_what_either_side_did() {
        let base = kept(&[("b", 1), ("b", 2), ("b", 3)]);
        let (ours, theirs) = (kept(&[("b", 1), ("b", 2), ("c", 4)]), kept(&[("b", 2), ("b", 3)]));
        assert_eq!(merged(&base, &ours, &theirs), kept(&[("b", 2), ("c", 4)]));
    }

    #[test]
    fn what_a_side_accepted_anew_has_a_reason_that_the_base_lacks() {
        let with_reason = |reason: &str| -> BTreeSet<EntryInFile> {
            kept(&[("b", 1)]).into_iter().map(|kept| EntryInFile { reason: Some(reason.to_owned()), ..kept }).collect()
        };
        assert_eq!(accepted_since(&kept(&[("b", 1)]), &with_reason("r")).len(), 1);
        assert_eq!(accepted_since(&with_reason("r"), &with_reason("r")).len(), 0);
        assert_eq!(accepted_since(&BTreeSet::new(), &kept(&[("b", 1)])).len(), 0);
    }

    /// Checks the counts that findings `path fingerprint`, whose first fingerprint is the lower-case one, are compared
    /// with, and the number of lost entries. The file `old` is `new` now.
    #[track_caller]
    fn check_find(written: &[(&str, &str, u32)], found: &[(&str, &str)], expected: &[u32], lost: i64) {
        let entry = |(path, print, value): &(&str, &str, u32)| EntryInFile {
            file: "b".to_owned(),
            path: (*path).to_owned(),
            fingerprint: (*print).to_owned(),
            number: 1,
            reason: None,
            value: Some(*value),
        };
        let finding = |(path, print): &(&str, &str)| ReportedFinding {
            path: (*path).to_owned(),
            rule: String::new(),
            fingerprint: print.to_lowercase(),
            print_now: (*print).to_owned(),
            symbol: String::new(),
            value: None,
            start: 0,
            end: 0,
            line: 1,
        };
        let found: Vec<ReportedFinding> = found.iter().map(finding).collect();
        let path_now = |path: &str| if path == "old" { "new".to_owned() } else { path.to_owned() };
        let entries = find(&written.iter().map(entry).collect(), &found, path_now, str::to_lowercase);
        let values: Vec<u32> = entries.values.values().flatten().flatten().copied().collect();
        assert_eq!((values.as_slice(), super::super::oracle::total(&entries.lost)), (expected, lost));
    }

    #[test]
    fn entries_of_older_names_are_found_after_those_of_now() {
        check_find(&[("a", "x", 5)], &[("a", "X")], &[5], 0);
        check_find(&[("a", "x", 5), ("a", "X", 4)], &[("a", "X")], &[4], 0);
        check_find(&[("old", "x", 5)], &[("new", "x")], &[5], 0);
        check_find(&[("old", "x", 5), ("new", "x", 4)], &[("new", "x"), ("new", "x")], &[4, 5], 0);
    }

    #[test]
    fn entries_are_lost_where_nothing_in_a_renamed_file_is_as_before() {
        check_find(&[("old", "x", 5)], &[("new", "X")], &[], 1);
        check_find(&[("old", "x", 5), ("old", "y", 6)], &[("new", "X"), ("new", "y")], &[5, 6], 0);
        check_find(&[("old", "x", 5), ("old", "y", 6), ("new", "y", 7)], &[("new", "X"), ("new", "y")], &[7], 2);
    }

    #[test]
    fn an_equal_twin_that_both_sides_took_out_is_one() {
        let (base, both) = (kept(&[("b", 1), ("b", 2)]), kept(&[("b", 1)]));
        assert_eq!(count(&merged(&base, &both, &both)).values().sum::<i64>(), 1);
    }

    #[test]
    fn what_two_branches_wrote_alike_counts_once() {
        assert_eq!(count(&kept(&[("b", 1), ("c", 1), ("c", 2)])).values().sum::<i64>(), 2);
    }
}
