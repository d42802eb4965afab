//! Makes a plan from settings and packs: resolves names of rules, levels and options.

mod files;
mod instances;
mod names;
mod select;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::data::Entry;
use crate::diagnostic::Severity;
use crate::mistake::{Mistake, Mistakes};
use crate::pack::{Native, Pack, PageEntry, RefusedRule};
use crate::plan::{Plan, PlannedRule, Selection, TakenAway};
use crate::rule::engine_ids;
use crate::rule::object::ExpressionPool;
use crate::rule::page::Options;
use crate::settings::{Level, RuleSetting, SettingsLayer};
use crate::source::{LineIndex, RelPath};
use crate::span::Span;

pub(super) use names::RuleNames;

/// Makes the plan, or returns all mistakes. Rules that cannot run are in the plan as refused ones.
pub(super) fn plan(layers: &[SettingsLayer], packs: Vec<Pack>, selection: &Selection) -> Result<Plan, Vec<Mistake>> {
    let mut resolver = Resolver::new(layers, packs);
    for layer in 0..layers.len() {
        let state = resolver.state(layer);
        resolver.states.push(state);
    }
    for layer in 0..layers.len() {
        let rules = resolver.override_rules(layer);
        resolver.override_rules.push(rules);
    }
    resolver.select(selection);
    resolver.finish(selection)
}

/// A pack without its rules.
#[derive(Debug)]
struct PackFacts {
    name: Arc<str>,
    /// True if its pages have no mistakes.
    is_built_in: bool,
    extended: bool,
    extended_in: Vec<RelPath>,
}

/// A rule while the settings of a layer are resolved.
#[derive(Clone, Debug, Default)]
struct RuleState {
    level: Option<Severity>,
    origin: String,
    /// The options that were set, later ones over earlier ones.
    set: Vec<SetOption>,
    /// True if `[rules]` turns it off.
    is_set_off: bool,
}

/// An option that was set.
#[derive(Clone, Debug)]
struct SetOption {
    entry: Entry,
    /// The number of the layer whose file sets it; none for a preset.
    layer: Option<usize>,
}

/// The state while settings are resolved.
struct Resolver<'s> {
    layers: &'s [SettingsLayer],
    /// By layer, the numbers of the layers that hold there, the outermost first.
    chains: Vec<Vec<usize>>,
    rules: Vec<PlannedRule>,
    names: RuleNames,
    packs: Vec<PackFacts>,
    /// By rule, the number of its pack.
    pack_of: Vec<usize>,
    natives: Vec<Native>,
    /// Each preset with the number of its pack.
    presets: Vec<(usize, Arc<str>, Vec<RuleSetting>)>,
    /// The paths of pages in the project.
    pages: HashSet<RelPath>,
    places: HashMap<Arc<str>, RelPath>,
    unread: HashSet<Arc<str>>,
    refused: Vec<RefusedRule>,
    /// The rules that are refused though their pages were read.
    refused_rules: BTreeSet<usize>,
    /// By layer, the rules.
    states: Vec<Vec<RuleState>>,
    /// By layer, the rule of each setting of `[rules]`.
    own_rules: Vec<Vec<Option<usize>>>,
    /// By layer, the rules of each override.
    override_rules: Vec<Vec<Vec<Option<usize>>>>,
    taken_away: Vec<TakenAway>,
    notes: Vec<String>,
    /// Those of the notes that have a place.
    placed_notes: Vec<Mistake>,
    /// The rules that do not run on some of the languages that their pages name.
    rules_skipped: Vec<(Arc<str>, String)>,
    /// True if the command line names a rule of the engine.
    selects_engine_rules: bool,
    /// The rules that the command line ignores.
    ignored: BTreeSet<usize>,
    /// The ids of these rules, and of those of them that cannot run.
    ignored_ids: BTreeSet<Arc<str>>,
    /// The regular expressions of the rules so far.
    expressions: ExpressionPool,
    /// The size of the globs so far.
    globs_size: usize,
    /// By layer, the lines of the settings, once one was asked for.
    lines: Vec<OnceCell<LineIndex>>,
    /// By layer.
    mistakes: Vec<Mistakes>,
    /// Mistakes that are not in the settings: names on the command line, and pages.
    other_mistakes: Vec<Mistake>,
}

