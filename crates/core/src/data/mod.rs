//! Structured data written by people (YAML heads of pages, TOML settings) as one tree of values with spans.

pub mod reader;
pub mod toml;
pub mod yaml;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::mistake::Mistakes;
use crate::span::Span;

/// A value and its span in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Its bytes in the file.
    pub span: Span,
    /// Its content.
    pub data: Data,
}

/// The content of a [`Value`]: the types that YAML and TOML share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Data {
    /// `null`, `~` or no value (YAML only).
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or exponent, or one that is not finite.
    Float(f64),
    /// Text.
    String(String),
    /// A sequence or array.
    List(Vec<Value>),
    /// A mapping or table, its entries in the order of the file.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The text of the key.
    pub key: String,
    /// The bytes of the key in the file.
    pub key_span: Span,
    /// The value of the key.
    pub value: Value,
}

impl Value {
    /// The type of the value, for messages: `a string`.
    pub fn describe(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "a boolean",
            Data::Int(_) => "a whole number",
            Data::Float(_) => "a number",
            Data::String(_) => "a string",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    /// The entries, if it is a mapping.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, if it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }
}

/// The reason why a text could not be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataError {
    /// The bytes in the file.
    pub span: Span,
    /// The mistake in one sentence without a full stop.
    pub message: String,
    /// The text to write instead.
    pub help: Option<String>,
}

impl DataError {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Adds the error to the mistakes of its text.
    pub fn add_to(self, mistakes: &mut Mistakes) {
        match self.help {
            Some(help) => mistakes.add_with_help(self.span, self.message, help),
            None => mistakes.add(self.span, self.message),
        }
    }
}

/// The keys of which a rule object may be meant to have several.
const SEVERAL: &[&str] =
    &["pattern", "kind", "node", "regex", "matches", "has", "inside", "not", "follows", "precedes"];

/// The first key that occurs twice in one mapping, at its second occurrence.
fn first_duplicate(value: &Value) -> Option<DataError> {
    match &value.data {
        Data::List(items) => items.iter().find_map(first_duplicate),
        Data::Map(entries) => {
            let mut seen = HashSet::new();
            entries.iter().find_map(|entry| {
                let is_new = seen.insert(entry.key.as_str());
                let error = || {
                    let message = format!("the key `{}` occurs twice", entry.key);
                    let help = if SEVERAL.contains(&&*entry.key) {
                        format!("keep one of them, or make each an item of `any` or `all`: `- {}: …`", entry.key)
                    } else {
                        "keep one of them".to_owned()
                    };
                    DataError::new(entry.key_span, message).with_help(help)
                };
                (!is_new).then(error).or_else(|| first_duplicate(&entry.value))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value on one line, each part followed by `@` and the text of its span.
    pub(super) fn show(value: &Value, text: &str) -> String {
        let written = |span: Span| text.get(span.range()).unwrap_or("?").replace('\n', "⏎");
        let data = match &value.data {
            Data::Null => "null".to_owned(),
            Data::Bool(value) => value.to_string(),
            Data::Int(value) => value.to_string(),
            Data::Float(value) => format!("{value:?}"),
            Data::String(value) => format!("{value:?}"),
            Data::List(items) => {
                let items: Vec<String> = items.iter().map(|item| show(item, text)).collect();
                return format!("[{}]@<{}>", items.join(", "), written(value.span));
            }
            Data::Map(entries) => {
                let entry = |entry: &Entry| {
                    format!("{}@<{}>: {}", entry.key, written(entry.key_span), show(&entry.value, text))
                };
                let entries: Vec<String> = entries.iter().map(entry).collect();
                return format!("{{{}}}@<{}>", entries.join(", "), written(value.span));
            }
        };
        format!("{data}@<{}>", written(value.span))
    }

    /// Checks the value that a text was parsed to, or the location and text of the error.
    #[track_caller]
    pub(super) fn check_parsed(text: &str, parsed: Result<Value, DataError>, expected: &str) {
        let shown = match parsed {
            Ok(value) => show(&value, text),
            Err(error) => format!("{}: {}", error.span.start, error.message),
        };
        assert_eq!(shown, expected, "{text}");
    }

    /// Calls `read` with texts made of random pieces of `alphabet`, the same ones on every run.
    pub(super) fn fuzz(alphabet: &str, read: impl Fn(&str)) {
        let pieces: Vec<char> = alphabet.chars().collect();
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        for _ in 0..3_000 {
            let length = next(40);
            let text: String = (0..length)
                .flat_map(|_| {
                    let start = next(pieces.len());
                    pieces[start..(start + 1 + next(4)).min(pieces.len())].to_vec()
                })
                .collect();
            read(&text);
        }
    }
}
