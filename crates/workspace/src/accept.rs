//! Changes the baseline: adds entries for the findings of a run, and removes entries whose finding is gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::policy::Knowledge;
use lawbook_core::policy::baseline::{Comparison, EntryAt, may_be_known};
use lawbook_core::report::{BaselineEntry, Report};
use lawbook_core::source::RelPath;
use lawbook_core::suppression::reason;

use crate::baseline::{BASELINE_FOLDER, BaselinePart, BaselineStore, NewBaselineFile};
use crate::inputs::Coverage;
use crate::law::Law;
use crate::paths::{self, RootPaths};
use crate::request::BaselineMode;
use crate::workers::Workers;

/// The changes of a run to the baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaselineChange {
    /// The number of findings that were added.
    pub accepted: usize,
    /// The number of baseline files that were written for them.
    pub written: usize,
    /// The findings that a baseline must not have, such as those about files that cannot be checked.
    pub refused: Vec<Arc<Diagnostic>>,
    /// The number of entries that were removed because their finding is gone.
    pub removed: usize,
    /// The entries whose code was moved to another file; each was rewritten for that file.
    pub moved: Vec<MovedEntry>,
    /// The number of entries in their old file whose finding has a lower count now.
    pub lowered: usize,
    /// The number of entries in their old file whose finding is in a definition of another name now.
    pub renamed: usize,
    /// The number of entries of rules that are off, which stay.
    pub off: usize,
    /// The number of entries after the run.
    pub left: usize,
}

/// An entry of the baseline that was rewritten because its code was moved to another file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovedEntry {
    /// The rule of the finding.
    pub rule: Arc<str>,
    /// The file before.
    pub from: RelPath,
    /// The file now.
    pub to: RelPath,
}

/// Reads the baseline of the root that contains the folder `cwd`, and returns its entries, sorted and without
/// duplicates. The configuration is not read.
///
/// # Errors
/// The folder cannot be read, or a file of the baseline cannot be read or parsed.
pub fn baseline_entries(cwd: &Path) -> Result<Vec<BaselineEntry>, MistakeList> {
    let cwd = paths::working_directory(cwd)?;
    let (_, paths) = RootPaths::find(&cwd, &[]);
    let mut store = BaselineStore::new(&paths, Workers::new(None, None));
    store.read(&BaselinePart::Whole)?;
    let mut entries: Vec<BaselineEntry> = store.baseline().distinct().map(|(_, entry)| entry.clone()).collect();
    entries.sort();
    Ok(entries)
}

impl Law {
    /// Refuses a request that would corrupt the baseline, before anything is checked.
    ///
    /// # Errors
    /// A first baseline is requested and there is one already, the reason says nothing, files of the baseline are not
    /// checked out, or a run over a part of the root is to remove entries.
    pub(crate) fn check_baseline_mode(&self, mode: &BaselineMode, coverage: &Coverage) -> Result<(), Vec<Mistake>> {
        let folder = self.root().join(BASELINE_FOLDER);
        let absent = self.tree.files_of_git(&|at| at.starts_with(&folder)).len();
        if absent > 0 && matches!(mode, BaselineMode::Accept { .. } | BaselineMode::Prune { .. }) {
            let files = if absent == 1 { "file" } else { "files" };
            let message = format!(
                "{absent} {files} of the baseline in `{BASELINE_FOLDER}` cannot be written: the sparse checkout leaves \
                 them out"
            );
            let help = format!("`git sparse-checkout add {BASELINE_FOLDER}` checks them out");
            return Err(vec![Mistake::new(message).with_help(help)]);
        }
        match mode {
            BaselineMode::Accept { extend: false, .. } if !self.baseline().baseline().files().is_empty() => {
                let help = "`lawbook baseline prune` removes what is fixed; `lawbook baseline create --accept-new \
                            --reason \"…\"` adds what is new";
                Err(vec![Mistake::new(format!("there is a baseline in `{BASELINE_FOLDER}` already")).with_help(help)])
            }
            BaselineMode::Accept { reason: Some(reason), .. } => {
                let min_words = self.plan().min_words_of_reasons();
                let mistake = |fault| {
                    let help = "say why these findings may stay, as in `moves with the new billing service`";
                    Mistake::new(format!("--reason: the reason {fault}")).with_help(help)
                };
                reason::fault(reason, [], min_words).map_or(Ok(()), |fault| Err(vec![mistake(fault)]))
            }
            BaselineMode::Prune { .. } if !coverage.is_whole(self) => {
                Err(vec![Mistake::new("only a run over the whole root can remove entries from its baseline")])
            }
            _ => Ok(()),
        }
    }

