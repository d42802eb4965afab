//! Typed reading of [`Value`]s: allowed keys, required keys and expected types. Every mistake is collected.

use crate::data::{Data, Entry, Value};
use crate::mistake::Mistakes;
use crate::span::Span;

/// A mapping whose keys have been checked.
#[derive(Clone, Copy, Debug)]
pub struct Table<'v> {
    entries: &'v [Entry],
    /// The span for mistakes about the mapping as a whole: its first line.
    pub span: Span,
}

impl<'v> Table<'v> {
    /// Opens a mapping that may have only the given `keys`; `what` names it in messages. An unknown key is a mistake, but
    /// the mapping is still opened, so that its other mistakes are found in the same run. None if the value is not a
    /// mapping.
    pub fn open(what: &str, value: &'v Value, keys: &[&str], mistakes: &mut Mistakes) -> Option<Self> {
        Self::open_with(what, value, keys, &[], mistakes)
    }

    /// Like [`Table::open`], with keys that are known and not suggested, because their reader refuses them.
    pub fn open_with(
        what: &str,
        value: &'v Value,
        keys: &[&str],
        refused: &[&str],
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        let entries = entries(what, value, mistakes)?;
        for entry in entries {
            if !keys.contains(&entry.key.as_str()) && !refused.contains(&entry.key.as_str()) {
                mistakes.add_unknown(entry.key_span, "key", &entry.key, keys.iter().copied());
            }
        }
        Some(Self { entries, span: first_line(value.span, mistakes) })
    }

    /// The entry of a key; none if the key is missing or its value is empty.
    pub fn get(&self, key: &str) -> Option<&'v Entry> {
        self.entries.iter().find(|entry| entry.key == key && entry.value.data != Data::Null)
    }

    /// True if the key is there without a value.
    pub fn has_empty(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key && entry.value.data == Data::Null)
    }

    /// True if an unknown key is meant as this one, as its mistake says.
    pub fn is_misspelt(&self, key: &str, mistakes: &Mistakes) -> bool {
        self.entries.iter().any(|entry| mistakes.suggests(entry.key_span, key))
    }

    /// The entry of a key that must have a value; adds a mistake if it has none.
    pub fn required(&self, key: &str, mistakes: &mut Mistakes) -> Option<&'v Entry> {
        let entry = self.get(key);
        if entry.is_none() {
            let empty = self.entries.iter().find(|entry| entry.key == key);
            match empty {
                // The head of a page is checked for empty keys before its keys are read.
                Some(entry) if mistakes.has_at(entry.key_span) => {}
                Some(entry) => mistakes.add(entry.key_span, format!("`{key}` is empty")),
                None if self.is_misspelt(key, mistakes) => {}
                None => mistakes.add(self.span, format!("the key `{key}` is missing")),
            }
        }
        entry
    }
}

/// The first line of a span: mistakes about a whole mapping or list are shown there.
fn first_line(span: Span, mistakes: &Mistakes) -> Span {
    let written = mistakes.text().get(span.range()).unwrap_or_default();
    let line = written.lines().next().unwrap_or_default();
    Span::new(span.start, span.start + line.len() as u32)
}

