//! The direction of imports, read from the source: between the rooms of core, and between the crates of the workspace.
//!
//! A room is a top-level module of core. `crates/core/src/lib.rs` lists the rooms by floor, from the ground up; a floor
//! is a group of `mod` lines without a blank line between them. An arrow is a use of one room by another: it points to
//! rooms of lower floors or of its own floor, and never in a circle. Test code is left out.

mod circles;
mod crates;
mod file;
mod rooms;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::imports::rooms::Rooms;
use crate::imports::source::CrateSource;

/// The source of core, from the root of the workspace on.
const CORE: &str = "crates/core/src";

/// All imports, and those that run the wrong way.
#[derive(Debug)]
pub struct Imports {
    /// All imports, as lines of text.
    pub overview: String,
    /// The imports that run the wrong way, each with its places.
    pub faults: Vec<String>,
}

/// The imports between the rooms of core.
///
/// # Errors
/// The source cannot be read.
pub fn of_rooms(root: &Path) -> Result<Imports, String> {
    let rooms = Rooms::new(CORE, &CrateSource::read(&source_files(&root.join(CORE))?)?);
    Ok(Imports { overview: rooms.overview(), faults: rooms.faults() })
}

/// The dependencies between the crates of the workspace.
///
/// # Errors
/// A manifest cannot be read.
pub fn of_crates(root: &Path) -> Result<Imports, String> {
    let read = |path: &str| fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"));
    let manifests = crates::manifests(read)?;
    Ok(Imports { overview: crates::overview(&manifests), faults: crates::faults(&manifests, crates::FLOORS) })
}

/// The names of the crates that are published, from the ground up.
pub fn product_crates() -> impl Iterator<Item = &'static str> {
    crates::FLOORS.iter().copied().flatten().copied()
}

/// The text of every Rust file of a folder by its path below it, with `/`.
fn source_files(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut open = vec![(folder.to_owned(), String::new())];
    let mut files = BTreeMap::new();
    while let Some((at, below)) = open.pop() {
        for entry in fs::read_dir(at).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push((entry.path(), format!("{path}/")));
            } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(entry.path()).map_err(|error| format!("{path}: {error}"))?;
                files.insert(path, text);
            }
        }
    }
    Ok(files)
}
