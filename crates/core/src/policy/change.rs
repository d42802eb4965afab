//! Findings that were known before a change.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::policy::baseline::may_be_known;
use crate::policy::multiset::Multiset;
use crate::source::RelPath;

/// Returns for each finding whether it was there before the change: in its own file, or in another file of the change
/// that does not have it any more.
///
/// `before` are the findings of all files of the change before it; `old_path` returns the path of a file before it.
pub fn known_before<'a>(
    now: &'a [Arc<Diagnostic>],
    before: &[Arc<Diagnostic>],
    old_path: impl Fn(&'a RelPath) -> &'a RelPath,
) -> Vec<bool> {
    let mut known = vec![false; now.len()];
    let mut is_used = vec![false; before.len()];
    let keys = before.iter().map(|found| (&found.path, found.fingerprint.as_str()));
    let mut left = Multiset::new(keys.enumerate().map(|(number, key)| (key, number)));
    for (known, found) in known.iter_mut().zip(now).filter(|(_, found)| may_be_known(found)) {
        if let Some(number) = left.take(&(old_path(&found.path), found.fingerprint.as_str())) {
            is_used[number] = true;
            *known = true;
        }
    }
    let lost = before.iter().enumerate().filter(|(number, _)| !is_used[*number]);
    let mut left = Multiset::new(lost.map(|(number, found)| (found.fingerprint.as_str(), number)));
    for (known, found) in known.iter_mut().zip(now).filter(|(_, found)| may_be_known(found)) {
        *known = *known || left.take(&found.fingerprint.as_str()).is_some();
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::findings;

    /// Checks the findings that are new; `renames` are `old new`.
    #[track_caller]
    fn check(before: &[&str], now: &[&str], renames: &[&str], expected: &[&str]) {
        let (found, before) = (findings(now), findings(before));
        let renames: Vec<(RelPath, RelPath)> = renames
            .iter()
            .filter_map(|pair| pair.split_once(' '))
            .map(|(old, new)| (RelPath::new(old), RelPath::new(new)))
            .collect();
        let old = |path| renames.iter().find(|(_, new)| new == path).map_or(path, |(old, _)| old);
        let known = known_before(&found, &before, old);
        let new: Vec<&str> = now.iter().zip(known).filter(|(_, known)| !known).map(|(found, _)| *found).collect();
        assert_eq!(new, expected);
    }

    #[test]
    fn what_was_there_is_not_new() {
        check(&["a 2"], &["a 2"], &[], &[]);
        check(&["a 2"], &["a 2", "a 2", "a 3"], &[], &["a 2", "a 3"]);
        check(&["a 2"], &["b 2"], &["a b"], &[]);
    }

    #[test]
    fn what_moved_between_files_is_not_new() {
        check(&["a 2"], &["b 2"], &[], &[]);
        check(&["a 2"], &["a 2", "b 2"], &[], &["b 2"]);
    }

    #[test]
    fn a_renamed_file_brings_its_own_findings_before_any_twin_takes_them() {
        check(&["a 2"], &["0 2", "b 2"], &["a b"], &["0 2"]);
    }

    #[test]
    fn an_unchecked_file_is_always_reported() {
        check(&["a 0"], &["a 0"], &[], &["a 0"]);
    }
}
