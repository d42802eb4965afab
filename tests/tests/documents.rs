//! The documents of the project are true: what can be compared with the code is compared here.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::diagnostic::Severity;
use lawbook_core::language::{self, limits};
use lawbook_core::prelude::Lawbook;
use lawbook_core::rule::engine_ids;
use lawbook_core::rule::page::Claims;
use lawbook_core::settings::{Level, Preset, Settings, default_examples, default_tests};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Asserts that a document has each of these words between backticks.
#[track_caller]
fn check_words<'w>(document: &str, words: impl IntoIterator<Item = &'w str>) {
    let text = read(document);
    let quoted: BTreeSet<&str> = text.split('`').skip(1).step_by(2).collect();
    let missing: Vec<&str> = words.into_iter().filter(|word| !quoted.contains(word)).collect();
    assert_eq!(missing, [""; 0], "{document}");
}

/// The tables of `configuration.md`: the header in TOML that stands in a heading, and the keys of the first column.
fn documented_keys(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut tables: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            let header = heading.split('`').nth(1).unwrap_or_default();
            tables.push((header.to_owned(), BTreeSet::new()));
        } else if let Some(cell) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            tables.last_mut().unwrap().1.insert(cell.trim_matches(['[', ']']).to_owned());
        }
    }
    tables.retain(|(_, keys)| !keys.is_empty());
    tables
}

/// The keys that a table of `lawbook.toml` may have, as the parser lists them when it meets an unknown one.
fn accepted_keys(header: &str) -> BTreeSet<String> {
    let text = format!("{header}\nno-such-key = 1\n");
    let mistakes = Settings::parse("lawbook.toml", text).unwrap_err();
    let unknown = mistakes.iter().find(|mistake| mistake.message == "unknown key `no-such-key`").unwrap();
    unknown.expected.iter().cloned().collect()
}

#[test]
fn every_key_of_the_configuration_is_documented() {
    let tables = documented_keys(&read("docs/design/configuration.md"));
    let headers: Vec<&str> = tables.iter().map(|(header, _)| header.as_str()).collect();
    assert_eq!(
        headers,
        ["", "[files]", "[[overrides]]", "[law]", "[suppressions]", "[[suppressions.budgets]]", "[[protected]]"]
    );
    for (header, keys) in &tables {
        assert_eq!(*keys, accepted_keys(header), "{header}");
    }
    check_words("docs/design/configuration.md", default_tests().chain(default_examples()));
    let levels: Vec<String> = Level::NAMES.iter().map(|name| format!("\"{name}\"")).collect();
    check_words("docs/design/configuration.md", levels.iter().map(String::as_str));
}

#[test]
fn the_examples_of_the_configuration_are_right() {
    let text = read("docs/design/configuration.md");
    let examples: Vec<&str> = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 5, "{examples:?}");
    for example in examples {
        assert_eq!(Settings::parse("lawbook.toml", example).err(), None, "{example}");
    }
}

/// The names of all properties in a JSON schema, and the words that its strings may be.
fn schema_words(schema: &Value, words: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        words.extend(properties.keys().cloned());
    }
    words.extend(schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    match schema {
        Value::Object(parts) => parts.values().for_each(|part| schema_words(part, words)),
        Value::Array(parts) => parts.iter().for_each(|part| schema_words(part, words)),
        _ => {}
    }
}

#[test]
fn every_field_of_the_reports_is_documented() {
    for (schema, document) in [
        ("report", "docs/design/report.md"),
        ("mistakes", "docs/design/report.md"),
        ("suppressions", "docs/design/report.md"),
        ("doctor", "docs/setup.md"),
    ] {
        let mut words = BTreeSet::new();
        let schema = read(&format!("crates/cli/schema/{schema}-v1.json"));
        schema_words(&serde_json::from_str(&schema).unwrap(), &mut words);
        assert!(words.len() > 5, "{words:?}");
        check_words(document, words.iter().map(String::as_str));
    }
}

