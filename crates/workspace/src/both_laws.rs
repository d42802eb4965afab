//! The check of a change by the law before it and by the law after it, and the findings about law that it weakens.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::Mistake;
use lawbook_core::plan::Selection;
use lawbook_core::policy::baseline::{self, BaselineFile};
use lawbook_core::policy::weakened::{LawSide, weakenings};
use lawbook_core::report::{Report, Weakening};
use lawbook_core::rule::engine_ids;
use lawbook_core::settings::{AcceptedBy, LAW_TRAILER};
use lawbook_core::source::RelPath;
use lawbook_core::suppression::reason;

use crate::baseline::BASELINE_FOLDER;
use crate::files::Snapshot;
use crate::git::{Git, Oid};
use crate::law::Law;
use crate::law_source::LawSource;
use crate::law_tree::LawTree;
use crate::opening::Opening;
use crate::presence::Presence;
use crate::request::{ChangeSelection, FixMode, Inputs, Request};
use crate::root::CONFIG_NAME;
use crate::run::Run;

/// The most bytes of one file of the baseline that are compared.
const MAX_BYTES: u64 = 64 << 20;

/// Adds to a run over a change the findings that the law before the change gives, and what the change weakens.
///
/// # Errors
/// Git fails, or the present law has mistakes in a folder that the run did not read.
pub(crate) fn judge(source: LawSource<'_>, request: &Request, mut run: Run) -> Result<Run, Vec<Mistake>> {
    let Some(changed) = run.changed_law.take() else { return Ok(run) };
    // A run that is limited to other rules reports findings of these alone.
    let selection = &source.opening.selection;
    let names_it = selection.rules.iter().any(|rule| rule == engine_ids::WEAKENED_LAW);
    let is_compared = names_it || (selection.rules.is_empty() && selection.packs.is_empty());
    let mut found = if is_compared { changed.weakenings } else { Vec::new() };
    let mut accepted = request.accepted_law.clone();
    let configs: BTreeSet<PathBuf> = run
        .report
        .law_changed
        .iter()
        .filter(|path| path.rsplit('/').next() == Some(CONFIG_NAME))
        .map(|path| run.law.root().join(path))
        .collect();
    if let (Snapshot::Commit(commit), false) = (&changed.base, run.report.law_changed.is_empty()) {
        let tree = LawTree::of_commit(run.law.working_directory(), commit)?;
        match source.read(&tree, &configs) {
            Err(mistakes) => run.notes.push(format!(
                "the law before the change is not compared, because it has mistakes: {}",
                mistakes.first().map(ToString::to_string).unwrap_or_default()
            )),
            // Without a law before the change, none is weakened.
            Ok(before) if !before.is_written() => {}
            Ok(mut before) => {
                let root = outermost(before.root(), run.law.root()).to_owned();
                let rooted = LawSource { root: Some(&root), ..source };
                if root != run.law.root() {
                    run = rooted.answer_in(&run.law.tree.clone(), request)?;
                    run.changed_law = None;
                }
                if root != before.root() {
                    before = rooted.read(&tree, &configs)?;
                }
                let now = rooted.read(&run.law.tree, &configs)?;
                if is_compared && !selection.is_all() {
                    // A rule that the run is without may be what the change weakens.
                    let opening = Opening { selection: Selection::default(), ..rooted.opening.clone() };
                    let whole = LawSource { opening: &opening, ..rooted };
                    let (before, now) = (whole.read(&tree, &configs)?, whole.read(&run.law.tree, &configs)?);
                    found.extend(compare(&before, &now, &run.report.law_changed));
                } else if is_compared {
                    found.extend(compare(&before, &now, &run.report.law_changed));
                }
                accepted = accepted.or(accepted_by_commits(&before, request, commit)?);
                if accepted.is_none() {
                    let request = Request { fixes: FixMode::List, ..request.clone() };
                    let older = rooted.answer_in(&tree, &request)?;
                    add_findings_of(older.report, &now, &mut run.report);
                }
            }
        }
    }
    if found.is_empty() {
        return Ok(run);
    }
    if let Some(reason) = &accepted {
        run.notes.push(format!("a weaker law is accepted: {reason}"));
    }
    found.sort_by(|a, b| (&a.path, a.span.start, &a.message).cmp(&(&b.path, b.span.start, &b.message)));
    run.law.checker.report_weakened(found, accepted.as_deref(), &mut run.report);
    Ok(run)
}

