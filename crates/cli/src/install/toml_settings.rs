//! Settings in TOML: tables `[[hooks.EVENT]]`, added behind all others.

use lawbook_core::mistake::Mistake;
use serde_json::Value;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::agents::HookEvent;
use super::{Agent, HookCommand, KeptEntry, Rewritten, line_of, mistake_at};

/// The table with the events.
const HOOKS: &str = "hooks";

/// The settings with the entries of an agent.
pub(super) fn install(
    agent: &Agent,
    shown: &str,
    old: Option<&str>,
    command: &HookCommand,
) -> Result<Rewritten, Mistake> {
    let old = old.unwrap_or_default();
    let document = read(shown, old)?;
    let mut text = old.to_owned();
    let mut kept = Vec::new();
    for event in agent.events {
        let own = own_lines(&document, event.name);
        for line in &own {
            let had = HookCommand::parse(line, agent.name);
            let block = had.as_ref().map(|had| block(agent, event, had, newline(old)));
            match block {
                Some(block) if text.contains(&block) => {
                    text = text.replacen(&block, &self::block(agent, event, command, newline(old)), 1);
                }
                _ => kept.push(KeptEntry { line: line_with(old, line), event: event.name.to_owned() }),
            }
        }
        if own.is_empty() {
            text.push_str(&block(agent, event, command, newline(old)));
        }
    }
    if read(shown, &text).is_err() {
        let message = format!("{shown} writes its hooks in one line, which cannot be extended");
        return Err(Mistake::new(message).with_help("write each as a table `[[hooks.EVENT]]`, then run it again"));
    }
    Ok(Rewritten { text: Some(text), kept })
}

/// The settings without the entries of an agent.
pub(super) fn uninstall(agent: &Agent, shown: &str, old: &str) -> Result<Rewritten, Mistake> {
    let document = read(shown, old)?;
    let mut text = old.to_owned();
    for event in agent.events {
        for line in own_lines(&document, event.name) {
            let Some(had) = HookCommand::parse(&line, agent.name) else { continue };
            text = text.replacen(&block(agent, event, &had, newline(old)), "", 1);
        }
    }
    let mut document = read(shown, &text)?;
    if remove_own(agent, &mut document) {
        text = document.to_string();
    }
    let left = read(shown, &text)?;
    let mut kept = Vec::new();
    for event in agent.events {
        let lines = own_lines(&left, event.name);
        let entry = |line: &String| KeptEntry { line: line_with(&text, line), event: event.name.to_owned() };
        kept.extend(lines.iter().map(entry));
    }
    Ok(Rewritten { text: Some(text).filter(|text| !text.is_empty() || old.is_empty()), kept })
}

/// True if the settings hold an entry of any tool.
pub(super) fn has_hooks(text: &str) -> bool {
    let Ok(document) = text.parse::<DocumentMut>() else { return false };
    let Some(Item::Table(hooks)) = document.get(HOOKS) else { return false };
    hooks.iter().any(|(_, item)| item.is_array_of_tables())
}

/// The text of the entry of an event, with an empty line in front of each table.
fn block(agent: &Agent, event: &HookEvent, command: &HookCommand, newline: &str) -> String {
    let mut lines = vec![String::new(), format!("[[{HOOKS}.{}]]", event.name)];
    let entry = agent.entry(event, command);
    if let Some(matcher) = entry.get("matcher") {
        lines.push(format!("matcher = {matcher}"));
    }
    for handler in entry.get(HOOKS).and_then(Value::as_array).into_iter().flatten() {
        lines.push(String::new());
        lines.push(format!("[[{HOOKS}.{}.{HOOKS}]]", event.name));
        let members = handler.as_object().into_iter().flatten();
        lines.extend(members.map(|(name, value)| format!("{name} = {}", in_toml(value))));
    }
    lines.join(newline) + newline
}

/// A value of JSON in TOML. A string with `\` or `"` in it is written between `'`, as far as it has none.
fn in_toml(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(['\\', '"']) && !text.contains('\'') => format!("'{text}'"),
        _ => value.to_string(),
    }
}

/// The command lines in the entries of an event that run lawbook.
fn own_lines(document: &DocumentMut, event: &str) -> Vec<String> {
    let groups = document.get(HOOKS).and_then(|hooks| hooks.get(event)).and_then(Item::as_array_of_tables);
    let handlers = groups.into_iter().flatten().filter_map(|group| group.get(HOOKS)?.as_array_of_tables()).flatten();
    handlers.filter_map(command_of).filter(|line| HookCommand::is_in(line)).map(str::to_owned).collect()
}

fn command_of(handler: &Table) -> Option<&str> {
    handler.get("command")?.as_str()
}

/// Removes the handlers that `lawbook install` may have written, from entries that were changed since; returns whether
/// there were any.
fn remove_own(agent: &Agent, document: &mut DocumentMut) -> bool {
    let Some(hooks) = document.get_mut(HOOKS).and_then(Item::as_table_mut) else { return false };
    let mut is_changed = false;
    for event in agent.events {
        let Some(groups) = hooks.get_mut(event.name).and_then(Item::as_array_of_tables_mut) else { continue };
        let is_own =
            |handler: &Table| command_of(handler).is_some_and(|line| HookCommand::parse(line, agent.name).is_some());
        let mut emptied = Vec::new();
        for (index, group) in groups.iter_mut().enumerate() {
            let Some(handlers) = group.get_mut(HOOKS).and_then(Item::as_array_of_tables_mut) else { continue };
            let before = handlers.len();
            handlers.retain(|handler| !is_own(handler));
            is_changed |= handlers.len() < before;
            if handlers.is_empty() && before > 0 {
                emptied.push(index);
            }
        }
        remove_at(groups, &emptied);
        if groups.is_empty() {
            hooks.remove(event.name);
        }
    }
    is_changed
}

fn remove_at(groups: &mut ArrayOfTables, indices: &[usize]) {
    for index in indices.iter().rev() {
        groups.remove(*index);
    }
}

fn read(shown: &str, text: &str) -> Result<DocumentMut, Mistake> {
    text.parse::<DocumentMut>().map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        mistake_at(shown, text, at, error.message().lines().next().unwrap_or("this is no TOML"))
    })
}

fn newline(text: &str) -> &'static str {
    if text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) { "\r\n" } else { "\n" }
}

fn line_with(text: &str, line: &str) -> usize {
    text.find(line).map_or(1, |at| line_of(text, at))
}
