//! The agents that `lawbook install` knows, one file each: where their settings stand, and the entries that they need.

mod claude_code;
mod codex;
mod copilot;
mod cursor;
mod droid;
mod gemini;
mod opencode;

use lawbook_core::mistake::Mistake;
use serde_json::Value;

use super::{HookCommand, Rewritten, json_settings, plugin, toml_settings};

/// The agents in the order of their names.
pub(crate) const AGENTS: &[&Agent] = &[
    &claude_code::AGENT,
    &codex::AGENT,
    &copilot::AGENT,
    &cursor::AGENT,
    &droid::AGENT,
    &gemini::AGENT,
    &opencode::AGENT,
];

/// An agent: its settings, and the entries for lawbook in them.
#[derive(Debug)]
pub(crate) struct Agent {
    /// Its name in `lawbook hook NAME`.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) title: &'static str,
    /// Files and folders at the top of a project, one of which says that somebody works on it with this agent.
    pub(crate) marks: &'static [&'static str],
    /// The folder with the settings of the user.
    pub(crate) user_folder: UserFolder,
    /// The files that may hold hooks. The first is written, unless only a later one is there and has some.
    pub(crate) files: &'static [SettingsFile],
    /// The events that lawbook answers, with a matcher of tools.
    pub(crate) events: &'static [HookEvent],
    /// The entry of an event with this matcher that runs this command line.
    pub(crate) entry: fn(Option<&str>, &str) -> Value,
    /// A line for the user after an installation.
    pub(crate) next: &'static str,
}

/// The folder with the settings of a user.
#[derive(Debug)]
pub(crate) struct UserFolder {
    /// The variable that names it, and the path from there.
    pub(crate) variable: Option<(&'static str, &'static str)>,
    /// The path from the home folder, if the variable is not set.
    pub(crate) below_home: &'static str,
}

/// A file that may hold hooks.
#[derive(Debug)]
pub(crate) struct SettingsFile {
    /// Its path from the top of a project.
    pub(crate) project: &'static str,
    /// Its path in the folder of the user.
    pub(crate) user: &'static str,
    pub(crate) form: SettingsForm,
}

/// The form of a file with hooks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SettingsForm {
    /// JSON, perhaps with comments.
    Json {
        /// The member with the events; `None` if they are members of the root.
        events: Option<&'static str>,
        /// The member `version` of a new file.
        version: Option<u32>,
    },
    /// TOML, with the events in the table `hooks`.
    Toml,
    /// A program in JavaScript, all of which is for lawbook. It is made from the words of the command.
    Plugin(fn(&[String]) -> String),
}

/// An event with an entry.
#[derive(Debug)]
pub(crate) struct HookEvent {
    pub(crate) name: &'static str,
    /// The tools that it is for; `None` where it is for no tool.
    pub(crate) matcher: Option<&'static str>,
}

impl Agent {
    /// The entry of an event.
    pub(crate) fn entry(&self, event: &HookEvent, command: &HookCommand) -> Value {
        (self.entry)(event.matcher, &command.line(self.name))
    }

    /// The text of a settings file with the hooks in it. `old` is `None` if there is no file.
    ///
    /// # Errors
    /// The text has a mistake, or its hooks are written in a way that cannot be extended.
    pub(crate) fn install(
        &self,
        file: &SettingsFile,
        shown: &str,
        old: Option<&str>,
        command: &HookCommand,
    ) -> Result<Rewritten, Mistake> {
        match file.form {
            SettingsForm::Json { events, version } => {
                json_settings::install(self, (events, version), shown, old, command)
            }
            SettingsForm::Toml => toml_settings::install(self, shown, old, command),
            SettingsForm::Plugin(program) => plugin::install(self, program, shown, old, command),
        }
    }

    /// The text of a settings file without the hooks of lawbook.
    ///
    /// # Errors
    /// The text has a mistake.
    pub(crate) fn uninstall(&self, file: &SettingsFile, shown: &str, old: &str) -> Result<Rewritten, Mistake> {
        match file.form {
            SettingsForm::Json { events, version } => json_settings::uninstall(self, (events, version), shown, old),
            SettingsForm::Toml => toml_settings::uninstall(self, shown, old),
            SettingsForm::Plugin(program) => Ok(plugin::uninstall(self, program, old)),
        }
    }
}

impl SettingsFile {
    /// True if the file with this text holds hooks of any tool.
    pub(crate) fn has_hooks(&self, text: &str) -> bool {
        match self.form {
            SettingsForm::Json { events, .. } => json_settings::has_hooks(events, text),
            SettingsForm::Toml => toml_settings::has_hooks(text),
            SettingsForm::Plugin(_) => false,
        }
    }
}
