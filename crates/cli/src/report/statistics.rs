//! A table of the findings by rule.

use std::collections::{BTreeMap, BTreeSet};

use lawbook_core::diagnostic::Severity;
use lawbook_core::report::Report;
use lawbook_core::source::RelPath;

use crate::text::{Text, TextStyle, counted};

/// The number of findings above which a report for people ends with the table.
const MAX_FINDINGS_WITHOUT_TABLE: usize = 50;

/// The numbers of one rule in the table.
#[derive(Default)]
struct RuleRow<'r> {
    findings: usize,
    /// The highest level.
    level: Option<Severity>,
    files: BTreeSet<&'r RelPath>,
}

/// True if a report for people is so long that its end should sum it up.
pub(super) fn is_long(report: &Report) -> bool {
    report.diagnostics.len() > MAX_FINDINGS_WITHOUT_TABLE
}

/// Adds a line for each rule with findings, those with the most first.
pub(crate) fn render(report: &Report, text: &mut Text) {
    let mut by_rule: BTreeMap<&str, RuleRow<'_>> = BTreeMap::new();
    for found in &report.diagnostics {
        let row = by_rule.entry(&found.rule).or_default();
        row.findings += 1;
        row.level = row.level.max(Some(found.severity));
        row.files.insert(&found.path);
    }
    let mut rows: Vec<(&str, RuleRow<'_>)> = by_rule.into_iter().collect();
    rows.sort_by_key(|(_, row)| std::cmp::Reverse((row.findings, row.level)));
    let width = rows.iter().map(|(_, row)| row.findings.to_string().len()).max().unwrap_or_default();
    let names = rows.iter().map(|(rule, _)| rule.len()).max().unwrap_or_default();
    for (rule, RuleRow { findings, level, files }) in rows {
        let files = counted(files.len(), "file");
        text.add(&format!("{findings:>width$} {rule:<names$} "));
        if let Some(level) = level {
            text.paint(style_of(level), level.name());
        }
        text.add(&format!(" in {files}")).end_line();
    }
}

/// The style of a level.
pub(super) fn style_of(severity: Severity) -> TextStyle {
    match severity {
        Severity::Error => TextStyle::Error,
        Severity::Warning => TextStyle::Warning,
        Severity::Info => TextStyle::Info,
    }
}
