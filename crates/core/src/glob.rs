//! Globs over paths relative to the root.
//!
//! `*` does not match `/`, `**` does, and a glob without a `/` matches at any depth (`*.ts` means `**/*.ts`). A glob that
//! matches a folder matches all that is in it (`src` means `src/**` too), and one with a `!` at its start takes back what
//! those before it in the list match. The globs of an ast-grep rule keep that tool's meaning: they match whole paths, and
//! `*` matches `/` too.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::path::RelPath;

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
    /// True if one of them takes back.
    takes_back: bool,
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
    /// True if it takes back what globs before it match.
    takes_back: bool,
    /// True if it matches the content of each folder that it matches.
    matches_content: bool,
    /// The folder whose whole content it matches, for one like `dist/**`, which does not match `dist` itself; and its
    /// matcher.
    folder: Option<(String, OnceLock<Option<GlobMatcher>>)>,
}

/// The length in bytes up to which a glob always fits into a matcher, so that building one need not be tried.
const MAX_UNCHECKED_GLOB_BYTES: usize = 200;

/// The maximum number of `{` in a glob. globset parses and drops alternatives within alternatives by recursion, so that
/// deep ones would overflow the stack.
const MAX_GLOB_BRACES: usize = 1_000;

impl PathGlob {
    fn new(text: &str, syntax: GlobSyntax, case_insensitive: bool) -> Result<Self, String> {
        let (takes_back, plain) = match (syntax, text.strip_prefix(TAKES_BACK)) {
            (GlobSyntax::Lawbook, Some(plain)) => (true, plain),
            _ => (false, text),
        };
        let plain = plain.strip_prefix("./").unwrap_or(plain);
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
        let all = whole.strip_suffix('*').and_then(|start| start.strip_suffix('/'));
        let folder = all.filter(|start| start.ends_with("/**")).unwrap_or(whole).strip_suffix("/**");
        let folder = folder.filter(|_| syntax == GlobSyntax::Lawbook);
        Ok(Self {
            text: text.to_owned(),
            parsed,
            start,
            needed,
            matcher: OnceLock::new(),
            takes_back,
            matches_content: syntax == GlobSyntax::Lawbook && !whole.ends_with("**"),
            folder: folder.map(|folder| (folder.to_owned(), OnceLock::new())),
        })
    }

    /// True if it matches the path itself.
    fn matches(&self, path: &str) -> bool {
        path.starts_with(&self.start)
            && path.contains(&self.needed)
            && self.matcher.get_or_init(|| self.parsed.compile_matcher()).is_match(path)
    }

    /// True if it matches the path, or a folder above it.
    fn matches_file(&self, path: &str) -> bool {
        self.matches(path)
            || (self.matches_content
                && path.starts_with(&self.start)
                && path.contains(&self.needed)
                && path.match_indices('/').any(|(end, _)| self.matches(&path[..end])))
    }

    /// True if it matches the path itself, or, for a folder, its whole content.
    fn matches_entry(&self, path: &str, is_folder: bool) -> bool {
        let is_folder_of = |(folder, matcher): &(String, OnceLock<Option<GlobMatcher>>)| {
            let compile = || Some(build(folder, GlobSyntax::Lawbook, false).ok()?.compile_matcher());
            matcher.get_or_init(compile).as_ref().is_some_and(|matcher| matcher.is_match(path))
        };
        self.matches(path) || (is_folder && self.folder.as_ref().is_some_and(is_folder_of))
    }
}

