//! GitHub Copilot, command line and cloud agent: a file of its own in `.github/hooks`; lists of commands with a matcher.
//!
//! Source: `content/copilot/reference/hooks-reference.md` of <https://github.com/github/docs>. An event that is written in
//! `PascalCase` gets the payload of Claude Code, with its names of tools. The matcher of `PreToolUse` is then a list of
//! names; that of `PostToolUse` is an anchored regular expression over Copilot's own names of tools.

use serde_json::{Map, Value};

use super::{Agent, HookEvent, SettingsFile, SettingsForm, UserFolder, claude_code};

pub(super) const AGENT: Agent = Agent {
    name: "copilot",
    title: "GitHub Copilot",
    marks: &[".github/copilot-instructions.md", ".github/hooks", ".github/instructions", ".github/prompts"],
    user_folder: UserFolder { variable: Some(("COPILOT_HOME", "")), below_home: ".copilot" },
    files: &[SettingsFile {
        project: ".github/hooks/lawbook.json",
        user: "hooks/lawbook.json",
        form: SettingsForm::Json { events: Some("hooks"), version: Some(1) },
    }],
    events: &[
        HookEvent { name: "SessionStart", matcher: None },
        HookEvent { name: "PreToolUse", matcher: Some("Edit|Write|Bash") },
        HookEvent { name: "PostToolUse", matcher: Some("create|edit|str_replace_editor|apply_patch|Edit|Write") },
        HookEvent { name: "Stop", matcher: None },
    ],
    entry,
    next: "The cloud agent reads it from the default branch, and needs `lawbook` on the PATH of its machine.",
};

fn entry(matcher: Option<&str>, command: &str) -> Value {
    let mut entry = Map::new();
    if let Some(matcher) = matcher {
        entry.insert("matcher".to_owned(), matcher.into());
    }
    entry.insert("type".to_owned(), "command".into());
    entry.insert("command".to_owned(), command.into());
    entry.insert("timeoutSec".to_owned(), claude_code::TIMEOUT_SECONDS.into());
    Value::Object(entry)
}
