//! The dialect of Codex, as `codex-rs/hooks` of `openai/codex` and <https://learn.chatgpt.com/docs/hooks> describe it.
//!
//! Its events are those of Claude Code. Its parser refuses a whole answer for one key that it does not know, and for
//! `permissionDecision: "ask"`, so only keys of its schemas are written. `decision: "block"` after a tool takes the place
//! of the result, so findings are `additionalContext`. Events whose schema is not published get no JSON.

use crate::hook::dialect::{Dialect, Reading, Reply};
use crate::hook::event::Answer;
use crate::hook::family::{EventRow, Kind, Member, event};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Codex;

const EVENTS: &[EventRow] = &[
    event("SessionStart", Kind::Start),
    event("PreToolUse", Kind::Before),
    event("PostToolUse", Kind::After),
    event("Stop", Kind::Stop).without_context(),
    event("SubagentStart", Kind::Other).without_context(),
    event("SubagentStop", Kind::Other).without_context(),
    event("UserPromptSubmit", Kind::Other).without_context(),
    event("PermissionRequest", Kind::Other).without_context(),
    event("PreCompact", Kind::Other).without_context(),
    event("PostCompact", Kind::Other).without_context(),
];

const MEMBER: Member = Member { events: EVENTS, others_have_message: false, asks: false, blocks_after: false };

impl Dialect for Codex {
    fn name(&self) -> &'static str {
        "codex"
    }

    fn read(&self, payload: &Payload) -> Reading {
        MEMBER.read(payload)
    }

    fn reply(&self, payload: &Payload, answer: Answer) -> Reply {
        MEMBER.reply(payload, answer)
    }
}
