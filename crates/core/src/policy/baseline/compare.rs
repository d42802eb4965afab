//! Compares findings with a baseline: which findings are known, and which entries are stale.
//!
//! A comparison has four steps, so that a run over few files reads few entries: [`Comparison::in_place`] compares each
//! file with its own entries, [`BaselineRenames`] compares the remaining findings with the entries of files that are
//! gone, [`Comparison::follow_names`] compares what is left of each file without the names of what encloses it, and
//! [`Comparison::note_stale`] finds the entries that match nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::policy::baseline::names::{LeftOver, OpenFinding};
use crate::policy::baseline::{Baseline, EntryAt};
use crate::policy::multiset::Multiset;
use crate::policy::pairs::Pairs;
use crate::policy::{Knowledge, count_of};
use crate::report::{BaselineEntry, LineText};
use crate::rule::engine_ids;
use crate::source::RelPath;

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// By finding, the entry that matches it; none if the finding is new.
    pub known: Vec<Option<EntryAt>>,
    /// Entries that match nothing, although the run would have reported their findings.
    pub stale: Vec<EntryAt>,
    /// The number of comparisons with entries.
    pub compared: usize,
    /// The entries in `known`.
    used: HashSet<EntryAt>,
    /// The new paths of files that were renamed, by old path.
    renamed: HashMap<RelPath, RelPath>,
}

/// The parts that are equal in equal findings of a file: its path, and the fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Equal<'a>(&'a RelPath, &'a str);

impl<'a> Equal<'a> {
    fn of(found: &'a Diagnostic) -> Self {
        Self(&found.path, &found.fingerprint)
    }

    fn of_entry(entry: &'a BaselineEntry) -> Self {
        Self(&entry.path, &entry.fingerprint)
    }
}

/// The findings of which there are entries, but more or fewer than findings: only these need their lines.
fn uneven<'a>(now: &[(usize, &'a Diagnostic)], entries: impl Iterator<Item = Equal<'a>>) -> HashSet<Equal<'a>> {
    let mut counts: HashMap<Equal<'a>, (usize, usize)> = HashMap::new();
    for (_, found) in now {
        counts.entry(Equal::of(found)).or_default().0 += 1;
    }
    for key in entries {
        counts.entry(key).or_default().1 += 1;
    }
    counts.retain(|_, (findings, entries)| *findings > 0 && *entries > 0 && findings != entries);
    counts.into_keys().collect()
}

/// The texts of the files that have the findings, as far as a comparison needs them.
pub trait PresentTexts {
    /// The line where a finding starts; none if it stands in no text.
    fn line(&mut self, found: &Diagnostic) -> Option<LineText> {
        self.line_under(&found.symbol, found)
    }

    /// The same line without the names of a symbol path, which need not be that of the finding.
    fn line_under(&mut self, symbol: &str, found: &Diagnostic) -> Option<LineText>;

    /// True if the file has a definition of this symbol path.
    fn is_defined(&mut self, path: &RelPath, symbol: &str) -> bool;
}

impl Comparison {
    /// A comparison of this number of findings with no entries: none is known.
    pub fn of_nothing(findings: usize) -> Self {
        Self { known: vec![None; findings], ..Self::default() }
    }

