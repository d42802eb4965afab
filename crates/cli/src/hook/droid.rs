//! The dialect of Factory Droid, as <https://docs.factory.ai/reference/hooks-reference> describes it. Its events are
//! those of Claude Code; third parties describe field names in camel case, which are read too.
//!
//! - Before a tool: `permissionDecision: "deny"`. Droid logs `"ask"` and goes on as if there were none, so a question is a
//!   refusal. There is no place for text for the model.
//! - After a tool: `additionalContext`. Releases up to 0.215 do not read `decision` there.
//! - At the end of a turn: `decision: "block"` with a reason.
//! - `systemMessage` is a field of all events.

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::HookAnswer;
use crate::hook::family::{EventKind, EventRow, PayloadMember, event};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Droid;

const EVENTS: &[EventRow] = &[
    event("SessionStart", EventKind::Start),
    event("PreToolUse", EventKind::Before).without_context(),
    event("PostToolUse", EventKind::After),
    event("Stop", EventKind::Stop).without_context(),
];

const MEMBER: PayloadMember =
    PayloadMember { events: EVENTS, others_have_message: true, asks: false, blocks_after: false };

impl AgentDialect for Droid {
    fn name(&self) -> &'static str {
        "droid"
    }

    fn read(&self, payload: &Payload) -> Reading {
        MEMBER.read(payload)
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        MEMBER.reply(payload, answer)
    }
}
