//! A check of mistakes in settings, for the tests of their parts.

use crate::settings::Settings;

/// Asserts the mistakes in a text, without the path in front of their places.
#[track_caller]
pub(super) fn check(text: &str, expected: &[&str]) {
    let found = Settings::parse("", text).err().unwrap_or_default();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    let shown: Vec<&str> = shown.iter().map(|mistake| mistake.trim_start_matches(':')).collect();
    assert_eq!(shown, expected, "{text}");
}
