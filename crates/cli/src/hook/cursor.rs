//! The dialect of Cursor, as <https://cursor.com/docs/hooks> and the checks of answers in `@cursor/sdk` describe it.
//!
//! Standard output always holds one JSON object: at the events that decide, Cursor takes anything else as a refusal.
//!
//! - Before a tool, a shell command or an MCP call: `permission: "deny"` with a message for the user, which `preToolUse`
//!   gives to the model too, and one for the agent. Cursor ignores `"ask"` in some modes, so a question is a refusal.
//!   Only `preToolUse` has a place for text for the model.
//! - `postToolUse` and `sessionStart`: `additional_context`.
//! - `stop`: `followup_message`, which Cursor sends at most five times, and not where the user has ended the turn.
//! - `afterFileEdit` has the edits but ignores what a hook says, so the findings of an edit are reported at `postToolUse`,
//!   and only there; one event that reported them where nobody reads it would take them from the other.

use serde_json::{Value, json};

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::{Action, HookAnswer, Moment};
use crate::hook::family::{EVENT_NAME, EventKind, event_name, reading};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct CursorAgent;

impl AgentDialect for CursorAgent {
    fn name(&self) -> &'static str {
        "cursor"
    }

    fn read(&self, payload: &Payload) -> Reading {
        let mut reading = match event_name(payload) {
            None => Reading::unnamed(payload, EVENT_NAME),
            Some("beforeShellExecution") => {
                let command = payload.text(&["command"]).map(|command| Action::Shell(command.to_owned()));
                let work = command.ok_or_else(|| "the event that the agent has sent has no `command`".to_owned());
                Reading::of_tool(payload, Moment::Before, work)
            }
            Some("stop") if matches!(payload.text(&["status"]), Some("aborted" | "error")) => {
                Reading::new(payload, Moment::Other)
            }
            Some(name) => reading(kind(name), payload),
        };
        if reading.event.cwd.is_none() {
            let roots = payload.value(&["workspace_roots"]).and_then(Value::as_array);
            let root = roots.and_then(|roots| roots.first()?.as_str()).filter(|root| !root.is_empty());
            reading.event.cwd = root.map(Into::into);
        }
        reading
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        let name = event_name(payload).unwrap_or_default();
        let takes_context = matches!(name, "preToolUse" | "postToolUse" | "sessionStart");
        match answer {
            HookAnswer::Context(text) | HookAnswer::Findings(text) if takes_context => {
                Reply::json(json!({ "additional_context": text }))
            }
            HookAnswer::Nothing | HookAnswer::Context(_) | HookAnswer::Findings(_) => Reply::empty_object(),
            HookAnswer::Deny(reason) | HookAnswer::Ask(reason) => {
                Reply::json(json!({ "permission": "deny", "user_message": reason, "agent_message": reason }))
            }
            HookAnswer::GoOn(text) => Reply::json(json!({ "followup_message": text })),
            HookAnswer::Failed(reason) if takes_context => {
                Reply::json(json!({ "additional_context": reason })).with_note(reason)
            }
            HookAnswer::Failed(reason) if kind(name) == EventKind::Before => {
                Reply::json(json!({ "user_message": reason })).with_note(reason)
            }
            HookAnswer::Failed(reason) => Reply::empty_object().with_note(reason),
        }
    }
}

fn kind(name: &str) -> EventKind {
    match name {
        "sessionStart" => EventKind::Start,
        "preToolUse" | "beforeShellExecution" | "beforeMCPExecution" => EventKind::Before,
        "postToolUse" => EventKind::After,
        "stop" => EventKind::Stop,
        _ => EventKind::Other,
    }
}
