//! The sources that tools and parsers are compared on: this workspace's own dependencies and pinned npm packages.
//!
//! The share is what every run of `cargo xtask e2e` reads; the full corpora are for `cargo xtask differential`.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::npm::{self, Package};
use crate::places::WorkspaceFolders;

/// Crates of the dependency tree whose `src` is the share.
const CRATES: [&str; 6] = ["clap_builder", "globset", "ignore", "regex-automata", "regex-syntax", "toml_edit"];

/// Crates of the dependency tree that hold scripts in Python.
const PYTHON_CRATES: [&str; 3] = ["blake3", "unicode-width", "walkdir"];

/// A pinned package, and its folders with source code that no tool has transformed.
struct Sources {
    package: Package,
    folders: &'static [&'static str],
}

/// The packages of the share.
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

/// More packages of the full corpora: applications with decorators and JSX, libraries of types, modern
/// and old JavaScript.
const MORE_PACKAGES: [Sources; 19] = [
    whole("@theia/core", "1.75.0", &["src"]),
    whole("@theia/debug", "1.75.0", &["src"]),
    whole("@theia/plugin-ext", "1.75.0", &["src"]),
    whole("@loopback/repository", "8.0.15", &["src"]),
    whole("@loopback/rest", "15.0.16", &["src"]),
    whole("@blueprintjs/core", "6.20.0", &["src"]),
    whole("@jupyterlab/apputils", "4.7.6", &["src"]),
    whole("@jupyterlab/notebook", "4.6.6", &["src"]),
    whole("@react-navigation/core", "7.23.0", &["src"]),
    whole("@shopify/react-native-skia", "2.14.0", &["src"]),
    whole("@tiptap/core", "3.34.0", &["src"]),
    whole("mobx", "7.1.3", &["src"]),
    whole("ol", "10.10.0", &["format", "geom", "interaction", "layer", "render", "renderer", "source", "style"]),
    whole("react-native-gesture-handler", "3.5.0", &["src"]),
    whole("react-native-reanimated", "4.7.1", &["src"]),
    whole("react-native-svg", "15.15.5", &["src"]),
    whole("three", "0.187.0", &["src", "examples/jsm"]),
    whole(
        "viem",
        "2.57.20",
        &["actions", "chains", "clients", "errors", "op-stack", "tempo", "types", "utils", "zksync"],
    ),
    whole("zod", "4.6.7", &["src"]),
];

/// Sources of a package of the full corpora.
const fn whole(name: &'static str, version: &'static str, folders: &'static [&'static str]) -> Sources {
    Sources { package: Package { name, version }, folders }
}

/// The npm packages' source folders, installed when missing.
pub fn npm_folders(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let prefix = places.e2e().join("corpus");
    let packages: Vec<Package> = PACKAGES.iter().map(|sources| sources.package).collect();
    npm::install(&prefix, &packages)?;
    let folders = PACKAGES.iter().flat_map(|sources| {
        let base = sources.package.folder(&prefix);
        sources.folders.iter().map(move |folder| base.join(folder))
    });
    folders.map(existing).collect()
}

/// The source folders of the share's crates, where cargo keeps them.
pub fn crate_folders(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let metadata = Metadata::of(places)?;
    CRATES.iter().map(|name| metadata.sources(name).and_then(existing)).collect()
}

/// The scripts in Python that crates of the dependency tree hold.
pub fn python_files(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let packages = Metadata::of(places)?.packages;
    let folders = packages.iter().filter(|package| PYTHON_CRATES.contains(&package.name.as_str()));
    let mut files = Vec::new();
    for folder in folders.filter_map(|package| package.manifest_path.parent()) {
        let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
        files.extend(
            walk.flatten().map(ignore::DirEntry::into_path).filter(|path| path.extension() == Some("py".as_ref())),
        );
    }
    if files.is_empty() {
        Err(format!("{} hold no Python: choose other crates", PYTHON_CRATES.join(", ")))
    } else {
        Ok(files)
    }
}

/// The folders of the full corpora, fetched when missing.
pub fn full(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let mut folders = every_crate(places)?;
    folders.extend(every_package(places)?);
    Ok(folders)
}

/// Every crate that the workspace depends on, on any platform.
fn every_crate(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let packages = Metadata::of(places)?.packages;
    let foreign = packages.iter().filter(|package| package.source.is_some());
    foreign.filter_map(|package| package.manifest_path.parent()).map(|folder| existing(folder.to_path_buf())).collect()
}

fn every_package(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let mut folders = npm_folders(places)?;
    let place = places.e2e().join("full-corpus");
    let packages: Vec<Package> = MORE_PACKAGES.iter().map(|sources| sources.package).collect();
    npm::unpack(&place, &packages)?;
    for Sources { package, folders: inner } in &MORE_PACKAGES {
        for folder in *inner {
            folders.push(existing(package.unpacked(&place).join(folder))?);
        }
    }
    Ok(folders)
}

/// The folders and sizes of the full corpora, by language.
#[expect(clippy::cast_precision_loss, reason = "megabytes are for people")]
pub fn describe(places: &WorkspaceFolders) -> Result<String, String> {
    let mut text = String::new();
    let parts =
        [("Rust", every_crate(places)?, &["rs"][..]), ("TypeScript and JavaScript", every_package(places)?, &SCRIPTS)];
    for (title, folders, extensions) in parts {
        let (mut files, mut bytes) = (0_usize, 0);
        for folder in &folders {
            let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
            for entry in walk.flatten() {
                let extension = entry.path().extension().and_then(OsStr::to_str).unwrap_or_default();
                if extensions.contains(&extension) && entry.file_type().is_some_and(|kind| kind.is_file()) {
                    files += 1;
                    bytes += entry.metadata().map_or(0, |data| data.len());
                }
            }
            let _ = writeln!(text, "  {}", folder.display());
        }
        let _ = writeln!(text, "{title}: {files} files, {:.1} MB in {} folders", bytes as f64 / 1e6, folders.len());
    }
    Ok(text)
}

/// The extensions of the TypeScript and JavaScript dialects.
const SCRIPTS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

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
    /// None for the members of the workspace.
    source: Option<String>,
    manifest_path: PathBuf,
}

impl Metadata {
    /// Runs `cargo metadata`, which fetches what is missing.
    fn of(places: &WorkspaceFolders) -> Result<Self, String> {
        let output = places
            .cargo()
            .args(["metadata", "--format-version", "1"])
            .output()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        if !output.status.success() {
            return Err(format!("cargo metadata failed\n{}", String::from_utf8_lossy(&output.stderr).trim_end()));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
    }

    fn sources(&self, name: &str) -> Result<PathBuf, String> {
        self.packages
            .iter()
            .find(|package| package.name == name)
            .and_then(|package| package.manifest_path.parent())
            .map(|folder: &Path| folder.join("src"))
            .ok_or_else(|| format!("the workspace no longer depends on {name}: choose another crate in corpus.rs"))
    }
}
