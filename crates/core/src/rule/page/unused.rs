//! Options and utils of a page that nothing in it uses: mostly a name that is written in two ways.

use crate::data::reader::Table;
use crate::data::{Data, Entry, Value};
use crate::mistake::Mistakes;

/// The keys of a head and of an item of `rules` that may use options and utils.
const USERS: &[&str] = &["rule", "rules", "utils", "constraints", "fix", "labels", "message", "summary"];

/// Adds a mistake for each option and util that no part of the page uses.
pub(super) fn check(table: &Table<'_>, mistakes: &mut Mistakes) {
    let users: Vec<&Value> = USERS.iter().filter_map(|key| table.get(key)).map(|entry| &entry.value).collect();
    let options = table.get("options").and_then(|entry| entry.value.as_map()).unwrap_or_default();
    for option in options {
        let placeholder = format!("{{{}}}", option.key);
        let uses = |value: &Value| uses(value, "option", &option.key, Some(&placeholder));
        if !users.iter().any(|value| uses(value)) {
            let message = format!("nothing uses the option `{}`", option.key);
            let help =
                format!("write `{{ option: {0} }}` where its value belongs, or `{{{0}}}` in the message", option.key);
            mistakes.add_with_help(option.key_span, message, help);
        }
    }
    let items = table.get("rules").and_then(|entry| entry.value.as_list()).unwrap_or_default();
    for item in items {
        let users: Vec<&Value> = USERS.iter().filter_map(|key| item.get(key)).collect();
        check_utils(item.get("utils"), &users, mistakes);
    }
    check_utils(table.get("utils").map(|entry| &entry.value), &users, mistakes);
}

fn check_utils(utils: Option<&Value>, users: &[&Value], mistakes: &mut Mistakes) {
    let entries = utils.and_then(Value::as_map).unwrap_or_default();
    // An unknown name is meant as one of these, and a mistake where it stands.
    if users.iter().any(|value| matches_other(value, entries)) {
        return;
    }
    // A util with parameters is refused for itself.
    for util in entries.iter().filter(|util| !util.key.contains('(')) {
        let others = entries.iter().filter(|other| other.key != util.key).map(|other| &other.value);
        let outside = users.iter().copied().filter(|value| !utils.is_some_and(|utils| std::ptr::eq(utils, *value)));
        if !outside.chain(others).any(|value| uses(value, "matches", &util.key, None)) {
            let message = format!("nothing uses the util `{}`", util.key);
            mistakes.add_with_help(util.key_span, message, format!("write `matches: {}` where it belongs", util.key));
        }
    }
}

/// True if a value has an entry `matches` with a name that is none of the utils.
fn matches_other(value: &Value, utils: &[Entry]) -> bool {
    let is_other = |value: &Value| value.as_str().is_some_and(|name| !utils.iter().any(|util| util.key == name));
    match &value.data {
        Data::List(items) => items.iter().any(|item| matches_other(item, utils)),
        Data::Map(entries) => entries
            .iter()
            .any(|entry| (entry.key == "matches" && is_other(&entry.value)) || matches_other(&entry.value, utils)),
        _ => false,
    }
}

/// True if a value has the entry `key: name`, or a text with `placeholder`.
fn uses(value: &Value, key: &str, name: &str, placeholder: Option<&str>) -> bool {
    match &value.data {
        Data::List(items) => items.iter().any(|item| uses(item, key, name, placeholder)),
        Data::Map(entries) => entries.iter().any(|entry: &Entry| {
            // A list is a mistake of its own where it stands.
            let named = entry.value.as_list().unwrap_or(std::slice::from_ref(&entry.value));
            (entry.key == key && named.iter().any(|value| value.as_str() == Some(name)))
                || uses(&entry.value, key, name, placeholder)
        }),
        Data::String(text) => placeholder.is_some_and(|placeholder| text.contains(placeholder)),
        _ => false,
    }
}
