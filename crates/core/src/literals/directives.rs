//! The keywords of suppression comments. The pre-filter always searches for them.

pub use crate::ir::directive::{KEYWORD_PARTS, NEAR_MISSES, SUPPRESSION, may_suppress};

/// The keyword of ast-grep's suppressions, which apply to ast-grep's rules.
pub const AST_GREP_SUPPRESSION: &str = "ast-grep-ignore";
