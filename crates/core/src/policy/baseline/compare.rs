//! What a baseline says of findings: which are known, and which entries stand for nothing any more.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::policy::baseline::{Baseline, EntryAt};
use crate::policy::multiset::Multiset;
use crate::report::BaselineEntry;
use crate::rule::engine_ids;
use crate::source::RelPath;

/// What a run can say of entries that match none of its findings.
pub struct Scope<'a> {
    /// Whether the run would have told the finding of this entry.
    pub covers: &'a dyn Fn(&BaselineEntry) -> bool,
    /// Whether there is no such file any more.
    pub is_gone: &'a dyn Fn(&RelPath) -> bool,
}

impl std::fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// The outcome of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// For each finding: the entry that knows it.
    pub known: Vec<Option<EntryAt>>,
    /// Entries that match nothing, though their findings were looked for.
    pub stale: Vec<EntryAt>,
}

impl Comparison {
    /// Entries that know a finding in another file than they say, each with the number of the finding.
    pub fn moved<'a>(
        &'a self,
        baseline: &'a Baseline,
        found: &'a [Arc<Diagnostic>],
    ) -> impl Iterator<Item = (EntryAt, usize)> + 'a {
        let known = self.known.iter().enumerate().filter_map(|(number, at)| Some(((*at)?, number)));
        known.filter(|(at, number)| baseline.entry(*at).path != found[*number].path)
    }

    /// Lets stale entries follow code that went to another file while its own stayed: an equal finding in a definition
    /// of the same name. Nothing but a person's order may take that for a move.
    pub fn follow_moves(&mut self, baseline: &Baseline, found: &[Arc<Diagnostic>]) {
        let prints = self.stale.iter().map(|at| baseline.entry(*at).fingerprint.as_str());
        let mut left = Multiset::new(prints.enumerate().map(|(number, print)| (print, number)));
        let mut followed = HashSet::new();
        for (known, found) in self.known.iter_mut().zip(found) {
            if known.is_some() || found.symbol.is_empty() || !may_be_known(found) {
                continue;
            }
            if let Some(number) = left.take(&found.fingerprint.as_str()) {
                *known = Some(self.stale[number]);
                followed.insert(self.stale[number]);
            }
        }
        self.stale.retain(|at| !followed.contains(at));
    }
}

/// Whether a finding may be known at all: what was not checked must never look clean.
pub fn may_be_known(found: &Diagnostic) -> bool {
    !engine_ids::ALWAYS.contains(&&*found.rule)
}

/// Compares findings, in their order, with a baseline.
///
/// An entry whose file is gone stands for an equal finding elsewhere: the file was renamed. Which file that is, the
/// entries of the old one decide together.
pub fn compare(baseline: &Baseline, found: &[Arc<Diagnostic>], scope: &Scope<'_>) -> Comparison {
    let places: Vec<EntryAt> = baseline.distinct().map(|(at, _)| at).collect();
    let keys = baseline.distinct().map(|(_, entry)| (&entry.path, entry.fingerprint.as_str()));
    let mut left = Multiset::new(keys.enumerate().map(|(number, key)| (key, number)));
    let mut is_used = vec![false; places.len()];
    let mut known: Vec<Option<EntryAt>> = vec![None; found.len()];
    for (known, found) in known.iter_mut().zip(found).filter(|(_, found)| may_be_known(found)) {
        if let Some(number) = left.take(&(&found.path, found.fingerprint.as_str())) {
            is_used[number] = true;
            *known = Some(places[number]);
        }
    }
    let unused: Vec<EntryAt> = places.iter().zip(is_used).filter(|(_, is_used)| !is_used).map(|(at, _)| *at).collect();
    follow_renames(baseline, found, scope, &unused, &mut known);
    let used: HashSet<EntryAt> = known.iter().flatten().copied().collect();
    let stale = unused.into_iter().filter(|at| !used.contains(at) && (scope.covers)(baseline.entry(*at)));
    Comparison { stale: stale.collect(), known }
}

fn follow_renames(
    baseline: &Baseline,
    found: &[Arc<Diagnostic>],
    scope: &Scope<'_>,
    unused: &[EntryAt],
    known: &mut [Option<EntryAt>],
) {
    let mut by_print: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, found) in found.iter().enumerate().filter(|(at, found)| known[*at].is_none() && may_be_known(found)) {
        by_print.entry(&found.fingerprint).or_default().push(at);
    }
    let mut by_path: BTreeMap<&RelPath, Vec<EntryAt>> = BTreeMap::new();
    for at in unused {
        let entry = baseline.entry(*at);
        if by_print.contains_key(entry.fingerprint.as_str()) {
            by_path.entry(&entry.path).or_default().push(*at);
        }
    }
    for (path, entries) in by_path {
        if !(scope.is_gone)(path) {
            continue;
        }
        let free = |known: &[Option<EntryAt>], at: EntryAt| -> Vec<usize> {
            let numbers = by_print.get(baseline.entry(at).fingerprint.as_str()).into_iter().flatten();
            numbers.copied().filter(|number| known[*number].is_none()).collect()
        };
        let Some(target) = target(path, &entries, found, |at| free(known, at)) else { continue };
        for at in entries {
            if let Some(number) = free(known, at).into_iter().find(|number| found[*number].path == target) {
                known[number] = Some(at);
            }
        }
    }
}

