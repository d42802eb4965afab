//! The sources that both tools are run on: crates of this workspace's own dependencies and pinned npm packages.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::npm::{self, Package};
use crate::places::Places;

/// Crates of the dependency tree whose `src` is read.
const CRATES: [&str; 6] = ["clap_builder", "globset", "ignore", "regex-automata", "regex-syntax", "toml_edit"];

/// A pinned package and the folders of it that hold source as it was written.
struct Sources {
    package: Package,
    folders: &'static [&'static str],
}

const PACKAGES: [Sources; 9] = [
    Sources { package: Package { name: "rxjs", version: "7.8.1" }, folders: &["src"] },
    Sources { package: Package { name: "@reduxjs/toolkit", version: "2.2.7" }, folders: &["src"] },
    Sources { package: Package { name: "@tanstack/query-core", version: "5.59.0" }, folders: &["src"] },
    Sources { package: Package { name: "@tanstack/react-query", version: "5.59.0" }, folders: &["src"] },
    Sources { package: Package { name: "react-native-paper", version: "5.12.5" }, folders: &["src"] },
    Sources { package: Package { name: "@react-navigation/stack", version: "6.4.1" }, folders: &["src"] },
    Sources {
        package: Package { name: "preact", version: "10.24.0" },
        folders: &["src", "compat/src", "debug/src", "hooks/src", "test-utils/src"],
    },
    Sources { package: Package { name: "reactstrap", version: "9.2.2" }, folders: &["src"] },
    Sources { package: Package { name: "svelte", version: "4.2.19" }, folders: &["src"] },
];

/// The npm packages' source folders, installed when missing.
pub fn npm_folders(places: &Places) -> Result<Vec<PathBuf>, String> {
    let prefix = places.e2e().join("corpus");
    let packages: Vec<Package> = PACKAGES.iter().map(|sources| sources.package).collect();
    npm::install(&prefix, &packages)?;
    let folders = PACKAGES.iter().flat_map(|sources| {
        let base = sources.package.folder(&prefix);
        sources.folders.iter().map(move |folder| base.join(folder))
    });
    folders.map(existing).collect()
}

/// The crates' source folders, where cargo keeps them.
pub fn crate_folders(places: &Places) -> Result<Vec<PathBuf>, String> {
    let output = places
        .cargo()
        .args(["metadata", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed\n{}", String::from_utf8_lossy(&output.stderr).trim_end()));
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    CRATES.iter().map(|name| metadata.sources(name).and_then(existing)).collect()
}

fn existing(folder: PathBuf) -> Result<PathBuf, String> {
    if folder.is_dir() { Ok(folder) } else { Err(format!("{} holds no sources", folder.display())) }
}

/// The part of `cargo metadata` that is read.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    manifest_path: PathBuf,
}

impl Metadata {
    fn sources(&self, name: &str) -> Result<PathBuf, String> {
        self.packages
            .iter()
            .find(|package| package.name == name)
            .and_then(|package| package.manifest_path.parent())
            .map(|folder: &Path| folder.join("src"))
            .ok_or_else(|| format!("the workspace no longer depends on {name}: choose another crate in corpus.rs"))
    }
}