    /// Compares the findings of each file with the entries of the same path. Of equal findings those have the entries that
    /// were there `before` a change, then those on the same line of code.
    ///
    /// `before` has for each finding of a change the one that it was before; it is empty without a change.
    pub fn in_place(
        baseline: &Baseline,
        found: &[Arc<Diagnostic>],
        before: &[Option<Arc<Diagnostic>>],
        texts: &mut dyn PresentTexts,
    ) -> Self {
        let mut comparison = Self::of_nothing(found.len());
        let mut now: Vec<(usize, &Diagnostic)> = found
            .iter()
            .enumerate()
            .map(|(at, found)| (at, &**found))
            .filter(|(_, found)| may_be_known(found))
            .collect();
        let was = |at: &usize| before.get(*at).and_then(Option::as_deref);
        let was_there: Vec<(usize, &Diagnostic)> = now.iter().filter_map(|(at, _)| Some((*at, was(at)?))).collect();
        let paths: BTreeSet<&RelPath> = now.iter().chain(&was_there).map(|(_, found)| &found.path).collect();
        let entries: Vec<(EntryAt, &BaselineEntry)> = paths.into_iter().flat_map(|path| baseline.of(path)).collect();
        comparison.compared += entries.len();
        let mut pairs = Pairs::new(found.len(), entries.len());
        let of_entries =
            || entries.iter().enumerate().map(|(at, (_, entry))| (at, Equal::of_entry(entry), entry.value()));
        pairs.step(was_there.iter().map(|(at, was)| (*at, Equal::of(was), count_of(&found[*at]))), of_entries());
        let present = now.iter().copied().filter(|(at, _)| was(at).is_some());
        pairs.step(present.map(|(at, found)| (at, Equal::of(found), count_of(found))), of_entries());
        now.retain(|(at, _)| pairs.is_open(*at));
        let uneven = uneven(&now, of_entries().filter(|(at, ..)| pairs.is_left(*at)).map(|(_, key, _)| key));
        let on_line = now.iter().filter(|(_, found)| uneven.contains(&Equal::of(found))).filter_map(|(at, found)| {
            let digest = texts.line(found)?.digest();
            Some((*at, (Equal::of(found), digest), count_of(found)))
        });
        let entries_on_line =
            of_entries().filter_map(|(at, key, value)| Some((at, (key, entries[at].1.line.clone()?), value)));
        pairs.step(on_line.collect::<Vec<_>>(), entries_on_line);
        pairs.step(now.iter().map(|(at, found)| (*at, Equal::of(found), count_of(found))), of_entries());
        comparison.take_pairs(&pairs, &entries);
        comparison
    }

    /// Compares what is left of each file without the names of what encloses it, after renamed files are followed. The
    /// entry of a finding whose definition is still there stays apart from an equal one in another definition, unless the
    /// whole line was moved: the one may be fixed and the other new.
    pub fn follow_names(&mut self, baseline: &Baseline, found: &[Arc<Diagnostic>], texts: &mut dyn PresentTexts) {
        let open = |at: usize, found: &Diagnostic, this: &Self| this.known[at].is_none() && may_be_known(found);
        let paths: BTreeSet<&RelPath> = found
            .iter()
            .enumerate()
            .filter(|(at, found)| open(*at, found, self))
            .map(|(_, found)| &found.path)
            .collect();
        let mut older: Vec<(EntryAt, &BaselineEntry, &RelPath)> = Vec::new();
        for path in paths {
            older.extend(baseline.of(path).map(|(at, entry)| (at, entry, path)));
            let renamed = self.renamed.iter().filter(|(_, new)| *new == path);
            older.extend(renamed.flat_map(|(old, _)| baseline.of(old)).map(|(at, entry)| (at, entry, path)));
        }
        older.retain(|(at, ..)| !self.used.contains(at));
        if older.is_empty() {
            return;
        }
        let mut pairs = Pairs::new(found.len(), older.len());
        let mut left = LeftOver { findings: Vec::new(), entries: &older };
        for (at, found) in found.iter().enumerate().filter(|(at, found)| open(*at, found, self)) {
            let line = texts.line(found).unwrap_or_default();
            left.findings.push(OpenFinding { at, found, digest: line.digest(), line });
        }
        left.pair_renamed(&mut pairs, texts);
        left.pair_moved(&mut pairs);
        let older: Vec<(EntryAt, &BaselineEntry)> = older.into_iter().map(|(at, entry, _)| (at, entry)).collect();
        self.take_pairs(&pairs, &older);
    }

    fn take_pairs(&mut self, pairs: &Pairs, older: &[(EntryAt, &BaselineEntry)]) {
        for (number, at) in pairs.older.iter().enumerate() {
            if let Some(at) = at {
                self.take(number, older[*at].0);
            }
        }
    }

    /// The knowledge of the baseline about a finding, given by number.
    pub fn knowledge(&self, baseline: &Baseline, number: usize, found: &Diagnostic) -> Knowledge {
        let Some(at) = self.known[number] else { return Knowledge::New };
        let older = baseline.entry(at).measure.as_ref();
        Knowledge::of_older(found, older.map(|(count, unit)| (*count, &**unit)))
    }

