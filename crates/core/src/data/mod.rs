//! Data written by people, YAML heads and TOML settings alike, as one tree in which every key and value knows its place.

pub mod reader;
pub mod toml;
pub mod yaml;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// A value with the bytes it was written in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Where it stands in its file.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// The shapes that both notations share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Data {
    /// `null`, `~` or nothing (YAML only).
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(String),
    /// A sequence or array.
    List(Vec<Value>),
    /// A mapping or table, in the order it was written.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

impl Value {
    /// The value's shape, for messages.
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

/// Why a text is no data, and where.
pub type DataError = (Span, String);

/// The first key that stands twice in one mapping, at its second place.
fn first_duplicate(value: &Value) -> Option<DataError> {
    match &value.data {
        Data::List(items) => items.iter().find_map(first_duplicate),
        Data::Map(entries) => {
            let mut seen = HashSet::new();
            entries.iter().find_map(|entry| {
                let fresh = seen.insert(entry.key.as_str());
                let refusal = || (entry.key_span, format!("the key `{}` stands twice", entry.key));
                (!fresh).then(refusal).or_else(|| first_duplicate(&entry.value))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value on one line, with the text of every place after an `@`.
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

    /// Checks what a text was parsed to, or where it is wrong and why.
    #[track_caller]
    pub(super) fn check_parsed(text: &str, parsed: Result<Value, DataError>, expected: &str) {
        let shown = match parsed {
            Ok(value) => show(&value, text),
            Err((span, message)) => format!("{}: {message}", span.start),
        };
        assert_eq!(shown, expected, "{text}");
    }

    /// Hands pieces of `alphabet`, put together at random but the same on every run, to `read`.
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
