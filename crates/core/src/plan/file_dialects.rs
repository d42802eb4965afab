//! The dialects of the files of a project.

use std::collections::HashSet;

use crate::ir::Dialect;
use crate::language;
use crate::source::RelPath;

/// The dialects of files, which depend on their paths and the settings alone.
#[derive(Clone, Debug, Default)]
pub struct FileDialects {
    /// By folder, the outermost first, true if fenced code in its Markdown files is checked.
    pub(super) fences: Vec<(RelPath, bool)>,
    /// The paths of rule pages in the project.
    pub(super) pages: HashSet<RelPath>,
}

impl FileDialects {
    /// The dialect of a file; none if it is not checked. Markdown files are checked, for the code in their fences, if
    /// `[files] fences` is set; rule pages are not, since their code violates rules on purpose.
    pub fn of(&self, path: &RelPath) -> Option<&'static Dialect> {
        let host = || language::host_of_path(path).filter(|_| self.has_fences(path) && !self.pages.contains(path));
        language::of_path(path).or_else(host)
    }

    fn has_fences(&self, path: &RelPath) -> bool {
        let holds = |folder: &RelPath| folder.holds(path.as_str());
        self.fences.iter().rfind(|(folder, _)| holds(folder)).is_some_and(|(_, fences)| *fences)
    }
}
