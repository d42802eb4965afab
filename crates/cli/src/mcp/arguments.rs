//! The arguments of tools: one table gives the schema that clients see and the reader that judges what they send.

use lawbook_core::mistake::Mistake;
use serde_json::{Map, Value, json};

/// An argument of a tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) kind: ArgumentKind,
    pub(crate) is_required: bool,
    /// Its use, in a sentence.
    pub(crate) doc: &'static str,
}

/// The kind of value of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentKind {
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// `true` or `false`, which is also what it is without it.
    Flag,
}

impl Argument {
    /// An argument that may be left out.
    pub(crate) const fn new(name: &'static str, kind: ArgumentKind, doc: &'static str) -> Self {
        Self { name, kind, is_required: false, doc }
    }

    /// The same, which may not be left out.
    pub(crate) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    fn schema(&self) -> Value {
        match self.kind {
            ArgumentKind::Text => json!({ "type": "string", "description": self.doc }),
            ArgumentKind::Texts => {
                json!({ "type": "array", "items": { "type": "string" }, "description": self.doc })
            }
            ArgumentKind::Flag => json!({ "type": "boolean", "description": self.doc }),
        }
    }
}

/// The JSON Schema of these arguments.
pub(super) fn schema(arguments: &[Argument]) -> Value {
    let properties: Map<String, Value> =
        arguments.iter().map(|argument| (argument.name.to_owned(), argument.schema())).collect();
    let required: Vec<&str> =
        arguments.iter().filter(|argument| argument.is_required).map(|argument| argument.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The arguments of a call, of the kinds that its tool says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Reads the arguments of a call. An argument that is `null` is one that was left out.
    ///
    /// # Errors
    /// All that are unknown, missing, or of another kind.
    pub(super) fn read(known: &[Argument], given: Map<String, Value>) -> Result<Self, Vec<Mistake>> {
        let given: Map<String, Value> = given.into_iter().filter(|(_, value)| !value.is_null()).collect();
        let mut mistakes = Vec::new();
        for (name, value) in &given {
            match known.iter().find(|argument| argument.name == name) {
                None => {
                    mistakes.push(Mistake::unknown("argument", name, known.iter().map(|argument| argument.name)));
                }
                Some(argument) if !argument.kind.fits(value) => {
                    let message =
                        format!("`{name}` is {}, and has to be {}", in_words(value), argument.kind.in_words());
                    mistakes.push(Mistake::new(message).with_help(argument.doc));
                }
                Some(_) => {}
            }
        }
        for argument in known.iter().filter(|argument| argument.is_required && !given.contains_key(argument.name)) {
            mistakes.push(Mistake::new(format!("`{}` is missing", argument.name)).with_help(argument.doc));
        }
        if mistakes.is_empty() { Ok(Self(given)) } else { Err(mistakes) }
    }

    /// A string; `None` if it was left out.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A list of strings; empty if it was left out.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        self.0.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A flag.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// All of them but one, as a text that is the same for the same arguments in any order.
    pub(super) fn without(&self, name: &str) -> String {
        let mut parts: Vec<String> = self
            .0
            .iter()
            .filter(|(key, value)| *key != name && **value != Value::Bool(false))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        parts.sort_unstable();
        parts.join("\n")
    }
}

impl ArgumentKind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            Self::Flag => value.is_boolean(),
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Flag => "`true` or `false`",
        }
    }
}

fn in_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list with something other than strings",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Argument] = &[
        Argument::new("path", ArgumentKind::Text, "a file").required(),
        Argument::new("rules", ArgumentKind::Texts, "ids"),
        Argument::new("all", ArgumentKind::Flag, "all of it"),
    ];

    fn read(given: &Value) -> Result<Arguments, String> {
        let given = given.as_object().unwrap().clone();
        Arguments::read(KNOWN, given)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn arguments_are_of_the_kinds_that_the_table_says() {
        let arguments = read(&json!({ "path": "a", "rules": ["b"], "all": true })).unwrap();
        assert_eq!(
            (arguments.text("path"), arguments.texts("rules"), arguments.flag("all")),
            (Some("a"), vec!["b"], true)
        );
        let arguments = read(&json!({ "path": "a", "rules": null })).unwrap();
        assert_eq!((arguments.texts("rules"), arguments.flag("all")), (vec![], false));
    }

    #[test]
    fn each_wrong_argument_is_named_with_what_is_expected() {
        let said = read(&json!({ "rules": "b", "all": 1, "pth": "a" })).unwrap_err();
        for part in [
            "`rules` is a string, and has to be a list of strings",
            "`all` is a number, and has to be `true` or `false`",
            "unknown argument `pth` (did you mean `path`?)",
            "`path` is missing (a file)",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn the_order_of_arguments_and_flags_that_are_off_change_nothing() {
        let one = read(&json!({ "path": "a", "rules": ["b"], "all": false })).unwrap();
        let other = read(&json!({ "rules": ["b"], "path": "a" })).unwrap();
        assert_eq!(one.without("cursor"), other.without("cursor"));
    }
}
