//! `lawbook explain`: the page of a rule, for people.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use lawbook_core::data::Value;
use lawbook_core::diagnostic::Safety;
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;
use lawbook_core::plan::PlannedRule;
use lawbook_core::rule::page::{BlockRole, Body, Claims, Page};
use lawbook_core::suppression::written::CommentForm;
use lawbook_workspace::{Law, Workspace};

use crate::args::ExplainArgs;
use crate::command::{CommandOutcome, CommandResult, Context, law, opening};
use crate::report::option_value;
use crate::text::{Text, TextStyle};

/// Prints the pages of the rules with this id.
pub(crate) fn run(packs: Vec<Pack>, args: &ExplainArgs, context: &mut Context<'_>) -> CommandResult {
    let workspace = Workspace::open(context.cwd()?, opening(packs, &args.law()))?;
    let law = workspace.whole_law()?;
    law::note(&law, &mut context.output);
    let found = rules_named(&law, &args.id, context)?;
    let mut text = context.output.text();
    for (number, rule) in found.into_iter().enumerate() {
        if number > 0 {
            text.end_line();
        }
        explain(&law, rule, &mut text);
    }
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

/// The rules with this name: those that are on somewhere, else all.
///
/// # Errors
/// There is none, or it is refused.
pub(super) fn rules_named<'l>(
    law: &'l Law,
    id: &str,
    context: &Context<'_>,
) -> Result<Vec<&'l PlannedRule>, MistakeList> {
    let rules = law.plan().rules();
    let mut found: Vec<&PlannedRule> = rules.iter().filter(|rule| is_named(rule, id)).collect();
    let is_on = |rule: &&PlannedRule| law::level_somewhere(law, rule).0.is_some();
    if found.iter().any(is_on) {
        found.retain(is_on);
    }
    if found.is_empty() {
        if let Some(refused) = law.plan().refused().iter().find(|refused| *refused.id == *id) {
            return Err(refused.mistakes.clone().into());
        }
        let unknown = Mistake::unknown("rule", id, rules.iter().map(|rule| &*rule.id));
        let mut extended = law.layers().iter().flat_map(|layer| &layer.settings.extends);
        if extended.any(|(name, _)| *name == id) {
            let help = format!("`{id}` is a preset or a folder of pages; `lawbook rules` lists the rules");
            return Err(unknown.with_help(help).into());
        }
        let path = Path::new(id);
        if let (Some("md" | "yml"), Some(stem)) = (path.extension().and_then(OsStr::to_str), path.file_stem())
            && path.is_relative()
            && context.cwd()?.join(path).is_file()
        {
            let help = format!("name the rule by its id: `lawbook explain --rules {} {}`", id, stem.display());
            return Err(unknown.with_help(help).into());
        }
        let help = unknown.help.clone().unwrap_or_default();
        return Err(unknown.with_help(format!("{help} (`lawbook rules` lists them)")).into());
    }
    Ok(found)
}

/// True if the rule has this name: its id, `pack/id` or a former id.
fn is_named(rule: &PlannedRule, name: &str) -> bool {
    let qualified = name.rsplit_once('/').is_some_and(|(pack, id)| *rule.pack == *pack && *rule.page().id == *id);
    qualified || *rule.id == *name || *rule.page().id == *name || rule.page().formerly.iter().any(|old| **old == *name)
}

/// Adds the page of a rule, with its level and options.
pub(super) fn explain(law: &Law, rule: &PlannedRule, text: &mut Text) {
    let page = rule.page();
    text.paint(TextStyle::Strong, &rule.id).add(": ").add(&page.summary).end_line();
    text.end_line();
    let level = rule.level.map_or("off", |level| level.name());
    if rule.level.is_some() || law::level_somewhere(law, rule).0.is_none() {
        fact("level", &with_origin(level, &rule.origin), text);
    }
    for layer in law.layers().iter().skip(1) {
        let (level, origin) = law.plan().level_in(&layer.folder, rule);
        if level != rule.level {
            let level = level.map_or("off", |level| level.name());
            fact("level", &with_origin(&format!("{level} in {}", layer.folder), origin), text);
        }
    }
    fact("pack", &rule.pack, text);
    if !page.topic.is_empty() {
        fact("topic", &page.topic, text);
    }
    fact("languages", &languages(page), text);
    fact("confidence", page.confidence.name(), text);
    if page.message != page.summary {
        fact("message", &page.message, text);
    }
    if let Some(fixes) = fixes(rule) {
        fact("fix", &fixes, text);
    }
    for (name, globs) in [("files", &page.files), ("ignores", &page.ignores)] {
        if !globs.is_empty() {
            let globs: Vec<&str> = globs.iter().map(|glob| glob.glob.as_str()).collect();
            fact(name, &globs.join(", "), text);
        }
    }
    if !page.suppressible {
        fact("suppressible", "no", text);
    }
    if !page.formerly.is_empty() {
        fact("formerly", &page.formerly.join(", "), text);
    }
    if !page.tags.is_empty() {
        fact("tags", &page.tags.join(", "), text);
    }
    if let Some(url) = &page.url {
        fact("more", url, text);
    }
    if !page.ast_grep || !page.why.is_empty() {
        section("Why", &page.why, text);
    }
    section("Help", &page.help, text);
    if page.may_be_wrong() {
        let form = page.claims.dialects().next().and_then(CommentForm::above);
        let comment = form.map_or_else(String::new, |form| format!(": `{}`", form.comment(&rule.id)));
        let exceptions = page.exceptions.as_deref().unwrap_or_default();
        section("Exceptions", &format!("{exceptions}\nSuppress it there, with the reason{comment}"), text);
    }
    blocks(page, text);
    options(rule, text);
}

