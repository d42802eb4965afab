//! Known findings, which are not fixed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::RelPath;

/// A finding of a file, as the file is given to the planner, that is not to be fixed.
///
/// Findings of one file may have equal fingerprints, and only some of them may be known; so each has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownFinding {
    /// The file.
    pub path: RelPath,
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// The 0-based number of the finding among those of the file with the same fingerprint, in the order of a report.
    pub number: usize,
    /// The number of those findings.
    pub count: usize,
}

impl KnownFinding {
    /// The findings that are marked as known, of the findings of files in the order of a report.
    pub fn among<'d>(findings: impl Iterator<Item = (&'d Diagnostic, bool)> + Clone) -> Vec<Self> {
        let mut counts: HashMap<(&RelPath, &str), usize> = HashMap::new();
        for (found, _) in findings.clone() {
            *counts.entry((&found.path, &*found.fingerprint)).or_default() += 1;
        }
        let mut numbers: HashMap<(&RelPath, &str), usize> = HashMap::new();
        let mut known = Vec::new();
        for (found, is_known) in findings {
            let key = (&found.path, &*found.fingerprint);
            let next = numbers.entry(key).or_default();
            if is_known {
                let (path, fingerprint) = (found.path.clone(), found.fingerprint.clone());
                known.push(Self { path, fingerprint, number: *next, count: counts[&key] });
            }
            *next += 1;
        }
        known
    }
}

/// The known ones among findings between two passes.
pub(super) struct KnownTwins<'k>(HashMap<(&'k RelPath, &'k str), Twins>);

/// Findings of a file with one fingerprint.
#[derive(Default)]
struct Twins {
    /// The numbers of those that are known, and the number of all of them, before any fix.
    known: Vec<usize>,
    count_before: usize,
    /// The number of those that are left after the fixes so far, and how many of these [`KnownTwins::has_next`] has answered.
    count: usize,
    asked: usize,
}

impl<'k> KnownTwins<'k> {
    /// The known ones among `findings`, which are sorted.
    pub(super) fn among(known: &'k [KnownFinding], findings: &'k [Arc<Diagnostic>]) -> Self {
        let mut twins: HashMap<_, Twins> = HashMap::new();
        for finding in known {
            let of_key = twins.entry((&finding.path, &*finding.fingerprint)).or_default();
            of_key.known.push(finding.number);
            of_key.count_before = finding.count;
        }
        if !twins.is_empty() {
            for found in findings {
                if let Some(of_key) = twins.get_mut(&(&found.path, &*found.fingerprint)) {
                    of_key.count += 1;
                }
            }
        }
        Self(twins)
    }

    /// True if a finding is known. To be called once for each finding, in their order.
    pub(super) fn has_next(&mut self, found: &'k Diagnostic) -> bool {
        let Some(twins) = self.0.get_mut(&(&found.path, &*found.fingerprint)) else { return false };
        let number = twins.asked;
        twins.asked += 1;
        // When some of several new ones are fixed, it cannot be said which of the rest are known, and none is fixed.
        twins.count != twins.count_before || twins.known.contains(&number)
    }
}
