//! Settings in JSON: entries in the lists of events.

use lawbook_core::mistake::Mistake;
use serde_json::{Map, Value};

use super::json::{self, ContainerOrigin, JsonNode, JsonStep, NodeKind};
use super::{Agent, HookCommand, KeptEntry, Rewritten, line_of, mistake_at};

/// The form of such a file: the member with the events, and the `version` of a new file.
type JsonForm = (Option<&'static str>, Option<u32>);

/// The settings with the entries of an agent.
pub(super) fn install(
    agent: &Agent,
    (events, version): JsonForm,
    shown: &str,
    old: Option<&str>,
    command: &HookCommand,
) -> Result<Rewritten, Mistake> {
    let Some(old) = old else {
        return Ok(Rewritten { text: Some(new_file(agent, (events, version), command)), kept: Vec::new() });
    };
    let mut kept = Vec::new();
    let mut text = old.to_owned();
    for event in agent.events {
        let entry = agent.entry(event, command);
        let Some(root) = read(shown, &text)? else {
            text = match events {
                Some(events) => json::insert_root(&text, events, &list(event.name, entry)),
                None => json::insert_root(&text, event.name, &Value::Array(vec![entry])),
            };
            continue;
        };
        let holder = match events.map(|name| (name, root.member(name))) {
            None => &root,
            Some((_, Some(member))) => &member.value,
            Some((name, None)) => {
                let origin = if has_only_version(&root) { ContainerOrigin::Before } else { origin_of(&root) };
                text = json::insert(&text, &root, Some(name), &list(event.name, entry), origin);
                continue;
            }
        };
        expect(shown, &text, holder, events.unwrap_or("the root"), "an object")?;
        let Some(found) = holder.member(event.name) else {
            text = json::insert(&text, holder, Some(event.name), &Value::Array(vec![entry]), origin_of(holder));
            continue;
        };
        expect(shown, &text, &found.value, event.name, "a list")?;
        let own = handlers(agent, &found.value, &[]);
        if own.is_empty() {
            text = json::insert(&text, &found.value, None, &entry, origin_of(&found.value));
            continue;
        }
        let mut updates = Vec::new();
        for handler in own {
            let whole = found.value.at(&handler.entry).map(JsonNode::to_value);
            let is_unchanged = handler.command.as_ref().is_some_and(|had| whole == Some(agent.entry(event, had)));
            match &handler.command {
                Some(had) if is_unchanged && had == command => {}
                Some(_) if is_unchanged => updates.push(handler.line_span),
                _ => {
                    kept.push(KeptEntry {
                        line: line_of(&text, handler.line_span.start),
                        event: event.name.to_owned(),
                    });
                }
            }
        }
        for span in updates.into_iter().rev() {
            text.replace_range(span, &Value::from(command.line(agent.name)).to_string());
        }
    }
    check(shown, &text)?;
    Ok(Rewritten { text: Some(text), kept })
}

/// The settings without the entries of an agent.
pub(super) fn uninstall(agent: &Agent, form: JsonForm, shown: &str, old: &str) -> Result<Rewritten, Mistake> {
    let (events, _) = form;
    let mut text = old.to_owned();
    loop {
        let Some(root) = read(shown, &text)? else { break };
        let holder = match events {
            None => Some((&root, Vec::new())),
            Some(name) => root.member(name).map(|member| (&member.value, vec![JsonStep::Name(name.to_owned())])),
        };
        let Some((holder, above)) = holder else { break };
        let own = all_handlers(agent, holder);
        let removable = own.into_iter().rfind(|(_, handler)| handler.command.is_some());
        let Some((event, handler)) = removable else { break };
        if let Some(command) = &handler.command
            && text == new_file(agent, form, command)
        {
            return Ok(Rewritten { text: None, kept: Vec::new() });
        }
        let steps: Vec<JsonStep> = above.into_iter().chain([JsonStep::Name(event)]).chain(handler.item).collect();
        match json::remove(&text, &root, &steps) {
            Some(without) => text = without,
            None => return Ok(Rewritten { text: None, kept: Vec::new() }),
        }
    }
    check(shown, &text)?;
    let kept = match read(shown, &text)? {
        Some(root) => kept_in(agent, events, &text, &root),
        None => Vec::new(),
    };
    Ok(Rewritten { text: Some(text), kept })
}

/// True if the settings hold an entry of any tool.
pub(super) fn has_hooks(events: Option<&str>, text: &str) -> bool {
    let Ok(Some(root)) = json::parse(text) else { return false };
    let holder = match events {
        None => Some(&root),
        Some(name) => root.member(name).map(|member| &member.value),
    };
    let Some(NodeKind::Object(members)) = holder.map(|holder| &holder.kind) else { return false };
    members.iter().any(|member| matches!(&member.value.kind, NodeKind::Array(items) if !items.is_empty()))
}

/// The text of a file with the entries of an agent and nothing else.
fn new_file(agent: &Agent, (events, version): JsonForm, command: &HookCommand) -> String {
    let lists = agent.events.iter().map(|event| {
        let entry = agent.entry(event, command);
        (event.name.to_owned(), Value::Array(vec![entry]))
    });
    let lists: Map<String, Value> = lists.collect();
    let mut root = Map::new();
    if let Some(version) = version {
        root.insert("version".to_owned(), version.into());
    }
    match events {
        Some(events) => drop(root.insert(events.to_owned(), Value::Object(lists))),
        None => root.extend(lists),
    }
    json::document(&Value::Object(root))
}

/// An object with the list of one event.
fn list(event: &str, entry: Value) -> Value {
    Value::Object([(event.to_owned(), Value::Array(vec![entry]))].into_iter().collect())
}

/// A handler that runs lawbook.
#[derive(Debug)]
struct OwnHandler {
    /// The steps from the list of the event to the entry.
    entry: Vec<JsonStep>,
    /// The steps to what goes with the handler: the entry, unless it has other handlers too.
    item: Vec<JsonStep>,
    /// The bytes of the command line.
    line_span: std::ops::Range<usize>,
    /// The command, if `lawbook install` may have written it.
    command: Option<HookCommand>,
}

/// The handlers that run lawbook, in all lists, with the names of their events.
fn all_handlers(agent: &Agent, holder: &JsonNode) -> Vec<(String, OwnHandler)> {
    let NodeKind::Object(members) = &holder.kind else { return Vec::new() };
    let of_member = |member: &json::JsonMember| {
        let own = handlers(agent, &member.value, &[]);
        own.into_iter().map(|handler| (member.name.clone(), handler)).collect::<Vec<_>>()
    };
    members.iter().flat_map(of_member).collect()
}

/// The handlers that run lawbook in a list: entries with a command, or entries with a list of handlers in `hooks`.
fn handlers(agent: &Agent, list: &JsonNode, above: &[JsonStep]) -> Vec<OwnHandler> {
    let NodeKind::Array(items) = &list.kind else { return Vec::new() };
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let steps: Vec<JsonStep> = above.iter().cloned().chain([JsonStep::Index(index)]).collect();
        if let Some(inner) = item.member("hooks").filter(|_| above.is_empty()) {
            let below: Vec<JsonStep> = steps.iter().cloned().chain([JsonStep::Name("hooks".to_owned())]).collect();
            let is_only = matches!(&inner.value.kind, NodeKind::Array(handlers) if handlers.len() == 1);
            for mut handler in handlers(agent, &inner.value, &below) {
                handler.entry.clone_from(&steps);
                if is_only {
                    handler.item.clone_from(&steps);
                }
                found.push(handler);
            }
            continue;
        }
        let line = item.member("command").or_else(|| item.member("bash"));
        if let Some(member) = line
            && let NodeKind::Scalar(Value::String(line)) = &member.value.kind
            && HookCommand::is_in(line)
        {
            let command = HookCommand::parse(line, agent.name);
            found.push(OwnHandler { entry: steps.clone(), item: steps, line_span: member.value.span.clone(), command });
        }
    }
    found
}

