//! The files that git ignores since a change: a line in a `.gitignore` takes them out of every run to come.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use lawbook_core::mistake::Mistake;
use lawbook_core::report::SkipReason;
use lawbook_core::source::RelPath;

use super::disk::{LazyIndex, files_in, is_same, path_from_top};
use super::{Change, Checkout};
use crate::discover::{Discovery, DiskFile, LeftOutPath};
use crate::files::Snapshot;
use crate::filter::LeftOut;
use crate::git::{self, Blob, EntryKind, Index, Oid, TreeEntry};
use crate::gitignore::{GITIGNORE_NAME, IgnoreList};
use crate::read;

/// The number of entries that are listed in folders to see if code is in them.
const MAX_LISTED_ENTRIES: usize = 10_000;

/// The list of a folder before a change, by the bytes of its path from the top, and true if the change differs from it.
type OldLists = HashMap<Vec<u8>, (Option<IgnoreList>, bool)>;

impl Change {
    /// Lists the code that a `.gitignore` leaves out and did not leave out before the change.
    pub(super) fn add_newly_ignored(
        &mut self,
        found: &mut Discovery,
        tree: &[TreeEntry],
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<(), Vec<Mistake>> {
        let ignored = std::mem::take(&mut found.ignored_paths);
        if ignored.is_empty() || !matches!(self.base, Snapshot::Commit(_)) {
            return Ok(());
        }
        let index = index.get()?;
        let lists = self.older_lists(&ignored, tree, &index, checkout)?;
        if !lists.values().any(|(_, is_changed)| *is_changed) {
            return Ok(());
        }
        let was_tracked: HashSet<&Path> = tree.iter().map(|entry| &*entry.at).collect();
        let mut entries_left = MAX_LISTED_ENTRIES;
        for base in ignored.iter().filter(|base| !was_ignored(&lists, base)) {
            let is_folder = base.ends_with(b"/");
            let at = self.git.top().join(git::path_from_git(base.strip_suffix(b"/").unwrap_or(base)));
            let Some((path, true)) = checkout.paths.below(&at) else { continue };
            if checkout.filter.left_out(checkout.filter.path("", path.as_str(), is_folder)).is_some() {
                continue;
            }
            let mut code =
                if is_folder { files_in(&at, &path, &mut entries_left) } else { vec![(path.clone(), at.clone())] };
            code.retain(|(path, _)| checkout.filter.dialect(path).is_some());
            let left_out = LeftOut { reason: SkipReason::Ignored, by: Some(innermost_change(&lists, base).into()) };
            let is_whole = index.below(base).is_empty() && !code.iter().any(|(_, at)| was_tracked.contains(&**at));
            if is_folder && is_whole && !code.is_empty() {
                self.left_out.push(LeftOutPath { path, is_folder, left_out, is_requested: true });
                found.ignored = found.ignored.saturating_sub(1);
                continue;
            }
            for (path, at) in code {
                let is_tracked = || path_from_top(&self.git, &at).is_some_and(|path| index.get(&path).is_some());
                if was_tracked.contains(&*at) && !is_tracked() {
                    self.add_leaving(&path, Some(left_out.clone()));
                } else if !is_tracked() {
                    self.add_left_out(path, left_out.clone(), true);
                }
            }
        }
        Ok(())
    }

    /// The lists before the change of the folders above some paths.
    fn older_lists(
        &self,
        ignored: &[Vec<u8>],
        tree: &[TreeEntry],
        index: &Index,
        checkout: Checkout<'_>,
    ) -> Result<OldLists, Vec<Mistake>> {
        let is_list = |entry: &&TreeEntry| {
            entry.kind == EntryKind::File && entry.at.file_name().is_some_and(|name| name == GITIGNORE_NAME)
        };
        let old: HashMap<Vec<u8>, &TreeEntry> = tree
            .iter()
            .filter(is_list)
            .filter_map(|entry| Some((path_from_top(&self.git, &entry.at)?, entry)))
            .collect();
        let ignored_files: HashSet<&[u8]> = ignored.iter().map(Vec::as_slice).collect();
        let mut lists = OldLists::new();
        let mut asked: HashMap<Vec<u8>, (Option<Oid>, bool)> = HashMap::new();
        for folder in ignored.iter().flat_map(|base| folders_above(base)) {
            if asked.contains_key(folder) || lists.contains_key(folder) {
                continue;
            }
            let list = [folder, GITIGNORE_NAME.as_bytes()].concat();
            let at = self.git.top().join(git::path_from_git(&list));
            let on_disk = at.symlink_metadata().ok();
            // A list that is ignored itself, in a folder where git tracks nothing, is one that a tool has put there.
            let is_of_tool = ignored_files.contains(&*list) && index.below(folder).is_empty();
            if let Some(metadata) = on_disk.as_ref().filter(|found| found.is_file() && is_of_tool) {
                let bytes = read::whole(&at, metadata.len(), checkout.max_file_size).unwrap_or_default();
                lists.insert(folder.to_owned(), (Some(IgnoreList::parse(&bytes)), false));
                continue;
            }
            let entry = old.get(&list);
            let is_changed = match (entry, on_disk) {
                (Some(entry), Some(metadata)) if metadata.is_file() => {
                    let file = DiskFile::new(RelPath::new(GITIGNORE_NAME), at, &metadata);
                    !is_same(&file, &entry.oid, checkout.max_file_size)
                }
                (None, None) => false,
                _ => true,
            };
            asked.insert(folder.to_owned(), (entry.map(|entry| entry.oid.clone()), is_changed));
        }
        if asked.values().any(|(_, is_changed)| *is_changed) {
            self.blobs.read_all(asked.values().filter_map(|(oid, _)| oid.clone()))?;
        } else {
            return Ok(OldLists::new());
        }
        let list = |oid: &Oid| match &*self.blobs.get(oid).ok()? {
            Blob::Bytes(bytes) => Some(IgnoreList::parse(bytes)),
            Blob::TooLarge(_) | Blob::Missing => None,
        };
        lists.extend(asked.into_iter().map(|(folder, (oid, is_changed))| {
            let list = oid.and_then(|oid| list(&oid));
            (folder, (list, is_changed))
        }));
        Ok(lists)
    }
}

/// The folders above a path, as bytes from the top with a `/` at the end, from the top inwards.
fn folders_above(base: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let inner = base.strip_suffix(b"/").unwrap_or(base);
    let ends = inner.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).map(move |end| &inner[..end]).collect::<Vec<_>>().into_iter()
}

