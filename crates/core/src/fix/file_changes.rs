//! Creating, renaming and deleting files as parts of fixes: checks that a change is possible, and applies it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::FileChange;
use crate::fix::code::parse_faults;
use crate::fix::proof::{CheckedFiles, Verifier};
use crate::ir::{FileInput, Lowered};
use crate::source::{RelPath, SourceFile};

/// Applies a change to `files`, after the edits of the fixes are applied.
///
/// # Errors
/// The reason why the result would be invalid, worded to follow a colon.
pub(super) fn apply(
    verifier: &dyn Verifier,
    change: &FileChange,
    files: &mut BTreeMap<RelPath, Arc<Lowered>>,
) -> Result<(), String> {
    match change {
        FileChange::Create { path, text } => {
            let new = lower_at(verifier, path, text)?;
            if parse_faults(&new) != [0; 4] {
                return Err(format!("the new file `{path}` would not parse"));
            }
            files.insert(path.clone(), new);
        }
        FileChange::Rename { from, to } => {
            let old = files.remove(from).ok_or_else(|| format!("it renames `{from}`, which was not read"))?;
            let new = lower_at(verifier, to, old.source.text())?;
            if parse_faults(&new).iter().zip(parse_faults(&old)).any(|(is, was)| *is > was) {
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

/// Checks that a change to the files of `state` is possible; `is_absent` returns true if nothing exists at a path.
///
/// # Errors
/// The reason why it is not, worded to follow a colon.
pub(super) fn check(
    verifier: &dyn Verifier,
    change: &FileChange,
    state: &CheckedFiles,
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

/// The old and new paths of renamed files.
#[derive(Clone, Debug, Default)]
pub(super) struct FileRenames(Vec<(RelPath, RelPath)>);

impl FileRenames {
    pub(super) fn of<'c>(changes: impl Iterator<Item = &'c FileChange>) -> Self {
        let renames = changes.filter_map(|change| match change {
            FileChange::Rename { from, to } => Some((from.clone(), to.clone())),
            FileChange::Create { .. } | FileChange::Delete { .. } => None,
        });
        Self(renames.collect())
    }

    /// The path of a file after the renames.
    pub(super) fn after<'p>(&'p self, path: &'p RelPath) -> &'p RelPath {
        self.0.iter().find(|(from, _)| from == path).map_or(path, |(_, to)| to)
    }

    /// The path of a file before the renames.
    pub(super) fn before<'p>(&'p self, path: &'p RelPath) -> &'p RelPath {
        self.0.iter().find(|(_, to)| to == path).map_or(path, |(from, _)| from)
    }
}
