//! Running lawbook, and reading its report as findings.

use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::compare::{ParityCapture, ParityFinding, Piece};
use super::stage::Stage;
use crate::report_json::{CaptureJson, CapturedNodeJson, ReportJson};

/// Runs lawbook on these files and adds its findings.
pub fn check(
    binary: &Path,
    stage: &Stage,
    cwd: &Path,
    files: &[PathBuf],
    found: &mut Vec<ParityFinding>,
) -> Result<(), String> {
    let mut command = Command::new(binary);
    command
        .args(["check", "--no-config", "--format", "json", "--rules"])
        .arg(stage.rules_folder())
        .arg("--")
        .args(files)
        .current_dir(cwd);
    let report = ReportJson::parse(&super::answer_of("lawbook", &mut command)?)?;
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
    found.extend(findings(report, cwd));
    Ok(())
}

/// Returns the findings with absolute paths.
fn findings(report: ReportJson, cwd: &Path) -> impl Iterator<Item = ParityFinding> {
    let root = cwd.join(&report.root);
    report.diagnostics.into_iter().map(move |diagnostic| ParityFinding {
        rule: diagnostic.rule,
        path: super::text_of(&plain(&root.join(&diagnostic.path))),
        start: diagnostic.span.start,
        end: diagnostic.span.end,
        captures: diagnostic.captures.into_iter().map(|(name, captured)| (name, captured.into())).collect(),
    })
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

impl From<CaptureJson> for ParityCapture {
    fn from(captured: CaptureJson) -> Self {
        match captured {
            CaptureJson::One(node) => Self::Single(node.into()),
            CaptureJson::Many(nodes) => Self::Multi(nodes.into_iter().map(Piece::from).collect()),
            CaptureJson::Text { text } => Self::Text(text),
        }
    }
}

impl From<CapturedNodeJson> for Piece {
    fn from(CapturedNodeJson { text, start, end }: CapturedNodeJson) -> Self {
        Self { text, start, end }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_report_becomes_findings_with_absolute_paths() {
        let report = br#"{"version": 1, "tool": {"name": "lawbook", "version": "0"}, "root": "../x", "rules": [],
            "diagnostics": [{"rule": "r", "severity": "info", "path": "src/a.ts", "span": {"start": 3, "end": 9},
                "message": "m", "symbol": "", "range": {"start": {"line": 1, "column": 4}, "end": {"line": 1, "column": 10}},
                "captures": {"A": {"text": "f", "start": 3, "end": 4}, "B": {"text": "F"}, "REST": [], "MORE": [{"text": "g", "start": 5, "end": 6}]},
                "fixes": [], "fingerprint": "1:0"}],
            "degraded": [], "skipped": [], "rules_skipped": [], "rolled_back": [], "unwritten": [],
            "summary": {"files": 1, "checked": 1, "fixed": 0}}"#;
        let report = ReportJson::parse(report).unwrap();
        let findings: Vec<_> = findings(report, Path::new("/src/here")).collect();
        let captures = BTreeMap::from([
            ("A".to_owned(), ParityCapture::Single(Piece { text: "f".into(), start: 3, end: 4 })),
            ("B".to_owned(), ParityCapture::Text("F".into())),
            ("MORE".to_owned(), ParityCapture::Multi(vec![Piece { text: "g".into(), start: 5, end: 6 }])),
            ("REST".to_owned(), ParityCapture::Multi(vec![])),
        ]);
        assert_eq!(
            findings,
            [ParityFinding { rule: "r".into(), path: "/src/x/src/a.ts".into(), start: 3, end: 9, captures }]
        );
    }
}
