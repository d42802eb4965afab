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

use crate::hook::dialect::{Dialect, Reading, Reply};
use crate::hook::event::Answer;
use crate::hook::family::{Kind, event_name, reading};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Copilot;

impl Dialect for Copilot {
    fn name(&self) -> &'static str {
        "copilot"
    }

    fn read(&self, payload: &Payload) -> Reading {
        match kind(payload) {
            Some(kind) => reading(kind, payload),
            None => Reading::unnamed(payload),
        }
    }

    fn reply(&self, payload: &Payload, answer: Answer) -> Reply {
        let takes_context = matches!(kind(payload), Some(Kind::After | Kind::Start));
        let permission = |decision: &str, reason: String| {
            Reply::json(json!({ "permissionDecision": decision, "permissionDecisionReason": reason }))
        };
        match answer {
            Answer::Context(text) | Answer::Findings(text) | Answer::Failed(text) if takes_context => {
                Reply::json(json!({ "additionalContext": text }))
            }
            Answer::Nothing | Answer::Context(_) | Answer::Findings(_) => Reply::default(),
            Answer::Deny(reason) => permission("deny", reason),
            Answer::Ask(reason) => permission("ask", reason),
            Answer::GoOn(reason) => Reply::json(json!({ "decision": "block", "reason": reason })),
            Answer::Failed(reason) => Reply::json(json!({ "type": "progress", "message": reason })),
        }
    }
}

/// The kind of the event, if that can be said.
fn kind(payload: &Payload) -> Option<Kind> {
    if let Some(name) = event_name(payload) {
        return Some(match &*name.to_lowercase() {
            "sessionstart" => Kind::Start,
            "pretooluse" => Kind::Before,
            "posttooluse" => Kind::After,
            "stop" | "agentstop" => Kind::Stop,
            _ => Kind::Other,
        });
    }
    let has = |name: &str| payload.value(&[name]).is_some();
    let kind = if has("toolName") {
        match (has("toolResult"), has("error"), has("toolArgs")) {
            (true, ..) => Kind::After,
            // A tool that failed.
            (_, true, _) => Kind::Other,
            (_, _, true) => Kind::Before,
            // A question for permission has `toolInput`.
            _ => Kind::Other,
        }
    } else if has("stopReason") {
        // The stop of a subagent says which.
        if has("agentName") || has("agentId") { Kind::Other } else { Kind::Stop }
    } else if has("source") {
        Kind::Start
    } else {
        ["reason", "prompt", "agentName", "error", "trigger", "notification_type"]
            .into_iter()
            .find(|name| has(name))?;
        Kind::Other
    };
    Some(kind)
}
