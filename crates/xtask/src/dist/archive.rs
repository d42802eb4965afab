//! The archive: the program with its licences, man pages and completions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::run;
use super::targets::DistTarget;
use crate::places::WorkspaceFolders;

/// The shells that there are completions for, each with the name that it looks for.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "lawbook.bash"),
    ("elvish", "lawbook.elv"),
    ("fish", "lawbook.fish"),
    ("powershell", "_lawbook.ps1"),
    ("zsh", "_lawbook"),
];

/// The files of the repository that are in it.
const FILES: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// Writes the archive of a target into a folder and returns its path. The program has to run on this machine: it writes
/// its own man pages and completions.
pub fn write(places: &WorkspaceFolders, target: &DistTarget, program: &Path, out: &Path) -> Result<PathBuf, String> {
    let name = format!("lawbook-{}", target.triple);
    let place = places.e2e().join("archive");
    let folder = place.join(&name);
    let _ = fs::remove_dir_all(&place);
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    for inner in ["completions", "man"] {
        fs::create_dir_all(folder.join(inner)).map_err(|error| failed(&folder, error))?;
    }
    fs::copy(program, folder.join(target.program())).map_err(|error| failed(program, error))?;
    for file in FILES {
        let from = places.root().join(file);
        fs::copy(&from, folder.join(file)).map_err(|error| failed(&from, error))?;
    }
    for (shell, file) in COMPLETIONS {
        let output =
            Command::new(program).args(["completions", shell]).output().map_err(|error| failed(program, error))?;
        if !output.status.success() || output.stdout.is_empty() {
            return Err(format!("lawbook completions {shell}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let path = folder.join("completions").join(file);
        fs::write(&path, &output.stdout).map_err(|error| failed(&path, error))?;
    }
    run(Command::new(program).arg("man").arg(folder.join("man")))?;

    // No version in its name, so that the newest one has an address that stays.
    let archive = out.join(format!("{name}.tar.gz"));
    run(Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&place).arg(&name))?;
    Ok(archive)
}
