//! Files of a change that are no code, and that decide whether lawbook runs or what git shows of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::policy::weakened::may_run_lawbook;

use super::{Change, Checkout};
use crate::git::{Blob, EntryKind, IndexChange, Oid, TreeEntry};
use crate::gitignore::GITIGNORE_NAME;
use crate::read;

/// The name of git's lists of attributes.
pub(crate) const GITATTRIBUTES_NAME: &str = ".gitattributes";

/// The most bytes of such a file that are read.
const MAX_BYTES: u64 = 4 << 20;

/// A file that the change adds, edits or removes.
#[derive(Clone, Debug)]
pub(crate) struct WatchedFile {
    /// Its absolute path.
    pub(crate) at: PathBuf,
    /// Its text before the change; `None` if it is new.
    pub(crate) before: Option<Arc<str>>,
    /// Its text now; `None` if it is gone.
    pub(crate) now: Option<Arc<str>>,
}

impl Change {
    /// The files that differ between a commit and the index.
    pub(super) fn watch_index(&mut self, staged: &[IndexChange]) {
        let file = |side: &Option<(EntryKind, Oid)>| {
            side.as_ref().filter(|(kind, _)| *kind == EntryKind::File).map(|(_, oid)| oid.clone())
        };
        let watched: Vec<_> = staged
            .iter()
            .filter(|entry| self.is_watched(&entry.at))
            .map(|entry| (entry.at.clone(), file(&entry.before), file(&entry.now)))
            .collect();
        // A failure of git fails the reading of each of them too.
        let _ = self.blobs.read_all(watched.iter().flat_map(|(_, before, now)| [before, now]).flatten().cloned());
        for (at, before, now) in watched {
            let texts = (self.stored_text(before.as_ref()), self.stored_text(now.as_ref()));
            if texts.0.is_none() == before.is_none() && texts.1.is_none() == now.is_none() {
                self.watched.push(WatchedFile { at, before: texts.0, now: texts.1 });
            } else {
                self.note_unread(&at);
            }
        }
    }

    /// The files that differ between a commit, whose files are `tree`, and the disk.
    pub(super) fn watch_disk(&mut self, tree: &[TreeEntry], checkout: Checkout<'_>) {
        let is_file = |entry: &&TreeEntry| entry.kind == EntryKind::File;
        let tracked: BTreeMap<&Path, &Oid> = tree
            .iter()
            .filter(is_file)
            .filter(|entry| self.is_watched(&entry.at))
            .map(|entry| (&*entry.at, &entry.oid))
            .collect();
        let mut edited: Vec<(PathBuf, Option<Oid>, Option<Arc<str>>)> = Vec::new();
        let mut moved_from: BTreeSet<&Path> = BTreeSet::new();
        for (at, oid) in &tracked {
            let bytes = on_disk(at);
            let is_same = bytes
                .as_ref()
                .is_some_and(|bytes| oid.names_content(bytes) || oid.names_content(&read::with_plain_line_ends(bytes)));
            if !is_same {
                if bytes.is_none() {
                    moved_from.extend(at.parent());
                }
                edited.push(((*at).to_owned(), Some((*oid).clone()), bytes.map(|bytes| text_of(&bytes))));
            }
        }
        // A file that is gone may have got another name.
        for at in moved_from.into_iter().flat_map(files_in) {
            if self.is_watched(&at)
                && !tracked.contains_key(&*at)
                && let Some(bytes) = on_disk(&at)
            {
                edited.push((at, None, Some(text_of(&bytes))));
            }
        }
        // New lists of git are looked for beside and above the files of the change.
        let root = checkout.paths.root();
        let places = self.files.iter().map(|file| root.join(file.path.as_str()));
        let mut folders: BTreeSet<PathBuf> = BTreeSet::from([self.git.top().to_owned()]);
        for place in places {
            let above = place.ancestors().skip(1).take_while(|folder| folder.starts_with(self.git.top()));
            folders.extend(above.map(Path::to_owned));
        }
        for at in folders.iter().flat_map(|folder| [GITIGNORE_NAME, GITATTRIBUTES_NAME].map(|name| folder.join(name))) {
            if !tracked.contains_key(&*at)
                && let Some(bytes) = on_disk(&at)
            {
                edited.push((at, None, Some(text_of(&bytes))));
            }
        }
        let _ = self.blobs.read_all(edited.iter().filter_map(|(_, before, _)| before.clone()));
        for (at, oid, now) in edited {
            let before = self.stored_text(oid.as_ref());
            if before.is_none() == oid.is_none() {
                self.watched.push(WatchedFile { at, before, now });
            } else {
                self.note_unread(&at);
            }
        }
    }

    /// Notes a file whose text is too large, or is not in this clone.
    fn note_unread(&mut self, at: &Path) {
        let path = at.strip_prefix(self.git.top()).unwrap_or(at).display().to_string();
        self.notes.push(format!("`{path}` is not compared with its older text, which cannot be read"));
    }

    /// True for lists of git, and for files that may run lawbook.
    fn is_watched(&self, at: &Path) -> bool {
        let name = at.file_name().unwrap_or_default();
        if name == GITIGNORE_NAME || name == GITATTRIBUTES_NAME {
            return true;
        }
        let path = at.strip_prefix(self.git.top()).ok().and_then(Path::to_str);
        path.is_some_and(|path| may_run_lawbook(&path.replace('\\', "/")))
    }

    fn stored_text(&self, oid: Option<&Oid>) -> Option<Arc<str>> {
        match &*self.blobs.get(oid?).ok()? {
            Blob::Bytes(bytes) => Some(text_of(bytes)),
            Blob::TooLarge(_) | Blob::Missing => None,
        }
    }
}

/// The paths in a folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn on_disk(at: &Path) -> Option<Vec<u8>> {
    let metadata = at.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
    read::whole(at, metadata.len(), MAX_BYTES).ok()
}

fn text_of(bytes: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(bytes).into()
}
