//! A validator for the part of JSON Schema, draft 7, that the committed schemas use.

use serde_json::Value;

/// True if the value is valid for a part of a schema, the root of which holds its definitions.
pub fn is_valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(parts) = schema.as_object() else { return schema != &Value::Bool(false) };
    if let Some(reference) = parts.get("$ref") {
        return is_valid(root, target(root, reference), value);
    }
    parts.iter().all(|(keyword, part)| holds(root, schema, (keyword, part), value))
}

/// The part of a schema that a reference names.
pub fn target<'s>(root: &'s Value, reference: &Value) -> &'s Value {
    let pointer = reference.as_str().and_then(|text| text.strip_prefix('#')).unwrap();
    root.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

fn holds(root: &Value, schema: &Value, (keyword, part): (&str, &Value), value: &Value) -> bool {
    let valid = |schema: &Value, value: &Value| is_valid(root, schema, value);
    let (text, items, object) = (value.as_str(), value.as_array(), value.as_object());
    let parts = || part.as_array().into_iter().flatten();
    let count = || usize::try_from(part.as_u64().unwrap()).unwrap();
    match keyword {
        "$schema" | "title" | "description" | "default" | "definitions" => true,
        "type" => match part.as_str() {
            Some(name) => has_type(name, value),
            None => parts().any(|name| has_type(name.as_str().unwrap(), value)),
        },
        "enum" => parts().any(|known| known == value),
        "const" => part == value,
        "not" => !valid(part, value),
        "anyOf" => parts().any(|schema| valid(schema, value)),
        "allOf" => parts().all(|schema| valid(schema, value)),
        "pattern" => text.is_none_or(|text| matches(part.as_str().unwrap(), text)),
        "minimum" => value.as_i64().is_none_or(|number| number >= part.as_i64().unwrap()),
        "minItems" => items.is_none_or(|items| items.len() >= count()),
        "uniqueItems" => items.is_none_or(|items| (1..items.len()).all(|end| !items[..end].contains(&items[end]))),
        "items" => items.is_none_or(|items| items.iter().all(|item| valid(part, item))),
        "minProperties" => object.is_none_or(|object| object.len() >= count()),
        "required" => object.is_none_or(|object| parts().all(|name| object.contains_key(name.as_str().unwrap()))),
        "propertyNames" => object.is_none_or(|object| object.keys().all(|key| valid(part, &key.as_str().into()))),
        "properties" => object
            .is_none_or(|object| object.iter().all(|(key, value)| part.get(key).is_none_or(|part| valid(part, value)))),
        "additionalProperties" => object.is_none_or(|object| {
            let mut others = object.iter().filter(|(key, _)| schema["properties"].get(key).is_none());
            others.all(|(_, value)| valid(part, value))
        }),
        _ => panic!("the validator does not know `{keyword}`"),
    }
}

fn has_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("no type `{name}`"),
    }
}

/// True if a text matches one of the patterns of the schemas, written out by hand.
fn matches(pattern: &str, text: &str) -> bool {
    let is_part = |part: &str| !part.trim().is_empty();
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let starts_small = text.starts_with(|c: char| c.is_ascii_lowercase());
    match pattern {
        r"\S" => is_part(text),
        r"^(?!/)[^\n]*\S[^\n]*$" => is_part(text) && !text.starts_with('/'),
        r"^\s*\S.*\s*$" => is_part(text) && !text.trim().contains('\n'),
        r"^(?![/~]|[A-Za-z]:)[^\\*]*\S[^\\*]*$" => {
            is_part(text) && !text.starts_with(['/', '~']) && !text.contains(['\\', '*']) && text.get(1..2) != Some(":")
        }
        r"^[^/]*[^/\s][^/]*(/[^/]*[^/\s][^/]*)*$" => text.split('/').all(is_part),
        "^[a-z][a-z0-9]*(-[a-z0-9]+)*$" => starts_small && text.split('-').all(is_word),
        "^(?!level$)[a-z][a-z0-9_]*$" => {
            text != "level" && starts_small && text.split('_').all(|word| word.is_empty() || is_word(word))
        }
        r"^[-+0-9nN\s]*[0-9nN][-+0-9nN\s]*$" => {
            let is_said = |c: char| c.is_ascii_digit() || "nN".contains(c);
            text.contains(is_said) && text.chars().all(|c| c.is_whitespace() || "+-".contains(c) || is_said(c))
        }
        _ => panic!("the validator does not know the pattern {pattern}"),
    }
}
