//! Which findings of a run were there before: those that the baseline knows, and of a change those that it did not bring.

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

use crate::workspace::checker::ContentKind;
use crate::workspace::inputs::{Batch, ChangeBatch, Coverage};
use crate::workspace::open::Workspace;
use crate::workspace::presence::Presence;
use crate::workspace::request::{BaselineMode, ReportScope, Request};

/// Takes out of a report what the request does not want to see, counts it, and notes which entries of the baseline are
/// stale. The comparison with the baseline is given when it is what was asked for.
pub(super) fn hide_known(
    workspace: &Workspace,
    report: &mut Report,
    request: &Request,
    batch: &Batch<'_>,
) -> Result<Option<Comparison>, Vec<Mistake>> {
    let mut known = match &batch.change {
        Some(change) if request.scope != ReportScope::All && !report.diagnostics.is_empty() => {
            known_of_change(workspace, change, report, request)?
        }
        _ => vec![false; report.diagnostics.len()],
    };
    let mut comparison = None;
    if request.baseline != BaselineMode::Ignore {
        let compared = compare_with_baseline(workspace, report, batch)?;
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

/// Compares a report with the part of the baseline that its files have, and notes the entries that are stale in it.
fn compare_with_baseline(
    workspace: &Workspace,
    report: &mut Report,
    batch: &Batch<'_>,
) -> Result<Comparison, Vec<Mistake>> {
    let presence = Presence::new(&workspace.paths);
    let changed: HashMap<&RelPath, bool> = match &batch.change {
        Some(change) => change.change.files.iter().map(|file| (&file.path, file.now.is_none())).collect(),
        None => HashMap::new(),
    };
    let is_gone = |path: &RelPath| changed.get(path).copied().unwrap_or_else(|| presence.is_gone(path));
    let mut store = workspace.baseline();
    let mut comparison = store.compare(&report.diagnostics, &is_gone)?;
    let unsure = unsure(report);
    let is_whole = batch.coverage.is_whole(workspace.root());
    let covers = |entry: &BaselineEntry| {
        batch.coverage.holds(&entry.path, workspace, &presence)
            && !unsure.contains(&entry.path)
            && workspace.checker.reports_all_of(&entry.rule, is_whole)
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

/// The files that were not checked to their end: what is missing there may still be in them.
fn unsure(report: &Report) -> HashSet<RelPath> {
    let half_checked = [engine_ids::UNCHECKED_FILE, engine_ids::INTERNAL_ERROR, engine_ids::PARSE_ERROR];
    let half = report.diagnostics.iter().filter(|found| half_checked.contains(&&*found.rule));
    half.map(|found| found.path.clone()).chain(report.skipped.iter().map(|skipped| skipped.path.clone())).collect()
}

impl Coverage {
    /// Whether the run looks at a path, or would if it were there. What is gone may have gone anywhere, so only a run
    /// over the whole root can judge it.
    fn holds(&self, path: &RelPath, workspace: &Workspace, presence: &Presence<'_>) -> bool {
        match self {
            Self::Paths(paths) => paths.contains(path),
            Self::Targets(targets) => {
                let at = workspace.root().join(path.as_str());
                let is_named = targets.iter().any(|target| at.starts_with(target));
                is_named && (self.is_whole(workspace.root()) || !presence.is_gone(path))
            }
        }
    }
}

/// For each finding of a change: whether it was there before, or stands on none of the change's lines. What rules find
/// that look at the change as a whole is all its own.
fn known_of_change(
    workspace: &Workspace,
    change: &ChangeBatch<'_>,
    report: &Report,
    request: &Request,
) -> Result<Vec<bool>, Vec<Mistake>> {
    let entries = change.entries_before()?;
    let texts = workspace.texts(entries.iter().map(|entry| &entry.path), &change.before);
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
            let is_of_file = workspace.checker.scope_of(&found.rule) != Scope::Change;
            may_be_known(found) && is_of_file && !touched.overlaps(source, found.span)
        });
        return Ok(known.collect());
    }
    let answers = workspace.check_each(&entries, &change.before, ContentKind::Repository, request, None)?;
    let before = workspace.checker.merge(&answers, &Concluded::default());
    Ok(known_before(&report.diagnostics, &before.diagnostics, old_path))
}
