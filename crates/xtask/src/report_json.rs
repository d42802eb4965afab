//! The part of lawbook's JSON report that chores read.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A report, version 1.
#[derive(Debug, Deserialize)]
pub struct ReportJson {
    version: u64,
    /// The root as seen from the working directory of the run.
    pub root: String,
    /// The findings, in the order of the report.
    pub diagnostics: Vec<DiagnosticJson>,
    /// Files that were skipped on purpose.
    pub skipped: Vec<SkippedJson>,
    /// Rules that could not run.
    pub rules_skipped: Vec<SkippedRuleJson>,
    /// Fixes that were requested and not applied.
    pub rolled_back: Vec<serde_json::Value>,
    /// Files whose fixes were not written.
    pub unwritten: Vec<serde_json::Value>,
    /// The counts.
    pub summary: SummaryJson,
}

/// A finding.
#[derive(Debug, Deserialize)]
pub struct DiagnosticJson {
    /// The id of its rule.
    pub rule: String,
    /// Its file, below the root.
    pub path: String,
    /// Its message.
    pub message: String,
    /// Its bytes in the file.
    pub span: SpanJson,
    /// Its lines and columns.
    pub range: RangeJson,
    /// The count of its rule.
    pub measure: Option<MeasureJson>,
    /// The definitions around it.
    pub symbol: String,
    /// The matches of its metavariables, by name.
    pub captures: BTreeMap<String, CaptureJson>,
    /// Its fixes.
    pub fixes: Vec<FixJson>,
    /// Its identity beside the path.
    pub fingerprint: String,
}

/// Bytes of a file, the end exclusive.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SpanJson {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Positions in a file, the end exclusive.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct RangeJson {
    /// That of the first character.
    pub start: PositionJson,
    /// That after the last.
    pub end: PositionJson,
}

/// A line and a column, from 1.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PositionJson {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// The count of a rule.
#[derive(Clone, Debug, Deserialize)]
pub struct MeasureJson {
    /// The count.
    pub value: u32,
}

/// The match of a metavariable.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum CaptureJson {
    /// A list of nodes.
    Many(Vec<CapturedNodeJson>),
    /// One node.
    One(CapturedNodeJson),
    /// The result of a transformation, which has no place in the file.
    Text {
        /// The text.
        text: String,
    },
}

/// A node that a metavariable matched.
#[derive(Debug, Deserialize)]
pub struct CapturedNodeJson {
    /// Its text.
    pub text: String,
    /// Its first byte in the file.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// A fix.
#[derive(Debug, Deserialize)]
pub struct FixJson {
    /// `safe`, `unsafe` or `manual`.
    pub safety: String,
}

/// A file that was skipped on purpose.
#[derive(Debug, Deserialize)]
pub struct SkippedJson {
    /// The file.
    pub path: String,
    /// The reason.
    pub reason: String,
}

/// A rule that could not run.
#[derive(Debug, Deserialize)]
pub struct SkippedRuleJson {
    /// Its id.
    pub rule: String,
    /// The reason.
    pub reason: String,
}

/// The counts of a run.
#[derive(Debug, Deserialize)]
pub struct SummaryJson {
    /// Files that were found.
    pub files: usize,
    /// Findings that were fixed.
    pub fixed: usize,
}

impl ReportJson {
    /// Reads a report.
    ///
    /// # Errors
    /// The bytes are not a report of version 1.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let report: Self = serde_json::from_slice(json).map_err(|error| format!("lawbook's JSON: {error}"))?;
        if report.version == 1 { Ok(report) } else { Err(format!("lawbook's JSON is of version {}", report.version)) }
    }
}

impl DiagnosticJson {
    /// Its first and its last line.
    pub fn lines(&self) -> (u32, u32) {
        let RangeJson { start, end } = self.range;
        // A span that ends at the start of a line has nothing of that line.
        let last = if end.column == 1 { end.line.saturating_sub(1) } else { end.line };
        (start.line, last.max(start.line))
    }

    /// True if `--fix --unsafe-fixes` would apply one of its fixes.
    pub fn is_fixable(&self) -> bool {
        self.fixes.iter().any(|fix| fix.safety != "manual")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_refused() {
        let report = br#"{"version": 2, "root": ".", "diagnostics": [], "skipped": [], "rules_skipped": [],
            "rolled_back": [], "unwritten": [], "summary": {"files": 0, "fixed": 0}}"#;
        assert!(ReportJson::parse(report).unwrap_err().contains("version 2"));
    }
}