/// The sign at the start of a glob that takes back what those before it match.
const TAKES_BACK: char = '!';

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
        let globs = globs.into_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()?;
        let takes_back = globs.iter().any(|glob| glob.takes_back);
        Ok(Self { globs, takes_back })
    }

    /// True if the list is empty.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// The number of globs.
    pub fn len(&self) -> usize {
        self.globs.len()
    }

    /// True if the list matches the path: the last of its globs that matches it, or a folder above it, does not take it
    /// back.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.first_match(path.as_str()).is_some()
    }

    /// The text of the glob by which the list matches the path, itself or by a folder above it.
    pub fn first_match(&self, path: &str) -> Option<&str> {
        if self.takes_back {
            return self.match_with_parents(path);
        }
        self.globs.iter().find(|glob| glob.matches_file(path)).map(|glob| &*glob.text)
    }

    /// The text of the last glob of those by which the list matches the path, itself or by a folder above it.
    pub fn match_with_parents(&self, path: &str) -> Option<&str> {
        let last = self.globs.iter().rev().find(|glob| glob.matches_file(path));
        last.filter(|glob| !glob.takes_back).map(|glob| &*glob.text)
    }

    /// The number of the last glob that matches a file or folder, from 1 on, if it comes after the glob with the number
    /// `after`. The folders above are not looked at: a walk that asks about each folder on its way hands on the number
    /// that decided about the one above, and 0 for none.
    pub fn deciding(&self, path: &str, is_folder: bool, after: usize) -> Option<usize> {
        let rest = self.globs.get(after..).unwrap_or_default();
        rest.iter().rposition(|glob| glob.matches_entry(path, is_folder)).map(|at| after + at + 1)
    }

    /// True if one of the globs takes back what those before it match.
    pub fn takes_back(&self) -> bool {
        self.takes_back
    }

    /// The text of the glob with a number of [`PathGlobs::deciding`].
    pub fn text(&self, number: usize) -> Option<&str> {
        number.checked_sub(1).and_then(|at| self.globs.get(at)).map(|glob| &*glob.text)
    }

    /// True if the glob with a number of [`PathGlobs::deciding`] takes back what it matches.
    pub fn is_taking_back(&self, number: usize) -> bool {
        number.checked_sub(1).and_then(|at| self.globs.get(at)).is_some_and(|glob| glob.takes_back)
    }

    /// True if a glob after the one with the number `after` may take back something below a folder. With `by_name` only
    /// a glob counts that starts with the path of the folder.
    pub fn may_take_back_below(&self, folder: &str, after: usize, by_name: bool) -> bool {
        let is_below = |path: &str, folder: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let may = |glob: &PathGlob| {
            glob.takes_back
                && (is_below(&glob.start, folder)
                    || (!by_name && (glob.start.is_empty() || is_below(folder, &glob.start))))
        };
        self.takes_back && self.globs.get(after..).unwrap_or_default().iter().any(may)
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
    let glob = glob.strip_prefix(TAKES_BACK).unwrap_or(glob);
    if glob.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if glob.starts_with('/') {
        let rest = glob.trim_start_matches('/');
        let example = if rest.is_empty() { String::new() } else { format!(": write `{rest}`") };
        return Err(format!("paths here are relative and start without `/`{example}"));
    }
    if glob.split('/').any(|part| part == "..") {
        return Err("`..` leads out of the folder that paths here are relative to".to_owned());
    }
    if let Some(slashed) = with_slashes(glob) {
        return Err(format!("`\\` is no separator here; write `{slashed}`"));
    }
    if let Some(group) = extended_group(glob) {
        let start = group.trim_start_matches(['@', '+', '!', '*', '?']);
        let braces = start.trim_start_matches('(').trim_end_matches(')').replace('|', ",");
        let written = if braces.contains(',') { format!("{{{braces}}}") } else { braces };
        return Err(format!("`{group}` has no meaning here; write `{written}`"));
    }
    build(glob, GlobSyntax::Lawbook, false).map(drop)
}

/// True if a glob takes back what those before it in its list match.
pub fn takes_back(glob: &str) -> bool {
    glob.starts_with(TAKES_BACK)
}

/// The glob with `/` for each `\` that stands between names, as in paths of Windows; none if there is none. A `\` before
/// a sign of globs takes the meaning of that sign.
fn with_slashes(glob: &str) -> Option<String> {
    let is_separator = |at: usize| {
        let next = glob[at + 1..].chars().next();
        let before = glob[..at].chars().next_back();
        before.is_some_and(|c| c != '\\') && next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    };
    let separators: Vec<usize> = glob.match_indices('\\').map(|(at, _)| at).filter(|at| is_separator(*at)).collect();
    if separators.is_empty() {
        return None;
    }
    let mut slashed = glob.to_owned();
    for at in separators {
        slashed.replace_range(at..=at, "/");
    }
    Some(slashed)
}

