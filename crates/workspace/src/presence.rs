//! The existence of paths on the disk, with as few system calls as possible.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;

use lawbook_core::source::RelPath;

use crate::git::{self, Index};
use crate::paths::RootPaths;

/// The number of files of one folder that are looked up one by one; then the folder is listed.
const QUERIES_BEFORE_LISTING: usize = 8;

/// Answers whether paths below the root exist, with a cache for one run: each folder is looked up once, and is listed
/// when many of its files are looked up.
#[derive(Debug)]
pub(crate) struct Presence<'p> {
    paths: &'p RootPaths,
    folders: RefCell<HashMap<String, FolderPresence>>,
    lookups: Cell<usize>,
    /// The files that git leaves out of the working tree on purpose; read when the first file is missing.
    absent: OnceCell<HashSet<RelPath>>,
}

/// The cached state of a folder.
#[derive(Clone, Debug)]
enum FolderPresence {
    /// It does not exist, or it is a symbolic link or below one.
    Missing,
    /// It exists; with the number of its files that were looked up, and its files if it was listed.
    Exists { queries: usize, names: Option<HashSet<OsString>> },
}

impl<'p> Presence<'p> {
    /// An empty cache.
    pub(crate) fn new(paths: &'p RootPaths) -> Self {
        Self { paths, folders: RefCell::default(), lookups: Cell::new(0), absent: OnceCell::new() }
    }

    /// True if a path does not exist, or if it or a folder above it is a symbolic link. A file that a sparse checkout
    /// leaves out is not gone.
    pub(crate) fn is_gone(&self, path: &RelPath) -> bool {
        self.is_missing(path) && !self.absent().contains(path)
    }

    /// True if a file is not on the disk because a sparse checkout leaves it out.
    pub(crate) fn is_absent(&self, path: &RelPath) -> bool {
        self.is_missing(path) && self.absent().contains(path)
    }

    fn is_missing(&self, path: &RelPath) -> bool {
        let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        !self.folder_exists(folder) || !self.file_exists(folder, name)
    }

    fn absent(&self) -> &HashSet<RelPath> {
        self.absent.get_or_init(|| {
            let Some(top) = git::top_above(self.paths.root()) else { return HashSet::new() };
            let index = Index::of(self.paths.folder_of_git(top), top).unwrap_or_default();
            let absent = index.entries().iter().filter(|entry| entry.is_absent);
            absent.filter_map(|entry| Some(self.paths.below(&top.join(git::path_from_git(&entry.path)))?.0)).collect()
        })
    }

    /// The number of system calls so far.
    #[cfg(test)]
    fn lookups(&self) -> usize {
        self.lookups.get()
    }

    fn folder_exists(&self, folder: &str) -> bool {
        if let Some(known) = self.folders.borrow().get(folder) {
            return matches!(known, FolderPresence::Exists { .. });
        }
        // From the root down, so that one lookup of a missing folder also answers for all folders below it.
        let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
        let mut exists = true;
        for part in ends.map(|end| &folder[..end]) {
            let known = self.folders.borrow().get(part).map(|known| matches!(known, FolderPresence::Exists { .. }));
            exists = exists && known.unwrap_or_else(|| part.is_empty() || self.exists_on_disk(part));
            let fresh =
                if exists { FolderPresence::Exists { queries: 0, names: None } } else { FolderPresence::Missing };
            self.folders.borrow_mut().entry(part.to_owned()).or_insert(fresh);
        }
        exists
    }

    fn file_exists(&self, folder: &str, name: &str) -> bool {
        let mut folders = self.folders.borrow_mut();
        let Some(FolderPresence::Exists { queries, names }) = folders.get_mut(folder) else { return false };
        *queries += 1;
        if *queries == QUERIES_BEFORE_LISTING {
            self.lookups.set(self.lookups.get() + 1);
            *names = Some(self.list(folder));
        }
        // A name that the listing lacks may still exist, on a file system that ignores case or normalizes Unicode.
        let is_listed = names.as_ref().is_some_and(|names| names.contains(OsStr::new(name)));
        drop(folders);
        is_listed || self.exists_on_disk(&if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
    }

    /// Looks up one path whose folder exists.
    fn exists_on_disk(&self, path: &str) -> bool {
        self.lookups.set(self.lookups.get() + 1);
        self.paths.root().join(path).symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink())
    }

    /// The names in a folder that are not symbolic links.
    fn list(&self, folder: &str) -> HashSet<OsString> {
        let entries = fs::read_dir(self.paths.root().join(folder)).into_iter().flatten().flatten();
        let no_links = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
        no_links.map(|entry| entry.file_name()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(files: &[&str]) -> (tempfile::TempDir, RootPaths) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in files {
            let at = root.join(file);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, "").unwrap();
        }
        let paths = RootPaths::new(root.clone(), &root);
        (folder, paths)
    }

    /// Asserts which of the paths are gone, in any order of the queries.
    #[track_caller]
    fn check(paths: &RootPaths, stand: &[&str], gone: &[&str]) {
        let all: Vec<(&str, bool)> =
            stand.iter().map(|path| (*path, false)).chain(gone.iter().map(|path| (*path, true))).collect();
        for first in 0..all.len() {
            let presence = Presence::new(paths);
            for (path, is_gone) in all[first..].iter().chain(&all[..first]) {
                assert_eq!(presence.is_gone(&RelPath::new(*path)), *is_gone, "{path}, {first}");
            }
        }
    }

    #[test]
    fn files_behind_a_link_are_gone() {
        let (_folder, paths) = root(&["a.ts", "src/b.ts", "src/x/c.ts"]);
        check(
            &paths,
            &["a.ts", "src/b.ts", "src/x/c.ts", "src"],
            &["b.ts", "src/c.ts", "lib/a.ts", "a.ts/b", "src/x/y/z"],
        );
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(paths.root().join("src"), paths.root().join("link")).unwrap();
            std::os::unix::fs::symlink(paths.root().join("a.ts"), paths.root().join("l.ts")).unwrap();
            check(&paths, &["src/b.ts"], &["link/b.ts", "link/x/c.ts", "l.ts"]);
        }
    }

    #[test]
    fn a_folder_is_listed_when_many_of_its_files_are_looked_up() {
        let names: Vec<String> = (0..100).map(|number| format!("src/f{number}.ts")).collect();
        let (_folder, paths) = root(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let presence = Presence::new(&paths);
        assert!(names.iter().all(|name| !presence.is_gone(&RelPath::new(name.as_str()))));
        assert_eq!(presence.lookups(), 1 + QUERIES_BEFORE_LISTING);
        let presence = Presence::new(&paths);
        assert!(names.iter().all(|name| presence.is_gone(&RelPath::new(name.replace("src/", "lib/x/")))));
        assert_eq!(presence.lookups(), 1, "a missing folder is looked up once");
    }
}