/// A level with the place that set it, or the reason for which nothing has.
fn with_origin(level: &str, origin: &str) -> String {
    let is_reason = origin.starts_with("not ") || origin == "does not run";
    if is_reason { format!("{level}, {origin}") } else { format!("{level}, from {origin}") }
}

fn fact(name: &str, value: &str, text: &mut Text) {
    text.paint(TextStyle::Faint, &format!("{name:<13}")).add(value).end_line();
}

fn section(title: &str, body: &str, text: &mut Text) {
    if !body.is_empty() {
        text.end_line().paint(TextStyle::Strong, title).end_line().add_lines(body.trim_end()).end_line();
    }
}

/// The safeties of the fixes in the head of a page; for a native rule, `yes` if the page has a fixed block.
fn fixes(rule: &PlannedRule) -> Option<String> {
    let page = rule.page();
    let has_fixed_block = page.blocks.iter().any(|block| block.role == BlockRole::Fixed);
    let Body::Declarative(variants) = &page.body else {
        return has_fixed_block.then(|| "yes".to_owned());
    };
    let of_variants = variants.iter().filter_map(|variant| variant.fix.as_ref());
    let alternatives = of_variants.flat_map(|fix| fix.as_list().unwrap_or(std::slice::from_ref(fix)));
    let safeties: BTreeSet<&str> =
        alternatives.map(|fix| fix.get("safety").and_then(Value::as_str).unwrap_or(Safety::default().name())).collect();
    (!safeties.is_empty()).then(|| safeties.into_iter().collect::<Vec<_>>().join(", "))
}

fn languages(page: &Page) -> String {
    match &page.claims {
        Claims::All => "all".to_owned(),
        Claims::Dialects(names) => names.join(", "),
    }
}

fn blocks(page: &Page, text: &mut Text) {
    for block in &page.blocks {
        let (title, style) = match block.role {
            BlockRole::Bad => ("Bad", TextStyle::Error),
            BlockRole::Good => ("Good", TextStyle::Good),
            BlockRole::Fixed => ("Fixed", TextStyle::Good),
        };
        text.end_line().paint(style, title).add(" ");
        let mut place = block.tag.clone();
        if let Some(file) = block.info.get("title") {
            place = format!("{place}, {file}");
        }
        // Where a comment cannot stand, the marks are in the line above the code.
        if let Some(lines) = block.info.get("errors") {
            place = format!("{place}, errors on lines {lines}");
        }
        text.paint(TextStyle::Faint, &format!("({place})")).end_line();
        for line in block.code.lines() {
            text.add("    ").add_lines(line).end_line();
        }
    }
}

fn options(rule: &PlannedRule, text: &mut Text) {
    if rule.page().options.is_empty() {
        return;
    }
    text.end_line().paint(TextStyle::Strong, "Options").end_line();
    for option in &rule.page().options {
        let default = option_value(&option.default);
        text.add("  ").paint(TextStyle::Strong, &option.name);
        text.line(format_args!(" ({}, {default} unless set): {}", option.default.type_name(), option.doc));
        let set = rule.options.get(&option.name).filter(|set| **set != option.default);
        if let Some(set) = set {
            text.line(format_args!("    set to {}", option_value(set)));
        }
    }
    if !rule.page().options_text.is_empty() {
        text.add_lines(rule.page().options_text.trim_end()).end_line();
    }
}