/// Adds the mistake that `wanted` (such as `a list`) was expected in place of `value`.
pub fn expected(what: &str, wanted: &str, value: &Value, mistakes: &mut Mistakes) {
    let message = format!("{what}: expected {wanted}, found {}", value.describe());
    let span = first_line(value.span, mistakes);
    let written = mistakes.text().get(span.range()).unwrap_or_default().to_owned();
    let is_one_line = span == value.span && written.len() <= 60;
    let before = mistakes.text().get(..span.start as usize).unwrap_or_default();
    let is_of_key = before.trim_end().ends_with('=');
    let is_toml = mistakes.path().ends_with(".toml");
    let header = written.trim_end();
    let help = match &value.data {
        Data::String(_)
            if (wanted.starts_with("a list of") || !is_toml) && wanted.starts_with("a list") && is_one_line =>
        {
            Some(format!("put it in brackets: `[{}]`", written.trim_matches(|c| matches!(c, '[' | ']'))))
        }
        Data::Map(_)
            if wanted == "a list"
                && header
                    .strip_prefix('[')
                    .and_then(|name| name.strip_suffix(']'))
                    .is_some_and(|name| name.ends_with(what)) =>
        {
            Some(format!("write `[{header}]`, with two brackets, above each"))
        }
        Data::Map(_) if wanted.starts_with("a list of") && is_toml => {
            let above = if written.starts_with('[') { " in the table above it" } else { "" };
            Some(format!("write `{what} = [\"…\"]`{above}"))
        }
        Data::Map(_) | Data::String(_) | Data::Int(_) | Data::Float(_) | Data::Bool(_)
            if wanted == "a list" && is_toml =>
        {
            Some(format!("write `[[{what}]]` above the keys of each"))
        }
        Data::Map(_) if wanted.starts_with("a list") => {
            Some("put `- ` before each item, or brackets around all".to_owned())
        }
        Data::Bool(_) | Data::Int(_) | Data::Float(_) if wanted.starts_with("a list of") => {
            let sign = if is_toml { " =" } else { ":" };
            Some(format!("list the names in brackets: `{what}{sign} [\"NAME\"]`"))
        }
        Data::List(_) if wanted == "a mapping" && is_toml && header.starts_with("[[") => {
            Some(format!("write `{}`, with one bracket", header.replace("[[", "[").replace("]]", "]")))
        }
        _ if wanted == "a mapping" && is_of_key && is_toml => Some(format!(
            "write `[{what}]` with a `key = value` on each line below it, or `{what} = {{ key = value }}`"
        )),
        Data::String(text) if wanted.starts_with("a whole number") => match digits_of(text) {
            Some(number) => Some(format!("write it without quotes and without a unit: `{number}`")),
            None => Some("write a number, or leave the key out".to_owned()),
        },
        Data::Float(number) if wanted.starts_with("a whole number") && number.abs() < 1e9 => {
            Some(format!("write a whole number: `{}`", number.round()))
        }
        Data::List(items) if wanted.starts_with("a whole number") && items.len() == 1 => {
            Some("write it without the brackets".to_owned())
        }
        Data::Int(_) | Data::Float(_) | Data::Bool(_) if wanted == "a string" && is_one_line => {
            Some(format!("put it in quotes: `\"{written}\"`"))
        }
        Data::List(items)
            if wanted == "a mapping"
                && !is_toml
                && !items.is_empty()
                && items.iter().all(|item| item.as_map().is_some()) =>
        {
            Some(format!("write the keys below `{what}:` without brackets and without `- `"))
        }
        _ if what.contains(' ') => None,
        Data::String(_) | Data::List(_) | Data::Int(_) | Data::Float(_) | Data::Bool(_)
            if wanted == "a mapping" && !is_toml =>
        {
            Some(format!("write `KEY: value` on the lines below `{}:`", what.rsplit('.').next().unwrap_or(what)))
        }
        Data::List(items) if wanted == "a string" => match items.as_slice() {
            [one] if one.as_str().is_some() => Some("write it without the brackets".to_owned()),
            _ => Some("write one text, in quotes if it begins with `[`".to_owned()),
        },
        Data::Map(_) if wanted == "a string" && is_toml => Some("write one text in quotes".to_owned()),
        Data::Map(_) if wanted == "a string" => {
            Some("write one text, in quotes if it begins with `{` or has a `: ` in it".to_owned())
        }
        _ => None,
    };
    match help {
        Some(help) => mistakes.add_with_help(span, message, help),
        None => mistakes.add(span, message),
    }
}

/// The digits at the start of a text such as `90d`.
fn digits_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

/// The entries of a mapping that may have any keys; adds a mistake if the value is not a mapping.
pub fn entries<'v>(what: &str, value: &'v Value, mistakes: &mut Mistakes) -> Option<&'v [Entry]> {
    let entries = value.as_map();
    if entries.is_none() {
        expected(what, "a mapping", value, mistakes);
    }
    entries
}

/// The text of a string that is not blank; adds a mistake for any other value.
pub fn string<'v>(what: &str, value: &'v Value, mistakes: &mut Mistakes) -> Option<&'v str> {
    match value.as_str() {
        Some(text) if text.trim().is_empty() => {
            let help = format!("write it, or leave `{what}` out");
            mistakes.add_with_help(value.span, format!("{what}: expected some text, found none"), help);
            None
        }
        Some(text) => Some(text),
        None => {
            expected(what, "a string", value, mistakes);
            None
        }
    }
}

