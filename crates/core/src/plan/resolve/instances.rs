//! Makes the instances of rules: each with one set of options.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use crate::data::{Data, Value};
use crate::ir::Dialect;
use crate::language;
use crate::mistake::{Mistake, Mistakes};
use crate::pack::RefusedRule;
use crate::plan::layers::{PlannedLayer, PlannedOverride, RuleInLayer};
use crate::plan::resolve::{Resolver, SetOption};
use crate::plan::{FileDialects, Instance, InstanceChange, Phases, Plan, Selection};
use crate::rule::options::OptionError;
use crate::rule::page::{Body, OptionValue, Options, Page, Scope};
use crate::rule::{Declarative, Interest, Rule};
use crate::settings::Level;
use crate::span::Span;

/// The instances so far, by rule and options.
#[derive(Default)]
struct Instances {
    made: Vec<Instance>,
    known: HashMap<(usize, String), usize>,
}

impl Resolver<'_> {
    pub(super) fn finish(mut self, selection: &Selection) -> Result<Plan, Vec<Mistake>> {
        self.qualify_shared_ids();
        let has_overrides = selection.rules.is_empty();
        let mut instances = Instances::default();
        let mut drafts = Vec::new();
        for layer in 0..self.layers.len() {
            drafts.push(self.layer(layer, has_overrides, &mut instances));
        }
        let tests = self.scoped("tests", |files| &files.tests);
        let examples = self.scoped("examples", |files| &files.examples);
        let exclude = self.scoped("exclude", |files| &files.exclude);
        let budgets = self.budgets();
        let layers: Vec<_> =
            (0..self.layers.len()).map(|layer| (self.fences(layer), self.suppression_limits(layer))).collect();
        let mut mistakes: Vec<Mistake> = self.mistakes.into_iter().flat_map(Mistakes::into_vec).collect();
        mistakes.extend(self.other_mistakes);
        if !mistakes.is_empty() {
            // Nothing runs then, so all mistakes are shown at once.
            mistakes.extend(self.refused.into_iter().flat_map(|rule| rule.mistakes));
            return Err(mistakes);
        }
        // A rule may be refused in a layer after others that it was planned in.
        for at in &self.refused_rules {
            self.rules[*at].is_on = false;
            for draft in &mut drafts {
                draft.refuse(*at);
            }
        }
        let (instances, numbers) = sorted_by_rule(instances.made, &self.refused_rules);
        let mut planned = Vec::new();
        for ((mut draft, (fences, suppression_limits)), settings) in drafts.into_iter().zip(layers).zip(self.layers) {
            for rule in &mut draft.rules {
                rule.instance = rule.instance.map(|number| numbers[number]);
            }
            let changes = draft.overrides.iter_mut().flat_map(|change| &mut change.changes);
            for (_, change) in changes {
                change.instance = change.instance.map(|number| numbers[number]);
            }
            let levels = PlannedLayer::base_levels(&draft.rules, &instances);
            let (folder, LayerDraft { rules, overrides }) = (settings.folder.clone(), draft);
            planned.push(PlannedLayer { folder, rules, levels, overrides, fences, suppression_limits });
        }
        for (rule, planned) in self.rules.iter_mut().zip(planned.first().map_or(&[][..], |layer| &layer.rules)) {
            (rule.level, rule.options, rule.origin) = (planned.level, planned.options.clone(), planned.origin.clone());
        }
        let phases = Phases::new(&instances, &self.rules);
        let path_limited = instances.iter().enumerate().filter(|(_, instance)| !instance.path_filter.matches_all());
        Ok(Plan {
            names: super::RuleNames::new(&self.rules),
            path_limited: path_limited.map(|(at, _)| at).collect(),
            tests,
            examples,
            exclude,
            dialects: FileDialects {
                fences: planned.iter().map(|layer| (layer.folder.clone(), layer.fences)).collect(),
                pages: self.pages,
            },
            narrowed: !selection.rules.is_empty() || !selection.packs.is_empty(),
            ignored: self.ignored_ids.into_iter().collect(),
            budgets,
            phases,
            dialect_rules: language::dialects_and_hosts().map(|_| OnceLock::new()).collect(),
            prefilters: language::dialects_and_hosts().map(|_| OnceLock::new()).collect(),
            taken_away: self.taken_away,
            notes: self.notes,
            placed_notes: self.placed_notes,
            refused: self.refused,
            rules_skipped: self.rules_skipped,
            selects_engine_rules: self.selects_engine_rules,
            layers: planned,
            rules: self.rules,
            instances,
        })
    }

    fn budgets(&mut self) -> Vec<crate::plan::PlannedBudget> {
        let mut budgets = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            for budget in &layer.settings.suppressions.budgets {
                budgets.extend(self.budget(budget, at));
            }
        }
        budgets
    }

    /// The rules and overrides of a layer, with the first numbers of their instances.
    fn layer(&mut self, layer: usize, has_overrides: bool, instances: &mut Instances) -> LayerDraft {
        let turned_on = if has_overrides { self.turned_on(layer) } else { HashSet::new() };
        let mut rules = Vec::new();
        for at in 0..self.rules.len() {
            let state = self.states[layer][at].clone();
            let mut rule = RuleInLayer { level: state.level, origin: state.origin, ..RuleInLayer::default() };
            // Of a rule that is off too: one that it does not have is a mistake, and would be one only once it is on.
            let options = self.options(at, &state.set);
            if rule.level.is_some() || turned_on.contains(&at) {
                rule.instance = self.instance_of(at, &options, &state.set, instances);
                rule.options = options;
            }
            rules.push(rule);
        }
        let overrides = if has_overrides { self.overrides(layer, &rules, instances) } else { Vec::new() };
        LayerDraft { rules, overrides }
    }

    /// The settings of the overrides that hold in a layer: by layer and override, the number of each setting.
    fn settings_of_overrides(&self, layer: usize) -> Vec<(usize, usize, Vec<usize>)> {
        let chain = &self.chains[layer];
        let mut found = Vec::new();
        for (depth, above) in chain.iter().enumerate() {
            // A nearer file goes over the files above it in all that it says of a rule.
            let is_taken =
                |rule: usize| chain[depth + 1..].iter().any(|near| self.own_rules[*near].contains(&Some(rule)));
            for (number, named) in self.override_rules[*above].iter().enumerate() {
                let holds = |(_, rule): &(usize, &Option<usize>)| {
                    rule.is_some_and(|rule| !is_taken(rule) && !self.ignored.contains(&rule))
                };
                found.push((*above, number, named.iter().enumerate().filter(holds).map(|(at, _)| at).collect()));
            }
        }
        found
    }

    /// The rules that overrides of a layer turn on.
    fn turned_on(&self, layer: usize) -> HashSet<usize> {
        let mut rules = HashSet::new();
        for (above, number, settings) in self.settings_of_overrides(layer) {
            let change = &self.layers[above].settings.overrides[number];
            let on = settings.into_iter().filter(|at| change.rules[*at].level != Some(Level::Off));
            rules.extend(on.filter_map(|at| self.override_rules[above][number][at]));
        }
        rules
    }

    fn overrides(&mut self, layer: usize, rules: &[RuleInLayer], instances: &mut Instances) -> Vec<PlannedOverride> {
        let mut overrides = Vec::new();
        let layers = self.layers;
        for (above, number, settings) in self.settings_of_overrides(layer) {
            let change = &layers[above].settings.overrides[number];
            let files = self.globs(&change.files, above);
            let span = change.files.first().map_or_else(Span::default, |(_, span)| *span);
            let mut changes = Vec::new();
            for setting in settings {
                let Some(at) = self.override_rules[above][number][setting] else { continue };
                let setting = &change.rules[setting];
                let level = match setting.level {
                    None if rules[at].level.is_none() => {
                        Some(self.rules[at].page().severity.map_or(Level::Off, Level::On))
                    }
                    level => level,
                };
                let mut instance = None;
                if !setting.options.is_empty() {
                    let mut set = self.states[layer][at].set.clone();
                    let of_file = |entry: &crate::data::Entry| SetOption { entry: entry.clone(), layer: Some(above) };
                    set.extend(setting.options.iter().map(of_file));
                    let options = self.options(at, &set);
                    instance = self.instance_of(at, &options, &set, instances);
                }
                changes.push((at, InstanceChange { level, instance }));
            }
            let (base, origin) = (layers[above].base.clone(), self.place(above, span));
            overrides.push(PlannedOverride { base, files, changes, origin });
        }
        overrides
    }

    /// The values of a rule's options: the page's defaults, and what was set over them.
    fn options(&mut self, at: usize, set: &[SetOption]) -> Options {
        let page = self.rules[at].page().clone();
        let mut options = page.default_options();
        for SetOption { entry, layer } in set {
            let mut wrong = |span: Span, mistake: Mistake| match layer {
                Some(layer) => self.mistakes[*layer].add_mistake(span, mistake),
                None => self.other_mistakes.push(mistake),
            };
            let Some(spec) = page.options.iter().find(|spec| spec.name == entry.key) else {
                let known = page.options.iter().map(|spec| spec.name.as_str()).chain(["level"]);
                let message = format!("unknown option `{}` of `{}`", entry.key, page.id);
                wrong(entry.key_span, Mistake { message, ..Mistake::unknown("option", &entry.key, known) });
                continue;
            };
            if let Some(value) = typed(&entry.value.data, &spec.default) {
                options.insert(spec.name.clone(), value);
                continue;
            }
            let (name, kind) = (&spec.name, spec.default.type_name());
            let odd = |items: &'_ [Value]| items.iter().find(|item| item.as_str().is_none()).cloned();
            if let (OptionValue::List(_), Some(item)) = (&spec.default, entry.value.as_list().and_then(odd)) {
                let message = format!("option `{name}` of `{}` is a {kind}, and this is {}", page.id, item.describe());
                wrong(item.span, Mistake::new(message).with_help("write a text in quotes, or take it out"));
                continue;
            }
            let found = entry.value.describe();
            let help = value_help(&entry.value, &spec.default);
            let message = format!("option `{name}` of `{}` is a {kind}, found {found}", page.id);
            wrong(entry.value.span, Mistake::new(message).with_help(help));
        }
        options
    }

    /// The number of the instance of a rule with these options; none if it is refused or an option is wrong.
    fn instance_of(
        &mut self,
        at: usize,
        options: &Options,
        set: &[SetOption],
        instances: &mut Instances,
    ) -> Option<usize> {
        if self.refused_rules.contains(&at) {
            return None;
        }
        let key = (at, if options.is_empty() { String::new() } else { format!("{options:?}") });
        if let Some(number) = instances.known.get(&key) {
            return Some(*number);
        }
        let instance = self.instance(at, options, set)?;
        instances.made.push(instance);
        instances.known.insert(key, instances.made.len() - 1);
        Some(instances.made.len() - 1)
    }

    /// The instance of a rule with these options; none if it has mistakes.
    fn instance(&mut self, at: usize, options: &Options, set: &[SetOption]) -> Option<Instance> {
        let page = self.rules[at].page().clone();
        let is_built_in = self.packs[self.pack_of[at]].is_built_in;
        if !is_built_in && !self.reads_languages_of(at, &page) {
            return None;
        }
        let is_set = *options != page.default_options();
        let check: Box<dyn Rule> = match &page.body {
            Body::Engine => Box::new(ReportedByEngine),
            Body::Declarative(_) => {
                let declarative = Declarative::new(page.clone(), options.clone());
                if !is_built_in || is_set {
                    let found = declarative.compile_all_with(&mut self.expressions);
                    if !found.is_empty() {
                        let compile = |options: &Options| Declarative::new(page.clone(), options.clone()).compile_all();
                        if is_set && compile(&page.default_options()).is_empty() {
                            self.blame(&page, set, &found, &|options| !compile(options).is_empty());
                        } else {
                            self.refuse(at, found);
                        }
                        return None;
                    }
                }
                Box::new(declarative)
            }
            Body::Native => {
                let Some(native) = self.natives.iter().find(|native| *native.id() == page.id).cloned() else {
                    let message = format!("no code is registered for the native rule `{}`", page.id);
                    let help = "run it with the binary that brings this rule";
                    let mut mistakes = Mistakes::new(page.path.clone(), page.text.clone());
                    mistakes.add_with_help(page.key_span("native").unwrap_or_default(), message, help);
                    self.refuse(at, mistakes.into_vec());
                    return None;
                };
                match native.build(options) {
                    Ok(check) if check.needs().scope == page.scope => check,
                    Ok(check) => {
                        let mistake = wrong_scope(&page, check.needs().scope);
                        self.refuse(at, vec![mistake]);
                        return None;
                    }
                    Err(error) if is_set && native.build(&page.default_options()).is_ok() => {
                        let found = [Mistake::new(error.to_string())];
                        self.blame(&page, set, &found, &|options| native.build(options).is_err());
                        return None;
                    }
                    Err(error) => {
                        self.refuse(at, vec![wrong_options(&page, &error)]);
                        return None;
                    }
                }
            }
        };
        if !self.has_room(page.files.iter().chain(&page.ignores).map(|glob| &*glob.glob)) {
            return None;
        }
        let path_filter = match page.path_filter() {
            Ok(path_filter) => path_filter,
            Err((span, reason)) => {
                let mut mistakes = Mistakes::new(page.path.clone(), page.text.clone());
                mistakes.add(span, format!("bad glob: {reason}"));
                self.refuse(at, mistakes.into_vec());
                return None;
            }
        };
        Some(Instance { rule: at, options: options.clone(), check, path_filter })
    }

    /// True if this binary reads a language of the page; else the rule is refused.
    fn reads_languages_of(&mut self, at: usize, page: &Page) -> bool {
        let lacking: Vec<String> = page.claims.lacking().map(|name| format!("`{name}`")).collect();
        if lacking.is_empty() {
            return true;
        }
        let read: Vec<&str> = language::all().iter().map(|language| language.name()).collect();
        let message = format!("this binary does not read {}", lacking.join(", "));
        if page.claims.dialects().next().is_some() {
            if !self.rules_skipped.iter().any(|(id, _)| *id == page.id) {
                self.rules_skipped.push((page.id.clone(), message));
            }
            return true;
        }
        let mut mistakes = Mistakes::new(page.path.clone(), page.text.clone());
        let span = page.key_span("languages").unwrap_or_default();
        mistakes.add_with_help(span, message, format!("it reads {}", read.join(", ")));
        self.refuse(at, mistakes.into_vec());
        false
    }

    /// Records that a rule cannot run.
    fn refuse(&mut self, at: usize, mistakes: Vec<Mistake>) {
        if self.refused_rules.insert(at) {
            let page = self.rules[at].page();
            let path = self.places.get(&page.path).cloned();
            self.refused.push(RefusedRule { path, ..RefusedRule::new(page.id.clone(), mistakes, page.ast_grep) });
        }
    }

    /// Adds the mistake that an option was given a value with which the rule cannot run: the first one that `fails` alone.
    fn blame(&mut self, page: &Page, set: &[SetOption], found: &[Mistake], fails: &dyn Fn(&Options) -> bool) {
        let fails_alone = |set: &&SetOption| {
            let spec = page.options.iter().find(|spec| spec.name == set.entry.key);
            let value = spec.and_then(|spec| typed(&set.entry.value.data, &spec.default));
            value.is_some_and(|value| {
                let mut options = page.default_options();
                options.insert(set.entry.key.clone(), value);
                fails(&options)
            })
        };
        let Some(guilty) = set.iter().rev().find(fails_alone).or(set.last()) else { return };
        let reason = found.first().map(|mistake| in_one_line(&mistake.message)).unwrap_or_default();
        let message = format!("`{}`: option `{}`: {reason}", page.id, guilty.entry.key);
        // An error of a native rule names the option itself.
        let named = format!("option `{}`: option `{}`", guilty.entry.key, guilty.entry.key);
        let message = message.replace(&named, &format!("option `{}`", guilty.entry.key));
        match guilty.layer {
            Some(layer) => {
                self.mistakes[layer].add_with_help(guilty.entry.value.span, message, "its page says what it takes");
            }
            None => self.other_mistakes.push(Mistake::new(message).with_help("a preset sets it")),
        }
    }
}

