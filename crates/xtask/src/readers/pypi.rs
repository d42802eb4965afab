//! Pinned packages from the index of Python, installed once into a virtual environment of the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::places::WorkspaceFolders;

/// The packages that read reports, each with all that it needs.
const PACKAGES: [&str; 5] =
    ["diff-cover==11.0.1", "junitparser==5.0.3", "lxml==6.1.3", "markdown-it-py==4.3.0", "mdurl==0.1.2"];

/// The Python of an environment with the packages, installed when missing.
pub fn python(places: &WorkspaceFolders) -> Result<PathBuf, String> {
    install(&places.e2e().join("readers-python"), &PACKAGES)
}

/// Installs these packages, and nothing else, into an environment of their own, and returns its Python. Does nothing when they
/// are installed. The registry is that of the user's configuration of pip.
pub(super) fn install(folder: &Path, packages: &[&str]) -> Result<PathBuf, String> {
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let list = packages.join("\n");
    let installed = folder.join("installed.txt");
    if python.is_file() && fs::read_to_string(&installed).is_ok_and(|text| text == list) {
        return Ok(python);
    }
    let program = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(program).args(["-m", "venv", "--clear"]).arg(folder), "a virtual environment could not be made")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]);
    run(pip.args(packages), "pip install failed")?;
    fs::write(&installed, list).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(python)
}

/// Runs a command to its end; an error is what it printed after `what`.
fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let program = command.get_program().to_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{} could not be started: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what}\n{}", String::from_utf8_lossy(&output.stderr).trim_end()))
}
