//! Chores that tests hold the workspace to: its index of built-in pages.

pub mod rulesets;
