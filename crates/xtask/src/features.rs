//! The core with one language alone, which daily work never builds and an embedding program may.

use std::fs;

use lawbook_core::data::toml;

use crate::places::WorkspaceFolders;

/// Keeps the core's tests from asking for all languages.
const ONE_LANGUAGE: &str = "--cfg lawbook_one_language";

/// The feature of the core that turns every language on: its list names the features of the languages.
const ALL: &str = "all-languages";

/// Checks the core and its unit tests without a language, and checks and tests it with each language alone; warnings are
/// errors.
pub fn check(places: &WorkspaceFolders) -> Result<(), String> {
    check_with(places, "")?;
    for language in languages(places)? {
        check_with(places, &language)?;
        // Compiling takes longer than what the tests gain from being optimised.
        let unoptimised = "profile.dev.package.lawbook-core.opt-level=0";
        cargo(places, &["test", "--config", unoptimised, "--lib"], &language, &[])?;
    }
    Ok(())
}

fn check_with(places: &WorkspaceFolders, features: &str) -> Result<(), String> {
    // Not `--tests`: the examples need languages.
    for profile in ["dev", "test"] {
        cargo(places, &["clippy", "--lib", "--profile", profile], features, &["--", "-D", "warnings"])?;
    }
    Ok(())
}

/// Runs cargo for the core with these features alone.
fn cargo(places: &WorkspaceFolders, what: &[&str], features: &str, options: &[&str]) -> Result<(), String> {
    let mut command = places.cargo();
    command.args(what).args(["--quiet", "--package", "lawbook-core", "--no-default-features", "--features", features]);
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    command.env("RUSTFLAGS", format!("{flags} {ONE_LANGUAGE}"));
    let status = command.args(options).status().map_err(|error| format!("cargo could not be started: {error}"))?;
    let alone = if features.is_empty() { "no language" } else { features };
    if status.success() { Ok(()) } else { Err(format!("cargo {} of the core fails with {alone}", what[0])) }
}

/// The features of the core that are a language each.
fn languages(places: &WorkspaceFolders) -> Result<Vec<String>, String> {
    let path = places.root().join("crates/core/Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let manifest = toml::parse(&text, 0).map_err(|error| format!("{}: {}", path.display(), error.message))?;
    let list = manifest.get("features").and_then(|features| features.get(ALL)?.as_list());
    let names = list.ok_or_else(|| format!("{} has no feature `{ALL}`", path.display()))?;
    Ok(names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_are_read_from_the_manifest() {
        let languages = languages(&WorkspaceFolders::find().unwrap()).unwrap();
        assert!(languages.len() >= 3 && languages.contains(&"rust".to_owned()), "{languages:?}");
    }
}
