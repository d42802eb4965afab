//! The direction of dependencies between the crates of the workspace, read from their manifests.

use std::fmt::Write as _;

use lawbook_core::data::{Value, toml};

/// The crates of the product by floor. Each depends only on crates of lower floors, in builds and in tests. All other
/// crates of the workspace stand outside: they may depend on any, and none depends on them.
pub(super) const FLOORS: &[&[&str]] = &[
    &["lawbook-core"],
    &["lawbook-rules", "lawbook-rulesets"],
    &["lawbook-workspace"],
    &["lawbook-lsp"],
    &["lawbook"],
];

/// The sections of a manifest that name dependencies.
const SECTIONS: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];

/// A crate with its dependencies.
#[derive(Debug)]
pub(super) struct Manifest {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

/// A dependency on a package, by the section that names it.
#[derive(Debug)]
pub(super) struct Dependency {
    pub package: String,
    pub section: &'static str,
}

/// The manifests of all members of the workspace, in its order; dependencies on other packages are left out.
pub(super) fn manifests(read: impl Fn(&str) -> Result<String, String>) -> Result<Vec<Manifest>, String> {
    let parse = |path: &str| {
        let text = read(path)?;
        toml::parse(&text, 0).map_err(|error| format!("{path}: {}", error.message))
    };
    let workspace = parse("Cargo.toml")?;
    let members = workspace.get("workspace").and_then(|workspace| workspace.get("members")).and_then(Value::as_list);
    let mut manifests = Vec::new();
    for member in members.ok_or("Cargo.toml: no `workspace.members`")? {
        let path = format!("{}/Cargo.toml", member.as_str().unwrap_or_default());
        let manifest = parse(&path)?;
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        let name = name.ok_or_else(|| format!("{path}: no `package.name`"))?.to_owned();
        manifests.push(Manifest { name, dependencies: dependencies(&manifest) });
    }
    let names: Vec<String> = manifests.iter().map(|manifest| manifest.name.clone()).collect();
    for manifest in &mut manifests {
        // A crate may ask itself for more features in its own tests.
        let is_other_member = |to: &str| to != manifest.name && names.iter().any(|name| name == to);
        manifest.dependencies.retain(|dependency| is_other_member(&dependency.package));
    }
    Ok(manifests)
}

fn dependencies(manifest: &Value) -> Vec<Dependency> {
    let targets = manifest.get("target").and_then(Value::as_map).unwrap_or_default();
    let tables = [manifest].into_iter().chain(targets.iter().map(|target| &target.value));
    let mut dependencies = Vec::new();
    for (table, section) in tables.flat_map(|table| SECTIONS.map(|section| (table, section))) {
        for entry in table.get(section).and_then(Value::as_map).unwrap_or_default() {
            let renamed = entry.value.get("package").and_then(Value::as_str);
            dependencies.push(Dependency { package: renamed.unwrap_or(&entry.key).to_owned(), section });
        }
    }
    dependencies
}

/// Each crate with the crates of the workspace that it depends on.
pub(super) fn overview(manifests: &[Manifest]) -> String {
    let mut text = format!("Cargo.toml: {} crates\n", manifests.len());
    for Manifest { name, dependencies } in manifests {
        let _ = write!(text, "  {name}");
        for (number, dependency) in dependencies.iter().enumerate() {
            let _ = write!(text, "{}{}", if number == 0 { " → " } else { ", " }, dependency.package);
            if dependency.section != SECTIONS[0] {
                let _ = write!(text, " ({})", dependency.section);
            }
        }
        text.push('\n');
    }
    text
}

/// Dependencies that do not run to a lower floor, and crates of a floor that are not there.
pub(super) fn faults(manifests: &[Manifest], floors: &[&[&str]]) -> Vec<String> {
    let floor = |name: &str| floors.iter().position(|floor| floor.contains(&name));
    let mut faults = Vec::new();
    for manifest in manifests {
        let Some(from) = floor(&manifest.name) else { continue };
        for Dependency { package, section } in &manifest.dependencies {
            if floor(package).is_none_or(|to| to >= from) {
                faults.push(format!("upward: {} → {package}, in `{section}`", manifest.name));
            }
        }
    }
    let missing =
        floors.iter().copied().flatten().filter(|name| manifests.iter().all(|manifest| manifest.name != **name));
    faults.extend(missing.map(|name| format!("{name} has a floor and is no crate of the workspace")));
    faults
}
