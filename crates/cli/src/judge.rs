//! Which findings of a run are told: not those of the baseline, and of a change only what it brought.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::AtomicUsize;

use lawbook_core::engine::FileAnswer;
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::baseline::{self, Comparison, Scope, may_be_known};
use lawbook_core::policy::change::known_before;
use lawbook_core::policy::lines::Touched;
use lawbook_core::report::{BaselineEntry, Report};
use lawbook_core::rule::engine_ids;
use lawbook_core::source::{RelPath, SourceFile};

use crate::change::{Asked, Change, Changed, Content, Place, Told};
use crate::git::{Blob, Oid};
use crate::mistakes::mistake_with_help;
use crate::progress;
use crate::workspace::{Clock, Run, Workspace};

/// Contents of the repository that were read.
type Blobs = HashMap<Oid, Blob>;

/// Beyond so many pairs of files, only those of one name are compared.
const MOST_PAIRS: usize = 1000;

impl Workspace {
    /// Checks the files of a change.
    ///
    /// # Errors
    /// Git or the repository cannot say what it is.
    pub(crate) fn run_change(&self, asked: &Asked, cwd: &Path, show_progress: bool) -> Result<Run, Vec<Mistake>> {
        let mut clock = Clock::start();
        let place = Place {
            paths: self.paths(),
            globs: self.checker().globs(),
            targets: self.targets(),
            threads: self.threads(),
            max_file_size: self.checker().max_file_size(),
        };
        let mut change = Change::find(&asked.extent, cwd, place)?;
        clock.lap("git");
        let (files, blobs) = self.check_change(&change, asked.told, show_progress)?;
        clock.lap("check");
        let mut report = self.checker().conclude(&files);
        let known = if report.diagnostics.is_empty() || asked.told == Told::All {
            vec![false; report.diagnostics.len()]
        } else {
            self.known_before(&change, asked.told, &report, blobs)?
        };
        clock.lap("compare");
        let touched: HashMap<&RelPath, bool> =
            change.files.iter().map(|file| (&file.path, file.now.is_none())).collect();
        let is_gone = |path: &RelPath| match touched.get(path) {
            Some(is_gone) => *is_gone,
            None => self.paths().stands(path).is_none(),
        };
        self.settle(&mut report, &|path| touched.contains_key(path), &is_gone, known);
        let nested = std::mem::take(&mut change.troubles.nested);
        Ok(Run { report, nested, fixes: None, phases: clock.laps })
    }

    fn check_change(
        &self,
        change: &Change,
        told: Told,
        show_progress: bool,
    ) -> Result<(Vec<FileAnswer>, Blobs), Vec<Mistake>> {
        let current: Vec<(&RelPath, &Content)> =
            change.files.iter().filter_map(|file| Some((&file.path, file.now.as_ref()?))).collect();
        let stored = current.iter().filter_map(|(_, now)| match now {
            Content::Blob(oid) => Some(oid.clone()),
            Content::Disk(_) => None,
        });
        let mut stored: Vec<Oid> = stored.collect();
        if !stored.is_empty() && told != Told::All {
            // Asking twice takes longer than reading a little too much.
            stored.extend(change.files.iter().filter_map(|file| file.before.clone()));
        }
        let blobs = change.git.blobs(&stored, self.checker().max_file_size())?;
        let mut files = self.checker().account(&change.troubles);
        files.extend(change.aside.iter().map(|(path, aside)| self.checker().leave_aside(path.clone(), *aside)));
        let done = AtomicUsize::new(0);
        progress::while_working(show_progress, &done, current.len(), || {
            files.extend(self.check_each(&current, &done, |(path, now)| match now {
                Content::Disk(found) => self.checker().check_file(found),
                Content::Blob(oid) => self.checker().check_blob((*path).clone(), blobs.get(oid)),
            }));
        });
        Ok((files, blobs))
    }

    /// For each finding: whether it was there before the change, or stands on none of its lines.
    fn known_before(
        &self,
        change: &Change,
        told: Told,
        report: &Report,
        mut blobs: Blobs,
    ) -> Result<Vec<bool>, Vec<Mistake>> {
        let before: Vec<(&RelPath, &Oid)> =
            change.files.iter().filter_map(|file| Some((&file.path, file.before.as_ref()?))).collect();
        let unread = before.iter().map(|(_, oid)| (*oid).clone()).filter(|oid| !blobs.contains_key(oid));
        let unread: Vec<Oid> = unread.collect();
        blobs.extend(change.git.blobs(&unread, self.checker().max_file_size())?);
        if let Some((path, _)) = before.iter().find(|(_, oid)| matches!(blobs.get(oid), Some(Blob::Missing))) {
            let message = format!("this clone does not have `{path}` as it was before the change");
            return Err(vec![mistake_with_help(message, "fetch it (`git checkout` of the commit does), or use --all")]);
        }
        let texts: BTreeMap<&RelPath, SourceFile> = before
            .iter()
            .filter_map(|(path, oid)| match blobs.get(oid) {
                Some(Blob::Bytes(bytes)) => Some((*path, SourceFile::decode((*path).clone(), bytes).ok()?)),
                _ => None,
            })
            .collect();
        let renames = renames(&change.files, report, &texts);
        let old_path = |path| renames.get(path).copied().unwrap_or(path);
        if told == Told::Lines {
            let mut touched: HashMap<&RelPath, Touched> = HashMap::new();
            let known = report.diagnostics.iter().map(|found| {
                let Some(source) = report.sources.get(&found.path) else { return false };
                let touched = touched.entry(&found.path).or_insert_with(|| {
                    texts.get(old_path(&found.path)).map_or_else(Touched::all, |old| Touched::between(old, source))
                });
                may_be_known(found) && !touched.holds(source, found.span)
            });
            return Ok(known.collect());
        }
        let done = AtomicUsize::new(0);
        let check = |(path, oid): &(&RelPath, &Oid)| self.checker().check_blob((*path).clone(), blobs.get(oid));
        let files = self.check_each(&before, &done, check);
        let old = self.checker().conclude(&files);
        Ok(known_before(&report.diagnostics, &old.diagnostics, old_path))
    }

