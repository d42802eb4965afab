//! Has other programs read the reports about a project with hostile names and messages, and compares what they found in them.

mod project;
mod sarif;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use crate::npm;
use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};
use project::{HostileProject, ReadFinding};

/// The packages of Python that read reports.
const READERS: [PypiPackage; 4] = [
    PypiPackage::new("diff-cover", "11.0.1"),
    PypiPackage::new("junitparser", "5.0.3"),
    PypiPackage::new("lxml", "6.1.3"),
    PypiPackage::new("markdown-it-py", "4.3.0"),
];

/// The validator of reviewdog's format.
const RDFORMAT_VALIDATOR: npm::Package = npm::Package { name: "@umbrelladocs/rdformat-validator", version: "1.0.1" };

/// A package that the validator needs.
const COMMANDER: npm::Package = npm::Package { name: "commander", version: "14.0.3" };

/// The renderer of Markdown.
const MARKED: npm::Package = npm::Package { name: "marked", version: "18.2.1" };

/// The script that reads a report by packages of Python.
const READ: &str = include_str!("read.py");

/// The script that prints the numbers of the rows and cells of the tables in Markdown.
const COUNT_CELLS: &str = "
import { lexer } from 'marked';
import { readFileSync } from 'node:fs';
const tables = lexer(readFileSync(process.argv[1], 'utf8'), { gfm: true }).filter(token => token.type === 'table');
const cells = tables.flatMap(table => table.rows.map(row => row.length));
process.stdout.write(JSON.stringify([cells.length, ...new Set(cells)]));
";

/// The commands by which Vim reads lines and writes its list of errors.
const VIM: [&str; 4] = [
    r"set errorformat=%f:%l:%c:\ %t%*[a-z]:\ %m,%-G%.%#",
    "cgetfile $REPORT",
    "call writefile([json_encode(map(getqflist(), {_, one -> [bufname(one.bufnr), one.lnum, one.text]}))], $LIST)",
    "qa!",
];

/// The results of all readers.
#[derive(Debug, Default)]
pub struct ReadersOutcome {
    lines: Vec<String>,
    /// What was refused, or read otherwise than it was written.
    pub failures: Vec<String>,
}

impl ReadersOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let mut text = self.lines.iter().fold(String::new(), |text, line| text + line + "\n");
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }

    fn add(&mut self, format: &str, result: Result<String, String>) {
        match result {
            Ok(line) => self.lines.push(format!("{format}: {line}")),
            Err(message) => self.failures.push(format!("{format}: {message}")),
        }
    }
}

/// Reads the reports about a project with this many findings.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, findings: usize) -> Result<ReadersOutcome, String> {
    let python = pypi::venv(&places.e2e().join("readers-python"), &READERS)?.join("python");
    let npm_prefix = places.e2e().join("readers-npm");
    npm::install(&npm_prefix, &[RDFORMAT_VALIDATOR, COMMANDER, MARKED])?;
    let project = HostileProject::create(&places.e2e().join("readers").join("project"), lawbook, findings)?;
    let readers = Readers { project: &project, python, npm_prefix, expected: project.findings()? };
    if readers.expected.len() < findings {
        return Err(format!("the project has {} findings", readers.expected.len()));
    }
    let mut outcome = ReadersOutcome::default();
    for format in ["gitlab", "junit", "checkstyle", "rdjson", "rdjsonl"] {
        outcome.add(format, readers.check_by_python(format));
    }
    let of_sarif = sarif::SarifReaders::install(places)?;
    outcome.add("sarif", readers.check_sarif(&of_sarif));
    outcome.add("sarif, by a validator", readers.validate_sarif(&of_sarif));
    outcome.add("rdjson, by its validator", readers.check_rdjson());
    outcome.add("markdown", readers.check_markdown());
    outcome.add("unix", readers.check_unix());
    Ok(outcome)
}

/// The readers, and what they must find.
struct Readers<'p> {
    project: &'p HostileProject,
    python: PathBuf,
    npm_prefix: PathBuf,
    expected: Vec<ReadFinding>,
}

