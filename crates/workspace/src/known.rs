//! The known findings of a run: those in the baseline, and in a change those that were there before it.

use std::collections::{HashMap, HashSet};

use lawbook_core::engine::Concluded;
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::baseline::{Comparison, may_be_known};
use lawbook_core::policy::change::known_before;
use lawbook_core::policy::lines::ChangedLines;
use lawbook_core::report::{BaselineEntry, Report};
use lawbook_core::rule::engine_ids;
use lawbook_core::rule::page::Scope;
use lawbook_core::source::RelPath;

use crate::checker::ContentKind;
use crate::inputs::{Batch, ChangeBatch, Coverage};
use crate::law::Law;
use crate::presence::Presence;
use crate::request::{BaselineMode, ReportScope, Request};

/// Removes the findings from a report that the request hides, counts them in its summary, and adds the stale entries of
/// the baseline. Returns the comparison with the baseline if the request asks for it.
pub(crate) fn hide_known(
    law: &Law,
    report: &mut Report,
    request: &Request,
    batch: &Batch<'_>,
) -> Result<Option<Comparison>, Vec<Mistake>> {
    let mut known = match &batch.change {
        Some(change) if request.scope != ReportScope::All && !report.diagnostics.is_empty() => {
            known_of_change(law, change, report, request)?
        }
        _ => vec![false; report.diagnostics.len()],
    };
    let mut comparison = None;
    if request.baseline != BaselineMode::Ignore {
        let compared = compare_with_baseline(law, report, batch)?;
        if request.baseline == BaselineMode::Hide {
            for (known, entry) in known.iter_mut().zip(&compared.known) {
                *known |= entry.is_some();
            }
        } else {
            comparison = Some(compared);
        }
    }
    if known.contains(&true) {
        report.hide_known(&known);
    }
    Ok(comparison)
}

/// Compares a report with the entries of the baseline for its files, and adds the stale ones to the report.
fn compare_with_baseline(law: &Law, report: &mut Report, batch: &Batch<'_>) -> Result<Comparison, Vec<Mistake>> {
    let presence = Presence::new(&law.paths);
    let changed: HashMap<&RelPath, bool> = match &batch.change {
        Some(change) => change.change.files.iter().map(|file| (&file.path, file.now.is_none())).collect(),
        None => HashMap::new(),
    };
    let is_gone = |path: &RelPath| changed.get(path).copied().unwrap_or_else(|| presence.is_gone(path));
    let mut store = law.baseline();
    let mut comparison = store.compare(&report.diagnostics, &is_gone)?;
    let incompletely_checked = incompletely_checked(report);
    let is_whole = batch.coverage.is_whole(law.root());
    let covers = |entry: &BaselineEntry| {
        batch.coverage.covers(&entry.path, law, &presence)
            && !incompletely_checked.contains(&entry.path)
            && !is_in_skipped_folder(&entry.path, &incompletely_checked)
            && !presence.is_absent(&entry.path)
            && law.checker.reports_all_of(&entry.rule, is_whole)
    };
    let paths: Option<Vec<&RelPath>> = match &batch.coverage {
        Coverage::Paths(paths) => Some(paths.iter().collect()),
        Coverage::Targets(_) => None,
    };
    let baseline = store.baseline();
    comparison.note_stale(baseline, paths.as_deref(), &covers);
    report.stale = comparison.stale.iter().map(|at| baseline.entry(*at).clone()).collect();
    report.stale.sort();
    report.summary.stale = report.stale.len();
    Ok(comparison)
}

/// The files that were not checked completely: a finding that is not reported there may still be in them.
fn incompletely_checked(report: &Report) -> HashSet<RelPath> {
    let incomplete = [engine_ids::UNCHECKED_FILE, engine_ids::INTERNAL_ERROR, engine_ids::PARSE_ERROR];
    let reported = report.diagnostics.iter().filter(|found| incomplete.contains(&&*found.rule));
    reported.map(|found| found.path.clone()).chain(report.skipped.iter().map(|skipped| skipped.path.clone())).collect()
}

/// True if a folder above a path was left out as a whole.
fn is_in_skipped_folder(path: &RelPath, skipped: &HashSet<RelPath>) -> bool {
    let folders = path.as_str().match_indices('/').map(|(end, _)| &path.as_str()[..end]);
    !skipped.is_empty() && folders.into_iter().any(|folder| skipped.contains(&RelPath::new(folder)))
}

impl Coverage {
    /// True if the run covers a path. Only a run over the whole root covers deleted files: a run over a part cannot
    /// know if such a file was moved to the rest.
    fn covers(&self, path: &RelPath, law: &Law, presence: &Presence<'_>) -> bool {
        match self {
            Self::Paths(paths) => paths.contains(path),
            Self::Targets(targets) => {
                let at = law.root().join(path.as_str());
                let is_named = targets.iter().any(|target| at.starts_with(target));
                is_named && (self.is_whole(law.root()) || !presence.is_gone(path))
            }
        }
    }
}

/// For each finding of a change, true if it is hidden: because it was there before or, in the scope
/// [`ReportScope::Lines`], because it is not on a changed line. Findings of rules that look at the change as a whole
/// are never hidden.
fn known_of_change(
    law: &Law,
    change: &ChangeBatch<'_>,
    report: &Report,
    request: &Request,
) -> Result<Vec<bool>, Vec<Mistake>> {
    let entries = change.entries_before()?;
    let texts = law.texts(entries.iter().map(|entry| &entry.path), &change.before);
    let renames = change.renames(&report.sources, &texts);
    let old_path = |path| renames.get(path).copied().unwrap_or(path);
    if request.scope == ReportScope::Lines {
        let mut touched: HashMap<&RelPath, ChangedLines> = HashMap::new();
        let known = report.diagnostics.iter().map(|found| {
            let Some(source) = report.sources.get(&found.path) else { return false };
            let touched = touched.entry(&found.path).or_insert_with(|| {
                texts
                    .get(old_path(&found.path))
                    .map_or_else(ChangedLines::all, |old| ChangedLines::between(old, source))
            });
            let is_of_file = law.checker.scope_of(&found.rule) != Scope::Change;
            may_be_known(found) && is_of_file && !touched.overlaps(source, found.span)
        });
        return Ok(known.collect());
    }
    let answers = law.check_each(&entries, &change.before, ContentKind::Repository, request, None)?;
    let before = law.checker.merge(&answers, &Concluded::default());
    Ok(known_before(&report.diagnostics, &before.diagnostics, old_path))
}
