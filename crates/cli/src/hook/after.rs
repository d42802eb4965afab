//! The answer after an edit: the findings that this edit has brought, and no others.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::MistakeList;
use lawbook_core::source::RelPath;
use lawbook_workspace::{FileBefore, Repository, Request, Run, digest};

use crate::hook::event::{AgentEdit, HookAnswer, OldText};
use crate::hook::report;
use crate::hook::session::{EventPlace, Session};
use crate::hook::state::{ConversationState, KnownFindings, StateFile, add_findings, are_known};
use crate::hook::undo::text_before;

/// The most bytes of an edited file that are read.
const MAX_BYTES: u64 = 16 << 20;

/// Answers an edit of some files.
pub(crate) fn edit(session: &Session<'_>, edits: &[AgentEdit]) -> Result<HookAnswer, MistakeList> {
    let files: Vec<PathBuf> = edits.iter().map(|edit| edit.path.clone()).collect();
    let mut answers = Vec::new();
    for (place, numbers) in session.places_of(&files) {
        let edits: Vec<&AgentEdit> = numbers.iter().map(|number| &edits[*number]).collect();
        answers.extend(edit_in(session, &place, &edits)?);
    }
    Ok(if answers.is_empty() { HookAnswer::Nothing } else { HookAnswer::Findings(answers.join("\n")) })
}

/// An edited file with what is known of its text before.
struct Edited {
    edit: FileBefore,
    /// True if the older text is that of the first event, and the findings that are known since then have to be left out.
    is_of_first: bool,
}

fn edit_in(session: &Session<'_>, place: &EventPlace, edits: &[&AgentEdit]) -> Result<Option<String>, MistakeList> {
    let files: Vec<PathBuf> = edits.iter().map(|edit| edit.path.clone()).collect();
    let (workspace, paths) = session.open(place, &files)?;
    let law = workspace.law();
    let read = place.state.as_ref().map(StateFile::read).unwrap_or_default();
    let is_first = !read.state.is_started;
    let head = if is_first { place.repository.as_ref().and_then(Repository::head) } else { read.state.head.clone() };
    let mut edited = Vec::new();
    let mut contents = String::new();
    for (edit, path) in edits.iter().zip(paths) {
        let Some(path) = path else { continue };
        let at = law.root().join(path.as_str());
        let now = at.metadata().ok().filter(|found| found.is_file() && found.len() <= MAX_BYTES);
        let now = now.and_then(|_| fs::read(&at).ok());
        // Writing to a string cannot fail.
        let _ = writeln!(contents, "{path} {}", now.as_deref().map(digest).unwrap_or_default());
        let known = match &edit.old {
            OldText::Whole(text) => Some(text.as_ref().map(|text| text.as_bytes().into())),
            OldText::Pieces(pieces) => {
                let now = now.as_deref().and_then(|now| str::from_utf8(now).ok());
                now.and_then(|now| text_before(now, pieces)).map(|text| Some(text.into_bytes().into()))
            }
            OldText::Unknown => None,
        };
        let is_of_first = known.is_none();
        let before: Option<Arc<[u8]>> = known.unwrap_or_else(|| {
            let bytes = place.repository.as_ref()?.bytes_at(head.as_deref()?, &at)?;
            Some(bytes.into())
        });
        edited.push(Edited { edit: FileBefore { path, before }, is_of_first });
    }
    if edited.is_empty() || session.is_repetition(place, &format!("after\n{contents}")) {
        return Ok(None);
    }
    if is_first {
        session.start(place)?;
        leave_out_edits(place, &workspace, &edited)?;
    }
    let mut run = workspace.run(&Request::edits(edited.iter().map(|edited| edited.edit.clone())))?;
    hide_known(&mut run, &edited, &read.state);
    if let Some(state) = &place.state {
        let found = run.report.diagnostics.clone();
        if !found.is_empty() {
            state.update(|state| add_findings(&mut state.reported, found.iter().map(AsRef::as_ref)));
        }
    }
    if run.report.diagnostics.is_empty() && run.report.newly_suppressed.is_empty() {
        return Ok(None);
    }
    let verify = report::of_files(place, &law, edited.iter().map(|edited| &edited.edit.path));
    let mut text = String::new();
    if read.is_damaged {
        text.push_str("lawbook: what it knew of this conversation was damaged and is made anew\n");
    }
    report::add(&run, &law, &verify, &mut text);
    Ok(Some(text))
}

/// Hides the findings that this edit has not brought: those of other files, and of a file whose text before it is not known
/// those that it had at the first event and those that were reported since.
fn hide_known(run: &mut Run, edited: &[Edited], state: &ConversationState) {
    let of_first: HashSet<&str> =
        edited.iter().filter(|edited| edited.is_of_first).map(|edited| edited.edit.path.as_str()).collect();
    let only = |known: &KnownFindings| -> KnownFindings {
        known
            .iter()
            .filter(|(path, _)| of_first.contains(&***path))
            .map(|(path, found)| (path.clone(), found.clone()))
            .collect()
    };
    let known = [only(&state.known), only(&state.reported)];
    let found: Vec<Arc<Diagnostic>> = run.report.diagnostics.clone();
    let paths: HashSet<&RelPath> = edited.iter().map(|edited| &edited.edit.path).collect();
    let known = are_known(&known.each_ref(), found.iter().map(AsRef::as_ref));
    let hidden: Vec<bool> =
        found.iter().zip(known).map(|(found, is_known)| is_known || !paths.contains(&found.path)).collect();
    if hidden.contains(&true) {
        run.report.hide_known(&hidden);
    }
}

/// Takes back what the first event of a conversation has kept of files that it has itself edited: they had the findings of
/// their older texts then.
fn leave_out_edits(
    place: &EventPlace,
    workspace: &lawbook_workspace::Workspace,
    edited: &[Edited],
) -> Result<(), MistakeList> {
    let Some(state) = &place.state else { return Ok(()) };
    let older = edited.iter().filter_map(|edited| Some((edited.edit.path.clone(), edited.edit.before.clone()?)));
    let run = workspace.run(&Request::texts(older).with_baseline(lawbook_workspace::BaselineMode::Ignore))?;
    let mut known: KnownFindings = BTreeMap::new();
    add_findings(&mut known, run.report.diagnostics.iter().map(AsRef::as_ref));
    state.update(|state| {
        for edited in edited {
            let path = edited.edit.path.as_str();
            match known.remove(path) {
                Some(found) => drop(state.known.insert(path.to_owned(), found)),
                None => drop(state.known.remove(path)),
            }
        }
    });
    Ok(())
}
