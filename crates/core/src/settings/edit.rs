//! Edits of the text of a `lawbook.toml` that turn a rule off. All other bytes stay as they are, comments too.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::data::{Data, Entry, Value, toml};
use crate::lines::LINE_ENDS;
use crate::settings::{Level, Override, Settings};
use crate::span::Span;

/// A part of a text and what replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsEdit {
    /// The bytes that are replaced; empty where something is inserted.
    pub span: Span,
    /// The text in their place.
    pub text: String,
}

impl SettingsEdit {
    fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// The text after the edit.
    pub fn applied(&self, text: &str) -> String {
        [&text[..self.span.start as usize], &self.text, &text[self.span.end as usize..]].concat()
    }
}

/// The edits of a `lawbook.toml` that turn a rule off, the best first: in `[rules]`, else in `[[overrides]]`, for all files of
/// the settings, or, with globs, in `[[overrides]]` for files that these match. `names` are the names that the settings may call the rule by; the
/// first one is written. Other settings may go over an edit, so that only the resolved settings show which of them do it. There
/// is none for a text that is no TOML.
pub fn turn_off(text: &str, names: &[&str], globs: Option<&[String]>) -> Vec<SettingsEdit> {
    let (Some(name), Ok(value)) = (names.first(), toml::parse(text, 0)) else { return Vec::new() };
    let editor = SettingsEditor { text, names, name: key(name), line_end: line_end(text) };
    let root = value.as_map().unwrap_or_default();
    let edits = match globs {
        // An override may go over `[rules]`.
        None => [editor.in_rules(root), editor.in_overrides(root, &["**".to_owned()])].concat(),
        Some(globs) => editor.in_overrides(root, globs),
    };
    edits.into_iter().filter(|edit| edit.applied(text) != text).collect()
}

/// The glob of one file, and of one folder, in settings; the path is relative to the folder of these.
pub fn globs_of_file(path: &str) -> Vec<String> {
    let glob = escaped(path);
    // A glob without a slash holds at any depth.
    if path.contains('/') { vec![glob] } else { vec![glob, "!*/**".to_owned()] }
}

/// The glob of all files in a folder.
pub fn globs_of_folder(path: &str) -> Vec<String> {
    vec![format!("{}/**", escaped(path))]
}

/// A path as a glob that matches nothing else.
fn escaped(path: &str) -> String {
    let mut glob = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') || (c == '!' && glob.is_empty()) {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

/// Writes edits for one text.
struct SettingsEditor<'t> {
    text: &'t str,
    names: &'t [&'t str],
    /// The name as a key.
    name: String,
    line_end: &'static str,
}

