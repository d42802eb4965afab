//! The dialect of Gemini CLI, as `docs/hooks/reference.md` of `google-gemini/gemini-cli` describes it.
//!
//! Standard output always holds one JSON object: without one, Gemini reads standard error in its place.
//!
//! - `BeforeTool`: `decision: "deny"` with a reason, without a question and without a place for text for the model.
//! - `AfterTool`: `additionalContext` is appended to the result. A refusal, like exit code 2, would hide the result.
//! - `AfterAgent`: `decision: "deny"` with a reason, which is the next prompt.
//! - `systemMessage` is shown to the user at every event but `BeforeToolSelection`.

use serde_json::{Map, Value, json};

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::HookAnswer;
use crate::hook::family::{EVENT_NAME, EventKind, event_name, reading};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Gemini;

impl AgentDialect for Gemini {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn read(&self, payload: &Payload) -> Reading {
        match event_name(payload) {
            Some(name) => reading(kind(name), payload),
            None => Reading::unnamed(payload, EVENT_NAME),
        }
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        let name = event_name(payload).unwrap_or_default();
        let takes_context = matches!(kind(name), EventKind::Start | EventKind::After);
        let specific = |text: &str| json!({ "hookEventName": name, "additionalContext": text });
        let fields: Vec<(&str, Value)> = match answer {
            HookAnswer::Context(text) | HookAnswer::Findings(text) if takes_context => {
                vec![("hookSpecificOutput", specific(&text))]
            }
            HookAnswer::Nothing | HookAnswer::Context(_) | HookAnswer::Findings(_) => Vec::new(),
            HookAnswer::Deny(reason) | HookAnswer::Ask(reason) | HookAnswer::GoOn(reason) => {
                vec![("decision", "deny".into()), ("reason", reason.into())]
            }
            HookAnswer::Failed(reason) if name == "BeforeToolSelection" => {
                return Reply::empty_object().with_note(reason);
            }
            HookAnswer::Failed(reason) => {
                let context = takes_context.then(|| ("hookSpecificOutput", specific(&reason)));
                let mut fields = vec![("systemMessage", reason.into())];
                fields.extend(context);
                fields
            }
        };
        Reply::json(Value::Object(
            fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>(),
        ))
    }
}

fn kind(name: &str) -> EventKind {
    match name {
        "SessionStart" => EventKind::Start,
        "BeforeTool" => EventKind::Before,
        "AfterTool" => EventKind::After,
        "AfterAgent" => EventKind::Stop,
        _ => EventKind::Other,
    }
}
