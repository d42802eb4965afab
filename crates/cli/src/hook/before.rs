//! The answers before a tool runs: what is protected is not written, the hooks are not gone around, and the laws of a path
//! are told once before the first edit there.

use std::path::PathBuf;

use lawbook_core::mistake::MistakeList;
use lawbook_core::settings::ProtectedAction;
use lawbook_core::source::RelPath;
use lawbook_workspace::digest;

use crate::hook::event::{AgentEdit, HookAnswer};
use crate::hook::laws;
use crate::hook::protected::{Guard, ProtectedPath, in_words};
use crate::hook::session::{EventPlace, Session};
use crate::hook::shell;
use crate::hook::state::StateFile;

/// True on systems whose file systems usually ignore the case of letters.
const IGNORES_CASE: bool = cfg!(any(windows, target_os = "macos"));

/// Answers an edit that is about to be made.
pub(crate) fn edit(session: &Session<'_>, edits: &[AgentEdit]) -> Result<HookAnswer, MistakeList> {
    let files: Vec<PathBuf> = edits.iter().map(|edit| edit.path.clone()).collect();
    let mut told = Vec::new();
    let mut ask = None;
    let places = session.places_of(&files);
    let is_elsewhere = |number: &usize| !places.iter().any(|(_, numbers)| numbers.contains(number));
    let elsewhere: Vec<PathBuf> = (0..files.len()).filter(is_elsewhere).map(|number| files[number].clone()).collect();
    if let Some(refusal) = refusal_elsewhere(session, &elsewhere)? {
        return Ok(HookAnswer::Deny(in_words(&refusal)));
    }
    for (place, numbers) in places {
        let files: Vec<PathBuf> = numbers.iter().map(|number| files[*number].clone()).collect();
        let opened = session.open(&place, &files);
        let (workspace, paths) = match opened {
            Ok(opened) => opened,
            Err(mistakes) => {
                let guard = Guard::without_law(&place.folder, place.repository.as_ref(), session.agent, IGNORES_CASE);
                let refusal = files.iter().find_map(|file| guard.find(&session.cwd.join(file)));
                return refusal.map(|refusal| HookAnswer::Deny(in_words(&refusal))).ok_or(mistakes);
            }
        };
        let law = workspace.law();
        let guard = Guard::new(&law, place.repository.as_ref(), session.agent, IGNORES_CASE);
        let refusals: Vec<ProtectedPath> =
            files.iter().filter_map(|file| guard.find(&session.cwd.join(file))).collect();
        let mut reminders = Vec::new();
        for refusal in &refusals {
            match refusal.protection.action {
                ProtectedAction::Deny => return Ok(HookAnswer::Deny(in_words(refusal))),
                ProtectedAction::Ask => ask = ask.or_else(|| Some(in_words(refusal))),
                ProtectedAction::Remind => reminders.push(refusal),
            }
        }
        session.start(&place)?;
        let paths: Vec<RelPath> = paths.into_iter().flatten().collect();
        let what: Vec<&str> = paths.iter().map(RelPath::as_str).collect();
        if session.is_repetition(&place, &format!("before\n{}", what.join("\n"))) {
            continue;
        }
        told.extend(new_words(&place, &law, &paths, &reminders));
    }
    Ok(match (ask, told.is_empty()) {
        (Some(ask), _) => HookAnswer::Ask(ask),
        (None, true) => HookAnswer::Nothing,
        (None, false) => HookAnswer::Context(told.join("\n")),
    })
}

/// The first refusal of a file that lies in no repository and not below the working directory: the user's own settings of an
/// agent have its hooks too.
fn refusal_elsewhere(session: &Session<'_>, files: &[PathBuf]) -> Result<Option<ProtectedPath>, MistakeList> {
    if files.is_empty() {
        return Ok(None);
    }
    let place = session.place();
    let (workspace, _) = session.open(&place, &[])?;
    let guard = Guard::new(&workspace.law(), place.repository.as_ref(), session.agent, IGNORES_CASE);
    let refusals = files.iter().filter_map(|file| guard.find(&session.cwd.join(file)));
    Ok(refusals.into_iter().find(|refusal| refusal.protection.action == ProtectedAction::Deny))
}

/// The reminders and laws that this conversation has not had yet.
fn new_words(
    place: &EventPlace,
    law: &lawbook_workspace::Law,
    paths: &[RelPath],
    reminders: &[&ProtectedPath],
) -> Vec<String> {
    let read = place.state.as_ref().map(StateFile::read).unwrap_or_default();
    let new: Vec<&&ProtectedPath> =
        reminders.iter().filter(|refusal| !read.state.reminded.contains(&refusal.path)).collect();
    let mut words: Vec<String> = new.iter().map(|refusal| in_words(refusal)).collect();
    let laws = laws::untold(law, paths, &read.state.rules);
    if let Some(state) = &place.state
        && (!new.is_empty() || laws.is_some())
    {
        state.update(|state| {
            state.reminded.extend(new.iter().map(|refusal| refusal.path.clone()));
            state.rules.extend(laws.iter().flat_map(|(_, rules)| rules.clone()));
        });
    }
    words.extend(laws.map(|(text, _)| text));
    words
}

/// Answers a command line that is about to run.
pub(crate) fn shell(session: &Session<'_>, line: &str) -> Result<HookAnswer, MistakeList> {
    let effects = shell::effects(line);
    if !effects.bypasses.is_empty() {
        let ways: Vec<String> = effects.bypasses.into_iter().collect();
        return Ok(HookAnswer::Deny(format!(
            "lawbook: refused, since {}. Fix what the hooks report instead; what has to be accepted, a person accepts.",
            ways.join(", and ")
        )));
    }
    let place = session.place();
    if effects.writes.is_empty() {
        session.start(&place)?;
        return Ok(HookAnswer::Nothing);
    }
    let workspace = match session.open(&place, &[]) {
        Ok((workspace, _)) => workspace,
        Err(mistakes) => {
            let guard = Guard::without_law(&place.folder, place.repository.as_ref(), session.agent, IGNORES_CASE);
            let refusal = effects.writes.iter().find_map(|written| guard.find_written(written, &session.cwd));
            return refusal.map(|refusal| HookAnswer::Deny(in_words(&refusal))).ok_or(mistakes);
        }
    };
    let law = workspace.law();
    let guard = Guard::new(&law, place.repository.as_ref(), session.agent, IGNORES_CASE);
    let found = effects.writes.iter().filter_map(|written| guard.find_written(written, &session.cwd));
    let strictest = found.max_by_key(|refusal| refusal.protection.action);
    if let Some(refusal) = &strictest {
        match refusal.protection.action {
            ProtectedAction::Deny => return Ok(HookAnswer::Deny(in_words(refusal))),
            ProtectedAction::Ask => return Ok(HookAnswer::Ask(in_words(refusal))),
            ProtectedAction::Remind => {}
        }
    }
    session.start(&place)?;
    let Some(reminder) = strictest else { return Ok(HookAnswer::Nothing) };
    if session.is_repetition(&place, &format!("shell\n{}", digest(line.as_bytes()))) {
        return Ok(HookAnswer::Nothing);
    }
    let words = new_words(&place, &law, &[], &[&reminder]);
    Ok(if words.is_empty() { HookAnswer::Nothing } else { HookAnswer::Context(words.join("\n")) })
}
