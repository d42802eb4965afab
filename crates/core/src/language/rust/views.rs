//! Rust's answers to the views.

use crate::ir::view::Views;

/// Rust's answers.
pub(super) struct RustViews;

impl Views for RustViews {}
