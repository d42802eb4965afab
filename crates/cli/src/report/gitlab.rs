//! The report as GitLab reads it for Code Quality: a list of issues of Code Climate, with the fields that GitLab takes.

use std::collections::HashMap;

use lawbook_core::diagnostic::Severity;
use lawbook_core::source::ColumnUnit;
use serde::Serialize;

use crate::report::ReportView;
use crate::report::gaps::gaps;
use crate::report::places::{Places, last_line};
use crate::text::Text;

/// Renders the report on one line.
///
/// # Errors
/// A value cannot be serialized as JSON.
pub(super) fn render(view: ReportView<'_>) -> Result<Text, serde_json::Error> {
    let mut places = Places::new(view, ColumnUnit::Utf16);
    let mut counts = HashMap::new();
    let mut issues = Vec::with_capacity(view.report.diagnostics.len());
    for found in &view.report.diagnostics {
        let lines = places.find(&found.path, found.span).map_or(GitlabLines { begin: 1, end: 1 }, |range| {
            GitlabLines { begin: range.start.line, end: last_line(&range) }
        });
        issues.push(GitlabIssue {
            description: &found.message,
            check_name: &found.rule,
            fingerprint: fingerprint(found.path.as_str(), &found.fingerprint, &mut counts),
            severity: severity(found.severity),
            location: GitlabLocation { path: view.in_repository(&found.path), lines },
        });
    }
    let gaps = gaps(view);
    for gap in &gaps {
        issues.push(GitlabIssue {
            description: &gap.words,
            check_name: gap.kind,
            fingerprint: fingerprint(gap.path.as_str(), gap.kind, &mut counts),
            severity: severity(Severity::Info),
            location: GitlabLocation {
                path: view.in_repository(&gap.path),
                lines: GitlabLines { begin: gap.line, end: gap.line },
            },
        });
    }
    Text::json(&issues)
}

/// GitLab has `blocker` and `critical` above these, which no level of a rule claims.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}

/// The identity of a finding among all of the report: of two issues with one fingerprint, GitLab keeps one. It holds the path
/// and the fingerprint of the finding, which has no line, and a count where several are equal.
fn fingerprint<'a>(path: &'a str, of_finding: &'a str, counts: &mut HashMap<(&'a str, &'a str), u32>) -> String {
    let count = counts.entry((path, of_finding)).or_default();
    *count += 1;
    let mut hasher = blake3::Hasher::new();
    for part in [path, of_finding, &count.to_string()] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

#[derive(Serialize)]
struct GitlabIssue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation,
}

#[derive(Serialize)]
struct GitlabLocation {
    path: String,
    lines: GitlabLines,
}

#[derive(Serialize)]
struct GitlabLines {
    begin: u32,
    end: u32,
}
