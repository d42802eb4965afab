//! Explains what the TOML library refuses: the mistake behind it, and what to write.

use crate::data::DataError;
use crate::span::Span;

/// A refusal of the library, with the line where it stands.
struct TomlRefusal<'t> {
    text: &'t str,
    /// The byte of the text where it stands.
    at: usize,
    /// The byte where its line starts.
    start: usize,
    line: &'t str,
    key: &'t str,
    value: &'t str,
    span: Span,
    base: u32,
    message: &'t str,
}

/// The mistake that stands behind a refusal of the library, with what to write instead.
pub(super) fn explain(text: &str, span: Span, base: u32, message: &str) -> DataError {
    let at = text.floor_char_boundary((span.start - base) as usize);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
    let refusal = TomlRefusal { text, at, start, line, key: key.trim(), value: value.trim(), span, base, message };
    let kinds = [of_text, of_unquoted, of_lone_key, of_value, of_line_end, of_names, of_brackets];
    let found = kinds.iter().find_map(|kind| kind(&refusal));
    found.unwrap_or_else(|| DataError::new(span, message))
}

/// A mistake that the line or the whole text shows, whatever the library says.
fn of_text(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { text, at, line, key, value, span, base, message, .. } = *refusal;
    let error = || DataError::new(span, message);
    if let Some(other) = not_toml(text, line, span) {
        return Some(other);
    }
    if let Some(quoted) = typographic_quotes(line, span) {
        return Some(quoted);
    }
    if let Some(help) = other_operator(line) {
        return Some(error().with_help(help));
    }
    if message.contains("unclosed array")
        && let Some(open) = open_bracket(&text[..at])
        && !has_odd_quote(line)
    {
        let span = Span::new(base + open as u32, base + open as u32 + 1);
        return Some(DataError::new(span, "this `[` is never closed").with_help("write the `]` behind the last value"));
    }
    if value.starts_with('(') {
        return Some(error().with_help("write brackets around a list: `[\"…\"]`"));
    }
    if let Some((found, help)) = wrong_value(key, value) {
        return Some(DataError::new(span, found.unwrap_or_else(|| message.to_owned())).with_help(help));
    }
    None
}

/// A key or a value without the quotes or the sign that it needs.
fn of_unquoted(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { text, at, key, value, span, message, .. } = *refusal;
    let error = || DataError::new(span, message);
    if message.contains("invalid unquoted key") && !key.is_empty() {
        return Some(error().with_help(format!("put the key in quotes: `\"{key}\" = {value}`")));
    }
    if message.contains("missing assignment") {
        return Some(error().with_help("TOML takes `=` between key and value, in braces too: `{ key = value }`"));
    }
    if message.contains("must be quoted") && value.is_empty() {
        return Some(DataError::new(span, format!("`{key}` has no value")).with_help("write one after the `=`"));
    }
    if message.contains("must be quoted") {
        let word = word_at(text, at);
        let digits = &word[..word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len())];
        if !digits.is_empty() && word[digits.len()..].trim().chars().all(char::is_alphabetic) {
            return Some(error().with_help(format!("write `{digits}` alone for a number, or `\"{word}\"` for a text")));
        }
        return Some(match &*word.to_lowercase() {
            "yes" | "true" => error().with_help("write `true`, or `\"…\"` for a text"),
            "no" | "false" => error().with_help("write `false`, or `\"…\"` for a text"),
            _ => error().with_help(format!("write `\"{}\"`", word.trim_matches('`'))),
        });
    }
    None
}

/// A key without a value.
fn of_lone_key(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { line, key, value, span, message, .. } = *refusal;
    let error = || DataError::new(span, message);
    if message.contains("key with no value") {
        if let Some(name) = key.strip_suffix(']').filter(|name| !name.contains('[') && value.is_empty()) {
            return Some(error().with_help(format!("write `[{name}]`")));
        }
        if key.starts_with(['"', '\'']) && key[1..].ends_with(&key[..1]) && value.is_empty() && !line.contains('=') {
            return Some(error().with_help(format!("write a key before it, such as `level = {key}`")));
        }
        if key.starts_with(['"', '\'']) && !key[1..].contains(&key[..1]) {
            let message = format!("the quote `{}` that opens here is never closed", &key[..1]);
            return Some(DataError::new(span, message).with_help("write the closing quote on the same line"));
        }
        if let Some((name, value)) = key.split_once(' ')
            && value.trim_start().starts_with(['"', '\'', '['])
        {
            return Some(error().with_help(format!("write `{name} = {}`", value.trim_start())));
        }
        let is_quoted = key.starts_with(['"', '\'']);
        let key = if key.contains(' ') && !is_quoted { format!("\"{key}\"") } else { key.to_owned() };
        let is_text = value.starts_with(|c: char| c.is_alphabetic()) && !matches!(value, "true" | "false");
        let quote = if is_text { "\"" } else { "" };
        let value = value.trim_end_matches([',', ';']);
        let value = if value.is_empty() { "…".to_owned() } else { in_braces(value) };
        let value = value.as_str();
        let why = if line.contains(':') { "TOML takes `=` between key and value" } else { "write" };
        return Some(error().with_help(format!("{why}: `{key} = {quote}{value}{quote}`")));
    }
    None
}

