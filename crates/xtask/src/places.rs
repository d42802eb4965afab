//! The folders that tasks use: the workspace, its target folder, the lawbook under test.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folders of the workspace that tasks work in.
#[derive(Debug)]
pub struct WorkspaceFolders {
    root: PathBuf,
    target: PathBuf,
}

impl WorkspaceFolders {
    /// Finds the workspace from where cargo says this package is, else from the working directory.
    pub fn find() -> Result<Self, String> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(manifest) => PathBuf::from(manifest),
            None => env::current_dir().map_err(|error| format!("no working directory: {error}"))?,
        };
        let start = start.canonicalize().map_err(|error| format!("{}: {error}", start.display()))?;
        let root = start
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file())
            .ok_or_else(|| format!("{} lies in no workspace (no Cargo.lock above it)", start.display()))?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => root.join(target),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The root of the workspace.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The target folder of the workspace.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The folder of tools, corpora and files of runs. It is a repository of its own: as a part of this one it would be
    /// under its law, which leaves out what builds make.
    pub fn e2e(&self) -> PathBuf {
        let folder = self.target.join("e2e");
        if !folder.join(".git").exists() && fs::create_dir_all(&folder).is_ok() {
            let init = Command::new("git").args(["init", "--quiet"]).current_dir(&folder).status();
            // The run that needs it fails by itself.
            drop(init);
        }
        folder
    }

    /// A command for the cargo that runs this task.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// The lawbook to run: the one given, else the release build, brought up to date.
    pub fn lawbook(&self, given: Option<PathBuf>) -> Result<PathBuf, String> {
        if let Some(given) = given {
            return given.canonicalize().map_err(|error| format!("lawbook at {}: {error}", given.display()));
        }
        let status = self
            .cargo()
            .args(["build", "--quiet", "--release", "--package", "lawbook"])
            .status()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        let binary = self.target.join("release").join(format!("lawbook{}", env::consts::EXE_SUFFIX));
        match (status.success(), binary.is_file()) {
            (true, true) => Ok(binary),
            (true, false) => Err(format!("the release build left no {}", binary.display())),
            (false, _) => Err("the release build of lawbook failed".to_owned()),
        }
    }
}
