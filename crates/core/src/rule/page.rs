//! A rule page as plain data: the head that is the law, the prose that is the reason, the blocks that are the proof.

pub(crate) mod ast_grep;
mod claims;
mod head;
mod markdown;
mod variant;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::{Value, yaml};
use crate::diagnostic::{Confidence, Severity};
use crate::glob::{self, PathGlobs};
use crate::language;
use crate::language::markdown::{line_at, next_line};
use crate::mistake::{Mistake, Mistakes};
use crate::source::RelPath;
use crate::span::Span;

/// One rule page or one ast-grep rule, read and checked for shape; its patterns are compiled later, for each dialect.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// The file stem (of an ast-grep rule: its `id`).
    pub id: Arc<str>,
    /// The folder below the pack; empty when there is none.
    pub topic: String,
    /// The page's path as its reader knows it, and its whole text, for messages about it.
    pub path: Arc<str>,
    /// The page's whole text.
    pub text: Arc<str>,
    /// One sentence.
    pub summary: String,
    /// What is wrong here, with `$VAR` and `{option}` to be filled; the summary when the page gives none.
    pub message: String,
    /// The dialects' names it claims, in the order of the library's dialects.
    pub claims: Claims,
    /// The level unless settings say otherwise; none for `off`.
    pub severity: Option<Severity>,
    /// How sure its findings are.
    pub confidence: Confidence,
    /// What it looks at.
    pub scope: Scope,
    /// How it checks.
    pub body: Body,
    /// What may be set, in the order of the page.
    pub options: Vec<OptionSpec>,
    /// Whether a comment may silence it.
    pub suppressible: bool,
    /// Earlier ids, the oldest first.
    pub formerly: Vec<Arc<str>>,
    /// Free words.
    pub tags: Vec<String>,
    /// Where more is said of it.
    pub url: Option<String>,
    /// Globs that a file must match one of, if there are any; relative to the root.
    pub files: Vec<FileGlob>,
    /// Globs that a file must not match.
    pub ignores: Vec<FileGlob>,
    /// Anything, carried along.
    pub metadata: Option<Value>,
    /// The first paragraph.
    pub why: String,
    /// The text under `## Help` (of an ast-grep rule: its `note`).
    pub help: String,
    /// The text under `## Options`.
    pub options_text: String,
    /// The proof.
    pub blocks: Vec<Block>,
    /// Whether it came from an ast-grep `.yml` file.
    pub ast_grep: bool,
}

/// The languages a page is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claims {
    /// Every language, present and future.
    All,
    /// The dialects of these names.
    Dialects(Vec<String>),
}

impl Claims {
    /// Whether files of this dialect are meant.
    pub fn holds(&self, dialect: &str) -> bool {
        match self {
            Self::All => true,
            Self::Dialects(names) => names.iter().any(|name| name == dialect),
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// One file at a time.
    #[default]
    File,
    /// All files together.
    Project,
    /// The files of a change, before and after it.
    Change,
}

impl Scope {
    /// The name in pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Project => "project",
            Self::Change => "change",
        }
    }
}

/// How a page checks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Body {
    /// One or more rule objects, their languages disjoint.
    Declarative(Vec<Variant>),
    /// Code that is registered under the page's id.
    Native,
    /// The engine itself reports it.
    Engine,
}

/// A rule object for some of the page's languages; its parts are compiled once for each dialect.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Variant {
    /// The dialects of this variant.
    pub claims: Claims,
    /// The rule object.
    pub rule: Value,
    /// Named rule objects for `matches`.
    pub utils: Option<Value>,
    /// Rule objects by metavariable.
    pub constraints: Option<Value>,
    /// The repair, or a list of alternatives.
    pub fix: Option<Value>,
    /// Secondary places by metavariable.
    pub labels: Option<Value>,
    /// The message of this variant, when it differs from the page's.
    pub message: Option<String>,
}

/// An option that settings may change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OptionSpec {
    /// Its name.
    pub name: String,
    /// Its value unless set, which also gives its type.
    pub default: OptionValue,
    /// What it does.
    pub doc: String,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    String(String),
    /// A list of texts.
    List(Vec<String>),
}

impl OptionValue {
    /// The type's name, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "boolean",
            Self::Int(_) => "whole number",
            Self::String(_) => "string",
            Self::List(_) => "list of strings",
        }
    }
}

impl std::fmt::Display for OptionValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::String(value) => write!(f, "{value:?}"),
            Self::List(values) => write!(f, "{values:?}"),
        }
    }
}