    /// Hides what the baseline knows and what was `known` otherwise, and notes what is stale.
    ///
    /// `holds` says whether this run looked at a file, or would have if it were there.
    pub(crate) fn settle(
        &self,
        report: &mut Report,
        holds: &dyn Fn(&RelPath) -> bool,
        is_gone: &dyn Fn(&RelPath) -> bool,
        mut known: Vec<bool>,
    ) {
        known.resize(report.diagnostics.len(), false);
        if let Some(comparison) = self.compare(report, holds, is_gone) {
            for (known, entry) in known.iter_mut().zip(&comparison.known) {
                *known |= entry.is_some();
            }
            let stale = comparison.stale.iter().map(|at| self.stored().baseline.entry(*at).clone());
            report.stale = stale.collect();
            report.stale.sort();
            report.summary.stale = report.stale.len();
        }
        if known.contains(&true) {
            report.hide(&known);
        }
    }

    /// The same for a run over all that was named.
    pub(crate) fn settle_all(&self, report: &mut Report) {
        let is_gone = |path: &RelPath| self.paths().stands(path).is_none();
        self.settle(report, &|path| self.holds(path), &is_gone, Vec::new());
    }

    /// Compares the report of a run over all that was named with the baseline, if there is one.
    pub(crate) fn compare_all(&self, report: &Report) -> Option<Comparison> {
        self.compare(report, &|path| self.holds(path), &|path| self.paths().stands(path).is_none())
    }

    /// Whether a run over all that was named looks at a path. What is gone may have gone anywhere, so only a run over
    /// the whole root can say anything of it.
    fn holds(&self, path: &RelPath) -> bool {
        let at = self.root().join(path.as_str());
        let is_named = self.targets().iter().any(|target| at.starts_with(target));
        is_named && (self.targets().iter().any(|target| target == self.root()) || self.paths().stands(path).is_some())
    }

    /// Compares a report with the baseline, if there is one.
    fn compare(
        &self,
        report: &Report,
        holds: &dyn Fn(&RelPath) -> bool,
        is_gone: &dyn Fn(&RelPath) -> bool,
    ) -> Option<Comparison> {
        let baseline = &self.stored().baseline;
        if baseline.is_empty() {
            return None;
        }
        // In a file that was not checked to its end, what is missing may still be there.
        let half_checked = [engine_ids::UNCHECKED_FILE, engine_ids::INTERNAL_ERROR, engine_ids::PARSE_ERROR];
        let half = report.diagnostics.iter().filter(|found| half_checked.contains(&&*found.rule));
        let mut unsure: HashSet<&RelPath> = half.map(|found| &found.path).collect();
        unsure.extend(report.skipped.iter().map(|skipped| &skipped.path));
        let covers = |entry: &BaselineEntry| {
            holds(&entry.path) && !unsure.contains(&entry.path) && self.plan().tells_all_of(&entry.rule)
        };
        Some(baseline::compare(baseline, &report.diagnostics, &Scope { covers: &covers, is_gone }))
    }
}

/// How files of a change that have findings were called before it, where the old name is gone.
fn renames<'a>(
    files: &'a [Changed],
    report: &'a Report,
    texts: &BTreeMap<&'a RelPath, SourceFile>,
) -> HashMap<&'a RelPath, &'a RelPath> {
    let new = files.iter().filter(|file| file.now.is_some() && file.before.is_none());
    let new: Vec<(&Changed, &SourceFile)> =
        new.filter_map(|file| Some((file, report.sources.get(&file.path)?))).collect();
    let mut gone: Vec<&Changed> = files.iter().filter(|file| file.now.is_none()).collect();
    let is_much = new.len() * gone.len() > MOST_PAIRS;
    let mut renames = HashMap::new();
    for (file, now) in new {
        let same_name = |old: &&Changed| old.path.file_name() == file.path.file_name();
        let is_same = |old: &&Changed| {
            texts
                .get(&old.path)
                .is_some_and(|before| before.text() == now.text() || Touched::between(before, now).is_same_file())
        };
        let best = gone.iter().position(|old| same_name(old) && is_same(old));
        let best = best.or_else(|| if is_much { None } else { gone.iter().position(is_same) });
        if let Some(at) = best {
            renames.insert(&file.path, &gone.remove(at).path);
        }
    }
    renames
}