    /// The entries that match a finding and differ from the entry that would be written for it: in the path, in a name of
    /// what encloses it, or by a higher measure. Each with the index of the finding.
    pub fn outdated<'a>(
        &'a self,
        baseline: &'a Baseline,
        found: &'a [Arc<Diagnostic>],
    ) -> impl Iterator<Item = (EntryAt, usize)> + 'a {
        let known = self.known.iter().enumerate().filter_map(|(number, at)| Some(((*at)?, number)));
        known.filter(|(at, number)| {
            let (entry, found) = (baseline.entry(*at), &found[*number]);
            entry.path != found.path
                || entry.fingerprint != found.fingerprint
                || count_of(found).is_some_and(|value| entry.value().is_some_and(|before| value < before))
        })
    }

    fn take(&mut self, number: usize, at: EntryAt) {
        self.known[number] = Some(at);
        self.used.insert(at);
    }

    /// Adds the entries that match nothing to `stale`, after all known findings are matched.
    ///
    /// Considers the entries of `paths`, or all entries if there is no list. `covers` returns true if the run would
    /// have reported the finding of an entry.
    pub fn note_stale(
        &mut self,
        baseline: &Baseline,
        paths: Option<&[&RelPath]>,
        covers: &dyn Fn(&BaselineEntry) -> bool,
    ) {
        let mut compared = 0;
        let mut stale: Vec<EntryAt> = Vec::new();
        let mut add = |(at, entry): (EntryAt, &BaselineEntry)| {
            compared += 1;
            if !self.used.contains(&at) && covers(entry) {
                stale.push(at);
            }
        };
        match paths {
            Some(paths) => paths.iter().flat_map(|path| baseline.of(path)).for_each(&mut add),
            None => baseline.distinct().for_each(&mut add),
        }
        stale.sort();
        (self.stale, self.compared) = (stale, self.compared + compared);
    }

    /// The entries that match a finding in another file than their own, each with the index of the finding.
    pub fn moved<'a>(
        &'a self,
        baseline: &'a Baseline,
        found: &'a [Arc<Diagnostic>],
    ) -> impl Iterator<Item = (EntryAt, usize)> + 'a {
        let known = self.known.iter().enumerate().filter_map(|(number, at)| Some(((*at)?, number)));
        known.filter(|(at, number)| baseline.entry(*at).path != found[*number].path)
    }

    /// Matches stale entries with new findings in other files that have the same fingerprint and are in a named
    /// definition: the code was moved while its old file stayed. Only for an explicit command, since it may also be a
    /// copy.
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

impl BaselineEntry {
    /// The value of its measure, if it has one.
    pub(super) fn value(&self) -> Option<u32> {
        self.measure.as_ref().map(|(value, _)| *value)
    }
}

/// True if a finding may be known at all. Findings about files that were not checked may not, since such files must
/// never look clean; nor may those about suppressions that a change adds, since no state before it has them.
pub fn may_be_known(found: &Diagnostic) -> bool {
    !engine_ids::ALWAYS.contains(&&*found.rule) && *found.rule != *engine_ids::NEW_SUPPRESSION
}

/// Matches findings without an entry of their own path with the entries of files that are gone.
///
/// If a file is gone, it was probably renamed. The new file is the one with the most findings that are equal to entries
/// of the old file; all entries of the old file then match findings in that file.
#[derive(Debug)]
pub struct BaselineRenames<'f> {
    /// By fingerprint and path, the indices of the unmatched findings, ascending.
    free: HashMap<&'f str, BTreeMap<&'f RelPath, VecDeque<usize>>>,
    /// The number of unmatched findings.
    left: usize,
}

impl<'f> BaselineRenames<'f> {
    /// Starts with the findings that a comparison did not match.
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

    /// True if all findings are matched.
    pub fn is_done(&self) -> bool {
        self.left == 0
    }

