//! The messages of the system's errors.

/// The message of a system error in lower case, without its number, which differs between systems.
pub(crate) fn system_message(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
