//! Two servers and command lines at once on one project, while nothing is written and while fixes and a baseline are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::editor::EditorOutcome;
use crate::editor::agreement::{report_of, workspace_findings};
use crate::editor::client::{LspClient, ServerCommand, uri_of};
use crate::editor::differential::{self, language_of};
use crate::editor::findings::{self, FindingLines};
use crate::editor::law;
use crate::editor::peers::write;
use crate::editor::text::LspEncoding;
use crate::places::WorkspaceFolders;

/// The number of servers.
const SERVERS: usize = 2;

/// The number of questions that each server is asked in each phase.
const ROUNDS: usize = 4;

/// Findings by path.
type FindingList = BTreeMap<String, FindingLines>;

/// Runs them on a small project and on copies of these ones.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, dirs: &[PathBuf]) -> Result<EditorOutcome, String> {
    let base = places.e2e().join("editor").join("together");
    let _ = fs::remove_dir_all(&base);
    let small = base.join("small");
    for number in 0..30 {
        let (path, text) = source(number);
        write(&small.join(path), &text)?;
    }
    let mut projects = vec![small];
    for (number, dir) in dirs.iter().enumerate() {
        let folder = base.join(number.to_string());
        copy(dir, &folder)?;
        projects.push(folder);
    }
    let mut outcome = EditorOutcome::default();
    for folder in projects {
        law::set_up(places, &folder)?;
        let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut trial = JointTrial::begin(lawbook, folder)?;
        let ended = trial.run(&mut outcome.text);
        outcome.failures.extend(trial.failures.drain(..).map(|failure| format!("{name}: {failure}")));
        ended.map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(outcome)
}

/// A file of the small project: findings with and without fixes, in three languages.
fn source(number: usize) -> (String, String) {
    match number % 3 {
        0 => (
            format!("src/a{number}.ts"),
            format!("export function f{number}(x: any) {{\n  debugger;\n  return eval(x + {number});\n}}\n"),
        ),
        1 => (
            format!("src/b{number}.rs"),
            format!(
                "//! Part {number}.\n\npub fn f{number}(x: Option<u8>) -> u8 {{\n    dbg!(x);\n    x.unwrap()\n}}\n"
            ),
        ),
        _ => (
            format!("src/c{number}.py"),
            format!(
                "def f{number}(x):\n    breakpoint()\n    try:\n        return eval(x)\n    except:\n        pass\n"
            ),
        ),
    }
}

/// Makes a copy of the code of a repository.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    let from = from.canonicalize().map_err(|error| format!("{}: {error}", from.display()))?;
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(to).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("git could not be started: {error}"))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim_end()))
        }
    };
    git(&["clone", "--quiet", "--shared", "--no-checkout", &from.display().to_string(), "."])?;
    // Only what lawbook reads: other files may be large, or missing in a partial clone.
    git(&["sparse-checkout", "set", "--no-cone", "*.ts", "*.tsx", "*.js", "*.rs", "*.py", ".gitignore"])?;
    git(&["checkout", "--quiet", "--force"])
}

/// The servers of a project.
struct JointTrial<'p> {
    lawbook: &'p Path,
    folder: PathBuf,
    servers: Vec<LspClient>,
    failures: Vec<String>,
}

impl<'p> JointTrial<'p> {
    fn begin(lawbook: &'p Path, folder: PathBuf) -> Result<Self, String> {
        let mut servers = Vec::new();
        for _ in 0..SERVERS {
            let capabilities = differential::capabilities(&["utf-16"]);
            let command = ServerCommand::lawbook(lawbook, &folder);
            servers.push(LspClient::open(&command, &folder, &capabilities, &Value::Null)?);
        }
        Ok(Self { lawbook, folder, servers, failures: Vec::new() })
    }

    fn run(&mut self, text: &mut String) -> Result<(), String> {
        let before = self.findings()?;
        let count = before.values().map(Vec::len).sum::<usize>();
        // Nothing is written: every answer is the same.
        let answers = self.ask_while(|lawbook, folder| {
            for _ in 0..ROUNDS {
                report_of(lawbook, folder, &[])?;
            }
            Ok(())
        })?;
        for (server, findings) in &answers {
            self.compare(&format!("server {server} beside command lines"), &before, findings);
        }
        // Fixes are written: no answer is an error, and the ones afterwards are those of the command line.
        let during = self.ask_while(|lawbook, folder| finish(lawbook, folder, &["check", "--fix", "--exit-zero"]))?;
        self.settled("after fixes", &["src"])?;
        let fixed = self.findings()?;
        let left = fixed.values().map(Vec::len).sum::<usize>();
        let created = self.ask_while(|lawbook, folder| finish(lawbook, folder, &["baseline", "create"]))?;
        self.settled("after a baseline", &[".lawbook", "lawbook.toml"])?;
        let accepted = self.findings()?.values().map(Vec::len).sum::<usize>();
        let asked = answers.len() + during.len() + created.len();
        let _ = writeln!(
            text,
            "{}: {asked} answers beside command lines; {count} findings, {left} after fixes, {accepted} after a baseline",
            self.folder.file_name().unwrap_or_default().to_string_lossy()
        );
        if accepted > 0 {
            self.failures.push(format!("{accepted} findings after a baseline"));
        }
        for mut server in self.servers.drain(..) {
            server.shut_down()?;
        }
        Ok(())
    }

