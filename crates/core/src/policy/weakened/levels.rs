//! Rules whose level or options are lower in a folder than before, whatever file says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Severity;
use crate::plan::PlannedRule;
use crate::policy::weakened::{LawSide, folders_of, in_folder, level_name, names};
use crate::report::Weakening;
use crate::rule::engine_ids;
use crate::rule::page::{OptionValue, Page};
use crate::settings::{RuleSetting, SettingsLayer};
use crate::source::RelPath;
use crate::span::Span;

/// A rule with a lower level than before.
struct LoweredRule<'a> {
    rule: &'a PlannedRule,
    before: Option<Severity>,
    now: Option<Severity>,
}

/// Compares the levels and options in each folder that has settings on either side.
pub(super) fn compare(before: &LawSide<'_>, now: &LawSide<'_>, found: &mut Vec<Weakening>) {
    // A difference in a folder is not repeated for the folders below.
    let mut said: BTreeSet<(String, String)> = BTreeSet::new();
    for folder in folders_of(before, now) {
        let mut without_setting: Vec<LoweredRule<'_>> = Vec::new();
        for old in before.plan.rules().iter().filter(|rule| !engine_ids::ALWAYS.contains(&&**rule.page_id())) {
            let (level_before, _) = before.plan.level_in(folder, old);
            if level_before.is_none() {
                continue;
            }
            let Some(rule) = now.same_rule(old) else { continue };
            let (level, _) = now.plan.level_in(folder, rule);
            if level.is_none()
                && let Some(other) = replacement(now, folder, rule)
            {
                if other.page().text != rule.page().text && said.insert((old.id.to_string(), other.id.to_string())) {
                    let path = (now.place)(&other.page().path);
                    let message =
                        format!("the page takes the place of `{}/{}`{}", old.pack, old.page_id(), in_folder(folder));
                    found.push(Weakening::in_text(path, other.page().text.clone(), Span::default(), &*old.id, message));
                }
                continue;
            }
            if level < level_before {
                let key = (old.id.to_string(), format!("{} {}", level_name(level_before), level_name(level)));
                if !said.insert(key) {
                    continue;
                }
                let lowered = LoweredRule { rule, before: level_before, now: level };
                let set = setting_of(now, folder, rule);
                match set.filter(|(layer, setting)| setting.level.is_some() && is_cause(before, layer)) {
                    Some((layer, setting)) => found.push(of_setting(now, folder, layer, setting, &lowered)),
                    // The comparison of pages says it.
                    None if is_of_page(old, level_before) && is_of_page(rule, level) => {}
                    None => without_setting.push(lowered),
                }
            } else if level.is_some() {
                compare_options(before, now, folder, (old, rule), &mut said, found);
            }
        }
        if !without_setting.is_empty() {
            found.push(of_removed(before, now, folder, &without_setting));
        } else if before.layer_of(folder).is_some() && now.layer_of(folder).is_none() {
            // Settings without an effect at this commit have one on rules that a later commit adds.
            found.push(of_removed(before, now, folder, &[]));
        }
    }
}

/// True if a level is that of the page of a rule.
fn is_of_page(rule: &PlannedRule, level: Option<Severity>) -> bool {
    rule.page().severity == level
}

/// The rule of the same id that is on in a folder in the place of this one.
fn replacement<'a>(now: &LawSide<'a>, folder: &RelPath, rule: &PlannedRule) -> Option<&'a PlannedRule> {
    let is_other = |other: &&PlannedRule| !std::ptr::eq(*other, rule) && other.page_id() == rule.page_id();
    now.plan.rules().iter().filter(is_other).find(|other| now.plan.level_in(folder, other).0.is_some())
}

/// A level that a setting gives.
fn of_setting(
    now: &LawSide<'_>,
    folder: &RelPath,
    layer: &SettingsLayer,
    setting: &RuleSetting,
    lowered: &LoweredRule<'_>,
) -> Weakening {
    let (id, before) = (&lowered.rule.id, level_name(lowered.before));
    let message = format!("`{id}` is `{}`{}, before `{before}`", level_name(lowered.now), in_folder(folder));
    now.in_settings(layer, setting.span, id.to_string(), message)
}

