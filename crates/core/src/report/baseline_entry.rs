//! One entry of a baseline.

use crate::diagnostic::Diagnostic;
use crate::lines::split_lines;
use crate::source::{RelPath, SourceFile};

/// A finding that was accepted earlier. Path, fingerprint and count identify it; the rest is for readers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The file, below the root.
    pub path: RelPath,
    /// The id of the rule when the entry was made.
    pub rule: String,
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// The 1-based number among the findings of the file with this fingerprint. Each has an entry of its own, so that
    /// branches which fix different numbers of them still merge.
    pub count: u32,
    /// The first line of the code.
    pub excerpt: String,
    /// The reason, if it was accepted after the baseline was made.
    pub reason: Option<String>,
}

/// The most characters of a line of code that an entry shows.
const MAX_EXCERPT_CHARS: usize = 80;

impl BaselineEntry {
    /// Makes the entry of a finding; `source` is its file, if that has a text.
    pub fn of(found: &Diagnostic, source: Option<&SourceFile>, reason: Option<&str>) -> Self {
        let code = source.map_or("", |source| source.slice(found.span));
        let line = split_lines(code).map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        // No more is read than is shown: the lines of nested findings are long and many.
        let words = line.split_whitespace().enumerate();
        let mut spaced = words.flat_map(|(number, word)| (number > 0).then_some(' ').into_iter().chain(word.chars()));
        let mut excerpt: String = spaced.clone().take(MAX_EXCERPT_CHARS).collect();
        if spaced.nth(MAX_EXCERPT_CHARS).is_some() {
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

    /// A key that identifies the entry. Equal entries of two branches have the same key.
    pub fn merge_key(&self) -> String {
        let subject = format!("{}\n{}\n{}", self.fingerprint, self.count, self.reason.as_deref().unwrap_or_default());
        crate::fingerprint::of("baseline", self.path.as_str(), &subject)[2..18].to_owned()
    }

    /// The folder of its file, relative to the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        self.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}
