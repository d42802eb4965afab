//! Fixes: the planner decides which ones are applied together, and verifies that the result is no worse.

mod attached;
mod code;
mod file_changes;
mod findings;
mod plan;
mod proof;
mod shift;

pub use plan::{Applied, Choice, FixOutcome, FixRequest, FixedFile, KnownFinding, Opened, plan};
pub use proof::{NarrowedVerifier, Verifier};
