//! Known findings: those in the baseline, and those that were there before a change.
//!
//! Pure: texts and findings in, decisions out.

pub mod baseline;
pub mod change;
pub mod lines;
mod multiset;
#[cfg(test)]
mod testing;
