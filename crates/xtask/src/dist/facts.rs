//! What packages say of lawbook, from the manifest of its crate.

use serde::Deserialize;
use serde_json::Value;

use crate::places::WorkspaceFolders;

/// The crate whose program is given to users.
const CRATE: &str = "lawbook";

/// What every package says.
#[derive(Debug, Deserialize)]
pub struct PackageFacts {
    name: String,
    /// The version.
    pub version: String,
    /// The sentence that describes it.
    pub description: String,
    /// The licence, as SPDX writes it.
    pub license: String,
    /// The address of the repository.
    pub repository: String,
}

#[derive(Deserialize)]
struct FactsOfCargo {
    packages: Vec<PackageFacts>,
}

/// Reads what the manifest says.
pub fn read(places: &WorkspaceFolders) -> Result<PackageFacts, String> {
    let mut cargo = places.cargo();
    cargo.args(["metadata", "--format-version", "1", "--no-deps", "--locked"]);
    let output = cargo.output().map_err(|error| format!("cargo could not be started: {error}"))?;
    let failed = |error| format!("the metadata of {CRATE}: {error}\n{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).map_err(failed)?;
    // Crates that are not published have no description.
    if let Some(packages) = metadata.get_mut("packages").and_then(Value::as_array_mut) {
        packages.retain(|package| package.get("name").and_then(Value::as_str) == Some(CRATE));
    }
    let metadata: FactsOfCargo = serde_json::from_value(metadata).map_err(failed)?;
    let found = metadata.packages.into_iter().find(|package| package.name == CRATE);
    found.ok_or_else(|| format!("the workspace has no crate {CRATE}"))
}
