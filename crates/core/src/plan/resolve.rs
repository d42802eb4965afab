//! Makes a plan from settings and packs: resolves names of rules, levels and options.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::data::{Data, Entry};
use crate::diagnostic::Severity;
use crate::glob::{self, PathGlobs};
use crate::ir::Dialect;
use crate::mistake::{Mistake, Mistakes, unknown_name_help};
use crate::pack::{Native, Pack, PageEntry};
use crate::plan::{
    FileDialects, Instance, InstanceChange, Phases, Plan, PlannedBudget, PlannedOverride, PlannedRule, Selection,
};
use crate::rule::object::ExpressionPool;
use crate::rule::options::OptionError;
use crate::rule::page::{Body, OptionValue, Options, Page, PathFilter, Scope};
use crate::rule::{Declarative, Interest, Rule, engine_ids};
use crate::settings::{Budget, Level, RuleSetting, Settings};
use crate::source::{LineIndex, RelPath};
use crate::span::Span;

/// The maximum size of all globs of a plan together. What is built of them then takes less than a gigabyte.
const MAX_GLOBS_SIZE: usize = 1_000_000;

/// The number of the rule with this name; none when no rule or several rules have it.
pub(super) fn find(rules: &[PlannedRule], name: &str) -> Option<usize> {
    match rules_named(rules, name)[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// The numbers of the rules that `name` can mean. Rules that are off are left out if one that is on has the name.
fn rules_named(rules: &[PlannedRule], name: &str) -> Vec<usize> {
    let matching = |fits: &dyn Fn(&PlannedRule) -> bool| -> Vec<usize> {
        rules.iter().enumerate().filter(|(_, rule)| fits(rule)).map(|(at, _)| at).collect()
    };
    let mut found = match name.rsplit_once('/') {
        Some((pack, id)) => {
            matching(&|rule| &*rule.pack == pack && (&*rule.entry.id == id || has_earlier_id(&rule.entry, id)))
        }
        None => matching(&|rule| &*rule.entry.id == name),
    };
    if found.is_empty() && !name.contains('/') {
        found = matching(&|rule| has_earlier_id(&rule.entry, name));
    }
    if found.len() > 1 && found.iter().any(|at| rules[*at].level.is_some()) {
        found.retain(|at| rules[*at].level.is_some());
    }
    found
}

fn has_earlier_id(entry: &PageEntry, id: &str) -> bool {
    entry.formerly.iter().any(|old| &**old == id)
}

/// Makes the plan, or returns all mistakes.
pub(super) fn plan(settings: &Settings, packs: Vec<Pack>, selection: &Selection) -> Result<Plan, Vec<Mistake>> {
    let mut resolver = Resolver::new(settings, packs);
    resolver.extends(settings);
    resolver.settings(&settings.rules);
    resolver.select(selection);
    resolver.finish(settings, selection)
}

/// The state while settings are resolved.
struct Resolver {
    rules: Vec<PlannedRule>,
    /// The options that were set, by the number of the rule.
    set: HashMap<usize, Vec<Entry>>,
    natives: Vec<Native>,
    /// The names of packs whose pages have no mistakes.
    built_in: Vec<Arc<str>>,
    presets: Vec<(Arc<str>, Vec<RuleSetting>)>,
    pack_names: Vec<Arc<str>>,
    /// The paths of pages in the project.
    pages: HashSet<RelPath>,
    unread: Vec<Arc<str>>,
    /// The regular expressions of the rules so far.
    expressions: ExpressionPool,
    /// The size of the globs so far.
    globs_size: usize,
    /// The lines of the settings, once one was asked for.
    lines: OnceCell<LineIndex>,
    mistakes: Mistakes,
    /// Mistakes that are not in the settings: names on the command line, and pages.
    other_mistakes: Vec<Mistake>,
}

impl Resolver {
    fn new(settings: &Settings, packs: Vec<Pack>) -> Self {
        let mut resolver = Self {
            rules: Vec::new(),
            set: HashMap::new(),
            natives: Vec::new(),
            built_in: Vec::new(),
            presets: Vec::new(),
            pack_names: packs.iter().map(|pack| pack.name.clone()).collect(),
            pages: packs.iter().flat_map(|pack| pack.paths.iter().cloned()).collect(),
            unread: packs.iter().flat_map(|pack| pack.unread.iter().cloned()).collect(),
            expressions: ExpressionPool::default(),
            globs_size: 0,
            lines: OnceCell::new(),
            mistakes: Mistakes::new(settings.path.clone(), settings.text.clone()),
            other_mistakes: Vec::new(),
        };
        for pack in packs {
            if pack.built_in {
                resolver.built_in.push(pack.name.clone());
            }
            resolver.natives.extend(pack.natives);
            resolver.presets.extend(pack.presets.into_iter().map(|preset| (preset.name, preset.rules)));
            for entry in pack.pages {
                let engine = engine_ids::ALL.contains(&&*entry.id);
                let on = engine || pack.extended;
                let level = if on { entry.page().severity } else { None };
                let origin = match (engine, pack.extended) {
                    (true, _) => "engine".to_owned(),
                    (_, true) => format!("pack {}", pack.name),
                    _ => "not enabled".to_owned(),
                };
                resolver.add(entry, &pack.name, level, origin);
            }
        }
        for rule in engine_ids::RULES {
            if !resolver.rules.iter().any(|known| *known.entry.id == *rule.id) {
                let page = rule.page();
                let level = page.severity;
                resolver.add(PageEntry::ready(page), &"engine".into(), level, "engine".to_owned());
            }
        }
        resolver
    }

    fn add(&mut self, entry: PageEntry, pack: &Arc<str>, level: Option<Severity>, origin: String) {
        let id = entry.id.clone();
        let entry = Arc::new(entry);
        self.rules.push(PlannedRule { id, pack: pack.clone(), level, options: Options::new(), origin, entry });
    }

    /// Applies the presets in `extends`.
    fn extends(&mut self, settings: &Settings) {
        for (name, span) in &settings.extends {
            if crate::settings::is_folder(name) {
                continue;
            }
            let wanted = |(preset, _): &&(Arc<str>, Vec<RuleSetting>)| **preset == **name;
            let Some((_, rules)) = self.presets.iter().find(wanted).cloned() else {
                if self.is_unread(name) {
                    continue;
                }
                let known = self.presets.iter().map(|(name, _)| &**name);
                let help = format!("{}; a folder of pages starts with `./`", unknown_name_help(name, known));
                self.mistakes.add_with_help(*span, format!("unknown preset `{name}`"), help);
                continue;
            };
            for setting in &rules {
                if let [at] = rules_named(&self.rules, &setting.name)[..] {
                    self.apply(at, setting, format!("preset {name}"));
                }
            }
        }
    }

    /// Applies `[rules]`.
    fn settings(&mut self, rules: &[RuleSetting]) {
        let path = self.mistakes_path();
        for setting in rules {
            if let Some(at) = self.resolve_name(&setting.name, setting.span) {
                let origin = match setting.span {
                    Span::NOWHERE => "the program".to_owned(),
                    span => format!("{path}:{}", self.line(span)),
                };
                self.apply(at, setting, origin);
            }
        }
    }

    /// True if a page or preset of this name has mistakes of its own, which are reported.
    fn is_unread(&self, name: &str) -> bool {
        let id = name.rsplit_once('/').map_or(name, |(_, id)| id);
        self.unread.iter().any(|unread| **unread == *id)
    }

    fn mistakes_path(&self) -> Arc<str> {
        self.mistakes.path().clone()
    }

    fn line(&self, span: Span) -> u32 {
        self.lines.get_or_init(|| LineIndex::new(self.mistakes.text())).line(span.start)
    }

    /// The number of the one rule with this name; adds a mistake when there is none or several.
    fn resolve_name(&mut self, name: &str, span: Span) -> Option<usize> {
        match rules_named(&self.rules, name)[..] {
            [one] => return Some(one),
            [] if self.is_unread(name) => {}
            [] => {
                let known: Vec<Arc<str>> = self.rules.iter().map(|rule| rule.entry.id.clone()).collect();
                self.mistakes.add_unknown(span, "rule", name, known.iter().map(|id| &**id));
            }
            ref several => {
                let choices: Vec<String> = several
                    .iter()
                    .map(|at| format!("`{}/{}`", self.rules[*at].pack, self.rules[*at].entry.id))
                    .collect();
                let message = format!("`{name}` is a rule of several packs");
                self.mistakes.add_with_help(span, message, format!("write {}", choices.join(" or ")));
            }
        }
        None
    }

    /// Applies a setting to the rule with number `at`.
    fn apply(&mut self, at: usize, setting: &RuleSetting, origin: String) {
        let rule = &mut self.rules[at];
        if let Some(level) = setting.level {
            if engine_ids::ALWAYS.contains(&&*rule.entry.id) {
                let message = format!("the level of `{}` is not to be set", rule.entry.id);
                self.mistakes.add_with_help(setting.span, message, "a file that was not checked must not look clean");
                return;
            }
            rule.level = level.severity();
        } else if rule.level.is_none() {
            rule.level = rule.page().severity;
        }
        rule.origin = origin;
        if !setting.options.is_empty() {
            self.set.entry(at).or_default().extend(setting.options.iter().cloned());
        }
    }

    /// Turns off the rules that are not selected, and on those that are selected by name.
    fn select(&mut self, selection: &Selection) {
        if !selection.packs.is_empty() {
            for name in &selection.packs {
                if !self.pack_names.iter().any(|pack| **pack == **name) {
                    let help = unknown_name_help(name, self.pack_names.iter().map(|pack| &**pack));
                    self.other_mistakes.push(without_place(format!("unknown pack `{name}`"), help));
                }
            }
            for rule in &mut self.rules {
                let keep = selection.packs.iter().any(|pack| **pack == *rule.pack);
                if !keep && !rule.is_engine() {
                    rule.level = None;
                    "not selected by --pack".clone_into(&mut rule.origin);
                }
            }
        }
        if selection.rules.is_empty() {
            return;
        }
        let mut keep = Vec::new();
        for name in &selection.rules {
            match &rules_named(&self.rules, name)[..] {
                [] if self.is_unread(name) => {}
                [] => {
                    let known: Vec<&str> = self.rules.iter().map(|rule| &*rule.entry.id).collect();
                    let help = unknown_name_help(name, known);
                    self.other_mistakes.push(without_place(format!("unknown rule `{name}`"), help));
                }
                [one] => keep.push(*one),
                several => {
                    let ids: Vec<String> = several
                        .iter()
                        .map(|at| format!("{}/{}", self.rules[*at].pack, self.rules[*at].entry.id))
                        .collect();
                    let message = format!("`{name}` is a rule of several packs");
                    self.other_mistakes.push(without_place(message, format!("name one of {}", ids.join(", "))));
                }
            }
        }
        for (at, rule) in self.rules.iter_mut().enumerate() {
            let always = engine_ids::ALWAYS.contains(&&*rule.entry.id);
            if keep.contains(&at) {
                rule.level = rule.level.or(rule.page().severity).or(Some(Severity::Warning));
            } else if !always {
                rule.level = None;
                "not selected by --rule".clone_into(&mut rule.origin);
            }
        }
    }

    fn finish(mut self, settings: &Settings, selection: &Selection) -> Result<Plan, Vec<Mistake>> {
        self.qualify_shared_ids();
        let mut instances = Vec::new();
        for at in 0..self.rules.len() {
            let overridden = self.is_overridden(at, settings) && selection.rules.is_empty();
            if self.rules[at].level.is_none() && !overridden {
                continue;
            }
            let set = self.set.get(&at).cloned().unwrap_or_default();
            let options = self.options(at, &[&set]);
            self.rules[at].options.clone_from(&options);
            if let Some(instance) = self.instance(at, options) {
                instances.push(instance);
            }
        }
        let overrides = self.overrides(settings, selection, &mut instances);
        let (instances, numbers) = sorted_by_rule(instances);
        let tests = self.globs(&settings.files.tests);
        let examples = self.globs(&settings.files.examples);
        let exclude = self.globs(&settings.files.exclude);
        let budgets = settings.suppressions.budgets.iter().filter_map(|budget| self.budget(budget)).collect();
        let mut mistakes = self.mistakes.into_vec();
        mistakes.extend(self.other_mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let overrides = overrides.into_iter().map(|draft| draft.resolve(&numbers)).collect();
        let dialect_rules = crate::language::dialects_and_hosts().map(|_| OnceLock::new()).collect();
        let prefilters = crate::language::dialects_and_hosts().map(|_| OnceLock::new()).collect();
        let narrowed = !selection.rules.is_empty() || !selection.packs.is_empty();
        let default_levels = super::default_levels(&self.rules, &instances);
        let phases = Phases::new(&instances, &self.rules);
        let path_limited = instances.iter().enumerate().filter(|(_, instance)| !instance.path_filter.matches_all());
        let path_limited = path_limited.map(|(at, _)| at).collect();
        Ok(Plan {
            rules: self.rules,
            instances,
            overrides,
            default_levels,
            path_limited,
            tests,
            examples,
            exclude,
            dialects: FileDialects { fences: settings.files.fences, pages: self.pages },
            narrowed,
            budgets,
            suppression_limits: settings.suppressions.limits,
            phases,
            dialect_rules,
            prefilters,
        })
    }

    fn budget(&mut self, budget: &Budget) -> Option<PlannedBudget> {
        let mut what = String::new();
        let rule = match &budget.rule {
            Some((name, span)) => {
                let at = self.resolve_name(name, *span)?;
                if !self.rules[at].page().suppressible {
                    let message = format!("no comment can suppress `{name}`, so it needs no budget");
                    self.mistakes.add_with_help(*span, message, "delete this budget");
                    return None;
                }
                what = format!(" of `{name}`");
                Some(at)
            }
            None => None,
        };
        let files = (!budget.files.is_empty()).then(|| self.globs(&budget.files));
        if files.is_some() {
            let names: Vec<String> = budget.files.iter().map(|(glob, _)| format!("`{glob}`")).collect();
            what = format!("{what} in {}", names.join(", "));
        }
        Some(PlannedBudget { rule, files, max: budget.max, what })
    }

    /// Gives enabled rules with the same id the ids `pack/id`.
    fn qualify_shared_ids(&mut self) {
        let mut enabled: HashMap<Arc<str>, usize> = HashMap::new();
        for rule in self.rules.iter().filter(|rule| rule.level.is_some()) {
            *enabled.entry(rule.entry.id.clone()).or_default() += 1;
        }
        for rule in &mut self.rules {
            if enabled.get(&rule.entry.id).is_some_and(|count| *count > 1) {
                rule.id = format!("{}/{}", rule.pack, rule.entry.id).into();
            }
        }
    }

    fn is_overridden(&self, at: usize, settings: &Settings) -> bool {
        let turned_on = |setting: &RuleSetting| {
            setting.level != Some(Level::Off) && rules_named(&self.rules, &setting.name).contains(&at)
        };
        settings.overrides.iter().flat_map(|change| &change.rules).any(turned_on)
    }

    /// The values of a rule's options: the page's defaults, then each layer of settings over the one before.
    fn options(&mut self, at: usize, layers: &[&[Entry]]) -> Options {
        let page = self.rules[at].page().clone();
        let mut options = page.default_options();
        for entry in layers.iter().copied().flatten() {
            let Some(spec) = page.options.iter().find(|spec| spec.name == entry.key) else {
                let known = page.options.iter().map(|spec| spec.name.as_str()).chain(["level"]);
                let help = unknown_name_help(&entry.key, known);
                let message = format!("unknown option `{}` of `{}`", entry.key, page.id);
                self.mistakes.add_with_help(entry.key_span, message, help);
                continue;
            };
            match typed(&entry.value.data, &spec.default) {
                Some(value) => drop(options.insert(spec.name.clone(), value)),
                None => self.mistakes.add(
                    entry.value.span,
                    format!(
                        "option `{}` of `{}` is a {}, found {}",
                        spec.name,
                        page.id,
                        spec.default.type_name(),
                        entry.value.describe()
                    ),
                ),
            }
        }
        options
    }

    /// The instance of a rule with these options; none if it has mistakes.
    fn instance(&mut self, at: usize, options: Options) -> Option<Instance> {
        let rule = &self.rules[at];
        let page = rule.page().clone();
        let check: Box<dyn Rule> = match &page.body {
            Body::Engine => Box::new(ReportedByEngine),
            Body::Declarative(_) => {
                let declarative = Declarative::new(page.clone(), options.clone());
                if !self.built_in.contains(&rule.pack) {
                    self.other_mistakes.extend(declarative.compile_all_with(&mut self.expressions));
                }
                Box::new(declarative)
            }
            Body::Native => {
                let Some(native) = self.natives.iter().find(|native| *native.id() == page.id) else {
                    let message = format!("no code is registered for the native rule `{}`", page.id);
                    self.other_mistakes
                        .push(without_place(message, "run it with the binary that brings this rule".to_owned()));
                    return None;
                };
                match native.build(&options) {
                    Ok(check) if check.needs().scope == page.scope => check,
                    Ok(check) => {
                        self.other_mistakes.push(wrong_scope(&page, check.needs().scope));
                        return None;
                    }
                    Err(error) => {
                        self.other_mistakes.push(wrong_options(&page, &options, &error));
                        return None;
                    }
                }
            }
        };
        if !self.has_room(page.files.iter().chain(&page.ignores).map(|glob| &*glob.glob)) {
            return None;
        }
        let path_filter = page.path_filter().unwrap_or_else(|(span, reason)| {
            let mut mistakes = Mistakes::new(page.path.clone(), page.text.clone());
            mistakes.add(span, format!("bad glob: {reason}"));
            self.other_mistakes.extend(mistakes.into_vec());
            PathFilter::default()
        });
        Some(Instance { rule: at, options, check, path_filter })
    }

    fn globs(&mut self, list: &[(String, Span)]) -> PathGlobs {
        let list = if self.has_room(list.iter().map(|(glob, _)| &**glob)) { list } else { &[] };
        let pairs = list.iter().map(|(glob, _)| (glob.as_str(), false));
        PathGlobs::new(pairs, glob::GlobSyntax::Lawbook).unwrap_or_else(|(at, reason)| {
            self.mistakes.add(list[at].1, format!("bad glob: {reason}"));
            PathGlobs::default()
        })
    }

    /// True if these globs may be built in addition to those so far. The first that may not are a mistake, the others not.
    fn has_room<'g>(&mut self, globs: impl Iterator<Item = &'g str>) -> bool {
        let had_room = self.globs_size <= MAX_GLOBS_SIZE;
        self.globs_size += globs.map(glob::size).sum::<usize>();
        let has_room = self.globs_size <= MAX_GLOBS_SIZE;
        if had_room && !has_room {
            self.other_mistakes.push(Mistake::new("there are too many globs, or too many wildcards in them"));
        }
        has_room
    }

    fn overrides(
        &mut self,
        settings: &Settings,
        selection: &Selection,
        instances: &mut Vec<Instance>,
    ) -> Vec<OverrideDraft> {
        let mut drafts = Vec::new();
        if !selection.rules.is_empty() || settings.overrides.is_empty() {
            return drafts;
        }
        // The instances by rule and options, so that those of overrides with equal options are one.
        let key = |rule: usize, options: &Options| (rule, format!("{options:?}"));
        let mut known: HashMap<(usize, String), usize> =
            instances.iter().enumerate().map(|(at, known)| (key(known.rule, &known.options), at)).collect();
        for change in &settings.overrides {
            let files = self.globs(&change.files);
            let line = change.files.first().map_or(1, |(_, span)| self.line(*span));
            let origin = format!("{}:{line}", self.mistakes_path());
            let mut changes = Vec::new();
            for setting in &change.rules {
                let Some(at) = self.resolve_name(&setting.name, setting.span) else { continue };
                let level = match setting.level {
                    None if self.rules[at].level.is_none() => {
                        Some(self.rules[at].page().severity.map_or(Level::Off, Level::On))
                    }
                    level => level,
                };
                let mut instance_number = None;
                if !setting.options.is_empty() {
                    let base = self.set.get(&at).cloned().unwrap_or_default();
                    let own = self.options(at, &[&base, &setting.options]);
                    let key = key(at, &own);
                    instance_number = known.get(&key).copied();
                    if instance_number.is_none()
                        && let Some(instance) = self.instance(at, own)
                    {
                        instance_number = Some(instances.len());
                        known.insert(key, instances.len());
                        instances.push(instance);
                    }
                }
                changes.push((at, level, instance_number));
            }
            drafts.push(OverrideDraft { files, changes, origin });
        }
        drafts
    }
}

/// An override before the final numbers of the instances are known.
struct OverrideDraft {
    files: PathGlobs,
    /// The rule, its level and the first number of its instance.
    changes: Vec<(usize, Option<Level>, Option<usize>)>,
    origin: String,
}

/// Sorts instances by rule. Also returns the number of each by the one that it had.
fn sorted_by_rule(instances: Vec<Instance>) -> (Vec<Instance>, Vec<usize>) {
    let mut sorted: Vec<(usize, Instance)> = instances.into_iter().enumerate().collect();
    sorted.sort_by_key(|(_, instance)| instance.rule);
    let mut numbers = vec![0; sorted.len()];
    for (number, (before, _)) in sorted.iter().enumerate() {
        numbers[*before] = number;
    }
    (sorted.into_iter().map(|(_, instance)| instance).collect(), numbers)
}

impl OverrideDraft {
    fn resolve(self, numbers: &[usize]) -> PlannedOverride {
        let resolve = |(rule, level, instance): (usize, _, Option<usize>)| {
            (rule, InstanceChange { level, instance: instance.map(|number| numbers[number]) })
        };
        let changes = self.changes.into_iter().map(resolve).collect();
        PlannedOverride { files: self.files, changes, origin: self.origin }
    }
}

/// The rule of a page whose findings the engine itself reports. It is never called.
struct ReportedByEngine;

impl Rule for ReportedByEngine {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }
}

fn typed(data: &Data, like: &OptionValue) -> Option<OptionValue> {
    Some(match (data, like) {
        (Data::Bool(value), OptionValue::Bool(_)) => OptionValue::Bool(*value),
        (Data::Int(value), OptionValue::Int(_)) => OptionValue::Int(*value),
        (Data::String(value), OptionValue::String(_)) => OptionValue::String(value.clone()),
        (Data::List(items), OptionValue::List(_)) => {
            OptionValue::List(items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// The mistake of a native rule whose page has another `scope` than its code.
fn wrong_scope(page: &Page, phase: Scope) -> Mistake {
    let (id, written, right) = (&page.id, page.scope.name(), phase.name());
    let message = format!("the page of `{id}` says `scope: {written}`, and its code is made for `scope: {right}`");
    without_place(message, format!("write `scope: {right}` in the page, or change what `needs` of the rule returns"))
}

/// The options of a native rule do not fit its code: a value that was set, or what the page declares.
fn wrong_options(page: &Page, options: &Options, error: &OptionError) -> Mistake {
    let mistake = Mistake::new(format!("`{}`: {error}", page.id));
    let default = |name: &str| page.options.iter().find(|option| option.name == name).map(|option| &option.default);
    match error.option() {
        Some(name) if options.get(name) != default(name) => mistake.with_help("see its page"),
        name => {
            let span = page.options_span(name).unwrap_or_default();
            let help = "the options in the head of the page and those that its code reads must be the same";
            mistake.with_help(help).with_place(page.path.clone(), page.text.clone(), span)
        }
    }
}

fn without_place(message: String, help: String) -> Mistake {
    Mistake::new(message).with_help(help)
}
