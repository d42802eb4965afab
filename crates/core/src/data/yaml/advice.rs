//! Explains what the YAML library refuses: the mistake behind it, and what to write.

use crate::data::DataError;
use crate::span::Span;

/// The mistake that stands behind a refusal of the library at a byte of the text. `base` is added to all spans.
pub(super) fn explain(text: &str, at: usize, message: &str, base: u32) -> DataError {
    let at = text.floor_char_boundary(at.min(text.len()));
    if let Some(conflict) = ["<<<<<<< ", "=======\n", ">>>>>>> "].iter().filter_map(|sign| text.find(sign)).min() {
        let help = "keep one of both sides, and delete the lines with these signs".to_owned();
        let span = Span::new(base + conflict as u32, base + conflict as u32 + 7);
        return DataError { span, message: "a merge has left its conflict here".to_owned(), help: Some(help) };
    }
    let found = if message.contains("tab") { tab(text, at) } else { None };
    let found = found.or_else(|| open_bracket(text, at, message));
    let found = found.or_else(|| open_quote(text, at, message));
    let found = found.or_else(|| by_message(text, at, message));
    let (span, message, help) = found.unwrap_or_else(|| (at..at, message.to_owned(), None));
    let span = Span::new(base + span.start as u32, base + span.end as u32);
    DataError { span, message, help }
}

type Explained = (std::ops::Range<usize>, String, Option<String>);

/// The mistake of a plain value that consists of a tag (`!x`) or an anchor (`&x`) alone and ends at `at`: it is meant as text.
pub(super) fn marked_nothing(text: &str, at: usize) -> Option<(std::ops::Range<usize>, String, String)> {
    let at = text.floor_char_boundary(at);
    let start = line_start(text, at);
    let before = text[start..at].trim_end();
    let value_at = [": ", ", ", "- ", "[ ", "{ "].iter().filter_map(|sign| Some(before.rfind(sign)? + 2)).max()?;
    let value = before[value_at..].trim_start();
    let what = match value.chars().next()? {
        '!' => "a tag of YAML",
        '&' => "an anchor of YAML",
        _ => return None,
    };
    let end = start + before.len();
    let help = quote_help(line_at(text, start));
    Some((end - value.len()..end, format!("`{value}` is read as {what}, with no value after it"), help))
}

fn tab(text: &str, at: usize) -> Option<Explained> {
    // The library names the end of the value above as often as the tab itself.
    let mut start = line_start(text, at);
    loop {
        let line = line_at(text, start);
        let indent = &line[..line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len())];
        if let Some(tab) = indent.find('\t') {
            let tab = start + tab;
            let help = "indent with spaces, usually two a level";
            return Some((tab..tab + 1, "a tab cannot indent a line in YAML".to_owned(), Some(help.to_owned())));
        }
        start += line.len() + 1;
        if start >= text.len() {
            return None;
        }
    }
}

