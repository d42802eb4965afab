//! Known findings: those in the baseline, and those that were there before a change.
//!
//! The functions here do no I/O: they take texts and findings, and return which findings are known.

pub mod baseline;
pub mod change;
mod multiset;
mod pairs;
pub mod renames;
#[cfg(test)]
mod testing;

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
