//! The proof of fixes by the findings before and after them: theirs are gone, no new one is as bad, and no other one is
//! suppressed now.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fix::file_changes::FileRenames;
use crate::fix::proof::{CheckedFiles, FixCandidate};
use crate::fix::shift::Shift;
use crate::source::RelPath;
use crate::span::Span;
use crate::suppression::{self, Suppression, Suppressions};

/// Checks that the findings of the chosen fixes are gone, that there is no new finding as severe as the least severe of
/// them, and that no comment suppresses another finding now.
///
/// A finding is new if it cannot be matched with an earlier one that was not to be fixed. Each earlier finding matches
/// at most one. They are matched in three rounds: first by path, rule, fingerprint and shifted place; then without the
/// place; then by path, rule and shifted place, since an edit may change the fingerprint of a finding around it.
pub(super) fn check(
    before: &CheckedFiles,
    chosen: &[&FixCandidate],
    after: &CheckedFiles,
    moves: &FileMoves<'_>,
) -> Result<(), String> {
    let fixed: HashSet<usize> = chosen.iter().map(|fix| fix.finding).collect();
    let mut changed: BTreeMap<&RelPath, bool> = BTreeMap::new();
    for (path, file) in &after.files {
        changed.insert(path, !before.files.get(path).is_some_and(|old| Arc::ptr_eq(old, file)));
    }
    let is_changed = |path: &RelPath| changed.get(path).copied().unwrap_or(true);
    let mut by_identity: BTreeMap<_, SpanCounts> = BTreeMap::new();
    let mut by_rule: BTreeMap<_, SpanCounts> = BTreeMap::new();
    let is_other = |(at, found): &(usize, &Arc<Diagnostic>)| !fixed.contains(at) && is_changed(&found.path);
    for (_, found) in before.diagnostics.iter().enumerate().filter(is_other) {
        let (path, span) = moves.place(&found.path, found.span);
        by_identity.entry((path, &found.rule, &found.fingerprint)).or_default().add(span, 1);
    }
    let mut unmatched: Vec<&Diagnostic> = after.diagnostics.iter().map(AsRef::as_ref).collect();
    unmatched.retain(|found| is_changed(&found.path));
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
    check_suppressions(&by_rule, after)?;
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

/// Checks that none of the findings that are gone, by path and rule, lies where a suppression of its rule covers it now.
fn check_suppressions(gone: &BTreeMap<(&RelPath, &Arc<str>), SpanCounts>, after: &CheckedFiles) -> Result<(), String> {
    let mut suppressions: BTreeMap<&RelPath, Suppressions> = BTreeMap::new();
    for ((path, rule), places) in gone {
        let Some(file) = after.files.get(*path) else { continue };
        let read = suppressions.entry(path).or_insert_with(|| suppression::read(file));
        let of_rule = |name: &str| rule.strip_suffix(name).is_some_and(|pack| pack.is_empty() || pack.ends_with('/'));
        let own = read.valid.iter().filter(|one| one.rules.iter().any(|(name, _)| of_rule(name)));
        let mut scopes: Vec<Span> = own.flat_map(Suppression::reach).collect();
        scopes.sort_unstable();
        let mut reach = 0;
        let mut next = 0;
        // Both lists are sorted, so one pass finds a place in a scope.
        for place in places.0.keys().filter(|place| !place.is_empty()) {
            while let Some(scope) = scopes.get(next).filter(|scope| scope.start <= place.start) {
                reach = reach.max(scope.end);
                next += 1;
            }
            if place.start < reach {
                return Err(format!("a comment would suppress another finding of `{rule}`"));
            }
        }
    }
    Ok(())
}

/// The moves of files and of the bytes in them.
pub(super) struct FileMoves<'m> {
    /// By path before the renames.
    pub(super) shifts: &'m BTreeMap<RelPath, Shift>,
    pub(super) renames: &'m FileRenames,
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
