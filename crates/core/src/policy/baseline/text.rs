//! Prints and parses baseline files: sorted blocks of lines, with a blank line after each. They contain no line
//! numbers, so that they do not change when code moves.
//!
//! ```text
//! src/a.ts
//!   no-eval 1:00112233445566778899aabbccddeeff 1
//!   at 0011223344556677 1:8899aabbccddeeff0011223344556677 Parser.read
//!   | eval(text)
//!   reason: the parser's own tests
//! ```
//!
//! `at` has a digest of the line and, inside of definitions, the fingerprint without their names and these names;
//! `measure 275 lines` is what the rule has counted.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::mistake::{Mistake, Mistakes};
use crate::policy::baseline::{BaselineFile, fingerprint_number};
use crate::report::BaselineEntry;
use crate::source::RelPath;
use crate::span::Span;

/// The first lines of every file.
const HEADER: &str =
    "# Findings that lawbook knew before. `lawbook baseline prune` takes out those that are fixed.\n\n";

/// The starts of lines with which git marks a merge conflict.
const CONFLICT_SIGNS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// Prints sorted entries.
pub fn print(entries: &[BaselineEntry]) -> String {
    let mut text = HEADER.to_owned();
    for entry in entries {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", escaped(entry.path.shown()));
        let _ = writeln!(text, "  {} {} {}", entry.rule, entry.fingerprint, entry.count);
        if let Some(line) = &entry.line {
            let _ = write!(text, "  at {line}");
            if let Some(subject) = &entry.subject {
                let _ = write!(text, " {subject} {}", escaped(&entry.symbol));
            }
            text.push('\n');
        }
        if let Some((value, unit)) = &entry.measure {
            let _ = writeln!(text, "  measure {value} {unit}");
        }
        let _ = writeln!(text, "  | {}", escaped(&entry.excerpt));
        if let Some(reason) = &entry.reason {
            let _ = writeln!(text, "  reason: {}", escaped(reason));
        }
        text.push('\n');
    }
    text
}

/// Parses the text of a file; `path` is the path for messages.
///
/// # Errors
/// All mistakes, each with its line.
pub fn read(path: &str, text: impl Into<Arc<str>>) -> Result<BaselineFile, Vec<Mistake>> {
    let text = text.into();
    let mistakes = Mistakes::new(path, text.clone());
    let mut reader = BaselineReader { mistakes, entries: Vec::new(), block: Vec::new(), last_path: None };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len() as u32);
        at = span.end;
        // A checkout may have converted the line ends.
        let line = line.trim_end_matches(['\n', '\r']);
        if CONFLICT_SIGNS.iter().any(|sign| line.starts_with(sign)) {
            reader.mistakes.add_with_help(
                span,
                "git left a merge conflict here",
                "keep the lines of both sides, delete the lines of signs, then run `lawbook baseline prune`",
            );
            return Err(reader.mistakes.into_vec());
        }
        if line.trim().is_empty() {
            reader.end_block();
        } else if !line.starts_with('#') {
            reader.block.push((line, span));
        }
    }
    reader.end_block();
    if reader.mistakes.is_empty() {
        return Ok(BaselineFile { path: Arc::from(path), text: text.clone(), entries: reader.entries });
    }
    Err(reader.mistakes.into_vec())
}

/// The state of parsing a file.
struct BaselineReader<'t> {
    mistakes: Mistakes,
    entries: Vec<(BaselineEntry, Span)>,
    block: Vec<(&'t str, Span)>,
    /// The path of the last entry, as written and unescaped. Cached, since the entries of one file follow each other.
    last_path: Option<(&'t str, RelPath)>,
}

impl BaselineReader<'_> {
    fn end_block(&mut self) {
        if let (Some((_, first)), Some((_, last))) = (self.block.first(), self.block.last()) {
            let span = Span::new(first.start, last.end);
            match self.entry() {
                Ok(entry) => self.entries.push((entry, span)),
                Err((at, message, help)) => self.mistakes.add_with_help(at, message, help),
            }
            self.block.clear();
        }
    }

    fn entry(&mut self) -> Result<BaselineEntry, EntryMistake> {
        let (written, at) = self.block[0];
        let path = match &self.last_path {
            Some((last, path)) if *last == written => path.clone(),
            _ => path(written, at)?,
        };
        self.last_path = Some((written, path.clone()));
        entry(path, &self.block)
    }
}

