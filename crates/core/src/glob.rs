//! Globs over paths below the root.
//!
//! `*` stops at `/`, `**` does not, and a glob without a `/` is looked for at any depth. The globs of an ast-grep rule
//! keep that tool's meaning: they are whole paths, and `*` crosses `/`.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::path::RelPath;

/// Whose meaning a glob has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobSyntax {
    /// lawbook's.
    Lawbook,
    /// ast-grep's.
    AstGrep,
}

/// A list of globs.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs {
    globs: Vec<PathGlob>,
}

/// One glob. Its matcher is built for the first path that could match: building all takes longer than a small run.
#[derive(Clone, Debug)]
struct PathGlob {
    text: String,
    parsed: Glob,
    /// What every path holds that it matches.
    needed: String,
    matcher: OnceLock<GlobMatcher>,
}

/// Up to this length a glob is never too large for a matcher.
const MAX_UNCHECKED_GLOB_BYTES: usize = 200;

impl PathGlob {
    fn new(text: &str, dialect: GlobSyntax, case_insensitive: bool) -> Result<Self, String> {
        let plain = text.strip_prefix("./").unwrap_or(text);
        let whole = match dialect {
            GlobSyntax::Lawbook if !plain.trim_end_matches('/').contains('/') => format!("**/{plain}"),
            _ => plain.to_owned(),
        };
        let whole = whole.trim_end_matches('/');
        let parsed = build(whole, dialect, case_insensitive)?;
        if whole.len() > MAX_UNCHECKED_GLOB_BYTES {
            globset::GlobSet::new([parsed.clone()]).map_err(|error| error.to_string())?;
        }
        let needed = if case_insensitive { String::new() } else { longest_plain_part(whole) };
        Ok(Self { text: text.to_owned(), parsed, needed, matcher: OnceLock::new() })
    }

    fn matches(&self, path: &str) -> bool {
        path.contains(&self.needed) && self.matcher.get_or_init(|| self.parsed.compile_matcher()).is_match(path)
    }
}

/// The longest text of a glob that stands in every path as it is: between slashes, outside of all that has a meaning.
fn longest_plain_part(glob: &str) -> String {
    let (mut longest, mut part) = (String::new(), String::new());
    // Of a class: how many characters it has so far.
    let (mut braces, mut class, mut escaped) = (0_usize, None, false);
    for c in glob.chars().chain(['/']) {
        let is_plain =
            !escaped && class.is_none() && braces == 0 && !matches!(c, '/' | '*' | '?' | '[' | ']' | '{' | '}' | '\\');
        if is_plain {
            part.push(c);
            continue;
        }
        if part.len() > longest.len() {
            longest.clone_from(&part);
        }
        part.clear();
        class = match (class, c) {
            (None, '[') if !escaped => Some(0),
            // A class may begin with its own sign of an end.
            (Some(0), '!' | '^') => Some(0),
            (Some(1..), ']') | (None, _) => None,
            (Some(count), _) => Some(count + 1),
        };
        if class.is_none() && !escaped {
            match c {
                '{' => braces += 1,
                '}' => braces = braces.saturating_sub(1),
                _ => {}
            }
        }
        escaped = !escaped && class.is_none() && c == '\\';
    }
    longest
}

impl PathGlobs {
    /// Reads globs, each with whether letter case counts not.
    ///
    /// # Errors
    /// The place in the list of the first glob that cannot be read, and why.
    pub fn new<'a>(
        globs: impl IntoIterator<Item = (&'a str, bool)>,
        dialect: GlobSyntax,
    ) -> Result<Self, (usize, String)> {
        let one = |(at, (text, case_insensitive))| {
            PathGlob::new(text, dialect, case_insensitive).map_err(|reason| (at, reason))
        };
        Ok(Self { globs: globs.into_iter().enumerate().map(one).collect::<Result<_, _>>()? })
    }

    /// Whether there is no glob.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Whether a glob matches the path.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.globs.iter().any(|glob| glob.matches(path.as_str()))
    }

    /// The first glob that matches the path or a folder that holds it.
    pub fn match_with_parents(&self, path: &str) -> Option<&str> {
        if self.globs.is_empty() {
            return None;
        }
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.chain([path]).find_map(|part| self.globs.iter().find(|glob| glob.matches(part))).map(|glob| &*glob.text)
    }
}

fn build(glob: &str, dialect: GlobSyntax, case_insensitive: bool) -> Result<Glob, String> {
    GlobBuilder::new(glob)
        .literal_separator(dialect == GlobSyntax::Lawbook)
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
    build(glob, GlobSyntax::Lawbook, false).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_match(glob: &str, path: &str, expected: bool) {
        let globs = PathGlobs::new([(glob, false)], GlobSyntax::Lawbook).unwrap();
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
    fn what_a_path_must_hold_for_a_glob_hides_no_match() {
        let globs = [
            "**/*.test.*",
            "src/**/a.ts",
            "**/pages/**",
            "a[/]b",
            "[]xxxxx]y.ts",
            "[!]xxxxx]y.ts",
            "[!a]bc",
            "{src,lib}/*.rs",
            "\\*.ts",
            "a{b,c[}]}d",
            "x/{a/b,c}/d",
            "**",
            "*",
            "a?c",
            "**/{page,layout}.*",
            "src",
            "é*",
            "[a-]z",
            "[^b]z",
        ];
        let paths = [
            "a.test.ts",
            "src/a.ts",
            "src/b/c/a.ts",
            "pages/x",
            "a/pages/y",
            "a/b",
            "]y.ts",
            "xy.ts",
            "bbc",
            "lib/a.rs",
            "*.ts",
            "abd",
            "ac}d",
            "x/a/b/d",
            "x/c/d",
            "abc",
            "page.tsx",
            "q/layout.js",
            "src",
            "éa",
            "az",
            "-z",
            "cz",
            "",
        ];
        for glob in globs {
            let own = PathGlobs::new([(glob, false)], GlobSyntax::AstGrep).unwrap();
            let twin = build(glob, GlobSyntax::AstGrep, false).unwrap().compile_matcher();
            for path in paths {
                assert_eq!(own.matches(&RelPath::new(path)), twin.is_match(path), "{glob} on {path}");
            }
        }
    }

    #[test]
    fn a_folder_excludes_what_it_holds() {
        let globs = PathGlobs::new([("dist/", false), ("gen/**", false)], GlobSyntax::Lawbook).unwrap();
        assert_eq!(globs.match_with_parents("a/dist/b/c.ts"), Some("dist/"));
        assert_eq!(globs.match_with_parents("gen/c.ts"), Some("gen/**"));
        assert_eq!(globs.match_with_parents("a/c.ts"), None);
    }

    #[test]
    fn a_star_of_ast_grep_crosses_slashes() {
        let globs = PathGlobs::new([("src/*.ts", false)], GlobSyntax::AstGrep).unwrap();
        assert!(globs.matches(&RelPath::new("src/b/a.ts")));
        assert_eq!(PathGlobs::new([("a", false), ("[", false)], GlobSyntax::AstGrep).unwrap_err().0, 1);
    }
}
