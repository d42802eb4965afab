//! The planner: applies fixes that do not collide in one pass, verifies the result, and repeats until no fixes are
//! left.

mod known;
mod patience;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::emptied::{self, EMPTY_BLOCK};
use crate::diagnostic::{Diagnostic, Edit, FileChange, Fix, Safety};
use crate::fix::attached;
use crate::fix::file_changes::{self, FileRenames};
pub use crate::fix::plan::known::KnownFinding;
use crate::fix::plan::known::KnownTwins;
use crate::fix::plan::patience::Patience;
use crate::fix::proof::{CheckedFiles, FixCandidate, Trial, Verifier, verify};
use crate::fix::shift::Shift;
use crate::ir::FileInput;
use crate::report::RolledBack;
use crate::rule::engine_ids;
use crate::source::{Encoding, RelPath, SourceFile};
use crate::span::Span;

/// The maximum number of passes. The rules of fixes that are left after them are reported as unfinished.
const MAX_PASSES: usize = 100;

/// The most bytes that verification may parse, in addition to [`VERIFY_BYTES_PER_BYTE`]. Counted in bytes, not in time,
/// so that the result is the same on every machine.
const BASE_VERIFY_BYTES: u64 = 1 << 20;
/// The bytes that verification may parse for each byte of the files.
const VERIFY_BYTES_PER_BYTE: u64 = 24;

/// The alternative of a finding's fixes that is applied; never more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first that is at least as safe as this.
    AtLeast(Safety),
    /// The one with this 1-based number, however safe.
    Number(usize),
}

impl Choice {
    /// The chosen fix of a finding, if it has one.
    pub fn of(self, found: &Diagnostic) -> Option<&Fix> {
        match self {
            Self::AtLeast(safety) => found.fixes.iter().find(|fix| fix.safety() <= safety),
            Self::Number(number) => found.fixes.get(number.checked_sub(1)?),
        }
    }
}

/// The input of the planner.
#[non_exhaustive]
pub struct FixRequest<'r> {
    /// The files.
    pub files: Vec<FileInput>,
    /// The alternatives to apply.
    pub choice: Choice,
    /// Known findings, which are not fixed.
    pub known: Vec<KnownFinding>,
    /// Opens a path, other than that of the finding, that a fix edits, creates, renames or deletes.
    pub open: &'r mut dyn FnMut(&RelPath) -> Opened,
}

impl<'r> FixRequest<'r> {
    /// A request to fix files; `open` opens the other paths that a fix edits, creates, renames or deletes.
    pub fn new(files: Vec<FileInput>, choice: Choice, open: &'r mut dyn FnMut(&RelPath) -> Opened) -> Self {
        Self { files, choice, known: Vec::new(), open }
    }

    /// The same request with known findings, which are not fixed.
    #[must_use]
    pub fn with_known(self, known: Vec<KnownFinding>) -> Self {
        Self { known, ..self }
    }
}

/// The file, if any, at a path that a fix changes.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A file that may be edited.
    File(FileInput),
    /// Nothing.
    Absent,
    /// Something that must not be changed.
    Refused,
}

impl fmt::Debug for FixRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FixRequest");
        shown.field("files", &self.files).field("choice", &self.choice).field("known", &self.known);
        shown.finish_non_exhaustive()
    }
}

/// The result of the planner.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FixOutcome {
    /// The files that changed, by path.
    pub files: Vec<FixedFile>,
    /// The fixes that were applied, in order.
    pub applied: Vec<Applied>,
    /// Fixes that failed verification, sorted by place.
    pub rolled_back: Vec<RolledBack>,
    /// Rules whose fixes undo each other; these fixes were not applied.
    pub undoing: Vec<Arc<str>>,
    /// Rules with fixes left after the last pass.
    pub unfinished: Vec<Arc<str>>,
    /// True if a fix over several files was applied, so that either all files or none must be written.
    pub joined: bool,
}

/// A file before and after its fixes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FixedFile {
    /// The old file; none for a file that is created.
    pub before: Option<SourceFile>,
    /// The new file, at another path when it is renamed; none for a file that is deleted.
    pub after: Option<SourceFile>,
}

impl FixedFile {
    /// The path before the fixes, or of a file that is created.
    pub fn path(&self) -> Option<&RelPath> {
        self.paths().next()
    }

