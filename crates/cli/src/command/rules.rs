//! `lawbook rules`: the rules with their levels, and what set them.

use std::path::PathBuf;

use lawbook_core::diagnostic::Severity;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::PlannedRule;
use lawbook_core::rule::page::Options;
use lawbook_workspace::Workspace;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{RulesArgs, RulesFormat};
use crate::command::{CommandResult, Context, Verdict, opening};
use crate::report::options_value;
use crate::text::{Style, Text};

/// Lists all rules, or those that run on one file.
pub(crate) fn run(packs: Vec<Pack>, args: &RulesArgs, context: &mut Context<'_>) -> CommandResult {
    let opening = opening(packs, &args.law);
    let cwd = context.cwd()?;
    let (workspace, path) = match &args.for_path {
        Some(path) => {
            let (workspace, path) = Workspace::open_for_file(cwd, path, opening)?;
            (workspace, Some(path))
        }
        None => (Workspace::open(cwd, opening)?, None),
    };
    let law = workspace.law();
    let listed: Vec<Listed<'_>> = match &path {
        Some(path) if law.excluding_glob(path.as_str()).is_some() => Vec::new(),
        Some(path) => {
            let on_file = law.plan().rules_for(path).into_iter();
            on_file
                .map(|on| Listed { rule: on.rule, level: Some(on.severity), origin: on.origin, options: on.options })
                .collect()
        }
        None => {
            let all = law.plan().rules().iter();
            all.map(|rule| Listed { rule, level: rule.level, origin: &rule.origin, options: &rule.options }).collect()
        }
    };
    let text = match args.format {
        RulesFormat::Pretty => pretty(&listed, args.for_path.as_ref(), context.output.text()),
        RulesFormat::Json => json(&listed)?,
    };
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

/// A rule as it is listed: in general, or on one file.
struct Listed<'a> {
    rule: &'a PlannedRule,
    level: Option<Severity>,
    origin: &'a str,
    options: &'a Options,
}

fn pretty(listed: &[Listed<'_>], for_path: Option<&PathBuf>, mut text: Text) -> Text {
    let width = listed.iter().map(|listed| listed.rule.id.len()).max().unwrap_or(0);
    for Listed { rule, level, origin, .. } in listed {
        let name = format!("{:<8}", level.map_or("off", Severity::name));
        match level {
            Some(Severity::Error) => text.paint(Style::Error, &name),
            Some(Severity::Warning) => text.paint(Style::Warning, &name),
            Some(Severity::Info) => text.paint(Style::Info, &name),
            None => text.paint(Style::Faint, &name),
        };
        text.paint(Style::Strong, &format!("{:<width$}", rule.id)).add("  ").add(&rule.page().summary);
        text.add("  ").paint(Style::Faint, &format!("({origin})")).end_line();
    }
    let on = listed.iter().filter(|listed| listed.level.is_some()).count();
    match for_path {
        Some(path) => text.line(format_args!("{on} rules run on {}", path.display())),
        None => text.line(format_args!("{on} of {} rules are on", listed.len())),
    };
    text
}

#[derive(Serialize)]
struct ListV1<'a> {
    version: u32,
    rules: Vec<RuleV1<'a>>,
}

#[derive(Serialize)]
struct RuleV1<'a> {
    id: &'a str,
    pack: &'a str,
    topic: &'a str,
    level: &'static str,
    origin: &'a str,
    summary: &'a str,
    options: Map<String, Value>,
}

fn json(listed: &[Listed<'_>]) -> Result<Text, Vec<Mistake>> {
    let rules = listed.iter().map(|Listed { rule, level, origin, options }| RuleV1 {
        id: &rule.id,
        pack: &rule.pack,
        topic: &rule.page().topic,
        level: level.map_or("off", Severity::name),
        origin,
        summary: &rule.page().summary,
        options: options.iter().map(|(name, value)| (name.clone(), options_value(value))).collect(),
    });
    Text::json(&ListV1 { version: 1, rules: rules.collect() })
        .map_err(|error| vec![Mistake::new(format!("the list cannot be written as JSON: {error}"))])
}
