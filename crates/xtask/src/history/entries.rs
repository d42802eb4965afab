//! The entries in the files of a baseline, and the result of merging two sets of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lawbook_core::policy::baseline;

use super::oracle::FindingCounts;

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
    fn an_equal_twin_that_both_sides_took_out_is_one() {
        let (base, both) = (kept(&[("b", 1), ("b", 2)]), kept(&[("b", 1)]));
        assert_eq!(count(&merged(&base, &both, &both)).values().sum::<i64>(), 1);
    }

    #[test]
    fn what_two_branches_wrote_alike_counts_once() {
        assert_eq!(count(&kept(&[("b", 1), ("c", 1), ("c", 2)])).values().sum::<i64>(), 2);
    }
}
