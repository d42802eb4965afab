//! The answers to events.

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;

use crate::context::Context;
use crate::hook::event::{Answer, Event};

/// The answer to an event of an agent.
#[allow(clippy::unnecessary_wraps, reason = "the settings may be wrong")]
pub(crate) fn answer(
    _event: &Event,
    _agent: &str,
    _packs: Vec<Pack>,
    _context: &Context<'_>,
) -> Result<Answer, MistakeList> {
    Ok(Answer::Nothing)
}