impl<'s> Resolver<'s> {
    fn new(layers: &'s [SettingsLayer], packs: Vec<Pack>) -> Self {
        let mistakes = |layer: &SettingsLayer| Mistakes::new(layer.settings.path.clone(), layer.settings.text.clone());
        let mut resolver = Self {
            layers,
            chains: SettingsLayer::chains(layers),
            rules: Vec::new(),
            names: RuleNames::default(),
            packs: Vec::new(),
            pack_of: Vec::new(),
            natives: Vec::new(),
            presets: Vec::new(),
            pages: packs.iter().flat_map(|pack| pack.paths.iter().cloned()).collect(),
            places: HashMap::new(),
            unread: packs.iter().flat_map(|pack| pack.unread.iter().cloned()).collect(),
            refused: Vec::new(),
            refused_rules: BTreeSet::new(),
            states: Vec::new(),
            own_rules: Vec::new(),
            override_rules: Vec::new(),
            taken_away: Vec::new(),
            notes: Vec::new(),
            placed_notes: Vec::new(),
            rules_skipped: Vec::new(),
            selects_engine_rules: false,
            ignored: BTreeSet::new(),
            ignored_ids: BTreeSet::new(),
            expressions: ExpressionPool::default(),
            globs_size: 0,
            lines: layers.iter().map(|_| OnceCell::new()).collect(),
            mistakes: layers.iter().map(mistakes).collect(),
            other_mistakes: Vec::new(),
        };
        for pack in packs {
            let number = resolver.packs.len();
            resolver.packs.push(PackFacts {
                name: pack.name,
                is_built_in: pack.built_in,
                extended: pack.extended,
                extended_in: pack.extended_in,
            });
            resolver.natives.extend(pack.natives);
            resolver.presets.extend(pack.presets.into_iter().map(|preset| (number, preset.name, preset.rules)));
            for mut refused in pack.refused {
                let shown = refused.mistakes.iter().find_map(|mistake| Some(mistake.place.as_ref()?.path.clone()));
                refused.path = refused.path.or_else(|| pack.places.get(&shown?).cloned());
                resolver.unread.insert(refused.id.clone());
                resolver.refused.push(refused);
            }
            resolver.places.extend(pack.places);
            for entry in pack.pages {
                resolver.add(entry, number);
            }
        }
        let number = resolver.packs.len();
        let (name, extended_in) = (Arc::from("engine"), Vec::new());
        resolver.packs.push(PackFacts { name, is_built_in: true, extended: false, extended_in });
        for rule in engine_ids::RULES {
            if !resolver.rules.iter().any(|known| *known.entry.id == *rule.id) {
                resolver.add(PageEntry::ready(rule.page()), number);
            }
        }
        resolver.names = RuleNames::new(&resolver.rules);
        resolver
    }

    fn add(&mut self, entry: PageEntry, pack: usize) {
        let id = entry.id.clone();
        let name = self.packs[pack].name.clone();
        self.pack_of.push(pack);
        self.rules.push(PlannedRule {
            id,
            pack: name,
            level: None,
            options: Options::new(),
            origin: String::new(),
            entry: Arc::new(entry),
            is_on: false,
        });
    }

    /// The rules of a layer after `extends` and `[rules]` of its file and of those above it.
    fn state(&mut self, layer: usize) -> Vec<RuleState> {
        let chain = self.chains[layer].clone();
        let mut state: Vec<RuleState> = (0..self.rules.len()).map(|rule| self.initial(rule, &chain)).collect();
        for above in &chain {
            self.extends(*above, &mut state);
        }
        for above in chain.iter().copied().filter(|above| *above != layer) {
            let inherited = self.layers[above].settings.rules.iter().zip(self.own_rules[above].clone());
            for (setting, rule) in inherited {
                if let Some(rule) = rule {
                    self.apply(rule, setting, above, &mut state[rule]);
                }
            }
        }
        let mut own = Vec::new();
        for setting in &self.layers[layer].settings.rules {
            let rule = self.resolve_name(&setting.name, setting.span, layer, &|rule| state[rule].level.is_some());
            if let Some(rule) = rule {
                // Settings of the program go over those of the file.
                let first = own.iter().position(|known| *known == Some(rule));
                if let Some(first) = first.filter(|_| setting.span != Span::NOWHERE) {
                    let other = &self.layers[layer].settings.rules[first].name;
                    let message = format!("`{}` is the same rule as `{other}` above", setting.name);
                    self.mistakes[layer].add_with_help(setting.span, message, "keep one of them");
                }
                let before = state[rule].level;
                self.apply(rule, setting, layer, &mut state[rule]);
                self.note_taken_away(rule, before, state[rule].level, layer, setting.span, None);
            }
            own.push(rule);
        }
        self.own_rules.push(own);
        state
    }

