//! Reads `lawbook.toml` and presets: tables with closed sets of keys. All mistakes are collected.

mod law;
mod protected;
mod suppressions;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use crate::data::reader::{self, Table};
use crate::data::{Data, Entry, Value, toml};
use crate::glob;
use crate::lines::LineIndex;
use crate::mistake::{Mistake, Mistakes, unknown_name_help};
use crate::settings::{FileSettings, Level, Override, Preset, RuleSetting, Settings};
use crate::span::Span;

const SKIP_KINDS: &[(&str, ())] = &[("generated", ()), ("minified", ()), ("vendored", ())];

impl Settings {
    /// The place of a setting as `path:line`, for messages.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path, LineIndex::new(&self.text).line(span.start))
    }

    /// Parses the text of a `lawbook.toml`; `path` is the path for messages.
    ///
    /// # Errors
    /// All mistakes, each with its place.
    pub fn parse(path: &str, text: impl Into<Arc<str>>) -> Result<Self, Vec<Mistake>> {
        let (settings, mistakes) = Self::read(path, text);
        if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
    }

    /// Parses the text of a `lawbook.toml`. Returns the values without mistakes, and all mistakes.
    pub fn read(path: &str, text: impl Into<Arc<str>>) -> (Self, Vec<Mistake>) {
        let text = text.into();
        let (settings, mistakes) = read(
            path,
            &text,
            &["root", "extends", "files", "law", "suppressions", "protected", "rules", "overrides"],
            |table, mistakes| Self {
                path: Arc::from(path),
                text: text.clone(),
                root: table.get("root").is_some_and(|entry| ends_search(&entry.value, mistakes)),
                root_at: table.get("root").map(|entry| entry.key_span),
                extends_at: table.get("extends").map(|entry| entry.key_span),
                extends: table.get("extends").map(|entry| extends(&entry.value, mistakes)).unwrap_or_default(),
                files: table.get("files").map(|entry| files(&entry.value, mistakes)).unwrap_or_default(),
                law: table.get("law").map(|entry| law::read(&entry.value, mistakes)).unwrap_or_default(),
                suppressions: table
                    .get("suppressions")
                    .map(|e| suppressions::read(&e.value, mistakes))
                    .unwrap_or_default(),
                protected: table.get("protected").map(|e| protected::read(&e.value, mistakes)).unwrap_or_default(),
                rules: table.get("rules").map(|entry| rules(&entry.value, mistakes)).unwrap_or_default(),
                overrides: table.get("overrides").map(|entry| overrides(&entry.value, mistakes)).unwrap_or_default(),
            },
        );
        let nothing = || Self { path: Arc::from(path), text: text.clone(), ..Self::default() };
        (settings.unwrap_or_else(nothing), mistakes)
    }
}

impl Preset {
    /// Parses the text of a `presets/<name>.toml`; `path` is the path for messages.
    ///
    /// # Errors
    /// All mistakes, each with its place.
    pub fn parse(path: &str, name: &str, text: impl Into<Arc<str>>) -> Result<Self, Vec<Mistake>> {
        let preset = read(path, &text.into(), &["rules"], |table, mistakes| Self {
            name: Arc::from(name),
            rules: table.required("rules", mistakes).map(|e| rules(&e.value, mistakes)).unwrap_or_default(),
        });
        without_mistakes(preset)
    }
}

