//! The tools whose directives in comments are parsed, and the parts of a comment that they use. The syntax of each
//! tool is in the file of its family.

pub(in crate::suppression) mod code_directives;
mod coverage;
mod eslint;
mod hash;
mod nolint;
mod scripts;
mod semgrep;

use crate::facts::MarkerReach;
use crate::ir::{CommentSyntax, Language, Node};
use crate::lines::split_lines;
use crate::suppression::marker::CommentPosition;

/// A tool that reads directives in comments.
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// True if it reads the comments of every language, and not only of those that list it.
    for_all_languages: bool,
    /// Each of its directives contains one of these texts.
    pub(super) literals: &'static [&'static str],
    /// Adds the directives of a comment to the tool.
    pub(super) read: fn(&ToolComment<'_>, &mut Directives),
}

impl Tool {
    const fn new(
        name: &'static str,
        literals: &'static [&'static str],
        read: fn(&ToolComment<'_>, &mut Directives),
    ) -> Self {
        Self { name, for_all_languages: false, literals, read }
    }
}

/// All tools whose directives in comments are parsed.
pub(super) const ALL: &[Tool] = &[
    Tool::new(
        "eslint",
        &["eslint-disable", "eslint-enable", "eslint ", "eslint\t", "eslint\n", "eslint\r"],
        eslint::eslint,
    ),
    Tool::new("oxlint", &["oxlint-disable", "oxlint-enable"], eslint::oxlint),
    Tool::new("typescript", &["@ts-ignore", "@ts-expect-error", "@ts-nocheck"], scripts::typescript),
    Tool::new("biome", &["biome-ignore"], scripts::biome),
    Tool::new("deno", &["deno-lint-ignore"], scripts::deno),
    Tool::new("istanbul", &["istanbul"], |comment, found| coverage::ignore("istanbul", comment, found)),
    Tool::new("c8", &["c8 ignore"], |comment, found| coverage::ignore("c8", comment, found)),
    Tool::new("v8", &["v8 ignore"], |comment, found| coverage::ignore("v8", comment, found)),
    Tool::new("flake8", &["noqa", "NOQA", "NoQA"], hash::flake8),
    Tool::new("mypy", &["type:"], |comment, found| hash::type_ignore("type", comment, found)),
    Tool::new("pyright", &["pyright:"], |comment, found| hash::type_ignore("pyright", comment, found)),
    Tool::new("pylint", &["pylint:"], hash::pylint),
    Tool::new("coverage", &["pragma", "PRAGMA"], hash::no_cover),
    Tool::new("golangci-lint", &["nolint"], nolint::nolint),
    Tool { for_all_languages: true, ..Tool::new("semgrep", &["nosem"], semgrep::semgrep) },
];

/// The tools that read comments of a language.
pub(super) fn of_language(language: &dyn Language) -> impl Iterator<Item = &'static Tool> + use<> {
    let listed = language.syntax().marker_tools;
    ALL.iter().filter(move |tool| tool.for_all_languages || listed.contains(&tool.name))
}

/// The directives for one tool in one comment.
#[derive(Debug, Default)]
pub(super) struct Directives {
    pub(super) found: Vec<Directive>,
    /// Offsets of directives that end a region (`eslint-enable`).
    pub(super) ends: Vec<u32>,
}

/// One directive.
#[derive(Debug)]
pub(super) struct Directive {
    /// Its offset in the comment, in bytes.
    pub(super) start: u32,
    pub(super) name: String,
    pub(super) rules: Vec<String>,
    pub(super) reason: Option<String>,
    pub(super) reach: MarkerReach,
}

/// The parts of a comment that the parsers of directives use.
pub(super) struct ToolComment<'c> {
    raw: &'c str,
    /// The text between the plain signs: that of `///` begins with a `/`.
    inner: &'c str,
    /// The plain sign that opens it.
    sign: &'static str,
    is_block: bool,
    /// The comment syntaxes of its language.
    syntaxes: &'static [CommentSyntax],
    position: CommentPosition,
}

impl<'c> ToolComment<'c> {
    pub(super) fn new(node: Node<'c>, position: CommentPosition) -> Self {
        Self::read(node.text(), node.language().syntax().comments, position)
    }

    /// Parses a comment of a language with these comment syntaxes.
    pub(super) fn read(raw: &'c str, syntaxes: &'static [CommentSyntax], position: CommentPosition) -> Self {
        let raw = raw.trim_end();
        let syntax = CommentSyntax::plain(syntaxes, raw);
        let inner = syntax.map_or(raw, |syntax| syntax.inner(raw));
        let is_block = syntax.is_some_and(|syntax| syntax.close.is_some());
        Self { raw, inner, sign: syntax.map_or("", |syntax| syntax.open), is_block, syntaxes, position }
    }

    /// The text between the signs.
    pub(super) fn inner(&self) -> &'c str {
        self.inner
    }

    /// The offset of the end of its text, in bytes.
    pub(super) fn end(&self) -> u32 {
        self.offset(self.inner) + self.inner.trim_end().len() as u32
    }

    /// The offset of a part of it, in bytes.
    fn offset(&self, part: &str) -> u32 {
        (part.as_ptr() as usize - self.raw.as_ptr() as usize) as u32
    }

    /// True for a character of a comment sign that may precede the words of a line.
    fn is_sign(&self, c: char) -> bool {
        let syntax = CommentSyntax::plain(self.syntaxes, self.raw);
        syntax.is_some_and(|syntax| syntax.is_sign_among(self.syntaxes, c))
    }

    /// The reach of a directive that covers its own line if it follows code, else the next line.
    fn line_or_next_line(&self) -> MarkerReach {
        if self.position == CommentPosition::AfterCode { MarkerReach::Line } else { MarkerReach::NextLine }
    }

    /// The directive that starts at `at`, a part of this comment, without rules and reason.
    fn directive(&self, at: &str, name: &str, reach: MarkerReach) -> Directive {
        let (start, name) = (self.offset(at), name.to_owned());
        Directive { start, name, rules: Vec::new(), reason: None, reach }
    }
}

/// A text without leading punctuation and white space.
fn unpunctuated(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || ":;,.-–—()[]".contains(c))
}

/// Splits a text after its first word.
fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Folds a text of several lines into one, without the stars of a block comment.
pub(super) fn folded(text: &str) -> String {
    let lines = split_lines(text).map(|line| line.trim().trim_start_matches('*').trim());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
