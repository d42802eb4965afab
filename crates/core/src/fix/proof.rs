//! Verification of fixes. Applied fixes are kept only if
//!
//! 1. no file has more parse problems than before, the nodes outside the replaced spans are the same as before, and the
//!    code that is put in or taken over is what it looks like ([`EditedFile::check`]);
//! 2. the findings that they fix are gone, there is no new finding as severe as the least severe of these, and no other
//!    finding is suppressed by a comment that did not cover it ([`findings::check`]).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, FileChange, Severity, apply};
use crate::engine::Engine;
use crate::fix::code::EditedFile;
use crate::fix::file_changes::{self, FileRenames};
use crate::fix::findings::{self, FileMoves};
use crate::fix::shift::Shift;
use crate::ir::{FileInput, Lowered};
use crate::language;
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// Parses and checks files for the verification of fixes.
pub trait Verifier {
    /// Adds the context in which a file is checked.
    fn input(&self, source: SourceFile) -> FileInput;

    /// Parses a file into its trees.
    fn lower(&self, input: FileInput) -> Lowered;

    /// The findings in some files, without suppressed ones, sorted.
    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>>;
}

impl Verifier for Engine {
    fn input(&self, source: SourceFile) -> FileInput {
        self.input(source)
    }

    fn lower(&self, input: FileInput) -> Lowered {
        language::lower(input)
    }

    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        self.check_all(files)
    }
}

/// Applies the fixes of some rules only, and verifies them with all rules that are on.
#[derive(Clone, Copy, Debug)]
pub struct NarrowedVerifier<'e> {
    /// The engine that runs the rules whose findings are fixed.
    pub narrowed: &'e Engine,
    /// The engine that runs all rules that are on.
    pub full: &'e Engine,
}

impl Verifier for NarrowedVerifier<'_> {
    fn input(&self, source: SourceFile) -> FileInput {
        self.full.input(source)
    }

    fn lower(&self, input: FileInput) -> Lowered {
        language::lower(input)
    }

    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        let mut found = self.narrowed.check_all(files);
        let reported: HashSet<_> =
            found.iter().map(|found| (found.path.clone(), found.span, found.rule.clone())).collect();
        let others = self.full.check_all(files).into_iter().filter(|other| {
            let is_new = !reported.contains(&(other.path.clone(), other.span, other.rule.clone()));
            is_new && !self.narrowed.is_narrowed_to(&other.rule)
        });
        found.extend(others.map(|other| Arc::new(Diagnostic { fixes: Vec::new(), ..Arc::unwrap_or_clone(other) })));
        found.sort_by(|a, b| a.order(b));
        found
    }
}

/// A fix that may be applied.
#[derive(Clone, Debug)]
pub(super) struct FixCandidate {
    /// The index of its finding in [`CheckedFiles::diagnostics`].
    pub(super) finding: usize,
    pub(super) rule: Arc<str>,
    pub(super) severity: Severity,
    pub(super) path: RelPath,
    pub(super) span: Span,
    pub(super) fingerprint: String,
    pub(super) title: String,
    /// By file, its edits, sorted and narrowed to the bytes that they change.
    pub(super) edits: BTreeMap<RelPath, Vec<Edit>>,
    /// By file, the rule's edits before narrowing.
    pub(super) whole_edits: BTreeMap<RelPath, Vec<Edit>>,
    /// The files that it creates, renames and deletes.
    pub(super) files: Vec<FileChange>,
}

/// Parsed files with their findings.
#[derive(Clone, Debug)]
pub(super) struct CheckedFiles {
    pub(super) files: BTreeMap<RelPath, Arc<Lowered>>,
    /// Sorted.
    pub(super) diagnostics: Vec<Arc<Diagnostic>>,
}

impl CheckedFiles {
    pub(super) fn new(verifier: &dyn Verifier, files: BTreeMap<RelPath, Arc<Lowered>>) -> Self {
        let lowered: Vec<&Lowered> = files.values().map(AsRef::as_ref).collect();
        let diagnostics = verifier.check(&lowered);
        Self { files, diagnostics }
    }