#[test]
fn every_finding_of_the_engine_is_documented_with_its_level() {
    let text = read("docs/design/report.md");
    let pack = lawbook_rulesets::pack();
    for id in engine_ids::ALL {
        let entry = pack.pages.iter().find(|entry| *entry.id == **id).unwrap();
        let level = entry.page().severity.map_or("off", Severity::name);
        let row = format!("| `{id}` | {level} | ");
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn languages_and_limits_are_documented() {
    check_words("docs/design/tree.md", language::all().iter().map(|language| language.name()));
    let text = read("docs/design/tree.md");
    let row = |nesting: u32, chain: u32| format!(" | {} | {} | ", thousands(nesting), thousands(chain));
    let strict = row(limits::MAX_STRICT_NESTING, limits::MAX_STRICT_CHAIN);
    let tolerant = row(limits::MAX_TOLERANT_NESTING, limits::MAX_TOLERANT_CHAIN);
    assert!(text.contains(&strict), "{strict}");
    assert!(text.contains(&tolerant), "{tolerant}");
}

/// A number with a comma before its last three digits.
fn thousands(number: u32) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// The anchors of the headings of a document, as Git forges make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut is_in_block = false;
    let mut anchors = BTreeSet::new();
    for line in text.lines() {
        is_in_block ^= line.starts_with("```") || line.starts_with("~~~");
        if let Some(title) =
            line.trim_start_matches('#').strip_prefix(' ').filter(|_| !is_in_block && line.starts_with('#'))
        {
            let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            anchors.insert(kept.collect::<String>().to_lowercase().replace(' ', "-"));
        }
    }
    anchors
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut links = 0;
    for folder in ["", "docs", "docs/design"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if link.contains("://") {
                    continue;
                }
                links += 1;
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
                assert!(target.exists(), "{} links to {link}", path.display());
                if !anchor.is_empty() {
                    let anchors = anchors(&fs::read_to_string(&target).unwrap());
                    assert!(anchors.contains(anchor), "{} links to {link}; there are {anchors:?}", path.display());
                }
            }
        }
    }
    assert!(links > 10, "{links}");
}

#[test]
fn every_built_in_rule_is_in_the_table_with_its_languages_and_its_preset() {
    let text = read("README.md");
    let pack = lawbook_rulesets::pack();
    for entry in pack.pages.iter().filter(|entry| !engine_ids::ALL.contains(&&*entry.id)) {
        let page = entry.page();
        let languages = match &page.claims {
            Claims::All => "all".to_owned(),
            Claims::Dialects(_) => {
                let line = page.text.lines().find_map(|line| line.strip_prefix("languages: ")).unwrap();
                line.trim_matches(['[', ']']).to_owned()
            }
        };
        let level = |preset: &Preset| {
            let rule = preset.rules.iter().find(|rule| *rule.name == *entry.id)?;
            let level = rule.level.and_then(Level::severity)?;
            Some(format!("{} in `{}`", level.name(), preset.name))
        };
        let preset = pack.presets.iter().find_map(level).unwrap_or_else(|| "in no preset".to_owned());
        let row = format!("| `{}` | {languages} | {preset} |\n", entry.id);
        assert!(text.contains(&row), "README.md lacks {row}");
    }
}

#[test]
fn the_label_of_the_pages_documentation_is_taken() {
    let text = read("docs/design/rule-page.md");
    let row = text.lines().find(|line| line.starts_with("| `labels` |")).unwrap();
    let example = row.rsplit('`').nth(1).unwrap();
    let page = format!(
        "---\nsummary: No eval.\nlanguages: [typescript]\nseverity: error\nrule: {{ pattern: eval($NAME) }}\nlabels: \
         {{ {example} }}\n---\nWhy.\n"
    );
    let lawbook = Lawbook::builder().page("no-eval", page).build().unwrap();
    let found = lawbook.check("a.ts", "eval(a)\n");
    assert_eq!(&*found[0].related[0].message, "declared here");
}