    /// Writes the baseline as the mode requires, from the report of a run and its comparison with the baseline. Returns
    /// `None` for a mode that writes nothing.
    ///
    /// # Errors
    /// A file of the baseline cannot be written.
    pub(crate) fn write_baseline(
        &self,
        mode: &BaselineMode,
        report: &Report,
        comparison: &mut Comparison,
    ) -> Result<Option<BaselineChange>, Vec<Mistake>> {
        if matches!(mode, BaselineMode::Hide | BaselineMode::Compare | BaselineMode::Ignore) {
            return Ok(None);
        }
        let _lock = self.baseline().lock()?;
        let change = match mode {
            BaselineMode::Accept { extend, reason } => self.accept(report, comparison, *extend, reason.as_deref())?,
            BaselineMode::Prune { tidy } => self.prune(report, comparison, *tidy)?,
            BaselineMode::Hide | BaselineMode::Compare | BaselineMode::Ignore => return Ok(None),
        };
        self.forget_baseline();
        Ok(Some(change))
    }

    fn accept(
        &self,
        report: &Report,
        comparison: &Comparison,
        extend: bool,
        reason: Option<&str>,
    ) -> Result<BaselineChange, Vec<Mistake>> {
        let store = self.baseline();
        let baseline = store.baseline();
        let found = report.diagnostics.iter().enumerate();
        let new = found.filter(|(at, found)| comparison.knowledge(baseline, *at, found) != Knowledge::Known);
        let (new, refused): (Vec<_>, Vec<_>) = new.partition(|(_, found)| may_be_known(found));
        let entry = |found: &Arc<Diagnostic>| BaselineEntry::of(found, report.sources.get(&found.path), reason);
        let mut entries: Vec<BaselineEntry> = new.iter().map(|(_, found)| entry(found)).collect();
        // An entry with a lower measure is replaced by one with the present measure.
        let outgrown: Vec<EntryAt> = new.iter().filter_map(|(at, _)| comparison.known[*at]).collect();
        let gone = by_file(baseline.copies(outgrown.iter().copied()));
        let stays = |at: &EntryAt| !gone.get(&at.file).is_some_and(|gone| gone.contains(&at.entry));
        assign_counts(&mut entries, baseline.entries().filter(|(at, _)| stays(at)).map(|(_, entry)| entry));
        let accepted = entries.len();
        let left = baseline.len() + accepted - outgrown.len();
        let is_first = baseline.files().is_empty();
        let mut files =
            if is_first && !extend { NewBaselineFile::first(entries) } else { NewBaselineFile::unique(entries) };
        let written = files.len();
        if is_first && !extend {
            store.write_first(&files)?;
        } else {
            files.extend(gone.iter().map(|(file, gone)| store.with_text(*file, baseline.files()[*file].without(gone))));
            store.change(&files, &[])?;
        }
        let refused = refused.into_iter().map(|(_, found)| found.clone()).collect();
        Ok(BaselineChange { accepted, written, refused, left, ..BaselineChange::default() })
    }

