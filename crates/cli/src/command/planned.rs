//! The edits of files that a command shows and that a user confirms.

use std::io::{BufRead as _, BufReader, Read};

use lawbook_core::mistake::Mistake;
use lawbook_workspace::FileEdit;

use crate::command::{CommandOutcome, CommandResult, Context};
use crate::environment::Environment;
use crate::install::{KeptEntry, Rewritten};

/// The edits of a command, and what it says about them.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub(super) edits: Vec<FileEdit>,
    /// The files that are right already.
    pub(super) unchanged: Vec<String>,
    /// Lines about entries that are left as they are.
    pub(super) kept: Vec<String>,
    /// Lines for the user once the edits are made.
    pub(super) next: Vec<String>,
}

impl Planned {
    pub(super) fn add(&mut self, mut edit: FileEdit, rewritten: Rewritten) {
        for KeptEntry { line, event } in rewritten.kept {
            let shown = edit.shown();
            self.kept.push(format!("{shown}:{line}: this was changed by hand, so it is left as it is ({event}); delete it to have it written anew"));
        }
        edit.set(rewritten.text);
        if edit.is_change() {
            self.edits.push(edit);
        } else {
            self.unchanged.push(edit.shown().to_owned());
        }
    }
}

/// Shows the edits, and makes them if that is confirmed.
pub(super) fn finish(
    planned: &Planned,
    is_confirmed: bool,
    without_change: &str,
    context: &mut Context<'_>,
) -> CommandResult {
    for kept in &planned.kept {
        context.output.note(format_args!("{kept}"));
    }
    let mut text = context.output.text();
    if planned.edits.is_empty() {
        if planned.kept.is_empty() {
            text.line(format_args!("{}: nothing to write.", capitalized(without_change)));
        }
        context.answer(&text)?;
        return Ok(CommandOutcome::Clean);
    }
    let refuse =
        |edit: &FileEdit, reason: String| Mistake::new(format!("{} cannot be written: {reason}", edit.shown()));
    for edit in &planned.edits {
        edit.check().map_err(|reason| {
            refuse(edit, reason)
                .with_help("nothing was written; make the file and its folder writable, then run it again")
        })?;
        text.add_lines(&edit.diff());
    }
    context.answer(&text)?;
    if !is_confirmed && !confirm(context)? {
        return Ok(CommandOutcome::Findings);
    }
    let mut text = context.output.text();
    for edit in &planned.edits {
        edit.write().map_err(|reason| refuse(edit, reason))?;
        let did = if edit.path().symlink_metadata().is_ok() { "Wrote" } else { "Deleted" };
        text.line(format_args!("{did} {}.", edit.shown()));
    }
    for next in &planned.next {
        text.line(format_args!("{next}"));
    }
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

fn capitalized(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Asks whether to write; without a terminal, says how.
fn confirm(context: &mut Context<'_>) -> Result<bool, Vec<Mistake>> {
    if !can_ask(context.environment) {
        context.output.note(format_args!("nothing was written; run it with --yes to write this"));
        return Ok(false);
    }
    let is_confirmed = ask("Write this?", context)?;
    if !is_confirmed {
        context.output.note(format_args!("nothing was written"));
    }
    Ok(is_confirmed)
}

/// Asks a question on the terminal; true for yes.
pub(super) fn ask(question: &str, context: &mut Context<'_>) -> Result<bool, Vec<Mistake>> {
    let mut text = context.output.text();
    text.add(question).add(" [y/N] ");
    context.answer(&text)?;
    Ok(matches!(read_line(context.input).trim(), "y" | "Y" | "yes"))
}

/// True if a question can be asked.
pub(super) fn can_ask(environment: &Environment) -> bool {
    environment.stdin_is_terminal && environment.stdout_is_terminal
}

/// The next line of the input, as far as it can be read.
fn read_line(input: &mut dyn Read) -> String {
    /// The most bytes of an answer.
    const MAX_ANSWER_BYTES: u64 = 64;
    let mut line = Vec::new();
    // An answer that cannot be read is none.
    let _ = BufReader::new(input.take(MAX_ANSWER_BYTES)).read_until(b'\n', &mut line);
    String::from_utf8_lossy(&line).into_owned()
}
