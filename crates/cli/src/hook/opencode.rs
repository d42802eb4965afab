//! The dialect between lawbook and its plugin for `OpenCode`, which has no hooks that run a command, but plugins in
//! JavaScript (`Hooks` of `@opencode-ai/plugin`). The plugin runs `lawbook hook opencode` with one JSON object on standard
//! input and takes one from standard output:
//!
//! | `event` | further fields of the input | answer |
//! |---|---|---|
//! | `session.created` | | `{}` |
//! | `tool.execute.before` | `callID`, `tool`, `args` | `{"deny": TEXT}`: throw an `Error` of it, which the model reads |
//! | `tool.execute.after` | `callID`, `tool`, `args`, `metadata`, `output` | `{"append": TEXT}`: append it to `output.output` |
//! | `session.idle` | `repeated` | `{"prompt": TEXT}`: send it with `client.session.prompt` |
//!
//! `sessionID` is the id of the session and `directory` that of the plugin's input, at every event. `args`, `metadata` and
//! `output` are what `OpenCode` gives to the plugin. `repeated` is true if the last prompt of the session came from the
//! plugin. The plugin reports `session.idle` of sessions without a parent only. At every event, `{"message": TEXT}` is
//! for the user: show it with `client.tui.showToast` or write it with `client.app.log`. `{}` says nothing. Where the
//! command cannot be run, or its output is no JSON, the plugin goes on.

use serde_json::{Value, json};

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::{Action, HookAnswer, Moment};
use crate::hook::payload::Payload;
use crate::hook::tool;

#[derive(Debug)]
pub(crate) struct OpenCode;

impl AgentDialect for OpenCode {
    fn name(&self) -> &'static str {
        "opencode"
    }

    fn read(&self, payload: &Payload) -> Reading {
        match payload.text(&["event"]) {
            Some("session.created") => Reading::new(payload, Moment::Start),
            Some("tool.execute.before") => Reading::of_tool(payload, Moment::Before, work(payload, false)),
            Some("tool.execute.after") => Reading::of_tool(payload, Moment::After, work(payload, true)),
            Some("session.idle") => Reading::new(payload, Moment::Stop { is_repeated: payload.is_true("repeated") }),
            Some(_) => Reading::new(payload, Moment::Other),
            None => Reading::unnamed(payload, "event"),
        }
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        let is_after = payload.text(&["event"]) == Some("tool.execute.after");
        let reply = match answer {
            HookAnswer::Context(text) | HookAnswer::Findings(text) if is_after => json!({ "append": text }),
            HookAnswer::Nothing | HookAnswer::Context(_) | HookAnswer::Findings(_) => json!({}),
            HookAnswer::Deny(reason) | HookAnswer::Ask(reason) => json!({ "deny": reason }),
            HookAnswer::GoOn(text) => json!({ "prompt": text }),
            HookAnswer::Failed(reason) if is_after => json!({ "append": reason, "message": reason }),
            HookAnswer::Failed(reason) => json!({ "message": reason }),
        };
        Reply::json(reply)
    }
}

/// The work of the tool of an event.
fn work(payload: &Payload, is_after: bool) -> Result<Action, String> {
    let name = payload.text(&["tool"]).ok_or("the event that the plugin has sent has no `tool`")?;
    let args = payload.value(&["args"]).unwrap_or(&Value::Null);
    let response = is_after.then(|| payload.value(&["metadata"]).unwrap_or(&Value::Null));
    tool::action(name, args, response)
}
