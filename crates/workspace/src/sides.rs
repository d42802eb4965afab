//! A change of a run: its files, and their contents before it, which git or the edits of the request give.

use std::collections::BTreeMap;
use std::sync::Arc;

use lawbook_core::report::SkipReason;
use lawbook_core::source::{FileEntry, Files, ReadError, RelPath, SourceFile};

use crate::change::Change;
use crate::content::content_reason;
use crate::files::{DiskFiles, GitFiles};
use crate::filter::FileFilter;

/// A change and the contents of the files before it.
pub(crate) struct ChangeBatch<'w> {
    /// The files of known languages, sorted by path.
    pub(crate) files: Vec<ChangedPath>,
    filter: &'w FileFilter,
    base: BaseSide<'w>,
}

/// One file of a change.
#[derive(Clone, Debug)]
pub(crate) struct ChangedPath {
    /// Its path below the root.
    pub(crate) path: RelPath,
    /// True if it is there after the change.
    pub(crate) is_now: bool,
    /// True if it was there before the change.
    pub(crate) is_before: bool,
}

impl ChangedPath {
    /// True if the change creates it.
    pub(crate) fn is_new(&self) -> bool {
        self.is_now && !self.is_before
    }
}

/// The state before a change.
enum BaseSide<'w> {
    /// A commit or nothing, in git.
    Git { change: Box<Change>, before: GitFiles<'w> },
    /// The disk, with the older texts of the edited files.
    Edits(EditedFiles<'w>),
}

impl<'w> ChangeBatch<'w> {
    /// A change in git.
    pub(crate) fn in_git(change: Change, before: GitFiles<'w>, filter: &'w FileFilter) -> Self {
        let files = change.files.iter().map(|file| ChangedPath {
            path: file.path.clone(),
            is_now: file.now.is_some(),
            is_before: file.before.is_some(),
        });
        Self { files: files.collect(), filter, base: BaseSide::Git { change: Box::new(change), before } }
    }

    /// The edits of some files, sorted by path.
    pub(crate) fn of_edits(files: Vec<ChangedPath>, before: EditedFiles<'w>, filter: &'w FileFilter) -> Self {
        Self { files, filter, base: BaseSide::Edits(before) }
    }

    /// The change as git knows it, with its files before; `None` for edits.
    pub(crate) fn git(&self) -> Option<(&Change, &GitFiles<'w>)> {
        match &self.base {
            BaseSide::Git { change, before } => Some((change, before)),
            BaseSide::Edits(_) => None,
        }
    }

    /// The files before the change.
    pub(crate) fn before(&self) -> &dyn Files {
        match &self.base {
            BaseSide::Git { before, .. } => before,
            BaseSide::Edits(before) => before,
        }
    }

    fn find(&self, path: &RelPath) -> Option<&ChangedPath> {
        self.files.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| &self.files[at])
    }

    /// True if the change brings a file that is left out for its content: it is new, or it was checked before.
    pub(crate) fn brings(&self, path: &RelPath, reason: SkipReason) -> bool {
        let is_of_text = matches!(reason, SkipReason::Generated | SkipReason::Minified);
        self.find(path).is_none_or(|file| !file.is_before || !is_of_text)
    }

    /// True if a file stays checked although its text leaves it out: before the change it was checked.
    pub(crate) fn keeps(&self, source: &SourceFile) -> bool {
        match &self.base {
            BaseSide::Git { change, .. } => change.keeps(self.filter, source),
            BaseSide::Edits(before) => before.text(source.path()).is_some_and(|text| {
                let skip = self.filter.skip(text.path().as_str());
                content_reason(skip, &text).is_none()
            }),
        }
    }
}

/// The files on the disk, with the older contents of some of them.
#[derive(Debug)]
pub(crate) struct EditedFiles<'w> {
    disk: DiskFiles<'w>,
    /// The older contents; `None` where there was no file.
    before: BTreeMap<RelPath, Option<Arc<[u8]>>>,
}

impl<'w> EditedFiles<'w> {
    pub(crate) fn new(disk: DiskFiles<'w>, before: BTreeMap<RelPath, Option<Arc<[u8]>>>) -> Self {
        Self { disk, before }
    }

    /// The older text of an edited file; `None` if there was none, or it cannot be decoded.
    fn text(&self, path: &RelPath) -> Option<SourceFile> {
        SourceFile::decode(path.clone(), self.before.get(path)?.as_ref()?).ok()
    }
}

impl Files for EditedFiles<'_> {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        let others = self.disk.entries().filter(|entry| !self.before.contains_key(&entry.path));
        let mut entries: Vec<FileEntry> =
            others.chain(self.before.keys().filter_map(|path| self.entry(path))).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Box::new(entries.into_iter())
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        match self.before.get(path) {
            Some(bytes) => bytes.as_ref().map(|bytes| FileEntry::regular(path.clone(), bytes.len() as u64)),
            None => self.disk.entry(path),
        }
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        match self.before.get(path) {
            Some(Some(bytes)) if bytes.len() as u64 > max_bytes => Err(ReadError::TooLarge),
            Some(Some(bytes)) => {
                reader(bytes);
                Ok(())
            }
            Some(None) => Err(ReadError::NotFound),
            None => self.disk.read(path, max_bytes, reader),
        }
    }
}
