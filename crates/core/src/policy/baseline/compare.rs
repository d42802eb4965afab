//! What a baseline says of findings: which are known, and which entries stand for nothing any more.
//!
//! A comparison has three steps, so that a run over few files reads few entries: each file with its own entries, then
//! what is left with the entries of files that are gone, then the entries that matched nothing.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::policy::baseline::{Baseline, EntryAt};
use crate::policy::multiset::Multiset;
use crate::report::BaselineEntry;
use crate::rule::engine_ids;
use crate::source::RelPath;

/// The outcome of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// For each finding: the entry that knows it.
    pub known: Vec<Option<EntryAt>>,
    /// Entries that match nothing, though their findings were looked for.
    pub stale: Vec<EntryAt>,
    /// How many times an entry was looked at.
    pub compared: usize,
    /// The entries in `known`.
    used: HashSet<EntryAt>,
}

impl Comparison {
    /// So many findings of which none is known.
    pub fn of_nothing(findings: usize) -> Self {
        Self { known: vec![None; findings], ..Self::default() }
    }

    /// Compares the findings of each file with the entries of the same path.
    pub fn in_place(baseline: &Baseline, found: &[Arc<Diagnostic>]) -> Self {
        let mut comparison = Self::of_nothing(found.len());
        let mut left: HashMap<&RelPath, Multiset<&str, EntryAt>> = HashMap::new();
        for (number, found) in found.iter().enumerate().filter(|(_, found)| may_be_known(found)) {
            let left = left.entry(&found.path).or_insert_with(|| {
                let entries = baseline.of(&found.path).map(|(at, entry)| (entry.fingerprint.as_str(), at));
                Multiset::new(entries.inspect(|_| comparison.compared += 1))
            });
            if let Some(at) = left.take(&found.fingerprint.as_str()) {
                comparison.take(number, at);
            }
        }
        comparison
    }

    fn take(&mut self, number: usize, at: EntryAt) {
        self.known[number] = Some(at);
        self.used.insert(at);
    }

    /// Notes the entries that match nothing, once everything that may be known is.
    ///
    /// Looked at are the entries of `paths`, or all where there are none; `covers` says whether the run would have
    /// reported the finding of an entry.
    pub fn note_stale(
        &mut self,
        baseline: &Baseline,
        paths: Option<&[&RelPath]>,
        covers: &dyn Fn(&BaselineEntry) -> bool,
    ) {
        let mut compared = 0;
        let mut stale: Vec<EntryAt> = Vec::new();
        let mut look = |(at, entry): (EntryAt, &BaselineEntry)| {
            compared += 1;
            if !self.used.contains(&at) && covers(entry) {
                stale.push(at);
            }
        };
        match paths {
            Some(paths) => paths.iter().flat_map(|path| baseline.of(path)).for_each(&mut look),
            None => baseline.distinct().for_each(&mut look),
        }
        stale.sort();
        (self.stale, self.compared) = (stale, self.compared + compared);
    }

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
        let stale = self.stale.iter().map(|at| (baseline.entry(*at).fingerprint.as_str(), *at));
        let mut left = Multiset::new(stale);
        for (number, found) in found.iter().enumerate() {
            if self.known[number].is_some() || found.symbol.is_empty() || !may_be_known(found) {
                continue;
            }
            if let Some(at) = left.take(&found.fingerprint.as_str()) {
                self.take(number, at);
            }
        }
        self.stale.retain(|at| !self.used.contains(at));
    }
}

/// Whether a finding may be known at all: what was not checked must never look clean.
pub fn may_be_known(found: &Diagnostic) -> bool {
    !engine_ids::ALWAYS.contains(&&*found.rule)
}

/// The findings that no entry of their own path knows, waiting for the entries of files that are gone.
///
/// An entry whose file is gone stands for an equal finding elsewhere: the file was renamed. Which file that is, the
/// entries of the old one decide together.
#[derive(Debug)]
pub struct BaselineRenames<'f> {
    /// By fingerprint and path: the numbers of the findings, in order.
    free: HashMap<&'f str, BTreeMap<&'f RelPath, VecDeque<usize>>>,
    left: usize,
}

impl<'f> BaselineRenames<'f> {
    /// What a comparison left of the findings.
    pub fn of(comparison: &Comparison, found: &'f [Arc<Diagnostic>]) -> Self {
        let mut renames = Self { free: HashMap::new(), left: 0 };
        for (number, found) in found.iter().enumerate() {
            if comparison.known[number].is_none() && may_be_known(found) {
                let by_path = renames.free.entry(&found.fingerprint).or_default();
                by_path.entry(&found.path).or_default().push_back(number);
                renames.left += 1;
            }
        }
        renames
    }

