//! Parsing of YAML 1.2 to [`Value`]s with spans. No other file uses the YAML library.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{
    Budget, DefaultMessageFormatter, DuplicateKeyPolicy, Location, MergeKeyPolicy, MessageFormatter,
    NonFiniteFloatPolicy, Options, Spanned,
};

use crate::data::{Data, DataError, Entry, Value, first_duplicate};
use crate::span::Span;

/// Parses a YAML text with one document; an empty text gives [`Data::Null`]. `base` is the offset of the text in its file
/// and is added to all spans.
///
/// # Errors
/// The text is not valid YAML, has a key twice in one mapping, has several documents, or exceeds the limits on nesting,
/// size and aliases.
pub fn parse(text: &str, base: u32) -> Result<Value, DataError> {
    let documents = parse_all(text, base)?;
    let whole = Span::new(base, base + text.len() as u32);
    let mut documents = documents.into_iter();
    let Some(first) = documents.next() else { return Ok(Value { span: whole, data: Data::Null }) };
    match documents.next() {
        None => Ok(first),
        Some(second) => Err((second.span, "expected one YAML document, found several".to_owned())),
    }
}

/// Parses a YAML text with any number of documents; empty documents are left out. `base` is the offset of the text in its
/// file and is added to all spans.
///
/// # Errors
/// The text is not valid YAML, has a key twice in one mapping, or exceeds the limits on nesting, size and aliases.
pub fn parse_all(text: &str, base: u32) -> Result<Vec<Value>, DataError> {
    let (text, base) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => (rest, base + 3),
        None => (text, base),
    };
    let places = YamlSpans { text, base };
    let parsed: Result<Vec<Spanned<Raw>>, _> = serde_saphyr::from_multiple_with_options(text, options());
    let documents = parsed.map_err(|error| {
        let at = error.location().map_or(Span::empty(base), |location| places.start(&location));
        (at, describe(error.without_snippet()))
    })?;
    let documents: Vec<Value> = documents.into_iter().map(|document| places.value(document)).collect();
    match documents.iter().find_map(first_duplicate) {
        Some(error) => Err(error),
        None => Ok(documents.into_iter().filter(|document| document.data != Data::Null).collect()),
    }
}

/// The maximum nesting of data. The library recurses, and forty levels take a megabyte of stack in debug builds.
const MAX_YAML_DEPTH: usize = 32;

/// The maximum number of keys in one mapping.
const MAX_YAML_KEYS: usize = 10_000;

fn options() -> Options {
    let mut budget = Budget::default();
    budget.max_depth = MAX_YAML_DEPTH;
    budget.max_nodes = 100_000;
    budget.max_events = 400_000;
    budget.max_aliases = 1_000;
    let mut options = Options::default();
    options.budget = Some(budget);
    // `no` and `yes` are strings, as in YAML 1.2.
    options.strict_booleans = true;
    // `first_duplicate` reports duplicate keys with their span.
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.merge_keys = MergeKeyPolicy::Error;
    options.non_finite_float_policy = NonFiniteFloatPolicy::AsString;
    options.alias_limits.max_total_replayed_events = 100_000;
    options.with_snippet = false;
    options
}

/// A value as the library's visitor gives it, with locations that are not converted to spans yet.
enum Raw {
    Scalar(Data),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::Null))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::Int(value)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Raw, E> {
        i64::try_from(value)
            .map(|value| Raw::Scalar(Data::Int(value)))
            .map_err(|_| E::custom(format!("{value} is too large for a whole number")))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::String(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Scalar(Data::String(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries: Vec<(Spanned<String>, Spanned<Raw>)> = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            if entries.len() > MAX_YAML_KEYS {
                return Err(A::Error::custom("a mapping of more than 10,000 keys"));
            }
            entries.push((key, access.next_value()?));
        }
        Ok(Raw::Map(entries))
    }
}

/// Converts values of the YAML library to [`Value`]s with spans in the file.
struct YamlSpans<'t> {
    text: &'t str,
    base: u32,
}

