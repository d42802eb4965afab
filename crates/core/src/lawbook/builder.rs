//! Building a lawbook: pages, rules, packs and settings are collected, then planned at once with all mistakes shown.

use std::sync::Arc;

use crate::data::{Data, Entry, Value};
use crate::date::Date;
use crate::engine::{Engine, RunOptions};
use crate::language;
use crate::lawbook::Lawbook;
use crate::mistake::{Mistake, MistakeList, Mistakes};
use crate::pack::{Native, Pack, PageEntry};
use crate::plan::{Plan, Selection};
use crate::rule::Rule;
use crate::rule::options::{OptionError, OptionReader};
use crate::rule::page::{Body, OptionValue};
use crate::settings::{Level, RuleSetting, Settings, is_folder};
use crate::span::Span;

/// The pack of the pages that are given one by one.
const OWN_PACK: &str = "own";

/// The name under which mistakes in the settings are shown.
const SETTINGS_PATH: &str = "lawbook.toml";

/// Collects the parts of a [`Lawbook`]; [`Lawbook::builder`] creates it. Calls may come in any order.
///
/// ```
/// use lawbook_core::Lawbook;
/// use lawbook_core::diagnostic::Severity;
///
/// const LONG: &str = "---
/// summary: A short function.
/// languages: all
/// severity: warning
/// options: {max: {default: 60, doc: Lines that are enough.}}
/// rule: {node: callable, where: {lines: {gt: {option: max}}}}
/// ---
/// Long functions hide bugs.
/// ";
///
/// let lawbook = Lawbook::builder()
///     .page("size/short-function", LONG)
///     .settings("[files]\nexclude = [\"dist/**\"]\n")
///     .level("short-function", Severity::Error)
///     .option("short-function", "max", 20)
///     .build()?;
/// let rule = lawbook.explain("short-function").expect("it was just given");
/// assert_eq!(rule.level, Some(Severity::Error));
/// assert_eq!(rule.options[0].value, 20.into());
///
/// let mistakes = Lawbook::builder().page("a", LONG).level("b", Severity::Error).build().unwrap_err();
/// assert_eq!(mistakes.to_string(), "unknown rule `b` (did you mean `a`?)");
/// # Ok::<(), lawbook_core::mistake::MistakeList>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is planned before `build`"]
pub struct LawbookBuilder {
    pages: Vec<(String, Arc<str>)>,
    natives: Vec<Native>,
    /// The ids of the pages that were given with code; these must say `native: true`.
    with_code: Vec<String>,
    packs: Vec<Pack>,
    /// The entries of `extends` whose folders were given.
    folders: Vec<String>,
    settings: Settings,
    /// The mistakes in the settings and in folders.
    mistakes: Vec<Mistake>,
    presets: Vec<String>,
    rules: Vec<RuleSetting>,
    selection: Selection,
    options: RunOptions,
}

impl Default for LawbookBuilder {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            natives: Vec::new(),
            with_code: Vec::new(),
            packs: Vec::new(),
            folders: Vec::new(),
            settings: Settings::default(),
            mistakes: Vec::new(),
            presets: Vec::new(),
            rules: Vec::new(),
            selection: Selection::default(),
            options: RunOptions::new(Date::from_unix_seconds(0)),
        }
    }
}

impl LawbookBuilder {
    /// Adds a rule that is the text of a page. `id` is its id, or `topic/id`. The rule is on, at the level that the page
    /// gives it, as the rules of a folder in `extends` are.
    pub fn page(mut self, id: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        self.pages.push((id.into(), text.into()));
        self
    }

