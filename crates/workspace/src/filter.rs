//! Which files are checked, while they are being looked for: what the plan leaves out and what it reads the others as, and
//! which folders need no visit.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use lawbook_core::glob::PathGlobs;
use lawbook_core::ir::Dialect;
use lawbook_core::plan::{FileDialects, Plan};
use lawbook_core::settings::Settings;
use lawbook_core::source::RelPath;

/// Which files are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileFilter {
    dialects: FileDialects,
    exclude: PathGlobs,
    /// `dist/**` says nothing of `dist` itself, yet nothing in there is wanted.
    folders: GlobSet,
}

impl FileFilter {
    /// The filter of settings, with what the plan made of them.
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

    /// The dialect that a file is read as; none for one that is not checked.
    pub(crate) fn dialect(&self, path: &RelPath) -> Option<&'static Dialect> {
        self.dialects.of(path)
    }

    /// Whether nothing is excluded.
    pub(crate) fn excludes_nothing(&self) -> bool {
        self.exclude.is_empty()
    }

    /// The glob that leaves out this file or folder, itself or by a folder above it.
    pub(crate) fn excluding(&self, path: &str) -> Option<&str> {
        self.exclude.match_with_parents(path)
    }

    /// Whether this folder is left out with all that is in it.
    pub(crate) fn excludes_folder(&self, path: &str) -> bool {
        self.folders.is_match(path) || self.exclude.match_with_parents(path).is_some()
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
    fn folders_that_hold_nothing_wanted_are_not_visited() {
        assert!(filter("dist/**").excludes_folder("dist"));
        assert!(filter("./dist/**/*").excludes_folder("dist"));
        assert!(filter("**/dist/**").excludes_folder("src/dist"));
        assert!(filter("dist").excludes_folder("src/dist"));
        assert!(!filter("dist/**").excludes_folder("src/dist"));
        assert!(!filter("dist/*.js").excludes_folder("dist"));
    }

    #[test]
    fn files_are_left_out_with_their_folders() {
        assert_eq!(filter("dist/**").excluding("dist/a/b.js"), Some("dist/**"));
        assert_eq!(filter("dist/").excluding("dist/a.js"), Some("dist/"));
        assert_eq!(filter("src/*.ts").excluding("src/b/a.ts"), None);
    }
}
