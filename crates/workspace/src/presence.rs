//! Which paths below the root stand on the disk, asked as rarely as possible.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;

use lawbook_core::source::RelPath;

use crate::paths::RootPaths;

/// After so many questions about files of one folder, the folder is listed.
const QUESTIONS_BEFORE_LISTING: usize = 8;

/// What stands on the disk, remembered for one run: a folder is asked about once, and listed when many of its files are.
#[derive(Debug)]
pub(crate) struct Presence<'p> {
    paths: &'p RootPaths,
    folders: RefCell<HashMap<String, Folder>>,
    stats: Cell<usize>,
}

/// What is known of a folder.
#[derive(Clone, Debug)]
enum Folder {
    /// There is none, or a link leads to it.
    Missing,
    /// There is one, about whose files so many questions were asked.
    Stands { questions: usize, names: Option<HashSet<OsString>> },
}

impl<'p> Presence<'p> {
    /// Nothing known yet.
    pub(crate) fn new(paths: &'p RootPaths) -> Self {
        Self { paths, folders: RefCell::default(), stats: Cell::new(0) }
    }

    /// Whether nothing stands at a path, itself and every folder above it no link.
    pub(crate) fn is_gone(&self, path: &RelPath) -> bool {
        let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        !self.folder_stands(folder) || !self.file_stands(folder, name)
    }

    /// How many times the system was asked about a path.
    #[cfg(test)]
    fn stats(&self) -> usize {
        self.stats.get()
    }

    fn folder_stands(&self, folder: &str) -> bool {
        if let Some(known) = self.folders.borrow().get(folder) {
            return matches!(known, Folder::Stands { .. });
        }
        // From the root down, so that one missing folder answers for all below it.
        let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
        let mut stands = true;
        for part in ends.map(|end| &folder[..end]) {
            let known = self.folders.borrow().get(part).map(|known| matches!(known, Folder::Stands { .. }));
            stands = stands && known.unwrap_or_else(|| part.is_empty() || self.asks(part));
            let fresh = if stands { Folder::Stands { questions: 0, names: None } } else { Folder::Missing };
            self.folders.borrow_mut().entry(part.to_owned()).or_insert(fresh);
        }
        stands
    }

    fn file_stands(&self, folder: &str, name: &str) -> bool {
        let mut folders = self.folders.borrow_mut();
        let Some(Folder::Stands { questions, names }) = folders.get_mut(folder) else { return false };
        *questions += 1;
        if *questions == QUESTIONS_BEFORE_LISTING {
            self.stats.set(self.stats.get() + 1);
            *names = Some(self.list(folder));
        }
        // What a listing lacks may have another name there that means the same.
        let is_listed = names.as_ref().is_some_and(|names| names.contains(OsStr::new(name)));
        drop(folders);
        is_listed || self.asks(&if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
    }

    /// Asks the system about one name, whose folder stands.
    fn asks(&self, path: &str) -> bool {
        self.stats.set(self.stats.get() + 1);
        self.paths.root().join(path).symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink())
    }

    /// The names in a folder that are no links.
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

    /// Asserts which of the paths are gone, whatever is asked first.
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
    fn files_stand_where_no_link_leads_to_them() {
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
    fn a_folder_is_listed_once_many_of_its_files_are_asked_about() {
        let names: Vec<String> = (0..100).map(|number| format!("src/f{number}.ts")).collect();
        let (_folder, paths) = root(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let presence = Presence::new(&paths);
        assert!(names.iter().all(|name| !presence.is_gone(&RelPath::new(name.as_str()))));
        assert_eq!(presence.stats(), 1 + QUESTIONS_BEFORE_LISTING);
        let presence = Presence::new(&paths);
        assert!(names.iter().all(|name| presence.is_gone(&RelPath::new(name.replace("src/", "lib/x/")))));
        assert_eq!(presence.stats(), 1, "a missing folder is asked about once");
    }
}
