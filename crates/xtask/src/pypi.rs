//! Pinned packages from PyPI, each set of them in a virtual environment below the target directory.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One package at one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PypiPackage {
    /// Its name on PyPI.
    pub name: &'static str,
    /// Its exact version.
    pub version: &'static str,
}

impl PypiPackage {
    /// A package at a version.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self { name, version }
    }

    fn requirement(self) -> String {
        format!("{}=={}", self.name, self.version)
    }
}

/// The folder of programs in a virtual environment.
const PROGRAMS: &str = if cfg!(windows) { "Scripts" } else { "bin" };

/// Installs these packages, with what they depend on, into a virtual environment of their own, and returns the folder of
/// its programs. Does nothing when they are installed.
///
/// Registry, proxy and certificates are those of the user's configuration of pip.
pub fn venv(folder: &Path, packages: &[PypiPackage]) -> Result<PathBuf, String> {
    let programs = folder.join(PROGRAMS);
    let wanted: Vec<String> = packages.iter().map(|package| package.requirement()).collect();
    let list = folder.join("installed.txt");
    if fs::read_to_string(&list).is_ok_and(|installed| installed.lines().eq(wanted.iter())) {
        return Ok(programs);
    }
    let _ = fs::remove_dir_all(folder);
    run(Command::new(python()).args(["-m", "venv"]).arg(folder), "a virtual environment cannot be made")?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"])
        .args(&wanted);
    run(&mut pip, "pip install failed")?;
    fs::write(&list, wanted.join("\n")).map_err(|error| format!("{}: {error}", list.display()))?;
    Ok(programs)
}

/// Makes a virtual environment with a wheel alone, anew, and returns the folder of its programs. No index is asked.
pub fn venv_of_wheel(folder: &Path, wheel: &Path) -> Result<PathBuf, String> {
    let _ = fs::remove_dir_all(folder);
    run(Command::new(python()).args(["-m", "venv"]).arg(folder), "a virtual environment cannot be made")?;
    let programs = folder.join(PROGRAMS);
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]).arg(wheel);
    run(&mut pip, "pip install failed")?;
    Ok(programs)
}

/// Downloads these packages as wheels into a folder, without what they depend on; does nothing when they are there.
pub fn download(folder: &Path, packages: &[PypiPackage]) -> Result<(), String> {
    let is_there = |package: &&PypiPackage| {
        let start = format!("{}-{}-", package.name.replace('-', "_"), package.version);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(&start))
    };
    let missing: Vec<String> =
        packages.iter().filter(|package| !is_there(package)).map(|package| package.requirement()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut pip = Command::new(python());
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]);
    run(pip.arg("--dest").arg(folder).args(&missing), "pip download failed")
}

/// The Python that virtual environments are made with: that of the variable `PYTHON`, else `python3`.
fn python() -> PathBuf {
    env::var_os("PYTHON").map_or_else(|| PathBuf::from(if cfg!(windows) { "python" } else { "python3" }), PathBuf::from)
}

/// Runs a command to its end, with what it says in the error.
fn run(command: &mut Command, failed: &str) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("Python could not be started (3.9 or newer is needed): {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{failed}\n{}", said.trim_end()))
}
