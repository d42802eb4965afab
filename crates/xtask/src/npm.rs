//! Pinned packages from npm, installed once into a folder of the target directory.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::places::WorkspaceFolders;

/// The ast-grep that parity is measured against.
const AST_GREP: Package = Package { name: "@ast-grep/cli", version: "0.51.1" };

/// The oxlint that speed is measured against.
const OXLINT: Package = Package { name: "oxlint", version: "1.94.0" };

/// The name of npm's program.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// One package at one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name on npm, scope included.
    pub name: &'static str,
    /// Its exact version.
    pub version: &'static str,
}

impl Package {
    /// Its folder below a prefix.
    pub fn folder(self, prefix: &Path) -> PathBuf {
        prefix.join("node_modules").join(self.name)
    }

    /// Its folder when it is unpacked alone.
    pub fn unpacked(self, place: &Path) -> PathBuf {
        place.join(self.name).join(self.version)
    }

    /// True if exactly this version is installed below a prefix.
    fn is_installed(self, prefix: &Path) -> bool {
        installed_version(&self.folder(prefix)).as_deref() == Some(self.version)
    }
}

/// The version in a package folder's `package.json`.
fn installed_version(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("package.json")).ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    value.get("version")?.as_str().map(str::to_owned)
}

/// Installs these packages, and nothing else, below the prefix; does nothing when they are installed.
///
/// Registry, proxy and certificates are those of the user's npm configuration; scripts of packages never run.
pub fn install(prefix: &Path, packages: &[Package]) -> Result<(), String> {
    if packages.iter().all(|package| package.is_installed(prefix)) {
        return Ok(());
    }
    fs::create_dir_all(prefix).map_err(|error| format!("{}: {error}", prefix.display()))?;
    let dependencies: BTreeMap<_, _> = packages.iter().map(|package| (package.name, package.version)).collect();
    let manifest = json!({ "private": true, "dependencies": dependencies });
    let path = prefix.join("package.json");
    fs::write(&path, format!("{manifest:#}\n")).map_err(|error| format!("{}: {error}", path.display()))?;

    let output = Command::new(NPM)
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--ignore-scripts"])
        .args(["--legacy-peer-deps", "--include=optional", "--fetch-retries=2"])
        .args(["--fetch-timeout=60000", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"])
        .arg("--prefix")
        .arg(prefix)
        .current_dir(prefix)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("npm could not be started (Node.js with npm is needed): {error}"))?;
    if !output.status.success() {
        return Err(format!("npm install failed{}", explain(&String::from_utf8_lossy(&output.stderr))));
    }
    match packages.iter().find(|package| !package.is_installed(prefix)) {
        None => Ok(()),
        Some(package) => Err(format!("npm install left no {}@{}", package.name, package.version)),
    }
}

/// Unpacks these packages below the place, each without its dependencies; does nothing for those that are there.
pub fn unpack(place: &Path, packages: &[Package]) -> Result<(), String> {
    let missing: Vec<&Package> = packages
        .iter()
        .filter(|package| installed_version(&package.unpacked(place)).as_deref() != Some(package.version))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    let output = Command::new(NPM)
        .args(["pack", "--silent", "--ignore-scripts", "--fetch-retries=2", "--fetch-timeout=60000"])
        .args(missing.iter().map(|package| format!("{}@{}", package.name, package.version)))
        .current_dir(place)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("npm could not be started (Node.js with npm is needed): {error}"))?;
    if !output.status.success() {
        return Err(format!("npm pack failed{}", explain(&String::from_utf8_lossy(&output.stderr))));
    }
    // It prints the archives' names in the order of the packages.
    let printed = String::from_utf8_lossy(&output.stdout);
    let archives: Vec<&str> = printed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if archives.len() != missing.len() {
        return Err(format!("npm pack made {} archives of {} packages", archives.len(), missing.len()));
    }
    for (package, archive) in missing.iter().zip(archives) {
        let (folder, archive) = (package.unpacked(place), place.join(archive));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let status = Command::new("tar")
            .arg("-xzf")
            .arg(&archive)
            .args(["--strip-components=1", "-C"])
            .arg(&folder)
            .stdin(Stdio::null())
            .status()
            .map_err(|error| format!("tar could not be started: {error}"))?;
        if !status.success() || installed_version(&folder).as_deref() != Some(package.version) {
            return Err(format!("{} holds no {}@{}", archive.display(), package.name, package.version));
        }
        fs::remove_file(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    }
    Ok(())
}

/// The output of npm, after a sentence when it means that the registry is out of reach.
fn explain(stderr: &str) -> String {
    let unreachable = ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH", "network"];
    let reason = if unreachable.iter().any(|code| stderr.contains(code)) {
        ": the package registry is out of reach"
    } else {
        ""
    };
    format!("{reason}\n{}", stderr.trim_end())
}

/// The pinned ast-grep's own binary, installed when missing.
pub fn ast_grep(places: &WorkspaceFolders) -> Result<PathBuf, String> {
    let prefix = places.e2e().join("tools");
    let platform = platform(env::consts::OS, env::consts::ARCH)
        .ok_or_else(|| format!("ast-grep ships no binary for {} on {}", env::consts::OS, env::consts::ARCH))?;
    let binary = prefix
        .join("node_modules")
        .join(format!("@ast-grep/cli-{platform}"))
        .join(format!("ast-grep{}", env::consts::EXE_SUFFIX));
    if AST_GREP.is_installed(&prefix) && !binary.is_file() {
        // Installed without its optional part: npm would see nothing to do.
        fs::remove_dir_all(AST_GREP.folder(&prefix)).map_err(|error| format!("{}: {error}", prefix.display()))?;
    }
    install(&prefix, &[AST_GREP])?;
    if binary.is_file() { Ok(binary) } else { Err(format!("npm install left no {}", binary.display())) }
}

/// The pinned oxlint's command, which needs Node.js, installed when missing.
pub fn oxlint(places: &WorkspaceFolders) -> Result<PathBuf, String> {
    let prefix = places.e2e().join("oxlint");
    install(&prefix, &[OXLINT])?;
    Ok(OXLINT.folder(&prefix).join("bin/oxlint"))
}

/// The platform in the names of ast-grep's binary packages.
fn platform(os: &str, arch: &str) -> Option<&'static str> {
    Some(match (os, arch) {
        ("linux", "x86_64") => "linux-x64-gnu",
        ("linux", "aarch64") => "linux-arm64-gnu",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        ("windows", "x86_64") => "win32-x64-msvc",
        ("windows", "aarch64") => "win32-arm64-msvc",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_version_is_not_installed_again() {
        let prefix = tempfile::tempdir().unwrap();
        let package = Package { name: "@scope/name", version: "1.2.3" };
        let folder = package.folder(prefix.path());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("package.json"), r#"{"version":"1.2.3"}"#).unwrap();
        assert!(install(prefix.path(), &[package]).is_ok());
        assert!(!prefix.path().join("package.json").exists());
        assert!(!Package { version: "1.2.4", ..package }.is_installed(prefix.path()));
    }

    #[test]
    fn a_registry_out_of_reach_is_named() {
        assert!(explain("npm error code ECONNREFUSED").starts_with(": the package registry is out of reach\n"));
        assert_eq!(explain("npm error code E404\n"), "\nnpm error code E404");
    }

    #[test]
    fn platforms_are_named_as_the_packages_are() {
        assert_eq!(platform("linux", "x86_64"), Some("linux-x64-gnu"));
        assert_eq!(platform("plan9", "x86_64"), None);
    }
}
