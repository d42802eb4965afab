//! `lawbook config explain`: the settings of one file, and what has set each of them.

use std::path::Path;

use lawbook_core::diagnostic::Severity;
use lawbook_core::glob::{GlobSyntax, PathGlobs};
use lawbook_core::pack::Pack;
use lawbook_core::plan::{PlannedRule, RuleOnFile};
use lawbook_core::policy::protected::Protection;
use lawbook_core::rule::page::{OptionSpec, Options};
use lawbook_core::settings::{FileSettings, RuleSetting, Settings, SettingsLayer};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use lawbook_workspace::{Law, Workspace};

use crate::args::LawArgs;
use crate::command::{CommandOutcome, CommandResult, Context, law, opening};
use crate::hook::protected;
use crate::report::option_value;
use crate::text::{Text, TextStyle};

/// Runs the command for the file `path`.
pub(crate) fn explain(packs: Vec<Pack>, path: &Path, args: &LawArgs, context: &mut Context<'_>) -> CommandResult {
    let (workspace, path) = Workspace::open_for_file(context.cwd()?, path, opening(packs, args))?;
    let law = workspace.law();
    law::note(&law, &mut context.output);
    law::note_refused(&law, &mut context.output);
    let mut text = context.output.text();
    facts(&law, &path, &mut text);
    let protection = protected::protection_of(&law, &path, context.environment.git_dir.as_deref());
    fact("protected", &protection.map_or_else(|| "no".to_owned(), protection_in_words), &mut text);
    text.end_line();
    let rules_on_file = law.plan().rules_for(&path);
    for rule in law.plan().rules() {
        let on_file = rules_on_file.iter().find(|on_file| on_file.rule.id == rule.id);
        explain_rule(&law, &path, rule, on_file, &mut text);
    }
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

fn facts(law: &Law, path: &RelPath, text: &mut Text) {
    fact("path", path.as_str(), text);
    fact("root", &law.root().to_string_lossy(), text);
    let files: Vec<&str> = layers_of(law, path).into_iter().map(|layer| &*layer.settings.path).collect();
    let files: Vec<&str> = files.into_iter().filter(|file| !file.is_empty()).collect();
    fact("settings", &if files.is_empty() { law.origin().to_owned() } else { files.join(", ") }, text);
    let plan = law.plan();
    let yes_by = |found: Option<(usize, &str)>, list: fn(&FileSettings) -> &[(String, Span)]| match found {
        Some((layer, glob)) => {
            let settings = &law.layers()[layer].settings;
            let span = list(&settings.files).iter().find(|(written, _)| written == glob).map(|(_, span)| *span);
            format!("yes, by `{glob}` ({})", line_of(settings, span.unwrap_or_default()))
        }
        None => "no".to_owned(),
    };
    let excluded = plan.exclude().find_with_parents(path.as_str());
    fact("excluded", &yes_by(excluded, |files| &files.exclude), text);
    fact("test file", &yes_by(plan.tests().find_with_parents(path.as_str()), |files| &files.tests), text);
    fact("example", &yes_by(plan.examples().find_with_parents(path.as_str()), |files| &files.examples), text);
    let dialect = plan.dialect(path).map_or("none: no rule looks at it", |dialect| dialect.name);
    fact("dialect", dialect, text);
}

/// The answer to an agent that is about to edit a file: `deny (lawbook.toml:3)`.
fn protection_in_words(protection: Protection) -> String {
    let action = protection.action.name();
    match (protection.place, protection.reason) {
        (Some(place), _) => format!("{action} ({place})"),
        (None, Some(reason)) => format!("{action}: {reason}"),
        (None, None) => action.to_owned(),
    }
}

/// The settings that hold for a file, those of the topmost file first.
fn layers_of<'l>(law: &'l Law, path: &RelPath) -> Vec<&'l SettingsLayer> {
    let layers = law.layers();
    let chains = SettingsLayer::chains(layers);
    chains[SettingsLayer::nearest(layers, path)].iter().map(|at| &layers[*at]).collect()
}

