//! The JSON object that an agent writes to the standard input of a hook.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// The fields of an event.
#[derive(Debug, Default)]
pub(crate) struct Payload {
    fields: Map<String, Value>,
}

impl Payload {
    /// Reads the input of a hook. Bytes that are not UTF-8 become replacement characters. The error is a clause without a
    /// full stop.
    pub(crate) fn parse(input: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(input);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Err("the agent has sent no event".to_owned());
        }
        let parsed = serde_json::from_str(text).or_else(|error| match without_lone_surrogates(text) {
            Cow::Owned(text) => serde_json::from_str(&text),
            Cow::Borrowed(_) => Err(error),
        });
        match parsed {
            Ok(Value::Object(fields)) => Ok(Self { fields }),
            Ok(_) => Err("the event that the agent has sent is no JSON object".to_owned()),
            Err(error) => Err(format!("the event that the agent has sent is no JSON: {error}")),
        }
    }

    /// The part of input that can be read although the whole is no JSON: the name of the event, which decides about the form
    /// of the reply.
    pub(crate) fn salvage(input: &[u8]) -> Self {
        let text = String::from_utf8_lossy(&input[..input.len().min(MAX_SALVAGED_BYTES)]);
        let found = |key: &str| Some((key.to_owned(), Value::String(string_after(&text, key)?.to_owned())));
        Self { fields: ["hook_event_name", "hookEventName", "event"].into_iter().filter_map(found).collect() }
    }

    /// The value of the first of these fields that there is and that is not null.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&Value> {
        value(&self.fields, names)
    }

    /// The same, if it is a string.
    pub(crate) fn text(&self, names: &[&str]) -> Option<&str> {
        self.value(names).and_then(Value::as_str)
    }

    /// True if one of these fields is `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.fields.get(name) == Some(&Value::Bool(true))
    }

    /// True if this field is a number above 0.
    pub(crate) fn is_above_zero(&self, name: &str) -> bool {
        self.fields.get(name).and_then(Value::as_f64).is_some_and(|number| number > 0.0)
    }
}

/// The maximum number of bytes of broken input in which the name of the event is looked for.
const MAX_SALVAGED_BYTES: usize = 1 << 20;

/// The value of the first of these fields that there is and that is not null.
pub(crate) fn value<'v>(fields: &'v Map<String, Value>, names: &[&str]) -> Option<&'v Value> {
    names.iter().find_map(|name| fields.get(*name).filter(|value| !value.is_null()))
}

/// The same, if it is a string.
pub(crate) fn text<'v>(fields: &'v Map<String, Value>, names: &[&str]) -> Option<&'v str> {
    value(fields, names).and_then(Value::as_str)
}

/// The string behind the first `"key":`. One within a string has backslashes before its quotes and is passed over.
fn string_after<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let quoted = format!("\"{key}\"");
    let mut rest = text;
    while let Some(at) = rest.find(&quoted) {
        let is_escaped = rest[..at].ends_with('\\');
        rest = &rest[at + quoted.len()..];
        let value = rest.trim_start().strip_prefix(':').and_then(|rest| rest.trim_start().strip_prefix('"'));
        if let (false, Some(value)) = (is_escaped, value) {
            return value.split_once('"').map(|(value, _)| value);
        }
    }
    None
}

/// The text with `\ufffd` for each escaped half of a surrogate pair, which is no character. JavaScript writes such halves
/// where a string was cut within a pair.
fn without_lone_surrogates(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut replaced = String::new();
    let (mut kept, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                replaced.push_str(&text[kept..at]);
                replaced.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            // The character behind a backslash is no backslash of its own.
            _ => at += 2,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    replaced.push_str(&text[kept..]);
    Cow::Owned(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(input: &[u8], expected: &str) {
        let payload = Payload::parse(input).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(payload.text(&["a"]), Some(expected));
    }

    #[test]
    fn odd_text_is_read() {
        check_text(b"{\"a\": \"b\"}", "b");
        check_text(b"\xef\xbb\xbf {\"a\": \"b\"}\r\n", "b");
        check_text(b"{\"a\": \"\xffb\"}", "\u{fffd}b");
        check_text(br#"{"a": "\ud83d\ude00"}"#, "\u{1f600}");
        check_text(br#"{"a": "\ud83d"}"#, "\u{fffd}");
        check_text(br#"{"a": "\ud83d\ud83d\ude00 \ude00"}"#, "\u{fffd}\u{1f600} \u{fffd}");
        check_text(br#"{"a": "\\ud83d", "b": "\ud83d"}"#, "\\ud83d");
    }

    #[track_caller]
    fn check_salvaged(input: &str, expected: Option<&str>) {
        assert_eq!(Payload::salvage(input.as_bytes()).text(&["hook_event_name"]), expected, "{input}");
    }

    #[test]
    fn the_name_of_the_event_is_recognised_in_what_is_no_json() {
        check_salvaged(r#"{"session_id": "s", "hook_event_name" : "PreToolUse", "tool_in"#, Some("PreToolUse"));
        check_salvaged(
            r#"{"a": "{\"hook_event_name\": \"Stop\"}", "hook_event_name": "PreToolUse", "#,
            Some("PreToolUse"),
        );
        check_salvaged(r#"{"hook_event_name": 5"#, None);
        check_salvaged(r#"{"hook_event_name": "Pre"#, None);
        check_salvaged("hook_event_name", None);
    }
}
