//! The extension for VS Code has the version and the settings that the project has.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lawbook_core::language;
use serde_json::Value;

/// The languages of VS Code, each with the extensions of files that lawbook reads as code.
const LANGUAGES_OF_VSCODE: [(&str, &[&str]); 6] = [
    ("javascript", &["js", "mjs", "cjs"]),
    ("javascriptreact", &["jsx"]),
    ("python", &["py", "pyi", "pyw"]),
    ("rust", &["rs"]),
    ("typescript", &["ts", "mts", "cts"]),
    ("typescriptreact", &["tsx"]),
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)).unwrap()
}

fn manifest() -> Value {
    serde_json::from_str(&read("editors/vscode/package.json")).unwrap()
}

#[test]
fn its_version_and_address_are_those_of_the_workspace() {
    let manifest = manifest();
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["license"], env!("CARGO_PKG_LICENSE"));
    assert_eq!(manifest["repository"]["url"], env!("CARGO_PKG_REPOSITORY"));
    let lock: Value = serde_json::from_str(&read("editors/vscode/package-lock.json")).unwrap();
    assert_eq!(lock["version"], manifest["version"]);
    assert_eq!(lock["packages"][""]["version"], manifest["version"]);
}

#[test]
fn its_lock_file_names_no_registry() {
    assert!(
        !read("editors/vscode/package-lock.json").contains("\"resolved\""),
        "npm config omit-lockfile-registry-resolved"
    );
}

#[test]
fn it_starts_with_the_languages_that_are_read() {
    let extensions: BTreeSet<&str> = language::dialects().flat_map(|dialect| dialect.extensions).copied().collect();
    let known: BTreeSet<&str> = LANGUAGES_OF_VSCODE.iter().flat_map(|(_, extensions)| *extensions).copied().collect();
    assert_eq!(extensions, known, "a row of LANGUAGES_OF_VSCODE and an `onLanguage` for each");
    let manifest = manifest();
    let events: Vec<&str> = manifest["activationEvents"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for (language, _) in LANGUAGES_OF_VSCODE {
        assert!(events.contains(&format!("onLanguage:{language}").as_str()), "{language}");
    }
}

#[test]
fn its_settings_are_documented_with_their_defaults() {
    let document = read("docs/editors.md");
    let manifest = manifest();
    for (name, setting) in manifest["contributes"]["configuration"]["properties"].as_object().unwrap() {
        let row = format!("| `{name}` | `{}` |", setting["default"]);
        assert!(document.contains(&row), "docs/editors.md has no row that starts with {row}");
    }
}
