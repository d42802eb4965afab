//! What runs: every rule of every pack with its level and options, resolved once from settings.

mod buckets;
mod file_dialects;
mod phases;
mod prefilter;
mod resolve;
mod search;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub(crate) use buckets::{Buckets, Called};
pub use file_dialects::FileDialects;
pub(crate) use phases::{Phases, WantedFacts};
pub(crate) use prefilter::{Prefilter, Scan};

use crate::diagnostic::Severity;
use crate::glob::PathGlobs;
use crate::ir::Dialect;
use crate::language;
use crate::literals::directives;
use crate::mistake::Mistake;
use crate::pack::{Pack, PageEntry};
use crate::rule::page::{Options, Page, Reach, Scope};
use crate::rule::{Rule, engine_ids};
use crate::settings::{Level, Settings};
use crate::source::RelPath;

/// What to run of all that is enabled. Empty lists mean all.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Selection {
    /// Just these rules, also when they are off.
    pub rules: Vec<String>,
    /// Just the rules of these packs.
    pub packs: Vec<String>,
}

impl Selection {
    /// Just these rules, also when they are off.
    pub fn of_rules<R: Into<String>>(rules: impl IntoIterator<Item = R>) -> Self {
        Self { rules: rules.into_iter().map(Into::into).collect(), packs: Vec::new() }
    }

    /// The same of these packs alone.
    #[must_use]
    pub fn in_packs<P: Into<String>>(self, packs: impl IntoIterator<Item = P>) -> Self {
        Self { packs: packs.into_iter().map(Into::into).collect(), ..self }
    }
}

/// The rules of a run.
#[derive(Debug)]
pub struct Plan {
    rules: Vec<PlannedRule>,
    instances: Vec<Instance>,
    overrides: Vec<PlannedOverride>,
    /// The levels on a file that nothing says anything else of.
    usual: Levels,
    /// The instances that are not for every file.
    limited: Vec<usize>,
    tests: PathGlobs,
    exclude: PathGlobs,
    dialects: FileDialects,
    narrowed: bool,
    budgets: Vec<PlannedBudget>,
    phases: Phases,
    buckets: Vec<OnceLock<Buckets>>,
    prefilters: Vec<OnceLock<Prefilter>>,
}

/// A rule of some pack, on or off.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlannedRule {
    /// The id it is reported under: `pack/id` where two enabled rules share an id.
    pub id: Arc<str>,
    /// Its pack's name.
    pub pack: Arc<str>,
    /// Its level before overrides; none when it is off.
    pub level: Option<Severity>,
    /// The values that it runs with before overrides.
    pub options: Options,
    /// What set the level, for people.
    pub origin: String,
    entry: Arc<PageEntry>,
}

impl PlannedRule {
    /// Its page.
    pub fn page(&self) -> &Arc<Page> {
        self.entry.page()
    }

    /// The id of its page.
    pub fn page_id(&self) -> &Arc<str> {
        &self.entry.id
    }

    /// Whether it stands for what the engine itself reports.
    fn is_engine(&self) -> bool {
        engine_ids::ALL.contains(&&*self.entry.id)
    }
}

/// A rule with one set of options: what is called for nodes.
pub(crate) struct Instance {
    /// Its number among [`Plan::rules`].
    pub(crate) rule: usize,
    pub(crate) options: Options,
    pub(crate) check: Box<dyn Rule>,
    reach: Reach,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").field("rule", &self.rule).field("options", &self.options).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct PlannedOverride {
    files: PathGlobs,
    /// For a rule: the instance that takes over, and its level.
    changes: Vec<(usize, Change)>,
    origin: String,
}

/// How many suppressions there may be.
#[derive(Debug)]
pub(crate) struct PlannedBudget {
    /// The number of the rule; none for all rules.
    pub(crate) rule: Option<usize>,
    /// None for all files.
    files: Option<PathGlobs>,
    pub(crate) max: usize,
    /// What it is of, for people: `` of `no-eval` in `src/**` ``.
    pub(crate) what: String,
}

impl PlannedBudget {
    /// Whether a suppression of the rule in the file counts; one of no rule in particular has none.
    pub(crate) fn counts(&self, rule: Option<usize>, path: &RelPath) -> bool {
        (self.rule.is_none() || self.rule == rule) && self.files.as_ref().is_none_or(|files| files.matches(path))
    }
}

