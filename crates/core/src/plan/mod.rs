//! The plan of a run: every rule of every pack with its level and options, resolved once from settings.

mod buckets;
mod file_dialects;
mod layers;
mod phases;
mod prefilter;
mod resolve;
mod scoped;
mod search;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use layers::PlannedLayer;
use resolve::RuleNames;

pub(crate) use buckets::{CalledInstance, DialectRules};
pub use file_dialects::FileDialects;
pub(crate) use phases::{Phases, WantedFacts};
pub(crate) use prefilter::{Prefilter, PrefilterResult};
pub use scoped::ScopedGlobs;

use crate::diagnostic::Severity;
use crate::glob::PathGlobs;
use crate::ir::{Dialect, SuppressionLimits};
use crate::language;
use crate::literals::directives;
use crate::mistake::Mistake;
use crate::pack::{Pack, PageEntry, RefusedRule};
use crate::rule::page::{Options, Page, PathFilter, Scope};
use crate::rule::{Rule, engine_ids};
use crate::settings::{Level, Settings, SettingsLayer};
use crate::source::RelPath;

/// The part of the enabled rules that is run. Empty lists mean all.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Selection {
    /// Only these rules, even those that are off.
    pub rules: Vec<String>,
    /// Only the rules of these packs.
    pub packs: Vec<String>,
    /// Without these rules, even those that are on.
    pub ignored: Vec<String>,
}

impl Selection {
    /// Only these rules, even those that are off.
    pub fn of_rules<R: Into<String>>(rules: impl IntoIterator<Item = R>) -> Self {
        Self { rules: rules.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The same selection, limited to the rules of these packs.
    #[must_use]
    pub fn in_packs<P: Into<String>>(self, packs: impl IntoIterator<Item = P>) -> Self {
        Self { packs: packs.into_iter().map(Into::into).collect(), ..self }
    }

    /// The same selection without these rules.
    #[must_use]
    pub fn without<R: Into<String>>(self, rules: impl IntoIterator<Item = R>) -> Self {
        Self { ignored: rules.into_iter().map(Into::into).collect(), ..self }
    }

    /// True if it is all rules that are on.
    pub fn is_all(&self) -> bool {
        self.rules.is_empty() && self.packs.is_empty() && self.ignored.is_empty()
    }
}

/// The rules of a run.
#[derive(Debug)]
pub struct Plan {
    rules: Vec<PlannedRule>,
    names: RuleNames,
    instances: Vec<Instance>,
    /// The rules by folder: those of the topmost one first, and each behind those above it.
    layers: Vec<PlannedLayer>,
    /// The instances of rules whose pages have `files` or `ignores`.
    path_limited: Vec<usize>,
    tests: ScopedGlobs,
    examples: ScopedGlobs,
    exclude: ScopedGlobs,
    dialects: FileDialects,
    taken_away: Vec<TakenAway>,
    notes: Vec<String>,
    placed_notes: Vec<Mistake>,
    refused: Vec<RefusedRule>,
    rules_skipped: Vec<(Arc<str>, String)>,
    /// True if the run is limited to rules by name, one of them a rule of the engine.
    selects_engine_rules: bool,
    narrowed: bool,
    /// The ids of the rules that the selection ignores, sorted.
    ignored: Vec<Arc<str>>,
    budgets: Vec<PlannedBudget>,
    phases: Phases,
    dialect_rules: Vec<OnceLock<DialectRules>>,
    prefilters: Vec<OnceLock<Prefilter>>,
}

/// A rule of a pack, on or off.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlannedRule {
    /// The id it is reported under: `pack/id` where two enabled rules share an id.
    pub id: Arc<str>,
    /// Its pack's name.
    pub pack: Arc<str>,
    /// Its level before overrides; none when it is off.
    pub level: Option<Severity>,
    /// The values of its options before overrides.
    pub options: Options,
    /// The place where the level was set, for messages.
    pub origin: String,
    entry: Arc<PageEntry>,
    /// True if it is on in some folder.
    pub(crate) is_on: bool,
}

/// A rule that settings turn off or lower, though a preset or a page has it on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TakenAway {
    /// The id of its page.
    pub rule: Arc<str>,
    /// Its level otherwise.
    pub from: Severity,
    /// Its level; none when it is off.
    pub to: Option<Severity>,
    /// The path of the file that says so, as messages show it.
    pub path: Arc<str>,
    /// The line there, 1-based.
    pub line: u32,
    /// The globs of the override; none if it is not one.
    pub files: Option<String>,
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

