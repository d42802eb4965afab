//! The planner of fixes: which fixes are applied together, and the proof that nothing gets worse.

mod file_changes;
mod plan;
mod proof;
mod shift;

pub use plan::{Applied, Choice, FixOutcome, FixRequest, FixedFile, Opened, plan};
pub use proof::{NarrowedVerifier, Verifier};
