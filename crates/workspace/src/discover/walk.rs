//! The walk over folders, by several threads. No symbolic link is followed, and what is left out is not entered.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, FileType};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use lawbook_core::report::SkipReason;
use lawbook_core::source::RelPath;

use super::{Discovery, is_in_baseline, unsearched};
use crate::filter::{FileFilter, Verdict};
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
    /// The decision about it.
    pub(super) verdict: Verdict,
    /// True if the user has named it: it is walked even if it has a repository of its own.
    pub(super) is_start: bool,
}

/// An entry that the walk does not decide about, because git may track it or files in it.
#[derive(Debug)]
pub(super) enum Undecided {
    /// A file that a `.gitignore` names, by its path in bytes from the top of the repository.
    IgnoredFile { base: Vec<u8> },
    /// A folder that a `.gitignore` names, with a `/` at the end of its path.
    IgnoredFolder { base: Vec<u8> },
    /// A folder with the name of one that builds fill.
    BuildFolder(Folder),
    /// A folder with a repository of its own.
    Repository(Folder),
}

/// The properties of a walk that are the same for all folders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walked<'f> {
    pub(super) filter: &'f FileFilter,
    /// True if the root is in a repository: other repositories in it are no part of it.
    pub(super) is_in_repository: bool,
}

/// Finds the files in folders.
pub(super) fn walk(walked: Walked<'_>, mut folders: Vec<Folder>, workers: Workers) -> Discovery {
    let mut found = Discovery::default();
    for _ in 0..FOLDERS_OF_ONE_THREAD {
        match folders.pop() {
            Some(folder) => folders.extend(list(walked, folder, &mut found)),
            None => return found,
        }
    }
    let queue = FolderQueue { state: Mutex::new(QueueState { open: folders, listing: 0 }), changed: Condvar::new() };
    // If fewer threads can be started, those that there are take all folders.
    let threads = vec![(); workers.threads()];
    for more in workers.each(&threads, |()| queue.list_all(walked)) {
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
    fn list_all(&self, walked: Walked<'_>) -> Discovery {
        let mut found = Discovery::default();
        while let Some(folder) = self.take() {
            // Counted as done in any case: a thread that panics must not leave the others waiting.
            let done = ListedFolder { queue: self };
            let folders = list(walked, folder, &mut found);
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
fn list(walked: Walked<'_>, folder: Folder, found: &mut Discovery) -> Vec<Folder> {
    let mut entries = Vec::new();
    let (mut has_list, mut has_repository) = (false, false);
    let listed = fs::read_dir(&folder.at).and_then(|listing| {
        for entry in listing {
            let entry = entry?;
            let name = entry.file_name();
            has_list |= name == GITIGNORE_NAME;
            has_repository |= name == ".git";
            entries.push(entry);
        }
        Ok(())
    });
    if let Err(error) = listed {
        found.add_unreadable(folder.path.clone(), system_message(&error));
    }
    if has_repository && walked.is_in_repository && !folder.is_start {
        found.undecided.push(Undecided::Repository(folder));
        return Vec::new();
    }
    let Folder { at, path, is_unicode, base, ignores, verdict, .. } = folder;
    found.folders.push(at.clone());
    let mut listing = Listing { walked, path, is_unicode, base, ignores, verdict };
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
    walked: Walked<'f>,
    path: RelPath,
    is_unicode: bool,
    base: Vec<u8>,
    ignores: Ignores,
    verdict: Verdict,
}

impl Listing<'_> {
    /// Adds a regular file, or returns a folder that is to be entered. Pipes, sockets and devices are skipped unless the
    /// user has named them, and so are links, of which those with the name of a file to check are named.
    fn add(&mut self, entry: &DirEntry, found: &mut Discovery) -> Option<Folder> {
        let name = entry.file_name();
        if name == CONFIG_NAME && !self.path.is_root() {
            found.nested.push(RelPath::new([self.path.as_str(), CONFIG_NAME].join("/")));
        }
        let kind = entry.file_type();
        let is_folder = kind.as_ref().is_ok_and(FileType::is_dir);
        let is_link = kind.as_ref().is_ok_and(FileType::is_symlink);
        if name == ".git" || !(is_folder || is_link || kind.as_ref().is_ok_and(FileType::is_file) || kind.is_err()) {
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
            self.add_ignored(&name, is_folder, found);
            return None;
        }
        let shown = name.to_string_lossy();
        let is_unicode = self.is_unicode && name.to_str().is_some();
        let path = match self.path.as_str() {
            "" => RelPath::new(&*shown),
            folder => RelPath::new([folder, &shown].join("/")),
        };
        let filter = self.walked.filter;
        let is_in_baseline = is_in_baseline(path.as_str());
        if is_in_baseline && !is_folder && filter.dialect(&path).is_none() {
            return None;
        }
        let verdict = filter.entry(self.verdict, path.as_str(), is_folder);
        let is_decided = verdict.reason != Some(SkipReason::BuildOutput) || !self.walked.is_in_repository;
        if let Some(left_out) = filter.left_out(verdict).filter(|_| !is_in_baseline && (is_decided || !is_folder)) {
            let is_entered = is_folder && filter.may_take_back_below(verdict, path.as_str());
            if !is_entered {
                if is_folder || filter.dialect(&path).is_some() {
                    found.add_left_out(path, is_folder, left_out);
                }
                return None;
            }
        }
        if let Err(error) = kind {
            found.add_unreadable(path, system_message(&error));
            return None;
        }
        if is_link {
            if filter.dialect(&path).is_some() {
                found.add_left_out(path, false, SkipReason::SymbolicLink.into());
            }
            return None;
        }
        if temp::has_temp_name(&shown) && temp::is_own(&entry.path()) {
            if !is_folder {
                found.leftovers.push(entry.path());
            }
            return None;
        }
        if is_folder {
            let folder = Folder {
                at: entry.path(),
                path,
                is_unicode,
                base: self.base_of(&name, true),
                ignores: self.ignores.clone(),
                verdict,
                is_start: false,
            };
            if is_decided {
                return Some(folder);
            }
            found.undecided.push(Undecided::BuildFolder(folder));
            return None;
        }
        found.add_file(filter, (path, is_unicode), &entry.path(), || entry.metadata());
        None
    }

    /// Adds an entry that a `.gitignore` names.
    fn add_ignored(&self, name: &OsStr, is_folder: bool, found: &mut Discovery) {
        if !self.walked.is_in_repository {
            found.ignored += 1;
            return;
        }
        let base = self.base_of(name, is_folder);
        found.undecided.push(if is_folder {
            Undecided::IgnoredFolder { base }
        } else {
            Undecided::IgnoredFile { base }
        });
    }

    /// The path of an entry in bytes from the top of the repository; that of a folder has a `/` at the end.
    fn base_of(&self, name: &OsStr, is_folder: bool) -> Vec<u8> {
        let mut base = self.base.clone();
        base.extend_from_slice(&gitignore::bytes(name));
        if is_folder {
            base.push(b'/');
        }
        base
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
                verdict: Verdict::default(),
                is_start: true,
            };
            let walked = Walked { filter: &FileFilter::default(), is_in_repository: false };
            let found = walk(walked, vec![folder], Workers::new(Some(threads), None));
            let mut files: Vec<&str> = found.unsupported.iter().map(RelPath::as_str).collect();
            files.sort_unstable();
            assert_eq!(files, expected, "{threads} threads");
        }
    }
}
