//! Parsing of TOML to [`Value`]s with spans. No other file uses the TOML library.

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
        explain(text, span, base, &message)
    })?;
    let root = places.table(document.as_table(), Span::empty(base))?;
    Ok(Value { span: Span::new(base, base + text.len() as u32), data: root.data })
}

/// The mistake that stands behind a refusal of the library, with what to write instead.
fn explain(text: &str, span: Span, base: u32, message: &str) -> DataError {
    let at = text.floor_char_boundary((span.start - base) as usize);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let error = DataError::new(span, message);
    let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
    let (key, value) = (key.trim(), value.trim());
    if let Some(other) = not_toml(text, line, span) {
        return other;
    }
    if let Some((message, help)) = wrong_value(key, value) {
        return DataError::new(span, message.unwrap_or_else(|| error.message.clone())).with_help(help);
    }
    if message.contains("invalid unquoted key") && !key.is_empty() {
        return error.with_help(format!("put the key in quotes: `\"{key}\" = {value}`"));
    }
    if message.contains("missing assignment") {
        return error.with_help("TOML takes `=` between key and value, in braces too: `{ key = value }`");
    }
    if message.contains("must be quoted") && text[at..].starts_with('(') {
        return error.with_help("write brackets around a list: `[\"…\"]`");
    }
    if message.contains("must be quoted") && value.is_empty() {
        return DataError::new(span, format!("`{key}` has no value")).with_help("write one after the `=`");
    }
    if message.contains("must be quoted") {
        let word = &text[at..];
        let word = &word[..word.find([',', ']', '}', '#', ';', '\n']).unwrap_or(word.len())];
        let word = word.trim();
        return match &*word.to_lowercase() {
            "yes" | "true" => error.with_help("write `true`, or `\"…\"` for a text"),
            "no" | "false" => error.with_help("write `false`, or `\"…\"` for a text"),
            _ => error.with_help(format!("write `\"{word}\"`")),
        };
    }
    if message.contains("key with no value") {
        if key.starts_with(['"', '\'']) && !key[1..].contains(&key[..1]) {
            let message = format!("the quote `{}` that opens here is never closed", &key[..1]);
            return DataError::new(span, message).with_help("write the closing quote on the same line");
        }
        if let Some((name, value)) = key.split_once(' ')
            && value.trim_start().starts_with(['"', '\'', '['])
        {
            return error.with_help(format!("write `{name} = {}`", value.trim_start()));
        }
        let is_quoted = key.starts_with(['"', '\'']);
        let key = if key.contains(' ') && !is_quoted { format!("\"{key}\"") } else { key.to_owned() };
        let is_text = value.starts_with(|c: char| c.is_alphabetic()) && !matches!(value, "true" | "false");
        let quote = if is_text { "\"" } else { "" };
        let value = if value.is_empty() { "…" } else { value };
        let why = if line.contains(':') { "TOML takes `=` between key and value" } else { "write" };
        return error.with_help(format!("{why}: `{key} = {quote}{value}{quote}`"));
    }
    if message.contains("duplicate key") {
        return DataError::new(span, format!("the key `{key}` occurs twice")).with_help("keep one of them");
    }
    if message.contains("invalid literal string") || message.contains("invalid basic string") {
        return error.with_help("write the closing quote on the same line; `\\` in double quotes begins an escape");
    }
    if message.contains("expected newline") {
        let rest = text[at..].trim_start();
        if let Some(sign @ (']' | '}')) = rest.chars().next() {
            return DataError::new(span, format!("this `{sign}` closes nothing")).with_help("delete it");
        }
        let is_last = rest.lines().next().is_some_and(|rest| rest.trim().chars().count() == 1);
        if let Some(sign @ (',' | ';')) = rest.chars().next().filter(|_| is_last) {
            return error.with_help(format!("delete the `{sign}`: the end of the line ends a value"));
        }
        let more = rest.trim_start_matches(',').trim_start();
        if rest.starts_with(',') && more.starts_with(['"', '\'']) && !more.contains('=') {
            return error.with_help(format!("put the values in brackets: `{key} = [{value}]`"));
        }
        return error.with_help("write each `key = value` on a line of its own");
    }
    if message.contains("escaped value") {
        let message = "in double quotes `\\` starts an escape, and this one does not exist";
        return DataError::new(span, message).with_help("use single quotes, in which `\\` is itself, or write `\\\\`");
    }
    if message.contains("keys cannot be empty") && line.trim_start().starts_with('[') {
        return DataError::new(span, "a part of this table's name is missing")
            .with_help("write `[rules]` or `[rules.ID]`");
    }
    if message.contains("keys cannot be empty") {
        return DataError::new(span, "there is no key before the `=`").with_help("write `key = value`");
    }
    if message.contains("missing comma between array elements") {
        let is_next_key = line.trim_start() == text[at..].lines().next().unwrap_or_default() && line.contains('=');
        if is_next_key && let Some(open) = text[..at].rfind('[') {
            let span = Span::new(base + open as u32, base + open as u32 + 1);
            return DataError::new(span, "this `[` is never closed").with_help("write the `]` behind the last value");
        }
        return error.with_help("write a `,` between two values");
    }
    let is_odd = |sign: char| line.matches(sign).count() % 2 == 1;
    if message.contains("unclosed") && is_odd('"') && is_odd('\'') {
        return error.with_help("begin and end each text with the same quote: `\"` or `'`");
    }
    if message.contains("unclosed") || message.contains("expected `]`") {
        return error.with_help("write the sign that closes it, on the same line for the name of a table");
    }
    error
}