    /// The findings of the command line.
    fn findings(&self) -> Result<FindingList, String> {
        let report = report_of(self.lawbook, &self.folder, &[])?;
        Ok(findings::by_path(&report, LspEncoding::Utf16, |path| fs::read_to_string(self.folder.join(path)).ok()))
    }

    /// Asks the servers for all findings while `work` runs, at least a number of times; an error of any is one.
    fn ask_while(
        &mut self,
        work: impl Fn(&Path, &Path) -> Result<(), String> + Sync,
    ) -> Result<Vec<(usize, FindingList)>, String> {
        let (lawbook, folder) = (self.lawbook, self.folder.as_path());
        let is_done = AtomicBool::new(false);
        let servers = &mut self.servers;
        thread::scope(|scope| {
            let askers: Vec<_> = servers
                .iter_mut()
                .enumerate()
                .map(|(number, server)| {
                    let is_done = &is_done;
                    scope.spawn(move || {
                        let mut answers = Vec::new();
                        while answers.len() < ROUNDS || !is_done.load(Ordering::Relaxed) {
                            let findings = workspace_findings(server, folder);
                            answers.push((number, findings.map_err(|error| format!("server {number}: {error}"))?));
                        }
                        Ok::<_, String>(answers)
                    })
                })
                .collect();
            let worked = work(lawbook, folder);
            is_done.store(true, Ordering::Relaxed);
            let mut answers = Vec::new();
            for asker in askers {
                answers.extend(asker.join().map_err(|_| "a thread of the trial panicked".to_owned())??);
            }
            worked.map(|()| answers)
        })
    }

    /// Reports the files of these folders as changed, as an editor does, and compares all servers with the command line:
    /// for all files at once, and for some that are opened.
    fn settled(&mut self, moment: &str, changed: &[&str]) -> Result<(), String> {
        let paths: Vec<PathBuf> = changed.iter().map(|path| self.folder.join(path)).collect();
        let mut changes = Vec::new();
        for path in &paths {
            for entry in ignore::WalkBuilder::new(path).standard_filters(false).build().flatten() {
                changes.push(json!({ "uri": uri_of(entry.path()), "type": 2 }));
            }
        }
        let fresh = self.findings()?;
        let mut opened: Vec<String> = fresh.keys().take(5).cloned().collect();
        opened.extend((0..3).map(|number| source(number).0).filter(|path| self.folder.join(path).is_file()));
        let mut failures = Vec::new();
        for (number, server) in self.servers.iter_mut().enumerate() {
            server.notify("workspace/didChangeWatchedFiles", &json!({ "changes": changes }));
            let seen = workspace_findings(server, &self.folder)?;
            failures.extend(difference(&fresh, &seen).map(|text| format!("server {number} {moment}: {text}")));
            for path in &opened {
                let text = fs::read_to_string(self.folder.join(path)).map_err(|error| format!("{path}: {error}"))?;
                let uri = uri_of(&self.folder.join(path));
                server.did_open(&uri, language_of(path), 1, &text);
                let seen = findings::of_server(&server.pull(&uri)?["items"]);
                server.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
                let expected = fresh.get(path).cloned().unwrap_or_default();
                let difference = findings::differences(&expected, &seen);
                failures.extend(difference.map(|text| format!("server {number} {moment}, {path} opened: {text}")));
            }
        }
        self.failures.extend(failures);
        Ok(())
    }

    fn compare(&mut self, name: &str, expected: &FindingList, seen: &FindingList) {
        self.failures.extend(difference(expected, seen).map(|text| format!("{name}: {text}")));
    }
}

/// The first file whose findings differ.
fn difference(expected: &FindingList, seen: &FindingList) -> Option<String> {
    let none = FindingLines::new();
    let mut paths: Vec<&String> = expected.keys().chain(seen.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().find_map(|path| {
        let of = |findings: &FindingList| findings.get(path).unwrap_or(&none).clone();
        findings::differences(&of(expected), &of(seen)).map(|difference| format!("{path}: {difference}"))
    })
}

/// Runs a command to its end, which must not be 2.
fn finish(lawbook: &Path, folder: &Path, args: &[&str]) -> Result<(), String> {
    let output = Command::new(lawbook).args(args).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("lawbook could not be started: {error}"))?;
    if matches!(output.status.code(), Some(0 | 1)) {
        Ok(())
    } else {
        let text = String::from_utf8_lossy(&output.stderr);
        Err(format!("lawbook {} ended with {}: {text}", args.join(" "), output.status))
    }
}
