//! The view of rules on a change: its files before and after it.

use std::sync::Arc;

use crate::date::Date;
use crate::facts::FileFacts;
use crate::path::RelPath;
use crate::source::SourceFile;

/// A change: a set of files that were added, edited, moved or deleted together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChangeView {
    /// Its files, ordered by the bytes of their paths.
    pub files: Vec<ChangedFile>,
    /// The current day; core reads no clock.
    pub today: Date,
}

impl ChangeView {
    /// A change of files, given in any order.
    pub fn new(mut files: Vec<ChangedFile>, today: Date) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files, today }
    }
}

/// A file that a change added, edited, moved or deleted.
#[derive(Clone, Debug)]
pub struct ChangedFile {
    /// Its path after the change; that before the change if it was deleted.
    pub path: RelPath,
    /// The file before the change; none if it was added.
    pub before: Option<FileVersion>,
    /// The file after the change; none if it was deleted.
    pub now: Option<FileVersion>,
}

/// A changed file before or after the change.
#[derive(Clone, Debug)]
pub struct FileVersion {
    /// Its path in this version: before a rename, the old one.
    pub path: RelPath,
    /// Its text; none if it is not a text file or was not read.
    pub source: Option<SourceFile>,
    /// Its facts, if a rule of the plan needs them.
    pub facts: Option<Arc<FileFacts>>,
}
