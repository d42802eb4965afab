//! The folders that the file system tells about. What is left out of a check is not among them: a system has only so many
//! watches, and folders such as `node_modules` have thousands of folders.

use std::collections::BTreeSet;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};

use lawbook_workspace::WatchedPlaces;
use notify::{Config, Error, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::notices::{self, Gathered, Notice};

/// True if the system watches a folder with all that is in it as cheaply as one folder: the topmost ones are enough.
const IS_DEEP: bool = cfg!(any(target_os = "macos", windows));

/// The watched folders.
#[derive(Debug)]
pub(super) struct WatchedFolders {
    watcher: Option<RecommendedWatcher>,
    folders: BTreeSet<PathBuf>,
    /// True if a notice was lost because too many were waiting.
    has_lost: Arc<AtomicBool>,
    /// Why not all folders are watched.
    problem: Option<String>,
}

impl WatchedFolders {
    /// A watcher of no folder yet.
    pub(super) fn new(sender: SyncSender<Notice>) -> Self {
        let has_lost = Arc::new(AtomicBool::new(false));
        let loses = has_lost.clone();
        let handler = move |event| {
            for notice in notices::of_event(event) {
                // It never waits: the receiver may be waiting for this thread to watch a folder.
                if let Err(TrySendError::Full(_)) = sender.try_send(notice) {
                    loses.store(true, Ordering::Relaxed);
                }
            }
        };
        let (watcher, problem) = match RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false)) {
            Ok(watcher) => (Some(watcher), None),
            Err(error) => (None, Some(in_words(&error))),
        };
        Self { watcher, folders: BTreeSet::new(), has_lost, problem }
    }

    /// True if a notice was lost since the last call.
    pub(super) fn has_lost(&self) -> bool {
        self.has_lost.swap(false, Ordering::Relaxed)
    }

    /// Watches these places and no others. Returns true if a folder is watched now that was not: it may have changed between
    /// the search and now.
    pub(super) fn follow(&mut self, places: &WatchedPlaces) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let mut wanted: BTreeSet<&Path> =
            places.folders.iter().chain(&places.law_folders).map(PathBuf::as_path).collect();
        if IS_DEEP {
            wanted = topmost(&wanted);
        }
        let dropped: Vec<PathBuf> =
            self.folders.iter().filter(|folder| !wanted.contains(folder.as_path())).cloned().collect();
        for folder in dropped {
            // The watch of a folder that is gone has gone with it.
            let _ = watcher.unwatch(&folder);
            self.folders.remove(&folder);
        }
        let mode = if IS_DEEP { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        let (mut is_more, mut problem) = (false, None);
        for folder in wanted {
            if self.folders.contains(folder) {
                continue;
            }
            match watcher.watch(folder, mode) {
                Ok(()) => {
                    self.folders.insert(folder.to_owned());
                    is_more = true;
                }
                Err(error) if is_of_folder(&error) => {}
                Err(error) => {
                    problem = Some(in_words(&error));
                    break;
                }
            }
        }
        self.problem = problem;
        is_more
    }

    /// Forgets the folders that may be other ones by now, so that they are watched anew.
    pub(super) fn forget(&mut self, gathered: &Gathered) {
        if gathered.is_lost || !gathered.moved.is_empty() {
            self.folders.retain(|folder| !gathered.has_moved(folder));
        }
    }

    /// The number of folders that are watched.
    pub(super) fn count(&self) -> usize {
        self.folders.len()
    }

    /// Why the system does not tell about all folders, so that they are looked at from time to time.
    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }
}

/// Those of some folders that lie in no other of them.
fn topmost<'p>(folders: &BTreeSet<&'p Path>) -> BTreeSet<&'p Path> {
    let is_below = |folder: &&&Path| folder.ancestors().skip(1).any(|above| folders.contains(above));
    folders.iter().filter(|folder| !is_below(folder)).copied().collect()
}

/// True for a folder that is gone or cannot be read, which each run says.
fn is_of_folder(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => true,
        ErrorKind::Io(error) => {
            matches!(error.kind(), IoErrorKind::NotFound | IoErrorKind::PermissionDenied | IoErrorKind::NotADirectory)
        }
        _ => false,
    }
}

/// Why a folder cannot be watched, and what to do.
fn in_words(error: &Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the system watches as many folders as it may for this user; to raise the limit: \
                                     `sudo sysctl fs.inotify.max_user_watches=524288`"
            .to_owned(),
        // EMFILE and ENFILE, which have no kind of their own.
        ErrorKind::Io(error) if matches!(error.raw_os_error(), Some(23 | 24)) && cfg!(target_os = "linux") => {
            "this user has as many watchers as the system allows; to raise the limit: \
             `sudo sysctl fs.inotify.max_user_instances=1024`"
                .to_owned()
        }
        _ => format!("the system does not watch all folders: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_folders_hold_all_others() {
        let folders = ["/a", "/a/b", "/a/b/c", "/ab", "/d/e", "/d/f"].map(Path::new).into_iter().collect();
        let expected = ["/a", "/ab", "/d/e", "/d/f"].map(Path::new).into_iter().collect();
        assert_eq!(topmost(&folders), expected);
    }

    #[test]
    fn a_limit_is_told_with_what_raises_it() {
        let limit = in_words(&Error::new(ErrorKind::MaxFilesWatch));
        assert!(limit.contains("max_user_watches"), "{limit}");
        assert!(is_of_folder(&Error::path_not_found()));
        assert!(!is_of_folder(&Error::new(ErrorKind::MaxFilesWatch)));
    }
}
