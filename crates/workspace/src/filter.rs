//! The filter of a search for files: which are excluded, which dialect the others have, and which folders are skipped
//! without being listed.

use lawbook_core::ir::Dialect;
use lawbook_core::plan::{FileDialects, Plan, ScopedGlobs};
use lawbook_core::source::RelPath;

/// Decides which files are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileFilter {
    dialects: FileDialects,
    exclude: ScopedGlobs,
}

impl FileFilter {
    /// The filter of a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { dialects: plan.dialects().clone(), exclude: plan.exclude().clone() }
    }

    /// The dialect of a file; `None` for a file that is not checked.
    pub(crate) fn dialect(&self, path: &RelPath) -> Option<&'static Dialect> {
        self.dialects.of(path)
    }

    /// The glob of `files.exclude` that matches this file or folder, or a folder above it.
    pub(crate) fn excluding(&self, path: &str) -> Option<&str> {
        self.exclude.match_with_parents(path)
    }

    /// True if this file is excluded, or this folder with all of its content. The folders above it are not looked at: a
    /// walk that asks about each folder on its way asks about each only once.
    pub(crate) fn excludes_entry(&self, path: &str, is_folder: bool) -> bool {
        (is_folder && self.exclude.match_all_in(path)) || self.exclude.first_match(path).is_some()
    }
}

#[cfg(test)]
mod tests {
    use lawbook_core::plan::Selection;
    use lawbook_core::settings::Settings;
    use lawbook_core::span::Span;

    use super::*;

    fn filter(glob: &str) -> FileFilter {
        let mut settings = Settings::default();
        settings.files.exclude = vec![(glob.to_owned(), Span::default())];
        let plan = Plan::new(&settings, Vec::new(), &Selection::default()).unwrap();
        FileFilter::new(&plan)
    }

    #[test]
    fn folders_whose_content_is_excluded_are_not_visited() {
        assert!(filter("dist/**").excludes_entry("dist", true));
        assert!(filter("./dist/**/*").excludes_entry("dist", true));
        assert!(filter("**/dist/**").excludes_entry("src/dist", true));
        assert!(filter("dist").excludes_entry("src/dist", true));
        assert!(!filter("dist/**").excludes_entry("src/dist", true));
        assert!(!filter("dist/*.js").excludes_entry("dist", true));
    }

    #[test]
    fn files_are_excluded_with_their_folders() {
        assert_eq!(filter("dist/**").excluding("dist/a/b.js"), Some("dist/**"));
        assert_eq!(filter("dist/").excluding("dist/a.js"), Some("dist/"));
        assert_eq!(filter("src/*.ts").excluding("src/b/a.ts"), None);
    }
}