/// The file that holds most of what a gone one held; of equals, one of the same name, then the first.
fn target(
    path: &RelPath,
    entries: &[EntryAt],
    found: &[Arc<Diagnostic>],
    free: impl Fn(EntryAt) -> Vec<usize>,
) -> Option<RelPath> {
    let mut shares: BTreeMap<&RelPath, HashSet<usize>> = BTreeMap::new();
    for at in entries {
        let mut served = HashSet::new();
        for number in free(*at) {
            let path = &found[number].path;
            // An entry counts once a file, and a finding for one entry.
            if !served.contains(path) && shares.entry(path).or_default().insert(number) {
                served.insert(path);
            }
        }
    }
    let same_name = |other: &RelPath| other.file_name() == path.file_name();
    let best = shares.into_iter().rev().max_by_key(|(other, share)| (share.len(), same_name(other)))?;
    Some(best.0.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::baseline;
    use crate::policy::testing::findings;

    fn baseline(written: &[&str]) -> Baseline {
        let found = findings(written);
        let mut entries: Vec<BaselineEntry> = found.iter().map(|found| BaselineEntry::of(found, None, None)).collect();
        for at in 1..entries.len() {
            if entries[at].fingerprint == entries[at - 1].fingerprint {
                entries[at].count = entries[at - 1].count + 1;
            }
        }
        Baseline { files: vec![baseline::read("b.txt", baseline::print(&entries)).unwrap()] }
    }

    /// The findings that are new, and the entries that are stale; `gone` are files that are no more.
    #[track_caller]
    fn check(entries: &[&str], found: &[&str], gone: &[&str], new: &[&str], stale: &[&str]) -> Comparison {
        let baseline = baseline(entries);
        let covers = |entry: &BaselineEntry| !entry.path.as_str().contains("unseen");
        let scope = Scope { covers: &covers, is_gone: &|path| gone.contains(&path.as_str()) };
        let compared = compare(&baseline, &findings(found), &scope);
        assert_eq!(shown(&baseline, &compared, found), (owned(new), owned(stale)));
        compared
    }

    fn shown(baseline: &Baseline, compared: &Comparison, found: &[&str]) -> (Vec<String>, Vec<String>) {
        let new = found.iter().zip(&compared.known).filter(|(_, known)| known.is_none()).map(|(found, _)| *found);
        let stale = compared.stale.iter().map(|at| {
            let entry = baseline.entry(*at);
            format!("{} {}", entry.path, entry.fingerprint["1:".len()..].trim_start_matches('0'))
        });
        (owned(&new.collect::<Vec<_>>()), stale.collect())
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn equal_findings_are_counted() {
        check(&["a 2", "a 2"], &["a 2", "a 2", "a 2"], &[], &["a 2"], &[]);
        check(&["a 2", "a 2"], &["a 2"], &[], &[], &["a 2"]);
        check(&["a 2"], &["b 2"], &[], &["b 2"], &["a 2"]);
    }

    #[test]
    fn what_two_branches_did_alike_counts_once() {
        let mut twice = baseline(&["a 2"]);
        twice.files.push(twice.files[0].clone());
        let scope = Scope { covers: &|_| true, is_gone: &|_| false };
        let compared = compare(&twice, &findings(&["a 2", "a 2"]), &scope);
        assert_eq!(compared.known.iter().flatten().count(), 1);
        assert_eq!(twice.copies(compared.known.iter().flatten().copied()).len(), 2);
    }

    #[test]
    fn what_was_not_looked_for_is_not_stale() {
        check(&["unseen 2", "a 3"], &[], &[], &[], &["a 3"]);
    }

    #[test]
    fn entries_follow_a_file_that_was_renamed() {
        check(&["a 2", "a 3", "a 4"], &["b 2", "c 2", "c 3"], &["a"], &["b 2"], &["a 4"]);
        check(&["x/a 2"], &["b 2", "y/a 2"], &["x/a"], &["b 2"], &[]);
        check(&["a 2"], &["b 2"], &[], &["b 2"], &["a 2"]);
        check(&["a 2", "a 2"], &["b 2", "c 2", "c 2"], &["a"], &["b 2"], &[]);
    }

    #[test]
    fn a_file_that_was_not_checked_is_never_known() {
        check(&["a 0"], &["a 0"], &[], &["a 0"], &["a "]);
    }

    #[test]
    fn moves_between_files_are_followed_on_demand_and_by_name() {
        let (entries, found) = (["a 2 f", "a 3"], ["b 2 f", "b 3"]);
        let mut compared = check(&entries, &found, &[], &["b 2 f", "b 3"], &["a 2", "a 3"]);
        let baseline = baseline(&entries);
        compared.follow_moves(&baseline, &findings(&found));
        assert_eq!(shown(&baseline, &compared, &found), (owned(&["b 3"]), owned(&["a 3"])));
        assert_eq!(compared.moved(&baseline, &findings(&found)).count(), 1);
    }
}
