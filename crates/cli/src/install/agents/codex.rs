//! Codex: `.codex/hooks.json`, or the table `hooks` of `.codex/config.toml`; lists of matchers with handlers, as in Claude
//! Code.
//!
//! Sources: `codex-rs/hooks/src/engine/discovery.rs` and `codex-rs/hooks/src/events/common.rs` of
//! <https://github.com/openai/codex>, and <https://developers.openai.com/codex/hooks>. Both files of one folder are read,
//! with a warning, so only one is written. The JSON has no comments. A matcher of letters, digits, `_` and `|` is a list
//! of exact names; a patch is the tool `apply_patch`, which `Edit` and `Write` match too. Each hook is trusted by a hash
//! of its definition, so a changed one does not run until the user has looked at it.

use super::{Agent, HookEvent, SettingsFile, SettingsForm, UserFolder, claude_code};

pub(super) const AGENT: Agent = Agent {
    name: "codex",
    title: "Codex",
    marks: &[".codex"],
    user_folder: UserFolder { variable: Some(("CODEX_HOME", "")), below_home: ".codex" },
    files: &[
        SettingsFile {
            project: ".codex/hooks.json",
            user: "hooks.json",
            form: SettingsForm::Json { events: Some("hooks"), version: None },
        },
        SettingsFile { project: ".codex/config.toml", user: "config.toml", form: SettingsForm::Toml },
    ],
    events: &[
        HookEvent { name: "SessionStart", matcher: None },
        HookEvent { name: "PreToolUse", matcher: Some("apply_patch|Edit|Write|Bash") },
        HookEvent { name: "PostToolUse", matcher: Some("apply_patch|Edit|Write") },
        HookEvent { name: "Stop", matcher: None },
    ],
    entry: claude_code::matched_handlers,
    next: "Codex skips it until you trust it: `/hooks` in Codex shows it. Hooks of a project run only where the project is trusted.",
};
