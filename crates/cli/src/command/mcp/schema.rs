//! Parts of the schemas of answers.

use serde_json::{Map, Value, json};

/// An object with these properties and no others; all are always there but those that `optional` names.
pub(super) fn object(properties: &[(&str, Value)], optional: &[&str]) -> Value {
    let required: Vec<&str> =
        properties.iter().map(|(name, _)| *name).filter(|name| !optional.contains(name)).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The schema of an answer with pages: what is its own, and what all have.
pub(super) fn answer(own: &[(&str, Value)]) -> Value {
    let shared = [
        ("total", count("The items on all pages.")),
        ("nextCursor", text_or_null("The `cursor` of the next page; null on the last.")),
    ];
    object(&[own, &shared[..]].concat(), &[])
}

pub(super) fn text(doc: &str) -> Value {
    json!({ "type": "string", "description": doc })
}

pub(super) fn text_or_null(doc: &str) -> Value {
    json!({ "type": ["string", "null"], "description": doc })
}

pub(super) fn one_of(names: &[&str], doc: &str) -> Value {
    json!({ "type": "string", "enum": names, "description": doc })
}

pub(super) fn count(doc: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": doc })
}

pub(super) fn count_or_null(doc: &str) -> Value {
    json!({ "type": ["integer", "null"], "description": doc })
}

pub(super) fn flag(doc: &str) -> Value {
    json!({ "type": "boolean", "description": doc })
}

pub(super) fn list(items: &Value, doc: &str) -> Value {
    json!({ "type": "array", "items": items, "description": doc })
}

pub(super) fn texts(doc: &str) -> Value {
    list(&json!({ "type": "string" }), doc)
}