impl From<bool> for OptionValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for OptionValue {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for OptionValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for OptionValue {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for OptionValue {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<Vec<String>> for OptionValue {
    fn from(values: Vec<String>) -> Self {
        Self::List(values)
    }
}

impl<const N: usize> From<[&str; N]> for OptionValue {
    fn from(values: [&str; N]) -> Self {
        Self::List(values.into_iter().map(str::to_owned).collect())
    }
}

/// The values that a rule runs with: each declared option, set or default.
pub type Options = BTreeMap<String, OptionValue>;

impl Page {
    /// Reads a page; `path` is what its reader calls the file, `id` the file's stem, `topic` its folder below the pack.
    ///
    /// # Errors
    /// Everything that is wrong with the page, each mistake with its place.
    pub fn parse(path: &str, id: &str, topic: &str, text: impl Into<Arc<str>>) -> Result<Self, Vec<Mistake>> {
        let (path, text): (Arc<str>, Arc<str>) = (Arc::from(path), text.into());
        let mut mistakes = Mistakes::new(path.clone(), text.clone());
        if !head::is_kebab_case(id) {
            mistakes.add_with_help(
                Span::empty(0),
                format!("`{id}` cannot be a rule's id, which is the file's name"),
                "lower-case words with hyphens between them, such as `no-default-export`",
            );
        }
        let Some((head_span, body_start)) = head_of(&text) else {
            mistakes.add_with_help(
                Span::empty(0),
                "expected a rule page, which starts with a head between two lines `---`",
                "only README.md may be another kind of page here",
            );
            return Err(mistakes.into_vec());
        };
        let head_text = text.get(head_span.range()).unwrap_or_default();
        let head = match yaml::parse(head_text, head_span.start) {
            Ok(value) => head::read(&value, id, topic, &mut mistakes),
            Err((span, message)) => {
                mistakes.add(span, message);
                None
            }
        };
        let prose = markdown::read(body_start, &mut mistakes);
        if let Some(head) = &head {
            check_blocks(&text, &prose.blocks, head, &mut mistakes);
        }
        match head {
            Some(head) if mistakes.is_empty() => Ok(Self {
                id: Arc::from(id),
                topic: topic.to_owned(),
                path,
                text,
                summary: head.summary,
                message: head.message,
                claims: head.claims,
                severity: head.severity,
                confidence: head.confidence,
                scope: head.scope,
                body: head.body,
                options: head.options,
                suppressible: head.suppressible,
                formerly: head.formerly,
                tags: head.common.tags,
                url: head.common.url,
                files: head.common.files,
                ignores: head.common.ignores,
                metadata: head.common.metadata,
                why: prose.why,
                help: prose.help,
                options_text: prose.options,
                blocks: prose.blocks,
                ast_grep: false,
            }),
            _ => Err(mistakes.into_vec()),
        }
    }

    /// Reads an ast-grep rule file, which may hold several rules; those without a mistake are given.
    pub fn parse_ast_grep(path: &str, text: impl Into<Arc<str>>) -> (Vec<Self>, Vec<Mistake>) {
        let (pages, mistakes) = ast_grep::read(path, "", &text.into());
        (pages.into_iter().map(|(page, _)| page).collect(), mistakes)
    }

    /// A page of the engine that says nothing but its id: what others are made of.
    pub fn empty(id: &str) -> Self {
        Self {
            id: Arc::from(id),
            topic: String::new(),
            path: Arc::from(""),
            text: Arc::from(""),
            summary: id.to_owned(),
            message: id.to_owned(),
            claims: Claims::All,
            severity: Some(Severity::Error),
            confidence: Confidence::High,
            scope: Scope::File,
            body: Body::Engine,
            options: Vec::new(),
            suppressible: true,
            formerly: Vec::new(),
            tags: Vec::new(),
            url: None,
            files: Vec::new(),
            ignores: Vec::new(),
            metadata: None,
            why: String::new(),
            help: String::new(),
            options_text: String::new(),
            blocks: Vec::new(),
            ast_grep: false,
        }
    }

    /// The options with the page's own values.
    pub fn default_options(&self) -> Options {
        self.options.iter().map(|option| (option.name.clone(), option.default.clone())).collect()
    }

    /// The bytes of an option's name in the head; of the key `options` for no option. None when it is not there.
    pub(crate) fn options_span(&self, name: Option<&str>) -> Option<Span> {
        let (head, _) = head_of(&self.text)?;
        let head = yaml::parse(self.text.get(head.range())?, head.start).ok()?;
        let key = |value: &Value, name: &str| value.as_map()?.iter().find(|entry| entry.key == name).cloned();
        let options = key(&head, "options")?;
        match name {
            Some(name) => Some(key(&options.value, name)?.key_span),
            None => Some(options.key_span),
        }
    }