    /// The paths before and after the fixes.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        self.before.iter().chain(&self.after).map(SourceFile::path)
    }
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: Arc<str>,
    /// The file of its finding.
    pub path: RelPath,
    /// Its title.
    pub title: String,
    /// True if the fix changes several files.
    joined: bool,
}

/// Applies fixes until there are none left. Each is kept only if the result passes verification. The same files
/// always give the same outcome.
pub fn plan(verifier: &dyn Verifier, request: FixRequest<'_>) -> FixOutcome {
    let files = request.files.iter().map(|file| {
        let lowered = verifier.lower(file.clone());
        (file.source.path().clone(), Arc::new(lowered))
    });
    let state = CheckedFiles::new(verifier, files.collect());
    let bytes: u64 = request.files.iter().map(|file| file.source.text().len() as u64).sum();
    let mut planner = Planner {
        verifier,
        request,
        before: state.files.values().map(|file| (file.source.path().clone(), file.source.clone())).collect(),
        origins: state.files.keys().map(|path| (path.clone(), path.clone())).collect(),
        state,
        blocked: Vec::new(),
        passes: Vec::new(),
        outcome: FixOutcome::default(),
        budget: BASE_VERIFY_BYTES + VERIFY_BYTES_PER_BYTE * bytes,
        patience: Patience::default(),
        opened: BTreeMap::new(),
    };
    planner.run();
    planner.finish()
}

/// The state between passes.
struct Planner<'b, 'r> {
    verifier: &'b dyn Verifier,
    request: FixRequest<'r>,
    /// The original files, by their original paths.
    before: BTreeMap<RelPath, SourceFile>,
    /// The original path of each file, by its present path; created files are not there.
    origins: BTreeMap<RelPath, RelPath>,
    state: CheckedFiles,
    /// Fixes that failed verification. Their places are updated when the text changes.
    blocked: Vec<RolledBack>,
    passes: Vec<AppliedPass>,
    outcome: FixOutcome,
    /// The bytes that verification may still parse.
    budget: u64,
    /// The rules whose fixes are still tried.
    patience: Patience,
    /// The paths that were opened; true if nothing exists there.
    opened: BTreeMap<RelPath, bool>,
}

/// The moves of texts and files in one pass.
struct AppliedPass {
    /// By path before the renames.
    shifts: BTreeMap<RelPath, Shift>,
    renames: FileRenames,
}

impl Planner<'_, '_> {
    fn run(&mut self) {
        // By digest of all files: the numbers of fixes and passes that had been applied when the files were in that
        // state.
        let mut seen = HashMap::from([(self.digest(), (0, 0))]);
        for pass in 1..=MAX_PASSES {
            let candidates = self.candidates();
            if candidates.is_empty() {
                return;
            }
            if pass == MAX_PASSES {
                self.outcome.unfinished = names(candidates.iter().map(|fix| &fix.rule));
                return;
            }
            let batch = without_collisions(&candidates);
            let Some((kept, trial)) = self.verify_batch(&batch) else { continue };
            self.accept(&kept, trial);
            let now = (self.outcome.applied.len(), self.passes.len());
            if let Some((applied, passes)) = seen.insert(self.digest(), now) {
                // The fixes since then led back to the same files, so they undo each other.
                self.outcome.undoing = names(self.outcome.applied[applied..].iter().map(|fix| &fix.rule));
                self.outcome.applied.truncate(applied);
                self.passes.truncate(passes);
                return;
            }
        }
    }

    /// The hash of all paths and texts.
    fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for (path, file) in &self.state.files {
            for part in [path.as_str(), file.source.text()] {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
        }
        hasher.finalize()
    }

