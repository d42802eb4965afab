//! A dialect: the JSON in which one agent reports its events and takes answers.
//!
//! A dialect reads a [`Payload`] into an [`Event`] and writes an [`HookAnswer`] as the agent documents it for that event: an
//! answer that the event has no place for is dropped, never given in another way. [`fitting`] has then already brought
//! the answer to the moment, so a dialect meets `Deny` only before a tool, `Findings` only after one, and `GoOn` only at
//! the end of a turn.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::hook::event::{Action, Event, HookAnswer, Moment};
use crate::hook::payload::Payload;

/// The dialect of one agent.
pub(crate) trait AgentDialect: Sync {
    /// The name of the agent on the command line.
    fn name(&self) -> &'static str;

    /// The event that the agent has reported. An event of an unknown name is one without an answer.
    fn read(&self, payload: &Payload) -> Reading;

    /// The reply that gives the answer to the event.
    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply;
}

/// An event as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The event, as far as it could be read.
    pub(crate) event: Event,
    /// The part of it that could not be read, in a clause without a full stop.
    pub(crate) fault: Option<String>,
}

impl Reading {
    /// The event of a payload at a moment.
    pub(crate) fn new(payload: &Payload, moment: Moment) -> Self {
        let text = |names: &[&str]| payload.text(names).filter(|text| !text.is_empty()).map(str::to_owned);
        let event = Event {
            conversation: text(&["session_id", "sessionId", "sessionID", "conversation_id"]),
            call: text(&["tool_use_id", "toolUseId", "tool_call_id", "toolCallId", "callID"]),
            cwd: text(&["cwd", "directory"]).map(PathBuf::from),
            moment,
        };
        Self { event, fault: None }
    }

    /// The event of a payload before or after a tool, with its work or the reason why that cannot be read.
    pub(crate) fn of_tool(payload: &Payload, moment: fn(Action) -> Moment, work: Result<Action, String>) -> Self {
        match work {
            Ok(action) => Self::new(payload, moment(action)),
            Err(fault) => Self { fault: Some(fault), ..Self::new(payload, moment(Action::Other)) },
        }
    }

    /// The event of a payload that does not say which event it is.
    /// `key` is the field that would.
    pub(crate) fn unnamed(payload: &Payload, key: &str) -> Self {
        let fault = format!("the event that the agent has sent has no `{key}`");
        Self { fault: Some(fault), ..Self::new(payload, Moment::Other) }
    }
}

/// The output of a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    /// Standard output: nothing, or one JSON value.
    pub(crate) stdout: Option<Value>,
    /// A line for standard error, which agents show to the user or write to a log.
    pub(crate) note: Option<String>,
}

impl Reply {
    /// One JSON value on standard output.
    pub(crate) fn json(value: Value) -> Self {
        Self { stdout: Some(value), note: None }
    }

    /// `{}` on standard output.
    pub(crate) fn empty_object() -> Self {
        Self::json(json!({}))
    }

    /// The same reply with a line on standard error.
    pub(crate) fn with_note(self, note: String) -> Self {
        Self { note: Some(note), ..self }
    }
}

/// The reason of a refusal that was given without one. Agents take no decision without a reason.
const NO_REASON: &str = "The law of this repository refuses this.";

/// The answer that can be given at a moment. With `fail_closed`, an answer that failed decides: it refuses the tool,
/// comes as a finding after it, and makes the agent go on once.
pub(crate) fn fitting(answer: HookAnswer, moment: &Moment, fail_closed: bool) -> HookAnswer {
    use HookAnswer::{Ask, Context, Deny, Failed, Findings, GoOn, Nothing};
    let closed = |reason: &str| format!("{reason} (refused, because the hook runs with --fail-closed)");
    let answer = match (moment, answer) {
        (Moment::Before(_), Failed(reason)) if fail_closed => Deny(closed(&reason)),
        (Moment::After(_), Failed(reason)) if fail_closed => Findings(closed(&reason)),
        (Moment::Stop { is_repeated: false }, Failed(reason)) if fail_closed => GoOn(closed(&reason)),
        (Moment::Before(_) | Moment::Start, Findings(text) | GoOn(text)) | (Moment::Start, Deny(text) | Ask(text)) => {
            Context(text)
        }
        (Moment::After(_), Deny(text) | Ask(text) | GoOn(text)) => Findings(text),
        (Moment::Stop { .. }, Deny(text) | Ask(text) | Findings(text)) => GoOn(text),
        // At the end of a turn, text for the model would make some agents go on.
        (Moment::Stop { .. } | Moment::Other, Context(_))
        | (Moment::Other, Deny(_) | Ask(_) | Findings(_) | GoOn(_)) => Nothing,
        (_, answer) => answer,
    };
    match answer {
        Context(text) | Findings(text) | GoOn(text) if text.trim().is_empty() => Nothing,
        Deny(text) if text.trim().is_empty() => Deny(NO_REASON.to_owned()),
        Ask(text) if text.trim().is_empty() => Ask(NO_REASON.to_owned()),
        answer => answer,
    }
}
