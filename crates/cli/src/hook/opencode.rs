//! The dialect between lawbook and its plugin for `OpenCode`, which has no hooks that run a command, but plugins in
//! JavaScript (`Hooks` of `@opencode-ai/plugin`). The plugin runs `lawbook hook opencode` with one JSON object on standard
//! input and takes one from standard output:
//!
//! | `hook_event_name` | further fields of the input | answer |
//! |---|---|---|
//! | `session.created` | | |
//! | `tool.execute.before` | `call_id`, `tool`, `args` | `deny`: throw an `Error` of this text, which the model reads. `context`: append this text to the result of the tool |
//! | `tool.execute.after` | `call_id`, `tool`, `args`, `metadata` | `context`: append this text to `output.output` |
//! | `session.idle` | `stop_hook_active` | `prompt`: send this text with `client.session.prompt` |
//!
//! `session_id` and `cwd` are fields of every input: the session, and the `directory` of the plugin. `args` and `metadata`
//! are what `OpenCode` gives to the plugin; `metadata` may be left out, and has the old text of an edit in some releases.
//! `stop_hook_active` is true if the last prompt of the session came from the plugin. Sessions that have a parent, which
//! are those of subagents, report no `session.idle`. An answer may have a `message` at every event, which is for the user:
//! show it with `client.tui.showToast` or write it with `client.app.log`. `{}` says nothing.

use serde_json::{Value, json};

use crate::hook::dialect::{Dialect, Reading, Reply};
use crate::hook::event::{Action, Answer, Moment};
use crate::hook::family::event_name;
use crate::hook::payload::Payload;
use crate::hook::tool;

#[derive(Debug)]
pub(crate) struct OpenCode;

impl Dialect for OpenCode {
    fn name(&self) -> &'static str {
        "opencode"
    }

    fn read(&self, payload: &Payload) -> Reading {
        match event_name(payload) {
            Some("session.created") => Reading::new(payload, Moment::Start),
            Some("tool.execute.before") => Reading::of_tool(payload, Moment::Before, work(payload, false)),
            Some("tool.execute.after") => Reading::of_tool(payload, Moment::After, work(payload, true)),
            Some("session.idle") => {
                Reading::new(payload, Moment::Stop { is_repeated: payload.is_true("stop_hook_active") })
            }
            Some(_) => Reading::new(payload, Moment::Other),
            None => Reading::unnamed(payload),
        }
    }

    fn reply(&self, payload: &Payload, answer: Answer) -> Reply {
        let name = event_name(payload).unwrap_or_default();
        let takes_context = matches!(name, "tool.execute.before" | "tool.execute.after");
        let reply = match answer {
            Answer::Context(text) | Answer::Findings(text) if takes_context => json!({ "context": text }),
            Answer::Nothing | Answer::Context(_) | Answer::Findings(_) => json!({}),
            Answer::Deny(reason) | Answer::Ask(reason) => json!({ "deny": reason }),
            Answer::GoOn(text) => json!({ "prompt": text }),
            Answer::Failed(reason) if takes_context => json!({ "context": reason, "message": reason }),
            Answer::Failed(reason) => json!({ "message": reason }),
        };
        Reply::json(reply)
    }
}

/// The work of the tool of an event.
fn work(payload: &Payload, is_after: bool) -> Result<Action, String> {
    let name = payload.text(&["tool"]).ok_or("the event that the agent has sent has no `tool`")?;
    let args = payload.value(&["args"]).unwrap_or(&Value::Null);
    let response = is_after.then(|| payload.value(&["metadata"]).unwrap_or(&Value::Null));
    tool::action(name, args, response)
}
