//! Cursor: `.cursor/hooks.json`; lists of commands, each with a matcher of its own.
//!
//! Source: <https://cursor.com/docs/agent/hooks>. `matcher` is compared with the type of the tool (`Shell`, `Write`,
//! `Delete`, …). The answer to `afterFileEdit` is ignored, so edits are answered after `postToolUse`.

use serde_json::{Map, Value};

use super::{Agent, HookEvent, SettingsFile, SettingsForm, UserFolder, claude_code};

pub(super) const AGENT: Agent = Agent {
    name: "cursor",
    title: "Cursor",
    marks: &[".cursor", ".cursorrules"],
    user_folder: UserFolder { variable: None, below_home: ".cursor" },
    files: &[SettingsFile {
        project: ".cursor/hooks.json",
        user: "hooks.json",
        form: SettingsForm::Json { events: Some("hooks"), version: Some(1) },
    }],
    events: &[
        HookEvent { name: "sessionStart", matcher: None },
        HookEvent { name: "preToolUse", matcher: Some("Write|Edit|Delete|Shell") },
        HookEvent { name: "postToolUse", matcher: Some("Write|Edit") },
        HookEvent { name: "stop", matcher: None },
    ],
    entry,
    next: "Cursor lists it under Hooks in its settings. If it also loads the hooks of Claude Code, an edit is answered once.",
};

fn entry(matcher: Option<&str>, command: &str) -> Value {
    let mut entry = Map::new();
    entry.insert("command".to_owned(), command.into());
    if let Some(matcher) = matcher {
        entry.insert("matcher".to_owned(), matcher.into());
    }
    entry.insert("timeout".to_owned(), claude_code::TIMEOUT_SECONDS.into());
    Value::Object(entry)
}