/// A `[` or `{` without its partner, for refusals that come of one.
fn open_bracket(text: &str, at: usize, message: &str) -> Option<Explained> {
    if message.contains("misplaced bracket") {
        let sign = text[at..].chars().next()?;
        let help = format!("delete it, or put a value that contains `{sign}` in quotes");
        return Some((at..at + sign.len_utf8(), format!("this `{sign}` closes nothing"), Some(help)));
    }
    let about_brackets = ["unclosed bracket", "illegal placement", "flow", "',' or"];
    if !about_brackets.iter().any(|part| message.contains(part)) {
        return None;
    }
    let mut open: Vec<(usize, char)> = Vec::new();
    let end = text.len().min(at + 1);
    let mut quote = None;
    let mut before = '\n';
    for (place, c) in text[..text.floor_char_boundary(end)].char_indices() {
        let opens = matches!(before, ' ' | '[' | '{' | ',' | '\n');
        match c {
            _ if quote.is_some() => quote = quote.filter(|sign| *sign != c),
            '"' | '\'' if opens => quote = Some(c),
            '[' | '{' if opens || !open.is_empty() => open.push((place, c)),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
        before = c;
    }
    let (place, sign) = open.pop()?;
    // A bracket that is closed further on in its line is not what is wrong: a value in it holds a `: `.
    let rest = text[place..].lines().next().unwrap_or_default();
    if rest.ends_with([']', '}'])
        && rest.matches(['[', '{']).count() <= rest.matches([']', '}']).count()
        && let Some(range) = value_with_colon(text, at)
    {
        let value = &text[range.clone()];
        let key = value.split(": ").next().unwrap_or_default();
        if let Some((_, word)) = key.rsplit_once(' ').filter(|(before, _)| !before.trim().contains(' ')) {
            let help = format!("write a `,` before `{word}`, or put a value with `: ` in it in quotes");
            return Some((range.clone(), "a `,` is missing between two keys".to_owned(), Some(help)));
        }
        let message = "a value with `: ` in it is read as a key and another value".to_owned();
        let help = format!("put the value in quotes: `\"{}\"`", &text[range.clone()]);
        return Some((range, message, Some(help)));
    }
    let partner = if sign == '[' { ']' } else { '}' };
    let help = format!("write the `{partner}`, or put a value that contains `{sign}` in quotes");
    Some((place..place + 1, format!("this `{sign}` is never closed"), Some(help)))
}

/// The value of the entry around a byte of a mapping in braces, if it holds a `: ` itself.
fn value_with_colon(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let start = text[..at].rfind([',', '{', '[', '\n']).map_or(0, |before| before + 1);
    let end = text[at..].find([',', '}', ']', '\n']).map_or(text.len(), |length| at + length);
    let entry = &text[start..end];
    let value = &entry[entry.find(": ")? + 2..];
    let value_at = end - value.len() + (value.len() - value.trim_start().len());
    value.contains(": ").then(|| value_at..value_at + value.trim().len())
}

/// A quote without its partner.
fn open_quote(text: &str, at: usize, message: &str) -> Option<Explained> {
    let about_quotes = ["multiline quoted", "unexpected end of stream", "unclosed quote", "end of quoted"];
    if !about_quotes.iter().any(|part| message.contains(part)) || !message.contains("quote") {
        return None;
    }
    // The quote opens at the end of what can be read: the last line before `at` whose value begins with one.
    let mut end = at;
    loop {
        let start = line_start(text, end);
        let line = line_at(text, start);
        if let Some((value_at, value)) = value_of(line)
            && let Some(sign @ ('"' | '\'')) = value.chars().next()
        {
            let place = start + value_at;
            let help = format!("write the closing `{sign}` on the same line");
            return Some((place..place + 1, format!("the quote `{sign}` that opens here is never closed"), Some(help)));
        }
        end = start.checked_sub(1)?;
    }
}

fn by_message(text: &str, at: usize, message: &str) -> Option<Explained> {
    of_keys(text, at, message).or_else(|| of_values(text, at, message))
}

/// A line that is no key with a value, or stands at another depth.
fn of_keys(text: &str, at: usize, message: &str) -> Option<Explained> {
    let start = line_start(text, at);
    let line = line_at(text, start);
    let whole = start..start + line.trim_end().len();
    let value = value_of(line).map(|(value_at, value)| (start + value_at..start + value_at + value.len(), value));
    let quoted = || Some(quote_help(line));
    let is_about_keys = message.contains("mapping values are not allowed") || message.contains("expected ':'");
    if let Some(found) = Some(()).filter(|()| is_about_keys).and_then(|()| unspaced_key(text, start)) {
        return Some(found);
    }
    if message.contains("mapping values are not allowed") {
        return Some(match value.filter(|(range, _)| range.start <= at) {
            Some((range, value)) => {
                let message = "a value with `: ` in it is read as a key and another value".to_owned();
                let help = quoted().map(|help| match in_braces(line, value) {
                    Some(mapping) => format!("{help}, or in braces if it is a mapping: `{mapping}`"),
                    None => help,
                });
                (range, message, help)
            }
            None => (whole, MISALIGNED.to_owned(), Some(ALIGN.to_owned())),
        });
    }
    if message.contains("did not find expected key")
        && let Some((range, value)) = &value
        && let Some(sign @ ('[' | '{')) = value.chars().next()
    {
        let what = if sign == '[' { "list" } else { "mapping" };
        let message = format!("a value that begins with `{sign}` is read as a {what}, and there is more behind it");
        return Some((range.clone(), message, quoted()));
    }
    if message.contains("did not find expected key") || message.contains("did not find expected '-'") {
        return Some((whole, MISALIGNED.to_owned(), Some(ALIGN.to_owned())));
    }
    if message.contains("expected ':'") || message.contains("could not find expected ':'") {
        let key = line.trim();
        if let Some(name) = key.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            let message = format!("`{key}` is a table of TOML, and this is YAML");
            return Some((whole, message, Some(format!("write `{name}:`, and its keys indented on the lines below"))));
        }
        let above = text[..start].trim_end_matches('\n').lines().next_back().unwrap_or_default().trim_end();
        if [": |", ": >", ": |-", ": >-"].iter().any(|sign| above.ends_with(sign)) {
            let message = "the text of a `|` or `>` is indented deeper than its key";
            return Some((whole, message.to_owned(), Some(format!("indent `{key}` by two spaces more"))));
        }
        if let Some(item) = key.strip_prefix('-').filter(|item| item.starts_with(char::is_alphanumeric)) {
            let message = format!("the `-` of `{key}` has no space behind it");
            return Some((whole, message, Some(format!("write `- {item}`"))));
        }
        let help = match key.split_once('=') {
            Some((name, value)) => {
                format!("YAML takes `:` between key and value: `{}: {}`", name.trim_end(), value.trim_start())
            }
            None => match key.split_once(' ') {
                Some((name, value)) => format!("write `{}: {}`", name.trim_end_matches(';'), value.trim_start()),
                None => format!("write `{key}:`, then its value"),
            },
        };
        return Some((whole, format!("`{key}` is neither a key with its `:` nor part of the value above"), Some(help)));
    }
    None
}

