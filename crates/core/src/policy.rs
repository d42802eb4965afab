//! What a team lives by beside its rules: which findings were there before, and which a change brought.
//!
//! Pure: texts and findings come in, verdicts go out.

pub mod baseline;
pub mod change;
pub mod lines;
mod multiset;
#[cfg(test)]
mod testing;