/// A key that occurs twice, or a value of another form.
fn of_value(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { text, at, start, line, value, span, message, .. } = *refusal;
    let error = || DataError::new(span, message);
    if message.contains("duplicate key") {
        return Some(occurs_twice(text, start, line, span));
    }
    if message.contains("invalid boolean") {
        let word = word_at(text, at);
        if !matches!(&*word.to_lowercase(), "true" | "false") {
            return Some(DataError::new(span, "string values must be quoted").with_help(format!("write `\"{word}\"`")));
        }
        let meant = if text[at..].starts_with(['t', 'T']) { "true" } else { "false" };
        return Some(error().with_help(format!("write `{meant}`, in small letters")));
    }
    if message.contains("missing comma between key-value") {
        let word = text[at..].split(|c: char| c.is_whitespace() || c == '=').next().unwrap_or_default();
        return Some(error().with_help(format!("write a `,` before `{word}`")));
    }
    if text[at..].starts_with(|c: char| c.is_control() && !c.is_whitespace()) {
        return Some(
            DataError::new(span, "a control character stands here").with_help("delete it, or write it as `\\uXXXX`"),
        );
    }
    let quotes = [('\'', '"'), ('"', '\'')];
    if quotes.iter().any(|(open, close)| value.starts_with(*open) && value.ends_with(*close) && value.len() > 1) {
        return Some(error().with_help("begin and end the text with the same quote"));
    }
    if message.contains("leading zero") {
        return Some(error().with_help(format!("write `{}`", value.trim_start_matches('0'))));
    }
    if message.contains("invalid literal string") || message.contains("invalid basic string") {
        return Some(
            error().with_help("write the closing quote on the same line; `\\` in double quotes begins an escape"),
        );
    }
    None
}

/// Something behind the value of a line.
fn of_line_end(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { text, at, key, value, span, message, .. } = *refusal;
    let error = || DataError::new(span, message);
    if message.contains("expected newline") {
        let rest = text[at..].trim_start();
        if rest.starts_with("//") || rest.starts_with("/*") {
            return Some(foreign_comment(rest.lines().next().unwrap_or_default(), span));
        }
        if let Some(sign @ (']' | '}')) = rest.chars().next() {
            return Some(DataError::new(span, format!("this `{sign}` closes nothing")).with_help("delete it"));
        }
        let is_last = rest.lines().next().is_some_and(|rest| rest.trim().chars().count() == 1);
        if let Some(sign @ (',' | ';')) = rest.chars().next().filter(|_| is_last) {
            return Some(error().with_help(format!("delete the `{sign}`: the end of the line ends a value")));
        }
        let more = rest.trim_start_matches(',').trim_start();
        if let Some(sign @ ('"' | '\'')) = value.chars().next()
            && !rest.starts_with(',')
            && rest.lines().next().unwrap_or_default().trim_end().ends_with(sign)
            && !rest.contains('=')
        {
            let message = format!("the text ends at the second `{sign}`, and there is more behind it");
            let other = if sign == '"' { '\'' } else { '"' };
            return Some(
                DataError::new(span, message).with_help(format!("begin and end the whole text with `{other}`")),
            );
        }
        if !value.starts_with(['"', '\'', '[', '{']) && value.contains(',') {
            let items: Vec<String> = value.split(',').map(|item| format!("\"{}\"", item.trim())).collect();
            return Some(error().with_help(format!("put the values in brackets: `{key} = [{}]`", items.join(", "))));
        }
        if rest.starts_with(',') && more.starts_with(['"', '\'']) && !more.contains('=') {
            return Some(error().with_help(format!("put the values in brackets: `{key} = [{value}]`")));
        }
        return Some(error().with_help("write each `key = value` on a line of its own"));
    }
    None
}

