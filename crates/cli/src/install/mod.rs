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

/// The paths, below the top of a repository, of all files that `lawbook install` writes there. Hooks of git are not among
/// them: they are no part of the working tree, unless `core.hooksPath` says so.
#[allow(dead_code, reason = "for the hooks, which protect these files")]
pub(crate) fn settings_files() -> impl Iterator<Item = &'static str> {
    AGENTS.iter().flat_map(|agent| agent.files.iter().map(|file| file.project))
}

/// What becomes of the text of a settings file.
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
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Mistake::new(format!("{shown}:{line}:{column}: {message}"))
        .with_help("nothing was written; put the file right, then run it again")
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