impl SettingsEditor<'_> {
    fn in_rules(&self, root: &[Entry]) -> Vec<SettingsEdit> {
        let end = self.line_end;
        match root.iter().find(|entry| entry.key == "rules") {
            Some(rules) if !self.is_implied(rules) => self.in_table(rules, "rules").into_iter().collect(),
            _ => vec![self.at_end(&format!("[rules]{end}{} = \"off\"{end}", self.name))],
        }
    }

    /// Sets the level of the rule in a table of rules, which is called `path`.
    fn in_table(&self, rules: &Entry, path: &str) -> Option<SettingsEdit> {
        let entries = rules.value.as_map()?;
        if let Some(entry) = entries.iter().find(|entry| self.names.contains(&&*entry.key)) {
            return self.in_setting(entry);
        }
        if self.is_implied(rules) {
            return None;
        }
        let assignment = format!("{} = \"off\"", self.name);
        match self.form(&rules.value) {
            TableForm::Inline => Some(Self::in_braces(&rules.value, &assignment)),
            TableForm::Header => {
                let values = entries.iter().filter(|entry| !matches!(self.form(&entry.value), TableForm::Header));
                let last = values.map(|entry| entry.value.span.end).max().unwrap_or(rules.value.span.start);
                Some(SettingsEdit::new(Span::empty(self.end_of_line(last)), format!("{}{assignment}", self.line_end)))
            }
            TableForm::Dotted => {
                let last = entries.iter().map(|entry| entry.value.span.end).max()?;
                let at = self.end_of_line(last);
                Some(SettingsEdit::new(Span::empty(at), format!("{}{path}.{assignment}", self.line_end)))
            }
        }
    }

    /// True for a table of rules that has no header of its own and lacks the rule: `[rules.other]`.
    fn is_implied(&self, rules: &Entry) -> bool {
        let entries = rules.value.as_map().unwrap_or_default();
        self.form(&rules.value) == TableForm::Header
            && entries.iter().any(|entry| entry.value.span.start == rules.value.span.start)
            && !entries.iter().any(|entry| self.names.contains(&&*entry.key))
    }

    /// Sets the level in a setting of the rule.
    fn in_setting(&self, entry: &Entry) -> Option<SettingsEdit> {
        let Data::Map(options) = &entry.value.data else { return Some(SettingsEdit::new(entry.value.span, "\"off\"")) };
        if let Some(level) = options.iter().find(|option| option.key == "level") {
            return Some(SettingsEdit::new(level.value.span, "\"off\""));
        }
        match self.form(&entry.value) {
            TableForm::Inline => {
                let at = Span::empty(entry.value.span.start + 1);
                Some(SettingsEdit::new(at, if options.is_empty() { " level = \"off\" " } else { " level = \"off\"," }))
            }
            TableForm::Header => {
                let at = self.end_of_line(entry.value.span.start);
                Some(SettingsEdit::new(Span::empty(at), format!("{}level = \"off\"", self.line_end)))
            }
            TableForm::Dotted => None,
        }
    }

    fn in_overrides(&self, root: &[Entry], globs: &[String]) -> Vec<SettingsEdit> {
        let mut edits = Vec::new();
        let overrides = root.iter().find(|entry| entry.key == "overrides");
        let items = overrides.and_then(|entry| entry.value.as_list()).unwrap_or_default();
        let parsed = Settings::read("", self.text).0.overrides;
        // An override with a mistake is not among those that were read.
        let items: &[Value] = if parsed.len() == items.len() { items } else { &[] };
        let both = || items.iter().zip(&parsed).rev();
        // One that does nothing else takes the files too.
        if let [glob] = globs
            && glob != "**"
        {
            let last =
                both().filter(|(_, known)| self.turns_off_alone(known)).find_map(|(_, known)| known.files.last());
            edits.extend(last.map(|(_, span)| self.behind_glob(*span, glob)));
        }
        let wanted: BTreeSet<&str> = globs.iter().map(String::as_str).collect();
        for (item, known) in both() {
            let files: BTreeSet<&str> = known.files.iter().map(|(glob, _)| glob.as_str()).collect();
            let rules = item.as_map().and_then(|entries| entries.iter().find(|entry| entry.key == "rules"));
            if let Some(rules) = rules.filter(|_| files == wanted) {
                edits.extend(self.in_table(rules, "rules"));
            }
        }
        let globs: Vec<String> = globs.iter().map(|glob| string(glob)).collect();
        let (globs, end, name) = (globs.join(", "), self.line_end, &self.name);
        let inline = overrides.filter(|entry| {
            self.text[entry.value.span.range()].starts_with('[')
                && !self.text[entry.value.span.range()].starts_with("[[")
        });
        match inline.and_then(|entry| Some((entry, entry.value.as_list()?.last()))) {
            Some((entry, last)) => {
                let item = format!("{{ files = [{globs}], rules = {{ {name} = \"off\" }} }}");
                edits.push(match last {
                    Some(last) => SettingsEdit::new(Span::empty(last.span.end), format!(", {item}")),
                    None => SettingsEdit::new(entry.value.span, format!("[{item}]")),
                });
            }
            None => edits.push(
                self.at_end(&format!("[[overrides]]{end}files = [{globs}]{end}rules = {{ {name} = \"off\" }}{end}")),
            ),
        }
        edits
    }

    /// True for an override that turns the rule off and does nothing else, for globs that take nothing back.
    fn turns_off_alone(&self, known: &Override) -> bool {
        let is_off = match &known.rules[..] {
            [rule] => self.names.contains(&&*rule.name) && rule.level == Some(Level::Off) && rule.options.is_empty(),
            _ => false,
        };
        is_off && known.files.iter().all(|(glob, _)| !glob.starts_with('!'))
    }

    /// Adds a glob behind the last one of a list, on a line of its own if that one has it.
    fn behind_glob(&self, last: Span, glob: &str) -> SettingsEdit {
        let before = &self.text[..last.start as usize];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let is_alone = line.len() < before.len() && line.trim().is_empty();
        let space = if is_alone { format!("{}{line}", self.line_end) } else { " ".to_owned() };
        SettingsEdit::new(Span::empty(last.end), format!(",{space}{}", string(glob)))
    }

    /// Adds an assignment to an inline table.
    fn in_braces(table: &Value, assignment: &str) -> SettingsEdit {
        match table.as_map().and_then(|entries| entries.iter().map(|entry| entry.value.span.end).max()) {
            Some(last) => SettingsEdit::new(Span::empty(last), format!(", {assignment}")),
            None => SettingsEdit::new(table.span, format!("{{ {assignment} }}")),
        }
    }

    /// Adds a table at the end of the text.
    fn at_end(&self, table: &str) -> SettingsEdit {
        let at = self.text.len() as u32;
        let end = self.line_end;
        let gap = match self.text.trim_start_matches('\u{FEFF}') {
            text if text.trim().is_empty() => String::new(),
            text if text.ends_with(LINE_ENDS) => end.to_owned(),
            _ => format!("{end}{end}"),
        };
        SettingsEdit::new(Span::empty(at), format!("{gap}{table}"))
    }

    fn form(&self, table: &Value) -> TableForm {
        let text = &self.text[table.span.range()];
        match (&table.data, text.as_bytes().first()) {
            (Data::Map(_), Some(b'[')) => TableForm::Header,
            (Data::Map(_), Some(b'{')) => TableForm::Inline,
            (Data::Map(_), _) => TableForm::Dotted,
            _ => TableForm::Inline,
        }
    }

    /// The end of the line of a byte, before the characters that end it.
    fn end_of_line(&self, at: u32) -> u32 {
        let rest = &self.text[at as usize..];
        at + rest.find(LINE_ENDS).unwrap_or(rest.len()) as u32
    }
}