    /// Whether no finding waits any more.
    pub fn is_done(&self) -> bool {
        self.left == 0
    }

    /// The fingerprints of the findings that wait.
    pub fn fingerprints(&self) -> impl Iterator<Item = &'f str> {
        self.free.iter().filter(|(_, by_path)| !by_path.is_empty()).map(|(fingerprint, _)| *fingerprint)
    }

    /// Lets the entries of a path that is gone follow their code. Paths are given in order, since the first one takes
    /// what several could.
    pub fn follow(&mut self, comparison: &mut Comparison, baseline: &Baseline, gone: &RelPath) {
        let unused = baseline.of(gone).filter(|(at, _)| !comparison.used.contains(at));
        let entries: Vec<(EntryAt, &str)> = unused.map(|(at, entry)| (at, entry.fingerprint.as_str())).collect();
        comparison.compared += entries.len();
        let Some(target) = self.target(gone, &entries).cloned() else { return };
        for (at, fingerprint) in entries {
            let Some(by_path) = self.free.get_mut(fingerprint) else { continue };
            let Some(numbers) = by_path.get_mut(&target) else { continue };
            if let Some(number) = numbers.pop_front() {
                comparison.take(number, at);
                self.left -= 1;
            }
            if numbers.is_empty() {
                by_path.remove(&target);
            }
        }
    }

    /// The file that holds most of what a gone one held; of equals, one of the same name, then the first.
    fn target(&self, gone: &RelPath, entries: &[(EntryAt, &str)]) -> Option<&'f RelPath> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, fingerprint) in entries {
            *counts.entry(fingerprint).or_default() += 1;
        }
        // An entry stands for one finding of a file.
        let mut shares: BTreeMap<&RelPath, usize> = BTreeMap::new();
        for (fingerprint, count) in counts {
            for (path, numbers) in self.free.get(fingerprint).into_iter().flatten() {
                *shares.entry(path).or_default() += numbers.len().min(count);
            }
        }
        let is_same_name = |path: &RelPath| path.file_name() == gone.file_name();
        let best = shares.into_iter().rev().max_by_key(|(path, share)| (*share, is_same_name(path)))?;
        Some(best.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::{baseline_file, findings};

    fn baseline(written: &[&str]) -> Baseline {
        Baseline::new([baseline_file("b.txt", written)])
    }

    /// A comparison with what is known of all files; `is_gone` says which are no more.
    fn compare(baseline: &Baseline, found: &[Arc<Diagnostic>], is_gone: &dyn Fn(&RelPath) -> bool) -> Comparison {
        let mut comparison = Comparison::in_place(baseline, found);
        let mut renames = BaselineRenames::of(&comparison, found);
        for path in baseline.paths_with(renames.fingerprints()) {
            if !renames.is_done() && is_gone(path) {
                renames.follow(&mut comparison, baseline, path);
            }
        }
        comparison.note_stale(baseline, None, &|entry| !entry.path.as_str().contains("unseen"));
        comparison
    }

    /// The findings that are new, and the entries that are stale; `gone` are files that are no more.
    #[track_caller]
    fn check(entries: &[&str], found: &[&str], gone: &[&str], new: &[&str], stale: &[&str]) -> Comparison {
        let baseline = baseline(entries);
        let compared = compare(&baseline, &findings(found), &|path| gone.contains(&path.as_str()));
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
        let twice = Baseline::new([baseline_file("b.txt", &["a 2"]), baseline_file("c.txt", &["a 2"])]);
        let compared = compare(&twice, &findings(&["a 2", "a 2"]), &|_| false);
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

    #[test]
    fn comparing_one_file_looks_at_its_own_entries_only() {
        let names: Vec<String> = (0..1000).map(|number| format!("f{number} 2")).collect();
        let baseline = baseline(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let path = RelPath::new("f500");
        let found = findings(&["f500 2", "f500 3"]);
        let mut comparison = Comparison::in_place(&baseline, &found);
        let renames = BaselineRenames::of(&comparison, &found);
        assert!(baseline.paths_with(renames.fingerprints()).is_empty(), "no other file is asked about");
        comparison.note_stale(&baseline, Some(&[&path]), &|_| true);
        assert_eq!((comparison.compared, comparison.stale.len()), (2, 0));
    }

    #[test]
    fn only_paths_with_an_equal_entry_are_asked_about_and_none_once_all_is_known() {
        let baseline = baseline(&["a 2", "b 2", "c 2", "d 3", "e 4"]);
        let found = findings(&["x 2"]);
        let asked = std::cell::Cell::new(0);
        compare(&baseline, &found, &|path| {
            asked.set(asked.get() + 1);
            path.as_str() == "b"
        });
        assert_eq!(asked.get(), 2);
    }
}