/// Parses a TOML text whose table may have `keys`. Returns the value that `make` builds from the table, none when the
/// text does not parse, and all mistakes.
pub(crate) fn read<T>(
    path: &str,
    text: &Arc<str>,
    keys: &[&str],
    make: impl FnOnce(&Table<'_>, &mut Mistakes) -> T,
) -> (Option<T>, Vec<Mistake>) {
    let mut mistakes = Mistakes::new(path, text.clone());
    let made = match toml::parse(text, 0) {
        Ok(value) => Table::open("the file", &value, keys, &mut mistakes).map(|table| make(&table, &mut mistakes)),
        Err(error) => {
            error.add_to(&mut mistakes);
            None
        }
    };
    (made, mistakes.into_vec())
}

/// The value that was read, if there are no mistakes.
pub(crate) fn without_mistakes<T>(read: (Option<T>, Vec<Mistake>)) -> Result<T, Vec<Mistake>> {
    match read {
        (Some(made), mistakes) if mistakes.is_empty() => Ok(made),
        (_, mistakes) => Err(mistakes),
    }
}

/// Reads `root`.
fn ends_search(value: &Value, mistakes: &mut Mistakes) -> bool {
    reader::boolean("root", value, mistakes).unwrap_or_default()
}

fn extends(value: &Value, mistakes: &mut Mistakes) -> Vec<(String, Span)> {
    let mut entries: Vec<(String, Span)> = Vec::new();
    for (name, span) in reader::strings("extends", value, mistakes) {
        if let Some((message, help)) = reason_outside_root(name) {
            mistakes.add_with_help(span, message, help);
        } else if entries.iter().any(|(known, _)| known == name) {
            mistakes.add_with_help(span, format!("`{name}` stands twice"), "keep one of them");
        } else {
            entries.push((name.to_owned(), span));
        }
    }
    entries
}

/// The message and help for an entry of `extends` that names something outside the root; none when it does not.
fn reason_outside_root(name: &str) -> Option<(String, &'static str)> {
    let inside = "a preset's name, or a folder below the root such as `./law`";
    if name.contains('\\') {
        return Some((format!("`{name}` is written with `\\`"), "paths are written with `/`"));
    }
    if name.contains('*') {
        return Some((
            format!("`{name}` is no folder: a `*` stands for nothing here"),
            "name the folder itself, such as `./law`",
        ));
    }
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || name.starts_with('~') || drive || (name.contains(':') && name.contains('/')) {
        return Some((format!("`{name}` lies outside the project"), inside));
    }
    None
}

/// True if an entry of `extends`, written in a folder that lies `depth` folders below the root, names something above the
/// root.
pub fn leaves_root(name: &str, depth: usize) -> bool {
    let mut depth = depth;
    !name.split('/').all(|part| {
        let next = match part {
            "" | "." => Some(depth),
            ".." => depth.checked_sub(1),
            _ => Some(depth + 1),
        };
        depth = next.unwrap_or_default();
        next.is_some()
    })
}

fn files(value: &Value, mistakes: &mut Mistakes) -> FileSettings {
    let mut settings = FileSettings::default();
    let keys = ["exclude", "tests", "examples", "skip", "fences"];
    let Some(table) = Table::open("files", value, &keys, mistakes) else { return settings };
    settings.given = keys.iter().filter_map(|key| Some((*key, table.get(key)?.key_span))).collect();
    if let Some(entry) = table.get("exclude") {
        settings.exclude = globs("exclude", &entry.value, mistakes);
    }
    if let Some(entry) = table.get("tests") {
        settings.tests = globs("tests", &entry.value, mistakes);
    }
    if let Some(entry) = table.get("examples") {
        settings.examples = globs("examples", &entry.value, mistakes);
    }
    if let Some(entry) = table.get("skip") {
        settings.skip.clear();
        if entry.value.as_list().is_none() {
            reader::expected("skip", "a list of strings", &entry.value, mistakes);
        }
        for item in entry.value.as_list().unwrap_or_default() {
            if reader::one_of("skip", item, SKIP_KINDS, mistakes).is_some() {
                settings.skip.push((item.as_str().unwrap_or_default().to_owned(), item.span));
            }
        }
    }
    if let Some(entry) = table.get("fences") {
        settings.fences = reader::boolean("fences", &entry.value, mistakes).unwrap_or_default();
    }
    settings
}

fn globs(what: &str, value: &Value, mistakes: &mut Mistakes) -> Vec<(String, Span)> {
    let mut globs = Vec::new();
    for (text, span) in reader::strings(what, value, mistakes) {
        match glob::check(text) {
            // The first glob of `exclude` may take back a default.
            Ok(()) if glob::takes_back(text) && globs.is_empty() && what != "exclude" => {
                let help = "write the glob that it takes something back from before it";
                mistakes.add_with_help(span, format!("the glob `{text}` takes nothing back"), help);
            }
            Ok(()) => globs.push((text.to_owned(), span)),
            Err(reason) => mistakes.add(span, format!("the glob `{text}` matches nothing: {reason}")),
        }
    }
    globs
}

/// Reads a list of globs that must not be empty.
fn some_globs(what: &str, value: &Value, mistakes: &mut Mistakes) -> Vec<(String, Span)> {
    if value.as_list().is_some_and(<[Value]>::is_empty) {
        let help = format!("name the files that it is about: `{what} = [\"src/**\"]`");
        mistakes.add_with_help(value.span, format!("{what}: expected at least one glob"), help);
    }
    globs(what, value, mistakes)
}

fn overrides(value: &Value, mistakes: &mut Mistakes) -> Vec<Override> {
    let mut overrides = Vec::new();
    let by_glob =
        value.as_map().and_then(|entries| entries.iter().find(|entry| !["files", "rules"].contains(&&*entry.key)));
    if let Some(entry) = by_glob.filter(|entry| entry.value.as_map().is_some()) {
        let help = format!(
            "write `[[overrides]]` above the keys of each: `files = [\"{}\"]` and `rules = {{ ID = \"off\" }}`",
            entry.key
        );
        mistakes.add_with_help(entry.key_span, "overrides: expected a list, found a mapping", help);
        return overrides;
    }
    for item in reader::list("overrides", value, mistakes).unwrap_or_default() {
        let excluding = ["exclude", "excludes", "excludedFiles", "ignores"];
        let of_file = ["extends", "root"];
        let refused: Vec<&str> = excluding.iter().chain(&of_file).copied().collect();
        let table = Table::open_with("overrides", item, &["files", "rules"], &refused, mistakes);
        let Some(table) = table else { continue };
        for entry in of_file.iter().filter_map(|key| table.get(key)) {
            let help = "it holds for a whole folder: write it above the first `[…]` of the file";
            mistakes.add_with_help(entry.key_span, format!("unknown key `{}`", entry.key), help);
        }
        for entry in excluding.iter().filter_map(|key| table.get(key)) {
            let help = "take files out of the list with `!`: `files = [\"src/**\", \"!src/gen/**\"]`";
            mistakes.add_with_help(entry.key_span, format!("unknown key `{}`", entry.key), help);
        }
        let files = table.required("files", mistakes);
        let files = files.map(|entry| some_globs("files", &entry.value, mistakes));
        if table.get("rules").is_none() && !table.is_misspelt("rules", mistakes) {
            let help = "write `[overrides.rules]` below it, and the rules below that";
            mistakes.add_with_help(table.span, "the key `rules` is missing", help);
        }
        let rules = table.get("rules").map(|entry| rules_of_override(&entry.value, mistakes));
        if let (Some(files), Some(rules)) = (files, rules) {
            overrides.push(Override { files, rules });
        }
    }
    overrides
}

fn rules_of_override(value: &Value, mistakes: &mut Mistakes) -> Vec<RuleSetting> {
    if matches!(value.data, Data::Map(_))
        || value.as_list().is_some_and(|items| items.iter().any(|item| item.as_map().is_some()))
    {
        return rules(value, mistakes);
    }
    let named = value.as_list().and_then(<[Value]>::first).and_then(Value::as_str).unwrap_or("ID");
    let help = format!("write `rules = {{ {named} = \"off\" }}`, with a level for each rule");
    mistakes.add_with_help(value.span, format!("rules: expected a mapping, found {}", value.describe()), help);
    Vec::new()
}

fn rules(value: &Value, mistakes: &mut Mistakes) -> Vec<RuleSetting> {
    let entries = reader::entries("rules", value, mistakes).unwrap_or_default();
    entries.iter().filter_map(|entry| rule(entry, mistakes)).collect()
}

/// The place of a key that belongs to another table and stands below the header `[rules]`, by the type of its value.
fn place_of_other_key(key: &str, value: &Value) -> Option<&'static str> {
    let is_list = value.as_list().is_some();
    let is_other = is_list || matches!(value.data, Data::Bool(_) | Data::Int(_));
    match key {
        "extends" if is_list || value.as_str().is_some() => Some("write it above the first `[…]` of the file"),
        "root" if is_other => Some("write it above the first `[…]` of the file"),
        "exclude" | "tests" | "examples" | "skip" | "fences" if is_other => Some("write it below the header `[files]`"),
        "files" if is_list => Some("write it below a header `[[overrides]]`"),
        "max" | "max_days" | "min_words" if is_other => Some("write it below the header `[suppressions]`"),
        _ => None,
    }
}