    fn prune(&self, report: &Report, comparison: &mut Comparison, tidy: bool) -> Result<BaselineChange, Vec<Mistake>> {
        let store = self.baseline();
        let baseline = store.baseline();
        comparison.follow_moves(baseline, &report.diagnostics);
        let moved: Vec<(EntryAt, usize)> = comparison.outdated(baseline, &report.diagnostics).collect();
        let mut followed = Vec::new();
        let mut change = BaselineChange::default();
        for (at, number) in &moved {
            let (old, found) = (baseline.entry(*at), &report.diagnostics[*number]);
            followed.push(BaselineEntry::of(found, report.sources.get(&found.path), old.reason.as_deref()));
            let (from, to) = (old.path.clone(), found.path.clone());
            if from != to {
                change.moved.push(MovedEntry { rule: found.rule.clone(), from, to });
            } else if old.fingerprint != found.fingerprint {
                change.renamed += 1;
            } else {
                change.lowered += 1;
            }
        }
        let taken = comparison.stale.iter().copied().chain(moved.iter().map(|(at, _)| *at));
        let gone = by_file(baseline.copies(taken));
        if tidy {
            let stays =
                |(at, _): &(EntryAt, &BaselineEntry)| !gone.get(&at.file).is_some_and(|gone| gone.contains(&at.entry));
            let mut at_risk = followed.clone();
            let mut entries = Vec::new();
            for (at, entry) in baseline.distinct().filter(stays) {
                if !store.is_in_own_folder(at.file, entry) {
                    at_risk.push(entry.clone());
                }
                entries.push(entry.clone());
            }
            entries.append(&mut followed);
            assign_counts(&mut entries, std::iter::empty());
            tidy_up(&store, entries, at_risk)?;
        } else {
            let stays = baseline.entries().filter(|(at, _)| !moved.iter().any(|(moved, _)| moved == at));
            assign_counts(&mut followed, stays.map(|(_, entry)| entry));
            // New files come first: a moved entry is not taken out before it stands for the other file.
            let mut files = NewBaselineFile::unique(followed);
            files.extend(gone.iter().map(|(file, gone)| store.with_text(*file, baseline.files()[*file].without(gone))));
            store.change(&files, &[])?;
        }
        change.removed = comparison.stale.len();
        change.off = report.summary.off;
        change.left = baseline.len() - change.removed;
        Ok(change)
    }
}

/// The indices of entries, by the index of their file.
fn by_file(places: Vec<EntryAt>) -> BTreeMap<usize, Vec<usize>> {
    let mut by_file: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in places {
        by_file.entry(at.file).or_default().push(at.entry);
    }
    by_file
}

/// Rewrites the baseline with these entries into one file for each source folder, and deletes all other files. `at_risk`
/// are the entries that no file has which stays as it is: they were moved, or stand in a file of another folder.
fn tidy_up(
    store: &BaselineStore,
    entries: Vec<BaselineEntry>,
    at_risk: Vec<BaselineEntry>,
) -> Result<(), Vec<Mistake>> {
    let old = store.baseline().files();
    let numbers = store.numbers();
    let mut gone: BTreeSet<usize> = (0..old.len()).collect();
    let mut changed = Vec::new();
    for file in NewBaselineFile::first(entries) {
        let number = numbers.get(file.path());
        if let Some(number) = number {
            gone.remove(number);
        }
        if number.is_none_or(|number| old[*number].without(&[]) != file.text()) {
            changed.push(file);
        }
    }
    if at_risk.is_empty() {
        return store.change(&changed, &gone.into_iter().collect::<Vec<_>>());
    }
    // They stand in an additional file until all others are written.
    let additional = NewBaselineFile::unique(at_risk);
    store.change(&additional, &[])?;
    store.change(&changed, &gone.into_iter().collect::<Vec<_>>())?;
    store.delete(&additional)
}

/// Sets the count of each new entry: among entries with the same path and fingerprint it continues from the highest
/// count in `staying`, the entries that stay.
fn assign_counts<'a>(entries: &mut [BaselineEntry], staying: impl Iterator<Item = &'a BaselineEntry>) {
    let mut last: HashMap<(&str, &str), u32> = HashMap::new();
    for entry in staying {
        let count = last.entry((entry.path.as_str(), &entry.fingerprint)).or_default();
        *count = entry.count.max(*count);
    }
    let mut own: HashMap<(String, String), u32> = HashMap::new();
    for entry in entries {
        let before = last.get(&(entry.path.as_str(), entry.fingerprint.as_str())).copied().unwrap_or_default();
        let count = own.entry((entry.path.as_str().to_owned(), entry.fingerprint.clone())).or_insert(before);
        *count += 1;
        entry.count = *count;
    }
}
