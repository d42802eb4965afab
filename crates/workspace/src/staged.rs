//! What is staged, for a program that git or a framework of hooks runs before a commit.

use std::path::{Path, PathBuf};

use lawbook_core::mistake::MistakeList;
use lawbook_core::source::RelPath;

use crate::git::{EntryKind, Git, IndexChange};
use crate::paths::{self, RootPaths};
use crate::read;

/// The most bytes of a file that is compared with the index.
const MAX_BYTES: u64 = 64 << 20;

/// The differences between HEAD and git's index.
#[derive(Debug)]
pub struct Staged {
    /// The working directory, without symbolic links.
    cwd: PathBuf,
    changes: Vec<IndexChange>,
    is_merge: bool,
}

impl Staged {
    /// Asks git what is staged in the repository of a folder. The variables of git count, which name another index in its
    /// hooks.
    ///
    /// # Errors
    /// There is no repository, git fails, or a path has a merge conflict.
    pub fn find(cwd: &Path) -> Result<Self, MistakeList> {
        let cwd = paths::working_directory(cwd)?;
        let git = Git::open(&cwd)?;
        let changes = git.staged(git.head())?;
        Ok(Self { changes, is_merge: git.merge_in_progress().is_some(), cwd })
    }

    /// True if the next commit has the files of HEAD.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// True while a merge is in progress.
    pub fn is_merge(&self) -> bool {
        self.is_merge
    }

    /// True if a file, given by a path relative to the working directory, differs between HEAD and the index.
    pub fn has(&self, typed: &Path) -> bool {
        if self.changes.is_empty() {
            return false;
        }
        let at = paths::locate_virtual(&self.cwd, typed);
        self.changes.iter().any(|change| change.at == at)
    }

    /// The staged files below a root whose content on the disk is the staged one, and the number of all others.
    pub fn same_on_disk(&self, root: &RootPaths) -> (Vec<RelPath>, usize) {
        let files = self.changes.iter().filter_map(|change| match &change.now {
            Some((EntryKind::File, oid)) => Some((&change.at, root.below(&change.at)?.0, oid)),
            _ => None,
        });
        let (mut same, mut others) = (Vec::new(), 0);
        for (at, path, oid) in files {
            let metadata = at.symlink_metadata().ok().filter(std::fs::Metadata::is_file);
            let bytes = metadata.and_then(|metadata| read::whole(at, metadata.len(), MAX_BYTES).ok());
            let is_same = bytes.is_some_and(|bytes| {
                oid.names_content(&bytes) || oid.names_content(&read::with_plain_line_ends(&bytes))
            });
            if is_same {
                same.push(path);
            } else {
                others += 1;
            }
        }
        (same, others)
    }
}