fn fact(name: &str, value: &str, text: &mut Text) {
    text.paint(TextStyle::Faint, &format!("{name:<11}")).add(value).end_line();
}

fn line_of(settings: &Settings, span: Span) -> String {
    if settings.path.is_empty() || span.end == 0 {
        return "the default".to_owned();
    }
    settings.place(span)
}

fn explain_rule(law: &Law, path: &RelPath, rule: &PlannedRule, on_file: Option<&RuleOnFile<'_>>, text: &mut Text) {
    let (name, style) = match on_file.map(|on_file| on_file.severity) {
        Some(level @ Severity::Error) => (level.name(), TextStyle::Error),
        Some(level @ Severity::Warning) => (level.name(), TextStyle::Warning),
        Some(level @ Severity::Info) => (level.name(), TextStyle::Info),
        None => ("off", TextStyle::Faint),
    };
    let name = format!("{name:<8}");
    let (level, origin) = law.plan().level_on(path, rule);
    let origin = match on_file {
        Some(on_file) => on_file.origin.to_owned(),
        None if level.is_some() => format!("not for this file; else {origin}"),
        None => origin.to_owned(),
    };
    let options = on_file.map_or(&rule.options, |on_file| on_file.options);
    text.paint(style, &name).paint(TextStyle::Strong, &rule.id).add("  ");
    text.paint(TextStyle::Faint, &format!("({origin})")).end_line();
    for option in &rule.page().options {
        explain_option(law, path, rule, option, options, text);
    }
}

fn explain_option(
    law: &Law,
    path: &RelPath,
    rule: &PlannedRule,
    option: &OptionSpec,
    options: &Options,
    text: &mut Text,
) {
    let written = settings_of(law, path, rule)
        .into_iter()
        .filter_map(|(settings, setting)| {
            Some((settings, setting.options.iter().find(|entry| entry.key == option.name)?))
        })
        .next_back();
    let value = options.get(&option.name).unwrap_or(&option.default);
    let origin = match written {
        Some((settings, entry)) => line_of(settings, entry.key_span),
        None if *value == option.default => "the page's default".to_owned(),
        None => rule.origin.clone(),
    };
    text.add("          ").add(&option.name).add(" = ").add(&option_value(value).to_string()).add("  ");
    text.paint(TextStyle::Faint, &format!("({origin})")).end_line();
}

/// The settings of the rule that hold for the path, the strongest last.
fn settings_of<'l>(law: &'l Law, path: &RelPath, rule: &PlannedRule) -> Vec<(&'l Settings, &'l RuleSetting)> {
    let mut found = Vec::new();
    for layer in layers_of(law, path) {
        let settings = &layer.settings;
        let Some(below) = layer.base.below(path.as_str()).map(RelPath::new) else { continue };
        let overrides = settings.overrides.iter().filter(|change| is_in(&change.files, &below));
        let all = settings.rules.iter().chain(overrides.flat_map(|change| &change.rules));
        found.extend(all.filter(|setting| is_setting_of(setting, rule)).map(|setting| (settings, setting)));
    }
    found
}

/// True if a list of globs of the settings matches the path.
fn is_in(globs: &[(String, Span)], path: &RelPath) -> bool {
    let globs = globs.iter().map(|(glob, _)| (glob.as_str(), false));
    PathGlobs::new(globs, GlobSyntax::Lawbook).is_ok_and(|globs| globs.matches(path))
}

/// True if the setting is for this rule, by its id, `pack/id` or a former id.
fn is_setting_of(setting: &RuleSetting, rule: &PlannedRule) -> bool {
    let id = setting.name.rsplit_once('/').map_or(
        setting.name.as_str(),
        |(pack, id)| {
            if *rule.pack == *pack { id } else { "" }
        },
    );
    *rule.page().id == *id || rule.page().formerly.iter().any(|old| **old == *id)
}
