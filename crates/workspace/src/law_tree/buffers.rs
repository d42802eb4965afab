//! Texts of files that an editor holds and that are not on the disk yet, over another tree.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::existing;
use crate::law_tree::{LawTree, PathKind};

/// Texts over the files of another tree. A text may be that of a file, or of a folder of files, which the other tree lacks.
#[derive(Debug)]
pub(crate) struct BufferTree {
    /// The tree below the texts.
    pub(crate) below: LawTree,
    /// The texts by absolute path, without symbolic links.
    texts: BTreeMap<PathBuf, Arc<str>>,
    /// The folders of the texts and all above them.
    folders: BTreeSet<PathBuf>,
}

impl BufferTree {
    /// Lays texts over a tree. The paths are absolute.
    pub(crate) fn new(below: LawTree, texts: impl IntoIterator<Item = (PathBuf, Arc<str>)>) -> Self {
        let texts: BTreeMap<PathBuf, Arc<str>> =
            texts.into_iter().map(|(at, text)| (existing::resolve(&at), text)).collect();
        let folders = texts.keys().flat_map(|at| at.ancestors().skip(1)).map(Path::to_owned).collect();
        Self { below, texts, folders }
    }

    /// The absolute paths of the texts, without symbolic links.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.texts.keys()
    }

    /// True if there is a text for a path without symbolic links.
    pub(crate) fn has(&self, at: &Path) -> bool {
        self.texts.contains_key(at)
    }

    pub(super) fn kind(&self, at: &Path) -> PathKind {
        match self.below.kind(at) {
            PathKind::Missing if self.has(at) => PathKind::File,
            PathKind::Missing if self.folders.contains(at) => PathKind::Folder,
            kind => kind,
        }
    }

    pub(super) fn resolve(&self, at: &Path) -> io::Result<PathBuf> {
        self.below.resolve(at).or_else(|error| {
            let resolved = existing::resolve(at);
            let is_there = self.has(&resolved) || self.folders.contains(&resolved);
            is_there.then_some(resolved).ok_or(error)
        })
    }

    pub(super) fn children(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let own = self.texts.keys().chain(&self.folders).filter(|at| at.parent() == Some(folder));
        super::with_present(own.cloned().collect(), self.below.children(folder))
    }

    pub(super) fn read(&self, at: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
        match self.texts.get(at) {
            Some(text) if text.len() as u64 <= max_bytes => Ok(text.as_bytes().to_vec()),
            Some(_) => Err(super::not_regular(max_bytes)),
            None => self.below.read(at, max_bytes),
        }
    }
}
