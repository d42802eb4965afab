//! The answers to events.

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;

use crate::context::Context;
use crate::environment::Environment;
use crate::hook::event::{Action, Event, HookAnswer, Moment};
use crate::hook::session::Session;
use crate::hook::{after, before, stop};

/// The answer to an event of an agent.
pub(crate) fn answer(
    event: &Event,
    agent: &str,
    packs: Vec<Pack>,
    context: &Context<'_>,
) -> Result<HookAnswer, MistakeList> {
    answer_in(event, agent, packs, context.environment, context.cwd()?)
}

/// The answer to an event, in a working directory that holds if the event names none.
pub(crate) fn answer_in(
    event: &Event,
    agent: &str,
    packs: Vec<Pack>,
    environment: &Environment,
    cwd: &std::path::Path,
) -> Result<HookAnswer, MistakeList> {
    let session = Session::new(event, agent, environment, packs, cwd);
    match &event.moment {
        Moment::Before(Action::Edit(edits)) => before::edit(&session, edits),
        Moment::Before(Action::Shell(line)) => before::shell(&session, line),
        Moment::After(Action::Edit(edits)) => after::edit(&session, edits),
        Moment::Stop { is_repeated } => stop::stop(&session, *is_repeated),
        Moment::Start => {
            let place = session.place();
            session.start(&place)?;
            if let Some(state) = &place.state {
                // A conversation that goes on may have lost what it was told.
                state.update(|state| {
                    state.rules.clear();
                    state.reminded.clear();
                });
            }
            Ok(HookAnswer::Nothing)
        }
        Moment::Before(Action::Other) | Moment::After(Action::Shell(_) | Action::Other) => {
            session.start(&session.place())?;
            Ok(HookAnswer::Nothing)
        }
        Moment::Other => Ok(HookAnswer::Nothing),
    }
}

#[cfg(test)]
mod tests;
