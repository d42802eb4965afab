//! `lawbook rules`: the rules with their levels and what has set them.

use std::path::{Path, PathBuf};

use lawbook_core::diagnostic::Severity;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::PlannedRule;
use lawbook_core::rule::page::{Body, Options};
use lawbook_core::source::RelPath;
use lawbook_workspace::{Law, Workspace};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{RulesArgs, RulesFormat};
use crate::command::{CommandOutcome, CommandResult, Context, law, opening};
use crate::report::option_value;
use crate::text::{Text, TextStyle};

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
    let law = workspace.whole_law()?;
    law::note(&law, &mut context.output);
    law::note_refused(&law, &mut context.output);
    let listed_rules: Vec<ListedRule<'_>> = if let Some(path) = &path {
        on_file(&law, path)
    } else {
        let somewhere = |rule| {
            let (level, origin) = law::level_somewhere(&law, rule);
            ListedRule { rule, level, origin, options: &rule.options }
        };
        law.plan().rules().iter().map(somewhere).collect()
    };
    let text = match args.format {
        RulesFormat::Pretty => pretty(&listed_rules, args.for_path.as_ref(), context.output.text()),
        RulesFormat::Json => json(&listed_rules)?,
        RulesFormat::Ids => {
            let mut text = context.output.text();
            for listed in &listed_rules {
                text.add(&listed.rule.id).end_line();
            }
            text
        }
    };
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

/// The rules that run on a file, with their levels and options for it.
pub(super) fn on_file<'l>(law: &'l Law, path: &RelPath) -> Vec<ListedRule<'l>> {
    if law.excluding_glob(path.as_str()).is_some() {
        return Vec::new();
    }
    let on_file = law.plan().rules_for(path).into_iter();
    on_file
        .map(|on| ListedRule {
            rule: on.rule,
            level: Some(on.severity),
            origin: on.origin.to_owned(),
            options: on.options,
        })
        .collect()
}

/// A rule with its level and options, in general or for one file.
pub(super) struct ListedRule<'a> {
    rule: &'a PlannedRule,
    level: Option<Severity>,
    origin: String,
    options: &'a Options,
}

#[cfg(feature = "mcp")]
impl ListedRule<'_> {
    /// The rule as an agent is told of it.
    pub(super) fn as_told(&self) -> Value {
        let options: Map<String, Value> =
            self.options.iter().map(|(name, value)| (name.clone(), option_value(value))).collect();
        serde_json::json!({
            "id": &*self.rule.id,
            "level": self.level.map_or("off", Severity::name),
            "summary": self.rule.page().summary,
            "setBy": self.origin,
            "pack": &*self.rule.pack,
            "options": options,
        })
    }
}

/// Rules as lines, without colours.
#[cfg(feature = "mcp")]
pub(super) fn lines(listed_rules: &[ListedRule<'_>]) -> Text {
    let mut text = Text::new(false);
    add_lines(listed_rules, &mut text);
    text
}

fn pretty(listed_rules: &[ListedRule<'_>], for_path: Option<&PathBuf>, mut text: Text) -> Text {
    add_lines(listed_rules, &mut text);
    let (all, on) = counts(listed_rules);
    match for_path {
        Some(path) => text.line(format_args!("{}", count_in_words(listed_rules, path))),
        None => text.line(format_args!("{on} of {all} rules are on, beside what the engine itself reports")),
    };
    text
}

/// The numbers of rules and of those that are on. The findings of the engine are listed with their levels, but are no rules that
/// one has on.
fn counts(listed_rules: &[ListedRule<'_>]) -> (usize, usize) {
    let rules = listed_rules.iter().filter(|listed| !matches!(listed.rule.page().body, Body::Engine));
    (rules.clone().count(), rules.filter(|listed| listed.level.is_some()).count())
}

/// The number of rules that run on a file, in words.
pub(super) fn count_in_words(listed_rules: &[ListedRule<'_>], path: &Path) -> String {
    if !is_read(path) {
        return format!("no rules run on {}: no language that is read has its extension", path.display());
    }
    format!("{} rules run on {}", counts(listed_rules).1, path.display())
}

fn add_lines(listed_rules: &[ListedRule<'_>], text: &mut Text) {
    let width = listed_rules.iter().map(|listed| listed.rule.id.len()).max().unwrap_or(0);
    for ListedRule { rule, level, origin, .. } in listed_rules {
        let name = format!("{:<8}", level.map_or("off", Severity::name));
        match level {
            Some(Severity::Error) => text.paint(TextStyle::Error, &name),
            Some(Severity::Warning) => text.paint(TextStyle::Warning, &name),
            Some(Severity::Info) => text.paint(TextStyle::Info, &name),
            None => text.paint(TextStyle::Faint, &name),
        };
        text.paint(TextStyle::Strong, &format!("{:<width$}", rule.id)).add("  ").add(&rule.page().summary);
        text.add("  ").paint(TextStyle::Faint, &format!("({origin})")).end_line();
    }
}

/// True if a language that is read has the extension of the file, by itself or in parts of the file.
fn is_read(path: &Path) -> bool {
    let path = RelPath::new(path.to_string_lossy().replace('\\', "/"));
    language::of_path(&path).is_some() || language::host_of_path(&path).is_some()
}

#[derive(Serialize)]
struct RuleListV1<'a> {
    version: u32,
    rules: Vec<ListedRuleV1<'a>>,
}

#[derive(Serialize)]
struct ListedRuleV1<'a> {
    id: &'a str,
    pack: &'a str,
    topic: &'a str,
    level: &'static str,
    origin: &'a str,
    summary: &'a str,
    options: Map<String, Value>,
}

fn json(listed_rules: &[ListedRule<'_>]) -> Result<Text, Vec<Mistake>> {
    let rules = listed_rules.iter().map(|ListedRule { rule, level, origin, options }| ListedRuleV1 {
        id: &rule.id,
        pack: &rule.pack,
        topic: &rule.page().topic,
        level: level.map_or("off", Severity::name),
        origin,
        summary: &rule.page().summary,
        options: options.iter().map(|(name, value)| (name.clone(), option_value(value))).collect(),
    });
    Text::json(&RuleListV1 { version: 1, rules: rules.collect() })
        .map_err(|error| vec![Mistake::new(format!("the list cannot be written as JSON: {error}"))])
}
