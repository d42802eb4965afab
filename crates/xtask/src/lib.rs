//! Chores that tests hold the workspace to: its index of built-in pages, and the direction of its imports.

pub mod imports;
pub mod rulesets;
