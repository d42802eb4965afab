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

/// Parts of the keyword of which a misspelt one has at least one.
pub const MISSPELT_PARTS: [&str; 3] = ["lawboo", "book-ign", "k-ignore"];

/// True if a text may have a suppression of lawbook, or what is meant as one.
pub fn may_suppress(text: &str) -> bool {
    [SUPPRESSION].iter().chain(&NEAR_MISSES).chain(&MISSPELT_PARTS).any(|word| text.contains(word))
}