/// True for `id` and `pack/id`; the name of a pack may be a path.
fn is_rule_name(name: &str) -> bool {
    name.split('/').all(|part| !part.trim().is_empty())
}

/// Reads `id = "level"` or `id = { level, options… }`.
fn rule(entry: &Entry, mistakes: &mut Mistakes) -> Option<RuleSetting> {
    let name = entry.key.clone();
    let span = entry.key_span;
    if let Some(place) = place_of_other_key(&name, &entry.value) {
        mistakes.add_with_help(span, format!("`{name}` stands among the rules, below `[rules]`"), place);
        return None;
    }
    let is_level = Level::named(&name).is_some() || matches!(&*name, "warn" | "deny" | "allow" | "on");
    if is_level && entry.value.as_str().is_none() {
        let named = match &entry.value.data {
            Data::Map(entries) => entries.first().map(|entry| entry.key.clone()),
            Data::List(items) => items.first().and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        let level = if Level::named(&name).is_some() { &*name } else { "warning" };
        let help = format!("write `{} = \"{level}\"`, a line for each rule", named.as_deref().unwrap_or("ID"));
        mistakes.add_with_help(span, format!("`{name}` is a level, and here stand the ids of rules"), help);
        return None;
    }
    if !is_rule_name(&name) {
        mistakes.add(span, format!("`{name}` cannot name a rule: expected `id` or `pack/id`"));
        return None;
    }
    match &entry.value.data {
        Data::String(_) => {
            let level = level(&entry.value, mistakes)?;
            Some(RuleSetting { name, span, level: Some(level), options: Vec::new() })
        }
        Data::Map(entries) => {
            let set = entries.iter().find(|entry| entry.key == "level");
            let level = match set {
                Some(set) => Some(level(&set.value, mistakes)?),
                None => None,
            };
            let options = entries.iter().filter(|entry| entry.key != "level").cloned().collect();
            Some(RuleSetting { name, span, level, options })
        }
        _ => {
            let message = format!("{name}: expected a level or a table, found {}", entry.value.describe());
            let help = match entry.value.data {
                Data::Int(number) if number > 2 => {
                    format!("options stand in braces: `{name} = {{ level = \"warning\", OPTION = {number} }}`")
                }
                _ => format!("for example `{name} = \"error\"` or `{name} = {{ level = \"error\" }}`"),
            };
            mistakes.add_with_help(entry.value.span, message, help);
            None
        }
    }
}

fn level(value: &Value, mistakes: &mut Mistakes) -> Option<Level> {
    let Some(name) = value.as_str() else {
        let message = format!("level: expected a string, found {}", value.describe());
        let help = format!("expected one of: {}", Level::NAMES.join(", "));
        mistakes.add_with_help(value.span, message, help);
        return None;
    };
    let level = Level::named(name);
    if level.is_none() {
        let help = match name {
            "warn" => "did you mean `warning`?".to_owned(),
            "hint" | "note" => "did you mean `info`?".to_owned(),
            number if number.parse::<u32>().is_ok_and(|number| number > 2) => {
                format!("options stand in braces: `{{ level = \"warning\", OPTION = {number} }}`")
            }
            _ => unknown_name_help(name, Level::NAMES.iter().copied()),
        };
        mistakes.add_with_help(value.span, format!("unknown level `{name}`"), help);
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::settings::{default_examples, default_tests};

    fn check_mistakes(text: &str, expected: &[&str]) {
        let found = Settings::parse("lawbook.toml", Arc::from(text)).err().unwrap_or_default();
        let shown: Vec<String> = found.iter().map(|mistake| mistake.to_string().replace("lawbook.toml:", "")).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn settings_are_read_whole() {
        let text = "extends = [\"recommended\", \"./law\"]\n[files]\nexclude = [\"dist/**\"]\nskip = [\"minified\"]\n\
                    fences = true\n[rules]\nno-eval = \"off\"\n\"law/no-x\" = { level = \"warning\", max = 60 }\n\
                    y.names = [\"a\"]\n[[overrides]]\nfiles = [\"scripts/**\"]\nrules = { no-eval = \"error\" }\n";
        let settings = Settings::parse("lawbook.toml", Arc::from(text)).unwrap();
        assert_eq!(settings.extends.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["recommended", "./law"]);
        assert_eq!(&text[settings.extends[1].1.range()], "\"./law\"");
        assert_eq!((settings.files.exclude.len(), settings.files.skip.len()), (1, 1));
        assert!(settings.files.tests.iter().map(|(glob, _)| &**glob).eq(default_tests()));
        assert!(settings.files.examples.iter().map(|(glob, _)| &**glob).eq(default_examples()));
        assert!(settings.files.fences && !Settings::default().files.fences);
        let levels: Vec<_> = settings.rules.iter().map(|rule| (&*rule.name, rule.level, rule.options.len())).collect();
        let warning = Level::On(Severity::Warning);
        assert_eq!(levels, [("no-eval", Some(Level::Off), 0), ("law/no-x", Some(warning), 1), ("y", None, 1)]);
        assert_eq!(settings.overrides[0].rules[0].name, "no-eval");
        assert_eq!(settings.overrides[0].files[0].0, "scripts/**");
    }

    #[test]
    fn tables_are_closed() {
        check_mistakes("", &[]);
        check_mistakes(
            "rule = 1\n[files]\nexlude = []\n",
            &["1:1: unknown key `rule` (did you mean `rules`?)", "3:1: unknown key `exlude` (did you mean `exclude`?)"],
        );
        check_mistakes(
            "extends = \"recommended\"\nfiles = 1\nrules = []\noverrides = {}\n",
            &[
                "1:11: extends: expected a list of strings, found a string (put it in brackets: `[\"recommended\"]`)",
                "2:9: files: expected a mapping, found a whole number (write `[files]` with a `key = value` on each line below it, or `files = { key = value }`)",
                "3:9: rules: expected a mapping, found a list (write `[rules]` with a `key = value` on each line below it, or `rules = { key = value }`)",
                "4:13: overrides: expected a list, found a mapping (write `[[overrides]]` above the keys of each)",
            ],
        );
        check_mistakes(
            "[[overrides]]\nfiles = []\n[[overrides]]\nrule = {}\n",
            &[
                "2:9: files: expected at least one glob (name the files that it is about: `files = [\"src/**\"]`)",
                "1:1: the key `rules` is missing (write `[overrides.rules]` below it, and the rules below that)",
                "4:1: unknown key `rule` (did you mean `rules`?)",
                "3:1: the key `files` is missing",
            ],
        );
        check_mistakes("a = ", &["1:5: `a` has no value (write one after the `=`)"]);
    }

    #[test]
    fn values_are_checked() {
        check_mistakes(
            "[files]\nexclude = [\"/dist\"]\nskip = [\"generate\"]\nfences = 1\n",
            &[
                "2:12: the glob `/dist` matches nothing: paths here are relative and start without `/`: write `dist`",
                "3:9: unknown skip `generate` (did you mean `generated`?)",
                "4:10: fences: expected `true` or `false`, found a whole number (write `true`, without quotes)",
            ],
        );
        check_mistakes(
            "[rules]\na = \"warn\"\nb = true\nc = { level = 1 }\n\"x//z\" = \"off\"\nd = [\"error\"]\n",
            &[
                "2:5: unknown level `warn` (did you mean `warning`?)",
                "3:5: b: expected a level or a table, found a boolean (for example `b = \"error\"` or `b = { level = \"error\" }`)",
                "4:15: level: expected a string, found a whole number (expected one of: off, info, warning, error)",
                "5:1: `x//z` cannot name a rule: expected `id` or `pack/id`",
                "6:5: d: expected a level or a table, found a list (for example `d = \"error\"` or `d = { level = \"error\" }`)",
            ],
        );
    }

    #[test]
    fn nothing_outside_the_root_is_extended() {
        let help = "(a preset's name, or a folder below the root such as `./law`)";
        for (entry, reason) in [
            ("/etc", "lies outside the project"),
            ("~/law", "lies outside the project"),
            ("C:/law", "lies outside the project"),
            ("https://x.org/law", "lies outside the project"),
        ] {
            check_mistakes(&format!("extends = ['{entry}']"), &[&format!("1:12: `{entry}` {reason} {help}")]);
        }
        let above = ["../law", "./a/../../law", "./.."].map(|entry| (leaves_root(entry, 0), leaves_root(entry, 1)));
        assert_eq!(above, [(true, false); 3]);
        assert!(leaves_root("../../law", 1) && leaves_root("../../law/x/y", 1) && !leaves_root("./law", 0));
        check_mistakes(
            "extends = ['./a/../law', 'law/', 'law\\x', 'law/']",
            &[
                "1:34: `law\\x` is written with `\\` (paths are written with `/`)",
                "1:43: `law/` stands twice (keep one of them)",
            ],
        );
    }

    #[test]
    fn presets_have_rules_only() {
        let shown = |text: &str| match Preset::parse("p.toml", "p", Arc::from(text)) {
            Ok(preset) => vec![format!("{} {}", preset.name, preset.rules.len())],
            Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(shown("[rules]\na = \"error\"\n"), ["p 1"]);
        assert_eq!(
            shown("extends = []\n"),
            ["p.toml:1:1: unknown key `extends` (expected one of: rules)", "p.toml:1:1: the key `rules` is missing",]
        );
    }
}
