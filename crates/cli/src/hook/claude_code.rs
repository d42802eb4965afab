//! The dialect of Claude Code, as `SyncHookJSONOutput` and `HookInput` of `@anthropic-ai/claude-agent-sdk` and
//! <https://code.claude.com/docs/en/hooks> describe it.
//!
//! - Before a tool: `permissionDecision` `deny` or `ask` with its reason; text for the model is `additionalContext`.
//! - After a tool: `decision: "block"` with a reason, which the model reads beside the result. After a batch it would end
//!   the turn, so findings are `additionalContext` there.
//! - At the end of a turn: `decision: "block"` with a reason; `additionalContext` would make the agent go on too.
//! - `systemMessage` is shown to the user at every event but `WorktreeCreate`, whose standard output is a path.

use crate::hook::dialect::{AgentDialect, Reading, Reply};
use crate::hook::event::HookAnswer;
use crate::hook::family::{EventKind, EventRow, PayloadMember, event};
use crate::hook::payload::Payload;

#[derive(Debug)]
pub(crate) struct ClaudeCode;

const EVENTS: &[EventRow] = &[
    event("SessionStart", EventKind::Start),
    event("PreToolUse", EventKind::Before),
    event("PreSkillShellCommand", EventKind::Before).without_context(),
    event("PostToolUse", EventKind::After),
    event("PostToolBatch", EventKind::AfterBatch),
    event("Stop", EventKind::Stop).without_context(),
    event("WorktreeCreate", EventKind::Other).without_answer(),
];

const MEMBER: PayloadMember =
    PayloadMember { events: EVENTS, others_have_message: true, asks: true, blocks_after: true };

impl AgentDialect for ClaudeCode {
    fn name(&self) -> &'static str {
        "claude-code"
    }

    fn read(&self, payload: &Payload) -> Reading {
        MEMBER.read(payload)
    }

    fn reply(&self, payload: &Payload, answer: HookAnswer) -> Reply {
        MEMBER.reply(payload, answer)
    }
}
