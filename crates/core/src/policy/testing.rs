//! Findings for the tests of policy, from a few words each.

use std::sync::Arc;

use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::rule::engine_ids;
use crate::source::RelPath;
use crate::span::Span;

/// Findings written `path number-of-fingerprint [symbol]`; the number 0 is that of a file that was not checked.
pub(super) fn findings(written: &[&str]) -> Vec<Arc<Diagnostic>> {
    written.iter().map(|written| Arc::new(finding(written))).collect()
}

fn finding(written: &str) -> Diagnostic {
    let words: Vec<&str> = written.split(' ').collect();
    Diagnostic {
        rule: Arc::from(if words[1] == "0" { engine_ids::UNCHECKED_FILE } else { "no-x" }),
        severity: Severity::Error,
        confidence: Confidence::High,
        message: String::new(),
        path: RelPath::new(words[0]),
        span: Span::default(),
        captures: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
        fingerprint: format!("1:{:0>32}", words[1]),
        symbol: words.get(2).copied().unwrap_or_default().to_owned(),
    }
}
