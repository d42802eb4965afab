//! The index of a repository: the paths that git tracks.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use lawbook_core::mistake::Mistake;

use super::{EntryKind, Oid, not_understood, oid, path_from_git, process, split_listing_entry};
use crate::read;

/// The paths that git tracks, sorted by their bytes.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<TrackedPath>,
}

/// A path that git tracks.
#[derive(Debug)]
pub(crate) struct TrackedPath {
    /// The bytes of its path from the top of the working tree.
    pub(crate) path: Vec<u8>,
    /// Its kind.
    pub(crate) kind: EntryKind,
    /// True for an executable file.
    pub(crate) is_executable: bool,
    /// The id of its content.
    pub(crate) oid: Oid,
    /// True if it is left out of the working tree on purpose, as in a sparse checkout.
    pub(crate) is_absent: bool,
    /// True if it is one side of a merge conflict. A path in conflict has several entries.
    pub(crate) is_in_conflict: bool,
}

impl Index {
    /// The index of the repository at `top`, asked for in a folder of it; `None` if git does not give it.
    pub(crate) fn of(folder: &Path, top: &Path) -> Option<Self> {
        let read = Self::read(folder, top);
        // Git takes its variables as relative to the working directory. Those that a hook gets are relative to the top.
        if read.is_err() && folder != top { Self::read(top, top).ok() } else { read.ok() }
    }

    /// Asks git, run in a folder, for everything that it tracks in the working tree at `top`.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn read(folder: &Path, top: &Path) -> Result<Self, Vec<Mistake>> {
        let mut args = ["ls-files", "-s", "-t", "-z", "--full-name"].map(OsStr::new).to_vec();
        if folder != top {
            // Without a path, git lists what is in the folder only.
            args.extend([OsStr::new("--"), top.as_os_str()]);
        }
        let listed = process::run(folder, &args, &[], b"", process::read_all)?.into_success("list the index")?;
        let entries = listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        let mut entries: Vec<TrackedPath> =
            entries.map(|bytes| entry(bytes).ok_or_else(|| not_understood("the index"))).collect::<Result<_, _>>()?;
        if !entries.is_sorted_by(|a, b| a.path <= b.path) {
            entries.sort_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(Self { entries })
    }

    /// All entries.
    pub(crate) fn into_entries(self) -> Vec<TrackedPath> {
        self.entries
    }

    /// All entries.
    pub(crate) fn entries(&self) -> &[TrackedPath] {
        &self.entries
    }

    /// The entry of a path, given in bytes from the top.
    pub(crate) fn get(&self, path: &[u8]) -> Option<&TrackedPath> {
        let at = self.entries.partition_point(|entry| *entry.path < *path);
        self.entries.get(at).filter(|entry| entry.path == path)
    }

    /// The entries below a folder, whose path is given in bytes from the top with a `/` at its end; empty for the top.
    pub(crate) fn below(&self, folder: &[u8]) -> &[TrackedPath] {
        let start = self.entries.partition_point(|entry| *entry.path < *folder);
        let rest = &self.entries[start..];
        &rest[..rest.partition_point(|entry| entry.path.starts_with(folder))]
    }
}

/// False if the index of the working tree at `top` is in the format that has no mark for files that a sparse checkout
/// leaves out. This takes no run of git.
pub(crate) fn may_have_absent_files(top: &Path) -> bool {
    /// The signature and the version.
    const HEAD_BYTES: usize = 8;
    /// The last version without the mark.
    const PLAIN_VERSION: u32 = 2;
    let mut folder = top.join(".git");
    if let Ok(text) = folder.symlink_metadata().and_then(|found| read::whole(&folder, found.len(), MAX_LINK_BYTES)) {
        // In a linked working tree, `.git` is a file that names the folder.
        let Some(named) = text.strip_prefix(b"gitdir: ") else { return false };
        folder = top.join(path_from_git(named.trim_ascii_end()));
    }
    let mut head = [0; HEAD_BYTES];
    let read = File::open(folder.join("index")).and_then(|mut index| index.read_exact(&mut head));
    let [.., a, b, c, d] = head;
    read.is_ok() && u32::from_be_bytes([a, b, c, d]) > PLAIN_VERSION
}

/// The most bytes of a file that names the folder of a repository.
const MAX_LINK_BYTES: u64 = 1 << 16;

/// Parses an entry of the listing: `TAG MODE OID STAGE`, a tab and the path.
fn entry(bytes: &[u8]) -> Option<TrackedPath> {
    let (head, path) = split_listing_entry(bytes)?;
    let words: Vec<&str> = head.split(' ').collect();
    let [tag, mode, name, stage] = words[..] else { return None };
    Some(TrackedPath {
        path: path.to_vec(),
        kind: EntryKind::of_mode(mode)?,
        is_executable: mode == "100755",
        oid: oid(name.as_bytes())?,
        is_absent: tag.eq_ignore_ascii_case("S"),
        is_in_conflict: stage != "0",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_path_and_by_folder() {
        let line = |tag: &str, path: &str| {
            entry(format!("{tag} 100644 ce013625030ba8dba906f756967f9e9ca394464a 0\t{path}").as_bytes()).unwrap()
        };
        let paths = ["a-b", "a.ts", "a/b", "a/c/d", "a0", "b"];
        let index = Index { entries: paths.iter().map(|path| line("H", path)).collect() };
        let below = |folder: &str| -> Vec<String> {
            let paths = index.below(folder.as_bytes()).iter().map(|entry| entry.path.clone());
            paths.map(|path| String::from_utf8(path).unwrap()).collect()
        };
        assert_eq!(below("a/"), ["a/b", "a/c/d"]);
        assert_eq!((below("").len(), below("c/").len()), (6, 0));
        assert!(index.get(b"a/b").is_some() && index.get(b"a").is_none() && index.get(b"z").is_none());
        assert!(line("S", "a").is_absent && line("s", "a").is_absent && !line("H", "a").is_absent);
    }
}
