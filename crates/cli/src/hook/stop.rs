//! The answer at the end of a turn: everything that is new since the first event of the conversation, in one check.

use std::fmt::Write as _;
use std::sync::Arc;

use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::policy::tests::LostTest;
use lawbook_core::report::{SkipReason, Skipped};
use lawbook_core::rule::engine_ids::{NEW_SUPPRESSION, WEAKENED_LAW};
use lawbook_workspace::{Run, digest};

use crate::hook::event::HookAnswer;
use crate::hook::report;
use crate::hook::session::Session;
use crate::hook::state::{ConversationState, StateFile, are_known};
use crate::text::counted;

/// The most times that an agent is made to go on: in one turn, and in a conversation.
const MAX_IN_TURN: u32 = 3;
const MAX_IN_ALL: u32 = 10;

/// The most mistakes of the law that are named, and the most bytes of them.
const MAX_MISTAKES: usize = 5;
const MAX_BYTES_OF_MISTAKES: usize = 4_000;

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
    let mut run = match session.since(&place, state.head.clone()) {
        Ok(run) => run,
        Err(mistakes) => return Ok(uncheckable(file, &state, is_repeated, &mistakes)),
    };
    let found: Vec<Arc<Diagnostic>> = run.report.diagnostics.clone();
    let known = are_known(&[&state.known], found.iter().map(AsRef::as_ref));
    if known.contains(&true) {
        run.report.hide_known(&known);
    }
    let is_lost = |test: &&LostTest| !state.lost.contains(&format!("{} {}", test.path, test.symbol));
    let lost: Vec<&LostTest> = run.lost_tests.iter().filter(is_lost).collect();
    // A suppression with a good reason is of a low level, and still for somebody to judge: it is reported once.
    let reported = are_known(&[&state.reported], run.report.diagnostics.iter().map(AsRef::as_ref));
    let counts = |(found, is_reported): (&Arc<Diagnostic>, bool)| {
        found.severity > Severity::Info || (*found.rule == *NEW_SUPPRESSION && !is_reported)
    };
    // Code where no rule looks: nobody but who wrote it knows whether it belongs there.
    let mut left_out = left_out(&run, &state);
    if state.had_git_hook && !place.has_git_hook() {
        left_out.push(format!("every commit: the hook of git does not run lawbook any more ({WEAKENED_LAW})"));
    }
    let is_clean = !run.report.diagnostics.iter().zip(reported).any(counts)
        && lost.is_empty()
        && left_out.is_empty()
        && run.report.newly_suppressed.is_empty();
    let said = (!is_clean).then(|| summary_of(&run, &lost, &left_out));
    let Some(is_last) = goes_on(file, &state, is_repeated, said.as_deref()) else { return Ok(HookAnswer::Nothing) };
    Ok(HookAnswer::GoOn(text(&run, &lost, &left_out, state.head.as_deref(), is_last)))
}

/// The code of the change that no rule looks at, for its place, its mark or its size, and that was not there at the first event.
fn left_out(run: &Run, state: &ConversationState) -> Vec<String> {
    let is_new = |skipped: &&Skipped| skipped.is_requested && !state.left_out.contains(&skipped.path.to_string());
    let is_code = |skipped: &&Skipped| {
        !matches!(
            skipped.reason,
            SkipReason::SymbolicLink | SkipReason::Submodule | SkipReason::SparseCheckout | SkipReason::OtherRepository
        )
    };
    let skipped = run.report.skipped.iter().filter(is_new).filter(is_code);
    let paths = run.law.paths();
    skipped.map(|skipped| format!("{}: {}", paths.shown(skipped.path.as_str()), skipped.reason.in_words())).collect()
}

/// Counts a stop at which `said` is to be said; none if there is nothing to say. Returns none if the agent may stop: the same
/// was said before, or it was made to go on too often. Else true if this is the last time.
fn goes_on(file: &StateFile, state: &ConversationState, is_repeated: bool, said: Option<&str>) -> Option<bool> {
    let said = said.map(|said| digest(said.as_bytes()));
    let stops_in_turn = if is_repeated { state.stops_in_turn } else { 0 };
    let is_repeated_word_for_word = state.said == said;
    if said.is_none() || is_repeated_word_for_word || stops_in_turn >= MAX_IN_TURN || state.stops >= MAX_IN_ALL {
        file.update(|state| {
            state.stops_in_turn = stops_in_turn;
            if said.is_none() {
                state.said = None;
            }
        });
        return None;
    }
    file.update(|state| {
        state.said = said;
        state.stops_in_turn = stops_in_turn + 1;
        state.stops += 1;
    });
    Some(stops_in_turn + 1 >= MAX_IN_TURN || state.stops + 1 >= MAX_IN_ALL)
}

/// The answer where the check that was possible at the first event is not possible any more: else a mistake in the law would
/// hide everything that came after it.
fn uncheckable(file: &StateFile, state: &ConversationState, is_repeated: bool, mistakes: &[Mistake]) -> HookAnswer {
    let why: Vec<String> = mistakes.iter().take(MAX_MISTAKES).map(|mistake| format!("  {mistake}\n")).collect();
    let why = clipped(&why.concat()).to_owned();
    if goes_on(file, state, is_repeated, Some(&why)).is_none() {
        return HookAnswer::Nothing;
    }
    HookAnswer::GoOn(format!(
        "lawbook could check this project when the conversation began and cannot any more ({WEAKENED_LAW}), so \
         nothing that was done since then is checked:\n{why}  do: Put back what was changed of the law. Where that \
         was somebody else, say so in your answer, and stop again.\n"
    ))
}

/// A text that is not too long for an answer.
fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES_OF_MISTAKES)]
}

/// The content of the answer without the places in files, which change when something else is edited.
fn summary_of(run: &Run, lost: &[&LostTest], left_out: &[String]) -> String {
    let mut summary = String::new();
    for found in &run.report.diagnostics {
        let _ = writeln!(summary, "{} {} {}", found.path, found.rule, found.fingerprint);
    }
    for suppressed in &run.report.newly_suppressed {
        let _ = writeln!(summary, "{} {} {}", suppressed.path, suppressed.rule, suppressed.message);
    }
    summary.extend(left_out.iter().map(|path| format!("{path}\n")));
    for test in lost {
        let _ = writeln!(summary, "{} {} {}", test.path, test.symbol, test.loss.in_words());
    }
    summary
}

/// The work that is left, with the command that proves it done at the end.
fn text(run: &Run, lost: &[&LostTest], left_out: &[String], head: Option<&str>, is_last: bool) -> String {
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
    if !left_out.is_empty() {
        let _ = writeln!(text, "{} new and left out of every check:", counted(left_out.len(), "place"));
        for shown in left_out.iter().take(MAX_TESTS) {
            let _ = writeln!(text, "  {shown}");
        }
        text.push_str(
            "  do: move what you have written by hand to where rules look, and put back a hook; say so where a tool or a \
             person has done it\n",
        );
    }
    if is_last {
        text.push_str("This is the last time that lawbook says so here: what is left after this stands.\n");
    }
    report::add(run, law, &report::since(head), &mut text);
    text
}
