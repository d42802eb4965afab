//! The files that a change deletes, and the new ones that they have become.

use std::sync::Arc;

use lawbook_core::policy::renames::is_same_file;
use lawbook_core::source::{RelPath, SourceFile};

use crate::files::Blobs;
use crate::git::{Blob, Oid};

/// The number of pairs of a new and a deleted file above which only files of the same name are compared.
const MAX_PAIRS: usize = 1000;

/// The files that were checked before a change and that it deletes.
#[derive(Debug)]
pub(super) struct GoneFiles {
    files: Vec<(RelPath, Oid)>,
    blobs: Arc<Blobs>,
}

impl GoneFiles {
    pub(super) fn new(files: Vec<(RelPath, Oid)>, blobs: Arc<Blobs>) -> Self {
        Self { files, blobs }
    }

    /// The ids of their contents.
    pub(super) fn oids(&self) -> impl Iterator<Item = Oid> {
        self.files.iter().map(|(_, oid)| oid.clone())
    }

    /// True if one of `count` new files is to be compared with any of them.
    pub(super) fn may_have_origin(&self, path: &RelPath, count: usize) -> bool {
        self.candidates(path, count).next().is_some()
    }

    /// The text of the file that one of `count` new files was before: the same or a similar one. Those of the same name,
    /// apart from the extension, come first.
    pub(super) fn origin(&self, now: &SourceFile, count: usize) -> Option<SourceFile> {
        let mut candidates: Vec<&(RelPath, Oid)> = self.candidates(now.path(), count).collect();
        candidates.sort_by_key(|(path, _)| stem(path) != stem(now.path()));
        candidates.into_iter().find_map(|(path, oid)| {
            let before = text(&self.blobs, path, oid)?;
            is_same_file(before.text(), now.text()).then_some(before)
        })
    }

    fn candidates(&self, path: &RelPath, count: usize) -> impl Iterator<Item = &(RelPath, Oid)> {
        let has_many_pairs = self.files.len() * count > MAX_PAIRS;
        self.files.iter().filter(move |(gone, _)| !has_many_pairs || stem(gone) == stem(path))
    }
}

/// The name of a file up to its first dot.
fn stem(path: &RelPath) -> &str {
    path.file_name().split('.').next().unwrap_or_default()
}

/// The stored text of a file; `None` if it cannot be read or decoded.
pub(super) fn text(blobs: &Blobs, path: &RelPath, oid: &Oid) -> Option<SourceFile> {
    match &*blobs.get(oid).ok()? {
        Blob::Bytes(bytes) => SourceFile::decode(path.clone(), bytes).ok(),
        Blob::TooLarge(_) | Blob::Missing => None,
    }
}