/// Levels that a setting, a preset or a folder of pages gave that is not there any more.
fn of_removed(before: &LawSide<'_>, now: &LawSide<'_>, folder: &RelPath, lowered: &[LoweredRule<'_>]) -> Weakening {
    let off: Vec<&str> = lowered.iter().filter(|one| one.now.is_none()).map(|one| &*one.rule.id).collect();
    let lower: Vec<&str> = lowered.iter().filter(|one| one.now.is_some()).map(|one| &*one.rule.id).collect();
    let mut parts = Vec::new();
    if !off.is_empty() {
        parts.push(format!("{} {} off{}", names(&off), if off.len() == 1 { "is" } else { "are" }, in_folder(folder)));
    }
    if !lower.is_empty() {
        let verb = if lower.len() == 1 { "has" } else { "have" };
        parts.push(format!("{} {verb} a lower level{}", names(&lower), in_folder(folder)));
    }
    let effect = parts.join(", ");
    let subject = lowered.iter().map(|one| &*one.rule.id).collect::<Vec<_>>().join(" ");
    if let Some(old) = before.layer_of(folder).filter(|_| now.layer_of(folder).is_none()) {
        let path = before.path_of(old);
        let message = if effect.is_empty() {
            format!("`{path}` is removed, and what it said about the rules")
        } else {
            format!("`{path}` is removed: {effect}")
        };
        return Weakening::at_path(path, format!("removed {subject}"), message);
    }
    let Some(layer) = now.chain_of(folder).into_iter().find(|layer| is_cause(before, layer)) else {
        return Weakening::at_path(folder.clone(), subject, effect);
    };
    let lost: Vec<&str> = before
        .layer_of(&layer.folder)
        .map(|old| old.settings.extends.iter().map(|(name, _)| &**name).collect())
        .unwrap_or_default();
    let kept = |name: &&&str| !layer.settings.extends.iter().any(|(now, _)| now == **name);
    let lost: Vec<&str> = lost.iter().filter(kept).copied().collect();
    let (span, cause) = if lost.is_empty() {
        let is_cut_off = layer.settings.root && before.layer_of(&layer.folder).is_none_or(|old| !old.settings.root);
        if is_cut_off {
            (layer.settings.root_at, "with `root = true` nothing holds from above".to_owned())
        } else {
            (layer.settings.extends_at, "a setting is removed".to_owned())
        }
    } else {
        (layer.settings.extends_at, format!("{} is not in `extends` any more", names(&lost)))
    };
    now.in_settings(layer, span.unwrap_or_default(), subject, format!("{cause}: {effect}"))
}

/// True if the text of settings has changed, so that they may have changed a level.
fn is_cause(before: &LawSide<'_>, layer: &SettingsLayer) -> bool {
    before.layer_of(&layer.folder).is_none_or(|old| old.settings.text != layer.settings.text)
}

/// Compares the options of a rule that is on on both sides.
fn compare_options(
    before: &LawSide<'_>,
    now: &LawSide<'_>,
    folder: &RelPath,
    (old, rule): (&PlannedRule, &PlannedRule),
    said: &mut BTreeSet<(String, String)>,
    found: &mut Vec<Weakening>,
) {
    let (old_values, values) = (before.plan.options_in(folder, old), now.plan.options_in(folder, rule));
    for (name, was, is) in looser_options(rule.page(), old_values, values) {
        if !said.insert((rule.id.to_string(), format!("{name} {was} {is}"))) {
            continue;
        }
        let message = format!("`{name}` of `{}` is {is}{}, before {was}", rule.id, in_folder(folder));
        let subject = format!("{} {name}", rule.id);
        let set = setting_with_option(now, folder, rule, name);
        found.push(match set {
            Some((layer, span)) => now.in_settings(layer, span, subject, message),
            None if before.layer_of(folder).is_some() && now.layer_of(folder).is_none() => {
                let path = before.layer_of(folder).map_or_else(RelPath::root, |old| before.path_of(old));
                Weakening::at_path(path, subject, message)
            }
            None => match now.chain_of(folder).into_iter().find(|layer| is_cause(before, layer)) {
                Some(layer) => now.in_settings(layer, Span::default(), subject, message),
                None => Weakening::at_path((now.place)(&rule.page().path), subject, message),
            },
        });
    }
}

/// The options with a looser value than before: their names, and both values.
pub(super) fn looser_options<'o>(
    page: &'o Page,
    before: &'o BTreeMap<String, OptionValue>,
    now: &'o BTreeMap<String, OptionValue>,
) -> Vec<(&'o str, &'o OptionValue, &'o OptionValue)> {
    let mut looser = Vec::new();
    for spec in &page.options {
        let (Some(was), Some(is)) = (before.get(&spec.name), now.get(&spec.name)) else { continue };
        if was != is && spec.is_looser(is, was) {
            looser.push((&*spec.name, was, is));
        }
    }
    looser
}

/// The nearest setting of a rule under `[rules]` that holds in a folder.
fn setting_of<'a>(
    side: &LawSide<'a>,
    folder: &RelPath,
    rule: &PlannedRule,
) -> Option<(&'a SettingsLayer, &'a RuleSetting)> {
    let mut settings =
        side.chain_of(folder).into_iter().flat_map(|layer| layer.settings.rules.iter().map(move |rule| (layer, rule)));
    settings.find(|(_, setting)| is_of(side, &setting.name, rule))
}

/// The nearest file that sets an option of a rule, and the place where it does.
fn setting_with_option<'a>(
    side: &LawSide<'a>,
    folder: &RelPath,
    rule: &PlannedRule,
    option: &str,
) -> Option<(&'a SettingsLayer, Span)> {
    let mut settings =
        side.chain_of(folder).into_iter().flat_map(|layer| layer.settings.rules.iter().map(move |rule| (layer, rule)));
    settings.find_map(|(layer, setting)| {
        let entry = setting.options.iter().find(|entry| entry.key == option)?;
        is_of(side, &setting.name, rule).then_some((layer, entry.value.span))
    })
}

/// True if a name in settings means this rule.
pub(super) fn is_of(side: &LawSide<'_>, name: &str, rule: &PlannedRule) -> bool {
    let named = side.plan.find(name).map(|at| &side.plan.rules()[at]);
    named.is_some_and(|named| std::ptr::eq(named, rule))
}
