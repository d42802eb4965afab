//! The proof of fixes: the file parses no worse, the code around them reads as before, their findings are gone and no
//! other as bad has come.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, FileChange, Severity, apply};
use crate::engine::Engine;
use crate::fix::file_changes::{self, Renames};
use crate::fix::shift::Shift;
use crate::ir::{FileInput, Lowered, Node, Tree};
use crate::language;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// What fixes are proved with: the trees of a text, and the findings in texts.
pub trait Verifier {
    /// A file with the context in which it is checked.
    fn input(&self, source: SourceFile) -> FileInput;

    /// Makes the trees of a file.
    fn lower(&self, input: FileInput) -> Lowered;

    /// The findings in some files, suppressed ones left out, in total order.
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

/// An engine narrowed to some rules, whose fixes are proved by all rules that are on.
#[derive(Clone, Copy, Debug)]
pub struct NarrowedVerifier<'e> {
    /// Finds what is to be mended.
    pub narrowed: &'e Engine,
    /// Finds what else there is.
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
        let known: HashSet<_> =
            found.iter().map(|found| (found.path.clone(), found.span, found.rule.clone())).collect();
        let others = self.full.check_all(files).into_iter().filter(|other| {
            let is_new = !known.contains(&(other.path.clone(), other.span, other.rule.clone()));
            is_new && !self.narrowed.is_narrowed_to(&other.rule)
        });
        found.extend(others.map(|other| Arc::new(Diagnostic { fixes: Vec::new(), ..Arc::unwrap_or_clone(other) })));
        found.sort_by(|a, b| a.order(b));
        found
    }
}

/// One fix that may be applied.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The number of its finding in [`State::found`].
    pub(super) finding: usize,
    pub(super) rule: Arc<str>,
    pub(super) severity: Severity,
    pub(super) path: RelPath,
    pub(super) span: Span,
    pub(super) fingerprint: String,
    pub(super) title: String,
    /// Its edits by file, sorted: narrowed, as they are made.
    pub(super) edits: BTreeMap<RelPath, Vec<Edit>>,
    /// What it replaces by file, as the rule said it.
    pub(super) reach: BTreeMap<RelPath, Vec<Span>>,
    /// The files that it creates, renames and deletes.
    pub(super) files: Vec<FileChange>,
}

/// Some texts with everything that is known of them.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) files: BTreeMap<RelPath, Arc<Lowered>>,
    /// In total order.
    pub(super) found: Vec<Arc<Diagnostic>>,
}

impl State {
    pub(super) fn new(verifier: &dyn Verifier, files: BTreeMap<RelPath, Arc<Lowered>>) -> Self {
        let lowered: Vec<&Lowered> = files.values().map(AsRef::as_ref).collect();
        let found = verifier.check(&lowered);
        Self { files, found }
    }
}

/// What became of a trial.
pub(super) struct Trial {
    pub(super) state: State,
    /// By the paths before the renames.
    pub(super) shifts: BTreeMap<RelPath, Shift>,
    pub(super) renames: Renames,
}

/// A text may grow by a pass to this many times its length.
const GROWTH: usize = 8;
/// Before that counts.
const SMALL: usize = 1 << 20;

/// Applies fixes that do not collide and proves the result, or says why it does not hold.
pub(super) fn prove(verifier: &dyn Verifier, before: &State, chosen: &[&Candidate]) -> Result<Trial, String> {
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
        if text.len() > SMALL && text.len() / GROWTH > old.source.text().len() {
            return Err("the file would grow without end".to_owned());
        }
        let source = old.source.with_text(text).map_err(|error| format!("the file would have {error}"))?;
        let new = verifier.lower(FileInput::new(source, old.context.clone()));
        let shift = Shift::new(&edits);
        let reach = chosen.iter().filter_map(|fix| fix.reach.get(path)).flatten().copied().collect();
        parses_no_worse(old, &new, &shift, reach)?;
        files.insert(path.clone(), Arc::new(new));
        shifts.insert(path.clone(), shift);
    }
    let changes = || chosen.iter().flat_map(|fix| &fix.files);
    changes().try_for_each(|change| file_changes::make(verifier, change, &mut files))?;
    let renames = Renames::of(changes());
    let state = State::new(verifier, files);
    is_mended(before, chosen, &state, &Moves { shifts: &shifts, renames: &renames })?;
    Ok(Trial { state, shifts, renames })
}

/// How badly a file parses: the less, the better, in each.
pub(super) fn faults(file: &Lowered) -> [usize; 4] {
    let nodes = file.trees.iter().flat_map(Tree::nodes);
    let errors = nodes.filter(|node| node.is_error() || node.is_missing()).count();
    [usize::from(file.trees.is_empty()), file.problems.len(), errors, file.degraded.len()]
}

fn parses_no_worse(old: &Lowered, new: &Lowered, shift: &Shift, mut reach: Vec<Span>) -> Result<(), String> {
    let (was, is) = (faults(old), faults(new));
    if was.iter().zip(is).any(|(was, is)| is > *was) {
        let problem = new.problems.first().map(|problem| problem.message.as_str());
        let reason = problem.or_else(|| new.degraded.last().map(|item| item.reason.as_str()));
        return Err(format!("the file would no longer parse: {}", reason.unwrap_or("a hole in the tree")));
    }
    reach.sort_unstable();
    // Where the parser finds its way again, what it made up before may read in another way.
    if is == was && !reads_alike(old, new, shift, &reach) {
        return Err("the code around it would mean something else".to_owned());
    }
    Ok(())
}