    /// The fixes that can be tried, in the order of their findings.
    fn candidates(&mut self) -> Vec<FixCandidate> {
        let mut chosen = self.chosen();
        while self.open_all(&chosen) {
            chosen = self.chosen();
        }
        let mut candidates = Vec::new();
        for (at, fix) in chosen {
            let rule = &self.state.diagnostics[at].rule;
            match self.patience.refusal(rule).map_or_else(|| self.candidate(at, &fix), Err) {
                Ok(candidate) => candidates.push(candidate),
                Err(reason) => self.block(at, reason),
            }
        }
        let files = &self.state.files;
        let edits = candidates.iter().enumerate().flat_map(|(number, candidate)| {
            let edits = candidate.whole_edits.iter();
            edits.flat_map(move |(path, edits)| edits.iter().map(move |edit| (number, path, edit)))
        });
        let emptying = emptied::emptying(edits, |path| files.get(path).map(|file| &**file));
        let mut kept = Vec::with_capacity(candidates.len());
        for (number, candidate) in candidates.into_iter().enumerate() {
            if emptying.contains(&number) {
                self.block(candidate.finding, EMPTY_BLOCK.to_owned());
            } else {
                kept.push(candidate);
            }
        }
        kept
    }

    /// The findings to fix, by index, each with its chosen fix.
    fn chosen(&self) -> Vec<(usize, Fix)> {
        let mut known = KnownTwins::among(&self.request.known, &self.state.diagnostics);
        let blocked: HashSet<FindingIdentity<'_>> = self.blocked.iter().map(FindingIdentity::of_blocked).collect();
        let mut chosen = Vec::new();
        for (at, found) in self.state.diagnostics.iter().enumerate() {
            if known.has_next(found) {
                continue;
            }
            let is_blocked = blocked.contains(&FindingIdentity::of(found));
            if let Some(fix) = self.request.choice.of(found).filter(|_| !is_blocked) {
                chosen.push((at, fix.clone()));
            }
        }
        chosen
    }

    /// Opens the further files that fixes change. True if there are new ones, so that there may be more findings.
    fn open_all(&mut self, chosen: &[(usize, Fix)]) -> bool {
        let targets = chosen.iter().flat_map(|(_, fix)| fix.files()).filter_map(FileChange::target);
        let paths: BTreeSet<&RelPath> = chosen
            .iter()
            .flat_map(|(_, fix)| fix.other_files())
            .chain(targets.filter(|path| path.is_plain()))
            .collect();
        let mut files = self.state.files.clone();
        for path in paths {
            if files.contains_key(path) || self.opened.contains_key(path) {
                continue;
            }
            let opened = (self.request.open)(path);
            self.opened.insert(path.clone(), matches!(opened, Opened::Absent));
            if let Opened::File(input) = opened
                && input.source.encoding() == Encoding::Utf8
            {
                self.before.insert(path.clone(), input.source.clone());
                self.origins.insert(path.clone(), path.clone());
                files.insert(path.clone(), Arc::new(self.verifier.lower(input)));
            }
        }
        let more = files.len() > self.state.files.len();
        if more {
            self.state = CheckedFiles::new(self.verifier, files);
        }
        more
    }

    /// The chosen fix of the finding with index `at`, prepared for the pass; an error if it cannot be applied.
    fn candidate(&self, at: usize, fix: &Fix) -> Result<FixCandidate, String> {
        let found = &self.state.diagnostics[at];
        let mut edits: BTreeMap<RelPath, Vec<Edit>> = BTreeMap::new();
        let mut whole_edits: BTreeMap<RelPath, Vec<Edit>> = BTreeMap::new();
        for edit in fix.edits() {
            let path = edit.path.as_ref().unwrap_or(&found.path);
            let Some(file) = self.state.files.get(path) else {
                return Err(format!("it edits `{path}`, which is no file to be edited in this run"));
            };
            let text = file.source.text();
            if text.get(edit.span.range()).is_none() {
                return Err(format!("it edits `{path}` where that has no text"));
            }
            // The fix of an unused suppression is the deletion of that comment.
            if *found.rule != *engine_ids::UNUSED_SUPPRESSION && edit.deletes_comment(file) {
                return Err(format!("it would delete a comment in `{path}`"));
            }
            if let Some(reason) = attached::left_behind(file, edit) {
                return Err(reason.to_owned());
            }
            let narrow = edit.narrowed(text);
            if let Some(reason) = file.refusal_of_edit(edit.span, narrow.span) {
                return Err(reason.to_owned());
            }
            whole_edits.entry(path.clone()).or_default().push(edit.clone());
            if !(narrow.span.is_empty() && narrow.text.is_empty()) {
                edits.entry(path.clone()).or_default().push(narrow);
            }
        }
        for change in fix.files() {
            let is_absent = |path: &RelPath| self.opened.get(path).copied().unwrap_or(false);
            file_changes::check(self.verifier, change, &self.state, is_absent)?;
        }
        if edits.is_empty() && fix.files().is_empty() {
            return Err("it changes nothing".to_owned());
        }
        Ok(FixCandidate {
            finding: at,
            rule: found.rule.clone(),
            severity: found.severity,
            path: found.path.clone(),
            span: found.span,
            fingerprint: found.fingerprint.clone(),
            title: fix.title().to_owned(),
            edits,
            whole_edits,
            files: fix.files().to_vec(),
        })
    }

