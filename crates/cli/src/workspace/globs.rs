//! The globs of a list in the settings, one by one.

use lawbook_core::glob::{GlobSyntax, PathGlobs};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

/// The glob of a list that matches the path.
pub(crate) fn matching<'g>(globs: &'g [(String, Span)], path: &RelPath) -> Option<&'g (String, Span)> {
    globs.iter().find(|(glob, _)| {
        PathGlobs::new([(glob.as_str(), false)], GlobSyntax::Lawbook).is_ok_and(|globs| globs.matches(path))
    })
}

#[cfg(test)]
mod tests {
    use lawbook_core::settings::Settings;

    use super::*;

    #[test]
    fn tests_are_known_by_the_default_globs() {
        let tests = Settings::default().files.tests;
        assert!(matching(&tests, &RelPath::new("src/a.test.ts")).is_some());
        assert!(matching(&tests, &RelPath::new("src/a.ts")).is_none());
    }
}
