//! Proving fixes: a bad block, mended until nothing changes, is the fixed block below it.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::fix::{self, Edit};
use crate::language;
use crate::source::RelPath;
use crate::testing::{BlockFile, Checker, Unit, collide, first_difference, source};

/// After how many rounds fixes are said not to come to an end.
const ROUNDS: usize = 100;

/// The texts of a unit's files.
type Texts = BTreeMap<RelPath, String>;

impl<'p> Checker<'p> {
    /// Checks the fixed blocks of `unit` against the nearest bad ones among `above`.
    pub(super) fn check_fixed(&mut self, unit: &Unit<'p>, above: &[Unit<'p>]) {
        let Some(first) = unit.files.first() else { return };
        let opening = self.line(first.block, 0);
        let Some(bad) = bad_above(unit, above) else {
            return self.fail(opening, "there is no bad block above that this one could mend");
        };
        let number = first.block.info.get("fix").and_then(|number| number.parse().ok()).unwrap_or(1);
        let texts = match self.mend(bad, number) {
            Ok(texts) => texts,
            Err(message) => return self.fail(opening, message),
        };
        for file in &unit.files {
            let same_name = bad.files.iter().find(|bad| bad.path == file.path);
            let alone = if let [only] = bad.files.as_slice() { Some(only) } else { None };
            let Some(mended) = same_name.or(alone) else {
                let message = format!("the bad project above has no file `{}`", file.path);
                self.fail(self.line(file.block, 0), message);
                continue;
            };
            self.check_mended(file, mended, texts.get(&mended.path).map_or("", String::as_str));
        }
    }

    fn check_mended(&mut self, fixed: &BlockFile<'_>, bad: &BlockFile<'_>, text: &str) {
        if let Some((line, expected, found)) = first_difference(&fixed.marked.code, text) {
            let message = format!("fixing the bad block gives {found} here, not {expected}");
            return self.fail(self.line(fixed.block, line), message);
        }
        let Some(source) = source(bad.path.clone(), text, bad.dialect) else { return };
        if let Some(problem) = language::lower(source.clone()).problems.first() {
            let line = self.line(fixed.block, source.position(problem.span.start).line);
            self.fail(line, format!("the fixed code does not parse: {}", problem.message));
        }
    }

    /// The texts of a unit with the fixes of a number applied until there are none.
    fn mend(&self, unit: &Unit<'_>, number: usize) -> Result<Texts, String> {
        let settings = unit.settings.as_ref();
        let mut texts: Texts = unit.files.iter().map(|file| (file.path.clone(), file.marked.clean.clone())).collect();
        for round in 0..ROUNDS {
            let sources: Vec<_> = unit
                .files
                .iter()
                .filter_map(|file| source(file.path.clone(), texts.get(&file.path)?, file.dialect))
                .collect();
            let edits = edits(&(self.run)(&sources, settings), number);
            if edits.is_empty() {
                return match (round, number) {
                    (0, 1) => Err("no finding of the bad block above has a fix".to_owned()),
                    (0, _) => Err(format!("no finding of the bad block above has a fix number {number}")),
                    _ => Ok(texts),
                };
            }
            let mut changed = false;
            for (path, edits) in edits {
                let Some(text) = texts.get_mut(&path) else {
                    return Err(format!("a fix edits `{path}`, which is no block"));
                };
                let mended = fix::apply(text, &edits);
                changed |= mended != *text;
                *text = mended;
            }
            if !changed {
                return Ok(texts);
            }
        }
        Err(format!("the fixes do not come to an end: after {ROUNDS} rounds there is one more"))
    }
}

/// The nearest bad unit that a fixed one can belong to: of the same project, or with a file of the same name or tag.
fn bad_above<'u, 'p>(unit: &Unit<'_>, above: &'u [Unit<'p>]) -> Option<&'u Unit<'p>> {
    let fits = |bad: &&Unit<'_>| match unit.project {
        Some(_) => bad.project == unit.project,
        None => unit.files.iter().all(|file| {
            bad.files.iter().any(|bad| {
                let titled = file.block.info.contains_key("title");
                if titled { bad.path == file.path } else { bad.block.tag == file.block.tag }
            })
        }),
    };
    let bad = || above.iter().rev().filter(|above| above.role == crate::rule::page::BlockRole::Bad);
    bad().find(fits).or_else(|| bad().next())
}

/// The edits of all findings' fixes of a number that can be made together, by file, sorted.
fn edits(found: &[Diagnostic], number: usize) -> BTreeMap<RelPath, Vec<Edit>> {
    let mut chosen: BTreeMap<RelPath, Vec<Edit>> = BTreeMap::new();
    for diagnostic in found {
        let Some(fix) = diagnostic.fixes.get(number.saturating_sub(1)) else { continue };
        let path = |edit: &Edit| edit.path.clone().unwrap_or_else(|| diagnostic.path.clone());
        let free = fix.edits().iter().all(|edit| {
            let others = chosen.get(&path(edit)).map(Vec::as_slice).unwrap_or_default();
            !others.iter().any(|other| collide(other.span, edit.span))
        });
        if free {
            for edit in fix.edits() {
                chosen.entry(path(edit)).or_default().push(edit.clone());
            }
        }
    }
    for edits in chosen.values_mut() {
        edits.sort_by_key(|edit| edit.span);
    }
    chosen
}
