//! Known findings: those in the baseline, and those that were there before a change.
//!
//! The functions here do no I/O: they take texts and findings, and return which findings are known.

pub mod baseline;
pub mod change;
pub mod lines;
mod multiset;
#[cfg(test)]
mod testing;