/// The place, message and help of a mistake in an entry.
type EntryMistake = (Span, String, &'static str);

const ENTRY_HELP: &str = "an entry is the path, `  RULE FINGERPRINT COUNT`, `  | CODE`, and `  at …`, `  measure …`, `  reason: …` if it has them";

/// Parses the path on the first line of a block.
fn path(written: &str, at: Span) -> Result<RelPath, EntryMistake> {
    if written.starts_with(' ') {
        return Err((at, "expected the path of a file at the start of the line".to_owned(), ENTRY_HELP));
    }
    let path = unescaped_path(written).ok_or_else(|| (at, "a `\\` that escapes nothing".to_owned(), ENTRY_HELP))?;
    if !path.is_root() && !is_below(path.as_str()) {
        let help = "paths are written with `/`, from the root, which is `.`";
        return Err((at, format!("`{path}` is no path below the root"), help));
    }
    Ok(path)
}

fn entry(path: RelPath, block: &[(&str, Span)]) -> Result<BaselineEntry, EntryMistake> {
    let Some((key, at)) = block.get(1).copied() else {
        return Err((block[0].1, "an entry without rule and fingerprint".to_owned(), ENTRY_HELP));
    };
    let mut words = key.split_whitespace();
    let (Some(rule), Some(fingerprint), Some(count), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err((at, "expected rule, fingerprint and count".to_owned(), ENTRY_HELP));
    };
    if fingerprint_number(fingerprint.as_bytes()).is_none() {
        return Err((at, format!("`{fingerprint}` is no fingerprint"), "expected `1:` and 32 hexadecimal digits"));
    }
    let count = count.parse().ok().filter(|count| *count > 0);
    let count = count.ok_or_else(|| (at, "the count is no number from 1".to_owned(), ENTRY_HELP))?;
    let mut entry = BaselineEntry {
        path,
        rule: rule.to_owned(),
        fingerprint: fingerprint.to_owned(),
        count,
        excerpt: String::new(),
        reason: None,
        line: None,
        subject: None,
        symbol: String::new(),
        measure: None,
    };
    for (line, at) in &block[2..] {
        let rest = line.trim_start();
        let text = |text: &str| unescaped(text).unwrap_or_else(|| text.to_owned());
        if let Some(excerpt) = rest.strip_prefix('|') {
            entry.excerpt = text(excerpt.trim());
        } else if let Some(reason) = rest.strip_prefix("reason:") {
            entry.reason = Some(text(reason.trim()));
        } else if let Some(place) = rest.strip_prefix("at ") {
            read_place(place.trim_end(), &mut entry).ok_or_else(|| (*at, NO_PLACE.to_owned(), ENTRY_HELP))?;
        } else if let Some(measure) = rest.strip_prefix("measure ") {
            let (value, unit) = measure.trim().split_once(' ').unwrap_or((measure.trim(), ""));
            let value = value.parse().map_err(|_| (*at, "expected `measure` and a number".to_owned(), ENTRY_HELP))?;
            entry.measure = Some((value, text(unit)));
        } else {
            return Err((
                *at,
                "expected `  | CODE`, `  at …`, `  measure …` or `  reason: …`".to_owned(),
                "a blank line ends an entry",
            ));
        }
    }
    Ok(entry)
}

const NO_PLACE: &str = "expected `at` with a digest of 16 digits, or with a fingerprint and names too";

/// Reads what follows `at`; none if it is something else.
fn read_place(written: &str, entry: &mut BaselineEntry) -> Option<()> {
    let (line, rest) = written.split_once(' ').unwrap_or((written, ""));
    let is_digest = line.len() == 16 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    entry.line = is_digest.then(|| line.to_owned());
    if !rest.is_empty() {
        let (subject, symbol) = rest.split_once(' ').unwrap_or((rest, ""));
        fingerprint_number(subject.as_bytes())?;
        entry.subject = Some(subject.to_owned());
        entry.symbol = unescaped(symbol)?;
    }
    entry.line.is_some().then_some(())
}

/// True if a path cannot lead out of the root.
fn is_below(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    !drive && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Escapes a text, so that it is one line without characters that are part of the format.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_first = at == 0 && (c.is_whitespace() || "#<|=>".contains(c));
        let is_last_blank = at + c.len_utf8() == text.len() && c.is_whitespace();
        if c == '\\' {
            escaped.push_str("\\\\");
        } else if c.is_control() || is_first || is_last_blank {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Unescapes a path; none for an invalid escape.
pub(super) fn unescaped_path(written: &str) -> Option<RelPath> {
    let path = unescaped(written)?;
    Some(if path == "." { RelPath::root() } else { RelPath::new(path) })
}

/// Reverses [`escaped`]; none for an invalid escape.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('\\');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        if part.is_empty() {
            // `\\` is a backslash; the text up to the next one is literal.
            plain.push('\\');
            plain.push_str(parts.next()?);
            continue;
        }
        let (digits, rest) = part.strip_prefix("u{")?.split_once('}')?;
        plain.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        plain.push_str(rest);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "1:00112233445566778899aabbccddeeff";

    fn made(path: &str, excerpt: &str, reason: Option<&str>) -> BaselineEntry {
        BaselineEntry {
            path: RelPath::new(path),
            rule: "no-x".to_owned(),
            fingerprint: PRINT.to_owned(),
            count: 1,
            excerpt: excerpt.to_owned(),
            reason: reason.map(str::to_owned),
            line: None,
            subject: None,
            symbol: String::new(),
            measure: None,
        }
    }

    fn check_round(entries: &[BaselineEntry]) {
        let text = print(entries);
        let file = read("b.txt", text.as_str()).unwrap();
        assert_eq!(file.entries().cloned().collect::<Vec<_>>(), entries, "{text}");
    }

    fn check_mistake(text: &str, expected: &str) {
        let found = read("b.txt", text).unwrap_err();
        assert!(found[0].to_string().starts_with(expected), "{text:?}: {found:?}");
    }

    #[test]
    fn what_is_printed_is_read_again() {
        check_round(&[made("a.ts", "eval(x)", None), made("src/b c.ts", "", Some("why: because"))]);
        check_round(&[made(" a\n#\u{1b}.ts", "# \\ | x\\u{1}", Some("<<<<<<< not")), made("=======", "x", None)]);
        check_round(&[made("a\\\\b\\u{9}", "\\", Some("\\"))]);
        check_round(&[made("", "", None)]);
    }

    #[test]
    fn places_and_counts_are_read_again() {
        let place = |line: &str| BaselineEntry { line: Some(line.to_owned()), ..made("a.ts", "x", None) };
        let at = place("0123456789abcdef");
        let inner = BaselineEntry {
            subject: Some(PRINT.to_owned()),
            symbol: "describe(\"a b\").it(\" #\n\")".to_owned(),
            measure: Some((275, "lines".to_owned())),
            ..at.clone()
        };
        check_round(&[at, inner]);
        check_mistake(&format!("a.ts\n  no-x {PRINT} 1\n  at 12\n"), "b.txt:3:1: expected `at`");
        check_mistake(&format!("a.ts\n  no-x {PRINT} 1\n  measure lines\n"), "b.txt:3:1: expected `measure`");
    }

    #[test]
    fn an_entry_holds_what_people_and_machines_need() {
        assert_eq!(
            print(&[made("src/a.ts", "eval(x)", Some("tests"))]).strip_prefix(HEADER),
            Some(format!("src/a.ts\n  no-x {PRINT} 1\n  | eval(x)\n  reason: tests\n\n").as_str())
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        check_mistake(&format!("a.ts\n  no-x {PRINT} 1\n<<<<<<< HEAD\n"), "b.txt:3:1: git left a merge conflict here");
        check_mistake("a.ts\n", "b.txt:1:1: an entry without rule and fingerprint");
        check_mistake("\n  no-x\n", "b.txt:2:1: expected the path of a file");
        check_mistake("a.ts\n  no-x 1:12 1\n", "b.txt:2:1: `1:12` is no fingerprint");
        check_mistake(&format!("a.ts\n  no-x {PRINT} 0\n"), "b.txt:2:1: the count is no number from 1");
        check_mistake(&format!("a.ts\n  no-x {PRINT} 1\n  huh\n"), "b.txt:3:1: expected `  | CODE`");
        for path in ["../a.ts", "/a.ts", "C:/a.ts", "a//b.ts", "a\\x.ts"] {
            check_mistake(&format!("{path}\n  no-x {PRINT} 1\n"), "b.txt:1:1: ");
        }
    }

    #[test]
    fn line_ends_of_any_system_are_read() {
        let text = print(&[made("a.ts", "x", None), made("b.ts", "y", None)]).replace('\n', "\r\n");
        assert_eq!(read("b.txt", text).unwrap().entries().len(), 2);
    }

    #[test]
    fn what_is_taken_out_leaves_a_line_of_its_own() {
        let file = read("b.txt", format!("{HEADER}a\n  x {PRINT} 1\n\nb\n  x {PRINT} 1\n\n")).unwrap();
        let names: Vec<String> = file.entries().map(BaselineEntry::merge_key).collect();
        assert_eq!(file.without(&[0]), format!("{HEADER}# gone {}\n\nb\n  x {PRINT} 1\n\n", names[0]));
        assert_eq!(file.without(&[0, 1]), format!("{HEADER}# gone {}\n\n# gone {}\n\n", names[0], names[1]));
        assert_eq!(read("b.txt", file.without(&[0])).unwrap().entries().len(), 1);
    }
}
