//! The files that users of other editors copy name what the project has.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lawbook_core::language;
use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)).unwrap()
}

/// The extensions of all files that can have findings.
fn extensions() -> BTreeSet<String> {
    language::dialects_and_hosts().flat_map(|dialect| dialect.extensions).map(|&known| known.to_owned()).collect()
}

#[test]
fn the_template_for_jetbrains_names_every_extension() {
    let template: Value = serde_json::from_str(&read("editors/jetbrains/lawbook/template.json")).unwrap();
    let mappings = template["fileTypeMappings"].as_array().unwrap();
    let patterns = mappings.iter().flat_map(|mapping| mapping["fileType"]["patterns"].as_array().unwrap());
    let named: BTreeSet<&str> = patterns.filter_map(Value::as_str).collect();
    let mut wanted: BTreeSet<String> = extensions().iter().map(|extension| format!("*.{extension}")).collect();
    wanted.insert("lawbook.toml".to_owned());
    assert_eq!(named, wanted.iter().map(String::as_str).collect());
}

#[test]
fn the_package_for_emacs_names_every_extension() {
    let text = read("editors/emacs/lawbook.el");
    let list = text.split("(regexp-opt '(").nth(1).unwrap().split(')').next().unwrap();
    let named: BTreeSet<String> = list.split_whitespace().map(|name| name.trim_matches('"').to_owned()).collect();
    assert_eq!(named, extensions());
}

#[test]
fn the_extension_for_zed_has_the_version_and_the_address_of_the_workspace() {
    let manifest = read("editors/zed/extension.toml");
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(manifest.contains(&version), "{version}");
    assert!(manifest.contains(&format!("repository = \"{}\"", env!("CARGO_PKG_REPOSITORY"))));
    assert!(read("editors/zed/Cargo.toml").contains(&version), "{version}");
}

#[test]
fn the_files_are_those_that_the_document_names() {
    let text = read("docs/editors.md");
    for file in ["helix/languages.toml", "sublime/LanguageServers.sublime-settings", "kate/settings.json"] {
        assert!(text.contains(&format!("(../editors/{file})")), "{file}");
        assert!(read(&format!("editors/{file}")).contains("\"lawbook\""), "{file}");
    }
}

/// The rows of a table below a heading of `docs/editors.md`: the setting, and its default.
fn documented_settings(heading: &str) -> Vec<(String, String)> {
    let text = read("docs/editors.md");
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| {
        let (name, rest) = row.split_once("` | `")?;
        Some((name.to_owned(), rest.split('`').next()?.to_owned()))
    })
    .collect()
}

#[test]
fn the_settings_are_documented_with_their_defaults() {
    let manifest: Value = serde_json::from_str(&read("editors/vscode/package.json")).unwrap();
    let properties = manifest["contributes"]["configuration"]["properties"].as_object().unwrap();
    let of_vscode: Vec<(String, String)> =
        properties.iter().map(|(name, property)| (name.clone(), property["default"].to_string())).collect();
    let mut documented = documented_settings("VS Code");
    documented.sort();
    let mut wanted = of_vscode.clone();
    wanted.sort();
    assert_eq!(documented, wanted);

    // Those of the server are the same but for what is the client's own, and for a default that the client turns around.
    let of_server = documented_settings("Settings");
    let names: BTreeSet<String> = of_server.iter().map(|(name, _)| format!("lawbook.{name}")).collect();
    let clients_own = ["lawbook.path", "lawbook.trace.server"];
    let shared = of_vscode.iter().filter(|(name, _)| !clients_own.contains(&name.as_str()));
    assert_eq!(names, shared.clone().map(|(name, _)| name.clone()).collect());
    for (name, default) in shared.filter(|(name, _)| name != "lawbook.workspaceDiagnostics") {
        assert!(of_server.contains(&(name["lawbook.".len()..].to_owned(), default.clone())), "{name} = {default}");
    }
}