    /// Adds a rule written in Rust and the text of its page, which says `native: true`. `build` makes the rule once for
    /// each set of options that the settings give it, and may capture what its rules share. Options are read into a
    /// struct with a field for each of them.
    ///
    /// ```
    /// use lawbook_core::prelude::*;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct NoLongNames {
    ///     max: usize,
    /// }
    ///
    /// impl Rule for NoLongNames {
    ///     fn interest(&self, _: &'static Dialect) -> Interest {
    ///         Interest::kinds([Kind::Identifier])
    ///     }
    ///
    ///     fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
    ///         if node.text().len() > self.max {
    ///             cx.report(Finding::new(node.span()));
    ///         }
    ///     }
    /// }
    ///
    /// const PAGE: &str = "---
    /// summary: A short name.
    /// languages: all
    /// severity: warning
    /// native: true
    /// options: {max: {default: 30, doc: Letters that are enough.}}
    /// ---
    /// ";
    /// let lawbook = Lawbook::builder()
    ///     .rule("no-long-names", PAGE, |options| options.read::<NoLongNames>())
    ///     .option("no-long-names", "max", 12)
    ///     .build()?;
    /// # let found = lawbook.check("a.js", "let anUnusuallyLongName;");
    /// # assert_eq!(found.len(), usize::from(cfg!(feature = "ecmascript")));
    /// # Ok::<(), MistakeList>(())
    /// ```
    pub fn rule<R: Rule + 'static>(
        mut self,
        id: impl Into<String>,
        page: impl Into<Arc<str>>,
        build: impl Fn(&OptionReader) -> Result<R, OptionError> + Send + Sync + 'static,
    ) -> Self {
        let path = id.into();
        let id = path.rsplit('/').next().unwrap_or(&path);
        self.natives.push(Native::new(id, build));
        self.with_code.push(id.to_owned());
        self.page(path, page)
    }

    /// Adds a pack: `lawbook_rulesets::pack()` for one. Its rules are on where a preset or the settings name them, unless
    /// the pack says that all are ([`Pack::with_all_on`]).
    pub fn pack(mut self, pack: Pack) -> Self {
        self.packs.push(pack);
        self
    }

    /// Adds the code behind pages of packs that say `native: true`: `lawbook_rules::natives()` for one.
    pub fn natives(mut self, natives: impl IntoIterator<Item = Native>) -> Self {
        self.natives.extend(natives);
        self
    }

    /// Adds the files of a folder that `extends` names, whose rules are all on: paths below it and their texts. `entry`
    /// is written as in `extends`, `./law` for one.
    pub fn folder<P: AsRef<str>, T: Into<Arc<str>>>(
        mut self,
        entry: impl Into<String>,
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let entry = entry.into();
        let shown = entry.trim_start_matches("./").trim_end_matches('/');
        let file = |(path, text): (P, T)| {
            let path = path.as_ref();
            (path.to_owned(), format!("{shown}/{path}"), text.into())
        };
        let name = shown.rsplit('/').next().unwrap_or(shown);
        let (pack, mistakes) = Pack::from_files(name, files.into_iter().map(file).collect());
        self.mistakes.extend(mistakes);
        self.folders.push(entry);
        self.pack(pack.with_all_on())
    }

    /// Takes the text of a `lawbook.toml`, in place of the one before. A folder in its `extends` must be given by
    /// [`LawbookBuilder::folder`], since nothing is read here.
    pub fn settings(mut self, text: impl Into<Arc<str>>) -> Self {
        let (settings, mistakes) = Settings::read(SETTINGS_PATH, text);
        self.mistakes.retain(|mistake| mistake.place.as_ref().is_none_or(|place| &*place.path != SETTINGS_PATH));
        self.mistakes.extend(mistakes);
        self.settings = settings;
        self
    }

    /// Turns on the rules that a preset of the packs lists (`recommended`), after the presets of the settings.
    pub fn extends(mut self, preset: impl Into<String>) -> Self {
        self.presets.push(preset.into());
        self
    }

    /// Sets the level of a rule, over the `[rules]` of the settings; their `[[overrides]]` still hold for their files.
    pub fn level(mut self, rule: impl Into<String>, level: impl Into<Level>) -> Self {
        self.rules.push(RuleSetting::new(rule, Some(level.into()), Vec::new()));
        self
    }

    /// Sets an option of a rule, over the `[rules]` of the settings. A rule that was off runs at its page's level then.
    pub fn option(mut self, rule: impl Into<String>, name: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        let value = Value { span: Span::NOWHERE, data: value.into().into() };
        let entry = Entry { key: name.into(), key_span: Span::NOWHERE, value };
        self.rules.push(RuleSetting::new(rule, None, vec![entry]));
        self
    }

    /// Runs only some of what is on.
    pub fn select(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Says which day it is, for suppressions that end (`until=2027-01-31`). There is no clock here: unless this is
    /// called it is the first of January 1970, none of them has ended, and their length is not limited.
    pub fn today(mut self, today: Date) -> Self {
        self.options.today = today;
        self
    }

    /// Sets the budget of one rule in one text, in steps: about a question to a node each. The default is
    /// [`Steps::DEFAULT_LIMIT`](crate::budget::Steps::DEFAULT_LIMIT). A rule that exceeds it is reported as an
    /// `unchecked-file`.
    pub fn steps(mut self, steps: u64) -> Self {
        self.options.steps = steps;
        self
    }

    /// Plans the rules.
    ///
    /// # Errors
    /// All mistakes in the pages, the settings and the rules, each with its place. A program without a language is a
    /// mistake too, since nothing could be found.
    pub fn build(self) -> Result<Lawbook, MistakeList> {
        let Self { natives, with_code, mut packs, folders, mut settings, mut mistakes, options, .. } = self;
        let (own, wrong_pages) = Pack::from_pages(OWN_PACK, self.pages);
        mistakes.extend(wrong_pages);
        mistakes.extend(language::missing());
        mistakes.extend(without_native(&own, &with_code));
        mistakes.extend(folders_not_given(&settings, &folders));
        packs.push(Pack { natives, ..own }.with_all_on());
        settings.extends.extend(self.presets.into_iter().map(|preset| (preset, Span::NOWHERE)));
        settings.rules.extend(self.rules);
        match Plan::new(&settings, packs, &self.selection) {
            Ok(plan) if mistakes.is_empty() => Ok(Lawbook { engine: Engine::new(plan, options) }),
            planned => {
                mistakes.extend(planned.err().unwrap_or_default());
                Err(mistakes.into())
            }
        }
    }
}

