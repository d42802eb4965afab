//! Verification of fixes. Applied fixes are kept only if
//!
//! 1. no file has more parse problems than before ([`parse_faults`]);
//! 2. the nodes outside the replaced spans are the same as before, and the new code consists of whole nodes
//!    ([`untouched_code_is_same`]);
//! 3. the findings that they fix are gone, and there is no new finding as severe as the least severe of these
//!    ([`check_findings`]).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, FileChange, Severity, apply};
use crate::engine::Engine;
use crate::fix::file_changes::{self, FileRenames};
use crate::fix::shift::Shift;
use crate::ir::{FileInput, Lowered, Node, Tree};
use crate::language;
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
    /// By file, the spans that the rule's edits replace, before narrowing.
    pub(super) replaced_spans: BTreeMap<RelPath, Vec<Span>>,
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
        let text = apply(old.source.text(), &edits);
        if text.len() > MIN_GROWTH_CHECK_BYTES && text.len() / MAX_GROWTH_FACTOR > old.source.text().len() {
            return Err("the file would grow without end".to_owned());
        }
        let source = old.source.with_text(text).map_err(|error| format!("the file would have {error}"))?;
        let new = verifier.lower(FileInput::new(source, old.context.clone()));
        let shift = Shift::new(&edits);
        let replaced_spans = chosen.iter().filter_map(|fix| fix.replaced_spans.get(path)).flatten().copied().collect();
        check_parse(old, &new, &shift, replaced_spans)?;
        files.insert(path.clone(), Arc::new(new));
        shifts.insert(path.clone(), shift);
    }
    let changes = || chosen.iter().flat_map(|fix| &fix.files);
    changes().try_for_each(|change| file_changes::apply(verifier, change, &mut files))?;
    let renames = FileRenames::of(changes());
    let state = CheckedFiles::new(verifier, files);
    check_findings(before, chosen, &state, &FileMoves { shifts: &shifts, renames: &renames })?;
    Ok(Trial { state, shifts, renames })
}

/// The numbers of parse problems of a file, by kind: no tree at all, problems of parsers, error and missing nodes,
/// items that only the tolerant parser could parse.
pub(super) fn parse_faults(file: &Lowered) -> [usize; 4] {
    let nodes = file.trees.iter().flat_map(Tree::nodes);
    let errors = nodes.filter(|node| node.is_error() || node.is_missing()).count();
    [usize::from(file.trees.is_empty()), file.problems.len(), errors, file.degraded.len()]
}

/// Checks the conditions 1 and 2 of the module for one file.
fn check_parse(old: &Lowered, new: &Lowered, shift: &Shift, mut replaced_spans: Vec<Span>) -> Result<(), String> {
    let (faults_before, faults_after) = (parse_faults(old), parse_faults(new));
    if faults_before.iter().zip(faults_after).any(|(before, after)| after > *before) {
        let problem = new.problems.first().map(|problem| problem.message.as_str());
        let reason = problem.or_else(|| new.degraded.last().map(|item| item.reason.as_str()));
        return Err(format!("the file would no longer parse: {}", reason.unwrap_or("a hole in the tree")));
    }
    replaced_spans.sort_unstable();
    // With fewer faults than before, nodes may be gone that only error recovery had made.
    if faults_after == faults_before && !untouched_code_is_same(old, new, shift, &replaced_spans) {
        return Err("the code around it would mean something else".to_owned());
    }
    Ok(())
}

/// True if the nodes that touch no replaced span have the same kinds and (shifted) places as before, and the new code
/// of each replaced span consists of whole nodes. `replaced_spans` are sorted.
fn untouched_code_is_same(old: &Lowered, new: &Lowered, shift: &Shift, replaced_spans: &[Span]) -> bool {
    let mut touched: Vec<Span> = Vec::new();
    for span in replaced_spans {
        match touched.last_mut() {
            Some(last) if span.start <= last.end => *last = last.cover(*span),
            _ => touched.push(*span),
        }
    }
    let new_code = replaced_spans.iter().map(|span| shift.replaced(*span)).filter(|span| !span.is_empty());
    old.trees.len() == new.trees.len()
        && old.trees.iter().zip(&new.trees).all(|(old, new)| untouched_nodes_are_same(old, new, shift, &touched))
        && new_code.into_iter().all(|span| new.tree_around(span).is_none_or(|tree| covers_whole_nodes(tree, span)))
}

/// True if all named nodes of the old tree that touch no span of `touched` are in the new tree too.
fn untouched_nodes_are_same(old: &Tree, new: &Tree, shift: &Shift, touched: &[Span]) -> bool {
    let place = |node: Node<'_>, span: Span| (node.raw(), span.start, span.end);
    // Nodes of running text (such as JSX text) merge with their neighbors when the code between them is deleted.
    let text_kinds = old.dialect().language.syntax().text_kinds;
    let is_compared = |node: &Node<'_>| node.is_named() && !text_kinds.contains(&node.raw_name());
    let places_after: HashSet<_> = new.nodes().filter(is_compared).map(|node| place(node, node.span())).collect();
    let is_apart = |node: &Node<'_>| {
        let first = touched.partition_point(|span| span.end < node.start());
        touched.get(first).is_none_or(|span| span.start > node.end())
    };
    old.nodes()
        .filter(is_compared)
        .filter(is_apart)
        .all(|node| places_after.contains(&place(node, shift.span(node.span()))))
}

