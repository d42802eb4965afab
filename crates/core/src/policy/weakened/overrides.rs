//! Overrides that lower rules for some files and are new, and overrides that raised them and are gone.

use std::collections::BTreeMap;

use crate::plan::PlannedRule;
use crate::policy::weakened::{LawSide, folders_of, glob_names, glob_texts, level_name, level_of, levels};
use crate::report::Weakening;
use crate::rule::page::OptionValue;
use crate::settings::{Level, Override, RuleSetting, SettingsLayer};
use crate::source::RelPath;
use crate::span::Span;

/// Compares the overrides of each folder that has settings.
pub(super) fn compare(before: &LawSide<'_>, now: &LawSide<'_>, found: &mut Vec<Weakening>) {
    for folder in folders_of(before, now) {
        let old = before.layer_in(folder).map_or(&[][..], |layer| &layer.settings.overrides);
        let new = now.layer_in(folder);
        let overrides = new.map_or(&[][..], |layer| &layer.settings.overrides);
        for change in overrides.iter().filter(|change| !old.iter().any(|other| is_same(other, change))) {
            if let Some(layer) = new {
                of_new(now, folder, layer, change, old, found);
            }
        }
        for change in old.iter().filter(|change| !overrides.iter().any(|other| is_same(other, change))) {
            of_gone((before, now), folder, new, change, overrides, found);
        }
        compare_order(now, new, old, overrides, found);
    }
}

/// Reports the rules that a new override lowers.
fn of_new(
    now: &LawSide<'_>,
    folder: &RelPath,
    layer: &SettingsLayer,
    change: &Override,
    old: &[Override],
    found: &mut Vec<Weakening>,
) {
    let globs = glob_names(&change.files);
    for setting in &change.rules {
        let Some(rule) = rule_of(now, &setting.name) else { continue };
        // An override for the same files that did the same before.
        let mut was = old.iter().filter(|other| covers(other, change)).flat_map(|other| &other.rules);
        let is_same_rule =
            |before: &&RuleSetting| rule_of(now, &before.name).is_some_and(|other| std::ptr::eq(other, rule));
        let was = was.rfind(is_same_rule);
        let base = now.plan.level_in(folder, rule).0;
        let level_before = was.and_then(|before| before.level).map_or(base, Level::severity);
        let level = setting.level.map_or(level_before, Level::severity);
        if level < level_before {
            let (is, before) = (level_name(level), level_name(level_before));
            let message = format!("`{}` is `{is}` for {globs}, before `{before}`: the override is new", rule.id);
            found.push(now.in_settings(layer, setting.span, format!("override {} {globs}", rule.id), message));
            continue;
        }
        if level.is_none() {
            continue;
        }
        let mut values = now.plan.options_in(folder, rule).clone();
        values.extend(was.map(values_of).unwrap_or_default());
        let mut changed = values.clone();
        changed.extend(values_of(setting));
        for (name, was, is) in levels::looser_options(rule.page(), &values, &changed) {
            let message = format!("`{name}` of `{}` is {is} for {globs}, before {was}: the override is new", rule.id);
            let span =
                setting.options.iter().find(|entry| entry.key == name).map_or(setting.span, |entry| entry.value.span);
            found.push(now.in_settings(layer, span, format!("override {} {name} {globs}", rule.id), message));
        }
    }
}

/// Reports the rules that an override raised which is gone.
fn of_gone(
    (before, now): (&LawSide<'_>, &LawSide<'_>),
    folder: &RelPath,
    layer: Option<&SettingsLayer>,
    change: &Override,
    overrides: &[Override],
    found: &mut Vec<Weakening>,
) {
    let globs = glob_names(&change.files);
    for setting in &change.rules {
        let Some(old) = rule_of(before, &setting.name) else { continue };
        let Some(rule) = now.same_rule(old) else { continue };
        let base = now.plan.level_in(folder, rule).0;
        let mut is = overrides.iter().filter(|other| covers(other, change)).flat_map(|other| &other.rules);
        let is = is.rfind(|now_set| levels::is_of(now, &now_set.name, rule));
        let level = is.and_then(|setting| setting.level).map_or(base, Level::severity);
        let subject = format!("override {} {globs}", rule.id);
        let mut add = |message: String| {
            found.push(now.gone_from(layer, folder, subject.clone(), message));
        };
        let raised = setting.level.filter(|before| level < before.severity());
        if let Some(raised) = raised {
            let (is, before) = (level_name(level), level_of(raised));
            add(format!("`{}` is `{is}` for {globs}, before `{before}`: the override is gone", rule.id));
            continue;
        }
        if level.is_none() || is.is_some() {
            continue;
        }
        let values = now.plan.options_in(folder, rule);
        let mut were = values.clone();
        were.extend(values_of(setting));
        for (name, was, is) in levels::looser_options(rule.page(), &were, values) {
            add(format!("`{name}` of `{}` is {is} for {globs}, before {was}: the override is gone", rule.id));
        }
    }
}

/// Reports overrides of the same rule that stand in another order than before, since later ones hold over earlier ones.
fn compare_order(
    now: &LawSide<'_>,
    layer: Option<&SettingsLayer>,
    old: &[Override],
    overrides: &[Override],
    found: &mut Vec<Weakening>,
) {
    let Some(layer) = layer else { return };
    let place = |list: &[Override], change: &Override| list.iter().position(|other| is_same(other, change));
    for (at, later) in old.iter().enumerate() {
        for earlier in &old[..at] {
            let (Some(first), Some(second)) = (place(overrides, earlier), place(overrides, later)) else { continue };
            let shared = earlier.rules.iter().find_map(|setting| {
                let rule = rule_of(now, &setting.name)?;
                later.rules.iter().any(|other| levels::is_of(now, &other.name, rule)).then_some((setting, rule))
            });
            let Some((_, rule)) = shared.filter(|_| first > second) else { continue };
            let message = format!("two overrides of `{}` stand in another order, and the later one holds", rule.id);
            let span = overrides[first].rules.first().map_or(Span::default(), |setting| setting.span);
            found.push(now.in_settings(layer, span, format!("override order {}", rule.id), message));
            return;
        }
    }
}

fn rule_of<'a>(side: &LawSide<'a>, name: &str) -> Option<&'a PlannedRule> {
    side.plan.find(name).map(|at| &side.plan.rules()[at])
}

/// The options that a setting gives, with their values.
fn values_of(setting: &RuleSetting) -> BTreeMap<String, OptionValue> {
    let values = setting.options.iter();
    values.filter_map(|entry| Some((entry.key.clone(), OptionValue::from_value(&entry.value)?))).collect()
}

/// True if two overrides say the same, whatever their places.
fn is_same(a: &Override, b: &Override) -> bool {
    let settings = |change: &Override| {
        let setting = |setting: &RuleSetting| (setting.name.clone(), setting.level, values_of(setting));
        change.rules.iter().map(setting).collect::<Vec<_>>()
    };
    let (of_a, of_b) = (settings(a), settings(b));
    let has_same = of_a.len() == of_b.len() && of_a.iter().all(|setting| of_b.contains(setting));
    glob_texts(&a.files) == glob_texts(&b.files) && has_same
}

/// True if an override holds for all globs of another one.
fn covers(wide: &Override, narrow: &Override) -> bool {
    glob_texts(&narrow.files).is_subset(&glob_texts(&wide.files))
}
