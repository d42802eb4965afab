//! The dialect of Factory Droid, as <https://docs.factory.ai/reference/hooks-reference> describes it. Its events are
//! those of Claude Code; third parties describe field names in camel case, which are read too.
//!
//! - Before a tool: `permissionDecision: "deny"`. Droid logs `"ask"` and goes on as if there were none, so a question is a
//!   refusal. There is no place for text for the model.
//! - After a tool: `additionalContext`. Releases up to 0.215 do not read `decision` there.
//! - At the end of a turn: `decision: "block"` with a reason.
//! - `systemMessage` is a field of all events.

use crate::hook::dialect::{Dialect, Reading, Reply};
use crate::hook::event::Answer;
use crate::hook::family::{EventRow, Kind, Member, event};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Droid;

const EVENTS: &[EventRow] = &[
    event("SessionStart", Kind::Start),
    event("PreToolUse", Kind::Before).without_context(),
    event("PostToolUse", Kind::After),
    event("Stop", Kind::Stop).without_context(),
];

const MEMBER: Member = Member { events: EVENTS, others_have_message: true, asks: false, blocks_after: false };

impl Dialect for Droid {
    fn name(&self) -> &'static str {
        "droid"
    }

    fn read(&self, payload: &Payload) -> Reading {
        MEMBER.read(payload)
    }

    fn reply(&self, payload: &Payload, answer: Answer) -> Reply {
        MEMBER.reply(payload, answer)
    }
}