/// The form in which a table is written; a value that is no table is like an inline one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableForm {
    /// `rules = { … }`
    Inline,
    /// `[rules]`
    Header,
    /// `rules.id = …`
    Dotted,
}

/// A name as a key: in quotes where it has other characters than a bare key.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { name.to_owned() } else { string(name) }
}

/// A string in quotes.
fn string(text: &str) -> String {
    if !text.contains(['"', '\\']) && !text.contains(char::is_control) {
        return format!("\"{text}\"");
    }
    if !text.contains('\'') && !text.contains(char::is_control) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the text after the best edit.
    #[track_caller]
    fn check(text: &str, files: Option<&str>, expected: &str) {
        let globs = files.map(globs_of_file);
        let edits = turn_off(text, &["no-a", "pack/no-a"], globs.as_deref());
        let edited = edits.first().map_or_else(|| "none".to_owned(), |edit| edit.applied(text));
        assert_eq!(edited, expected, "{text}");
        for edit in &edits {
            let edited = edit.applied(text);
            let (_, mistakes) = Settings::read("lawbook.toml", edited.as_str());
            assert!(mistakes.is_empty(), "{edited}: {mistakes:?}");
        }
        if !edits.is_empty() && text.contains('\n') {
            let crlf = text.replace('\n', "\r\n");
            let edits = turn_off(&crlf, &["no-a", "pack/no-a"], globs.as_deref());
            assert_eq!(edits[0].applied(&crlf), expected.replace('\n', "\r\n"));
        }
    }

    #[test]
    fn a_rule_is_turned_off_for_all_files() {
        check("", None, "[rules]\nno-a = \"off\"\n");
        check("root = true", None, "root = true\n\n[rules]\nno-a = \"off\"\n");
        check(
            "[rules]\nno-b = \"off\" # b\n\n# c\n[files]\n",
            None,
            "[rules]\nno-b = \"off\" # b\nno-a = \"off\"\n\n# c\n[files]\n",
        );
        check("[rules] # r\n\n[files]\n", None, "[rules] # r\nno-a = \"off\"\n\n[files]\n");
        check("[rules]\nno-a = 'error' # why\n", None, "[rules]\nno-a = \"off\" # why\n");
        check("[rules]\n\"pack/no-a\" = 'error'\n", None, "[rules]\n\"pack/no-a\" = \"off\"\n");
        let over = "\n[[overrides]]\nfiles = [\"**\"]\nrules = { no-a = \"off\" }\n";
        check("[rules]\nno-a = \"off\"\n", None, &format!("[rules]\nno-a = \"off\"\n{over}"));
        check(
            "[rules]\nno-a = { level = \"error\", max = 1 }\n",
            None,
            "[rules]\nno-a = { level = \"off\", max = 1 }\n",
        );
        check("[rules]\nno-a = { max = 1 }\n", None, "[rules]\nno-a = { level = \"off\", max = 1 }\n");
        check("[rules.no-a]\nmax = 1\n", None, "[rules.no-a]\nlevel = \"off\"\nmax = 1\n");
        check("[rules.no-b]\nmax = 1\n", None, "[rules.no-b]\nmax = 1\n\n[rules]\nno-a = \"off\"\n");
        check(
            "[rules]\nno-c = \"off\"\n[rules.no-b]\nmax = 1\n",
            None,
            "[rules]\nno-c = \"off\"\nno-a = \"off\"\n[rules.no-b]\nmax = 1\n",
        );
        check("rules = {}\n", None, "rules = { no-a = \"off\" }\n");
        check("rules = { no-b = \"off\" }\n", None, "rules = { no-b = \"off\", no-a = \"off\" }\n");
        check("rules.no-b = \"off\"\n", None, "rules.no-b = \"off\"\nrules.no-a = \"off\"\n");
        check("rules = [\n", None, "none");
    }

    #[test]
    fn a_rule_is_turned_off_for_a_file() {
        let block = "[[overrides]]\nfiles = [\"src/a.ts\"]\nrules = { no-a = \"off\" }\n";
        check("", Some("src/a.ts"), block);
        check("[rules]\n", Some("src/a.ts"), &format!("[rules]\n\n{block}"));
        check(block, Some("src/a.ts"), &block.replace("\"]", "\", \"src/a.ts\"]"));
        check(block, Some("src/b.ts"), &block.replace("\"]", "\", \"src/b.ts\"]"));
        let lines = "[[overrides]]\nfiles = [\n  \"src/a.ts\", # a\n]\n[overrides.rules]\nno-a = \"off\"\n";
        check(lines, Some("src/b.ts"), &lines.replace("\"src/a.ts\"", "\"src/a.ts\",\n  \"src/b.ts\""));
        let other = block.replace("no-a", "no-b");
        check(&other, Some("src/a.ts"), &other.replace(" }", ", no-a = \"off\" }"));
        let warning = block.replace("off", "warning");
        check(&warning, Some("src/a.ts"), block);
        check(&other, Some("src/b.ts"), &format!("{other}\n{}", block.replace("a.ts", "b.ts")));
        check(
            "overrides = []\n",
            Some("src/a.ts"),
            "overrides = [{ files = [\"src/a.ts\"], rules = { no-a = \"off\" } }]\n",
        );
    }

    #[test]
    fn a_glob_names_one_file_alone() {
        assert_eq!(globs_of_file("app/[id]/page.tsx"), ["app/\\[id\\]/page.tsx"]);
        assert_eq!(globs_of_file("a.ts"), ["a.ts", "!*/**"]);
        assert_eq!(globs_of_folder("src/{x}"), ["src/\\{x\\}/**"]);
        let block = "[[overrides]]\nfiles = ['app/\\[id\\]/page.tsx']\nrules = { no-a = \"off\" }\n";
        check("", Some("app/[id]/page.tsx"), block);
        let root = "[[overrides]]\nfiles = [\"a.ts\", \"!*/**\"]\nrules = { no-a = \"off\" }\n";
        check("", Some("a.ts"), root);
        check(root, Some("b.ts"), &format!("{root}\n{}", root.replace("a.ts", "b.ts")));
    }
}