impl Readers<'_> {
    /// Reads a report by the script for Python.
    fn read(&self, format: &str, file: &Path) -> Result<Vec<ReadFinding>, String> {
        let output = output_of(Command::new(&self.python).args(["-c", READ, format]).arg(file))?;
        serde_json::from_slice(&output.stdout).map_err(|error| format!("the reader's answer: {error}"))
    }

    fn check_by_python(&self, format: &str) -> Result<String, String> {
        let (file, seconds) = self.project.report(format)?;
        let start = Instant::now();
        let found = self.read(format, &file)?;
        let is_xml = matches!(format, "junit" | "checkstyle");
        let written = |text: &str| if is_xml { in_xml(text) } else { text.to_owned() };
        let expected = self.expected.iter().map(|(path, line, message)| (written(path), *line, written(message)));
        compare(expected.collect(), found)?;
        Ok(self.line(&file, seconds, start))
    }

    fn check_rdjson(&self) -> Result<String, String> {
        let (file, seconds) = self.project.report("rdjson")?;
        let start = Instant::now();
        let program = RDFORMAT_VALIDATOR.folder(&self.npm_prefix).join("bin/rdformat-validator.js");
        output_of(Command::new("node").arg(program).args(["--strict", "--no-extra-fields"]).arg(&file))?;
        Ok(self.line(&file, seconds, start))
    }

    fn check_sarif(&self, readers: &sarif::SarifReaders) -> Result<String, String> {
        let (file, seconds) = self.project.report("sarif")?;
        let start = Instant::now();
        compare(self.expected.clone(), readers.read(&file)?)?;
        Ok(self.line(&file, seconds, start))
    }

    fn validate_sarif(&self, readers: &sarif::SarifReaders) -> Result<String, String> {
        let (file, seconds) = self.project.report("sarif")?;
        let start = Instant::now();
        let accepted = readers.validate(&file)?;
        Ok(format!("{accepted}, {}", self.line(&file, seconds, start)))
    }

    /// The table has a row of four cells for each finding that it shows, for two renderers, and the rows are findings.
    fn check_markdown(&self) -> Result<String, String> {
        let (file, seconds) = self.project.report("markdown")?;
        let start = Instant::now();
        let found = self.read("markdown", &file)?;
        let mut script = Command::new("node");
        script.args(["--input-type=module", "-e", COUNT_CELLS]).arg(&file).current_dir(&self.npm_prefix);
        let counts = String::from_utf8_lossy(&output_of(&mut script)?.stdout).into_owned();
        if counts != format!("[{},4]", found.len()) {
            return Err(format!("{} rows for one renderer, rows and cells {counts} for another", found.len()));
        }
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let hidden = format!("Not shown for lack of room: {} errors.", self.expected.len() - found.len());
        if !text.contains(&hidden) {
            return Err(format!("it does not say `{hidden}`"));
        }
        let line = self.line(&file, seconds, start);
        Ok(format!("{} rows, {line}", found.len()))
    }

    /// Vim reads the line and the message of each finding. Of paths it drops spaces at the start and byte order marks, and it
    /// replaces `~` and variables, so that these are not compared.
    fn check_unix(&self) -> Result<String, String> {
        let (file, seconds) = self.project.report("unix")?;
        let list = file.with_extension("vim.json");
        let start = Instant::now();
        let mut vim = Command::new("vim");
        vim.args(["-es", "-u", "NONE", "-N"]).env("REPORT", &file).env("LIST", &list);
        match vim.args(VIM.iter().flat_map(|command| ["-c", command])).stdin(Stdio::null()).output() {
            Err(_) => return Ok("not read: there is no vim here".to_owned()),
            Ok(output) if !output.status.success() => return Err(format!("vim: {}", output.status)),
            Ok(_) => {}
        }
        let text = fs::read(&list).map_err(|error| format!("{}: {error}", list.display()))?;
        let found: Vec<ReadFinding> = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let without_path = |(_, line, message): &ReadFinding| {
            let message = message.rsplit_once(" [").map_or(&**message, |(message, _)| message);
            (String::new(), *line, message.to_owned())
        };
        let files = |findings: &[ReadFinding]| {
            let mut paths: Vec<String> = findings.iter().map(|(path, ..)| path.clone()).collect();
            paths.dedup();
            paths.len()
        };
        if files(&found) != files(&self.expected) {
            return Err(format!("findings in {} files, not {}", files(&found), files(&self.expected)));
        }
        let expected = self.expected.iter().map(|(_, line, message)| (String::new(), *line, message.clone()));
        compare(expected.collect(), found.iter().map(without_path).collect())?;
        Ok(self.line(&file, seconds, start))
    }

    /// The number of findings, the size of a report, and the seconds for writing and reading it.
    fn line(&self, file: &Path, seconds: f64, start: Instant) -> String {
        let bytes = fs::metadata(file).map_or(0, |metadata| metadata.len());
        let reading = start.elapsed().as_secs_f64();
        format!("{} findings, {bytes} bytes, written in {seconds:.2} s, read in {reading:.2} s", self.expected.len())
    }
}

/// What XML cannot hold is visible in it.
fn in_xml(text: &str) -> String {
    let is_no_xml = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if is_no_xml(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() }).collect()
}

/// Compares findings in any order; an error names the first that are on one side only.
fn compare(expected: Vec<ReadFinding>, found: Vec<ReadFinding>) -> Result<(), String> {
    let mut counts: BTreeMap<ReadFinding, isize> = BTreeMap::new();
    for (findings, step) in [(expected, 1), (found, -1)] {
        for finding in findings {
            *counts.entry(finding).or_default() += step;
        }
    }
    let different: Vec<_> = counts.into_iter().filter(|(_, count)| *count != 0).collect();
    match different.first() {
        None => Ok(()),
        Some((finding, count)) => {
            let side = if *count > 0 { "missing" } else { "too many" };
            Err(format!("{} findings differ, the first of them {side}: {finding:?}", different.len()))
        }
    }
}

/// Runs a command to its end; an error is what it printed.
fn output_of(command: &mut Command) -> Result<Output, String> {
    let program = command.get_program().to_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{} could not be started: {error}", program.display()))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned());
    // What a script says last is why it failed.
    let end: Vec<&str> = said.iter().flat_map(|text| text.lines()).rev().take(20).collect();
    Err(end.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_that_is_lost_or_moved_is_named() {
        let finding = |line| ("a".to_owned(), line, "b".to_owned());
        assert_eq!(compare(vec![finding(1), finding(2)], vec![finding(2), finding(1)]), Ok(()));
        let lost = compare(vec![finding(1), finding(1)], vec![finding(1)]).unwrap_err();
        assert!(lost.starts_with("1 findings differ, the first of them missing"), "{lost}");
        assert!(compare(vec![finding(1)], vec![finding(2)]).is_err());
    }

    #[test]
    fn xml_shows_what_it_cannot_hold() {
        assert_eq!(in_xml("a\u{1}\n\u{ffff}\u{7f}"), "a\\u{1}\n\\u{ffff}\u{7f}");
    }
}
