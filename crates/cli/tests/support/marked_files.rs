//! Files with marks in the ways in which lines and columns go wrong, the findings that they must have, by a plain search in
//! their bytes, and what readers of formats undo.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Project, Ran};

/// A page that reports the identifiers `MARK_…` and the templates that start with one, as errors.
pub const MARK: &str = "---
summary: Leave no mark.
languages: [typescript]
severity: error
message: '`$A` & <b>|\"x\"|</b> @all #1 100%, [a](b); it''s :: so]]>'
rule:
  any:
    - all: [{ kind: identifier, regex: '^MARK_' }, { pattern: $A }]
    - all: [{ kind: template_string, regex: '^`MARK_' }, { pattern: $A }]
---
A mark is for tests.

## Help
Delete it.

## Bad
```ts
MARK_1; // error
```

## Good
```ts
a;
```
";

/// A page that reports the identifiers `NOTE_…` as warnings, with a fix.
pub const NOTE: &str = "---
summary: Leave no note.
languages: [typescript]
severity: warning
message: '`$A` is a note'
rule:
  all: [{ kind: identifier, regex: '^NOTE_' }, { pattern: $A }]
fix: \"done('𐐀|`\\\\n')\"
---
A note is for tests.

## Help
Delete it.

## Bad
```ts
NOTE_1; // error
```

## Good
```ts
a;
```
";

/// The names of files; each format has signs of its own that could break it.
pub const NAMES: [&str; 16] = [
    "a b.ts",
    "100%25.ts",
    "it's \"q\".ts",
    "a&b<c>.ts",
    "x]y;z,w.ts",
    "s::t.ts",
    "𐐀.ts",
    "new\nline.ts",
    "tab\t.ts",
    "esc\u{1b}.ts",
    "n#h?.ts",
    "right\u{202e}left.ts",
    "back`tick|pipe.ts",
    "in dir/-dash.ts",
    "colon:7:8: x.ts",
    "back&amp;#38;.ts",
];

/// The text of a file with the ways in which lines and columns go wrong, one of them a very long line.
fn content() -> String {
    content_with(&format!("/*{}{}*/", "x".repeat(70_000), "𐐀".repeat(10)))
}

pub fn content_with(long: &str) -> String {
    [
        "\u{feff}MARK_1;\r\n",
        "\tMARK_2;\t\tNOTE_1;\n",
        "'a𐐀b'; MARK_3; NOTE_2;\n",
        "'e\u{301}\u{5d0}\u{202e}'; MARK_4;\n",
        "/*\u{1}\u{b}\u{c}\u{1b}\u{7f}\u{85}\u{fffe}*/ MARK_5; NOTE_3;\r\n",
        "'é';\rMARK_6;\r\n",
        long,
        " MARK_7;\n\n",
        "`MARK_8\n𐐀\r\nend`;\r\n",
        "NOTE_4\n\n",
        "'\u{200d}'; MARK_9",
    ]
    .concat()
}

/// Columns of one text before a place.
fn columns(before: &str) -> [u32; 3] {
    let scalars = before.chars().count();
    [before.len(), before.encode_utf16().count(), scalars].map(|count| count as u32 + 1)
}

/// A place in a file by a search in its bytes, in every way of counting.
#[derive(Clone, Debug)]
pub struct MarkedPlace {
    /// The line where LF, CRLF and a lone CR end lines.
    pub line: u32,
    /// The line where only LF ends lines.
    pub git_line: u32,
    /// The columns in bytes, UTF-16 units and scalar values of the first kind of lines, without a byte order mark.
    pub columns: [u32; 3],
    /// The same of the second kind.
    pub git_columns: [u32; 3],
    /// The column in bytes of the second kind, with a byte order mark.
    pub raw_column: u32,
}

impl MarkedPlace {
    fn of(text: &str, offset: usize) -> Self {
        let before = text[..offset].trim_start_matches('\u{feff}');
        let unified = before.replace("\r\n", "\n");
        let line = unified.matches(['\n', '\r']).count() as u32 + 1;
        let tail = unified.rsplit(['\n', '\r']).next().unwrap();
        let git_tail = before.rsplit('\n').next().unwrap();
        let raw_column = text[..offset].rsplit('\n').next().unwrap().len() as u32 + 1;
        Self {
            line,
            git_line: before.matches('\n').count() as u32 + 1,
            columns: columns(tail),
            git_columns: columns(git_tail),
            raw_column,
        }
    }
}

/// A finding that is expected.
#[derive(Clone, Debug)]
pub struct Expected {
    pub path: String,
    pub message: String,
    pub start: MarkedPlace,
    pub end: MarkedPlace,
}

