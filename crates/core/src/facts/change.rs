//! A change as rules see it: its files before and after it, as data.

use std::sync::Arc;

use crate::date::Date;
use crate::facts::FileFacts;
use crate::path::RelPath;
use crate::source::SourceFile;

/// A change of files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChangeView {
    /// Its files, in the order of the paths' bytes.
    pub files: Vec<ChangedFile>,
    /// The day on which it is judged; core has no clock.
    pub today: Date,
}

impl ChangeView {
    /// A change of some files, in any order.
    pub fn new(mut files: Vec<ChangedFile>, today: Date) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files, today }
    }
}

/// A file that a change made, changed, moved or deleted.
#[derive(Clone, Debug)]
pub struct ChangedFile {
    /// Its path now, or before the change when it is gone.
    pub path: RelPath,
    /// The file before the change; none for a new one.
    pub before: Option<FileVersion>,
    /// The file after the change; none for one that is gone.
    pub now: Option<FileVersion>,
}

/// One side of a changed file.
#[derive(Clone, Debug)]
pub struct FileVersion {
    /// Its path on this side: before a rename, another one.
    pub path: RelPath,
    /// Its text; none for what is no text or was not read.
    pub source: Option<SourceFile>,
    /// Its facts, where a rule of the plan takes them.
    pub facts: Option<Arc<FileFacts>>,
}