impl YamlSpans<'_> {
    fn value(&self, raw: Spanned<Raw>) -> Value {
        let start = self.start(&raw.referenced).start;
        match raw.value {
            Raw::Scalar(data) => Value { span: self.span(&raw.referenced), data },
            Raw::List(items) => {
                let items: Vec<Value> = items.into_iter().map(|item| self.value(item)).collect();
                let span = items.iter().fold(Span::empty(start), |span, item| span.cover(item.span));
                Value { span, data: Data::List(items) }
            }
            Raw::Map(entries) => {
                let entries: Vec<Entry> = entries.into_iter().map(|(key, value)| self.entry(key, value)).collect();
                let span = entries
                    .iter()
                    .fold(Span::empty(start), |span, entry| span.cover(entry.key_span).cover(entry.value.span));
                Value { span, data: Data::Map(entries) }
            }
        }
    }

    fn entry(&self, key: Spanned<String>, value: Spanned<Raw>) -> Entry {
        Entry { key_span: self.span(&key.referenced), key: key.value, value: self.value(value) }
    }

    fn start(&self, location: &Location) -> Span {
        let at = match location.span().byte_offset() {
            Some(offset) => usize::try_from(offset).unwrap_or(usize::MAX),
            None => self.text.char_indices().nth(location.span().offset() as usize).map_or(self.text.len(), |c| c.0),
        };
        Span::empty(self.base + at.min(self.text.len()) as u32)
    }

    fn span(&self, location: &Location) -> Span {
        let start = self.start(location).start;
        let len = location.span().byte_len().and_then(|len| u32::try_from(len).ok()).unwrap_or(0);
        let end = start.saturating_add(len).min(self.base + self.text.len() as u32);
        let written = (self.text.get((start - self.base) as usize..(end - self.base) as usize)).unwrap_or_default();
        Span::new(start, start + written.trim_end().len() as u32)
    }
}

fn describe(error: &serde_saphyr::Error) -> String {
    if let serde_saphyr::Error::Budget { breach, .. } = error {
        return match breach {
            BudgetBreach::Depth { .. } => format!("nested more than {MAX_YAML_DEPTH} levels deep"),
            _ => "too large or too complex to be parsed".to_owned(),
        };
    }
    let message = DefaultMessageFormatter.format_message(error);
    message.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{check_parsed, fuzz, show};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_parsed(text, parse(text, 0), expected);
    }

    #[test]
    fn keys_and_values_have_spans() {
        check(
            "a: 1\nb: [x, 'y z']\n",
            "{a@<a>: 1@<1>, b@<b>: [\"x\"@<x>, \"y z\"@<'y z'>]@<[x, 'y z'>}@<a: 1⏎b: [x, 'y z'>",
        );
        check("é: ü", "{é@<é>: \"ü\"@<ü>}@<é: ü>");
        check(
            "a: |\n  one\n  two\nb: c",
            "{a@<a>: \"one\\ntwo\\n\"@<one⏎  two>, b@<b>: \"c\"@<c>}@<a: |⏎  one⏎  two⏎b: c>",
        );
        check(
            "a: &x {p: 1}\nb: *x",
            "{a@<a>: {p@<p>: 1@<1>}@<{p: 1>, b@<b>: {p@<*x>: 1@<*x>}@<*x>}@<a: &x {p: 1}⏎b: *x>",
        );
        let shifted = parse("\u{FEFF}a: 1", 10).unwrap();
        assert_eq!(shifted.as_map().unwrap()[0].key_span, Span::new(13, 14));
    }

    #[test]
    fn scalars_are_those_of_yaml_1_2() {
        check("no", "\"no\"@<no>");
        check("true", "true@<true>");
        check("~", "null@<~>");
        check("0x1F", "31@<0x1F>");
        check("1.5", "1.5@<1.5>");
        check("'1'", "\"1\"@<'1'>");
        check("!!str 1", "\"1\"@<1>");
        check("", "null@<>");
    }

    #[test]
    fn errors_have_a_location() {
        check("a: 1\na: 2\n", "5: the key `a` occurs twice");
        check("a: [1, 2\n", "3: unclosed bracket '['");
        check("a: b: c\n", "4: mapping values are not allowed in this context");
        check("a: 1\n---\nb: 2\n", "9: expected one YAML document, found several");
        check("<<: {a: 1}\n", "0: YAML merge keys are not allowed by configured policy");
    }

    #[test]
    fn documents_are_split_and_empty_ones_left_out() {
        let all = parse_all("---\na: 1\n---\n---\nb: 2\n", 0).unwrap();
        let keys: Vec<_> = all.iter().map(|value| value.as_map().unwrap()[0].key.clone()).collect();
        assert_eq!(keys, ["a", "b"]);
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let items = vec![format!("*a{}", level - 1); 10].join(", ");
            text.extend([format!("a{level}: &a{level} [{items}]\n")]);
        }
        assert!(parse(&text, 0).is_err());
    }

    #[test]
    fn deep_nesting_is_refused() {
        let nested = |depth: usize| format!("{}1{}", "{a: [".repeat(depth / 2), "]}".repeat(depth / 2));
        assert!(parse(&nested(MAX_YAML_DEPTH), 0).is_ok());
        check(&nested(MAX_YAML_DEPTH + 2), "80: nested more than 32 levels deep");
        assert!(parse(&"[".repeat(100_000), 0).is_err());
        assert!(parse(&"- ".repeat(100_000), 0).is_err());
    }

    #[test]
    fn odd_texts_never_panic() {
        fuzz("---: [x, {a: *b}]\n? &b |-\n 'é' \"\\n\"\n!!str ~ # <<\r\t...%@`>", |text| {
            if let Ok(value) = parse(text, 0) {
                show(&value, text);
            }
        });
    }
}