/// An escape, the name of a key or a table, or a path without quotes.
fn of_names(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { text, at, start, line, span, base, message, .. } = *refusal;
    if message.contains("escaped value") {
        let message = "in double quotes `\\` starts an escape, and this one does not exist";
        return Some(
            DataError::new(span, message).with_help("use single quotes, in which `\\` is itself, or write `\\\\`"),
        );
    }
    if message.contains("keys cannot be empty") && line.trim_start().starts_with('[') {
        return Some(
            DataError::new(span, "a part of this table's name is missing").with_help("write `[rules]` or `[rules.ID]`"),
        );
    }
    if message.contains("keys cannot be empty") {
        return Some(DataError::new(span, "there is no key before the `=`").with_help("write `key = value`"));
    }
    let above = text[..start].trim_end().lines().next_back().unwrap_or_default();
    if message.contains("array") && above.trim_start().starts_with("//") {
        let at = base + (text[..start].trim_end().len() - above.trim_start().len()) as u32;
        return Some(foreign_comment(above, Span::new(at, at + above.trim_start().len() as u32)));
    }
    let word = word_at(text, at);
    let is_path = word.starts_with('.') || word.contains('/');
    if is_path
        && !word.contains(['"', '\'', ' '])
        && ["mantissa", "fraction", "number"].iter().any(|part| message.contains(part))
    {
        return Some(DataError::new(span, "string values must be quoted").with_help(format!("write `\"{word}\"`")));
    }
    None
}

/// A bracket or quote that is never closed.
fn of_brackets(refusal: &TomlRefusal<'_>) -> Option<DataError> {
    let TomlRefusal { text, at, start, line, span, base, message, .. } = *refusal;
    let error = || DataError::new(span, message);
    if message.contains("missing comma between array elements") {
        let is_header = line.trim_start().starts_with('[') && !line.contains(['"', '\'']);
        let starts_line = line.trim_start() == text[at..].lines().next().unwrap_or_default();
        let is_next_key = starts_line && (line.contains('=') || is_header);
        if is_next_key && let Some(open) = text[..at].rfind('[') {
            let span = Span::new(base + open as u32, base + open as u32 + 1);
            return Some(
                DataError::new(span, "this `[` is never closed").with_help("write the `]` behind the last value"),
            );
        }
        return Some(error().with_help("write a `,` between two values"));
    }
    let is_odd = |sign: char| line.matches(sign).count() % 2 == 1;
    if message.contains("unclosed") && is_odd('"') && is_odd('\'') {
        return Some(error().with_help("begin and end each text with the same quote: `\"` or `'`"));
    }
    if message.contains("unclosed array")
        && let Some(sign) = ['"', '\''].into_iter().find(|sign| is_odd(*sign))
    {
        let open = start + line.rfind(sign).unwrap_or_default();
        let span = Span::new(base + open as u32, base + open as u32 + 1);
        return Some(
            DataError::new(span, format!("the quote `{sign}` that opens here is never closed"))
                .with_help("write the closing quote on the same line"),
        );
    }
    if message.contains("overflow") {
        return Some(error().with_help("write a smaller number"));
    }
    if message.contains("unclosed table") && line.trim_end().ends_with(']') {
        return Some(error().with_help("put the name in quotes if it has a space in it"));
    }
    if message.contains("unclosed") || message.contains("expected `]`") {
        return Some(error().with_help("write the sign that closes it, on the same line for the name of a table"));
    }
    None
}

/// The mistake of a text or line that is of another language, or what a merge has left.
fn not_toml(text: &str, line: &str, span: Span) -> Option<DataError> {
    let is_json = text.trim_start().starts_with('{');
    if is_json {
        let help = "write TOML: `[rules]` on a line, then `ID = \"error\"` for a rule";
        return Some(DataError::new(span, "this is JSON, and the file is read as TOML").with_help(help));
    }
    if line.trim_start().starts_with("//") || line.trim_start().starts_with("/*") {
        return Some(foreign_comment(line, span));
    }
    if let Some(help) = yaml(text) {
        return Some(DataError::new(span, "this is YAML, and the file is read as TOML").with_help(help));
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

/// The last `[` of a text that no `]` closes.
fn open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match c {
            '\n' => quote = None,
            _ if quote.is_some() => quote = quote.filter(|sign| *sign != c),
            '"' | '\'' => quote = Some(c),
            '[' => open.push(at),
            ']' => drop(open.pop()),
            _ => {}
        }
    }
    open.first().copied()
}

fn has_odd_quote(line: &str) -> bool {
    ['"', '\''].iter().any(|sign| line.matches(*sign).count() % 2 == 1)
}

/// A value in braces with `=` between its keys and values.
fn in_braces(value: &str) -> String {
    if value.starts_with('{') { value.replace(": ", " = ") } else { value.to_owned() }
}

