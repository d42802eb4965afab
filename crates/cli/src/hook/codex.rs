//! The dialect of Codex, as `codex-rs/hooks` of `openai/codex` and <https://learn.chatgpt.com/docs/hooks> describe it.
//!
//! Its events are those of Claude Code. Its parser refuses a whole answer for one key that it does not know, and for
//! `permissionDecision: "ask"`, so only keys of its schemas are written. `decision: "block"` after a tool takes the place
//! of the result, so findings are `additionalContext`. Events whose schema is not published get no JSON.

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::HookAnswer;
use crate::hook::family::{EventKind, EventRow, PayloadMember, event};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct Codex;

const EVENTS: &[EventRow] = &[
    event("SessionStart", EventKind::Start),
    event("PreToolUse", EventKind::Before),
    event("PostToolUse", EventKind::After),
    event("Stop", EventKind::Stop).without_context(),
    event("SubagentStart", EventKind::Other).without_context(),
    event("SubagentStop", EventKind::Other).without_context(),
    event("UserPromptSubmit", EventKind::Other).without_context(),
    event("PermissionRequest", EventKind::Other).without_context(),
    event("PreCompact", EventKind::Other).without_context(),
    event("PostCompact", EventKind::Other).without_context(),
];

const MEMBER: PayloadMember =
    PayloadMember { events: EVENTS, others_have_message: false, asks: false, blocks_after: false };

impl AgentDialect for Codex {
    fn name(&self) -> &'static str {
        "codex"
    }

    fn read(&self, payload: &Payload) -> Reading {
        MEMBER.read(payload)
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        MEMBER.reply(payload, answer)
    }
}