/// The findings that a file must have, by its text alone.
fn expected(path: &str, text: &str) -> Vec<Expected> {
    let mut all = Vec::new();
    for word in ["MARK_", "NOTE_"] {
        for (at, _) in text.match_indices(word) {
            let length = text[at..].find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len() - at);
            let is_template = text[..at].ends_with('`');
            let start = if is_template { at - 1 } else { at };
            let end = if is_template { at + text[at..].find('`').unwrap() + 1 } else { at + length };
            let shown = format!("{}{}", &text[start..at + length], if is_template { "…" } else { "" });
            let message = if word == "MARK_" {
                format!("`{shown}` & <b>|\"x\"|</b> @all #1 100%, [a](b); it's :: so]]>")
            } else {
                format!("`{shown}` is a note")
            };
            all.push(Expected {
                path: path.to_owned(),
                message,
                start: MarkedPlace::of(text, start),
                end: MarkedPlace::of(text, end),
            });
        }
    }
    all
}

pub fn project() -> (Project, Vec<Expected>) {
    let mut project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n[files]\nskip = []\n")
        .file("law/mark.md", MARK)
        .file("law/note.md", NOTE);
    let mut all = Vec::new();
    for name in NAMES {
        project = project.file(name, content());
        all.extend(expected(name, &content()));
    }
    assert_eq!(all.len(), NAMES.len() * 13);
    (project, all)
}

/// What a format says of a finding: path, line, column (0 where it has none), message.
pub type ReadPlace = (String, u32, u32, String);

#[track_caller]
pub fn check(format: &str, expected: &[Expected], said: Vec<ReadPlace>, of: impl Fn(&Expected) -> ReadPlace) {
    let mut wanted: Vec<ReadPlace> = expected.iter().map(of).collect();
    let mut said = said;
    wanted.sort();
    said.sort();
    for (wanted, said) in wanted.iter().zip(&said) {
        assert_eq!(wanted, said, "{format}");
    }
    assert_eq!(wanted.len(), said.len(), "{format}");
}

pub fn ran(project: &Project, format: &str) -> Ran {
    let ran = project.run(&["check", ".", "--format", format]);
    ran.exits(1).is_harmless();
    ran
}

pub fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

/// A text with the characters visible that no terminal may get.
fn visible(text: &str, is_hidden: impl Fn(char) -> bool) -> String {
    text.chars().map(|c| if is_hidden(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() }).collect()
}

pub fn on_terminal(text: &str) -> String {
    visible(text, |c| c.is_control() || c == '\u{202e}')
}

/// What XML 1.0 cannot hold.
pub fn in_xml(text: &str) -> String {
    visible(text, |c| matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}'))
}

/// A path and place as a command of a service has them: as they are, and none for a name that has no form there.
pub fn in_log(path: &str, line: u32, column: u32) -> (String, u32, u32) {
    match path {
        path if path.contains(['\u{1b}', '\u{202e}']) => (String::new(), 0, 0),
        path => (path.to_owned(), line, column),
    }
}

/// The properties of a command, split and unescaped as its reader does.
pub fn properties(text: &str, separator: char, unescaped: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    let pairs = text.split(separator).filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), unescaped(value))).collect()
}

/// Replaces escapes, each where it is and once.
pub fn unescaped(text: &str, escapes: &[(&str, &str)]) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let escape = escapes.iter().find(|(escape, _)| rest.starts_with(escape));
        written.push_str(escape.map_or(&rest[..c.len_utf8()], |(_, sign)| sign));
        rest = &rest[escape.map_or(c.len_utf8(), |(escape, _)| escape.len())..];
    }
    written
}

/// The text of an address, whose bytes are written as `%` and two hexadecimal digits where they are not plain.
pub fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        assert!(byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte), "{uri}");
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The text that a cell shows: without tags, entities, the marks of code, and spaces that have no width.
pub fn plain(cell: &str) -> String {
    let mut shown = String::new();
    for (number, part) in cell.split('`').enumerate() {
        // Between backticks, every sign is itself.
        if number % 2 == 1 {
            shown.push_str(part);
            continue;
        }
        let mut rest = part.replace("<code>", "").replace("</code>", "");
        while let Some(at) = rest.find('&') {
            shown.push_str(&rest[..at]);
            let end = at + rest[at..].find(';').unwrap();
            let c = match &rest[at + 1..end] {
                "lt" => '<',
                "gt" => '>',
                number => char::from_u32(number.strip_prefix('#').unwrap().parse().unwrap()).unwrap(),
            };
            shown.extend(Some(c).filter(|c| !matches!(c, '\u{200b}' | '`')));
            rest = rest[end + 1..].to_owned();
        }
        shown.push_str(&rest);
    }
    shown
}
