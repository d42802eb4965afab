//! What users install: a wheel, packages for npm and an archive, all of one build for one target.

mod archive;
mod facts;
mod glibc;
mod npm_packages;
mod targets;
mod trial;
mod workflows;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};

pub use targets::DistTarget;
pub use trial::check as try_as_a_user;
pub use workflows::check as check_workflows;

/// What builds the wheel, and with it the program. zig's linker and headers let the program run with older C libraries
/// than the one of this machine.
const BUILDERS: [PypiPackage; 2] =
    [PypiPackage { name: "maturin", version: "1.16.0" }, PypiPackage { name: "ziglang", version: "0.17.1" }];

/// The largest program that is given to users, in bytes. The servers for editors and agents take some four million of it.
const MAX_BYTES: u64 = 25_000_000;

/// The arguments of `cargo xtask dist`.
#[derive(Debug, Args)]
pub struct Dist {
    /// The target, by the name that Rust has for it; by default this machine's.
    #[arg(long, value_name = "TARGET", value_parser = targets::named)]
    target: Option<&'static DistTarget>,
    /// The folder to write to; by default `distribution/TARGET` in the target folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only the wheel.
    #[arg(long)]
    wheel: bool,
    /// Installs and runs the files as another user, and checks the files for the CI of others with them.
    #[arg(long = "try", conflicts_with = "wheel")]
    is_tried: bool,
}

impl Dist {
    /// Builds the files and prints their paths.
    ///
    /// # Errors
    /// Something cannot be built, or asks more of the user's machine than it may.
    pub fn run(&self, places: &WorkspaceFolders) -> Result<(), String> {
        let target = self.target.map_or_else(targets::here, Ok)?;
        let out = match &self.out {
            Some(out) => env::current_dir().map_err(|error| format!("no working directory: {error}"))?.join(out),
            None => folder_of(places, target),
        };
        if self.wheel {
            println!("{}", wheel_to(places, target, &out)?.display());
            return Ok(());
        }
        let built = build(places, target, &out)?;
        for file in built.files() {
            println!("{}", file.display());
        }
        if self.is_tried {
            trial::check(places, &built)?;
            workflows::check(places, built.wheel())?;
        }
        Ok(())
    }
}

/// The files of one target.
#[derive(Debug)]
pub struct Distribution {
    /// The target.
    pub target: &'static DistTarget,
    wheel: PathBuf,
    others: Vec<PathBuf>,
}

impl Distribution {
    /// The wheel.
    pub fn wheel(&self) -> &Path {
        &self.wheel
    }

    /// All of its files.
    fn files(&self) -> Vec<PathBuf> {
        std::iter::once(&self.wheel).chain(&self.others).cloned().collect()
    }
}

/// The folder of the files of a target, unless another is asked for.
fn folder_of(places: &WorkspaceFolders, target: &DistTarget) -> PathBuf {
    places.target().join("distribution").join(target.triple)
}

/// Everything for this machine, brought up to date.
///
/// # Errors
/// Something cannot be built, or there is nothing for this machine.
pub fn for_this_machine(places: &WorkspaceFolders) -> Result<Distribution, String> {
    let target = targets::here()?;
    build(places, target, &folder_of(places, target))
}

/// Builds everything for a target.
fn build(places: &WorkspaceFolders, target: &'static DistTarget, out: &Path) -> Result<Distribution, String> {
    remove_old(out, &[".whl", ".tgz", ".tar.gz"])?;
    let wheel = wheel_to(places, target, out)?;
    let program = program_of(places, target);
    let size = fs::metadata(&program).map_err(|error| format!("{}: {error}", program.display()))?.len();
    println!("{}: {size} bytes", program.display());
    if size > MAX_BYTES {
        return Err(format!("{} has {size} bytes; the most is {MAX_BYTES}", program.display()));
    }
    if target.zig && target.npm.libc == Some("glibc") {
        println!("it needs glibc {}", glibc::check(&program)?);
    }
    let facts = facts::read(places)?;
    let mut others = npm_packages::write(places, target, &facts, &program, out)?;
    others.push(archive::write(places, target, &program, out)?);
    Ok(Distribution { target, wheel, others })
}

/// Builds the wheel of a target, and with it the program.
fn wheel_to(places: &WorkspaceFolders, target: &DistTarget, out: &Path) -> Result<PathBuf, String> {
    let programs = pypi::venv(&places.e2e().join("maturin"), &BUILDERS)?;
    remove_old(out, &[".whl"])?;
    let mut maturin = Command::new(programs.join("maturin"));
    maturin.current_dir(places.root());
    maturin.args(["build", "--quiet", "--profile", "dist", "--target", target.triple]);
    maturin.args(["--compatibility", target.compatibility]);
    if target.zig {
        maturin.arg("--zig");
    }
    maturin.arg("--out").arg(out).env("CARGO_TARGET_DIR", places.target());
    // There maturin looks for the Python whose package zig is.
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(programs).chain(env::split_paths(&path)));
    maturin.env("PATH", path.map_err(|error| format!("PATH: {error}"))?);
    run(&mut maturin)?;
    let wheels = files_in(out, &[".whl"])?;
    match <[PathBuf; 1]>::try_from(wheels) {
        Ok([wheel]) => Ok(wheel),
        Err(wheels) => Err(format!("{} has {} wheels in place of one", out.display(), wheels.len())),
    }
}

/// The program that the wheel of a target holds.
fn program_of(places: &WorkspaceFolders, target: &DistTarget) -> PathBuf {
    places.target().join(target.triple).join("dist").join(target.program())
}

/// The files of lawbook in a folder with one of these ends of names.
fn files_in(folder: &Path, ends: &[&str]) -> Result<Vec<PathBuf>, String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("{}: {error}", folder.display())),
    };
    let is_ours = |name: &str| name.starts_with("lawbook-") && ends.iter().any(|end| name.ends_with(end));
    let entries = entries.filter_map(Result::ok);
    Ok(entries.filter(|entry| entry.file_name().to_str().is_some_and(is_ours)).map(|entry| entry.path()).collect())
}

/// Removes the files of lawbook with one of these ends of names: those of other versions would stay. What else is in the
/// folder is not ours.
fn remove_old(folder: &Path, ends: &[&str]) -> Result<(), String> {
    for file in files_in(folder, ends)? {
        fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// Runs a command to its end, with its output where this one's goes.
fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["lawbook-1.whl", "lawbook-2.tgz", "notes.tgz", "lawbook-notes.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_old(folder.path(), &[".whl", ".tgz"]).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["lawbook-notes.txt", "notes.tgz"]);
        assert_eq!(files_in(&folder.path().join("none"), &[".whl"]), Ok(Vec::new()));
    }
}
