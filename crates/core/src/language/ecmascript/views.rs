//! TypeScript's and JavaScript's answers to the views.

use crate::ir::view::Views;

/// Both languages answer alike.
pub(super) struct EcmaScript;

impl Views for EcmaScript {}
