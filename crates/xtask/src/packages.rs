//! The crates as they would be published: packed, and used by packages outside of the workspace.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::imports;

use crate::places::WorkspaceFolders;

/// The libraries whose examples are compiled and tested outside of the workspace, each with what the examples depend
/// on. The versions of others are those of the lock file.
const WITH_EXAMPLES: [(&str, &str); 3] = [
    (
        "lawbook-core",
        "lawbook-core = { version = \"*\", features = [\"all-languages\"] }\ntree-sitter-python = \"*\"\n",
    ),
    (
        "lawbook-workspace",
        "lawbook-workspace = \"*\"\nserde_json = \"*\"\naxum = { version = \"*\", default-features = false, features = \
         [\"http1\", \"json\", \"tokio\"] }\ntokio = { version = \"*\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }\n",
    ),
    ("lawbook", "lawbook = \"*\"\n"),
];

/// Packs every crate that is published, and compiles and tests the examples of the libraries in packages outside of the
/// workspace that use the packed crates.
///
/// # Errors
/// A crate cannot be packed, or examples do not compile or fail.
pub fn check(places: &WorkspaceFolders) -> Result<(), String> {
    let packed = pack(places)?;
    for (name, dependencies) in WITH_EXAMPLES {
        let outside = places.e2e().join("outside").join(name);
        write_outside(places, &outside, &packed_folder(&packed, name), dependencies, &packed)?;
        // The same target folder and lock file as here: what is compiled already is not compiled again.
        let mut command = places.cargo();
        command.current_dir(&outside).env("CARGO_TARGET_DIR", places.target());
        run(command.args(["test", "--quiet", "--examples"]))?;
    }
    Ok(())
}

/// Packs all crates and unpacks them again. Returns the folder that holds their folders.
fn pack(places: &WorkspaceFolders) -> Result<PathBuf, String> {
    let mut command = places.cargo();
    command.args(["package", "--quiet", "--allow-dirty", "--no-verify"]);
    for name in imports::product_crates() {
        command.args(["--package", name]);
    }
    run(&mut command)?;
    let folder = places.e2e().join("packages");
    make_empty(&folder)?;
    for name in imports::product_crates() {
        let archive = places.target().join("package").join(format!("{name}-{}.crate", env!("CARGO_PKG_VERSION")));
        // `m`: as new. The times in an archive are always the same, and cargo would take changed files for old ones.
        run(Command::new("tar").arg("-xzmf").arg(&archive).arg("-C").arg(&folder))?;
    }
    Ok(folder)
}

/// Writes a package with the examples of a packed crate, which depends on the packed crates alone.
fn write_outside(
    places: &WorkspaceFolders,
    outside: &Path,
    source: &Path,
    dependencies: &str,
    packed: &Path,
) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", outside.display());
    make_empty(&outside.join("examples"))?;
    for entry in fs::read_dir(source.join("examples")).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        fs::copy(entry.path(), outside.join("examples").join(entry.file_name())).map_err(failed)?;
    }
    let mut patches = String::new();
    for name in imports::product_crates() {
        let folder = packed_folder(packed, name).display().to_string();
        let _ = writeln!(patches, "{name} = {{ path = {folder:?} }}");
    }
    let own_manifest = fs::read_to_string(places.root().join("Cargo.toml")).map_err(failed)?;
    let profiles = own_manifest.find("[profile.").map_or("", |start| &own_manifest[start..]);
    let manifest = format!(
        "[package]\nname = \"outside\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[lib]\npath = \
         \"lib.rs\"\n\n[dependencies]\n{dependencies}\n[patch.crates-io]\n{patches}\n{profiles}"
    );
    fs::write(outside.join("Cargo.toml"), manifest).map_err(failed)?;
    fs::write(outside.join("lib.rs"), "").map_err(failed)?;
    fs::copy(places.root().join("Cargo.lock"), outside.join("Cargo.lock")).map_err(failed)?;
    Ok(())
}

/// The folder of a crate that is unpacked in `folder`.
fn packed_folder(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}-{}", env!("CARGO_PKG_VERSION")))
}

fn make_empty(folder: &Path) -> Result<(), String> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}")) }
}