    /// A rule before `extends` and `[rules]`.
    fn initial(&self, rule: usize, chain: &[usize]) -> RuleState {
        let (entry, pack) = (&self.rules[rule].entry, &self.packs[self.pack_of[rule]]);
        let is_engine = engine_ids::ALL.contains(&&*entry.id);
        let is_extended =
            pack.extended || chain.iter().any(|above| pack.extended_in.contains(&self.layers[*above].folder));
        let origin = match (is_engine, is_extended) {
            (true, _) => "engine".to_owned(),
            (_, true) => format!("pack {}", pack.name),
            _ => "not enabled".to_owned(),
        };
        let level = if is_engine || is_extended { entry.page().severity } else { None };
        RuleState { level, origin, ..RuleState::default() }
    }

    /// Applies the presets in `extends` of a layer.
    fn extends(&mut self, layer: usize, state: &mut [RuleState]) {
        for (name, span) in &self.layers[layer].settings.extends {
            if crate::settings::is_folder(name) {
                continue;
            }
            let Some((pack, _, rules)) = self.presets.iter().find(|(_, preset, _)| **preset == **name).cloned() else {
                if self.is_unread(name) {
                    continue;
                }
                let known = self.presets.iter().map(|(_, name, _)| &**name);
                let unknown = Mistake::unknown("preset", name, known);
                let help = unknown.help.clone().unwrap_or_default();
                let joint = if help.ends_with('?') { " A" } else { "; a" };
                let unknown = unknown.with_help(format!("{help}{joint} folder of pages starts with `./`: `./{name}`"));
                self.mistakes[layer].add_mistake(*span, unknown);
                continue;
            };
            for setting in &rules {
                // A preset means the rules of its own pack, whatever other packs call theirs.
                let mut named = self.names.named(&self.rules, &setting.name, &|_| true);
                if named.iter().any(|rule| self.pack_of[*rule] == pack) {
                    named.retain(|rule| self.pack_of[*rule] == pack);
                }
                if let [rule] = named[..] {
                    let origin = format!("preset {name}");
                    let before = state[rule].level;
                    self.set(rule, setting, None, origin, &mut state[rule]);
                    self.note_taken_away(rule, before, state[rule].level, layer, *span, None);
                }
            }
        }
    }

    /// True if a page or preset of this name has mistakes of its own, which are reported.
    fn is_unread(&self, name: &str) -> bool {
        let id = name.rsplit_once('/').map_or(name, |(_, id)| id);
        self.unread.contains(id)
    }

    fn line(&self, layer: usize, span: Span) -> u32 {
        let text = self.mistakes[layer].text();
        self.lines[layer].get_or_init(|| LineIndex::new(text)).line(span.start)
    }

    /// The place of a setting, for messages.
    fn place(&self, layer: usize, span: Span) -> String {
        match span {
            Span::NOWHERE => "the program".to_owned(),
            span => format!("{}:{}", self.mistakes[layer].path(), self.line(layer, span)),
        }
    }

    /// The number of the one rule with this name; adds a mistake when there is none or several.
    fn resolve_name(&mut self, name: &str, span: Span, layer: usize, is_on: &dyn Fn(usize) -> bool) -> Option<usize> {
        match self.names.named(&self.rules, name, is_on)[..] {
            [one] => return Some(one),
            [] if self.is_unread(name) => {}
            [] => {
                let known = self.rules.iter().map(|rule| &*rule.entry.id);
                let unknown = Mistake::unknown("rule", name, known);
                let is_pack = self.packs.iter().any(|pack| *pack.name == *name);
                let unknown = if is_pack {
                    unknown.with_help(format!("`{name}` is a pack; a rule of it is `\"{name}/ID\"`, in quotes"))
                } else if self.presets.iter().any(|(_, preset, _)| **preset == *name) {
                    unknown.with_help(format!(
                        "`{name}` is a preset, which `extends` turns on; set a rule of it by its id"
                    ))
                } else {
                    unknown
                };
                self.mistakes[layer].add_mistake(span, unknown);
            }
            ref several => {
                let message = format!("`{name}` is a rule of several packs");
                let help = format!("write {}", self.qualified(several).join(" or "));
                self.mistakes[layer].add_with_help(span, message, help);
            }
        }
        None
    }

