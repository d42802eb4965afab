//! The packages for npm: the main one, which starts the program, and that of a platform, which holds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use super::facts::PackageFacts;
use super::targets::{self, DistTarget};
use crate::npm;
use crate::places::WorkspaceFolders;

/// What starts the program, in the folder `packaging/npm` and in the main package.
const STARTER: &str = "lawbook.js";

/// The oldest Node.js that the starter runs with.
const NODE: &str = ">=18";

/// Writes both packages as archives into a folder and returns their paths.
pub fn write(
    places: &WorkspaceFolders,
    target: &DistTarget,
    facts: &PackageFacts,
    program: &Path,
    out: &Path,
) -> Result<Vec<PathBuf>, String> {
    let place = places.e2e().join("npm-packages");
    let _ = fs::remove_dir_all(&place);
    let main = LaidOutPackage { folder: place.join("main"), manifest: main_manifest(facts) };
    main.lay(&[
        (&places.root().join("packaging/npm").join(STARTER), STARTER),
        (&places.root().join("README.md"), "README.md"),
        (&places.root().join("LICENSE-APACHE"), "LICENSE-APACHE"),
        (&places.root().join("LICENSE-MIT"), "LICENSE-MIT"),
    ])?;
    let platform = LaidOutPackage { folder: place.join("platform"), manifest: platform_manifest(target, facts) };
    platform.lay(&[
        (program, target.program()),
        (&places.root().join("LICENSE-APACHE"), "LICENSE-APACHE"),
        (&places.root().join("LICENSE-MIT"), "LICENSE-MIT"),
    ])?;
    [main, platform].into_iter().map(|package| package.pack(out)).collect()
}

/// A package that is laid out in a folder.
struct LaidOutPackage {
    folder: PathBuf,
    manifest: Value,
}

impl LaidOutPackage {
    /// Writes its manifest and copies its files, with their modes.
    fn lay(&self, files: &[(&Path, &str)]) -> Result<(), String> {
        let failed = |path: &Path, error| format!("{}: {error}", path.display());
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        for (from, name) in files {
            fs::copy(from, self.folder.join(name)).map_err(|error| failed(from, error))?;
        }
        let path = self.folder.join("package.json");
        fs::write(&path, format!("{:#}\n", self.manifest)).map_err(|error| failed(&path, error))
    }

    /// Packs it and returns the archive.
    fn pack(&self, out: &Path) -> Result<PathBuf, String> {
        let mut npm = Command::new(npm::NPM);
        npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(out);
        let output = npm.current_dir(&self.folder).stdin(Stdio::null()).output();
        let output =
            output.map_err(|error| format!("npm could not be started (Node.js with npm is needed): {error}"))?;
        if !output.status.success() {
            return Err(format!("npm pack failed\n{}", String::from_utf8_lossy(&output.stderr).trim_end()));
        }
        // It prints the archive's name.
        let printed = String::from_utf8_lossy(&output.stdout);
        let archive = out.join(printed.lines().last().unwrap_or_default().trim());
        if archive.is_file() { Ok(archive) } else { Err(format!("npm pack left no {}", archive.display())) }
    }
}

fn main_manifest(facts: &PackageFacts) -> Value {
    let platforms: Map<String, Value> =
        targets::ALL.iter().map(|target| (target.package(), facts.version.clone().into())).collect();
    json!({
        "name": "lawbook",
        "version": facts.version,
        "description": facts.description,
        "license": facts.license,
        "homepage": facts.repository,
        "repository": { "type": "git", "url": format!("git+{}.git", facts.repository) },
        "bin": { "lawbook": STARTER },
        "engines": { "node": NODE },
        "optionalDependencies": platforms,
    })
}

fn platform_manifest(target: &DistTarget, facts: &PackageFacts) -> Value {
    let mut manifest = json!({
        "name": target.package(),
        "version": facts.version,
        "description": format!("The program of the package lawbook for {}", target.triple),
        "license": facts.license,
        "homepage": facts.repository,
        "repository": { "type": "git", "url": format!("git+{}.git", facts.repository) },
        "os": [target.npm.os],
        "cpu": [target.npm.cpu],
        // A program cannot be run from inside of an archive.
        "preferUnplugged": true,
    });
    if let (Some(libc), Some(map)) = (target.npm.libc, manifest.as_object_mut()) {
        map.insert("libc".to_owned(), json!([libc]));
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_package_asks_for_its_own_version_of_each_platform() {
        let facts: PackageFacts = serde_json::from_value(json!({
            "name": "lawbook", "version": "1.2.3", "description": "", "license": "MIT", "repository": "https://example.invalid/a/b",
        }))
        .unwrap();
        let main = main_manifest(&facts);
        let wanted = main["optionalDependencies"].as_object().unwrap();
        for target in &targets::ALL {
            assert_eq!(wanted[&target.package()], platform_manifest(target, &facts)["version"]);
        }
        assert_eq!(wanted.len(), targets::ALL.len());
        assert_eq!(main["repository"]["url"], "git+https://example.invalid/a/b.git");
        assert!(main.get("scripts").is_none());
    }
}
