//! Parsing of YAML 1.2 to [`Value`]s with spans. No other folder uses the YAML library.
//!
//! The library gives events with their locations, which are converted to values here. Scalars have the types of the core
//! schema. An alias is a copy of the value of its anchor, with the span of the alias.

mod advice;
mod scalar;

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput};

use crate::data::{Data, DataError, Entry, Value, first_duplicate};
use crate::span::Span;

/// The value of a text that holds one document; its spans are counted from `base`.
///
/// # Errors
/// Text that is no YAML, holds a key twice or several documents, or exceeds the limits on depth and size.
pub fn parse(text: &str, base: u32) -> Result<Value, DataError> {
    let documents = parse_all(text, base)?;
    let whole = Span::new(base, base + text.len() as u32);
    let mut documents = documents.into_iter();
    let Some(first) = documents.next() else { return Ok(Value { span: whole, data: Data::Null }) };
    match documents.next() {
        None => Ok(first),
        Some(second) => Err(DataError::new(second.span, "expected one YAML document, found several")),
    }
}

/// The values of a text that may hold several documents, empty ones left out; their spans are counted from `base`.
///
/// # Errors
/// Text that is no YAML, holds a key twice, or exceeds the limits on depth and size.
pub fn parse_all(text: &str, base: u32) -> Result<Vec<Value>, DataError> {
    let (text, base) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => (rest, base + 3),
        None => (text, base),
    };
    let documents = YamlReader::new(text, base).documents()?;
    match documents.iter().find_map(first_duplicate) {
        Some(refusal) => Err(refusal),
        None => Ok(documents.into_iter().filter(|document| document.data != Data::Null).collect()),
    }
}

/// The maximum nesting of data, because it is read by recursion.
const MAX_YAML_DEPTH: usize = 32;

/// The maximum number of values in a text, including those that aliases copy.
const MAX_YAML_VALUES: usize = 100_000;

/// Converts the events of one text to values.
struct YamlReader<'t> {
    places: YamlSpans<'t>,
    events: Parser<'t, StrInput<'t>>,
    /// The values of anchors that have been read, each with the number of values in it.
    anchors: HashMap<usize, (Value, usize)>,
    depth: usize,
    values: usize,
}

/// An event with its bytes.
type PlacedEvent<'t> = (Event<'t>, Span);

impl<'t> YamlReader<'t> {
    fn new(text: &'t str, base: u32) -> Self {
        let events = Parser::new_from_str(text);
        Self { places: YamlSpans { text, base }, events, anchors: HashMap::new(), depth: 0, values: 0 }
    }

    fn documents(mut self) -> Result<Vec<Value>, DataError> {
        let mut documents = Vec::new();
        while let Some((event, span)) = self.next()? {
            if event.is_node() {
                documents.push(self.value(event, span)?);
            }
        }
        Ok(documents)
    }

