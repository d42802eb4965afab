//! Findings and entries for the tests of policy, written as a few words each.

use std::sync::Arc;

use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::policy::baseline::{self, BaselineFile, PresentTexts};
use crate::report::{BaselineEntry, LineText};
use crate::rule::engine_ids;
use crate::source::RelPath;
use crate::span::Span;

/// Findings written as `path number-of-fingerprint [symbol [number-of-subject]]`; with the number 0 it is an
/// `unchecked-file`.
pub(super) fn findings(written: &[&str]) -> Vec<Arc<Diagnostic>> {
    written.iter().map(|written| Arc::new(finding(written))).collect()
}

/// One such finding.
pub(super) fn finding(written: &str) -> Diagnostic {
    let words: Vec<&str> = written.split(' ').collect();
    Diagnostic {
        rule: Arc::from(if words[1] == "0" { engine_ids::UNCHECKED_FILE } else { "no-x" }),
        severity: Severity::Error,
        confidence: Confidence::High,
        message: String::new(),
        path: RelPath::new(words[0]),
        span: Span::default(),
        step: None,
        measure: None,
        captures: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
        fingerprint: format!("1:{:0>32}", words[1]),
        subject_fingerprint: format!("1:{:0>32}", words.get(3).unwrap_or(&words[1])),
        is_about_definition: false,
        symbol: words.get(2).copied().unwrap_or_default().to_owned(),
    }
}

/// Entries of such findings; equal ones that follow each other are counted from 1.
pub(super) fn entries(written: &[&str]) -> Vec<BaselineEntry> {
    counted(findings(written).iter().map(|found| BaselineEntry::of(found, None, None)))
}

/// These entries, of which equal ones that follow each other are counted from 1.
pub(super) fn counted(entries: impl Iterator<Item = BaselineEntry>) -> Vec<BaselineEntry> {
    let mut entries: Vec<BaselineEntry> = entries.collect();
    for at in 1..entries.len() {
        if (&entries[at].path, &entries[at].fingerprint) == (&entries[at - 1].path, &entries[at - 1].fingerprint) {
            entries[at].count = entries[at - 1].count + 1;
        }
    }
    entries
}

/// The texts of files that nothing is known about.
pub(super) struct NoTexts;

impl PresentTexts for NoTexts {
    fn line_under(&mut self, _: &str, _: &Diagnostic) -> Option<LineText> {
        None
    }

    fn is_defined(&mut self, _: &RelPath, _: &str) -> bool {
        true
    }
}

/// A baseline file with such entries.
pub(super) fn baseline_file(path: &str, written: &[&str]) -> BaselineFile {
    baseline::read(path, baseline::print(&entries(written))).unwrap()
}
