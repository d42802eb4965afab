//! Validates JSON against a committed schema.

use serde_json::Value;

/// Asserts that the value is valid for the schema. Supports the part of JSON Schema that the committed schemas use.
#[track_caller]
pub fn check_schema(schema: &Value, value: &Value) {
    check(schema, schema, value, "it");
}

#[track_caller]
#[allow(clippy::unwrap_used, clippy::panic)]
fn check(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            root.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is missing"));
        return check(root, target, value, at);
    }
    if let Some(alternatives) = schema["anyOf"].as_array() {
        let is_array = value.is_array();
        let fitting = alternatives.iter().find(|schema| (schema["type"] == "array") == is_array).unwrap();
        return check(root, fitting, value, at);
    }
    if let Some(names) = schema.get("enum").and_then(Value::as_array) {
        assert!(names.contains(value), "{at}: {value}");
    }
    if let Some(only) = schema.get("const") {
        assert_eq!(only, value, "{at}");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let actual = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.contains(&actual), "{at}: {value}");
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{at}[{number}]"));
    }
    let Some(object) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(object.contains_key(name.as_str().unwrap()), "{at}: no {name}");
    }
    for (name, value) in object {
        let at = format!("{at}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(schema), _) | (None, schema @ Value::Object(_)) => check(root, schema, value, &at),
            (None, _) => panic!("{at} is not in the schema"),
        }
    }
}
