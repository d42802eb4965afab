//! The dialect of GitHub Copilot (command line and cloud agent), as
//! <https://docs.github.com/en/copilot/reference/hooks-reference> describes it.
//!
//! An event that is configured with a name in Pascal case has the fields of Claude Code. One with a name in camel case has
//! fields in camel case and does not say which event it is, so that follows from the fields. The answers are the same:
//!
//! - Before a tool: `permissionDecision` `deny` or `ask` with its reason, without a place for text for the model. A hook
//!   that ends with another exit code than 0 refuses the tool.
//! - After a tool and at the start: `additionalContext`.
//! - At the end of a turn: `decision: "block"` with a reason.
//! - A line `{"type": "progress", "message": …}` is shown to the user and is no answer.

use serde_json::json;

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::HookAnswer;
use crate::hook::family::{EVENT_NAME, EventKind, event_name, reading};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Copilot;

impl AgentDialect for Copilot {
    fn name(&self) -> &'static str {
        "copilot"
    }

    fn read(&self, payload: &Payload) -> Reading {
        match kind(payload) {
            Some(kind) => reading(kind, payload),
            None => Reading::unnamed(payload, EVENT_NAME),
        }
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        let takes_context = matches!(kind(payload), Some(EventKind::After | EventKind::Start));
        let permission = |decision: &str, reason: String| {
            Reply::json(json!({ "permissionDecision": decision, "permissionDecisionReason": reason }))
        };
        match answer {
            HookAnswer::Context(text) | HookAnswer::Findings(text) | HookAnswer::Failed(text) if takes_context => {
                Reply::json(json!({ "additionalContext": text }))
            }
            HookAnswer::Nothing | HookAnswer::Context(_) | HookAnswer::Findings(_) => Reply::default(),
            HookAnswer::Deny(reason) => permission("deny", reason),
            HookAnswer::Ask(reason) => permission("ask", reason),
            HookAnswer::GoOn(reason) => Reply::json(json!({ "decision": "block", "reason": reason })),
            HookAnswer::Failed(reason) => Reply::json(json!({ "type": "progress", "message": reason })),
        }
    }
}

/// The kind of the event, if that can be said.
fn kind(payload: &Payload) -> Option<EventKind> {
    if let Some(name) = event_name(payload) {
        return Some(match &*name.to_lowercase() {
            "sessionstart" => EventKind::Start,
            "pretooluse" => EventKind::Before,
            "posttooluse" => EventKind::After,
            "stop" | "agentstop" => EventKind::Stop,
            _ => EventKind::Other,
        });
    }
    let has = |name: &str| payload.value(&[name]).is_some();
    let kind = if has("toolName") {
        match (has("toolResult"), has("error"), has("toolArgs")) {
            (true, ..) => EventKind::After,
            // A tool that failed.
            (_, true, _) => EventKind::Other,
            (_, _, true) => EventKind::Before,
            // A question for permission has `toolInput`.
            _ => EventKind::Other,
        }
    } else if has("stopReason") {
        // The stop of a subagent says which.
        if has("agentName") || has("agentId") { EventKind::Other } else { EventKind::Stop }
    } else if has("source") {
        EventKind::Start
    } else {
        ["reason", "prompt", "agentName", "error", "trigger", "notification_type"]
            .into_iter()
            .find(|name| has(name))?;
        EventKind::Other
    };
    Some(kind)
}
