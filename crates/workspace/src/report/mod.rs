//! The answer of a run in the form that programs read.

pub mod v1;