    /// True if the engine itself reports its findings.
    fn is_engine(&self) -> bool {
        engine_ids::ALL.contains(&&*self.entry.id)
    }
}

/// A rule with one set of options. A rule has several instances when overrides change its options.
pub(crate) struct Instance {
    /// Its number among [`Plan::rules`].
    pub(crate) rule: usize,
    pub(crate) options: Options,
    pub(crate) check: Box<dyn Rule>,
    path_filter: PathFilter,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").field("rule", &self.rule).field("options", &self.options).finish_non_exhaustive()
    }
}

/// A limit of suppressions.
#[derive(Debug)]
pub(crate) struct PlannedBudget {
    /// The number of the rule; none for all rules.
    pub(crate) rule: Option<usize>,
    /// The folder whose files it limits.
    folder: RelPath,
    /// The folder that its globs are relative to.
    base: RelPath,
    /// The folders below that it does not limit.
    except: Vec<RelPath>,
    /// None for all files.
    files: Option<PathGlobs>,
    pub(crate) max: usize,
    /// Its rule and files, for messages: `` of `no-eval` in `src/**` ``.
    pub(crate) what: String,
    /// The place of its number in the settings.
    pub(crate) origin: String,
}

impl PlannedBudget {
    /// True if a suppression of the rule in the file counts; the rule is none for one that names no rule.
    pub(crate) fn counts(&self, rule: Option<usize>, path: &RelPath) -> bool {
        let lies_in = |folder: &RelPath| folder.holds(path.as_str());
        let matches =
            |files: &PathGlobs| self.base.below(path.as_str()).is_some_and(|seen| files.first_match(seen).is_some());
        (self.rule.is_none() || self.rule == rule)
            && lies_in(&self.folder)
            && !self.except.iter().any(lies_in)
            && self.files.as_ref().is_none_or(matches)
    }

    /// True if it limits the suppressions of all rules in all files.
    pub(crate) fn is_of_all(&self) -> bool {
        self.rule.is_none() && self.files.is_none() && self.folder.is_root()
    }
}

/// The change that an override makes to a rule; none keeps the level or the instance.
#[derive(Clone, Copy, Debug)]
struct InstanceChange {
    level: Option<Level>,
    instance: Option<usize>,
}

/// By instance, its level on one file; none where it does not run.
pub(crate) type Levels = Arc<[Option<Severity>]>;

impl Plan {
    /// Resolves settings over packs.
    ///
    /// # Errors
    /// All mistakes in the settings and in the pages that they enable.
    pub fn new(settings: &Settings, packs: Vec<Pack>, selection: &Selection) -> Result<Self, Vec<Mistake>> {
        let mut plan = Self::of_layers(&[SettingsLayer::topmost(settings.clone())], packs, selection)?;
        let refused = std::mem::take(&mut plan.refused);
        let mistakes: Vec<Mistake> = refused.into_iter().flat_map(|rule| rule.mistakes).collect();
        if mistakes.is_empty() { Ok(plan) } else { Err(mistakes) }
    }

    /// Resolves the settings of several files over packs. The first holds for the whole project, the others for folders
    /// below; they are sorted by these folders. A rule that cannot run does not stop the others: it is in
    /// [`Plan::refused`].
    ///
    /// # Errors
    /// All mistakes in the settings.
    pub fn of_layers(layers: &[SettingsLayer], packs: Vec<Pack>, selection: &Selection) -> Result<Self, Vec<Mistake>> {
        let without_settings = [SettingsLayer::topmost(Settings::default())];
        resolve::plan(if layers.is_empty() { &without_settings } else { layers }, packs, selection)
    }

    /// The rules that cannot run, with their mistakes.
    pub fn refused(&self) -> &[RefusedRule] {
        &self.refused
    }

    /// The rules that this binary runs on some of their languages only, each with the reason.
    pub fn rules_skipped(&self) -> &[(Arc<str>, String)] {
        &self.rules_skipped
    }

    /// The rules that settings turn off or lower.
    pub fn taken_away(&self) -> &[TakenAway] {
        &self.taken_away
    }

    /// Notes for the user about the settings, a line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Those of the notes that are about a place in a file of settings or a page.
    pub fn placed_notes(&self) -> &[Mistake] {
        &self.placed_notes
    }

