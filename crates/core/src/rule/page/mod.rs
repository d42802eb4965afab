//! A rule page as plain data: the head with the rule, the prose with the reason, the blocks with tests.

pub(crate) mod ast_grep;
mod claims;
mod head;
mod markdown;
mod opening;
mod option;
mod unused;
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
use crate::mistake::{Mistake, Mistakes};
use crate::rule::declarative::Declarative;
use crate::rule::page::opening::{head_of, help_at_start, nearly_closing, opened_head};
use crate::source::RelPath;
use crate::span::Span;

/// One rule page or one ast-grep rule, parsed and validated. Rule objects are compiled later, for each dialect.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// The file stem (of an ast-grep rule: its `id`).
    pub id: Arc<str>,
    /// The name of the topmost folder in the pack; empty when there is none.
    pub topic: String,
    /// The page's path, as messages show it.
    pub path: Arc<str>,
    /// The page's whole text.
    pub text: Arc<str>,
    /// One sentence.
    pub summary: String,
    /// The message of its findings, with `$VAR` and `{option}` to be filled in; the summary when the page gives none.
    pub message: String,
    /// The step to take against a finding, with `$VAR` and `{option}` to be filled in; none for the first sentence of the
    /// help.
    pub step: Option<String>,
    /// The dialects that the rule is for.
    pub claims: Claims,
    /// The level unless settings say otherwise; none for `off`.
    pub severity: Option<Severity>,
    /// The confidence of its findings.
    pub confidence: Confidence,
    /// The scope that it checks: single files, the project, or a change.
    pub scope: Scope,
    /// The implementation of its check.
    pub body: Body,
    /// Its options, in the order of the page.
    pub options: Vec<OptionSpec>,
    /// True if a comment may suppress it.
    pub suppressible: bool,
    /// When it is right to suppress it, in a sentence; none if the page does not say.
    pub exceptions: Option<String>,
    /// Earlier ids, the oldest first.
    pub formerly: Vec<Arc<str>>,
    /// Arbitrary words.
    pub tags: Vec<String>,
    /// The address of further documentation.
    pub url: Option<String>,
    /// Globs relative to the root; if there are any, the rule runs only on files that match one.
    pub files: Vec<FileGlob>,
    /// Globs of files on which the rule does not run.
    pub ignores: Vec<FileGlob>,
    /// Arbitrary data, not interpreted.
    pub metadata: Option<Value>,
    /// The first paragraph.
    pub why: String,
    /// The text under `## Help` (of an ast-grep rule: its `note`).
    pub help: String,
    /// The text under `## Options`.
    pub options_text: String,
    /// The code blocks that are tests.
    pub blocks: Vec<Block>,
    /// True if it is from an ast-grep `.yml` file.
    pub ast_grep: bool,
}

pub use option::{Looser, OptionSpec, OptionValue, Options};

/// The keys that declare what a rule object uses by name.
const DECLARATIONS: [&str; 2] = ["options", "utils"];

/// The languages a page is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claims {
    /// Every language, present and future.
    All,
    /// The dialects with these names, in the order of [`language::dialects`]; some may be lacking in this binary.
    Dialects(Vec<String>),
}

impl Claims {
    /// True if files of this dialect are claimed.
    pub fn includes(&self, dialect: &str) -> bool {
        match self {
            Self::All => true,
            Self::Dialects(names) => names.iter().any(|name| name == dialect),
        }
    }
}

/// The scope that a rule checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// One file at a time.
    #[default]
    File,
    /// All files of the project together.
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

/// The implementation of a page's check.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Body {
    /// One or more rule objects with disjoint languages.
    Declarative(Vec<Variant>),
    /// Rust code that is registered under the page's id.
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
    /// The fix, or a list of alternatives.
    pub fix: Option<Value>,
    /// Labels by metavariable.
    pub labels: Option<Value>,
    /// The message of this variant, when it differs from the page's.
    pub message: Option<String>,
    /// The step to take against its findings.
    pub step: Option<String>,
}

