//! One entry of a baseline.

use crate::diagnostic::Diagnostic;
use crate::source::{RelPath, SourceFile};

/// One finding that was there before. Its identity is path and fingerprint; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The file, below the root.
    pub path: RelPath,
    /// The rule as it was called when the entry was made.
    pub rule: String,
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// Which one it is of the equal findings of its file, from 1. Each has an entry of its own, so that branches which
    /// mend different numbers of them still merge.
    pub count: u32,
    /// The first line of the code.
    pub excerpt: String,
    /// Why it was accepted after the baseline was made.
    pub reason: Option<String>,
}

/// How much of a line of code an entry shows, in characters.
const EXCERPT: usize = 80;

impl BaselineEntry {
    /// The entry of a finding; `source` is its file, if there is a text.
    pub fn of(found: &Diagnostic, source: Option<&SourceFile>, reason: Option<&str>) -> Self {
        let code = source.map_or("", |source| source.slice(found.span));
        let line = code.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut excerpt: String = words.chars().take(EXCERPT).collect();
        if excerpt.len() < words.len() {
            excerpt.push('…');
        }
        Self {
            path: found.path.clone(),
            rule: found.rule.to_string(),
            fingerprint: found.fingerprint.clone(),
            count: 1,
            excerpt,
            reason: reason.map(str::to_owned),
        }
    }

    /// A key that no other entry has. Branches that made the same entry made one of one key.
    pub fn merge_key(&self) -> String {
        let subject = format!("{}\n{}\n{}", self.fingerprint, self.count, self.reason.as_deref().unwrap_or_default());
        crate::fingerprint::of("baseline", self.path.as_str(), &subject)[2..18].to_owned()
    }

    /// The folder of its file, below the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        self.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}
