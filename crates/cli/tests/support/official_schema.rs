//! Validates JSON against the schemas that others publish: the keywords of draft 4 to 7 that these use.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

/// The keywords that are no rule for a value.
const WITHOUT_RULE: &[&str] = &["$schema", "$id", "id", "title", "description", "default", "definitions", "format"];

/// What is wrong with a value, a line for each mistake with its place.
pub fn mistakes(schema: &Value, value: &Value) -> Vec<String> {
    let mut mistakes = Vec::new();
    check(schema, schema, value, "", &mut mistakes);
    mistakes
}

#[allow(clippy::unwrap_used, clippy::panic)]
fn check(root: &Value, schema: &Value, value: &Value, at: &str, mistakes: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else {
        if *schema == Value::Bool(false) {
            mistakes.push(format!("{at}: nothing is allowed here"));
        }
        return;
    };
    for (keyword, rule) in keywords {
        let is_kept = match keyword.as_str() {
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap();
                check(root, target, value, at, mistakes);
                true
            }
            "type" => match rule {
                Value::Array(names) => names.iter().any(|name| has_type(value, name)),
                name => has_type(value, name),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "pattern" => value.as_str().is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
            "uniqueItems" => value.as_array().is_none_or(|items| {
                let mut seen = BTreeSet::new();
                *rule == Value::Bool(false) || items.iter().all(|item| seen.insert(item.to_string()))
            }),
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{at}/{number}"), mistakes);
                }
                true
            }
            "properties" | "additionalProperties" => {
                let named = keywords.get("properties");
                for (name, value) in value.as_object().into_iter().flatten() {
                    let own = named.and_then(|named| named.get(name));
                    let rule = if keyword == "properties" { own } else { Some(rule).filter(|_| own.is_none()) };
                    if let Some(rule) = rule {
                        check(root, rule, value, &format!("{at}/{name}"), mistakes);
                    }
                }
                true
            }
            "required" => value.as_object().is_none_or(|object| {
                rule.as_array().unwrap().iter().all(|name| object.contains_key(name.as_str().unwrap()))
            }),
            "dependencies" => value.as_object().is_none_or(|object| {
                let needed = rule.as_object().unwrap().iter().filter(|(name, _)| object.contains_key(*name));
                needed
                    .flat_map(|(_, names)| names.as_array().unwrap())
                    .all(|name| object.contains_key(name.as_str().unwrap()))
            }),
            "anyOf" | "oneOf" | "allOf" => {
                let alternatives = rule.as_array().unwrap();
                let kept = alternatives.iter().filter(|schema| holds(root, schema, value)).count();
                match keyword.as_str() {
                    "anyOf" => kept > 0,
                    "oneOf" => kept == 1,
                    _ => kept == alternatives.len(),
                }
            }
            "not" => !holds(root, rule, value),
            other if WITHOUT_RULE.contains(&other) => true,
            other => panic!("the keyword {other} is not supported"),
        };
        if !is_kept {
            let mut shown = value.to_string();
            shown.truncate(shown.floor_char_boundary(200));
            mistakes.push(format!("{at}: {keyword} {rule} does not hold for {shown}"));
        }
    }
}

fn holds(root: &Value, schema: &Value, value: &Value) -> bool {
    let mut mistakes = Vec::new();
    check(root, schema, value, "", &mut mistakes);
    mistakes.is_empty()
}

fn has_type(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
