//! The hooks that `lawbook install` writes: into the settings of coding agents, and for git.
//!
//! Nothing here reads or writes a file: from the text of a file follows the text with the hooks in it, or without them.

pub(crate) mod agents;
pub(crate) mod git;
mod hook_command;
mod json;
mod json_settings;
mod plugin;
mod toml_settings;

#[cfg(test)]
mod tests;

pub(crate) use agents::{AGENTS, Agent, SettingsFile};
pub(crate) use hook_command::HookCommand;

use lawbook_core::mistake::Mistake;

/// A settings file with the hooks in it, or without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// The new text; `None` if the file is to be deleted, or not to be made.
    pub(crate) text: Option<String>,
    /// The entries that run lawbook and are left as they are, because a user has changed them.
    pub(crate) kept: Vec<KeptEntry>,
}

/// An entry that a user has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptEntry {
    /// Its line, 1-based.
    pub(crate) line: usize,
    /// The event that it is for.
    pub(crate) event: String,
}

/// A mistake at a place in the text of a settings file, which is then not written.
fn mistake_at(shown: &str, text: &str, at: usize, message: &str) -> Mistake {
    let at = at.min(text.len());
    let (before, line) = (&text[..at], line_of(text, at));
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Mistake::new(format!("{shown}:{line}:{column}: {message}"))
        .with_help("nothing was written; put the file right, then run it again")
}

/// The 1-based line of a byte of a text.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