/// The value of a boolean; adds a mistake for any other value.
pub fn boolean(what: &str, value: &Value, mistakes: &mut Mistakes) -> Option<bool> {
    if let Data::Bool(boolean) = value.data {
        return Some(boolean);
    }
    let meant = value.as_str().and_then(|word| match &*word.to_ascii_lowercase() {
        "yes" | "y" | "on" | "true" => Some("true"),
        "no" | "n" | "off" | "false" => Some("false"),
        _ => None,
    });
    let meant = meant.or(match value.data {
        Data::Int(0) => Some("false"),
        Data::Int(1) => Some("true"),
        _ => None,
    });
    let message = format!("{what}: expected `true` or `false`, found {}", value.describe());
    match meant {
        Some(meant) => mistakes.add_with_help(value.span, message, format!("write `{meant}`, without quotes")),
        None => mistakes.add(first_line(value.span, mistakes), message),
    }
    None
}

/// The items of a list; adds a mistake for any other value.
pub fn list<'v>(what: &str, value: &'v Value, mistakes: &mut Mistakes) -> Option<&'v [Value]> {
    let items = value.as_list();
    if items.is_none() {
        expected(what, "a list", value, mistakes);
    }
    items
}

/// The texts of a list of strings, each with its span. An item that is not a string is a mistake and left out.
pub fn strings<'v>(what: &str, value: &'v Value, mistakes: &mut Mistakes) -> Vec<(&'v str, Span)> {
    let Some(items) = value.as_list() else {
        expected(what, "a list of strings", value, mistakes);
        return Vec::new();
    };
    items.iter().filter_map(|item| Some((string(what, item, mistakes)?, item.span))).collect()
}

/// The meaning of a string that must be one of `names`, each given with its meaning; adds a mistake for any other value.
pub fn one_of<T: Copy>(what: &str, value: &Value, names: &[(&str, T)], mistakes: &mut Mistakes) -> Option<T> {
    if !matches!(value.data, Data::String(_)) {
        let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let message = format!("{what}: expected a string, found {}", value.describe());
        let help = format!("expected one of: {}", names.join(", "));
        mistakes.add_with_help(first_line(value.span, mistakes), message, help);
        return None;
    }
    let name = string(what, value, mistakes)?;
    let known = names.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning);
    if known.is_none() {
        mistakes.add_unknown(value.span, what, name, names.iter().map(|(known, _)| *known));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::yaml;

    fn check(text: &str, read: impl Fn(&Value, &mut Mistakes), expected: &[&str]) {
        let mut mistakes = Mistakes::new("f", text);
        read(&yaml::parse(text, 0).unwrap(), &mut mistakes);
        let shown: Vec<String> = mistakes.into_vec().iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn all_mistakes_of_a_mapping_are_collected() {
        let read = |value: &Value, mistakes: &mut Mistakes| {
            let table = Table::open("the head", value, &["summary", "level", "deep"], mistakes).unwrap();
            table.required("level", mistakes);
            table.required("deep", mistakes);
            if let Some(entry) = table.required("summary", mistakes) {
                string("summary", &entry.value, mistakes);
            }
        };
        check(
            "sumary: x\nsummary: [1]\ndeep:\n",
            read,
            &[
                "f:1:1: unknown key `sumary` (did you mean `summary`?)",
                "f:1:1: the key `level` is missing",
                "f:3:1: `deep` is empty",
                "f:2:10: summary: expected a string, found a list (write one text, in quotes if it begins with `[`)",
            ],
        );
    }

    #[test]
    fn values_of_another_type_are_mistakes() {
        let strings = |value: &Value, mistakes: &mut Mistakes| drop(strings("tags", value, mistakes));
        check(
            "[a, 1, '']",
            strings,
            &[
                "f:1:5: tags: expected a string, found a whole number (put it in quotes: `\"1\"`)",
                "f:1:8: tags: expected some text, found none (write it, or leave `tags` out)",
            ],
        );
        check("a", strings, &["f:1:1: tags: expected a list of strings, found a string (put it in brackets: `[a]`)"]);
        let level = |value: &Value, mistakes: &mut Mistakes| {
            one_of("level", value, &[("error", 1), ("off", 2)], mistakes);
        };
        check("eror", level, &["f:1:1: unknown level `eror` (did you mean `error`?)"]);
        check("off", level, &[]);
        check(
            "yes",
            |value, mistakes| assert_eq!(boolean("on", value, mistakes), None),
            &["f:1:1: on: expected `true` or `false`, found a string (write `true`, without quotes)"],
        );
        check(
            "1",
            |value, mistakes| assert_eq!(list("rules", value, mistakes), None),
            &["f:1:1: rules: expected a list, found a whole number"],
        );
    }
}