/// True if the lists before the change ignored a path or a folder above it.
fn was_ignored(lists: &OldLists, base: &[u8]) -> bool {
    let path = base.strip_suffix(b"/").unwrap_or(base);
    let folders = folders_above(base).skip(1).map(|folder| (&folder[..folder.len() - 1], true));
    folders.chain([(path, base.ends_with(b"/"))]).any(|(path, is_folder)| {
        let of_folder = |folder: &[u8]| lists.get(folder)?.0.as_ref()?.ignores(&path[folder.len()..], is_folder);
        // The list of the innermost folder with a matching pattern decides.
        folders_above(path).rev().find_map(of_folder) == Some(true)
    })
}

/// The path of the innermost list above a path that the change has edited.
fn innermost_change(lists: &OldLists, base: &[u8]) -> String {
    let changed = folders_above(base).rev().find(|folder| lists.get(*folder).is_some_and(|(_, changed)| *changed));
    format!("{}{GITIGNORE_NAME}", String::from_utf8_lossy(changed.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_ignored_with_the_folders_above_it() {
        let list = |text: &str| (Some(IgnoreList::parse(text.as_bytes())), false);
        let lists = OldLists::from([(Vec::new(), list("out/\n*.gen.ts\n")), (b"src/".to_vec(), list("!a.gen.ts\n"))]);
        for (path, expected) in [
            ("out/", true),
            ("src/out/deep/a.ts", true),
            ("b.gen.ts", true),
            ("src/a.gen.ts", false),
            ("src/b.gen.ts", true),
            ("src/b.ts", false),
            ("src/lib/", false),
        ] {
            assert_eq!(was_ignored(&lists, path.as_bytes()), expected, "{path}");
        }
    }
}
