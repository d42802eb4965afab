//! The options of a rule: their declarations in its page, and their values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::data::{Data, Value};

/// An option that settings may change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OptionSpec {
    /// Its name.
    pub name: String,
    /// The default value, whose type is the type of the option.
    pub default: OptionValue,
    /// A description for the user.
    pub doc: String,
    /// The change of its value that lets more pass; none if the page does not say, so that any change may.
    pub looser: Option<Looser>,
}

/// The change of an option's value that lets more pass than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Looser {
    /// A higher number.
    Higher,
    /// A lower number.
    Lower,
    /// More texts in the list.
    More,
    /// Fewer texts in the list.
    Fewer,
    /// `true`.
    True,
    /// `false`.
    False,
}

impl Looser {
    /// The names in pages.
    pub const NAMES: &'static [&'static str] = &["higher", "lower", "more", "fewer", "true", "false"];

    /// The change with this name in pages, for options of the type of a value.
    pub(super) fn named(name: &str, value: &OptionValue) -> Option<Self> {
        Some(match (name, value) {
            ("higher", OptionValue::Int(_)) => Self::Higher,
            ("lower", OptionValue::Int(_)) => Self::Lower,
            ("more", OptionValue::List(_)) => Self::More,
            ("fewer", OptionValue::List(_)) => Self::Fewer,
            ("true", OptionValue::Bool(_)) => Self::True,
            ("false", OptionValue::Bool(_)) => Self::False,
            _ => return None,
        })
    }
}

impl OptionSpec {
    /// True if this value of the option may let more pass than another one.
    pub fn is_looser(&self, now: &OptionValue, before: &OptionValue) -> bool {
        let has_all = |all: &[String], some: &[String]| some.iter().all(|text| all.contains(text));
        match (self.looser, now, before) {
            (Some(Looser::Higher), OptionValue::Int(now), OptionValue::Int(before)) => now > before,
            (Some(Looser::Lower), OptionValue::Int(now), OptionValue::Int(before)) => now < before,
            (Some(Looser::More), OptionValue::List(now), OptionValue::List(before)) => !has_all(before, now),
            (Some(Looser::Fewer), OptionValue::List(now), OptionValue::List(before)) => !has_all(now, before),
            (Some(Looser::True), OptionValue::Bool(now), OptionValue::Bool(_)) => *now,
            (Some(Looser::False), OptionValue::Bool(now), OptionValue::Bool(_)) => !now,
            _ => now != before,
        }
    }
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    String(String),
    /// A list of texts.
    List(Vec<String>),
}

impl OptionValue {
    /// Converts data to an option value; none for a type that no option has.
    pub fn from_value(value: &Value) -> Option<Self> {
        Some(match &value.data {
            Data::Bool(value) => Self::Bool(*value),
            Data::Int(value) => Self::Int(*value),
            Data::String(value) => Self::String(value.clone()),
            Data::List(items) => {
                let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
                Self::List(texts?)
            }
            Data::Null | Data::Float(_) | Data::Map(_) => return None,
        })
    }

    /// The type's name, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "boolean",
            Self::Int(_) => "whole number",
            Self::String(_) => "string",
            Self::List(_) => "list of strings",
        }
    }
}

impl std::fmt::Display for OptionValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::String(value) => write!(f, "{value:?}"),
            Self::List(values) => write!(f, "{values:?}"),
        }
    }
}

impl From<bool> for OptionValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for OptionValue {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for OptionValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for OptionValue {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for OptionValue {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<Vec<String>> for OptionValue {
    fn from(values: Vec<String>) -> Self {
        Self::List(values)
    }
}

impl<const N: usize> From<[&str; N]> for OptionValue {
    fn from(values: [&str; N]) -> Self {
        Self::List(values.into_iter().map(str::to_owned).collect())
    }
}

/// The values of all declared options of a rule, from settings or default.
pub type Options = BTreeMap<String, OptionValue>;
