//! A rule page as plain data: the head that is the law, the prose that is the reason, the blocks that are the proof.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::Value;
use crate::diagnostic::{Confidence, Severity};
use crate::span::Span;

/// One rule page or one ast-grep rule, read and checked for shape; its patterns are compiled later, for each dialect.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// The values that a rule runs with: each declared option, set or default.
pub type Options = BTreeMap<String, OptionValue>;

impl Page {
    /// The options with the page's own values.
    pub fn default_options(&self) -> Options {
        self.options.iter().map(|option| (option.name.clone(), option.default.clone())).collect()
    }

    /// The id that goes into fingerprints: the oldest one.
    pub fn oldest_id(&self) -> &Arc<str> {
        self.formerly.first().unwrap_or(&self.id)
    }
}

/// A glob of `files` or `ignores`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
