//! Entries of the baseline that are new, so that findings are hidden which were not, and counts that are higher.

use std::collections::{BTreeMap, HashMap};

use crate::policy::baseline::BaselineFile;
use crate::report::{BaselineEntry, Weakening};
use crate::source::RelPath;
use crate::span::Span;

/// The most entries of one file that are reported one by one.
const MAX_LISTED: usize = 3;

/// An entry with the file and place where it stands.
struct Placed<'a> {
    file: usize,
    span: Span,
    entry: &'a BaselineEntry,
}

/// Old entries that are gone, sorted, by the fingerprint of their subjects.
type LeftEntries<'a> = HashMap<&'a str, Vec<&'a BaselineEntry>>;

/// Compares the entries of files that differ between the sides. An entry that was written again for code that has another
/// name or place is not new: an old one with the same fingerprint, but for the names of what encloses it, is gone for it.
pub(super) fn compare(
    before: &[(RelPath, BaselineFile)],
    now: &[(RelPath, BaselineFile)],
    is_gone: &dyn Fn(&RelPath) -> bool,
    found: &mut Vec<Weakening>,
) {
    let mut old: HashMap<(&RelPath, &str), Vec<&BaselineEntry>> = HashMap::new();
    for entry in before.iter().flat_map(|(_, file)| file.entries()) {
        old.entry((&entry.path, &entry.fingerprint)).or_default().push(entry);
    }
    let mut added: Vec<Placed<'_>> = Vec::new();
    let mut raised: Vec<(Placed<'_>, u32)> = Vec::new();
    for (file, (_, entries)) in now.iter().enumerate() {
        for (entry, span) in entries.placed_entries() {
            let placed = Placed { file, span: *span, entry };
            let known = old.get_mut(&(&entry.path, &*entry.fingerprint));
            match known.and_then(|known| take_nearest(known, entry)) {
                Some(known) => {
                    if let (Some((value, _)), Some((before, _))) = (&entry.measure, &known.measure)
                        && value > before
                    {
                        raised.push((placed, *before));
                    }
                }
                None => added.push(placed),
            }
        }
    }
    let mut entries_left: Vec<&BaselineEntry> = old.into_values().flatten().collect();
    entries_left.sort();
    let mut left = LeftEntries::new();
    for entry in entries_left {
        left.entry(entry.subject_fingerprint()).or_default().push(entry);
    }
    added.retain(|placed| !take_moved(&mut left, placed.entry, is_gone));
    let mut by_file: BTreeMap<usize, Vec<Placed<'_>>> = BTreeMap::new();
    for placed in added {
        by_file.entry(placed.file).or_default().push(placed);
    }
    for (file, placed) in by_file {
        let (path, text) = (&now[file].0, now[file].1.text());
        if placed.len() > MAX_LISTED {
            let message = format!(
                "{} entries are new, so these findings are not reported any more, the first for `{}` in `{}`",
                placed.len(),
                placed[0].entry.rule,
                placed[0].entry.path
            );
            found.push(Weakening::in_text(path.clone(), text.clone(), placed[0].span, "entries", message));
            continue;
        }
        for Placed { span, entry, .. } in placed {
            let message =
                format!("the entry for `{}` in `{}` is new: it is not reported any more", entry.rule, entry.path);
            let subject = format!("{} {}", entry.path, entry.fingerprint);
            found.push(Weakening::in_text(path.clone(), text.clone(), span, subject, message));
        }
    }
    for (Placed { file, span, entry }, before) in raised {
        let value = entry.measure.as_ref().map_or(0, |(value, _)| *value);
        let message = format!("the entry for `{}` in `{}` allows {value}, before {before}", entry.rule, entry.path);
        let subject = format!("{} {} measure", entry.path, entry.fingerprint);
        found.push(Weakening::in_text(now[file].0.clone(), now[file].1.text().clone(), span, subject, message));
    }
}

/// Takes the entry out of some with the same path and fingerprint that is most like another one.
fn take_nearest<'a>(known: &mut Vec<&'a BaselineEntry>, entry: &BaselineEntry) -> Option<&'a BaselineEntry> {
    let value = |entry: &BaselineEntry| entry.measure.as_ref().map(|(value, _)| *value);
    let at = known.iter().position(|old| old.count == entry.count && value(old) == value(entry));
    let at = at.or_else(|| known.iter().position(|old| old.count == entry.count));
    let at = at.or_else(|| (!known.is_empty()).then_some(0));
    at.map(|at| known.swap_remove(at))
}

/// Takes out an old entry that a new one was written for: of the same rule and subject, in the same file under another
/// name of what encloses it, or in a file that is gone.
fn take_moved(left: &mut LeftEntries<'_>, entry: &BaselineEntry, is_gone: &dyn Fn(&RelPath) -> bool) -> bool {
    let Some(left) = left.get_mut(entry.subject_fingerprint()) else { return false };
    let is_line = |old: &&&BaselineEntry| old.line.is_none() || old.line == entry.line;
    let here = left.iter().position(|old| old.path == entry.path && is_line(&old));
    let at = here.or_else(|| left.iter().position(|old| is_line(&old) && is_gone(&old.path)));
    at.map(|at| left.remove(at)).is_some()
}
