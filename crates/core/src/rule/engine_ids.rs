//! The ids of what the engine itself reports: the only rule names that core knows. Their pages are in the built-in pack.

/// A file, or something in it, could not be checked.
pub const UNCHECKED_FILE: &str = "unchecked-file";
/// A rule panicked.
pub const INTERNAL_ERROR: &str = "internal-error";
/// A file does not parse.
pub const PARSE_ERROR: &str = "parse-error";
/// A file nests too deep for its strict parser.
pub const NESTING_LIMIT: &str = "nesting-limit";
/// A suppression that silences nothing because of how it is written: no rule, no reason, an unknown rule, a bad date.
pub const MALFORMED_SUPPRESSION: &str = "malformed-suppression";
/// A suppression that no finding needs.
pub const UNUSED_SUPPRESSION: &str = "unused-suppression";
/// A suppression whose date is over.
pub const EXPIRED_SUPPRESSION: &str = "expired-suppression";

/// All of them.
pub const ALL: &[&str] = &[
    UNCHECKED_FILE,
    INTERNAL_ERROR,
    PARSE_ERROR,
    NESTING_LIMIT,
    MALFORMED_SUPPRESSION,
    UNUSED_SUPPRESSION,
    EXPIRED_SUPPRESSION,
];

/// Those that run even when `--rule` names others, and that no setting turns off.
pub const ALWAYS: &[&str] = &[UNCHECKED_FILE, INTERNAL_ERROR];
