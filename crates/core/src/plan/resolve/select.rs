//! Applies what the command line selects.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::mistake::Mistake;
use crate::plan::Selection;
use crate::plan::resolve::Resolver;
use crate::rule::engine_ids;
use crate::rule::page::Page;
use crate::span::Span;

impl Resolver<'_> {
    /// Turns off the rules that are not selected or ignored, and on those that are selected by name.
    pub(super) fn select(&mut self, selection: &Selection) {
        self.select_packs(selection);
        self.select_rules(selection);
        self.ignore(&selection.ignored);
    }

    fn select_rules(&mut self, selection: &Selection) {
        if selection.rules.is_empty() {
            return;
        }
        let keep: Vec<usize> = selection.rules.iter().filter_map(|name| self.rule_named(name)).collect();
        self.selects_engine_rules = keep.iter().any(|rule| self.rules[*rule].is_engine());
        for rule in 0..self.rules.len() {
            let is_always_on = engine_ids::ALWAYS.contains(&&*self.rules[rule].entry.id);
            for layer in 0..self.states.len() {
                let is_there = self.is_there(rule, layer);
                let planned = &self.rules[rule];
                let state = &mut self.states[layer][rule];
                if !is_there {
                    continue;
                }
                if keep.contains(&rule) {
                    state.level = state.level.or(planned.page().severity).or(Some(Severity::Warning));
                } else if !is_always_on {
                    state.level = None;
                    "not selected by --rule".clone_into(&mut state.origin);
                }
            }
        }
        let is_kept = |id: &str| {
            let named = |name: &String| name.rsplit('/').next().unwrap_or(name) == id;
            selection.rules.iter().any(named) || selection.rules.iter().any(|name| name == engine_ids::REFUSED_RULE)
        };
        self.refused.retain(|refused| is_kept(&refused.id));
    }

    /// The rule that a name on the command line means; none if it is a mistake, or a rule whose page was not read.
    fn rule_named(&mut self, name: &str) -> Option<usize> {
        let is_on = |rule: usize| self.states.iter().any(|state| state[rule].level.is_some());
        match &self.names.named(&self.rules, name, &is_on)[..] {
            [] if self.is_unread(name) => {}
            [] => {
                let known = self.rules.iter().map(|rule| &*rule.entry.id);
                let unknown = Mistake::unknown("rule", name, known);
                let id = name.split([':', '=']).next().unwrap_or(name);
                let help = if id.len() < name.len() && self.rules.iter().any(|rule| *rule.entry.id == *id) {
                    Some(format!("levels are set under `[rules]` of lawbook.toml; name the rule alone: `{id}`"))
                } else {
                    let is_preset = self.presets.iter().any(|(_, preset, _)| **preset == *name);
                    is_preset.then(|| {
                        format!("`{name}` is a preset, which `extends` of lawbook.toml turns on; name a rule of it")
                    })
                };
                self.other_mistakes.push(match help {
                    Some(help) => unknown.with_help(help),
                    None => unknown,
                });
            }
            [one] => return Some(*one),
            several => {
                let help = format!("name one of {}", self.qualified(several).join(", "));
                let message = format!("`{name}` is a rule of several packs");
                self.other_mistakes.push(Mistake::new(message).with_help(help));
            }
        }
        None
    }

    /// Turns off the rules that the command line ignores.
    fn ignore(&mut self, names: &[String]) {
        for name in names {
            let rule = self.rule_named(name);
            let id: Arc<str> = match rule {
                Some(rule) => self.rules[rule].entry.id.clone(),
                None if self.is_unread(name) => name.rsplit('/').next().unwrap_or(name).into(),
                None => continue,
            };
            if engine_ids::ALWAYS.contains(&&*id) {
                let help = if &*id == engine_ids::WEAKENED_LAW {
                    "a person accepts a weaker law with its reason: `--accept-law REASON`"
                } else {
                    "what was not checked must not look clean"
                };
                self.other_mistakes.push(Mistake::new(format!("`{id}` cannot be ignored")).with_help(help));
                continue;
            }
            for state in self.states.iter_mut().filter_map(|state| state.get_mut(rule?)) {
                state.level = None;
                "ignored by --ignore-rule".clone_into(&mut state.origin);
            }
            self.refused.retain(|refused| refused.id != id);
            self.ignored.extend(rule);
            self.ignored_ids.insert(id);
        }
    }

    /// True unless the rule is of a pack that only other folders extend.
    fn is_there(&self, rule: usize, layer: usize) -> bool {
        let pack = &self.packs[self.pack_of[rule]];
        let extends = |above: &usize| pack.extended_in.contains(&self.layers[*above].folder);
        pack.extended || pack.extended_in.is_empty() || self.chains[layer].iter().any(extends)
    }

    fn select_packs(&mut self, selection: &Selection) {
        if selection.packs.is_empty() {
            return;
        }
        for name in &selection.packs {
            if !self.packs.iter().any(|pack| *pack.name == **name) {
                let known = self.packs.iter().map(|pack| &*pack.name);
                let unknown = Mistake::unknown("pack", name, known);
                let help = unknown.help.clone().unwrap_or_default();
                self.other_mistakes.push(if self.presets.iter().any(|(_, preset, _)| **preset == **name) {
                    unknown.with_help(format!("it is a preset, which `extends` of lawbook.toml turns on; {help}"))
                } else {
                    unknown
                });
            }
        }
        for (rule, planned) in self.rules.iter().enumerate() {
            let keep = selection.packs.iter().any(|pack| **pack == *planned.pack);
            if !keep && !planned.is_engine() {
                for state in &mut self.states {
                    state[rule].level = None;
                    "not selected by --pack".clone_into(&mut state[rule].origin);
                }
            }
        }
    }

    /// Gives enabled rules with the same id the ids `pack/id`, and says which rules have the place of a built-in one.
    pub(super) fn qualify_shared_ids(&mut self) {
        let mut enabled: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
        for (at, rule) in self.rules.iter_mut().enumerate() {
            rule.is_on = self.states.iter().any(|state| state[at].level.is_some());
            if rule.is_on {
                enabled.entry(rule.entry.id.clone()).or_default().push(at);
            }
        }
        let page_of = |rules: &[usize]| self.rules[rules[0]].page().clone();
        let pages: HashMap<Arc<str>, Arc<Page>> =
            enabled.iter().map(|(id, rules)| (id.clone(), page_of(rules))).collect();
        for (at, rule) in self.rules.iter_mut().enumerate() {
            let Some(same) = enabled.get(&rule.entry.id) else { continue };
            if same.len() > 1 && rule.is_on {
                rule.id = format!("{}/{}", rule.pack, rule.entry.id).into();
            } else if same.len() == 1 && !rule.is_on && self.packs[self.pack_of[at]].is_built_in {
                let (page, id) = (&pages[&rule.entry.id], &rule.entry.id);
                let message = format!("takes the place of the built-in rule `{id}`, which is off");
                self.notes.push(format!("`{}` {message}", page.path));
                let note = Mistake::new(format!("this page {message}"));
                self.placed_notes.push(note.with_place(page.path.clone(), page.text.clone(), Span::empty(0)));
            }
        }
    }
}
