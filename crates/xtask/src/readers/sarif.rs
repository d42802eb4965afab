//! Has validators and readers of SARIF read a report: the official schema by a validator of Python, sarif-tools, and the
//! validator of Microsoft with its rules for GitHub.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::output_of;
use super::project::ReadFinding;
use crate::npm;
use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};

/// The packages of Python, with what they need.
const PACKAGES: [PypiPackage; 9] = [
    PypiPackage::new("attrs", "26.1.0"),
    PypiPackage::new("jsonpath-ng", "1.16.0"),
    PypiPackage::new("jsonschema", "4.26.0"),
    PypiPackage::new("jsonschema-specifications", "2025.9.1"),
    PypiPackage::new("PyYAML", "6.0.4"),
    PypiPackage::new("referencing", "0.37.0"),
    PypiPackage::new("rpds-py", "2026.9.1"),
    PypiPackage::new("sarif-tools", "3.0.5"),
    PypiPackage::new("typing_extensions", "4.16.0"),
];

/// The validator, for the one platform whose package is small enough to ask for here.
const MULTITOOL: npm::Package = npm::Package { name: "@microsoft/sarif-multitool-linux", version: "5.7.0" };

/// The script that reads a report by packages of Python.
const READ: &str = include_str!("read_sarif.py");

/// The rule of the validator that a report may break: the tool has an address once it has a repository.
const TOLERATED: &str = "SARIF2005";

/// The readers of SARIF.
#[derive(Debug)]
pub(super) struct SarifReaders {
    python: PathBuf,
    schema: PathBuf,
    multitool: Option<PathBuf>,
}

impl SarifReaders {
    /// Installs what is missing.
    pub(super) fn install(places: &WorkspaceFolders) -> Result<Self, String> {
        let python = pypi::venv(&places.e2e().join("readers-sarif"), &PACKAGES)?.join("python");
        let schema = places.root().join("crates/cli/tests/schema/sarif-2.1.0.json");
        Ok(Self { python, schema, multitool: multitool(places)? })
    }

    /// The findings that sarif-tools reads from a report which the official schema accepts.
    pub(super) fn read(&self, file: &Path) -> Result<Vec<ReadFinding>, String> {
        let output = output_of(Command::new(&self.python).args(["-c", READ]).arg(&self.schema).arg(file))?;
        serde_json::from_slice(&output.stdout).map_err(|error| format!("the reader's answer: {error}"))
    }

    /// Validates a report by the rules of SARIF and of GitHub; an error names the rules that it breaks.
    pub(super) fn validate(&self, file: &Path) -> Result<String, String> {
        let Some(multitool) = &self.multitool else {
            return Ok("not validated: the validator is installed on Linux for x86_64 only".to_owned());
        };
        let answer = file.with_extension("multitool");
        let mut validate = Command::new(multitool);
        validate.arg("validate").arg(file).args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]);
        validate.args(["--quiet", "true", "--max-file-size-in-kb", "100000"]);
        validate.args(["--log", "ForceOverwrite", "--output"]).arg(&answer);
        // It needs no library for the languages of the world.
        validate.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
        // It exits with 1 if a rule is broken.
        let ran = output_of(&mut validate);
        let text =
            fs::read_to_string(&answer).map_err(|_| ran.err().unwrap_or_else(|| "it wrote no answer".to_owned()))?;
        let log: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("its answer: {error}"))?;
        let run = &log["runs"][0];
        let results = run["results"].as_array().ok_or("its answer has no results")?;
        let broken: Vec<&Value> = results.iter().filter(|result| result["ruleId"] != TOLERATED).collect();
        match broken.first() {
            Some(first) => Err(format!("{} results break its rules, the first: {first}", broken.len())),
            None => Ok("accepted".to_owned()),
        }
    }
}

/// The validator's program, installed when missing; none on other platforms.
fn multitool(places: &WorkspaceFolders) -> Result<Option<PathBuf>, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(None);
    }
    let prefix = places.e2e().join("readers-multitool");
    npm::install(&prefix, &[MULTITOOL])?;
    let program = MULTITOOL.folder(&prefix).join("Sarif.Multitool");
    // Its package makes it executable by a script, and no script is run.
    output_of(Command::new("chmod").arg("+x").arg(&program))?;
    Ok(Some(program))
}