/// The pages that came with code which would never run.
fn without_native(own: &Pack, with_code: &[String]) -> Vec<Mistake> {
    let of_code = own.pages.iter().filter(|entry| with_code.iter().any(|id| **id == *entry.id));
    let lacking = of_code.map(PageEntry::page).filter(|page| !matches!(page.body, Body::Native));
    let mistake = |page: &Arc<crate::rule::page::Page>| {
        Mistake::new(format!("the page of `{}` does not say `native: true`, so its code would never run", page.id))
            .with_help("write `native: true` in its head, or give the page alone")
            .with_place(page.path.clone(), page.text.clone(), Span::empty(0))
    };
    lacking.map(mistake).collect()
}

/// The folders that the settings name and that were not given.
fn folders_not_given(settings: &Settings, folders: &[String]) -> Vec<Mistake> {
    let plain = |entry: &str| entry.trim_start_matches("./").trim_end_matches('/').to_owned();
    let is_given = |entry: &str| folders.iter().any(|folder| plain(folder) == plain(entry));
    let mut mistakes = Mistakes::new(settings.path.clone(), settings.text.clone());
    for (entry, span) in settings.extends.iter().filter(|(entry, _)| is_folder(entry) && !is_given(entry)) {
        let help = "the program that builds the lawbook gives the files of each folder";
        mistakes.add_with_help(*span, format!("the folder `{entry}` was not given"), help);
    }
    mistakes.into_vec()
}

impl From<OptionValue> for Data {
    fn from(value: OptionValue) -> Self {
        let text = |text: String| Value { span: Span::NOWHERE, data: Self::String(text) };
        match value {
            OptionValue::Bool(value) => Self::Bool(value),
            OptionValue::Int(value) => Self::Int(value),
            OptionValue::String(value) => Self::String(value),
            OptionValue::List(items) => Self::List(items.into_iter().map(text).collect()),
        }
    }
}
