//! The globs of `[files]`: which files are left out, and which hold tests.

use globset::{GlobBuilder, GlobMatcher};
use lawbook_core::mistake::{Mistake, Mistakes};
use lawbook_core::settings::Settings;
use lawbook_core::span::Span;

/// One glob with its place in the settings.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    /// As it was written.
    pub(crate) written: String,
    /// Where; empty for one that nobody wrote.
    pub(crate) span: Span,
    matcher: GlobMatcher,
    /// What it says of a folder: `dist/**` leaves out all of `dist`.
    folder: GlobMatcher,
}

/// The globs of `[files]`, compiled. `*` stops at a `/`; all are relative to the root.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileGlobs {
    exclude: Vec<Glob>,
    tests: Vec<Glob>,
}

impl FileGlobs {
    /// Compiles them.
    ///
    /// # Errors
    /// Every glob that cannot be read.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Mistakes::new(settings.path.clone(), settings.text.clone());
        let mut compile_all = |globs: &[(String, Span)]| -> Vec<Glob> {
            globs.iter().filter_map(|(glob, span)| compile(glob, *span, &mut mistakes)).collect()
        };
        let globs = Self { exclude: compile_all(&settings.files.exclude), tests: compile_all(&settings.files.tests) };
        if mistakes.is_empty() { Ok(globs) } else { Err(mistakes.into_vec()) }
    }

    /// Whether nothing is excluded.
    pub(crate) fn excludes_nothing(&self) -> bool {
        self.exclude.is_empty()
    }

    /// The glob that leaves out this file or folder, itself or by a folder above it.
    pub(crate) fn excluding(&self, path: &str) -> Option<&Glob> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        self.exclude
            .iter()
            .find(|glob| glob.matcher.is_match(path) || folders.clone().any(|folder| glob.folder.is_match(folder)))
    }

    /// The glob that leaves out this folder with all that is in it.
    pub(crate) fn excluding_folder(&self, path: &str) -> Option<&Glob> {
        self.exclude.iter().find(|glob| glob.folder.is_match(path))
    }

    /// The glob that makes this file one of tests.
    pub(crate) fn testing(&self, path: &str) -> Option<&Glob> {
        self.tests.iter().find(|glob| glob.matcher.is_match(path))
    }
}

/// Whether one of the globs, as written in an override, holds for the path.
pub(crate) fn any_matches(globs: &[(String, Span)], path: &str) -> bool {
    globs.iter().any(|(glob, _)| {
        let plain = glob.strip_prefix("./").unwrap_or(glob);
        let built = GlobBuilder::new(plain).literal_separator(true).build();
        built.is_ok_and(|built| built.compile_matcher().is_match(path))
    })
}

fn compile(written: &str, span: Span, mistakes: &mut Mistakes) -> Option<Glob> {
    let plain = written.strip_prefix("./").unwrap_or(written);
    let folder = plain.trim_end_matches("/**/*").trim_end_matches("/**").trim_end_matches('/');
    let mut build = |glob: &str| match GlobBuilder::new(glob).literal_separator(true).build() {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(error) => {
            mistakes.add(span, format!("this glob cannot be read: {}", error.kind()));
            None
        }
    };
    let (matcher, folder) = (build(plain)?, build(folder)?);
    Some(Glob { written: written.to_owned(), span, matcher, folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_excluded(glob: &str, path: &str, expected: bool) {
        let mut settings = Settings::default();
        settings.files.exclude = vec![(glob.to_owned(), Span::default())];
        let globs = FileGlobs::new(&settings).unwrap();
        assert_eq!(globs.excluding(path).is_some(), expected, "{glob} on {path}");
    }

    #[test]
    fn excludes_are_relative_to_the_root() {
        check_excluded("dist/**", "dist/a/b.js", true);
        check_excluded("dist/**", "src/dist/a.js", false);
        check_excluded("**/dist/**", "src/dist/a.js", true);
        check_excluded("dist", "dist/a.js", true);
        check_excluded("dist/", "dist/a.js", true);
        check_excluded("*.min.js", "src/a.min.js", false);
        check_excluded("**/*.min.js", "src/a.min.js", true);
        check_excluded("./src/*.ts", "src/a.ts", true);
        check_excluded("src/*.ts", "src/b/a.ts", false);
    }

    #[test]
    fn tests_are_known_by_the_default_globs() {
        let globs = FileGlobs::new(&Settings::default()).unwrap();
        assert!(globs.testing("src/a.test.ts").is_some());
        assert!(globs.testing("tests/a.ts").is_some());
        assert!(globs.testing("src/a.ts").is_none());
    }

    #[test]
    fn a_glob_that_cannot_be_read_is_a_mistake() {
        let mut settings = Settings::default();
        settings.files.exclude = vec![("a{b".to_owned(), Span::default())];
        assert_eq!(FileGlobs::new(&settings).unwrap_err().len(), 1);
    }
}