/// The entries that run lawbook in a way that `lawbook install` does not write.
fn kept_in(agent: &Agent, events: Option<&str>, text: &str, root: &JsonNode) -> Vec<KeptEntry> {
    let holder = match events {
        None => Some(root),
        Some(name) => root.member(name).map(|member| &member.value),
    };
    let own = holder.map(|holder| all_handlers(agent, holder)).unwrap_or_default();
    own.into_iter().map(|(event, handler)| KeptEntry { line: line_of(text, handler.line_span.start), event }).collect()
}

fn read(shown: &str, text: &str) -> Result<Option<JsonNode>, Mistake> {
    let root = json::parse(text).map_err(|fault| mistake_at(shown, text, fault.at, &fault.message))?;
    match &root {
        Some(node) if !matches!(node.kind, NodeKind::Object(_)) => {
            Err(mistake_at(shown, text, node.span.start, "this is no object, which settings are"))
        }
        _ => Ok(root),
    }
}

/// Fails if the text, after an edit, is no JSON any more.
fn check(shown: &str, text: &str) -> Result<(), Mistake> {
    read(shown, text).map(drop)
}

fn expect(shown: &str, text: &str, node: &JsonNode, name: &str, what: &str) -> Result<(), Mistake> {
    let is_right = match what {
        "a list" => matches!(node.kind, NodeKind::Array(_)),
        _ => matches!(node.kind, NodeKind::Object(_)),
    };
    if is_right {
        return Ok(());
    }
    Err(mistake_at(shown, text, node.span.start, &format!("`{name}` is {what} in these settings, and this is none")))
}

/// The origin of a container that is there already.
fn origin_of(container: &JsonNode) -> ContainerOrigin {
    match &container.kind {
        NodeKind::Object(members) if members.is_empty() => ContainerOrigin::Before,
        NodeKind::Array(items) if items.is_empty() => ContainerOrigin::Before,
        _ => ContainerOrigin::WithItem,
    }
}

/// True if an object has nothing but the version of its form: with the hooks it would look like a file of lawbook alone.
fn has_only_version(root: &JsonNode) -> bool {
    matches!(&root.kind, NodeKind::Object(members) if members.len() == 1 && members[0].name == "version")
}
