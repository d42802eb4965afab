//! The words of the system's errors.

/// An error of the system in lower case, without its number, which differs between systems.
pub(crate) fn system_message(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
