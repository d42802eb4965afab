//! Files that fixes create, rename and delete: what is refused, and the files that there are after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::FileChange;
use crate::fix::proof::{State, Verifier, faults};
use crate::ir::{FileInput, Lowered};
use crate::source::{RelPath, SourceFile};

/// Makes the changes to `files`, whose edits are made already.
///
/// # Errors
/// Why the result would not hold, in words that follow a colon.
pub(super) fn make(
    verifier: &dyn Verifier,
    change: &FileChange,
    files: &mut BTreeMap<RelPath, Arc<Lowered>>,
) -> Result<(), String> {
    match change {
        FileChange::Create { path, text } => {
            let new = lower_at(verifier, path, text)?;
            if faults(&new) != [0; 4] {
                return Err(format!("the new file `{path}` would not parse"));
            }
            files.insert(path.clone(), new);
        }
        FileChange::Rename { from, to } => {
            let old = files.remove(from).ok_or_else(|| format!("it renames `{from}`, which was not read"))?;
            let new = lower_at(verifier, to, old.source.text())?;
            if faults(&new).iter().zip(faults(&old)).any(|(is, was)| *is > was) {
                return Err(format!("`{from}` would not parse as `{to}`"));
            }
            files.insert(to.clone(), new);
        }
        FileChange::Delete { path } => {
            files.remove(path).ok_or_else(|| format!("it deletes `{path}`, which was not read"))?;
        }
    }
    Ok(())
}

fn lower_at(verifier: &dyn Verifier, path: &RelPath, text: &str) -> Result<Arc<Lowered>, String> {
    let source = SourceFile::new(path.clone(), text).map_err(|error| format!("the file would have {error}"))?;
    Ok(Arc::new(verifier.lower(verifier.input(source))))
}

/// Whether a change can be made where the files are those of `state`; `is_absent` says that nothing is at a path.
///
/// # Errors
/// Why not, in words that follow a colon.
pub(super) fn check(
    verifier: &dyn Verifier,
    change: &FileChange,
    state: &State,
    is_absent: impl Fn(&RelPath) -> bool,
) -> Result<(), String> {
    if let Some(path) = change.source()
        && !state.files.contains_key(path)
    {
        let verb = if matches!(change, FileChange::Delete { .. }) { "deletes" } else { "renames" };
        return Err(format!("it {verb} `{path}`, which is no file to be edited in this run"));
    }
    let Some(path) = change.target() else { return Ok(()) };
    if !path.is_plain() {
        return Err(format!("it writes `{path}`, which is no path of the project"));
    }
    if state.files.contains_key(path) || !is_absent(path) {
        return Err(format!("it writes `{path}`, where something is already"));
    }
    let source = SourceFile::new(path.clone(), "").map_err(|error| error.to_string())?;
    let FileInput { context, .. } = verifier.input(source);
    if context.dialect.is_none() {
        return Err(format!("it writes `{path}`, which is of no language that could be checked"));
    }
    Ok(())
}

/// The paths before renames and those after, in both directions.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames(Vec<(RelPath, RelPath)>);

impl Renames {
    pub(super) fn of<'c>(changes: impl Iterator<Item = &'c FileChange>) -> Self {
        let renames = changes.filter_map(|change| match change {
            FileChange::Rename { from, to } => Some((from.clone(), to.clone())),
            FileChange::Create { .. } | FileChange::Delete { .. } => None,
        });
        Self(renames.collect())
    }

    /// The path that a file has after them.
    pub(super) fn after<'p>(&'p self, path: &'p RelPath) -> &'p RelPath {
        self.0.iter().find(|(from, _)| from == path).map_or(path, |(_, to)| to)
    }

    /// The path that a file had before them.
    pub(super) fn before<'p>(&'p self, path: &'p RelPath) -> &'p RelPath {
        self.0.iter().find(|(_, to)| to == path).map_or(path, |(from, _)| from)
    }
}