    /// The level that the settings give a rule of [`Plan::rules`] on a file, whatever its language, and the place that
    /// set it.
    pub fn level_on(&self, path: &RelPath, rule: &PlannedRule) -> (Option<Severity>, &str) {
        let layer = &self.layers[PlannedLayer::of(&self.layers, path)];
        let Some(at) = self.rules.iter().position(|other| std::ptr::eq(other, rule)) else { return (None, "") };
        let changes = layer.overrides.iter().rev().filter(|change| change.applies_to(path));
        let level = |change: &layers::PlannedOverride| {
            change.changes.iter().rev().find(|(rule, _)| *rule == at).and_then(|(_, change)| change.level)
        };
        for change in changes {
            if let Some(level) = level(change) {
                return (level.severity(), &change.origin);
            }
        }
        (layer.rules[at].level, &layer.rules[at].origin)
    }

    /// The level that the settings give a rule of [`Plan::rules`] in a folder before overrides, and the place that set it.
    pub fn level_in(&self, folder: &RelPath, rule: &PlannedRule) -> (Option<Severity>, &str) {
        // A file in the folder; the layer of a path does not depend on its name.
        let layer = &self.layers[PlannedLayer::of(&self.layers, &RelPath::new(format!("{folder}/x")))];
        let Some(at) = self.rules.iter().position(|other| std::ptr::eq(other, rule)) else { return (None, "") };
        (layer.rules[at].level, &layer.rules[at].origin)
    }

    /// The options of a rule of [`Plan::rules`] in a folder before overrides; empty where it is off.
    pub(crate) fn options_in<'p>(&'p self, folder: &RelPath, rule: &'p PlannedRule) -> &'p Options {
        let layer = &self.layers[PlannedLayer::of(&self.layers, &RelPath::new(format!("{folder}/x")))];
        let at = self.rules.iter().position(|other| std::ptr::eq(other, rule));
        at.map_or(&rule.options, |at| &layer.rules[at].options)
    }

    /// The number of rules that run on some file, apart from those of the engine itself.
    pub fn rules_on(&self) -> usize {
        self.rules.iter().filter(|rule| rule.is_on && !rule.is_engine()).count()
    }

    /// True if no rule is on, so that a run could find nothing. A run that is limited to rules of the engine itself is
    /// one of rules.
    pub fn runs_nothing(&self) -> bool {
        !self.has_rules() && !self.selects_engine_rules
    }

    /// All rules of all packs, with those that are off.
    pub fn rules(&self) -> &[PlannedRule] {
        &self.rules
    }

    /// True if any rule runs on some file, apart from those of the engine itself.
    pub fn has_rules(&self) -> bool {
        self.instances.iter().any(|instance| !self.rules[instance.rule].is_engine())
    }

    /// True if a rule is on for a file and its languages, apart from those of the engine itself.
    pub fn has_rules_on(&self, path: &RelPath) -> bool {
        let dialects: Vec<_> = self.dialect(path).into_iter().flat_map(language::dialects_in).collect();
        let levels = self.levels(path);
        let on = self.instances.iter().zip(&*levels).filter(|(_, level)| level.is_some());
        let mut rules = on.map(|(instance, _)| &self.rules[instance.rule]).filter(|rule| !rule.is_engine());
        rules.any(|rule| dialects.iter().any(|dialect| rule.page().claims.includes(dialect.name)))
    }

    /// True if the run is limited to rules by name, one of them a rule of the engine.
    pub fn selects_engine_rules(&self) -> bool {
        self.selects_engine_rules
    }

    /// True if the rule with this name is one of the plan and the settings turn it off on a file, whatever its language.
    pub fn is_off_on(&self, path: &RelPath, name: &str) -> bool {
        let rule = self.find_in(path, name).map(|at| &self.rules[at]);
        rule.is_some_and(|rule| self.level_on(path, rule).0.is_none())
    }

