//! The globs of `[files]` while files are being looked for: the plan's own meaning of them, and which folders need no visit.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use lawbook_core::glob::{Dialect, PathGlobs};
use lawbook_core::settings::Settings;
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

/// What is left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileGlobs {
    exclude: PathGlobs,
    /// `dist/**` says nothing of `dist` itself, yet nothing in there is wanted.
    folders: GlobSet,
}

impl FileGlobs {
    /// The globs of settings, with what the plan made of them.
    pub(crate) fn new(settings: &Settings, exclude: PathGlobs) -> Self {
        let globs = &settings.files.exclude;
        let mut folders = GlobSetBuilder::new();
        for (glob, _) in globs {
            let plain = glob.strip_prefix("./").unwrap_or(glob);
            let folder = plain.strip_suffix("/**/*").or_else(|| plain.strip_suffix("/**"));
            if let Some(Ok(folder)) = folder.map(|folder| GlobBuilder::new(folder).literal_separator(true).build()) {
                folders.add(folder);
            }
        }
        Self { exclude, folders: folders.build().unwrap_or_default() }
    }

    /// Whether nothing is excluded.
    pub(crate) fn excludes_nothing(&self) -> bool {
        self.exclude.is_empty()
    }

    /// The glob that leaves out this file or folder, itself or by a folder above it.
    pub(crate) fn excluding(&self, path: &str) -> Option<&str> {
        self.exclude.holding(path)
    }

    /// Whether this folder is left out with all that is in it.
    pub(crate) fn excludes_folder(&self, path: &str) -> bool {
        self.folders.is_match(path) || self.exclude.holding(path).is_some()
    }
}

/// The glob of a list that matches the path.
pub(crate) fn matching<'g>(globs: &'g [(String, Span)], path: &RelPath) -> Option<&'g (String, Span)> {
    globs.iter().find(|(glob, _)| {
        PathGlobs::new([(glob.as_str(), false)], Dialect::Lawbook).is_ok_and(|globs| globs.matches(path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(glob: &str) -> FileGlobs {
        let mut settings = Settings::default();
        settings.files.exclude = vec![(glob.to_owned(), Span::default())];
        FileGlobs::new(&settings, PathGlobs::new([(glob, false)], Dialect::Lawbook).unwrap())
    }

    #[test]
    fn folders_that_hold_nothing_wanted_are_not_visited() {
        assert!(globs("dist/**").excludes_folder("dist"));
        assert!(globs("./dist/**/*").excludes_folder("dist"));
        assert!(globs("**/dist/**").excludes_folder("src/dist"));
        assert!(globs("dist").excludes_folder("src/dist"));
        assert!(!globs("dist/**").excludes_folder("src/dist"));
        assert!(!globs("dist/*.js").excludes_folder("dist"));
    }

    #[test]
    fn files_are_left_out_with_their_folders() {
        assert_eq!(globs("dist/**").excluding("dist/a/b.js"), Some("dist/**"));
        assert_eq!(globs("dist/").excluding("dist/a.js"), Some("dist/"));
        assert_eq!(globs("src/*.ts").excluding("src/b/a.ts"), None);
    }

    #[test]
    fn tests_are_known_by_the_default_globs() {
        let tests = Settings::default().files.tests;
        assert!(matching(&tests, &RelPath::new("src/a.test.ts")).is_some());
        assert!(matching(&tests, &RelPath::new("src/a.ts")).is_none());
    }
}
