//! `lawbook config explain`: the settings of one file, and what has set each of them.

use std::path::Path;

use lawbook_core::diagnostic::Severity;
use lawbook_core::glob;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{PlannedRule, RuleOnFile};
use lawbook_core::rule::page::{OptionSpec, Options};
use lawbook_core::settings::{RuleSetting, Settings};
use lawbook_core::source::{LineIndex, RelPath};
use lawbook_core::span::Span;
use lawbook_workspace::{Law, Workspace};

use crate::args::LawArgs;
use crate::command::{CommandOutcome, CommandResult, Context, opening};
use crate::report::option_value;
use crate::text::{Text, TextStyle};

/// Runs the command for the file `path`.
pub(crate) fn explain(packs: Vec<Pack>, path: &Path, args: &LawArgs, context: &mut Context<'_>) -> CommandResult {
    let (workspace, path) = Workspace::open_for_file(context.cwd()?, path, opening(packs, args))?;
    let law = workspace.law();
    let mut text = context.output.text();
    facts(&law, &path, &mut text);
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
    let settings = law.settings();
    fact("path", path.as_str(), text);
    fact("root", &law.root().to_string_lossy(), text);
    fact("settings", law.origin(), text);
    let yes_by = |glob: Option<&(String, Span)>| match glob {
        Some((glob, span)) => format!("yes, by `{glob}` ({})", line_of(settings, *span)),
        None => "no".to_owned(),
    };
    let excluding = law.excluding_glob(path.as_str());
    let excluding = excluding.and_then(|glob| settings.files.exclude.iter().find(|(written, _)| written == glob));
    fact("excluded", &yes_by(excluding), text);
    fact("test file", &yes_by(glob::first_match(&settings.files.tests, path)), text);
    fact("example", &yes_by(glob::first_match(&settings.files.examples, path)), text);
    let dialect = law.plan().dialect(path).map_or("none: no rule looks at it", |dialect| dialect.name);
    fact("dialect", dialect, text);
}

fn fact(name: &str, value: &str, text: &mut Text) {
    text.paint(TextStyle::Faint, &format!("{name:<11}")).add(value).end_line();
}

fn line_of(settings: &Settings, span: Span) -> String {
    if settings.path.is_empty() || span.end == 0 {
        return "the default".to_owned();
    }
    format!("{}:{}", settings.path, LineIndex::new(&settings.text).line(span.start))
}

fn explain_rule(law: &Law, path: &RelPath, rule: &PlannedRule, on_file: Option<&RuleOnFile<'_>>, text: &mut Text) {
    let settings = law.settings();
    let (name, style) = match on_file.map(|on_file| on_file.severity) {
        Some(level @ Severity::Error) => (level.name(), TextStyle::Error),
        Some(level @ Severity::Warning) => (level.name(), TextStyle::Warning),
        Some(level @ Severity::Info) => (level.name(), TextStyle::Info),
        None => ("off", TextStyle::Faint),
    };
    let name = format!("{name:<8}");
    let overriding = overrides_of(settings, path, rule).filter(|setting| setting.level.is_some()).last();
    let origin = match (on_file, overriding) {
        (Some(on_file), _) => on_file.origin.to_owned(),
        (None, Some(setting)) => format!("{} (overrides)", line_of(settings, setting.span)),
        (None, None) if rule.level.is_some() => format!("not for this file; else {}", rule.origin),
        (None, None) => rule.origin.clone(),
    };
    let options = on_file.map_or(&rule.options, |on_file| on_file.options);
    text.paint(style, &name).paint(TextStyle::Strong, &rule.id).add("  ");
    text.paint(TextStyle::Faint, &format!("({origin})")).end_line();
    for option in &rule.page().options {
        explain_option(settings, path, rule, option, options, text);
    }
}

fn explain_option(
    settings: &Settings,
    path: &RelPath,
    rule: &PlannedRule,
    option: &OptionSpec,
    options: &Options,
    text: &mut Text,
) {
    let general = settings.rules.iter().filter(|setting| is_setting_of(setting, rule));
    let written = general
        .chain(overrides_of(settings, path, rule))
        .filter_map(|setting| setting.options.iter().find(|entry| entry.key == option.name))
        .last();
    let value = options.get(&option.name).unwrap_or(&option.default);
    let origin = match written {
        Some(entry) => line_of(settings, entry.key_span),
        None if *value == option.default => "the page's default".to_owned(),
        None => rule.origin.clone(),
    };
    text.add("          ").add(&option.name).add(" = ").add(&option_value(value).to_string()).add("  ");
    text.paint(TextStyle::Faint, &format!("({origin})")).end_line();
}

/// The settings of the rule in the overrides that apply to the path, the strongest last.
fn overrides_of<'a>(
    settings: &'a Settings,
    path: &'a RelPath,
    rule: &'a PlannedRule,
) -> impl Iterator<Item = &'a RuleSetting> {
    let applying = settings.overrides.iter().filter(move |part| glob::first_match(&part.files, path).is_some());
    applying.flat_map(|part| &part.rules).filter(move |setting| is_setting_of(setting, rule))
}

/// True if the setting is for this rule, by its id, `pack/id` or a former id.
fn is_setting_of(setting: &RuleSetting, rule: &PlannedRule) -> bool {
    let id = setting.name.split_once('/').map_or(
        setting.name.as_str(),
        |(pack, id)| {
            if *rule.pack == *pack { id } else { "" }
        },
    );
    *rule.page().id == *id || rule.page().formerly.iter().any(|old| **old == *id)
}
