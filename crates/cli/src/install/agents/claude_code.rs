//! Claude Code: `hooks` in its settings, which are JSON; lists of matchers, each with a list of handlers.
//!
//! Sources: the types `HooksSettings` and `HookMatcher` of `@anthropic-ai/claude-agent-sdk` 0.3.330, and
//! <https://code.claude.com/docs/en/hooks>. A matcher of letters, digits, `_` and `|` is a list of exact names of tools.

use serde_json::{Map, Value, json};

use super::{Agent, HookEvent, SettingsFile, SettingsForm, UserFolder};

pub(super) const AGENT: Agent = Agent {
    name: "claude-code",
    title: "Claude Code",
    marks: &[".claude", "CLAUDE.md", "CLAUDE.local.md"],
    user_folder: UserFolder { variable: Some(("CLAUDE_CONFIG_DIR", "")), below_home: ".claude" },
    files: &[SettingsFile {
        project: ".claude/settings.json",
        user: "settings.json",
        form: SettingsForm::Json { events: Some("hooks"), version: None },
    }],
    events: &[
        HookEvent { name: "SessionStart", matcher: None },
        HookEvent { name: "PreToolUse", matcher: Some("Edit|MultiEdit|Write|NotebookEdit|Bash") },
        HookEvent { name: "PostToolUse", matcher: Some("Edit|MultiEdit|Write|NotebookEdit") },
        HookEvent { name: "Stop", matcher: None },
    ],
    entry: matched_handlers,
    next: "It runs in conversations that start from now on; `/hooks` in Claude Code lists it.",
};

/// The limit of one run of a hook, in seconds. The agents' own limits go up to ten minutes.
pub(super) const TIMEOUT_SECONDS: u32 = 60;

/// An entry with a matcher and one handler, the form that several agents have taken over.
pub(super) fn matched_handlers(matcher: Option<&str>, command: &str) -> Value {
    let handler = json!({ "type": "command", "command": command, "timeout": TIMEOUT_SECONDS });
    with_matcher(matcher, json!([handler]))
}

/// An entry with a matcher and handlers.
pub(super) fn with_matcher(matcher: Option<&str>, handlers: Value) -> Value {
    let mut entry = Map::new();
    if let Some(matcher) = matcher {
        entry.insert("matcher".to_owned(), matcher.into());
    }
    entry.insert("hooks".to_owned(), handlers);
    Value::Object(entry)
}
