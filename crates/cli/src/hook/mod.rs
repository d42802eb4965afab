//! The hooks of coding agents: an event on standard input, and an answer in the dialect of the agent.
//!
//! Nothing that goes wrong in lawbook decides about the work of an agent. Agents take exit code 2, and some any code but
//! 0, for a refusal, so mistakes in arguments, settings and events, and panics, end with exit code 0 and the reason in
//! the form that the agent shows to its user. With `--fail-closed` they refuse.

// In order of dependency: each module imports only those above it.
mod event;
mod payload;
mod patch;
mod tool;
mod dialect;
mod family;
mod claude_code;
mod codex;
mod copilot;
mod cursor;
mod droid;
mod gemini;
mod opencode;
pub(crate) mod installed;
mod undo;
mod shell;
mod state;
mod session;
mod report;
mod laws;
pub(crate) mod protected;
mod before;
mod after;
mod stop;
mod handle;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;

use crate::args::HookArgs;
use crate::context::Context;
use dialect::{AgentDialect, Reading, Reply, fitting};
use event::{Event, HookAnswer, Moment};
use payload::Payload;

/// The dialects, by the name of their agent.
static DIALECTS: [&dyn AgentDialect; 7] = [
    &claude_code::ClaudeCode,
    &codex::Codex,
    &copilot::Copilot,
    &cursor::CursorAgent,
    &droid::Droid,
    &gemini::Gemini,
    &opencode::OpenCode,
];

/// The names of the agents.
pub(crate) fn agents() -> impl Iterator<Item = &'static str> {
    DIALECTS.iter().map(|dialect| dialect.name())
}

fn dialect_of(agent: &str) -> Option<&'static dyn AgentDialect> {
    DIALECTS.iter().copied().find(|dialect| dialect.name() == agent)
}

/// The maximum length of an event, in bytes.
const MAX_EVENT_BYTES: u64 = 64 << 20;

/// The maximum length of a reason, in bytes.
const MAX_REASON_BYTES: usize = 1_000;

/// The exit code of a hook that cannot even say which agent it answers, with `--fail-closed`: agents take it for a refusal.
const EXIT_REFUSED: u8 = 2;

/// Answers the event on standard input and returns the exit code.
pub(crate) fn run(args: &HookArgs, packs: Vec<Pack>, context: &mut Context<'_>) -> u8 {
    let Some(dialect) = dialect_of(&args.agent) else {
        let mistake = Mistake::unknown("agent", &args.agent, agents());
        return note_failure(&reason_of(&[mistake]), args.fail_closed, context);
    };
    let agent = dialect.name();
    respond(dialect, args.fail_closed, context, |event, context| match event.moment {
        Moment::Other => Ok(HookAnswer::Nothing),
        _ => handle::answer(event, agent, packs, context),
    })
}

/// True if the arguments, which are wrong, are those of a hook. The first of them is the name of the program.
pub(crate) fn is_meant(args: &[OsString]) -> bool {
    words(args).next() == Some("hook")
}

/// Says what is wrong with the arguments of a hook, in the dialect of the agent if they name one, and returns the exit
/// code.
pub(crate) fn refuse(mistake: &Mistake, args: &[OsString], context: &mut Context<'_>) -> u8 {
    let fail_closed = args.iter().any(|arg| arg == "--fail-closed");
    let mistake = mistake.clone();
    match words(args).skip(1).find_map(dialect_of) {
        Some(dialect) => respond(dialect, fail_closed, context, |_, _| Err(vec![mistake].into())),
        None => note_failure(&reason_of(&[mistake]), fail_closed, context),
    }
}

/// The arguments that are no options, nor the value of `--color`.
fn words(args: &[OsString]) -> impl Iterator<Item = &str> {
    let args = args.iter().skip(1).map(|arg| arg.to_str().unwrap_or_default());
    let before = std::iter::once("").chain(args.clone());
    args.zip(before).filter(|(arg, before)| !arg.starts_with('-') && *before != "--color").map(|(arg, _)| arg)
}

