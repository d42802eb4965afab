//! lawbook's side: how it is run and how its report becomes findings.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::compare::{Capture, Finding, Piece};
use super::stage::Stage;

/// Runs lawbook on these files and adds what it found.
pub fn check(
    binary: &Path,
    stage: &Stage,
    cwd: &Path,
    files: &[PathBuf],
    found: &mut Vec<Finding>,
) -> Result<(), String> {
    let mut command = Command::new(binary);
    command
        .args(["check", "--no-config", "--format", "json", "--rules"])
        .arg(stage.rules_folder())
        .arg("--")
        .args(files)
        .current_dir(cwd);
    let report = read(&super::answer_of("lawbook", &mut command)?)?;
    // A share of fewer files would not be a share of the same files.
    if report.summary.files != files.len() {
        return Err(format!("lawbook looked at {} of {} files given", report.summary.files, files.len()));
    }
    if let Some(skipped) = report.skipped.first() {
        return Err(format!("lawbook skipped {}: {}", skipped.path, skipped.reason));
    }
    if let Some(skipped) = report.rules_skipped.first() {
        return Err(format!("lawbook skipped rule {}: {}", skipped.rule, skipped.reason));
    }
    found.extend(report.findings(cwd));
    Ok(())
}

fn read(json: &[u8]) -> Result<Report, String> {
    let report: Report = serde_json::from_slice(json).map_err(|error| format!("lawbook's JSON: {error}"))?;
    if report.version == 1 { Ok(report) } else { Err(format!("lawbook's JSON is of version {}", report.version)) }
}

/// The part of the report that is read.
#[derive(Deserialize)]
struct Report {
    version: u64,
    root: String,
    diagnostics: Vec<Diagnostic>,
    #[serde(default)]
    skipped: Vec<Skipped>,
    #[serde(default)]
    rules_skipped: Vec<RuleSkipped>,
    summary: Summary,
}

#[derive(Deserialize)]
struct Diagnostic {
    rule: String,
    path: String,
    span: Bytes,
    #[serde(default)]
    captures: BTreeMap<String, Captured>,
}

#[derive(Deserialize)]
struct Bytes {
    start: u64,
    end: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Captured {
    Many(Vec<Node>),
    One(Node),
    Text { text: String },
}

#[derive(Deserialize)]
struct Node {
    text: String,
    start: u64,
    end: u64,
}

#[derive(Deserialize)]
struct Skipped {
    path: String,
    reason: String,
}

#[derive(Deserialize)]
struct RuleSkipped {
    rule: String,
    reason: String,
}

#[derive(Deserialize)]
struct Summary {
    files: usize,
}

impl Report {
    /// The findings, their paths absolute.
    fn findings(self, cwd: &Path) -> impl Iterator<Item = Finding> {
        let root = cwd.join(&self.root);
        self.diagnostics.into_iter().map(move |diagnostic| Finding {
            rule: diagnostic.rule,
            path: super::text_of(&plain(&root.join(&diagnostic.path))),
            start: diagnostic.span.start,
            end: diagnostic.span.end,
            captures: diagnostic.captures.into_iter().map(|(name, captured)| (name, captured.into())).collect(),
        })
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

impl From<Captured> for Capture {
    fn from(captured: Captured) -> Self {
        match captured {
            Captured::One(node) => Self::Single(node.into()),
            Captured::Many(nodes) => Self::Multi(nodes.into_iter().map(Piece::from).collect()),
            Captured::Text { text } => Self::Text(text),
        }
    }
}

impl From<Node> for Piece {
    fn from(Node { text, start, end }: Node) -> Self {
        Self { text, start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_becomes_findings_with_absolute_paths() {
        let report = br#"{"version": 1, "tool": {"name": "lawbook", "version": "0"}, "root": "../x", "rules": [],
            "diagnostics": [{"rule": "r", "severity": "info", "path": "src/a.ts", "span": {"start": 3, "end": 9},
                "captures": {"A": {"text": "f", "start": 3, "end": 4}, "B": {"text": "F"}, "REST": [], "MORE": [{"text": "g", "start": 5, "end": 6}]}}],
            "degraded": [], "skipped": [], "rules_skipped": [], "summary": {"files": 1, "checked": 1}}"#;
        let findings: Vec<_> = read(report).unwrap().findings(Path::new("/src/here")).collect();
        let captures = BTreeMap::from([
            ("A".to_owned(), Capture::Single(Piece { text: "f".into(), start: 3, end: 4 })),
            ("B".to_owned(), Capture::Text("F".into())),
            ("MORE".to_owned(), Capture::Multi(vec![Piece { text: "g".into(), start: 5, end: 6 }])),
            ("REST".to_owned(), Capture::Multi(vec![])),
        ]);
        assert_eq!(
            findings,
            [Finding { rule: "r".into(), path: "/src/x/src/a.ts".into(), start: 3, end: 9, captures }]
        );
    }

    #[test]
    fn another_version_is_refused() {
        let report = br#"{"version": 2, "root": ".", "diagnostics": [], "summary": {"files": 0}}"#;
        assert!(read(report).err().unwrap().contains("version 2"));
    }
}
