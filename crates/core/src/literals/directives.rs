//! The keywords of suppression comments. The pre-filter always searches for them.

/// The keyword of lawbook's own suppressions.
pub const SUPPRESSION: &str = "lawbook-ignore";

/// The keyword of ast-grep's suppressions, which apply to ast-grep's rules.
pub const AST_GREP_SUPPRESSION: &str = "ast-grep-ignore";