    /// The rules that run on a file, with their levels and where these were set, in the order of [`Plan::rules`].
    pub fn rules_for(&self, path: &RelPath) -> Vec<RuleOnFile<'_>> {
        let levels = self.levels(path);
        let dialects: Vec<_> = self.dialect(path).into_iter().flat_map(language::dialects_in).collect();
        let runs = |rule: &PlannedRule| dialects.iter().any(|dialect| rule.page().claims.includes(dialect.name));
        let active = levels.iter().enumerate().filter_map(|(at, level)| Some((&self.instances[at], (*level)?)));
        let layer = &self.layers[PlannedLayer::of(&self.layers, path)];
        let mut found: Vec<_> = active
            .map(|(instance, severity)| {
                let rule = &self.rules[instance.rule];
                let changed = layer.overrides.iter().rev().find(|change| {
                    change.applies_to(path) && change.changes.iter().any(|(rule, _)| *rule == instance.rule)
                });
                let origin = changed.map_or(&layer.rules[instance.rule].origin, |change| &change.origin);
                RuleOnFile { rule, severity, options: &instance.options, origin, index: instance.rule }
            })
            .filter(|on_file| runs(on_file.rule))
            .collect();
        found.sort_by_key(|on_file| on_file.index);
        found
    }

    /// The number of the rule with this name in settings, suppressions and commands: an id, `pack/id`, or an earlier
    /// id. None if no rule or several rules have it.
    pub fn find(&self, name: &str) -> Option<usize> {
        match self.names.named(&self.rules, name, &|at| self.rules[at].is_on)[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The number of the rule with this name in a file: of several rules, the one that is on in its folder.
    pub fn find_in(&self, path: &RelPath, name: &str) -> Option<usize> {
        let layer = &self.layers[PlannedLayer::of(&self.layers, path)];
        let is_on = |at: usize| layer.rules[at].instance.is_some();
        match self.names.named(&self.rules, name, &is_on)[..] {
            [one] => Some(one),
            _ => self.find(name),
        }
    }

    /// The rules that this name can mean, each as `pack/id`.
    pub(crate) fn qualified_names(&self, name: &str) -> Vec<String> {
        let named = self.names.named(&self.rules, name, &|at| self.rules[at].is_on);
        let rules = named.iter().map(|at| &self.rules[*at]);
        rules.map(|rule| format!("{}/{}", rule.pack, rule.entry.id)).collect()
    }

    /// The dialect of a file; none if it is not checked.
    pub fn dialect(&self, path: &RelPath) -> Option<&'static Dialect> {
        self.dialects.of(path)
    }

    /// The dialects of files, by their paths.
    pub fn dialects(&self) -> &FileDialects {
        &self.dialects
    }

    /// True if the path matches `[files] tests`.
    pub fn is_test(&self, path: &RelPath) -> bool {
        self.tests.matches(path)
    }

    /// True if the path matches `[files] examples`.
    pub fn is_example(&self, path: &RelPath) -> bool {
        self.examples.matches(path)
    }

    /// The globs of `[files] exclude`.
    pub fn exclude(&self) -> &ScopedGlobs {
        &self.exclude
    }

    /// The globs of `[files] tests`.
    pub fn tests(&self) -> &ScopedGlobs {
        &self.tests
    }

    /// The globs of `[files] examples`.
    pub fn examples(&self) -> &ScopedGlobs {
        &self.examples
    }

    /// True if only some of the enabled rules run, so that findings of the others are not known.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.narrowed
    }

    /// True if a run of this plan reports all findings of the rule with this name, so that a missing one is known to be
    /// fixed.
    pub fn reports_all_of(&self, name: &str) -> bool {
        let rule = self.find(name).map(|at| &self.rules[at]);
        let id = rule.map_or_else(|| name.rsplit('/').next().unwrap_or(name), |rule| &*rule.entry.id);
        // A rule that cannot run has not looked.
        if self.refused.iter().any(|refused| *refused.id == *id) {
            return rule.is_some_and(|rule| rule.is_on);
        }
        !(self.narrowed || self.is_ignored(id)) || self.runs(name)
    }

    /// The ids of the rules that the selection ignores, sorted.
    pub fn ignored(&self) -> &[Arc<str>] {
        &self.ignored
    }

    /// True for the id of a page whose rule the selection ignores.
    pub(crate) fn is_ignored(&self, id: &str) -> bool {
        self.ignored.iter().any(|ignored| **ignored == *id)
    }

    /// True if the rule with this name is on in some folder, apart from those of the engine, whose findings in a file depend
    /// on which other rules run there.
    pub fn runs(&self, name: &str) -> bool {
        self.find(name).map(|at| &self.rules[at]).is_some_and(|rule| rule.is_on && !rule.is_engine())
    }

    /// True if a rule about the project or a change needs facts of the dialect's files, so that all of them are parsed.
    pub fn needs_facts(&self, dialect: &'static Dialect) -> bool {
        !self.wanted_facts(dialect).is_empty()
    }

    /// True if a rule of the plan has this scope, so that the caller has to run that phase.
    pub fn has_phase(&self, scope: Scope) -> bool {
        self.phases.of(scope).next().is_some()
    }

    /// The facts that are collected of the dialect's files.
    pub(crate) fn wanted_facts(&self, dialect: &'static Dialect) -> &WantedFacts {
        self.phases.wanted(dialect_number(dialect))
    }

    /// The rules about the project or a change.
    pub(crate) fn phases(&self) -> &Phases {
        &self.phases
    }

    /// The limits of single suppressions in a file.
    pub(crate) fn suppression_limits(&self, path: &RelPath) -> SuppressionLimits {
        self.layers[PlannedLayer::of(&self.layers, path)].suppression_limits
    }

    /// The fewest words of a reason at the root.
    pub fn min_words_of_reasons(&self) -> usize {
        self.layers[0].suppression_limits.min_words
    }

    /// The limits on the number of suppressions.
    pub(crate) fn budgets(&self) -> &[PlannedBudget] {
        &self.budgets
    }

    /// True if an ast-grep rule runs, so that `ast-grep-ignore` comments are applied.
    pub(crate) fn runs_ast_grep(&self) -> bool {
        self.instances.iter().any(|instance| self.rules[instance.rule].page().ast_grep)
    }

    /// The numbers of the ast-grep rules that run.
    pub(crate) fn ast_grep_rules(&self) -> Vec<usize> {
        let mut rules: Vec<usize> = self.instances.iter().map(|instance| instance.rule).collect();
        rules.dedup();
        rules.retain(|rule| self.rules[*rule].page().ast_grep);
        rules
    }

    pub(crate) fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The level of each instance on a file, whatever its language, or on the project as a whole.
    pub(crate) fn levels(&self, path: &RelPath) -> Levels {
        // The root stands for the project as a whole, which no glob matches.
        if path.is_root() {
            return self.layers[0].levels.clone();
        }
        let layer = &self.layers[PlannedLayer::of(&self.layers, path)];
        let changes: Vec<_> = layer.overrides.iter().filter(|change| change.applies_to(path)).collect();
        let filtered_out: Vec<_> =
            self.path_limited.iter().filter(|at| !self.instances[**at].path_filter.matches(path)).collect();
        if changes.is_empty() && filtered_out.is_empty() {
            return layer.levels.clone();
        }
        let mut levels = layer.levels.to_vec();
        // For each rule that an override names, the instance that runs.
        let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
        for (rule, change) in changes.into_iter().flat_map(|change| &change.changes) {
            let Some(base) = layer.rules[*rule].instance else { continue };
            let at = chosen.entry(*rule).or_insert(base);
            let level = change.level.map_or(levels[*at], Level::severity);
            levels[*at] = None;
            *at = change.instance.unwrap_or(*at);
            levels[*at] = level;
        }
        for at in filtered_out {
            levels[*at] = None;
        }
        levels.into()
    }

    pub(crate) fn dialect_rules(&self, dialect: &'static Dialect) -> &DialectRules {
        self.dialect_rules[dialect_number(dialect)]
            .get_or_init(|| DialectRules::new(&self.instances, &self.rules, dialect))
    }

    /// True if suppressions in files of the dialect have to be read. Not so if no rule runs on them, unless
    /// suppressions are limited or only rules of the engine run.
    pub(crate) fn suppressions_matter(&self, dialect: &'static Dialect) -> bool {
        let mut rules = self.instances.iter().map(|instance| &self.rules[instance.rule]);
        self.prefilter(dialect).has_rules()
            || !self.phases.is_empty()
            || !self.budgets.is_empty()
            || rules.all(PlannedRule::is_engine)
    }

    pub(crate) fn prefilter(&self, dialect: &'static Dialect) -> &Prefilter {
        self.prefilters[dialect_number(dialect)].get_or_init(|| {
            // The longer words make the search faster: a searcher of few short words stops at more places.
            let mut words = directives::KEYWORD_PARTS.to_vec();
            words.push(directives::SUPPRESSION);
            words.extend(directives::NEAR_MISSES);
            words.extend(self.runs_ast_grep().then_some(directives::AST_GREP_SUPPRESSION));
            Prefilter::new(&self.instances, self.dialect_rules(dialect), dialect, &words)
        })
    }
}

/// The number of a dialect among all dialects and hosts.
fn dialect_number(dialect: &'static Dialect) -> usize {
    language::dialects_and_hosts().position(|other| other == dialect).unwrap_or_default()
}

/// A rule with its level and options on one file.
#[derive(Debug)]
#[non_exhaustive]
pub struct RuleOnFile<'p> {
    /// The rule.
    pub rule: &'p PlannedRule,
    /// Its level on the file.
    pub severity: Severity,
    /// Its options on the file.
    pub options: &'p Options,
    /// The place where the level was set, for messages.
    pub origin: &'p str,
    index: usize,
}
