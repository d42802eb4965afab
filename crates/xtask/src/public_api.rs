//! The public API of the crates that are published, compared with the list that is committed.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use public_api::Builder;
use xtask::imports;

use crate::places::WorkspaceFolders;

/// The folder of the committed lists, below the root: one for each crate, an item a line.
const FOLDER: &str = "docs/api";

/// Set for the processes of this program that cargo starts as its `rustdoc`.
const AS_RUSTDOC: &str = "LAWBOOK_XTASK_AS_RUSTDOC";

/// Compares the public API of each crate with its committed list, or writes the lists. Returns the differences.
///
/// # Errors
/// A crate cannot be documented, or a list cannot be read or written.
pub fn run(places: &WorkspaceFolders, write: bool) -> Result<Vec<String>, String> {
    let mut differences = Vec::new();
    for name in imports::product_crates() {
        let items = items(places, name)?;
        let path = places.root().join(FOLDER).join(format!("{name}.txt"));
        let shown = path.display();
        if write {
            fs::create_dir_all(places.root().join(FOLDER)).map_err(|error| format!("{FOLDER}: {error}"))?;
            fs::write(&path, items.join("\n") + "\n").map_err(|error| format!("{shown}: {error}"))?;
            continue;
        }
        let committed = fs::read_to_string(&path).map_err(|error| format!("{shown}: {error}"))?;
        differences.extend(compare(&committed, &items).map(|difference| format!("{name}: {difference}")));
    }
    Ok(differences)
}

/// The items that one side lacks.
fn compare<'a>(committed: &'a str, items: &'a [String]) -> impl Iterator<Item = String> + use<'a> {
    let before: BTreeSet<&str> = committed.lines().collect();
    let now: BTreeSet<&str> = items.iter().map(String::as_str).collect();
    let removed: Vec<String> = before.difference(&now).map(|item| format!("removed {item}")).collect();
    let added: Vec<String> = now.difference(&before).map(|item| format!("added {item}")).collect();
    removed.into_iter().chain(added)
}

/// The public items of a crate, sorted; implementations that a compiler derives are left out.
fn items(places: &WorkspaceFolders, name: &str) -> Result<Vec<String>, String> {
    let json = rustdoc_json(places, name)?;
    let api = Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .map_err(|error| format!("{}: {error}", json.display()))?;
    Ok(api.items().map(ToString::to_string).collect())
}

/// Documents a crate with all its features as JSON.
fn rustdoc_json(places: &WorkspaceFolders, name: &str) -> Result<PathBuf, String> {
    let this = env::current_exe().map_err(|error| format!("the path of this program: {error}"))?;
    let mut command = places.cargo();
    command.args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", name]);
    command.args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    let status = command.env("RUSTDOC", this).env(AS_RUSTDOC, "1").status();
    let status = status.map_err(|error| format!("cargo could not be started: {error}"))?;
    let json = places.target().join("doc").join(format!("{}.json", name.replace('-', "_")));
    if status.success() && json.is_file() { Ok(json) } else { Err(format!("cargo rustdoc of {name} failed")) }
}

/// Runs rustdoc in the place of this program when cargo has started it as such.
///
/// JSON is a format of nightly compilers, which `RUSTC_BOOTSTRAP` allows a stable one too. If it were set for all
/// of cargo, cargo would compile the crates again that depend on it.
pub fn run_as_rustdoc() -> Option<ExitCode> {
    env::var_os(AS_RUSTDOC)?;
    let mut rustdoc = Command::new("rustdoc");
    let status = rustdoc.args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    Some(if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_lacks_is_named() {
        let items = ["pub fn a()", "pub fn c()"].map(str::to_owned);
        let differences: Vec<String> = compare("pub fn a()\npub fn b()\n", &items).collect();
        assert_eq!(differences, ["removed pub fn b()", "added pub fn c()"]);
        assert_eq!(compare("pub fn c()\npub fn a()\n", &items).count(), 0);
    }
}
