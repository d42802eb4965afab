//! Each cargo feature of the core by itself: a program that embeds it with one language must build.

use std::process::Command;

use serde_json::Value;

use crate::places::Places;

/// Checks the core without features and with each single one; warnings count as errors.
///
/// # Errors
/// Cargo's words for the first one that does not build.
pub fn check(places: &Places) -> Result<(), String> {
    let mut alone = features(places)?;
    alone.push(String::new());
    for feature in alone {
        let arguments =
            ["check", "--package", "lawbook-core", "--lib", "--no-default-features", "--features", &feature];
        let output = Command::new("cargo")
            .args(arguments)
            .env("RUSTFLAGS", "-Dwarnings")
            .env("CARGO_TARGET_DIR", places.root().join("target/features"))
            .current_dir(places.root())
            .output()
            .map_err(|error| format!("cargo cannot be started: {error}"))?;
        if !output.status.success() {
            return Err(format!("with `{feature}` alone: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(())
}

/// The features of the core, without the one that names the usual ones.
fn features(places: &Places) -> Result<Vec<String>, String> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(places.root())
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("no metadata: {error}"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let core = packages.into_iter().find(|package| package["name"] == "lawbook-core").ok_or("there is no core")?;
    let names = core["features"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let names: Vec<String> = names.filter(|name| name != "default").collect();
    if names.is_empty() { Err("the core has no features".to_owned()) } else { Ok(names) }
}