    /// The fingerprints of the unmatched findings.
    pub fn fingerprints(&self) -> impl Iterator<Item = &'f str> {
        self.free.iter().filter(|(_, by_path)| !by_path.is_empty()).map(|(fingerprint, _)| *fingerprint)
    }

    /// Matches the entries of a path that is gone. Call it with sorted paths: a finding that matches entries of several
    /// paths goes to the first.
    pub fn follow(&mut self, comparison: &mut Comparison, baseline: &Baseline, gone: &RelPath) {
        let unused = baseline.of(gone).filter(|(at, _)| !comparison.used.contains(at));
        let entries: Vec<(EntryAt, &str)> = unused.map(|(at, entry)| (at, entry.fingerprint.as_str())).collect();
        comparison.compared += entries.len();
        let Some(target) = self.target(baseline, gone, &entries).cloned() else { return };
        comparison.renamed.insert(gone.clone(), target.clone());
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

    /// The file with the most findings equal to entries of the gone file; of several, one without entries of its own, then
    /// one with the same file name, then the nearest, then the first.
    fn target(&self, baseline: &Baseline, gone: &RelPath, entries: &[(EntryAt, &str)]) -> Option<&'f RelPath> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, fingerprint) in entries {
            *counts.entry(fingerprint).or_default() += 1;
        }
        // Each entry matches at most one finding.
        let mut shares: BTreeMap<&RelPath, usize> = BTreeMap::new();
        for (fingerprint, count) in counts {
            for (path, numbers) in self.free.get(fingerprint).into_iter().flatten() {
                *shares.entry(path).or_default() += numbers.len().min(count);
            }
        }
        let is_same_name = |path: &RelPath| path.file_name() == gone.file_name();
        // A file with entries was there before.
        let is_new = |path: &RelPath| baseline.of(path).next().is_none();
        let shared_folders = |path: &RelPath| {
            let pairs = path.as_str().split('/').zip(gone.as_str().split('/'));
            pairs.take_while(|(a, b)| a == b).count()
        };
        let rank = |(path, share): &(&RelPath, usize)| (*share, is_new(path), is_same_name(path), shared_folders(path));
        let best = shares.into_iter().rev().max_by_key(rank)?;
        Some(best.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::{NoTexts, baseline_file, findings};

    fn baseline(written: &[&str]) -> Baseline {
        Baseline::new([baseline_file("b.txt", written)])
    }

    /// A whole comparison; `is_gone` returns true for paths of files that are gone.
    fn compare(baseline: &Baseline, found: &[Arc<Diagnostic>], is_gone: &dyn Fn(&RelPath) -> bool) -> Comparison {
        let mut comparison = Comparison::in_place(baseline, found, &[], &mut NoTexts);
        let mut renames = BaselineRenames::of(&comparison, found);
        for path in baseline.paths_with(renames.fingerprints()) {
            if !renames.is_done() && is_gone(path) {
                renames.follow(&mut comparison, baseline, path);
            }
        }
        comparison.note_stale(baseline, None, &|entry| !entry.path.as_str().contains("unseen"));
        comparison
    }

    /// Checks the new findings and the stale entries; `gone` are the paths of files that are gone.
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
    fn of_files_that_fit_a_renamed_one_alike_the_new_and_near_one_is_taken() {
        let known = ["x/a 2", "w/a 3", "w/a 3"];
        check(&known, &["w/a 2", "w/a 3", "w/a 3", "x/b 2"], &["x/a"], &["w/a 2"], &[]);
        check(&["x/y/a 2"], &["w/b 2", "x/y/z/b 2"], &["x/y/a"], &["w/b 2"], &[]);
        check(&["x/y/a 2"], &["w/a 2", "x/y/b 2"], &["x/y/a"], &["x/y/b 2"], &[]);
    }

    #[test]
    fn a_count_that_has_grown_is_known_as_such() {
        let counted = |count| {
            let mut found = crate::policy::testing::finding("a 2");
            found.measure = Some(crate::diagnostic::Measure::new(count, 10, "lines"));
            Arc::new(found)
        };
        let entry = BaselineEntry::of(&counted(20), None, None);
        let text = crate::policy::baseline::print(&[entry]);
        let baseline = Baseline::new([crate::policy::baseline::read("b.txt", text).unwrap()]);
        let of = |count| {
            let found = [counted(count)];
            let comparison = Comparison::in_place(&baseline, &found, &[], &mut NoTexts);
            let is_outdated = comparison.outdated(&baseline, &found).count() == 1;
            (comparison.knowledge(&baseline, 0, &found[0]), is_outdated)
        };
        assert_eq!(of(19), (Knowledge::Known, true));
        assert_eq!(of(20), (Knowledge::Known, false));
        assert_eq!(of(21), (Knowledge::Grown(20), false));
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
        let mut comparison = Comparison::in_place(&baseline, &found, &[], &mut NoTexts);
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
