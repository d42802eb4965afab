//! The words that suppression comments start with: texts of every pre-filter.

/// The word of lawbook's own suppressions.
pub const SUPPRESSION: &str = "lawbook-ignore";

/// The word of ast-grep's suppressions, which hold for the rules that are written for it.
pub const AST_GREP_SUPPRESSION: &str = "ast-grep-ignore";
