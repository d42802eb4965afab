//! Mistakes without a place, and the words of the system's errors in them.

use lawbook_core::mistake::Mistake;

/// A mistake without a place.
pub(crate) fn mistake(message: impl Into<String>) -> Mistake {
    Mistake::new(message)
}

/// A mistake without a place, and what to do about it.
pub(crate) fn mistake_with_help(message: impl Into<String>, help: impl Into<String>) -> Mistake {
    Mistake::new(message).with_help(help)
}

/// An error of the system without its number, which differs between systems.
pub(crate) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