/// Answers the event on standard input in a dialect, as `decide` says, and returns the exit code.
fn respond(
    dialect: &dyn AgentDialect,
    fail_closed: bool,
    context: &mut Context<'_>,
    decide: impl FnOnce(&Event, &Context<'_>) -> Result<HookAnswer, MistakeList>,
) -> u8 {
    if context.environment.is_own_process {
        // The message of a panic is the reason of the answer, and says nothing to the user of an agent.
        std::panic::set_hook(Box::new(|_| {}));
    }
    if context.environment.stdin_is_terminal {
        let (agent, end) = (dialect.name(), "the end of the input ends it");
        context.output.note(format_args!("reads an event of {agent} from standard input; {end}"));
    }
    let input = read(context.input);
    let context_ref = &*context;
    let decide = |event: &Event| decide(event, context_ref);
    let reply = match catch_unwind(AssertUnwindSafe(|| reply(dialect, fail_closed, &input, decide))) {
        Ok(Ok(reply)) => reply,
        Ok(Err(reason)) => return note_failure(&reason, fail_closed, context),
        Err(panic) => return note_failure(&failure_of(&*panic), fail_closed, context),
    };
    if let Some(note) = &reply.note {
        context.output.note(format_args!("{note}"));
    }
    if let Some(stdout) = &reply.stdout {
        // Without a reader there is nobody to answer.
        let _ = context.print_bytes(format!("{stdout}\n").as_bytes());
    }
    0
}

/// The reply to an event. The error is the reason for which it must be refused, where nothing says how.
fn reply(
    dialect: &dyn AgentDialect,
    fail_closed: bool,
    input: &Result<Vec<u8>, (Vec<u8>, String)>,
    decide: impl FnOnce(&Event) -> Result<HookAnswer, MistakeList>,
) -> Result<Reply, String> {
    let parsed = match input {
        Ok(input) => Payload::parse(input).map_err(|fault| (Payload::salvage(input), fault)),
        Err((start, fault)) => Err((Payload::salvage(start), fault.clone())),
    };
    let (payload, broken) = match parsed {
        Ok(payload) => (payload, None),
        Err((payload, fault)) => (payload, Some(fault)),
    };
    let Reading { mut event, fault } = dialect.read(&payload);
    if let (Some(_), Moment::Stop { is_repeated }) = (&broken, &mut event.moment) {
        // Nothing says that the agent was not made to go on before.
        *is_repeated = true;
    }
    let is_unnamed = fault.is_some() && event.moment == Moment::Other;
    let answer = match broken.or(fault) {
        Some(fault) if is_unnamed && fail_closed => return Err(failure(&fault)),
        Some(fault) => HookAnswer::Failed(failure(&fault)),
        None => match catch_unwind(AssertUnwindSafe(|| decide(&event))) {
            Ok(Ok(answer)) => answer,
            Ok(Err(mistakes)) => HookAnswer::Failed(reason_of(&mistakes)),
            Err(panic) => HookAnswer::Failed(failure_of(&*panic)),
        },
    };
    Ok(dialect.reply(&payload, fitting(answer, &event.moment, fail_closed)))
}

/// Reads an event; if it is too long or cannot be read, its start and the reason.
fn read(input: &mut dyn Read) -> Result<Vec<u8>, (Vec<u8>, String)> {
    let mut bytes = Vec::new();
    match input.take(MAX_EVENT_BYTES + 1).read_to_end(&mut bytes) {
        Err(error) => Err((bytes, format!("standard input cannot be read: {error}"))),
        Ok(_) if bytes.len() as u64 > MAX_EVENT_BYTES => {
            // An agent that is still writing must not meet a closed pipe.
            let _ = io::copy(input, &mut io::sink());
            Err((bytes, format!("the event that the agent has sent has more than {} MiB", MAX_EVENT_BYTES >> 20)))
        }
        Ok(_) => Ok(bytes),
    }
}

/// Reports a failure that no dialect can, and returns the exit code.
fn note_failure(reason: &str, fail_closed: bool, context: &mut Context<'_>) -> u8 {
    context.output.note(format_args!("{reason}"));
    if fail_closed { EXIT_REFUSED } else { 0 }
}

/// The reason of an answer that failed, in one line.
fn failure(why: &str) -> String {
    let mut text = format!("lawbook did not check this: {why}").replace(|c: char| c.is_control(), " ");
    if text.len() > MAX_REASON_BYTES {
        text.truncate(text.floor_char_boundary(MAX_REASON_BYTES));
        text.push('…');
    }
    text
}

/// The reason of an answer for which the command could not run: its first mistake, and what to do.
fn reason_of(mistakes: &[Mistake]) -> String {
    let mut why = mistakes.first().map_or_else(|| "a mistake without a message".to_owned(), Mistake::to_string);
    let others = mistakes.len().saturating_sub(1);
    if others > 0 {
        let _ = write!(why, ", and {others} more");
    }
    if mistakes.iter().any(|mistake| mistake.place.is_some()) {
        why.push_str("; `lawbook rules` shows where");
    }
    failure(&why)
}

/// The reason of an answer that ended in a panic.
fn failure_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    failure(&format!("it has a fault: {}", text.unwrap_or("a panic without a message")))
}