    /// Records that the fix of a finding failed, so that it is not tried again.
    fn block(&mut self, at: usize, reason: String) {
        let found = &self.state.diagnostics[at];
        let (path, was) = self.passes.iter().rev().fold((&found.path, found.span.start), |(path, at), pass| {
            let path = pass.renames.before(path);
            (path, pass.shifts.get(path).map_or(at, |shift| shift.back(at)))
        });
        let line_before = self.before.get(path).map_or(1, |file| file.position(was).line);
        self.blocked.push(RolledBack {
            rule: found.rule.clone(),
            path: found.path.clone(),
            span: found.span,
            line_before,
            line_after: line_before,
            reason,
            fingerprint: found.fingerprint.clone(),
        });
    }

    /// Finds a large part of the batch that passes verification together, by bisection. Fixes that fail on their own
    /// are blocked for good; those that fail only together with others are tried again in the next pass.
    fn verify_batch<'c>(&mut self, batch: &[&'c FixCandidate]) -> Option<(Vec<&'c FixCandidate>, Trial)> {
        let mut kept: Vec<&FixCandidate> = Vec::new();
        let mut verified = None;
        let mut open = vec![batch.to_vec()];
        while let Some(mut slice) = open.pop() {
            slice.retain(|fix| self.patience.refusal(&fix.rule).is_none());
            if slice.is_empty() {
                continue;
            }
            let together: Vec<&FixCandidate> = kept.iter().chain(&slice).copied().collect();
            match self.verify(&together) {
                Ok(trial) => {
                    self.patience.held(&slice);
                    kept = together;
                    verified = Some(trial);
                }
                Err(reason) if slice.len() == 1 => {
                    let alone = if kept.is_empty() { Err(reason) } else { self.verify(&slice).map(|_| ()) };
                    if let Err(reason) = alone {
                        self.block(slice[0].finding, reason);
                    }
                    self.patience.failed(slice[0]);
                }
                Err(_) => {
                    let second = slice.split_off(slice.len() / 2);
                    open.extend([second, slice]);
                }
            }
        }
        Some((kept, verified?))
    }

    fn verify(&mut self, chosen: &[&FixCandidate]) -> Result<Trial, String> {
        let sources = chosen.iter().flat_map(|fix| &fix.files).filter_map(FileChange::source);
        let paths: BTreeSet<&RelPath> = chosen.iter().flat_map(|fix| fix.edits.keys()).chain(sources).collect();
        let files = paths.into_iter().filter_map(|path| self.state.files.get(path));
        let looked_at = (self.state.files.len() + self.state.diagnostics.len()) as u64;
        let cost = files.map(|file| file.source.text().len() as u64).sum::<u64>() + looked_at;
        let Some(left) = self.budget.checked_sub(cost) else {
            return Err("it was not tried, since too many fixes of this file did not hold".to_owned());
        };
        self.budget = left;
        verify(self.verifier, &self.state, chosen)
    }

    /// Takes over the result of a pass.
    fn accept(&mut self, kept: &[&FixCandidate], trial: Trial) {
        let applied = kept.iter().map(|fix| Applied {
            rule: fix.rule.clone(),
            path: fix.path.clone(),
            title: fix.title.clone(),
            joined: fix.edits.len() > 1 || !fix.edits.contains_key(&fix.path) || !fix.files.is_empty(),
        });
        self.outcome.applied.extend(applied);
        for blocked in &mut self.blocked {
            if let Some(shift) = trial.shifts.get(&blocked.path) {
                blocked.span = shift.span(blocked.span);
            }
            blocked.path = trial.renames.after(&blocked.path).clone();
        }
        let origin = |path: &RelPath| {
            let before = trial.renames.before(path);
            Some((path.clone(), self.origins.get(before)?.clone()))
        };
        self.origins = trial.state.files.keys().filter_map(origin).collect();
        self.state = trial.state;
        self.passes.push(AppliedPass { shifts: trial.shifts, renames: trial.renames });
    }

    fn finish(mut self) -> FixOutcome {
        let kept: BTreeSet<&RelPath> = self.origins.values().collect();
        let gone = self.before.iter().filter(|(path, _)| !kept.contains(path));
        self.outcome.files.extend(gone.map(|(_, before)| FixedFile { before: Some(before.clone()), after: None }));
        for (path, file) in &self.state.files {
            let before = self.origins.get(path).and_then(|origin| self.before.get(origin));
            let is_same = |before: &SourceFile| before.path() == path && before.text() == file.source.text();
            if !before.is_some_and(is_same) {
                self.outcome.files.push(FixedFile { before: before.cloned(), after: Some(file.source.clone()) });
            }
        }
        self.outcome.files.sort_by(|a, b| a.path().cmp(&b.path()));
        self.outcome.joined = self.outcome.applied.iter().any(|fix| fix.joined);
        // A blocked fix is not reported if another fix removed its finding.
        let found: HashSet<FindingIdentity<'_>> =
            self.state.diagnostics.iter().map(|found| FindingIdentity::of(found)).collect();
        self.blocked.retain(|blocked| found.contains(&FindingIdentity::of_blocked(blocked)));
        for blocked in &mut self.blocked {
            let file = self.state.files.get(&blocked.path);
            blocked.line_after = file.map_or(1, |file| file.source.position(blocked.span.start).line);
        }
        self.blocked.sort_by(|a, b| (&a.path, a.span, &a.rule).cmp(&(&b.path, b.span, &b.rule)));
        self.outcome.rolled_back = self.blocked;
        self.outcome
    }
}

