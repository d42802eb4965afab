//! The answer at the end of a turn: everything that is new since the first event of the conversation, in one check.

use std::fmt::Write as _;
use std::sync::Arc;

use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::mistake::MistakeList;
use lawbook_core::policy::tests::LostTest;
use lawbook_workspace::{Run, digest};

use crate::hook::event::HookAnswer;
use crate::hook::report;
use crate::hook::session::Session;
use crate::hook::state::are_known;
use crate::text::counted;

/// The most times that an agent is made to go on: in one turn, and in a conversation.
const MAX_IN_TURN: u32 = 3;
const MAX_IN_ALL: u32 = 10;

/// The most lost tests that are named.
const MAX_TESTS: usize = 20;

/// Answers the end of a turn. `is_repeated` is true if a hook has made the agent go on in this turn.
pub(crate) fn stop(session: &Session<'_>, is_repeated: bool) -> Result<HookAnswer, MistakeList> {
    let place = session.place();
    let Some(file) = place.state.as_ref().filter(|_| place.repository.is_some()) else {
        return Ok(HookAnswer::Nothing);
    };
    let read = file.read();
    if !read.state.is_started {
        // Findings from before this event are not charged to this conversation.
        session.start(&place)?;
        let damaged =
            "lawbook: what it knew of this conversation was damaged, so nothing since then was checked at this stop";
        return Ok(if read.is_damaged { HookAnswer::Failed(damaged.to_owned()) } else { HookAnswer::Nothing });
    }
    let state = read.state;
    if session.is_repetition(&place, &format!("stop\n{}", session.event.conversation.as_deref().unwrap_or_default())) {
        return Ok(HookAnswer::Nothing);
    }
    let mut run = session.since(&place, state.head.clone())?;
    let found: Vec<Arc<Diagnostic>> = run.report.diagnostics.clone();
    let known = are_known(&[&state.known], found.iter().map(AsRef::as_ref));
    if known.contains(&true) {
        run.report.hide_known(&known);
    }
    let is_lost = |test: &&LostTest| !state.lost.contains(&format!("{} {}", test.path, test.symbol));
    let lost: Vec<&LostTest> = run.lost_tests.iter().filter(is_lost).collect();
    let counts = |found: &Arc<Diagnostic>| found.severity > Severity::Info;
    let is_clean =
        !run.report.diagnostics.iter().any(counts) && lost.is_empty() && run.report.newly_suppressed.is_empty();
    let said = digest(summary_of(&run, &lost).as_bytes());
    let stops_in_turn = if is_repeated { state.stops_in_turn } else { 0 };
    let is_repeated_word_for_word = state.said.as_ref() == Some(&said);
    if is_clean || is_repeated_word_for_word || stops_in_turn >= MAX_IN_TURN || state.stops >= MAX_IN_ALL {
        file.update(|state| {
            state.stops_in_turn = stops_in_turn;
            if is_clean {
                state.said = None;
            }
        });
        return Ok(HookAnswer::Nothing);
    }
    file.update(|state| {
        state.said = Some(said);
        state.stops_in_turn = stops_in_turn + 1;
        state.stops += 1;
    });
    let is_last = stops_in_turn + 1 >= MAX_IN_TURN || state.stops + 1 >= MAX_IN_ALL;
    Ok(HookAnswer::GoOn(text(&run, &lost, state.head.as_deref(), is_last)))
}

/// The content of the answer without the places in files, which change when something else is edited.
fn summary_of(run: &Run, lost: &[&LostTest]) -> String {
    let mut summary = String::new();
    for found in &run.report.diagnostics {
        let _ = writeln!(summary, "{} {} {}", found.path, found.rule, found.fingerprint);
    }
    for suppressed in &run.report.newly_suppressed {
        let _ = writeln!(summary, "{} {} {}", suppressed.path, suppressed.rule, suppressed.message);
    }
    for test in lost {
        let _ = writeln!(summary, "{} {} {}", test.path, test.symbol, test.loss.in_words());
    }
    summary
}

/// The work that is left, with the command that proves it done at the end.
fn text(run: &Run, lost: &[&LostTest], head: Option<&str>, is_last: bool) -> String {
    let law = &run.law;
    let mut text =
        "lawbook checked everything since this conversation began. Before you end, fix what is below; where \
                    something is right as it is, say so and why in your answer, and stop again.\n"
            .to_owned();
    if !lost.is_empty() {
        let _ = writeln!(text, "{} lost:", counted(lost.len(), "test"));
        for test in lost.iter().take(MAX_TESTS) {
            let shown = law.paths().shown(test.path.as_str());
            let _ = writeln!(text, "  {shown}:{} {}: {}", test.line, test.symbol, test.loss.in_words());
        }
        if lost.len() > MAX_TESTS {
            let _ = writeln!(text, "  … and {} more", lost.len() - MAX_TESTS);
        }
        let _ = writeln!(
            text,
            "  do: bring each back with its assertions; a test goes only with the behaviour that it is about"
        );
    }
    if is_last {
        text.push_str("This is the last time that lawbook says so here: what is left after this stands.\n");
    }
    report::add(run, law, &report::since(head), &mut text);
    text
}
