//! Tests whose folder only a setting of their runner names.

use lawbook_core::data::{Data, Value, toml};
use lawbook_core::glob::{GlobSyntax, PathGlobs};
use lawbook_core::settings::default_tests;
use lawbook_core::source::RelPath;

use super::languages::read_language;
use super::tools::package_json;
use crate::survey::Survey;

/// The settings of runners that name a folder or a glob: the file, and the keys that lead to it.
const NAMED_IN_TOML: &[(&str, &[&str])] =
    &[("pyproject.toml", &["tool", "pytest", "ini_options", "testpaths"]), ("pytest.toml", &["pytest", "testpaths"])];
const NAMED_IN_JSON: &[(&str, &[&str])] = &[
    ("spec/support/jasmine.json", &["spec_dir"]),
    (".jasmine.json", &["spec_dir"]),
    (".mocharc.json", &["spec"]),
    ("package.json", &["mocha", "spec"]),
    ("package.json", &["jest", "roots"]),
];

/// The keys by which programs of settings name the folder of tests.
const NAMED_IN_CODE: &[(&str, &str)] = &[("playwright.config.ts", "testDir"), ("playwright.config.js", "testDir")];

/// Globs of tests that such settings name and the usual globs leave out, at least in part.
pub(super) fn globs(survey: &Survey) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    for (path, keys) in NAMED_IN_TOML {
        let value = survey.text(path).and_then(|text| toml::parse(&text, 0).ok());
        let found = value.as_ref().and_then(|value| keys.iter().try_fold(value, |value, key| value.get(key)));
        named.extend(found.into_iter().flat_map(texts_of_toml));
    }
    for (path, keys) in NAMED_IN_JSON {
        let value = package_json(survey, path);
        let found = value.as_ref().and_then(|value| keys.iter().try_fold(value, |value, key| value.get(key)));
        named.extend(found.into_iter().flat_map(texts_of_json));
    }
    for (path, key) in NAMED_IN_CODE {
        named.extend(survey.text(path).and_then(|text| quoted_behind(&text, key)));
    }
    let Some(usual) = matcher(default_tests()) else { return Vec::new() };
    let mut globs: Vec<String> = Vec::new();
    for name in named {
        let Some(glob) = glob_of(&name) else { continue };
        let Some(matcher) = matcher([glob.as_str()]) else { continue };
        let files = survey.paths().iter().filter(|path| read_language(path).is_some());
        let is_new =
            files.map(|path| RelPath::new(path.as_str())).any(|path| matcher.matches(&path) && !usual.matches(&path));
        if is_new && !globs.contains(&glob) {
            globs.push(glob);
        }
    }
    globs
}

/// The glob for a folder or glob that a runner is given; `None` for the whole project and for what is outside.
fn glob_of(name: &str) -> Option<String> {
    let plain = name.trim_start_matches("./").trim_end_matches('/');
    let is_inside =
        !plain.is_empty() && !matches!(plain, "." | "**" | "src") && !plain.starts_with(['/', '!', '<', '~']);
    let is_plain = !plain.split('/').any(|part| part == "..") && !plain.contains(['\\', '(', '$']);
    if !is_inside || !is_plain {
        return None;
    }
    let is_folder = !plain.contains('*') && !plain.rsplit('/').next()?.contains('.');
    Some(if is_folder { format!("{plain}/**") } else { plain.to_owned() })
}

/// The matcher of globs as settings write them.
pub(super) fn matcher<'a>(globs: impl IntoIterator<Item = &'a str>) -> Option<PathGlobs> {
    PathGlobs::new(globs.into_iter().map(|glob| (glob, false)), GlobSyntax::Lawbook).ok()
}

fn texts_of_toml(value: &Value) -> Vec<String> {
    match &value.data {
        Data::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Data::List(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn texts_of_json(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(items) => items.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The text in quotes behind a key of a program: `testDir: "./checks"`.
fn quoted_behind(text: &str, key: &str) -> Option<String> {
    let rest = text.split(key).nth(1)?.trim_start().strip_prefix(':')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_globs_of_runners_become_globs() {
        let globs = ["./checks/", "spec", "a/*.check.ts", ".", "../x", "<rootDir>/a", "/abs", "test.ts"].map(glob_of);
        let expected =
            [Some("checks/**"), Some("spec/**"), Some("a/*.check.ts"), None, None, None, None, Some("test.ts")];
        assert_eq!(globs.each_ref().map(Option::as_deref), expected);
        assert_eq!(quoted_behind("x({ testDir: './e', y })", "testDir").as_deref(), Some("./e"));
        assert_eq!(quoted_behind("testDir: join(a)", "testDir"), None);
    }
}