impl Page {
    /// Parses a page; `path` is the path for messages, `id` the file's stem, `topic` its topmost folder in the pack.
    ///
    /// # Errors
    /// All mistakes of the page, each with its place.
    pub fn parse(path: &str, id: &str, topic: &str, text: impl Into<Arc<str>>) -> Result<Self, Vec<Mistake>> {
        let (path, text): (Arc<str>, Arc<str>) = (Arc::from(path), text.into());
        let mut mistakes = Mistakes::new(path.clone(), text.clone());
        let Some((head_span, body_start)) = head_of(&text) else {
            match opened_head(&text) {
                Some(line) => {
                    let help = match nearly_closing(&text) {
                        Some((line, "---")) => format!("write the `---` in line {line} at the start of the line"),
                        Some((line, sign)) => format!("write `---` in place of `{sign}` in line {line}"),
                        None => "write `---` on a line of its own below the last key".to_owned(),
                    };
                    mistakes.add_with_help(line, "the head that opens here is never closed", help);
                }
                None => mistakes.add_with_help(
                    Span::empty(0),
                    "expected a rule page, which starts with a head between two lines `---`",
                    help_at_start(&text),
                ),
            }
            return Err(mistakes.into_vec());
        };
        if !head::is_kebab_case(id) {
            mistakes.add_with_help(
                Span::empty(0),
                format!("`{id}` cannot be a rule's id, which is the file's name"),
                "lower-case words with hyphens between them, such as `no-default-export`",
            );
        }
        let head_text = text.get(head_span.range()).unwrap_or_default();
        let head = match yaml::parse(head_text, head_span.start) {
            Ok(value) => head::read(&value, id, topic, &mut mistakes),
            Err(error) => {
                error.add_to(&mut mistakes);
                None
            }
        };
        let prose = markdown::read(body_start, &mut mistakes);
        if let Some(head) = &head {
            check_blocks(&text, &prose.blocks, head, &mut mistakes);
        }
        let page = head.map(|head| Self {
            id: Arc::from(id),
            topic: topic.to_owned(),
            path,
            text,
            summary: head.summary,
            message: head.message,
            step: head.step,
            claims: head.claims,
            severity: head.severity,
            confidence: head.confidence,
            scope: head.scope,
            body: head.body,
            options: head.options,
            suppressible: head.suppressible,
            exceptions: head.exceptions,
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
        });
        match page {
            Some(page) if mistakes.is_empty() => Ok(page),
            Some(page) => Err(page.with_mistakes_of_rule(mistakes)),
            None => Err(mistakes.into_vec()),
        }
    }

    /// The mistakes of a page with those of its rule objects, so that all are shown at once.
    fn with_mistakes_of_rule(mut self, found: Mistakes) -> Vec<Mistake> {
        let mut found = found.into_vec();
        let is_wrong = |part: &Value| {
            let mut places = found.iter().filter_map(|mistake| mistake.place.as_ref());
            places.any(|place| part.span.contains(place.span))
        };
        // A rule may use what a misspelt key declares.
        let mut helps = found.iter().filter_map(|mistake| mistake.help.as_deref());
        let is_lost = helps.any(|help| DECLARATIONS.iter().any(|key| help.contains(&format!("`{key}`"))));
        let Body::Declarative(variants) = &mut self.body else { return found };
        let is_any_wrong = |variant: &Variant| is_wrong(&variant.rule) || variant.utils.as_ref().is_some_and(is_wrong);
        if is_lost || variants.iter().any(is_any_wrong) {
            return found;
        }
        for variant in variants {
            for part in [&mut variant.constraints, &mut variant.fix, &mut variant.labels] {
                part.take_if(|part| is_wrong(part));
            }
        }
        let options = self.default_options();
        let of_rule = Declarative::new(Arc::new(self), options).compile_all();
        found.extend(of_rule);
        found
    }

    /// Parses an ast-grep rule file, which may contain several rules. Returns the rules without mistakes, and all
    /// mistakes.
    pub fn parse_ast_grep(path: &str, text: impl Into<Arc<str>>) -> (Vec<Self>, Vec<Mistake>) {
        let (pages, mistakes) = ast_grep::read(path, "", &text.into());
        (pages.into_iter().map(|(page, _)| page).collect(), mistakes)
    }