/// The mistake of a text or line that is of another language, or what a merge has left.
fn not_toml(text: &str, line: &str, span: Span) -> Option<DataError> {
    let is_json = text.trim_start().starts_with('{');
    if is_json {
        let help = "write TOML: `[rules]` on a line, then `ID = \"error\"` for a rule";
        return Some(DataError::new(span, "this is JSON, and the file is read as TOML").with_help(help));
    }
    if line.trim_start().starts_with("//") || line.trim_start().starts_with("/*") {
        let comment = line.trim().trim_start_matches(['/', '*']).trim_end_matches(['/', '*']).trim();
        let help = format!("write `# {comment}`");
        return Some(DataError::new(span, "a comment of TOML starts with `#`").with_help(help));
    }
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|sign| line.starts_with(sign)) {
        let help = "keep one of both sides, and delete the lines with these signs";
        return Some(DataError::new(span, "a merge has left its conflict here").with_help(help));
    }
    let first = text.trim_start();
    if ["export ", "module.exports", "import ", "const "].iter().any(|word| first.starts_with(word)) {
        let help = "write TOML: `[rules]` on a line, then `ID = \"error\"` for a rule";
        return Some(DataError::new(span, "this is code, and the file is read as TOML").with_help(help));
    }
    if line.trim_start().starts_with("- ") {
        let help = "a list is written in brackets, `extends = [\"recommended\"]`, and a rule as `ID = \"error\"`";
        return Some(DataError::new(span, "a `- ` begins no item in TOML").with_help(help));
    }
    None
}

/// The mistake in the value on a line, if the line alone shows it, and what to write. The message is none where the
/// library's own is right.
fn wrong_value(key: &str, value: &str) -> Option<(Option<String>, String)> {
    let meant = value.trim_start_matches(['=', '>']).trim_start();
    if meant.len() < value.len() && !key.is_empty() && !key.starts_with(['[', '#']) {
        return Some((None, format!("TOML takes one `=` between key and value: `{key} = {meant}`")));
    }
    if matches!(value.trim_end_matches([',', ';']), "null" | "nil" | "None" | "undefined") {
        return Some((Some("TOML has no value for nothing".to_owned()), format!("leave `{key}` out")));
    }
    let inner = value.trim_matches(['{', '}', ' ']);
    if value.starts_with('{') && !value.contains(['=', ':']) && inner.starts_with(['"', '\'']) {
        let message = "a table in braces holds `key = value`, and this has no key".to_owned();
        return Some((Some(message), format!("write `{key} = {inner}`, or a key before the value")));
    }
    None
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
                return Err(DataError::new(span, "a date must be written in quotes here").with_help("put it in quotes"));
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
