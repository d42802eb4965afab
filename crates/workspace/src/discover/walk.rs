//! The walk over folders, by several threads. No symbolic link is followed, and what a `.gitignore` or the settings leave
//! out is not entered.

use std::fs::{self, DirEntry, FileType};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use lawbook_core::source::RelPath;

use super::{Discovery, is_in_baseline, unsearched};
use crate::filter::FileFilter;
use crate::gitignore::{self, GITIGNORE_NAME, Ignores};
use crate::root::CONFIG_NAME;
use crate::system_error::system_message;
use crate::temp;
use crate::workers::Workers;

/// The number of folders that one thread lists before others help: for fewer, starting them takes longer.
const FOLDERS_OF_ONE_THREAD: usize = 8;

/// A folder to list.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) at: PathBuf,
    /// Its path below the root.
    pub(super) path: RelPath,
    /// False if a part of its path is not Unicode.
    pub(super) is_unicode: bool,
    /// Its path in bytes from the top of the repository, with a `/` at the end.
    pub(super) base: Vec<u8>,
    /// The lists of the folders above.
    pub(super) ignores: Ignores,
}

/// Finds the files in folders.
pub(super) fn walk(filter: &FileFilter, mut folders: Vec<Folder>, workers: Workers) -> Discovery {
    let mut found = Discovery::default();
    for _ in 0..FOLDERS_OF_ONE_THREAD {
        match folders.pop() {
            Some(folder) => folders.extend(list(filter, folder, &mut found)),
            None => return found,
        }
    }
    let queue = FolderQueue { state: Mutex::new(QueueState { open: folders, listing: 0 }), changed: Condvar::new() };
    // If fewer threads can be started, those that there are take all folders.
    let threads = vec![(); workers.threads()];
    for more in workers.each(&threads, |()| queue.list_all(filter)) {
        found.append(more);
    }
    found
}

/// The folders that are not listed yet, shared between threads.
struct FolderQueue {
    state: Mutex<QueueState>,
    /// Signalled when folders were added or the last one was listed.
    changed: Condvar,
}

struct QueueState {
    open: Vec<Folder>,
    /// The number of threads that list a folder, which may have folders in it.
    listing: usize,
}

impl FolderQueue {
    fn list_all(&self, filter: &FileFilter) -> Discovery {
        let mut found = Discovery::default();
        while let Some(folder) = self.take() {
            // Counted as done in any case: a thread that panics must not leave the others waiting.
            let done = ListedFolder { queue: self };
            let folders = list(filter, folder, &mut found);
            if !folders.is_empty() {
                self.lock().open.extend(folders);
                self.changed.notify_all();
            }
            drop(done);
        }
        found
    }

    /// The next folder; `None` when all are listed.
    fn take(&self) -> Option<Folder> {
        let mut state = self.lock();
        loop {
            if let Some(folder) = state.open.pop() {
                state.listing += 1;
                return Some(folder);
            }
            if state.listing == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A folder that a thread lists; dropped when it is done.
struct ListedFolder<'q> {
    queue: &'q FolderQueue,
}

impl Drop for ListedFolder<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.listing -= 1;
        if state.listing == 0 && state.open.is_empty() {
            self.queue.changed.notify_all();
        }
    }
}

/// Adds the files of a folder, and returns the folders in it.
fn list(filter: &FileFilter, folder: Folder, found: &mut Discovery) -> Vec<Folder> {
    let mut entries = Vec::new();
    let mut has_list = false;
    let listed = fs::read_dir(&folder.at).and_then(|listing| {
        for entry in listing {
            let entry = entry?;
            has_list |= entry.file_name() == GITIGNORE_NAME;
            entries.push(entry);
        }
        Ok(())
    });
    if let Err(error) = listed {
        found.add_unreadable(folder.path.clone(), system_message(&error));
    }
    let Folder { at, path, is_unicode, base, ignores } = folder;
    let mut listing = Listing { filter, path, is_unicode, base, ignores };
    if has_list {
        match gitignore::enter(&listing.ignores, &at, listing.base.len()) {
            Ok(ignores) => listing.ignores = ignores,
            Err(reason) => {
                found.add_unreadable(listing.path, unsearched(&reason));
                return Vec::new();
            }
        }
    }
    entries.into_iter().filter_map(|entry| listing.add(&entry, found)).collect()
}

/// A folder that is being listed.
struct Listing<'f> {
    filter: &'f FileFilter,
    path: RelPath,
    is_unicode: bool,
    base: Vec<u8>,
    ignores: Ignores,
}

impl Listing<'_> {
    /// Adds a regular file, or returns a folder that is to be entered. Links, pipes, sockets and devices are skipped
    /// unless the user has named them.
    fn add(&mut self, entry: &DirEntry, found: &mut Discovery) -> Option<Folder> {
        let name = entry.file_name();
        if name == CONFIG_NAME && !self.path.is_root() {
            found.nested.push(RelPath::new([self.path.as_str(), CONFIG_NAME].join("/")));
        }
        let kind = entry.file_type();
        let is_folder = kind.as_ref().is_ok_and(FileType::is_dir);
        if name == ".git" || !(is_folder || kind.as_ref().is_ok_and(FileType::is_file) || kind.is_err()) {
            return None;
        }
        let is_ignored = self.ignores.is_some() && {
            let length = self.base.len();
            self.base.extend_from_slice(&gitignore::bytes(&name));
            let is_ignored = gitignore::are_ignoring(&self.ignores, &self.base, is_folder);
            self.base.truncate(length);
            is_ignored
        };
        if is_ignored {
            found.ignored += 1;
            return None;
        }
        let shown = name.to_string_lossy();
        let is_unicode = self.is_unicode && name.to_str().is_some();
        let path = match self.path.as_str() {
            "" => RelPath::new(&*shown),
            folder => RelPath::new([folder, &shown].join("/")),
        };
        if self.filter.excludes_entry(path.as_str(), is_folder) || is_in_baseline(path.as_str()) {
            return None;
        }
        if let Err(error) = kind {
            found.add_unreadable(path, system_message(&error));
            return None;
        }
        if temp::has_temp_name(&shown) && temp::is_own(&entry.path()) {
            if !is_folder {
                found.leftovers.push(entry.path());
            }
            return None;
        }
        if is_folder {
            let mut base = self.base.clone();
            base.extend_from_slice(&gitignore::bytes(&name));
            base.push(b'/');
            return Some(Folder { at: entry.path(), path, is_unicode, base, ignores: self.ignores.clone() });
        }
        found.add_file(self.filter, (path, is_unicode), &entry.path(), || entry.metadata());
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_listed_once_by_any_number_of_threads() {
        let root = tempfile::tempdir().unwrap();
        let mut expected = Vec::new();
        for number in 0..120 {
            let path = format!("{}/f{number}.json", ["a", "a/b", "a/b/c", "d", "e/f", "e"][number % 6]);
            let at = root.path().join(&path);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, "").unwrap();
            expected.push(path);
        }
        for number in 0..40 {
            fs::create_dir_all(root.path().join(format!("g/{number}/{number}"))).unwrap();
        }
        expected.sort();
        for threads in [1, 2, 7] {
            let folder = Folder {
                at: root.path().to_owned(),
                path: RelPath::root(),
                is_unicode: true,
                base: Vec::new(),
                ignores: None,
            };
            let found = walk(&FileFilter::default(), vec![folder], Workers::new(Some(threads), None));
            let mut files: Vec<&str> = found.unsupported.iter().map(RelPath::as_str).collect();
            files.sort_unstable();
            assert_eq!(files, expected, "{threads} threads");
        }
    }
}