/// A value that YAML reads as something else than a text.
fn of_values(text: &str, at: usize, message: &str) -> Option<Explained> {
    let start = line_start(text, at);
    let line = line_at(text, start);
    let whole = start..start + line.trim_end().len();
    let value = value_of(line).map(|(value_at, value)| (start + value_at..start + value_at + value.len(), value));
    let quoted = || Some(quote_help(line));
    if message.contains("trailing content") {
        let sign = if message.contains("double") { '"' } else { '\'' };
        let (range, value) = value?;
        if value.trim_end().ends_with([',', ';']) && value.matches(sign).count() == 2 {
            let at = range.start + value.trim_end().len() - 1;
            let message = format!("there is text after the closing `{sign}`");
            return Some((at..at + 1, message, Some("delete it: the end of the line ends a value".to_owned())));
        }
        let help = if sign == '"' {
            "put the whole value in single quotes: '\"a\" and b'".to_owned()
        } else {
            "put the whole value in double quotes, or write '' for a single quote in it".to_owned()
        };
        return Some((range, format!("there is text after the closing `{sign}`"), Some(help)));
    }
    if message.contains("unclosed quote") {
        let help = "begin and end each text with the same quote".to_owned();
        return Some((whole, "a quote is never closed".to_owned(), Some(help)));
    }
    if message.contains("unknown escape") {
        let (range, _) = value?;
        let help = "use single quotes, in which `\\` is itself, or write `\\\\`";
        let message = "in double quotes `\\` starts an escape, and this one does not exist";
        return Some((range, message.to_owned(), Some(help.to_owned())));
    }
    let is_block_scalar = message.contains("scanning a block scalar");
    if (is_block_scalar || message.contains("unexpected character"))
        && let Some((range, help)) = comparison(text, start, line)
    {
        let message = format!("`{}` is no value of YAML", &text[range.clone()]);
        return Some((range, message, Some(help)));
    }
    if message.contains("unexpected character") {
        let sign = text[at..].chars().next()?;
        let range = value.filter(|(range, _)| range.start <= at).map_or(at..at + sign.len_utf8(), |(range, _)| range);
        let sign = if sign == '`' { "a back-tick".to_owned() } else { format!("`{sign}`") };
        return Some((range, format!("a value cannot start with {sign}"), quoted()));
    }
    if message.contains("scanning a block scalar") {
        let (range, _) = value?;
        let message = "`|` and `>` alone on the line start a text on the lines below; this has more behind them";
        return Some((range, message.to_owned(), quoted()));
    }
    if message.contains("sequence entries are not allowed") || message.contains("mapping keys are not allowed") {
        let (range, value) = value?;
        let sign = value.chars().next()?;
        let help = match sign {
            '-' => format!("begin the list on the next line, or {}", quote_help(line)),
            _ => quote_help(line),
        };
        return Some((range, format!("a value on the line of its key cannot start with `{sign} `"), Some(help)));
    }
    if message.contains("anchor") {
        return alias(text, at, message, value, line);
    }
    if message.contains("merge keys") {
        let help = "write out the keys that it would bring";
        return Some((whole, "`<<` merges no keys here".to_owned(), Some(help.to_owned())));
    }
    None
}

