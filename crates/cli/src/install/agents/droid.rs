//! Factory Droid: `.factory/hooks.json` with the events as members of the root, or `hooks` in `.factory/settings.json`.
//!
//! Source: <https://docs.factory.ai/harness/hooks>. The settings are read only where there is no `hooks.json`. A matcher is
//! a regular expression over the names of tools.

use super::{Agent, HookEvent, SettingsFile, SettingsForm, UserFolder, claude_code};

pub(super) const AGENT: Agent = Agent {
    name: "droid",
    title: "Factory Droid",
    marks: &[".factory"],
    user_folder: UserFolder { variable: None, below_home: ".factory" },
    files: &[
        SettingsFile {
            project: ".factory/hooks.json",
            user: "hooks.json",
            form: SettingsForm::Json { events: None, version: None },
        },
        SettingsFile {
            project: ".factory/settings.json",
            user: "settings.json",
            form: SettingsForm::Json { events: Some("hooks"), version: None },
        },
    ],
    events: &[
        HookEvent { name: "SessionStart", matcher: None },
        HookEvent { name: "PreToolUse", matcher: Some("Edit|MultiEdit|Create|Write|ApplyPatch|Execute") },
        HookEvent { name: "PostToolUse", matcher: Some("Edit|MultiEdit|Create|Write|ApplyPatch") },
        HookEvent { name: "Stop", matcher: None },
    ],
    entry: claude_code::matched_handlers,
    next: "It runs in sessions that start from now on; `/hooks` in Droid lists it.",
};