/// True if no node is partly inside the span and partly outside of it.
fn covers_whole_nodes(tree: &Tree, span: Span) -> bool {
    tree.covering(span).children().all(|child| {
        let apart = child.end() <= span.start || span.end <= child.start();
        apart || span.contains(child.span()) || child.span().contains(span)
    })
}

/// Checks condition 3 of the module: the findings of the chosen fixes are gone, and there is no new finding as severe
/// as the least severe of them.
///
/// A finding is new if it cannot be matched with an earlier one that was not to be fixed. Each earlier finding matches
/// at most one. They are matched in three rounds: first by path, rule, fingerprint and shifted place; then without the
/// place; then by path, rule and shifted place, since an edit may change the fingerprint of a finding around it.
fn check_findings(
    before: &CheckedFiles,
    chosen: &[&FixCandidate],
    after: &CheckedFiles,
    moves: &FileMoves<'_>,
) -> Result<(), String> {
    let fixed: HashSet<usize> = chosen.iter().map(|fix| fix.finding).collect();
    let mut by_identity: BTreeMap<_, SpanCounts> = BTreeMap::new();
    let mut by_rule: BTreeMap<_, SpanCounts> = BTreeMap::new();
    for (_, found) in before.diagnostics.iter().enumerate().filter(|(at, _)| !fixed.contains(at)) {
        let (path, span) = moves.place(&found.path, found.span);
        by_identity.entry((path, &found.rule, &found.fingerprint)).or_default().add(span, 1);
    }
    let mut unmatched: Vec<&Diagnostic> = after.diagnostics.iter().map(AsRef::as_ref).collect();
    unmatched.retain(|found| {
        let old = by_identity.get_mut(&(&found.path, &found.rule, &found.fingerprint));
        old.is_none_or(|old| !old.take(found.span))
    });
    unmatched.retain(|found| {
        let old = by_identity.get_mut(&(&found.path, &found.rule, &found.fingerprint));
        old.is_none_or(|old| !old.take_any())
    });
    for ((path, rule, _), places) in by_identity {
        let all = by_rule.entry((path, rule)).or_default();
        places.0.into_iter().for_each(|(span, count)| all.add(span, count));
    }
    unmatched.retain(|found| {
        let old = by_rule.get_mut(&(&found.path, &found.rule));
        old.is_none_or(|old| !old.take(found.span))
    });
    let least_severity = chosen.iter().map(|fix| fix.severity).min();
    let mut fixed_places: BTreeMap<_, Vec<(Span, &str)>> = BTreeMap::new();
    for fix in chosen.iter().filter(|_| !unmatched.is_empty()) {
        let (path, place) = moves.place(&fix.path, fix.span);
        fixed_places.entry((path, &fix.rule)).or_default().push((place, &fix.fingerprint));
    }
    for found in unmatched {
        let is_still_found = fixed_places.get(&(&found.path, &found.rule)).is_some_and(|places| {
            let touches = |place: &Span| place.start <= found.span.end && found.span.start <= place.end;
            places.iter().any(|(place, fingerprint)| *fingerprint == found.fingerprint || touches(place))
        });
        if is_still_found {
            return Err(format!("`{}` would still find it", found.rule));
        }
        if least_severity.is_none_or(|least| found.severity >= least) {
            let line = after.files.get(&found.path).map_or(1, |file| file.source.position(found.span.start).line);
            let place = if chosen.iter().all(|fix| *moves.renames.after(&fix.path) == found.path) {
                format!("line {line}")
            } else {
                format!("{}:{line}", found.path)
            };
            return Err(format!("`{}` would find something new in {place}: {}", found.rule, found.message));
        }
    }
    Ok(())
}

/// The moves of files and of the bytes in them.
struct FileMoves<'m> {
    /// By path before the renames.
    shifts: &'m BTreeMap<RelPath, Shift>,
    renames: &'m FileRenames,
}

impl<'m> FileMoves<'m> {
    /// The path and the span after the fixes.
    fn place(&self, path: &'m RelPath, span: Span) -> (&'m RelPath, Span) {
        let moved = self.shifts.get(path).map_or(span, |shift| shift.span(span));
        (self.renames.after(path), moved)
    }
}

/// The number of findings at each span: a multiset of spans.
#[derive(Default)]
struct SpanCounts(BTreeMap<Span, usize>);

impl SpanCounts {
    fn add(&mut self, span: Span, count: usize) {
        *self.0.entry(span).or_default() += count;
    }

    /// Removes one at a span; false if there is none.
    fn take(&mut self, span: Span) -> bool {
        let Some(count) = self.0.get_mut(&span) else { return false };
        *count -= 1;
        if *count == 0 {
            self.0.remove(&span);
        }
        true
    }

    /// Removes the first one; false if there is none.
    fn take_any(&mut self) -> bool {
        let first = self.0.keys().next().copied();
        first.is_some_and(|span| self.take(span))
    }
}