    /// The names of rules with those of their packs.
    fn qualified(&self, rules: &[usize]) -> Vec<String> {
        rules.iter().map(|at| format!("`{}/{}`", self.rules[*at].pack, self.rules[*at].entry.id)).collect()
    }

    /// Applies a setting of `[rules]` of a layer.
    fn apply(&mut self, rule: usize, setting: &RuleSetting, layer: usize, state: &mut RuleState) {
        let id = &self.rules[rule].entry.id;
        if setting.level.is_some() && engine_ids::ALWAYS.contains(&&**id) {
            let message = format!("the level of `{id}` is not to be set");
            let help = if &**id == engine_ids::REFUSED_RULE {
                "a rule that does not run must not look like one that finds nothing"
            } else {
                "a file that was not checked must not look clean"
            };
            self.mistakes[layer].add_with_help(setting.span, message, help);
            return;
        }
        let origin = self.place(layer, setting.span);
        let stays_off = setting.level == Some(Level::Off) || (state.is_set_off && setting.level.is_none());
        if let Some(option) = setting.options.first().filter(|_| stays_off) {
            let place = self.place(layer, option.key_span);
            let message = format!("`{}` does nothing, because `{id}` is off", option.key);
            let note = format!("{place}: {message}");
            if !self.notes.contains(&note) {
                self.notes.push(note);
                let (path, text) = (self.mistakes[layer].path().clone(), self.mistakes[layer].text().clone());
                self.placed_notes.push(Mistake::new(message).with_place(path, text, option.key_span));
            }
        }
        self.set(rule, setting, Some(layer), origin, state);
    }

    /// Gives a rule the level and the options of a setting; `layer` is none for a preset.
    fn set(&mut self, rule: usize, setting: &RuleSetting, layer: Option<usize>, origin: String, state: &mut RuleState) {
        match setting.level {
            Some(level) => {
                state.level = level.severity();
                state.is_set_off = layer.is_some() && level == Level::Off;
                state.origin = origin;
            }
            // A rule that a file above has turned off stays off until a level is given.
            None if state.is_set_off => {}
            None => {
                if state.level.is_none() {
                    state.level = self.rules[rule].page().severity;
                }
                state.origin = origin;
            }
        }
        state.set.extend(setting.options.iter().map(|entry| SetOption { entry: entry.clone(), layer }));
    }

    /// Records that a setting turns a rule off or lowers its level.
    fn note_taken_away(
        &mut self,
        rule: usize,
        before: Option<Severity>,
        now: Option<Severity>,
        layer: usize,
        span: Span,
        files: Option<String>,
    ) {
        if let Some(from) = before.filter(|before| now.is_none_or(|now| now < *before))
            && span != Span::NOWHERE
        {
            let id = self.rules[rule].entry.id.clone();
            let (path, line) = (self.mistakes[layer].path().clone(), self.line(layer, span));
            let taken = TakenAway { rule: id, from, to: now, path, line, files };
            // The presets of a file are applied for each folder below it.
            if !self.taken_away.contains(&taken) {
                self.taken_away.push(taken);
            }
        }
    }

    /// The rules that the overrides of a layer name.
    fn override_rules(&mut self, layer: usize) -> Vec<Vec<Option<usize>>> {
        let on: Vec<bool> = self.states[layer].iter().map(|rule| rule.level.is_some()).collect();
        let mut rules = Vec::new();
        for change in &self.layers[layer].settings.overrides {
            let mut named = Vec::new();
            for setting in &change.rules {
                let rule = self.resolve_name(&setting.name, setting.span, layer, &|rule| on[rule]);
                if let (Some(rule), Some(level)) = (rule, setting.level) {
                    let files: Vec<&str> = change.files.iter().map(|(glob, _)| glob.as_str()).collect();
                    let before = self.states[layer][rule].level;
                    self.note_taken_away(rule, before, level.severity(), layer, setting.span, Some(files.join(", ")));
                }
                named.push(rule);
            }
            rules.push(named);
        }
        rules
    }
}
