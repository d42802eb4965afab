//! Parsing of TOML to [`Value`]s with spans. No other file uses the TOML library.

mod advice;

use toml_edit::{Document, InlineTable, Item, Key, Table, Value as Toml};

use crate::data::{Data, DataError, Entry, Value};
use crate::span::Span;

/// Parses a TOML text to a mapping. `base` is the offset of the text in its file and is added to all spans.
///
/// # Errors
/// The text is not valid TOML, or contains a date without quotes: [`Data`] has no type for dates.
pub fn parse(text: &str, base: u32) -> Result<Value, DataError> {
    let (text, base) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => (rest, base + 3),
        None => (text, base),
    };
    let places = TomlSpans { base };
    let document = Document::parse(text).map_err(|error| {
        let span = error.span().map_or(Span::empty(base), |range| places.span(range));
        let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        advice::explain(text, span, base, &message)
    })?;
    let root = places.table(document.as_table(), Span::empty(base))?;
    Ok(Value { span: Span::new(base, base + text.len() as u32), data: root.data })
}

/// Converts values of the TOML library, with ranges in the text, to [`Value`]s with spans in the file.
struct TomlSpans {
    base: u32,
}

type ByteRange = std::ops::Range<usize>;

impl TomlSpans {
    fn span(&self, range: ByteRange) -> Span {
        Span::new(self.base + range.start as u32, self.base + range.end as u32)
    }

    fn or(&self, range: Option<ByteRange>, fallback: Span) -> Span {
        range.map_or(fallback, |range| self.span(range))
    }

    /// The span of a table covers its header and all its entries; `named`, the span of its name, is used if the library
    /// gives none.
    fn table(&self, table: &Table, named: Span) -> Result<Value, DataError> {
        let pairs = table.iter().filter_map(|(name, _)| table.get_key_value(name));
        self.entries(pairs, self.or(table.span(), named))
    }

    fn inline_table(&self, table: &InlineTable, named: Span) -> Result<Value, DataError> {
        let pairs = table.iter().filter_map(|(name, _)| table.get_key_value(name));
        self.entries(pairs, self.or(table.span(), named))
    }

    fn entries<'t>(&self, pairs: impl Iterator<Item = (&'t Key, &'t Item)>, span: Span) -> Result<Value, DataError> {
        let mut entries = Vec::new();
        for (key, item) in pairs {
            let key_span = self.or(key.span(), span);
            let value = self.item(item, key_span)?;
            entries.push(Entry { key: key.get().to_owned(), key_span, value });
        }
        let span = entries.iter().fold(span, |span, entry: &Entry| span.cover(entry.value.span));
        Ok(Value { span, data: Data::Map(entries) })
    }

    fn item(&self, item: &Item, named: Span) -> Result<Value, DataError> {
        match item {
            Item::None => Ok(Value { span: named, data: Data::Null }),
            Item::Value(value) => self.value(value, named),
            Item::Table(table) => self.table(table, named),
            Item::ArrayOfTables(tables) => {
                let items: Vec<Value> =
                    tables.iter().map(|table| self.table(table, named)).collect::<Result<_, _>>()?;
                let span = items.iter().fold(named, |span, item| span.cover(item.span));
                Ok(Value { span, data: Data::List(items) })
            }
        }
    }

    fn value(&self, value: &Toml, named: Span) -> Result<Value, DataError> {
        let span = self.or(value.span(), named);
        let data = match value {
            Toml::String(text) => Data::String(text.value().clone()),
            Toml::Integer(number) => Data::Int(*number.value()),
            Toml::Float(number) => Data::Float(*number.value()),
            Toml::Boolean(boolean) => Data::Bool(*boolean.value()),
            Toml::Datetime(_) => {
                return Err(DataError::new(span, "a date must be written in quotes here")
                    .with_help("put it in quotes, or take it out: no setting is a date"));
            }
            Toml::Array(array) => {
                Data::List(array.iter().map(|item| self.value(item, span)).collect::<Result<_, _>>()?)
            }
            Toml::InlineTable(table) => return self.inline_table(table, span),
        };
        Ok(Value { span, data })
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
    fn keys_and_values_have_spans() {
        check("a = [\"x\", 'y']", "{a@<a>: [\"x\"@<\"x\">, \"y\"@<'y'>]@<[\"x\", 'y']>}@<a = [\"x\", 'y']>");
        check("[c]\ne.f = 1.5", "{c@<c>: {e@<e>: {f@<f>: 1.5@<1.5>}@<e.f = 1.5>}@<[c]⏎e.f = 1.5>}@<[c]⏎e.f = 1.5>");
        check("a = {b.c = 1}", "{a@<a>: {b@<b>: {c@<c>: 1@<1>}@<b.c = 1>}@<{b.c = 1}>}@<a = {b.c = 1}>");
        check("\"q k\" = true", "{q k@<\"q k\">: true@<true>}@<\"q k\" = true>");
        check(
            "[[o]]\nx = 1\n[[o]]",
            "{o@<o>: [{x@<x>: 1@<1>}@<[[o]]⏎x = 1>, {}@<[[o]]>]@<[[o]]⏎x = 1⏎[[o]]>}@<[[o]]⏎x = 1⏎[[o]]>",
        );
        let shifted = parse("\u{FEFF}a = 1", 10).unwrap();
        assert_eq!(shifted.as_map().unwrap()[0].key_span, Span::new(13, 14));
    }

    #[test]
    fn errors_have_a_location() {
        check("a = 1\na = 2\n", "6: the key `a` occurs twice");
        check("[a\n", "2: unclosed table, expected `]`");
        check("d = 2020-01-01\n", "4: a date must be written in quotes here");
        assert!(parse(&format!("a = {}", "[".repeat(100_000)), 0).is_err());
    }

    #[test]
    fn odd_texts_never_panic() {
        fuzz("a.b = [1, 'x']\n[t]\n[[o]]\nc = { \"d\" = 1.5 } # é\r\n\"\"\"2020-01-01T", |text| {
            if let Ok(value) = parse(text, 0) {
                show(&value, text);
            }
        });
    }
}
