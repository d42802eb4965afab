//! What the files of a project are read as.

use std::collections::HashSet;

use crate::ir::Dialect;
use crate::language;
use crate::source::RelPath;

/// What files are read as, by their paths and the settings alone.
#[derive(Clone, Debug, Default)]
pub struct FileDialects {
    /// True when fenced code in Markdown files is checked.
    pub(super) fences: bool,
    /// The pages of the packs that stand in the project.
    pub(super) pages: HashSet<RelPath>,
}

impl FileDialects {
    /// The dialect that a file is read as; none for one that is not checked. Markdown is checked, for the code in its
    /// fences, where `[files] fences` says so, but for the pages of rules, whose code is wrong on purpose.
    pub fn of(&self, path: &RelPath) -> Option<&'static Dialect> {
        let host = || language::host_of_path(path).filter(|_| self.fences && !self.pages.contains(path));
        language::of_path(path).or_else(host)
    }
}
