//! The files that a change deletes or rewrites, and the new ones that they have become.

use std::collections::HashSet;
use std::sync::Arc;

use lawbook_core::policy::renames::is_same_file;
use lawbook_core::source::{RelPath, SourceFile};

use super::{ContentLocation, FileInChange};
use crate::files::Blobs;
use crate::git::{Blob, Oid};
use crate::read;

/// The number of pairs of a new and a deleted file above which only files of the same name are compared.
const MAX_PAIRS: usize = 1000;

/// The number of bytes, without white space, from which on a text says from which file it is, whatever the names.
const MIN_TELLING_BYTES: usize = 32;

/// The most files that a change leaves alone and that its new files are compared with.
const MAX_UNCHANGED: usize = 200;

/// The files that were checked before a change and that it deletes, or may rewrite: where the old text is gone, a new file
/// that has it is the old one.
#[derive(Debug)]
pub(super) struct GoneFiles {
    files: Vec<OldFile>,
    texts: ChangeTexts,
}

/// A file that was checked before a change.
#[derive(Debug)]
struct OldFile {
    path: RelPath,
    before: Oid,
    place: PlaceNow,
}

/// The content of an old file after the change.
#[derive(Debug)]
enum PlaceNow {
    /// The change deletes the file.
    Nowhere,
    /// The change leaves it as it was.
    Unchanged,
    /// The change edits it.
    At(ContentLocation),
}

/// The file before a change that a new one is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeOrigin {
    /// Its path before the change.
    pub(crate) path: RelPath,
    /// True if the code is still there too.
    pub(crate) is_copied: bool,
}

/// Reads the texts of a change, stored and on the disk.
#[derive(Clone, Debug)]
pub(super) struct ChangeTexts {
    pub(super) blobs: Arc<Blobs>,
    pub(super) max_file_size: u64,
}

impl ChangeTexts {
    /// The text of a file; `None` if it is too large, or cannot be read or decoded.
    pub(super) fn of(&self, path: &RelPath, place: &ContentLocation) -> Option<SourceFile> {
        match place {
            ContentLocation::Blob(oid) => text(&self.blobs, path, oid),
            ContentLocation::Disk(place) => {
                let bytes = read::whole(&place.at, place.size, self.max_file_size).ok()?;
                let fits = bytes.len() as u64 <= self.max_file_size;
                SourceFile::decode(path.clone(), &bytes).ok().filter(|_| fits)
            }
        }
    }
}

impl GoneFiles {
    pub(super) fn new<'f>(files: impl Iterator<Item = &'f FileInChange>, texts: ChangeTexts) -> Self {
        let checked_before = files.filter(|file| file.was_in_place).filter_map(|file| {
            let (path, before) = (file.path.clone(), file.before.clone()?);
            Some(OldFile { path, before, place: file.now.clone().map_or(PlaceNow::Nowhere, PlaceNow::At) })
        });
        Self { files: checked_before.collect(), texts }
    }

    /// Adds files that the change leaves as they were, so that copies of them are found.
    pub(super) fn add_unchanged(&mut self, files: impl IntoIterator<Item = (RelPath, Oid)>) {
        let known: HashSet<RelPath> = self.files.iter().map(|file| file.path.clone()).collect();
        let unchanged = files.into_iter().filter(|(path, _)| !known.contains(path)).take(MAX_UNCHANGED);
        self.files.extend(unchanged.map(|(path, before)| OldFile { path, before, place: PlaceNow::Unchanged }));
    }

    /// The ids of their contents.
    pub(super) fn oids(&self) -> impl Iterator<Item = Oid> {
        self.files.iter().map(|file| file.before.clone())
    }

    /// True if one of `count` new files is to be compared with any of them.
    pub(super) fn may_have_origin(&self, path: &RelPath, count: usize) -> bool {
        self.candidates(path, count).next().is_some()
    }

    /// The text of the file that one of `count` new files was before: the same or a similar one. Those of the same name,
    /// apart from the extension, come first.
    pub(super) fn origin(&self, now: &SourceFile, count: usize) -> Option<SourceFile> {
        let mut like = self.like(now, count, |_| true);
        like.find(|(file, before)| self.is_gone(file, before)).map(|(_, before)| before)
    }

    /// The file that one of `count` new files was before, or else one whose code it has, if that `is_wanted`.
    pub(super) fn origin_or_model(
        &self,
        now: &SourceFile,
        count: usize,
        is_wanted: &dyn Fn(&RelPath) -> bool,
    ) -> Option<CodeOrigin> {
        let (path, is_copied) = match self.origin(now, count) {
            Some(before) => (before.path().clone(), false),
            None => (self.like(now, count, is_wanted).next()?.1.path().clone(), true),
        };
        is_wanted(&path).then_some(CodeOrigin { path, is_copied })
    }

    /// The old files with the same or a similar text, and that text, those of the same name first.
    fn like<'f>(
        &'f self,
        now: &'f SourceFile,
        count: usize,
        is_wanted: impl Fn(&RelPath) -> bool,
    ) -> impl Iterator<Item = (&'f OldFile, SourceFile)> {
        let mut candidates: Vec<&OldFile> = self.candidates(now.path(), count).collect();
        candidates.retain(|file| is_wanted(&file.path));
        candidates.sort_by_key(|file| stem(&file.path) != stem(now.path()));
        candidates.into_iter().filter_map(|file| {
            let before = text(&self.texts.blobs, &file.path, &file.before)?;
            let letters = before.text().bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
            let is_telling = letters >= MIN_TELLING_BYTES || letters > 0 && stem(&file.path) == stem(now.path());
            (is_telling && is_same_file(before.text(), now.text())).then_some((file, before))
        })
    }

    /// True if nothing of the old text is left where it was, or too little to be the same file.
    fn is_gone(&self, file: &OldFile, before: &SourceFile) -> bool {
        match &file.place {
            PlaceNow::Nowhere => true,
            PlaceNow::Unchanged => false,
            PlaceNow::At(place) => {
                let now = self.texts.of(&file.path, place);
                now.is_some_and(|now| !is_same_file(before.text(), now.text()))
            }
        }
    }

    /// The old files that one of `count` new files is compared with.
    pub(super) fn candidate_paths(&self, path: &RelPath, count: usize) -> impl Iterator<Item = &RelPath> {
        self.candidates(path, count).map(|file| &file.path)
    }

    fn candidates(&self, path: &RelPath, count: usize) -> impl Iterator<Item = &OldFile> {
        let has_many_pairs = self.files.len() * count > MAX_PAIRS;
        self.files.iter().filter(move |file| !has_many_pairs || stem(&file.path) == stem(path))
    }
}

/// The name of a file up to its first dot.
pub(super) fn stem(path: &RelPath) -> &str {
    path.file_name().split('.').next().unwrap_or_default()
}

/// The stored text of a file; `None` if it cannot be read or decoded.
pub(super) fn text(blobs: &Blobs, path: &RelPath, oid: &Oid) -> Option<SourceFile> {
    match &*blobs.get(oid).ok()? {
        Blob::Bytes(bytes) => SourceFile::decode(path.clone(), bytes).ok(),
        Blob::TooLarge(_) | Blob::Missing => None,
    }
}
