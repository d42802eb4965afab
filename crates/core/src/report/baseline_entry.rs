//! One entry of a baseline.

use std::fmt::Write as _;

use crate::diagnostic::Diagnostic;
use crate::lines::split_lines;
use crate::report::LineText;
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
    /// A digest of the line where it starts, see [`LineText`]; none in entries of older versions.
    pub line: Option<String>,
    /// The fingerprint without the symbol path, if there is one; see [`BaselineEntry::subject_fingerprint`].
    pub subject: Option<String>,
    /// Its symbol path when the entry was made.
    pub symbol: String,
    /// The count of the rule when the entry was made, and the unit.
    pub measure: Option<(u32, String)>,
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
            line: source.map(|source| LineText::of(found, source).digest()),
            subject: (found.subject_fingerprint != found.fingerprint).then(|| found.subject_fingerprint.clone()),
            symbol: found.symbol.clone(),
            measure: found.measure.as_ref().map(|measure| (measure.value, measure.unit.to_string())),
        }
    }

    /// The fingerprint of rule and subject alone, which stays the same if what encloses the finding gets another name.
    pub fn subject_fingerprint(&self) -> &str {
        // At the top of a file both are the same. An entry of an older version has only the fingerprint with the symbol
        // path, which is the fingerprint of no subject.
        self.subject.as_ref().unwrap_or(&self.fingerprint)
    }

    /// A key that identifies the entry. Equal entries of two branches have the same key.
    pub fn merge_key(&self) -> String {
        let mut subject =
            format!("{}\n{}\n{}", self.fingerprint, self.count, self.reason.as_deref().unwrap_or_default());
        if let Some((value, unit)) = &self.measure {
            // Writing to a string cannot fail.
            let _ = write!(subject, "\n{value} {unit}");
        }
        crate::fingerprint::of("baseline", self.path.as_str(), &subject)[2..18].to_owned()
    }

    /// The folder of its file, relative to the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        self.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}
