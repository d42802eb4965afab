//! The part of a search that git's index decides: what git tracks is checked, although a `.gitignore` names it, or it is
//! in a folder with the name of build output or in one with a repository of its own.

use std::path::Path;
use std::sync::Arc;

use lawbook_core::report::SkipReason;
use lawbook_core::source::RelPath;

use super::walk::{self, Folder, Undecided, Walked};
use super::{Discovery, is_in_baseline};
use crate::filter::FileFilter;
use crate::git::{self, EntryKind, Index, TrackedPath};
use crate::paths::RootPaths;
use crate::root::CONFIG_NAME;
use crate::workers::Workers;

/// Decides what a walk has left open, with the index of the repository at `top`. Where git gives none, nothing is tracked.
pub(super) fn decide(paths: &RootPaths, top: &Path, walked: Walked<'_>, workers: Workers, discovery: &mut Discovery) {
    let index = Arc::new(Index::of(paths.folder_of_git(top), top).unwrap_or_default());
    while !discovery.undecided.is_empty() {
        let mut folders: Vec<Folder> = Vec::new();
        for undecided in std::mem::take(&mut discovery.undecided) {
            folders.extend(decide_one(paths, top, walked.filter, &index, undecided, discovery));
        }
        if folders.is_empty() {
            break;
        }
        discovery.append(walk::walk(walked, folders, workers));
    }
    discovery.index = Some(index);
}

/// Decides about one entry. Returns it if it is a folder to walk.
fn decide_one(
    paths: &RootPaths,
    top: &Path,
    filter: &FileFilter,
    index: &Index,
    undecided: Undecided,
    discovery: &mut Discovery,
) -> Option<Folder> {
    match undecided {
        Undecided::IgnoredFile { base } => {
            if let Some(entry) = index.get(&base) {
                add_tracked(paths, top, filter, entry, discovery);
            } else {
                discovery.ignored += 1;
                discovery.ignored_paths.push(base);
            }
        }
        Undecided::IgnoredFolder { base } => {
            discovery.ignored += 1;
            index.below(&base).iter().for_each(|entry| add_tracked(paths, top, filter, entry, discovery));
            discovery.ignored_paths.push(base);
        }
        Undecided::BuildFolder(folder) => {
            if !index.below(&folder.base).is_empty() {
                return Some(Folder { verdict: folder.verdict.of_tracked(), ..folder });
            }
            discovery.add_left_out(folder.path, true, SkipReason::BuildOutput.into());
        }
        Undecided::Repository(folder) => {
            index.below(&folder.base).iter().for_each(|entry| add_tracked(paths, top, filter, entry, discovery));
            discovery.add_left_out(folder.path, true, SkipReason::OtherRepository.into());
        }
    }
    None
}

/// Adds a file that git tracks, unless it is left out for its place, or is no file on the disk.
fn add_tracked(paths: &RootPaths, top: &Path, filter: &FileFilter, entry: &TrackedPath, discovery: &mut Discovery) {
    let at = top.join(git::path_from_git(&entry.path));
    let Some((path, is_unicode)) = paths.below(&at).filter(|_| entry.kind == EntryKind::File) else { return };
    let is_in_baseline = is_in_baseline(path.as_str());
    if is_in_baseline && filter.dialect(&path).is_none() {
        return;
    }
    let verdict = filter.tracked_file("", path.as_str());
    if let Some(left_out) = filter.left_out(verdict).filter(|_| !is_in_baseline) {
        let (path, is_folder) = outermost(filter, &path, verdict.reason);
        discovery.add_left_out(path, is_folder, left_out);
        return;
    }
    let metadata = paths.metadata_unless_link(&path).filter(std::fs::Metadata::is_file);
    // A name that is not Unicode is reported without reading the file.
    if metadata.is_some() || !is_unicode {
        if path.file_name() == CONFIG_NAME && path.as_str() != CONFIG_NAME {
            discovery.nested.push(path.clone());
        }
        discovery.add_file(filter, (path, is_unicode), &at, || metadata.map_or_else(|| at.symlink_metadata(), Ok));
    }
}

/// The outermost folder above a path that is left out for the same reason, or the path itself.
fn outermost(filter: &FileFilter, path: &RelPath, reason: Option<SkipReason>) -> (RelPath, bool) {
    let text = path.as_str();
    let folders = text.match_indices('/').map(|(end, _)| &text[..end]);
    let mut folders = folders.filter(|folder| filter.path("", folder, true).of_tracked().reason == reason);
    folders.next().map_or_else(|| (path.clone(), false), |folder| (RelPath::new(folder), true))
}