    /// The state after some of these files have changed: only those are checked again.
    fn after(&self, verifier: &dyn Verifier, files: BTreeMap<RelPath, Arc<Lowered>>) -> Self {
        let is_same = |path: &RelPath| {
            let pair = self.files.get(path).zip(files.get(path));
            pair.is_some_and(|(before, after)| Arc::ptr_eq(before, after))
        };
        // A limit of suppressions counts those of all files.
        if self.diagnostics.iter().any(|found| &*found.rule == engine_ids::SUPPRESSION_BUDGET) {
            return Self::new(verifier, files);
        }
        let changed: Vec<&Lowered> = files.iter().filter(|(path, _)| !is_same(path)).map(|(_, file)| &**file).collect();
        let mut diagnostics = verifier.check(&changed);
        diagnostics.extend(self.diagnostics.iter().filter(|found| is_same(&found.path)).cloned());
        diagnostics.sort_by(|a, b| a.order(b));
        Self { files, diagnostics }
    }
}

/// The result of applying fixes that passed verification.
pub(super) struct Trial {
    pub(super) state: CheckedFiles,
    /// By path before the renames.
    pub(super) shifts: BTreeMap<RelPath, Shift>,
    pub(super) renames: FileRenames,
}

/// The most that a text may grow in one pass, as a multiple of its length.
const MAX_GROWTH_FACTOR: usize = 8;
/// The most bytes of a text whose growth is not limited.
const MIN_GROWTH_CHECK_BYTES: usize = 1 << 20;

/// Applies fixes that do not collide, and verifies the result. The error is the reason why it failed.
pub(super) fn verify(
    verifier: &dyn Verifier,
    before: &CheckedFiles,
    chosen: &[&FixCandidate],
) -> Result<Trial, String> {
    let mut edits: BTreeMap<&RelPath, Vec<Edit>> = BTreeMap::new();
    for (path, of_file) in chosen.iter().flat_map(|fix| &fix.edits) {
        edits.entry(path).or_default().extend(of_file.iter().cloned());
    }
    let mut files = before.files.clone();
    let mut shifts = BTreeMap::new();
    for (path, mut edits) in edits {
        edits.sort_by_key(|edit| edit.span);
        let Some(old) = before.files.get(path) else { return Err(format!("it edits `{path}`, which was not read")) };
        widen_joined_deletions(&mut edits, old);
        let text = apply(old.source.text(), &edits);
        if text.len() > MIN_GROWTH_CHECK_BYTES && text.len() / MAX_GROWTH_FACTOR > old.source.text().len() {
            return Err("the file would grow without end".to_owned());
        }
        let source = old.source.with_text(text).map_err(|error| format!("the file would have {error}"))?;
        let new = verifier.lower(FileInput::new(source, old.context.clone()));
        let shift = Shift::new(&edits);
        let mut whole: Vec<&Edit> = chosen.iter().filter_map(|fix| fix.whole_edits.get(path)).flatten().collect();
        whole.sort_by_key(|edit| edit.span);
        EditedFile { old, new: &new, shift: &shift, edits: &whole }.check()?;
        files.insert(path.clone(), Arc::new(new));
        shifts.insert(path.clone(), shift);
    }
    let changes = || chosen.iter().flat_map(|fix| &fix.files);
    changes().try_for_each(|change| file_changes::apply(verifier, change, &mut files))?;
    let renames = FileRenames::of(changes());
    let state = before.after(verifier, files);
    findings::check(before, chosen, &state, &FileMoves { shifts: &shifts, renames: &renames })?;
    Ok(Trial { state, shifts, renames })
}

/// Widens deletions that follow each other by a blank line that would be doubled, or stand at the start or the end of a
/// block, once all of them are made. Each of them alone is not that wide, because it has the code of the next beside it. The
/// edits are sorted.
fn widen_joined_deletions(edits: &mut [Edit], file: &Lowered) {
    let mut first = 0;
    while first < edits.len() {
        let joins = |pair: &[Edit]| pair.iter().all(Edit::is_deletion) && pair[0].span.end == pair[1].span.start;
        let last = first + edits[first..].windows(2).take_while(|pair| joins(pair)).count();
        if last > first {
            let run = edits[first].span.cover(edits[last].span);
            let text = file.source.slice(run);
            let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
            let code = Span::new(run.start + start as u32, run.start + end as u32);
            let whole = file.tree_around(code).filter(|_| start < end).map(|tree| tree.with_lines(code));
            let from = first.checked_sub(1).map_or(0, |before| edits[before].span.end);
            let to = edits.get(last + 1).map_or(u32::MAX, |after| after.span.start);
            if let Some(whole) = whole.filter(|whole| from <= whole.start && whole.end <= to) {
                edits[first].span.start = edits[first].span.start.min(whole.start);
                edits[last].span.end = edits[last].span.end.max(whole.end);
            }
        }
        first = last + 1;
    }
}