    fn next(&mut self) -> Result<Option<PlacedEvent<'t>>, DataError> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok(Some((event, self.places.span(&span)))),
            Some(Err(error)) => Err(self.places.refusal(&error)),
            None => Ok(None),
        }
    }

    /// The next event within a collection that began at `start`.
    fn next_within(&mut self, start: u32) -> Result<PlacedEvent<'t>, DataError> {
        self.next()?.ok_or_else(|| DataError::new(Span::empty(start), "unexpected end of input"))
    }

    fn value(&mut self, event: Event<'t>, span: Span) -> Result<Value, DataError> {
        let before = self.values;
        self.count(1, span)?;
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let data = scalar::read(&text, style, tag.as_deref());
                let data = data.map_err(|message| DataError::new(Span::empty(span.start), message))?;
                let is_empty = matches!(&*text, "" | "~") && style == ScalarStyle::Plain;
                if is_empty && (anchor != 0 || tag.is_some()) {
                    self.places.check_marked(span)?;
                }
                (anchor, Value { span, data })
            }
            Event::SequenceStart(_, anchor, tag) => {
                scalar::check_collection(tag.as_deref(), "seq")
                    .map_err(|message| DataError::new(Span::empty(span.start), message))?;
                (anchor, self.list(span.start)?)
            }
            Event::MappingStart(_, anchor, tag) => {
                scalar::check_collection(tag.as_deref(), "map")
                    .map_err(|message| DataError::new(Span::empty(span.start), message))?;
                (anchor, self.map(span.start)?)
            }
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor).cloned() else {
                    return Err(DataError::new(Span::empty(span.start), "an alias cannot stand in what it names"));
                };
                self.count(size, span)?;
                (0, with_span(span, value))
            }
            _ => return Err(DataError::new(Span::empty(span.start), "expected a value")),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn list(&mut self, start: u32) -> Result<Value, DataError> {
        self.enter(start)?;
        let (mut span, mut items) = (Span::empty(start), Vec::new());
        loop {
            let (event, place) = self.next_within(start)?;
            if event == Event::SequenceEnd {
                break;
            }
            let item = self.value(event, place)?;
            span = span.cover(item.span);
            items.push(item);
        }
        self.depth -= 1;
        Ok(Value { span, data: Data::List(items) })
    }

    fn map(&mut self, start: u32) -> Result<Value, DataError> {
        self.enter(start)?;
        let (mut span, mut entries) = (Span::empty(start), Vec::new());
        loop {
            let (event, key_span) = self.next_within(start)?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.key(event, key_span)?;
            let (event, place) = self.next_within(start)?;
            let value = self.value(event, place)?;
            span = span.cover(key_span).cover(value.span);
            entries.push(Entry { key, key_span, value });
        }
        self.depth -= 1;
        Ok(Value { span, data: Data::Map(entries) })
    }

    fn key(&mut self, event: Event<'t>, span: Span) -> Result<String, DataError> {
        self.count(1, span)?;
        let key = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let key = scalar::key(&text, style, tag.as_deref());
                if let (Ok(key), true) = (&key, anchor != 0) {
                    self.anchors.insert(anchor, (Value { span, data: Data::String(key.clone()) }, 1));
                }
                key
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some((Value { data: Data::String(key), .. }, _)) => Ok(key.clone()),
                _ => Err("a key must be text"),
            },
            _ => Err("a key must be text"),
        };
        key.map_err(|message| self.places.explain(span.start, message))
    }

    fn enter(&mut self, start: u32) -> Result<(), DataError> {
        self.depth += 1;
        if self.depth > MAX_YAML_DEPTH {
            let message = format!("nested more than {MAX_YAML_DEPTH} levels deep");
            return Err(DataError::new(Span::empty(start), message));
        }
        Ok(())
    }

    fn count(&mut self, values: usize, span: Span) -> Result<(), DataError> {
        self.values += values;
        if self.values > MAX_YAML_VALUES {
            return Err(DataError::new(Span::empty(span.start), "too large or too complex to be parsed"));
        }
        Ok(())
    }
}

/// The value of an alias: the value of its anchor, in which every part has the span of the alias.
fn with_span(span: Span, value: Value) -> Value {
    let data = match value.data {
        Data::List(items) => Data::List(items.into_iter().map(|item| with_span(span, item)).collect()),
        Data::Map(entries) => {
            let entry = |entry: Entry| Entry { key: entry.key, key_span: span, value: with_span(span, entry.value) };
            Data::Map(entries.into_iter().map(entry).collect())
        }
        scalar => scalar,
    };
    Value { span, data }
}

/// Converts the positions that the library gives to spans of the whole file.
struct YamlSpans<'t> {
    text: &'t str,
    base: u32,
}

impl YamlSpans<'_> {
    /// A span without the white space at its end.
    fn span(&self, span: &granit_parser::Span) -> Span {
        let (start, end) = (self.byte(&span.start), self.byte(&span.end));
        let written = self.text.get(start..end).unwrap_or_default().trim_end();
        Span::new(self.base + start as u32, self.base + (start + written.len()) as u32)
    }

    fn byte(&self, marker: &granit_parser::Marker) -> usize {
        let count = || self.text.char_indices().nth(marker.index()).map_or(self.text.len(), |(at, _)| at);
        marker.byte_offset().unwrap_or_else(count).min(self.text.len())
    }

    fn refusal(&self, error: &ScanError) -> DataError {
        let message = match error.kind() {
            ErrorKind::UnknownAnchor => "alias references unknown anchor".to_owned(),
            _ => error.info().split_whitespace().collect::<Vec<_>>().join(" "),
        };
        self.explain(self.base + self.byte(error.marker()) as u32, message.trim_end_matches('.'))
    }

    /// The mistake behind a refusal at a byte of the file.
    fn explain(&self, at: u32, message: &str) -> DataError {
        advice::explain(self.text, (at - self.base) as usize, message, self.base)
    }

    /// Refuses a value that consists of a tag or an anchor alone: it is always meant as text.
    fn check_marked(&self, span: Span) -> Result<(), DataError> {
        let Some((range, message, help)) = advice::marked_nothing(self.text, (span.start - self.base) as usize) else {
            return Ok(());
        };
        let span = Span::new(self.base + range.start as u32, self.base + range.end as u32);
        Err(DataError::new(span, message).with_help(help))
    }
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
    fn keys_and_values_know_their_bytes() {
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
    fn what_is_wrong_is_said_with_its_place() {
        check("a: 1\na: 2\n", "5: the key `a` occurs twice");
        check("a: [1, 2\n", "3: this `[` is never closed");
        check("a: b: c\n", "3: a value with `: ` in it is read as a key and another value");
        check("a: 1\n---\nb: 2\n", "9: expected one YAML document, found several");
        check("<<: {a: 1}\n", "0: `<<` merges no keys here");
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