/// The identity of a finding in one state of the files.
#[derive(PartialEq, Eq, Hash)]
struct FindingIdentity<'f> {
    path: &'f RelPath,
    start: u32,
    rule: &'f str,
    fingerprint: &'f str,
}

impl<'f> FindingIdentity<'f> {
    fn of(found: &'f Diagnostic) -> Self {
        Self { path: &found.path, start: found.span.start, rule: &found.rule, fingerprint: &found.fingerprint }
    }

    fn of_blocked(fix: &'f RolledBack) -> Self {
        Self { path: &fix.path, start: fix.span.start, rule: &fix.rule, fingerprint: &fix.fingerprint }
    }
}

/// Selects fixes greedily, in order, so that no two of them collide.
fn without_collisions(candidates: &[FixCandidate]) -> Vec<&FixCandidate> {
    let mut taken: BTreeMap<&RelPath, BTreeMap<Span, &Edit>> = BTreeMap::new();
    let mut changed: BTreeSet<&RelPath> = BTreeSet::new();
    let mut batch = Vec::new();
    for fix in candidates {
        let mut own = fix.files.iter().flat_map(FileChange::paths);
        let is_free = own.all(|path| !changed.contains(path) && !taken.contains_key(path));
        let is_free = is_free
            && fix.edits.iter().all(|(path, edits)| {
                if changed.contains(path) {
                    return false;
                }
                let Some(taken) = taken.get(path) else { return true };
                edits.iter().all(|edit| {
                    let end = Span::new(edit.span.end.max(edit.span.start + 1), u32::MAX);
                    // Disjoint edits are sorted by their ends too, so only the last ones before can overlap.
                    let near = taken.range(..end).rev().take(2);
                    !near.into_iter().any(|(_, other)| edit.collides(other))
                })
            });
        if is_free {
            changed.extend(fix.files.iter().flat_map(FileChange::paths));
            for (path, edits) in &fix.edits {
                taken.entry(path).or_default().extend(edits.iter().map(|edit| (edit.span, edit)));
            }
            batch.push(fix);
        }
    }
    batch
}

fn names<'n>(rules: impl Iterator<Item = &'n Arc<str>>) -> Vec<Arc<str>> {
    rules.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;
