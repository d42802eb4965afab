//! The keywords of suppression comments. The pre-filter always searches for them.

/// The keyword of lawbook's own suppressions.
pub const SUPPRESSION: &str = "lawbook-ignore";

/// The keyword of ast-grep's suppressions, which apply to ast-grep's rules.
pub const AST_GREP_SUPPRESSION: &str = "ast-grep-ignore";

/// Words that are meant as the keyword of lawbook's suppressions and are none. A comment that starts with one of them is
/// a malformed suppression.
pub const NEAR_MISSES: [&str; 14] = [
    "LAWBOOK-IGNORE",
    "Lawbook-Ignore",
    "Lawbook-ignore",
    "lawbook disable",
    "lawbook ignore",
    "lawbook-allow",
    "lawbook-disable",
    "lawbook-enable",
    "lawbook-expect",
    "lawbook: disable",
    "lawbook: ignore",
    "lawbook:disable",
    "lawbook:ignore",
    "lawbook_ignore",
];

/// True if a text may have a suppression of lawbook, or what is meant as one.
pub fn may_suppress(text: &str) -> bool {
    text.contains(SUPPRESSION) || NEAR_MISSES.iter().any(|near| text.contains(near))
}
