//! Globs over paths below the root.
//!
//! `*` stops at `/`, `**` does not, and a glob without a `/` is looked for at any depth. The globs of an ast-grep rule
//! keep that tool's meaning: they are whole paths, and `*` crosses `/`.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::source::RelPath;

/// Whose meaning a glob has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// lawbook's.
    Lawbook,
    /// ast-grep's.
    AstGrep,
}

/// A list of globs.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs {
    set: GlobSet,
    globs: Vec<String>,
}

impl PathGlobs {
    /// Compiles globs, each with whether letter case counts not.
    ///
    /// # Errors
    /// The place in the list of the first glob that cannot be read, and why.
    pub fn new<'a>(
        globs: impl IntoIterator<Item = (&'a str, bool)>,
        dialect: Dialect,
    ) -> Result<Self, (usize, String)> {
        let mut builder = GlobSetBuilder::new();
        let mut texts = Vec::new();
        for (at, (glob, case_insensitive)) in globs.into_iter().enumerate() {
            let plain = glob.strip_prefix("./").unwrap_or(glob);
            let whole = match dialect {
                Dialect::Lawbook if !plain.trim_end_matches('/').contains('/') => format!("**/{plain}"),
                _ => plain.to_owned(),
            };
            let compiled =
                build(whole.trim_end_matches('/'), dialect, case_insensitive).map_err(|error| (at, error))?;
            builder.add(compiled);
            texts.push(glob.to_owned());
        }
        let set = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { set, globs: texts })
    }

    /// Whether there is no glob.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Whether a glob matches the path.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.set.is_match(path.as_str())
    }

    /// The first glob that matches the path or a folder that holds it.
    pub fn holding(&self, path: &str) -> Option<&str> {
        if self.globs.is_empty() {
            return None;
        }
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let first = folders.chain([path]).find_map(|part| self.set.matches(part).into_iter().min())?;
        Some(&self.globs[first])
    }
}

fn build(glob: &str, dialect: Dialect, case_insensitive: bool) -> Result<globset::Glob, String> {
    GlobBuilder::new(glob)
        .literal_separator(dialect == Dialect::Lawbook)
        .case_insensitive(case_insensitive)
        .backslash_escape(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

/// Says why a glob can match no path below the root.
///
/// # Errors
/// The reason, as a clause about the glob.
pub fn check(glob: &str) -> Result<(), String> {
    if glob.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if glob.starts_with('/') {
        return Err("paths here are relative to the root and start without `/`".to_owned());
    }
    if glob.split('/').any(|part| part == "..") {
        return Err("nothing above the root is looked at".to_owned());
    }
    build(glob, Dialect::Lawbook, false).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_match(glob: &str, path: &str, expected: bool) {
        let globs = PathGlobs::new([(glob, false)], Dialect::Lawbook).unwrap();
        assert_eq!(globs.matches(&RelPath::new(path)), expected, "{glob} on {path}");
    }

    #[test]
    fn a_star_stops_at_a_slash_and_a_bare_name_is_found_at_any_depth() {
        check_match("src/*.ts", "src/a.ts", true);
        check_match("src/*.ts", "src/b/a.ts", false);
        check_match("src/**", "src/b/a.ts", true);
        check_match("*.ts", "src/b/a.ts", true);
        check_match("./src/*.ts", "src/a.ts", true);
    }

    #[test]
    fn a_folder_excludes_what_it_holds() {
        let globs = PathGlobs::new([("dist/", false), ("gen/**", false)], Dialect::Lawbook).unwrap();
        assert_eq!(globs.holding("a/dist/b/c.ts"), Some("dist/"));
        assert_eq!(globs.holding("gen/c.ts"), Some("gen/**"));
        assert_eq!(globs.holding("a/c.ts"), None);
    }

    #[test]
    fn a_star_of_ast_grep_crosses_slashes() {
        let globs = PathGlobs::new([("src/*.ts", false)], Dialect::AstGrep).unwrap();
        assert!(globs.matches(&RelPath::new("src/b/a.ts")));
        assert_eq!(PathGlobs::new([("a", false), ("[", false)], Dialect::AstGrep).unwrap_err().0, 1);
    }
}
