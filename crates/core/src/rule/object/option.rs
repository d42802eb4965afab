//! `{option: name}` in a rule object: replaced by the value of the option.

use crate::data::{Data, Entry, Value};
use crate::mistake::Mistakes;
use crate::rule::page::{OptionValue, Options};

/// The deepest nesting in which options are replaced. Deeper values stay as they are; the compiler refuses them.
const MAX_OPTION_DEPTH: usize = 200;

/// Replaces each `{option: name}` in a value by the value of that option.
pub(crate) fn substitute(value: &Value, options: &Options, mistakes: &mut Mistakes) -> Value {
    at_depth(value, options, mistakes, 0)
}

fn at_depth(value: &Value, options: &Options, mistakes: &mut Mistakes, depth: usize) -> Value {
    let span = value.span;
    let data = match &value.data {
        Data::Map(entries) if is_option(entries) => {
            named(&entries[0].value, options, mistakes).map_or(Data::Null, |option| written(option, value))
        }
        Data::Map(entries) if depth < MAX_OPTION_DEPTH => Data::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value: at_depth(&entry.value, options, mistakes, depth + 1),
                })
                .collect(),
        ),
        Data::List(items) if depth < MAX_OPTION_DEPTH => {
            Data::List(items.iter().map(|item| at_depth(item, options, mistakes, depth + 1)).collect())
        }
        data => data.clone(),
    };
    Value { span, data }
}

fn is_option(entries: &[Entry]) -> bool {
    matches!(entries, [entry] if entry.key == "option")
}

fn named<'o>(name: &Value, options: &'o Options, mistakes: &mut Mistakes) -> Option<&'o OptionValue> {
    let Some(text) = name.as_str() else {
        mistakes.add(name.span, format!("`option` takes the name of an option, not {}", name.describe()));
        return None;
    };
    let option = options.get(text);
    if option.is_none() {
        mistakes.add_unknown(name.span, "option", text, options.keys().map(String::as_str));
    }
    option
}

fn written(option: &OptionValue, place: &Value) -> Data {
    match option {
        OptionValue::Bool(value) => Data::Bool(*value),
        OptionValue::Int(value) => Data::Int(*value),
        OptionValue::String(value) => Data::String(value.clone()),
        OptionValue::List(items) => {
            Data::List(items.iter().map(|item| Value { span: place.span, data: Data::String(item.clone()) }).collect())
        }
    }
}