#[derive(Clone, Copy, Debug)]
struct Change {
    level: Option<Level>,
    instance: Option<usize>,
}

/// For each instance: the level it has on one file, if it runs there.
pub(crate) type Levels = Arc<[Option<Severity>]>;

impl Plan {
    /// Resolves settings over packs.
    ///
    /// # Errors
    /// Every mistake in the settings and in the pages that they enable.
    pub fn new(settings: &Settings, packs: Vec<Pack>, selection: &Selection) -> Result<Self, Vec<Mistake>> {
        resolve::plan(settings, packs, selection)
    }

    /// Every rule of every pack, also those that are off.
    pub fn rules(&self) -> &[PlannedRule] {
        &self.rules
    }

    /// Whether any rule is on somewhere, beside those of the engine itself.
    pub fn has_rules(&self) -> bool {
        self.instances.iter().any(|instance| !self.rules[instance.rule].is_engine())
    }

    /// The rules that run on a file, with their levels and what set these, in the order of [`Plan::rules`].
    pub fn rules_for(&self, path: &RelPath) -> Vec<RuleOnFile<'_>> {
        let levels = self.levels(path);
        let dialects: Vec<_> = self.dialect(path).into_iter().flat_map(language::dialects_in).collect();
        let runs = |rule: &PlannedRule| dialects.iter().any(|dialect| rule.page().claims.holds(dialect.name));
        let active = levels.iter().enumerate().filter_map(|(at, level)| Some((&self.instances[at], (*level)?)));
        let mut found: Vec<_> = active
            .map(|(instance, severity)| {
                let rule = &self.rules[instance.rule];
                let changed = self.overrides.iter().rev().find(|change| {
                    change.files.matches(path) && change.changes.iter().any(|(rule, _)| *rule == instance.rule)
                });
                let origin = changed.map_or(&rule.origin, |change| &change.origin);
                RuleOnFile { rule, severity, options: &instance.options, origin, index: instance.rule }
            })
            .filter(|on_file| runs(on_file.rule))
            .collect();
        found.sort_by_key(|on_file| on_file.index);
        found
    }

    /// The rule that a setting, a comment or a command calls `name`: an id, `pack/id`, or an earlier id.
    pub fn find(&self, name: &str) -> Option<usize> {
        resolve::find(&self.rules, name)
    }

    /// The dialect that a file is read as; none for one that is not checked.
    pub fn dialect(&self, path: &RelPath) -> Option<&'static Dialect> {
        self.dialects.of(path)
    }

    /// What files are read as.
    pub fn dialects(&self) -> &FileDialects {
        &self.dialects
    }

    /// Whether the path is one that holds tests.
    pub fn is_test(&self, path: &RelPath) -> bool {
        self.tests.matches(path)
    }

    /// The globs of `[files] exclude`.
    pub fn exclude(&self) -> &PathGlobs {
        &self.exclude
    }

    /// Whether only some of the enabled rules run, so that nothing can be said of the others.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.narrowed
    }

    /// Whether a run of this plan tells every finding of the rule called `name`, so that one that is missing is mended.
    pub fn tells_all_of(&self, name: &str) -> bool {
        if !self.narrowed {
            return true;
        }
        let rule = self.find(name).map(|at| &self.rules[at]);
        // How much the engine says of a file depends on which other rules want it.
        rule.is_some_and(|rule| rule.level.is_some() && !rule.is_engine())
    }

    /// Whether a rule looks beyond single files and takes facts of the dialect's files for that, so that these are parsed
    /// whatever their text holds.
    pub fn needs_facts(&self, dialect: &'static Dialect) -> bool {
        !self.wanted_facts(dialect).is_empty()
    }

    /// Whether a rule of the run has a phase of this scope, so that a client that can must let it look.
    pub fn has_phase(&self, scope: Scope) -> bool {
        self.phases.of(scope).next().is_some()
    }

    /// The facts that are collected of the dialect's files.
    pub(crate) fn wanted_facts(&self, dialect: &'static Dialect) -> &WantedFacts {
        self.phases.wanted(place(dialect))
    }

    /// The rules that look beyond single files.
    pub(crate) fn phases(&self) -> &Phases {
        &self.phases
    }

    /// How many suppressions there may be.
    pub(crate) fn budgets(&self) -> &[PlannedBudget] {
        &self.budgets
    }

    /// Whether a rule runs that is written for ast-grep, so that ast-grep's comments count.
    pub(crate) fn runs_ast_grep(&self) -> bool {
        self.instances.iter().any(|instance| self.rules[instance.rule].page().ast_grep)
    }

    /// The numbers of the rules that run and are written for ast-grep.
    pub(crate) fn ast_grep_rules(&self) -> Vec<usize> {
        let mut rules: Vec<usize> = self.instances.iter().map(|instance| instance.rule).collect();
        rules.dedup();
        rules.retain(|rule| self.rules[*rule].page().ast_grep);
        rules
    }

    pub(crate) fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The level of each instance on a file, before its language is asked, or on the project as a whole.
    pub(crate) fn levels(&self, path: &RelPath) -> Levels {
        // The project as a whole is no file that globs could name.
        if path.is_root() {
            return self.usual.clone();
        }
        let changes: Vec<_> = self.overrides.iter().filter(|change| change.files.matches(path)).collect();
        let beyond: Vec<_> = self.limited.iter().filter(|at| !self.instances[**at].reach.holds(path)).collect();
        if changes.is_empty() && beyond.is_empty() {
            return self.usual.clone();
        }
        let mut levels = self.usual.to_vec();
        // Of each rule that an override names: the instance that runs.
        let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
        for (rule, change) in changes.into_iter().flat_map(|change| &change.changes) {
            let base = self.instances.partition_point(|instance| instance.rule < *rule);
            if self.instances.get(base).is_none_or(|instance| instance.rule != *rule) {
                continue;
            }
            let at = chosen.entry(*rule).or_insert(base);
            let level = change.level.map_or(levels[*at], Level::severity);
            levels[*at] = None;
            *at = change.instance.unwrap_or(*at);
            levels[*at] = level;
        }
        for at in beyond {
            levels[*at] = None;
        }
        levels.into()
    }

    pub(crate) fn buckets(&self, dialect: &'static Dialect) -> &Buckets {
        self.buckets[place(dialect)].get_or_init(|| Buckets::new(&self.instances, &self.rules, dialect))
    }

    /// Whether suppressions in files of the dialect matter. Where no rule is ever called there is nothing to suppress,
    /// unless the number of suppressions is what is asked for.
    pub(crate) fn suppressions_count(&self, dialect: &'static Dialect) -> bool {
        let mut rules = self.instances.iter().map(|instance| &self.rules[instance.rule]);
        self.prefilter(dialect).has_law()
            || !self.phases.is_empty()
            || !self.budgets.is_empty()
            || rules.all(PlannedRule::is_engine)
    }

    pub(crate) fn prefilter(&self, dialect: &'static Dialect) -> &Prefilter {
        self.prefilters[place(dialect)].get_or_init(|| {
            let words = [directives::SUPPRESSION, directives::AST_GREP_SUPPRESSION];
            let comments = if self.runs_ast_grep() { &words[..] } else { &words[..1] };
            Prefilter::new(&self.instances, self.buckets(dialect), dialect, comments)
        })
    }
}

/// The levels of instances where no override changes them: the first instance of a rule is its base, the others wait for
/// an override.
fn usual(rules: &[PlannedRule], instances: &[Instance]) -> Levels {
    let is_base = |at: usize| at == 0 || instances[at - 1].rule != instances[at].rule;
    instances.iter().enumerate().map(|(at, instance)| rules[instance.rule].level.filter(|_| is_base(at))).collect()
}

/// The number of a dialect among all.
fn place(dialect: &'static Dialect) -> usize {
    language::dialects_and_hosts().position(|known| known == dialect).unwrap_or_default()
}

/// A rule as it runs on one file.
#[derive(Debug)]
#[non_exhaustive]
pub struct RuleOnFile<'p> {
    /// The rule.
    pub rule: &'p PlannedRule,
    /// Its level there.
    pub severity: Severity,
    /// Its options there.
    pub options: &'p Options,
    /// What set the level.
    pub origin: &'p str,
    index: usize,
}