    /// A page of the engine with an id and default values, as a base for other pages.
    pub fn empty(id: &str) -> Self {
        Self {
            id: Arc::from(id),
            topic: String::new(),
            path: Arc::from(""),
            text: Arc::from(""),
            summary: id.to_owned(),
            message: id.to_owned(),
            step: None,
            claims: Claims::All,
            severity: Some(Severity::Error),
            confidence: Confidence::High,
            scope: Scope::File,
            body: Body::Engine,
            options: Vec::new(),
            suppressible: true,
            exceptions: None,
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

    /// The default values of all options.
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

    /// The place in the head of a message or a step: of the page, of a variant, or the summary that stands for it.
    pub(crate) fn text_span(&self, written: &str) -> Option<Span> {
        let (head, _) = head_of(&self.text)?;
        let head = yaml::parse(self.text.get(head.range())?, head.start).ok()?;
        let items = head.get("rules").and_then(Value::as_list).unwrap_or_default();
        let of_items = items.iter().flat_map(|item| [item.get("message"), item.get("do")]);
        let mut values =
            [head.get("message"), head.get("do"), head.get("summary")].into_iter().chain(of_items).flatten();
        let found = values.find(|value| value.as_str().is_some_and(|text| text.trim() == written.trim()))?;
        Some(found.span)
    }

    /// The place of a key of the head.
    pub(crate) fn key_span(&self, key: &str) -> Option<Span> {
        let (head, _) = head_of(&self.text)?;
        let head = yaml::parse(self.text.get(head.range())?, head.start).ok()?;
        head.as_map()?.iter().find(|entry| entry.key == key).map(|entry| entry.key_span)
    }

    /// True if a finding of it may be wrong, so that a comment may suppress it for a good reason.
    pub fn may_be_wrong(&self) -> bool {
        self.suppressible && self.exceptions.is_some()
    }

    /// The oldest id, which fingerprints are made of, so that renaming a rule does not change them.
    pub fn oldest_id(&self) -> &Arc<str> {
        self.formerly.first().unwrap_or(&self.id)
    }
}

/// The compiled `files` and `ignores` of a page.
#[derive(Clone, Debug, Default)]
pub struct PathFilter {
    files: Option<PathGlobs>,
    ignores: PathGlobs,
}

impl PathFilter {
    /// True if the rule runs on every file.
    pub(crate) fn matches_all(&self) -> bool {
        self.files.is_none() && self.ignores.is_empty()
    }

    /// True if the rule runs on the file.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.files.as_ref().is_none_or(|files| files.matches(path)) && !self.ignores.matches(path)
    }
}

impl Page {
    /// Compiles `files` and `ignores`.
    ///
    /// # Errors
    /// The place of the first invalid glob, and why it is invalid.
    pub fn path_filter(&self) -> Result<PathFilter, (Span, String)> {
        let syntax = if self.ast_grep { glob::GlobSyntax::AstGrep } else { glob::GlobSyntax::Lawbook };
        let compile = |globs: &[FileGlob]| {
            let pairs = globs.iter().map(|glob| (glob.glob.as_str(), glob.case_insensitive));
            PathGlobs::new(pairs, syntax).map_err(|(at, reason)| (globs[at].span, reason))
        };
        let files = if self.files.is_empty() { None } else { Some(compile(&self.files)?) };
        Ok(PathFilter { files, ignores: compile(&self.ignores)? })
    }
}

/// A glob of `files` or `ignores`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileGlob {
    /// The glob.
    pub glob: String,
    /// True if letter case is ignored.
    pub case_insensitive: bool,
    /// Its place in the page.
    pub span: Span,
}

/// A fenced code block that is a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Block {
    /// The expectation that it tests.
    pub role: BlockRole,
    /// The first word of its info string.
    pub tag: String,
    /// The rest of its info string, by key (`title`, `errors`, `fix`).
    pub info: BTreeMap<String, String>,
    /// The code between the fences.
    pub code: String,
    /// The place of the code in the page.
    pub span: Span,
    /// The `###` heading above it; the blocks under one heading are the files of one project.
    pub project: Option<String>,
}

/// The expectation that a block tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockRole {
    /// The rule finds something in it, exactly at the marked lines.
    Bad,
    /// The rule finds nothing in it.
    Good,
    /// The code of the bad block above after fixing.
    Fixed,
}

/// The span of the line that opens a block.
fn opening(text: &str, block: &Block) -> Span {
    let before = text.get(..block.span.start as usize).unwrap_or_default();
    let line = before.trim_end_matches(['\n', '\r']);
    let start = line.rfind('\n').map_or(0, |at| at + 1);
    Span::new(start as u32, line.len() as u32)
}

/// Checks that the page claims the languages of its blocks, and that titles fit the languages.
fn check_blocks(text: &str, blocks: &[Block], head: &head::Head, mistakes: &mut Mistakes) {
    for block in blocks {
        let place = opening(text, block);
        if matches!(head.body, Body::Engine) {
            mistakes.add(place, "a page of the engine has no blocks that are tests");
            return;
        }
        let title = block.info.get("title");
        let Some(dialect) = language::of_tag(&block.tag) else {
            // A project may contain files of any kind, and a page may be for a language that this binary lacks.
            let is_for_all = head.claims == Claims::All && language::unsupported_named(&block.tag).is_some();
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
        if block.project.is_none() && !head.claims.includes(dialect.name) {
            let message = format!("a block of `{}`, which the page does not claim", block.tag);
            mistakes.add_with_help(place, message, "name its language under `languages`, or take the block out");
        }
        let of_title = title.and_then(|title| language::of_path(&RelPath::new(title.as_str())));
        if let (Some(title), Some(other)) = (title, of_title)
            && other != dialect
        {
            mistakes.add(place, format!("the block is `{}`, but `{title}` is a file of {}", block.tag, other.name));
        }
    }
}
