//! Findings of the command line and diagnostics of a server in one form, so that both can be compared.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::Value;

use crate::editor::text::{LspEncoding, line_starts, range};

/// A sorted list of findings, each one line: its range, severity, rule and message.
pub type FindingLines = Vec<String>;

/// Checks one text with a fresh process, as the file of that path.
pub fn of_fresh_process(
    lawbook: &Path,
    folder: &Path,
    path: &str,
    text: &str,
    encoding: LspEncoding,
) -> Result<FindingLines, String> {
    let output = check_text(lawbook, folder, &["--format", "json", "--stdin-filename", path], text)?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("lawbook check --stdin-filename {path} ended with {}: {error}", output.status))?;
    // A text that looks generated or minified is left out, and then nothing is checked.
    if report.get("mistakes").is_some() {
        let message = report["mistakes"][0]["message"].as_str().unwrap_or_default();
        return if message.starts_with("nothing was checked") { Ok(Vec::new()) } else { Err(report.to_string()) };
    }
    Ok(by_path(&report, encoding, |_| Some(text.to_owned())).remove(path).unwrap_or_default())
}

/// The text after the safe fixes of a fresh process.
pub fn fixed_by_fresh_process(lawbook: &Path, folder: &Path, path: &str, text: &str) -> Result<String, String> {
    let output = check_text(lawbook, folder, &["--fix", "--format", "unix", "--stdin-filename", path], text)?;
    String::from_utf8(output.stdout).map_err(|error| format!("the fixed text of {path}: {error}"))
}

/// Runs `lawbook check` over a text on standard input.
fn check_text(lawbook: &Path, folder: &Path, args: &[&str], text: &str) -> Result<Output, String> {
    let mut child = Command::new(lawbook)
        .arg("check")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("lawbook could not be started: {error}"))?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // On a thread, so that neither side waits for the other with a full pipe.
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(text.as_bytes())));
        child.wait_with_output()
    });
    output.map_err(|error| format!("lawbook check: {error}"))
}

/// The findings of a report by path, with the texts of its files.
pub fn by_path(
    report: &Value,
    encoding: LspEncoding,
    text_of: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, FindingLines> {
    let mut texts: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    let mut findings: BTreeMap<String, FindingLines> = BTreeMap::new();
    for found in report["diagnostics"].as_array().into_iter().flatten() {
        let path = found["path"].as_str().unwrap_or_default();
        if !texts.contains_key(path) {
            let text = text_of(path).unwrap_or_default();
            let starts = line_starts(&text);
            texts.insert(path.to_owned(), (text, starts));
        }
        let Some((text, starts)) = texts.get(path) else { continue };
        let offset = |key: &str| (found["span"][key].as_u64().unwrap_or_default() as usize).min(text.len());
        let span = offset("start")..offset("end");
        let severity = match found["severity"].as_str() {
            Some("error") => 1,
            Some("warning") => 2,
            _ => 3,
        };
        let place = range(text, starts, &span, encoding);
        let line = line(&place, severity, found["rule"].as_str(), found["message"].as_str());
        findings.entry(path.to_owned()).or_default().push(line);
    }
    for lines in findings.values_mut() {
        lines.sort();
    }
    findings
}

/// The diagnostics of a server. Of a message, the paragraph of the help is left out: it is that of the rule.
pub fn of_server(items: &Value) -> FindingLines {
    let lines = items.as_array().into_iter().flatten().map(|item| {
        let message = item["message"].as_str().map(finding_message);
        line(&item["range"], item["severity"].as_i64().unwrap_or_default(), item["code"].as_str(), message)
    });
    let mut lines: FindingLines = lines.collect();
    lines.sort();
    lines
}

/// The first line of a message, which is the message of the finding.
fn finding_message(message: &str) -> &str {
    message.split('\n').next().unwrap_or(message)
}

fn line(range: &Value, severity: i64, rule: Option<&str>, message: Option<&str>) -> String {
    let place = |end: &str| format!("{}:{}", range[end]["line"], range[end]["character"]);
    let message = finding_message(message.unwrap_or_default());
    format!("{}-{} {severity} {}: {message}", place("start"), place("end"), rule.unwrap_or_default())
}

/// The lines that are in only one of two lists, each marked with its side; none if both are equal.
pub fn differences(fresh: &FindingLines, server: &FindingLines) -> Option<String> {
    if fresh == server {
        return None;
    }
    let count = |lines: &FindingLines| {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for line in lines {
            *counts.entry(line.clone()).or_default() += 1;
        }
        counts
    };
    let (left, right) = (count(fresh), count(server));
    let only = |one: &BTreeMap<String, i64>, other: &BTreeMap<String, i64>, title: &str| {
        let lines = one.iter().filter(|(line, count)| other.get(*line).is_none_or(|others| others < *count));
        lines.take(3).map(|(line, _)| format!("\n    only {title}: {line}")).collect::<Vec<_>>().concat()
    };
    let sizes = format!("{} findings of the command line, {} of the server", fresh.len(), server.len());
    Some(format!("{sizes}{}{}", only(&left, &right, "command line"), only(&right, &left, "server")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_sides_have_one_form() {
        let report = json!({ "diagnostics": [{
            "rule": "r", "severity": "warning", "message": "m", "path": "a.ts", "span": { "start": 5, "end": 6 },
        }] });
        let text = "\u{1f600}\nx";
        let fresh = by_path(&report, LspEncoding::Utf16, |_| Some(text.to_owned())).remove("a.ts").unwrap();
        let items = json!([{
            "range": { "start": { "line": 1, "character": 0 }, "end": { "line": 1, "character": 1 } },
            "severity": 2, "code": "r", "message": "m\n\nThe help.",
        }]);
        assert_eq!(differences(&fresh, &of_server(&items)), None);
        assert!(differences(&fresh, &Vec::new()).unwrap().contains("only command line: 1:0-1:1 2 r: m"));
    }
}
