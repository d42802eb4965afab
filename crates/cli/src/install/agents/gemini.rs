//! Gemini CLI: `hooks` in its settings, which are JSON with comments; lists of matchers with handlers.
//!
//! Sources: `docs/hooks/reference.md` and `docs/hooks/index.md` of <https://github.com/google-gemini/gemini-cli>. A matcher
//! of tools is a regular expression, and a timeout is in milliseconds. `AfterAgent` is the end of a turn; there is no
//! event for the end of a sub-agent.

use serde_json::{Value, json};

use super::{Agent, HookEvent, SettingsFile, SettingsForm, UserFolder, claude_code};

pub(super) const AGENT: Agent = Agent {
    name: "gemini",
    title: "Gemini CLI",
    marks: &[".gemini", "GEMINI.md"],
    user_folder: UserFolder { variable: None, below_home: ".gemini" },
    files: &[SettingsFile {
        project: ".gemini/settings.json",
        user: "settings.json",
        form: SettingsForm::Json { events: Some("hooks"), version: None },
    }],
    events: &[
        HookEvent { name: "SessionStart", matcher: None },
        HookEvent { name: "BeforeTool", matcher: Some("write_file|replace|run_shell_command") },
        HookEvent { name: "AfterTool", matcher: Some("write_file|replace") },
        HookEvent { name: "AfterAgent", matcher: None },
    ],
    entry,
    next: "Gemini CLI warns once of a new hook in a project; `/hooks` lists it.",
};

fn entry(matcher: Option<&str>, command: &str) -> Value {
    let milliseconds = claude_code::TIMEOUT_SECONDS * 1000;
    let handler = json!({ "name": "lawbook", "type": "command", "command": command, "timeout": milliseconds });
    claude_code::with_matcher(matcher, json!([handler]))
}
