//! The files of a release as a user has them: another user, an empty home, and neither Rust nor the network.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Distribution, run};
use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};

/// What runs programs from wheels, with everything that pipx needs: they are installed without an index.
const RUNNERS: [PypiPackage; 8] = [
    PypiPackage { name: "uv", version: "0.13.9" },
    PypiPackage { name: "pipx", version: "1.18.4" },
    PypiPackage { name: "argcomplete", version: "3.7.2" },
    PypiPackage { name: "click", version: "8.5.1" },
    PypiPackage { name: "filelock", version: "4.3.1" },
    PypiPackage { name: "packaging", version: "26.4" },
    PypiPackage { name: "platformdirs", version: "4.14.8" },
    PypiPackage { name: "userpath", version: "1.9.2" },
];

/// Installs the files in each way that users do and runs the main job, by `packaging/release/smoke.sh`.
///
/// # Errors
/// One of the ways fails.
pub fn check(places: &WorkspaceFolders, distribution: &Distribution) -> Result<(), String> {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    let wheels = places.e2e().join("runners");
    pypi::download(&wheels, &RUNNERS)?;

    let place = tempfile::Builder::new().prefix("lawbook-dist-").tempdir();
    let place = place.map_err(|error| format!("no temporary folder: {error}"))?;
    let user = TrialUser::new(place.path())?;
    let runners = fs::read_dir(&wheels).map_err(|error| failed(&wheels, error))?;
    let runners: Vec<PathBuf> = runners.filter_map(|entry| Some(entry.ok()?.path())).collect();
    for (folder, files) in [("dist", distribution.files()), ("wheels", runners)] {
        let to = place.path().join(folder);
        fs::create_dir(&to).map_err(|error| failed(&to, error))?;
        for (file, name) in files.iter().filter_map(|file| Some((file, file.file_name()?))) {
            fs::copy(file, to.join(name)).map_err(|error| failed(file, error))?;
        }
    }
    let script = places.root().join("packaging/release/smoke.sh");
    fs::copy(&script, place.path().join("smoke.sh")).map_err(|error| failed(&script, error))?;

    let tools = user.home.join("tools");
    run(user.command("python3").args(["-m", "venv"]).arg(&tools))?;
    let mut pip = user.command(tools.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--find-links"]);
    run(pip.arg(place.path().join("wheels")).args(["uv", "pipx"]))?;

    let mut smoke = user.command("bash");
    let path = env::join_paths(std::iter::once(tools.join("bin")).chain(user.path.iter().cloned()));
    smoke.env("PATH", path.map_err(|error| format!("PATH: {error}"))?);
    run(smoke.arg(place.path().join("smoke.sh")).arg(place.path().join("dist")).arg(distribution.target.triple))
}

/// Another user where this one may become another, else this one; with an empty home.
struct TrialUser {
    home: PathBuf,
    path: Vec<PathBuf>,
    id: Option<u32>,
}

/// The user and the group that own nothing.
#[cfg(unix)]
const NOBODY: u32 = 65534;

impl TrialUser {
    /// A user whose home lies in a folder, which every user may read from now on.
    fn new(place: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", place.display());
        let home = place.join("home");
        fs::create_dir(&home).map_err(failed)?;
        let id = become_nobody(place, &home).map_err(failed)?;
        let all = env::var_os("PATH").unwrap_or_default();
        // The folder with the system's own programs stays, even with Rust in it.
        let has_rust = |folder: &Path| folder.join("cargo").exists() && !folder.join("sh").exists();
        Ok(Self { home, path: env::split_paths(&all).filter(|folder| !has_rust(folder)).collect(), id })
    }

    /// A command that the user runs, in the home.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.home).env_clear().stdin(Stdio::null());
        command.env("HOME", &self.home).env("TMPDIR", &self.home).env("LANG", "C.UTF-8");
        if let Ok(path) = env::join_paths(&self.path) {
            command.env("PATH", path);
        }
        #[cfg(unix)]
        if let Some(id) = self.id {
            use std::os::unix::process::CommandExt as _;
            command.uid(id).gid(id);
        }
        command
    }
}

/// Gives the home to nobody if this is root, and returns who that is.
#[cfg(unix)]
fn become_nobody(place: &Path, home: &Path) -> std::io::Result<Option<u32>> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    fs::set_permissions(place, fs::Permissions::from_mode(0o755))?;
    if fs::metadata(home)?.uid() != 0 {
        return Ok(None);
    }
    chown(home, Some(NOBODY), Some(NOBODY))?;
    Ok(Some(NOBODY))
}

#[cfg(not(unix))]
fn become_nobody(_place: &Path, _home: &Path) -> std::io::Result<Option<u32>> {
    Ok(None)
}