/// The value without quotes that starts at a byte of the text.
fn word_at(text: &str, at: usize) -> &str {
    let word = &text[at..];
    word[..word.find([',', ']', '}', '#', ';', '\n']).unwrap_or(word.len())].trim()
}

/// The advice for a text whose lines are all of YAML.
fn yaml(text: &str) -> Option<&'static str> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '%']));
    let is_key = |line: &str| {
        let key = line.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
        key.is_some_and(|(key, is_spaced)| is_spaced && !key.contains([' ', '=', '[']))
    };
    let is_yaml = |line: &str| line == "---" || line.starts_with("- ") || is_key(line);
    (lines().count() > 1 && lines().all(is_yaml)).then_some(
        "write TOML: `extends = [\"recommended\"]`, then `[rules]` on a line and `ID = \"error\"` for a rule",
    )
}

/// The mistake of a comment of another language.
fn foreign_comment(comment: &str, span: Span) -> DataError {
    let words = comment.trim().trim_start_matches(['/', '*']).trim_end_matches(['/', '*']).trim();
    DataError::new(span, "a comment of TOML starts with `#`").with_help(format!("write `# {words}`"))
}

/// The quotes of printed text, which word processors and chats write for `"`.
const TYPOGRAPHIC_QUOTES: [char; 6] = ['“', '”', '„', '‟', '«', '»'];

/// The mistake of a line with quotes of printed text.
fn typographic_quotes(line: &str, span: Span) -> Option<DataError> {
    let single = ['‘', '’', '‚'];
    let opens_single = |(at, c): (usize, char)| single.contains(&c) && line[..at].trim_end().ends_with(['=', '[', ',']);
    let found = line.chars().find(|c| TYPOGRAPHIC_QUOTES.contains(c));
    let found = found.or_else(|| line.char_indices().find(|found| opens_single(*found)).map(|(_, c)| c))?;
    let plain = line.trim().replace(TYPOGRAPHIC_QUOTES, "\"").replace(single, "'");
    Some(DataError::new(span, format!("`{found}` is no quote of TOML")).with_help(format!("write `{plain}`")))
}

/// The advice for a line with another sign than `=` between key and value: `a += 1`, `a -> "b"`.
fn other_operator(line: &str) -> Option<String> {
    let (key, rest) = line.trim().split_once(' ')?;
    let (sign, value) = rest.trim_start().split_once(' ')?;
    let is_key = !key.starts_with(['[', '#']) && !key.contains('=');
    let is_sign = sign != "=" && sign.chars().all(|c| matches!(c, '-' | '=' | '+' | ':' | '~' | '<' | '>' | '?' | '|'));
    let help = || match sign {
        "+=" => format!("write `{key} = {0}`: the list of a nested file adds to those above by itself", value.trim()),
        _ => format!("TOML takes one `=` between key and value: `{key} = {}`", value.trim()),
    };
    (is_key && is_sign && sign != ":").then(help)
}

/// The mistake of a key or table that stands a second time in the line that starts at `start`.
fn occurs_twice(text: &str, start: usize, line: &str, span: Span) -> DataError {
    let header = line.trim();
    let Some(name) = header.strip_prefix('[').and_then(|rest| rest.split(']').next()) else {
        let key = line.split(['=', ':']).next().unwrap_or_default().trim();
        return DataError::new(span, format!("the key `{key}` occurs twice")).with_help("keep one of them");
    };
    let name = name.trim_matches(['[', ' ']);
    let is_list = header.starts_with("[[");
    let mut before = text[..start].lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    let first = before.find(|(_, line)| {
        let other = line.trim_start_matches('[').trim_start();
        let rest = other.strip_prefix(name).or_else(|| other.strip_prefix(name.rsplit('.').next()?));
        rest.is_some_and(|rest| rest.trim_start().starts_with([']', '=', '.']))
    });
    let help = match first {
        Some((number, _)) if is_list => format!("write `[[{name}]]` in line {number} too, or take one of both out"),
        Some((number, line)) if line.starts_with("[[") => {
            format!("write `[[{name}]]`, with two brackets as in line {number}")
        }
        Some((number, line)) if line.starts_with('[') => {
            format!("move the keys below it to `[{name}]` in line {number}")
        }
        Some((number, _)) => format!("it has a value in line {number}: write all of its keys in one of both places"),
        None => "write its keys in one place".to_owned(),
    };
    let written = header.split('#').next().unwrap_or(header).trim();
    DataError::new(span, format!("the key `{written}` occurs twice")).with_help(help)
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