/// A `*` or `&` of YAML where a text is meant. `value` is that of the line, with its place.
fn alias(
    text: &str,
    at: usize,
    message: &str,
    value: Option<(std::ops::Range<usize>, &str)>,
    line: &str,
) -> Option<Explained> {
    if message.contains("scanning an anchor or alias") {
        let at = text[..text.floor_char_boundary(at + 1)].rfind(['*', '&'])?;
        let help = "put the value in quotes; every language is `languages: all`".to_owned();
        return Some((at..at + 1, "a `*` or `&` of YAML needs a name behind it".to_owned(), Some(help)));
    }
    let (range, value) = value?;
    if let Some(sign) = value.find(" *").filter(|_| value.starts_with(['{', '['])) {
        let word = &value[sign + 1..];
        let word = &word[..word.find([' ', ',', '}', ']']).unwrap_or(word.len())];
        let at = range.start + sign + 1;
        let help = format!("put the value in quotes: `\"{word}\"`");
        return Some((at..at + word.len(), format!("`{word}` is read as an alias of YAML"), Some(help)));
    }
    Some((range, format!("`{}` is read as an alias of YAML", value.trim()), Some(quote_help(line))))
}

/// A comparison that is written with a sign, such as `> 3`, as the value of a key in the line that starts at `start`.
fn comparison(text: &str, start: usize, line: &str) -> Option<(std::ops::Range<usize>, String)> {
    let signs = [(">=", "ge"), (">", "gt")];
    line.match_indices(": ").find_map(|(colon, _)| {
        let rest = &line[colon + 2..];
        let value = &rest[..rest.find([',', '}']).unwrap_or(rest.len())];
        let value_at = start + colon + 2 + (value.len() - value.trim_start().len());
        let value = value.trim();
        let (sign, word) = signs.iter().find(|(sign, _)| value.starts_with(sign))?;
        let number = value[sign.len()..].trim();
        number.parse::<i64>().ok()?;
        let help = format!("write the comparison in words: `{{ {word}: {number} }}`");
        Some((value_at..value_at + text[value_at..].len().min(value.len()), help))
    })
}

/// A key whose `:` has no space behind it, on the line that starts at `start` or the one before.
fn unspaced_key(text: &str, start: usize) -> Option<Explained> {
    let before = start.checked_sub(1).map(|end| line_start(text, end));
    [Some(start), before].into_iter().flatten().find_map(|start| {
        let line = line_at(text, start).trim_end();
        let content = line.trim_start();
        let (key, value) = content.split_once(':')?;
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if !is_key || value.is_empty() || value.starts_with(' ') {
            return None;
        }
        let at = start + line.len() - content.len();
        let message = format!("the `:` of `{key}` has no space behind it");
        Some((at..at + key.len() + 1, message, Some(format!("write `{key}: {value}`"))))
    })
}

const MISALIGNED: &str = "this line stands neither below the key above it nor in line with it";
const ALIGN: &str = "indent the keys of one mapping, and the `-` of one list, by the same number of spaces";

/// The line with its value in braces, if that begins with a word and a `: `.
fn in_braces(line: &str, value: &str) -> Option<String> {
    let value = value.trim();
    let (key, _) = value.split_once(": ")?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let outer = line.trim().split(':').next()?;
    (is_key && key.starts_with(|c: char| c.is_ascii_lowercase())).then(|| format!("{outer}: {{ {value} }}"))
}

/// The line with its value in quotes.
fn quote_help(line: &str) -> String {
    let Some((at, value)) = value_of(line) else { return "put the value in quotes".to_owned() };
    let value = value.trim_end();
    let quoted =
        if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") };
    let key = line[..at].trim_start();
    if key.contains(['[', '{']) || key.len() + quoted.len() > 200 {
        return "put the value in quotes".to_owned();
    }
    format!("put the value in quotes: `{key}{quoted}`")
}

/// The value on a line after its first key or `- `, with its place in the line.
fn value_of(line: &str) -> Option<(usize, &str)> {
    let content = line.trim_end();
    let indent = content.len() - content.trim_start().len();
    let item = content[indent..].strip_prefix("- ").map(|rest| content.len() - rest.trim_start().len());
    let from = item.unwrap_or(indent);
    let at = match content[from..].find(": ") {
        Some(colon) => {
            let after = from + colon + 1;
            after + content[after..].len() - content[after..].trim_start().len()
        }
        None => item?,
    };
    (at < content.len()).then(|| (at, &content[at..]))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn line_at(text: &str, start: usize) -> &str {
    text[start..].split('\n').next().unwrap_or_default()
}