/// Whether what no edit reaches is the same nodes at the same places, and what was put in is whole nodes. The spans of
/// `reach` are sorted.
fn reads_alike(old: &Lowered, new: &Lowered, shift: &Shift, reach: &[Span]) -> bool {
    let mut touched: Vec<Span> = Vec::new();
    for span in reach {
        match touched.last_mut() {
            Some(last) if span.start <= last.end => *last = last.cover(*span),
            _ => touched.push(*span),
        }
    }
    let put_in = reach.iter().map(|span| shift.replaced(*span)).filter(|span| !span.is_empty());
    old.trees.len() == new.trees.len()
        && old.trees.iter().zip(&new.trees).all(|(old, new)| stays(old, new, shift, &touched))
        && put_in.into_iter().all(|span| new.tree_around(span).is_none_or(|tree| is_whole(tree, span)))
}

/// Whether the nodes that are apart from what is touched are still there.
fn stays(old: &Tree, new: &Tree, shift: &Shift, touched: &[Span]) -> bool {
    let place = |node: Node<'_>, span: Span| (node.raw(), span.start, span.end);
    // Running text grows together when what divides it goes.
    let text_kinds = old.dialect().language.syntax().text_kinds;
    let counts = |node: &Node<'_>| node.is_named() && !text_kinds.contains(&node.raw_name());
    let known: HashSet<_> = new.nodes().filter(counts).map(|node| place(node, node.span())).collect();
    let is_apart = |node: &Node<'_>| {
        let first = touched.partition_point(|span| span.end < node.start());
        touched.get(first).is_none_or(|span| span.start > node.end())
    };
    old.nodes().filter(counts).filter(is_apart).all(|node| known.contains(&place(node, shift.span(node.span()))))
}

/// Whether what stands in a span is nodes, none of them in part.
fn is_whole(tree: &Tree, span: Span) -> bool {
    tree.covering(span).children().all(|child| {
        let apart = child.end() <= span.start || span.end <= child.start();
        apart || span.contains(child.span()) || child.span().contains(span)
    })
}

/// Checks that the findings of the chosen fixes are gone and that no new one as bad as the least of them has come.
fn is_mended(before: &State, chosen: &[&Candidate], after: &State, moves: &Moves<'_>) -> Result<(), String> {
    let mended: HashSet<usize> = chosen.iter().map(|fix| fix.finding).collect();
    let mut by_identity: BTreeMap<_, Places> = BTreeMap::new();
    let mut by_rule: BTreeMap<_, Places> = BTreeMap::new();
    for (_, found) in before.found.iter().enumerate().filter(|(at, _)| !mended.contains(at)) {
        let (path, span) = moves.place(&found.path, found.span);
        by_identity.entry((path, &found.rule, &found.fingerprint)).or_default().add(span, 1);
    }
    // Those of the same identity at the same place first, then wherever they are, then those whose identity changed
    // with the code in them.
    let mut rest: Vec<&Diagnostic> = after.found.iter().map(AsRef::as_ref).collect();
    rest.retain(|found| {
        let old = by_identity.get_mut(&(&found.path, &found.rule, &found.fingerprint));
        old.is_none_or(|old| !old.take(found.span))
    });
    rest.retain(|found| {
        let old = by_identity.get_mut(&(&found.path, &found.rule, &found.fingerprint));
        old.is_none_or(|old| !old.take_any())
    });
    for ((path, rule, _), places) in by_identity {
        let all = by_rule.entry((path, rule)).or_default();
        places.0.into_iter().for_each(|(span, count)| all.add(span, count));
    }
    rest.retain(|found| {
        let old = by_rule.get_mut(&(&found.path, &found.rule));
        old.is_none_or(|old| !old.take(found.span))
    });
    let least = chosen.iter().map(|fix| fix.severity).min();
    let mut own: BTreeMap<_, Vec<(Span, &str)>> = BTreeMap::new();
    for fix in chosen.iter().filter(|_| !rest.is_empty()) {
        let (path, place) = moves.place(&fix.path, fix.span);
        own.entry((path, &fix.rule)).or_default().push((place, &fix.fingerprint));
    }
    for found in rest {
        let same = own.get(&(&found.path, &found.rule)).is_some_and(|own| {
            let touches = |place: &Span| place.start <= found.span.end && found.span.start <= place.end;
            own.iter().any(|(place, fingerprint)| *fingerprint == found.fingerprint || touches(place))
        });
        if same {
            return Err(format!("`{}` would still find it", found.rule));
        }
        if least.is_none_or(|least| found.severity >= least) {
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

/// Where the files and their bytes go.
struct Moves<'m> {
    /// By the paths before the renames.
    shifts: &'m BTreeMap<RelPath, Shift>,
    renames: &'m Renames,
}

impl<'m> Moves<'m> {
    /// The path and the span after the fixes.
    fn place(&self, path: &'m RelPath, span: Span) -> (&'m RelPath, Span) {
        let moved = self.shifts.get(path).map_or(span, |shift| shift.span(span));
        (self.renames.after(path), moved)
    }
}

/// Where findings are, and how many.
#[derive(Default)]
struct Places(BTreeMap<Span, usize>);

impl Places {
    fn add(&mut self, span: Span, count: usize) {
        *self.0.entry(span).or_default() += count;
    }

    /// Takes out one at a place, if there is one.
    fn take(&mut self, span: Span) -> bool {
        let Some(count) = self.0.get_mut(&span) else { return false };
        *count -= 1;
        if *count == 0 {
            self.0.remove(&span);
        }
        true
    }

    /// Takes out the first one, if there is one.
    fn take_any(&mut self) -> bool {
        let first = self.0.keys().next().copied();
        first.is_some_and(|span| self.take(span))
    }
}
