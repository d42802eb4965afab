//! Has the official clients of the Model Context Protocol speak with `lawbook mcp`, with and without a handshake, and compares
//! what they are told with the report of the command line.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::npm;
use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};

/// The client of Python, which brings a validator of JSON Schema.
const PYTHON_CLIENT: PypiPackage = PypiPackage::new("mcp", "2.3.0");

/// The client of TypeScript.
const NODE_CLIENT: npm::Package = npm::Package { name: "@modelcontextprotocol/client", version: "2.4.0" };

/// The modes of the clients, each with the revision that they then speak: the one without a handshake, asked for or found out,
/// and the newest with one.
const MODES: [(&str, &str); 3] = [("2026-07-28", "2026-07-28"), ("auto", "2026-07-28"), ("legacy", "2025-11-25")];

/// The tools.
const TOOLS: [&str; 5] = ["check", "fix_preview", "rules_for_path", "explain", "suppressions"];

/// The number of files of the project, and of findings in each.
const FILES: usize = 12;
const FINDINGS_IN_FILE: usize = 6;

/// The page of the rule of the project.
const PAGE: &str = "---
summary: Declare with const or let.
languages: [typescript]
severity: error
rule:
  pattern: var $A = $B
fix: let $A = $B
---
A `var` is visible in the whole function.

## Bad
```ts
var a = 1 // error
```

## Good
```ts
let a = 1;
```
";

/// The results of all clients.
#[derive(Debug, Default)]
pub struct McpOutcome {
    lines: Vec<String>,
    /// The clients that were told something else than the report says, or were refused.
    pub failures: Vec<String>,
}

impl McpOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let mut text = self.lines.iter().fold(String::new(), |text, line| text + line + "\n");
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }
}

/// Has each client speak with the server in each of its modes.
///
/// # Errors
/// The clients cannot be installed, or the project cannot be made.
pub fn run(places: &WorkspaceFolders, lawbook: &Path) -> Result<McpOutcome, String> {
    let folder = places.e2e().join("mcp");
    let python = pypi::venv(&folder.join("python"), &[PYTHON_CLIENT])?.join("python");
    let node = folder.join("node");
    npm::install(&node, &[NODE_CLIENT])?;
    let scripts = [("client.py", include_str!("client.py")), ("client.mjs", include_str!("client.mjs"))];
    for (name, text) in scripts {
        write(&node.join(name), text)?;
    }
    let project = folder.join("project");
    make_project(&project)?;
    let expected = reported(lawbook, &project)?;
    let clients: [(&str, PathBuf, &str); 2] =
        [("Python", python, "client.py"), ("TypeScript", PathBuf::from("node"), "client.mjs")];
    let mut outcome = McpOutcome::default();
    for (name, program, script) in clients {
        for (mode, version) in MODES {
            let begin = Instant::now();
            let mut command = Command::new(&program);
            command.arg(node.join(script)).arg(lawbook).arg(&project).arg(mode);
            match speak(&mut command).and_then(|told| compare(&told, version, &expected)) {
                Ok(line) => {
                    let seconds = begin.elapsed().as_secs_f64();
                    outcome.lines.push(format!("client of {name}, mode {mode}: {line} ({seconds:.1} s)"));
                }
                Err(why) => outcome.failures.push(format!("client of {name}, mode {mode}: {why}")),
            }
        }
    }
    Ok(outcome)
}

fn make_project(folder: &Path) -> Result<(), String> {
    let _ = fs::remove_dir_all(folder);
    write(&folder.join("lawbook.toml"), "extends = [\"./law\"]\n")?;
    write(&folder.join("law/no-var.md"), PAGE)?;
    for number in 0..FILES {
        let lines: Vec<String> = (0..FINDINGS_IN_FILE).map(|line| format!("var a{line} = {number};\n")).collect();
        write(&folder.join(format!("src/f{number}.ts")), &lines.concat())?;
    }
    write(&folder.join("src/s.ts"), "// eslint-disable-next-line no-console -- the tool prints here\nf();\n")
}

fn write(at: &Path, text: &str) -> Result<(), String> {
    let refuse = |error| format!("{}: {error}", at.display());
    if let Some(folder) = at.parent() {
        fs::create_dir_all(folder).map_err(refuse)?;
    }
    fs::write(at, text).map_err(refuse)
}

/// The findings of the command line, each as the tool has it.
fn reported(lawbook: &Path, project: &Path) -> Result<Vec<String>, String> {
    let report = speak(Command::new(lawbook).args(["check", "--format", "json"]).current_dir(project))?;
    let found = report["diagnostics"].as_array().ok_or("the report has no findings")?;
    let mut found: Vec<String> = found
        .iter()
        .map(|found| {
            let start = &found["range"]["start"];
            let parts = ["rule", "severity", "path", "message", "fingerprint"].map(|name| found[name].to_string());
            format!("{} {} {}", parts.join(" "), start["line"], start["column"])
        })
        .collect();
    found.sort_unstable();
    Ok(found)
}

/// The JSON that a program prints. A command line with findings exits with 1.
fn speak(command: &mut Command) -> Result<Value, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = said.lines().collect();
        format!("no answer ({error}): {}", lines[lines.len().saturating_sub(12)..].join("\n"))
    })
}

/// Compares what a client was told with the report.
fn compare(told: &Value, version: &str, expected: &[String]) -> Result<String, String> {
    let mut found: Vec<String> = told["findings"]
        .as_array()
        .ok_or("no findings")?
        .iter()
        .map(|found| {
            let parts = ["rule", "severity", "path", "message", "fingerprint"].map(|name| found[name].to_string());
            format!("{} {} {}", parts.join(" "), found["line"], found["column"])
        })
        .collect();
    found.sort_unstable();
    let together = vec![Value::from(FINDINGS_IN_FILE); 8];
    let contains = |name: &str, words: &str| told[name].as_str().is_some_and(|said| said.contains(words));
    let checks = [
        ("the revision is another one", told["version"] == version),
        // A client that is told which revision to speak need not ask for them.
        ("the instructions are missing", told["instructions"].is_null() || contains("instructions", "rules_for_path")),
        ("the tools are others", told["tools"] == Value::from(TOOLS.to_vec())),
        (
            "the findings differ from those of the command line",
            found == expected && found.len() == FILES * FINDINGS_IN_FILE,
        ),
        ("there is one page", told["pages"].as_u64().is_some_and(|pages| pages > 1)),
        ("a path outside was not refused", contains("refused", "lies outside of the folder")),
        ("an unknown tool was called", contains("unknown", "did you mean `check`?")),
        ("calls at the same time have other answers", told["together"].as_array() == Some(&together)),
    ];
    let wrong: Vec<&str> = checks.iter().filter(|(_, holds)| !holds).map(|(wrong, _)| *wrong).collect();
    if !wrong.is_empty() {
        return Err(format!("{}: {told}", wrong.join("; ")));
    }
    Ok(format!("revision {version}, {} findings on {} pages as on the command line", found.len(), told["pages"]))
}
