//! The effects of a change: findings that are new, since they are neither in the baseline nor from before it, and law that
//! it weakens.
//!
//! The functions here do no I/O: they take texts, findings and laws.

pub mod baseline;
pub mod change;
mod multiset;
mod pairs;
pub mod protected;
pub mod renames;
#[cfg(test)]
mod testing;
pub mod weakened;
pub mod tests;

use crate::diagnostic::Diagnostic;

/// The knowledge about a finding from before: from a baseline, or from the base side of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Knowledge {
    /// Nothing: it is new.
    #[default]
    New,
    /// It was there before.
    Known,
    /// It was there before with this lower count, so it is reported again.
    Grown(u32),
}

impl Knowledge {
    /// The knowledge about a finding that was there before, with this count in this unit if it had one.
    pub(crate) fn of_older(found: &Diagnostic, count: Option<(u32, &str)>) -> Self {
        match (&found.measure, count) {
            (Some(measure), Some((before, unit))) if measure.has_grown_from(before, unit) => Self::Grown(before),
            _ => Self::Known,
        }
    }
}

/// The count of a finding, if its rule counts.
pub(crate) fn count_of(found: &Diagnostic) -> Option<u32> {
    found.measure.as_ref().map(|measure| measure.value)
}
