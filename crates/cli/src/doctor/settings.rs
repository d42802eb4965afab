//! The settings, the rules that are on, and the pages of the project.

use std::collections::BTreeMap;

use lawbook_core::language;
use lawbook_core::rule::page::Body;
use lawbook_workspace::CONFIG_NAME;

use super::{Examined, Observation};
use crate::text::counted;

/// The root, and the files and presets that the law is made of.
pub(super) fn settings(subject: &Examined<'_>) -> Vec<Observation> {
    let law = match &subject.law {
        Ok(law) => law,
        Err(mistakes) => return mistakes.iter().map(Observation::of_mistake).collect(),
    };
    let mut found = Vec::new();
    let root = law.paths().shown_root();
    let first = &law.layers()[0].settings;
    if first.path.is_empty() {
        found.push(
            Observation::note(format!("the root is `{root}`; without a {CONFIG_NAME}, the preset `recommended` is on"))
                .with_fix("lawbook init"),
        );
    } else {
        let extends: Vec<&str> = first.extends.iter().map(|(name, _)| name.as_str()).collect();
        let extends = if extends.is_empty() { "recommended".to_owned() } else { extends.join(", ") };
        found.push(Observation::good(format!("the root is `{root}`, with {} (extends {extends})", first.path)));
    }
    let nested: Vec<&str> = law.layers().iter().skip(1).map(|layer| &*layer.settings.path).collect();
    if !nested.is_empty() {
        found.push(Observation::good(format!("settings of folders: {}", nested.join(", "))));
    }
    found.extend(law.notes().iter().map(Observation::note));
    found
}

/// The number of rules that are on for each language with files.
pub(super) fn rules(subject: &Examined<'_>) -> Vec<Observation> {
    let Ok(law) = &subject.law else { return Vec::new() };
    let mut on: BTreeMap<&str, usize> = BTreeMap::new();
    let rules = law.plan().rules().iter().filter(|rule| !matches!(rule.page().body, Body::Engine));
    for rule in rules {
        let mut below = law.layers().iter().skip(1);
        if rule.level.is_none() && !below.any(|layer| law.plan().level_in(&layer.folder, rule).0.is_some()) {
            continue;
        }
        let claims = &rule.page().claims;
        for language in language::all() {
            if language.dialects().iter().any(|dialect| claims.includes(dialect.name)) {
                *on.entry(language.name()).or_default() += 1;
            }
        }
    }
    let languages = subject.survey.languages();
    let is_here = |name: &str| languages.iter().any(|language| language.name == name);
    if on.keys().any(|name| is_here(name)) {
        on.retain(|name, _| is_here(name));
    }
    let counts: Vec<String> = on.iter().map(|(language, count)| format!("{language} {count}")).collect();
    if counts.is_empty() {
        return vec![Observation::broken("no rule is on", "lawbook rules")];
    }
    vec![Observation::good(format!("rules on: {}", counts.join(", ")))]
}

/// The pages of the project that cannot run.
pub(super) fn pages(subject: &Examined<'_>) -> Vec<Observation> {
    let Ok(law) = &subject.law else { return Vec::new() };
    let mut found: Vec<Observation> = Vec::new();
    for rule in law.plan().refused() {
        let message = format!("the rule `{}` does not run: {}", rule.id, rule.reason());
        let shown = rule.path.as_ref().map(|path| law.paths().shown(path.as_str())).unwrap_or_default();
        found.push(if rule.ast_grep {
            Observation::note(message)
        } else {
            Observation::broken(message, format!("lawbook test {shown}").trim_end())
        });
    }
    let own = law.plan().rules().iter().filter(|rule| !law.is_built_in(rule)).count();
    if own > 0 {
        found.insert(0, Observation::good(format!("{} of the project", counted(own, "rule"))));
    }
    found
}