/// A message in one line: of those of a regular expression, which draw it, the first and the last line.
fn in_one_line(message: &str) -> String {
    match (message.lines().next(), message.lines().last()) {
        (Some(first), Some(last)) if first != last => {
            format!("{} {}", first.trim(), last.trim().trim_start_matches("error: "))
        }
        _ => message.to_owned(),
    }
}

/// The origin of the level of a rule that is refused.
const DOES_NOT_RUN: &str = "does not run";

/// A layer before the final numbers of the instances are known.
struct LayerDraft {
    rules: Vec<RuleInLayer>,
    overrides: Vec<PlannedOverride>,
}

impl LayerDraft {
    /// Turns off a rule that cannot run.
    fn refuse(&mut self, at: usize) {
        let rule = &mut self.rules[at];
        (rule.level, rule.instance) = (None, None);
        DOES_NOT_RUN.clone_into(&mut rule.origin);
        for change in &mut self.overrides {
            change.changes.retain(|(rule, _)| *rule != at);
        }
    }
}

/// Sorts instances by rule, without those of refused rules. Also returns the number of each by the one that it had.
fn sorted_by_rule(instances: Vec<Instance>, refused: &BTreeSet<usize>) -> (Vec<Instance>, Vec<usize>) {
    let mut numbers = vec![0; instances.len()];
    let kept = instances.into_iter().enumerate().filter(|(_, instance)| !refused.contains(&instance.rule));
    let mut sorted: Vec<(usize, Instance)> = kept.collect();
    sorted.sort_by_key(|(_, instance)| instance.rule);
    for (number, (before, _)) in sorted.iter().enumerate() {
        numbers[*before] = number;
    }
    (sorted.into_iter().map(|(_, instance)| instance).collect(), numbers)
}

