//! The report of a run in the forms that programs read.

pub mod v1;