/// The reason in a commit of the change for which a weaker law is accepted, where the law before the change lets commits do
/// that.
fn accepted_by_commits(before: &Law, request: &Request, base: &Oid) -> Result<Option<String>, Vec<Mistake>> {
    let until = match &request.inputs {
        Inputs::Change(ChangeSelection::Since(_)) => None,
        Inputs::Change(ChangeSelection::Commits { to, .. }) => Some(to.as_str()),
        _ => return Ok(None),
    };
    if before.settings().law.accept != AcceptedBy::Trailer {
        return Ok(None);
    }
    let reasons = Git::open(before.working_directory())?.trailers(base, until, LAW_TRAILER)?;
    let min_words = before.plan().min_words_of_reasons();
    Ok(reasons.into_iter().find(|text| reason::fault(text, [], min_words).is_none()))
}

/// The one of two folders that holds the other; the first if neither does.
fn outermost<'p>(a: &'p Path, b: &'p Path) -> &'p Path {
    if a.starts_with(b) { b } else { a }
}

/// Compares two laws, given the files of both that differ, as paths from the root.
fn compare(before: &Law, now: &Law, changed: &[String]) -> Vec<Weakening> {
    let entries = |law: &Law| -> Vec<(RelPath, BaselineFile)> {
        let paths = changed.iter().filter(|path| path.starts_with(BASELINE_FOLDER));
        let read = |path: &String| {
            let text = law.tree.read(&law.root().join(path), MAX_BYTES).ok()?;
            let file = baseline::read(path, String::from_utf8(text).ok()?).ok()?;
            Some((RelPath::new(path.as_str()), file))
        };
        paths.filter_map(read).collect()
    };
    let (entries_before, entries_now) = (entries(before), entries(now));
    let (place_before, place_now) = (|shown: &str| before.place_of(shown), |shown: &str| now.place_of(shown));
    let side_before =
        LawSide { layers: before.layers(), plan: before.plan(), baseline: &entries_before, place: &place_before };
    let side_now = LawSide { layers: now.layers(), plan: now.plan(), baseline: &entries_now, place: &place_now };
    let presence = Presence::new(&now.paths);
    weakenings(&side_before, &side_now, &|path| now.is_gone(path, &presence))
}

/// Adds the findings of the law before a change to the report of the present one: those that the present law does not give,
/// and of those that both give, the higher level.
fn add_findings_of(older: Report, now: &Law, report: &mut Report) {
    let identity = |found: &Diagnostic| (found.path.clone(), found.fingerprint.clone(), found.span.start);
    let known: HashMap<_, usize> =
        report.diagnostics.iter().enumerate().map(|(at, found)| (identity(found), at)).collect();
    let mut missing = HashSet::new();
    for found in &older.diagnostics {
        match known.get(&identity(found)) {
            Some(at) if report.diagnostics[*at].severity < found.severity => {
                Arc::make_mut(&mut report.diagnostics[*at]).severity = found.severity;
            }
            None if is_judged_by_older(found, now, &report.law_changed) => drop(missing.insert(identity(found))),
            Some(_) | None => {}
        }
    }
    report.add_by_older_law(older, &|found| missing.contains(&identity(found)));
}

/// True if a finding of the law before a change counts. One of the engine does where the present law turns its rule off: one
/// about a suppression may name a rule that the older law does not know. Pages show wrong code on purpose,
/// and the older law does not know those that are new.
fn is_judged_by_older(found: &Diagnostic, now: &Law, law_files: &[String]) -> bool {
    if law_files.iter().any(|path| path == found.path.as_str()) {
        return false;
    }
    if !engine_ids::ALL.contains(&&*found.rule) {
        return true;
    }
    !engine_ids::ALWAYS.contains(&&*found.rule) && now.checker.is_off_on(&found.path, &found.rule)
}

impl Law {
    /// The path below the root of a file as messages show it.
    fn place_of(&self, shown: &str) -> RelPath {
        let at = crate::paths::locate_virtual(&self.cwd, Path::new(shown));
        RelPath::new(self.path_from_root(&at))
    }

    /// True if a project has settings or a baseline, so that its law is more than the default.
    fn is_written(&self) -> bool {
        let has_settings = self.layers().iter().any(|layer| !layer.settings.path.is_empty());
        has_settings || self.baseline().file_paths().is_ok_and(|files| !files.is_empty())
    }

    /// True if a source file is not there any more on this side.
    fn is_gone(&self, path: &RelPath, presence: &Presence<'_>) -> bool {
        if self.tree.is_stored() {
            self.tree.oid(&self.root().join(path.as_str())).is_none()
        } else {
            presence.is_gone(path)
        }
    }
}
