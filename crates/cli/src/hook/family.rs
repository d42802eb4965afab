//! The family of dialects that Claude Code began: its names of events and fields, which Codex and Droid take over, and
//! Copilot for events that are configured with its names.

use serde_json::{Map, Value, json};

use crate::hook::dialect::{Reading, Reply};
use crate::hook::event::{Action, HookAnswer, Moment};
use crate::hook::payload::{Payload, text, value};
use crate::hook::tool;

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A conversation starts.
    Start,
    /// Before a tool runs.
    Before,
    /// After a tool has run.
    After,
    /// After several tools have run.
    AfterBatch,
    /// A turn ends.
    Stop,
    /// Anything else.
    Other,
}

/// An event of a dialect, and what its documentation takes as an answer besides decisions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventRow {
    /// The name of the event.
    pub(crate) name: &'static str,
    /// The kind of the event.
    pub(crate) kind: EventKind,
    /// True if it takes text for the model.
    pub(crate) has_context: bool,
    /// True if it takes a message for the user.
    pub(crate) has_message: bool,
}

/// An event that takes text for the model and a message for the user.
pub(crate) const fn event(name: &'static str, kind: EventKind) -> EventRow {
    EventRow { name, kind, has_context: true, has_message: true }
}

impl EventRow {
    /// The same event, without a place for text for the model.
    pub(crate) const fn without_context(self) -> Self {
        Self { has_context: false, ..self }
    }

    /// The same event, without a place for text for the model and for messages.
    pub(crate) const fn without_answer(self) -> Self {
        Self { has_context: false, has_message: false, ..self }
    }
}

/// The differences between the members of the family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayloadMember {
    /// The events that have answers of their own.
    pub(crate) events: &'static [EventRow],
    /// True if events that are not among them take a message for the user.
    pub(crate) others_have_message: bool,
    /// True if `permissionDecision: "ask"` makes the user decide.
    pub(crate) asks: bool,
    /// True if findings after one tool are given as `decision: "block"`.
    pub(crate) blocks_after: bool,
}

/// The field with the name of the event.
pub(crate) const EVENT_NAME: &str = "hook_event_name";

/// The name of the event in a payload.
pub(crate) fn event_name(payload: &Payload) -> Option<&str> {
    payload.text(&[EVENT_NAME, "hookEventName"])
}

impl PayloadMember {
    /// The event of a payload. Agents that run the hooks of others write names with a small letter.
    fn row(&self, payload: &Payload) -> Option<&'static EventRow> {
        let name = event_name(payload)?;
        self.events.iter().find(|row| row.name.eq_ignore_ascii_case(name))
    }

    /// The event of a payload.
    pub(crate) fn read(&self, payload: &Payload) -> Reading {
        match event_name(payload) {
            Some(_) => reading(self.row(payload).map_or(EventKind::Other, |row| row.kind), payload),
            None => Reading::unnamed(payload, EVENT_NAME),
        }
    }

    /// The reply that gives an answer.
    pub(crate) fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        let row = self.row(payload);
        let name = row.map_or_else(|| event_name(payload).unwrap_or_default(), |row| row.name);
        let specific = |key: &str, text: String| json!({ "hookSpecificOutput": { "hookEventName": name, key: text } });
        let permission = |decision: &str, reason: String| {
            json!({
                "hookSpecificOutput": {
                    "hookEventName": name,
                    "permissionDecision": decision,
                    "permissionDecisionReason": reason,
                },
            })
        };
        let block = |reason: String| json!({ "decision": "block", "reason": reason });
        let has_context = row.is_some_and(|row| row.has_context);
        let is_single = row.is_some_and(|row| row.kind == EventKind::After);
        match answer {
            HookAnswer::Context(text) if has_context => Reply::json(specific("additionalContext", text)),
            HookAnswer::Findings(text) if has_context && !(self.blocks_after && is_single) => {
                Reply::json(specific("additionalContext", text))
            }
            HookAnswer::Nothing | HookAnswer::Context(_) => Reply::default(),
            HookAnswer::Deny(reason) => Reply::json(permission("deny", reason)),
            HookAnswer::Ask(reason) => Reply::json(permission(if self.asks { "ask" } else { "deny" }, reason)),
            HookAnswer::Findings(text) | HookAnswer::GoOn(text) => Reply::json(block(text)),
            HookAnswer::Failed(reason) => {
                if !row.map_or(self.others_have_message, |row| row.has_message) {
                    return Reply::default().with_note(reason);
                }
                let mut reply = Map::from_iter([("systemMessage".to_owned(), Value::String(reason.clone()))]);
                if let (true, Value::Object(context)) = (has_context, specific("additionalContext", reason)) {
                    reply.extend(context);
                }
                Reply::json(Value::Object(reply))
            }
        }
    }
}

/// The event of a payload of a kind.
pub(crate) fn reading(kind: EventKind, payload: &Payload) -> Reading {
    match kind {
        EventKind::Start => Reading::new(payload, Moment::Start),
        EventKind::Before => Reading::of_tool(payload, Moment::Before, work(payload, false)),
        EventKind::After => Reading::of_tool(payload, Moment::After, work(payload, true)),
        EventKind::AfterBatch => Reading::of_tool(payload, Moment::After, batch(payload)),
        EventKind::Stop => {
            let is_repeated = payload.is_true("stop_hook_active")
                || payload.is_true("stopHookActive")
                || payload.is_above_zero("loop_count");
            Reading::new(payload, Moment::Stop { is_repeated })
        }
        EventKind::Other => Reading::new(payload, Moment::Other),
    }
}

const TOOL_NAME: &[&str] = &["tool_name", "toolName"];
const TOOL_INPUT: &[&str] = &["tool_input", "toolInput", "toolArgs", "tool_args"];
const TOOL_RESPONSE: &[&str] =
    &["tool_response", "toolResponse", "tool_result", "toolResult", "tool_output", "toolOutput"];

/// The work of the tool that a payload names.
fn work(payload: &Payload, is_after: bool) -> Result<Action, String> {
    let name = payload.text(TOOL_NAME).ok_or("the event that the agent has sent has no `tool_name`")?;
    let input = payload.value(TOOL_INPUT).unwrap_or(&Value::Null);
    let response = is_after.then(|| payload.value(TOOL_RESPONSE).unwrap_or(&Value::Null));
    tool::action(name, input, response)
}

/// The work of all calls in a payload of several.
fn batch(payload: &Payload) -> Result<Action, String> {
    let calls = payload.value(&["tool_calls"]).and_then(Value::as_array);
    let calls = calls.ok_or("the event that the agent has sent has no `tool_calls`")?;
    let actions: Result<Vec<Action>, String> = calls.iter().filter_map(Value::as_object).map(work_of_call).collect();
    Ok(tool::joined(actions?))
}

fn work_of_call(call: &Map<String, Value>) -> Result<Action, String> {
    let Some(name) = text(call, TOOL_NAME) else { return Ok(Action::Other) };
    let response = value(call, TOOL_RESPONSE).unwrap_or(&Value::Null);
    tool::action(name, value(call, TOOL_INPUT).unwrap_or(&Value::Null), Some(response))
}