/// The rule of a page whose findings the engine itself reports. It is never called.
struct ReportedByEngine;

impl Rule for ReportedByEngine {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }
}

/// The help for a value of another type: the form that the option takes.
fn value_help(value: &Value, like: &OptionValue) -> String {
    let text = value.as_str();
    match (like, text) {
        (OptionValue::List(_), Some(text)) => format!("put it in brackets: `[\"{text}\"]`"),
        (OptionValue::List(_), None) => "write texts in brackets: `[\"…\", \"…\"]`".to_owned(),
        (OptionValue::Int(_), Some(text)) if text.trim().parse::<i64>().is_ok() => {
            format!("write it without quotes: `{}`", text.trim())
        }
        (OptionValue::Int(like), _) => format!("write a whole number, such as `{like}`"),
        (OptionValue::Bool(_), _) => "write `true` or `false`, without quotes".to_owned(),
        (OptionValue::String(_), _) => "write one text in quotes".to_owned(),
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
    Mistake::new(message)
        .with_help(format!("write `scope: {right}` in the page, or change what `needs` of the rule returns"))
}

/// The mistake of a native rule whose code does not take the options that its page declares.
fn wrong_options(page: &Page, error: &OptionError) -> Mistake {
    let span = page.options_span(error.option()).unwrap_or_default();
    Mistake::new(format!("`{}`: {error}", page.id))
        .with_help("the options in the head of the page and those that its code reads must be the same")
        .with_place(page.path.clone(), page.text.clone(), span)
}
