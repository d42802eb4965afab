//! The dialect of Claude Code, as `SyncHookJSONOutput` and `HookInput` of `@anthropic-ai/claude-agent-sdk` and
//! <https://code.claude.com/docs/en/hooks> describe it.
//!
//! - Before a tool: `permissionDecision` `deny` or `ask` with its reason; text for the model is `additionalContext`.
//! - After a tool: `decision: "block"` with a reason, which the model reads beside the result. After a batch it would end
//!   the turn, so findings are `additionalContext` there.
//! - At the end of a turn: `decision: "block"` with a reason; `additionalContext` would make the agent go on too.
//! - `systemMessage` is shown to the user at every event but `WorktreeCreate`, whose standard output is a path.

use crate::hook::dialect::{Dialect, Reading, Reply};
use crate::hook::event::Answer;
use crate::hook::family::{EventRow, Kind, Member, event};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct ClaudeCode;

const EVENTS: &[EventRow] = &[
    event("SessionStart", Kind::Start),
    event("PreToolUse", Kind::Before),
    event("PreSkillShellCommand", Kind::Before).without_context(),
    event("PostToolUse", Kind::After),
    event("PostToolBatch", Kind::AfterBatch),
    event("Stop", Kind::Stop).without_context(),
    event("WorktreeCreate", Kind::Other).without_answer(),
];

const MEMBER: Member = Member { events: EVENTS, others_have_message: true, asks: true, blocks_after: true };

impl Dialect for ClaudeCode {
    fn name(&self) -> &'static str {
        "claude-code"
    }

    fn read(&self, payload: &Payload) -> Reading {
        MEMBER.read(payload)
    }

    fn reply(&self, payload: &Payload, answer: Answer) -> Reply {
        MEMBER.reply(payload, answer)
    }
}
