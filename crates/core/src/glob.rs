//! Globs over paths relative to the root.
//!
//! `*` does not match `/`, `**` does, and a glob without a `/` matches at any depth (`*.ts` means `**/*.ts`). The globs
//! of an ast-grep rule keep that tool's meaning: they match whole paths, and `*` matches `/` too.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::path::RelPath;
use crate::span::Span;

/// The rules by which a glob is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobSyntax {
    /// lawbook's rules.
    Lawbook,
    /// ast-grep's rules.
    AstGrep,
}

/// A list of globs.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs {
    globs: Vec<PathGlob>,
}

/// One glob. Its matcher is built when the first path could match: building the matchers of all globs takes longer than
/// a small run.
#[derive(Clone, Debug)]
struct PathGlob {
    text: String,
    parsed: Glob,
    /// A text that every matching path starts with. A path without it is rejected at once.
    start: String,
    /// A text that every matching path contains. A path without it is rejected without the matcher.
    needed: String,
    matcher: OnceLock<GlobMatcher>,
}

/// The length in bytes up to which a glob always fits into a matcher, so that building one need not be tried.
const MAX_UNCHECKED_GLOB_BYTES: usize = 200;

/// The maximum number of `{` in a glob. globset parses and drops alternatives within alternatives by recursion, so that
/// deep ones would overflow the stack.
const MAX_GLOB_BRACES: usize = 1_000;

impl PathGlob {
    fn new(text: &str, syntax: GlobSyntax, case_insensitive: bool) -> Result<Self, String> {
        let plain = text.strip_prefix("./").unwrap_or(text);
        let whole = match syntax {
            GlobSyntax::Lawbook if !plain.trim_end_matches('/').contains('/') => format!("**/{plain}"),
            _ => plain.to_owned(),
        };
        let whole = whole.trim_end_matches('/');
        let parsed = build(whole, syntax, case_insensitive)?;
        if whole.len() > MAX_UNCHECKED_GLOB_BYTES {
            globset::GlobSet::new([parsed.clone()]).map_err(|error| error.to_string())?;
        }
        let (start, needed) = if case_insensitive {
            (String::new(), String::new())
        } else {
            (plain_start(whole), longest_plain_part(whole))
        };
        Ok(Self { text: text.to_owned(), parsed, start, needed, matcher: OnceLock::new() })
    }

    fn matches(&self, path: &str) -> bool {
        path.starts_with(&self.start)
            && path.contains(&self.needed)
            && self.matcher.get_or_init(|| self.parsed.compile_matcher()).is_match(path)
    }
}

/// The start of a glob before its first wildcard, class, brace or escape, without a slash at its end: what follows it may
/// match nothing.
fn plain_start(glob: &str) -> String {
    let end = glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len());
    glob[..end].trim_end_matches('/').to_owned()
}

/// The longest part of a glob that every matching path contains verbatim: text between slashes without wildcards,
/// classes, braces and escapes.
fn longest_plain_part(glob: &str) -> String {
    let (mut longest, mut part) = (String::new(), String::new());
    // `class` is the number of characters so far in the class (`[…]`) that is open, if one is.
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
            // `]` directly after `[` or `[!` is a member of the class and does not close it.
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
    /// Parses globs; the flag of each is true if it ignores letter case.
    ///
    /// # Errors
    /// The index of the first glob that cannot be parsed, and the reason.
    pub fn new<'a>(
        globs: impl IntoIterator<Item = (&'a str, bool)>,
        syntax: GlobSyntax,
    ) -> Result<Self, (usize, String)> {
        let one = |(at, (text, case_insensitive))| {
            PathGlob::new(text, syntax, case_insensitive).map_err(|reason| (at, reason))
        };
        Ok(Self { globs: globs.into_iter().enumerate().map(one).collect::<Result<_, _>>()? })
    }

    /// True if the list is empty.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// True if one of the globs matches the path.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.globs.iter().any(|glob| glob.matches(path.as_str()))
    }

    /// The text of the first glob that matches the path itself.
    pub fn first_match(&self, path: &str) -> Option<&str> {
        self.globs.iter().find(|glob| glob.matches(path)).map(|glob| &*glob.text)
    }

    /// The text of the first glob that matches the path or one of its parent folders.
    pub fn match_with_parents(&self, path: &str) -> Option<&str> {
        if self.globs.is_empty() {
            return None;
        }
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.chain([path]).find_map(|part| self.first_match(part))
    }
}

fn build(glob: &str, syntax: GlobSyntax, case_insensitive: bool) -> Result<Glob, String> {
    if glob.matches('{').count() > MAX_GLOB_BRACES {
        return Err(format!("it has more than {MAX_GLOB_BRACES} braces"));
    }
    GlobBuilder::new(glob)
        .literal_separator(syntax == GlobSyntax::Lawbook)
        .case_insensitive(case_insensitive)
        .backslash_escape(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

/// The size of a glob: four, and one for each of its wildcards, alternatives and members of classes, or a few more. What
/// is built of it takes some hundred bytes for each.
pub(crate) fn size(glob: &str) -> usize {
    let (mut size, mut chars) = (4, glob.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '*' | '?' | '{' | ',' => size += 1,
            '[' => {
                // A `]` that comes first is a member, as in `[!]a]`.
                let members = chars.as_str().trim_start_matches(['!', '^']);
                let first = members.chars().next().map_or(0, char::len_utf8);
                let (members, rest) =
                    members.split_at(first + members[first..].find(']').unwrap_or(members.len() - first));
                size += 1 + members.chars().count();
                chars = rest.chars();
            }
            _ => {}
        }
    }
    size
}

/// Checks that a glob of a configuration or page can match a path relative to the root.
///
/// # Errors
/// The reason why it cannot, as a clause about the glob.
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

/// The first glob of a list of the settings that matches the path.
pub fn first_match<'g>(globs: &'g [(String, Span)], path: &RelPath) -> Option<&'g (String, Span)> {
    globs.iter().find(|(glob, _)| {
        PathGlobs::new([(glob.as_str(), false)], GlobSyntax::Lawbook).is_ok_and(|globs| globs.matches(path))
    })
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
    fn the_needed_text_of_a_glob_rejects_no_matching_path() {
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
            "src/**",
            "src/*/a.ts",
            "src{,/x}",
            "a\\bc",
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
    fn the_size_of_a_glob_grows_with_what_is_built_of_it() {
        for (glob, expected) in [
            ("src/a.ts", 4),
            ("**/*.{ts,js}", 9),
            ("[abc]d", 8),
            ("[]abc]d", 9),
            ("[!]abc]*", 10),
            ("\\[[]abc]", 9),
            ("a,\\", 5),
            ("[", 5),
            ("[é", 6),
        ] {
            assert_eq!(size(glob), expected, "{glob}");
        }
    }

    #[test]
    fn alternatives_of_any_depth_overflow_no_stack() {
        for count in [100, 1_000, 1_001, 300_000] {
            for (open, close) in [("{a,", "}"), ("{", "}"), ("{a,[}]", ""), ("a/{**,", "}")] {
                let glob = open.repeat(count) + &close.repeat(count);
                let read = PathGlobs::new([(&*glob, false)], GlobSyntax::Lawbook);
                assert!(read.is_err() || count <= 1_000, "{open} x {count}");
                assert!(check(&glob).is_err() || count <= 1_000, "{open} x {count}");
            }
        }
        assert!(check(&"{a,b}".repeat(1_000)).is_ok());
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
