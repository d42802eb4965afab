//! Globs over paths below the root, with one meaning everywhere: `*` crosses `/`, letter case counts unless said otherwise.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::source::RelPath;

/// A set of globs. Without any, nothing matches.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    set: GlobSet,
}

impl Globs {
    /// The set of globs given as (glob, whether letter case counts not). Those that [`check`] refuses match nothing.
    pub fn new<'g>(globs: impl IntoIterator<Item = (&'g str, bool)>) -> Self {
        let mut builder = GlobSetBuilder::new();
        for (glob, case_insensitive) in globs {
            if let Ok(glob) = build(glob, case_insensitive) {
                builder.add(glob);
            }
        }
        Self { set: builder.build().unwrap_or_default() }
    }

    /// Whether one of them matches.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.set.is_match(path.as_str())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

fn build(glob: &str, case_insensitive: bool) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(glob).case_insensitive(case_insensitive).backslash_escape(true).build()
}

/// Says why a glob can match no path below the root.
///
/// # Errors
/// The reason, as a clause about the glob.
pub fn check(glob: &str) -> Result<(), String> {
    if glob.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if glob.starts_with("./") {
        return Err("paths here start without `./`".to_owned());
    }
    if glob.starts_with('/') {
        return Err("paths here are relative to the root and start without `/`".to_owned());
    }
    if glob.split('/').any(|part| part == "..") {
        return Err("nothing above the root is looked at".to_owned());
    }
    build(glob, false).map(drop).map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_match(glob: &str, path: &str, expected: bool) {
        assert_eq!(Globs::new([(glob, false)]).matches(&RelPath::new(path)), expected, "{glob} on {path}");
    }

    #[test]
    fn a_star_crosses_folders() {
        check_match("*.ts", "src/a.ts", true);
        check_match("src/**", "src/a/b.ts", true);
        check_match("**/*.test.*", "a.test.ts", true);
        check_match("**/tests/**", "tests/a.rs", true);
        check_match("src/{a,b}.ts", "src/b.ts", true);
        check_match("SRC/**", "src/a.ts", false);
        assert!(Globs::new([("SRC/**", true)]).matches(&RelPath::new("src/a.ts")));
        assert!(!Globs::default().matches(&RelPath::new("a")));
    }

    #[test]
    fn a_glob_that_can_match_nothing_is_refused() {
        for glob in ["", "./a", "/a", "../a", "a/../b", "[", "{a"] {
            assert!(check(glob).is_err(), "{glob}");
        }
        assert_eq!(check("src/**"), Ok(()));
    }
}
