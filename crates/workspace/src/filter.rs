//! The filter of a search for files: which are excluded, which dialect the others have, and which folders are skipped
//! without being listed.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use lawbook_core::glob::PathGlobs;
use lawbook_core::ir::Dialect;
use lawbook_core::plan::{FileDialects, Plan};
use lawbook_core::settings::Settings;
use lawbook_core::source::RelPath;

/// Decides which files are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileFilter {
    dialects: FileDialects,
    exclude: PathGlobs,
    /// The folders whose whole content is excluded: `dist` for the glob `dist/**`, which itself does not match `dist`.
    folders: GlobSet,
}

impl FileFilter {
    /// The filter for some settings and the plan that was made from them.
    pub(crate) fn new(settings: &Settings, plan: &Plan) -> Self {
        let globs = &settings.files.exclude;
        let mut folders = GlobSetBuilder::new();
        for (glob, _) in globs {
            let plain = glob.strip_prefix("./").unwrap_or(glob);
            let folder = plain.strip_suffix("/**/*").or_else(|| plain.strip_suffix("/**"));
            if let Some(Ok(folder)) = folder.map(|folder| GlobBuilder::new(folder).literal_separator(true).build()) {
                folders.add(folder);
            }
        }
        Self {
            dialects: plan.dialects().clone(),
            exclude: plan.exclude().clone(),
            folders: folders.build().unwrap_or_default(),
        }
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
        (is_folder && self.folders.is_match(path)) || self.exclude.first_match(path).is_some()
    }
}

#[cfg(test)]
mod tests {
    use lawbook_core::plan::Selection;
    use lawbook_core::span::Span;

    use super::*;

    fn filter(glob: &str) -> FileFilter {
        let mut settings = Settings::default();
        settings.files.exclude = vec![(glob.to_owned(), Span::default())];
        let plan = Plan::new(&settings, Vec::new(), &Selection::default()).unwrap();
        FileFilter::new(&settings, &plan)
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