/// The first group of extended globs of shells in a glob: `@(a|b)`, `+(a)`, `!(a)`, and `*(a|b)`, `?(a|b)`. Other
/// parentheses are part of names.
fn extended_group(glob: &str) -> Option<&str> {
    glob.match_indices('(').find_map(|(open, _)| {
        let sign = glob[..open].chars().next_back()?;
        let end = open + glob[open..].find(')')? + 1;
        let start = open - sign.len_utf8();
        let is_escaped = glob[..start].ends_with('\\');
        let is_group = match sign {
            '@' | '+' | '!' => true,
            '*' | '?' => glob[open..end].contains('|'),
            _ => false,
        };
        (is_group && !is_escaped).then_some(&glob[start..end])
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
    fn a_glob_that_matches_a_folder_matches_what_is_in_it() {
        for glob in ["src", "src/", "./src", "s*", "*", "src/*", "src/b"] {
            check_match(glob, "src/b/a.ts", true);
        }
        for glob in ["b/a", "src/a", "*.ts/x", "c"] {
            check_match(glob, "src/b/a.ts", false);
        }
    }

    #[test]
    fn the_last_glob_that_matches_decides() {
        let check = |globs: &[&str], path: &str, expected: bool| {
            let pairs = globs.iter().map(|glob| (*glob, false));
            let list = PathGlobs::new(pairs, GlobSyntax::Lawbook).unwrap();
            assert_eq!(list.matches(&RelPath::new(path)), expected, "{globs:?} on {path}");
            // A walk from folder to folder decides as the whole path does.
            let ends = path.match_indices('/').map(|(end, _)| (end, true)).chain([(path.len(), false)]);
            let number = ends
                .fold(0, |number, (end, is_folder)| list.deciding(&path[..end], is_folder, number).unwrap_or(number));
            assert_eq!(number > 0 && !list.is_taking_back(number), expected, "{globs:?} on {path}, walked");
        };
        check(&["src/**", "!src/keep.ts"], "src/keep.ts", false);
        check(&["src/**", "!src/keep.ts"], "src/b.ts", true);
        check(&["src", "!src/keep"], "src/keep/a/b.ts", false);
        check(&["!src/keep.ts", "src"], "src/keep.ts", true);
        check(&["src", "!keep.ts", "src/x"], "src/x/keep.ts", true);
        check(&["src", "!src/x/**", "src/x/y"], "src/x/y/a.ts", true);
        check(&["src", "!src/x/**", "src/x/y"], "src/x/a.ts", false);
    }

    #[test]
    fn a_folder_is_entered_only_where_something_in_it_may_be_taken_back() {
        let list =
            |globs: &[&str]| PathGlobs::new(globs.iter().map(|glob| (*glob, false)), GlobSyntax::Lawbook).unwrap();
        let may = |globs: &[&str], folder: &str, by_name: bool| list(globs).may_take_back_below(folder, 1, by_name);
        assert!(may(&["src", "!src/keep.ts"], "src", false) && may(&["src", "!src/keep.ts"], "src", true));
        assert!(may(&["src", "!keep.ts"], "src", false) && !may(&["src", "!keep.ts"], "src", true));
        assert!(may(&["src", "!src/*/a"], "src/b", false) && !may(&["src", "!lib/a"], "src", false));
        assert!(!may(&["!src/keep.ts", "src"], "src", false) && !may(&["src", "!srcs/a"], "src", false));
    }

    #[test]
    fn signs_of_other_globs_are_refused_with_what_to_write() {
        let refused = |glob: &str| check(glob).unwrap_err();
        for (glob, written) in [
            ("src\\c.ts", "`src/c.ts`"),
            ("a\\b\\*.ts", "`a/b\\*.ts`"),
            ("!src\\c.ts", "`src/c.ts`"),
            ("src/@(c|d).ts", "`{c,d}`"),
            ("src/+(c)", "`c`"),
            ("src/*(c|d)", "`{c,d}`"),
            ("src/!(a|b)/c", "`{a,b}`"),
        ] {
            assert!(refused(glob).contains(written), "{glob}: {}", refused(glob));
        }
        for glob in ["app/(group)/*.ts", "x*(1).ts", "a\\*.ts", "\\[id\\].ts", "a\\{b", "\\!a", "src/\\@(c)"] {
            assert_eq!(check(glob), Ok(()), "{glob}");
        }
    }

    #[test]
    fn a_star_of_ast_grep_crosses_slashes() {
        let globs = PathGlobs::new([("src/*.ts", false)], GlobSyntax::AstGrep).unwrap();
        assert!(globs.matches(&RelPath::new("src/b/a.ts")));
        assert_eq!(PathGlobs::new([("a", false), ("[", false)], GlobSyntax::AstGrep).unwrap_err().0, 1);
    }
}