    /// The id that goes into fingerprints: the oldest one.
    pub fn oldest_id(&self) -> &Arc<str> {
        self.formerly.first().unwrap_or(&self.id)
    }
}

/// The files that `files` and `ignores` of a page let in.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    files: Option<PathGlobs>,
    ignores: PathGlobs,
}

impl Reach {
    /// Whether the page is for every file.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.files.is_none() && self.ignores.is_empty()
    }

    /// Whether the page is for the file.
    pub fn holds(&self, path: &RelPath) -> bool {
        self.files.as_ref().is_none_or(|files| files.matches(path)) && !self.ignores.matches(path)
    }
}

impl Page {
    /// Compiles `files` and `ignores`.
    ///
    /// # Errors
    /// The first glob that cannot be read, and why.
    pub fn reach(&self) -> Result<Reach, (Span, String)> {
        let dialect = if self.ast_grep { glob::Dialect::AstGrep } else { glob::Dialect::Lawbook };
        let compile = |globs: &[FileGlob]| {
            let pairs = globs.iter().map(|glob| (glob.glob.as_str(), glob.case_insensitive));
            PathGlobs::new(pairs, dialect).map_err(|(at, reason)| (globs[at].span, reason))
        };
        let files = if self.files.is_empty() { None } else { Some(compile(&self.files)?) };
        Ok(Reach { files, ignores: compile(&self.ignores)? })
    }
}

/// A glob of `files` or `ignores`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileGlob {
    /// The glob.
    pub glob: String,
    /// Whether letter case counts not.
    pub case_insensitive: bool,
    /// Where it stands in the page.
    pub span: Span,
}

/// A fenced code block that is a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Block {
    /// What it proves.
    pub role: BlockRole,
    /// The first word of its info string.
    pub tag: String,
    /// The rest of its info string, by key (`title`, `errors`, `fix`).
    pub info: BTreeMap<String, String>,
    /// The code between the fences.
    pub code: String,
    /// Where the code starts in the page, in bytes.
    pub span: Span,
    /// The `###` heading above it; blocks of one heading are one project.
    pub project: Option<String>,
}

/// What a block proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockRole {
    /// Every finding is marked.
    Bad,
    /// Nothing is found.
    Good,
    /// What fixing the bad block above gives.
    Fixed,
}

/// Where the head stands, and where the prose below it starts.
fn head_of(text: &str) -> Option<(Span, u32)> {
    let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    if line_at(text, start)?.trim_end() != "---" {
        return None;
    }
    let head = next_line(text, start);
    let mut at = head;
    loop {
        let line = line_at(text, at)?;
        let next = next_line(text, at);
        if line.trim_end() == "---" {
            return Some((Span::new(head as u32, at as u32), next as u32));
        }
        at = next;
    }
}

/// The line that opens a block.
fn opening(text: &str, block: &Block) -> Span {
    let before = text.get(..block.span.start as usize).unwrap_or_default();
    let line = before.trim_end_matches(['\n', '\r']);
    let start = line.rfind('\n').map_or(0, |at| at + 1);
    Span::new(start as u32, line.len() as u32)
}

/// Checks that blocks are of languages that the page is for, and that their names fit.
fn check_blocks(text: &str, blocks: &[Block], head: &head::Head, mistakes: &mut Mistakes) {
    for block in blocks {
        let place = opening(text, block);
        if matches!(head.body, Body::Engine) {
            mistakes.add(place, "a page of the engine has no blocks that are tests");
            return;
        }
        let title = block.info.get("title");
        let Some(dialect) = language::of_tag(&block.tag) else {
            // A project may hold any other file, and a page may be for a language that this binary lacks.
            let is_for_all = head.claims == Claims::All && language::lacking_named(&block.tag).is_some();
            let lacking = is_for_all || head.claims.lacking().next().is_some();
            if title.is_none() && !lacking {
                let tags = language::dialects().flat_map(|dialect| dialect.tags.iter().copied());
                mistakes.add_unknown(place, "language of a block", &block.tag, tags);
            } else if block.project.is_none() && !lacking {
                let help = "put the blocks that belong together under one `###` heading";
                mistakes.add_with_help(place, "a file of another language needs a project", help);
            }
            continue;
        };
        if block.project.is_none() && !head.claims.holds(dialect.name) {
            mistakes.add(place, format!("a block of `{}`, which the page does not claim", block.tag));
        }
        let of_title = title.and_then(|title| language::of_path(&RelPath::new(title.as_str())));
        if let (Some(title), Some(other)) = (title, of_title)
            && other != dialect
        {
            mistakes.add(place, format!("the block is `{}`, but `{title}` is a file of {}", block.tag, other.name));
        }
    }
}
