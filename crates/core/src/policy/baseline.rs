//! The baseline: the findings that were there when a rule was adopted, each with its place in a text that git merges.

mod compare;
mod text;

use std::collections::HashSet;
use std::sync::Arc;

pub use compare::{Comparison, Scope, compare, may_be_known};
pub use text::{print, read};

use crate::diagnostic::Diagnostic;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// One finding that was there before. Its identity is path and fingerprint; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
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

impl Entry {
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

    /// A name that no other entry has. Branches that made the same entry made one of one name.
    pub fn name(&self) -> String {
        let subject = format!("{}\n{}\n{}", self.fingerprint, self.count, self.reason.as_deref().unwrap_or_default());
        crate::fingerprint::of("baseline", self.path.as_str(), &subject)[2..18].to_owned()
    }

    /// The folder of its file, below the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        self.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// One file of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineFile {
    /// Its place as its reader knows it.
    pub path: Arc<str>,
    text: Arc<str>,
    entries: Vec<(Entry, Span)>,
}

impl BaselineFile {
    /// Its entries, in their order.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter().map(|(entry, _)| entry)
    }

    /// Its text without some of its entries, by number. Everything else stays, and where an entry was stands one line of
    /// its own: lines that no other place has, between two branches' deletions, are what lets git merge them.
    pub fn without(&self, gone: &[usize]) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for (number, (entry, span)) in self.entries.iter().enumerate() {
            if gone.contains(&number) {
                text.push_str(&self.text[at..span.start as usize]);
                text.push_str("# gone ");
                text.push_str(&entry.name());
                let end = if self.text[span.range()].ends_with("\r\n") { "\r\n" } else { "\n" };
                text.push_str(end);
                at = span.end as usize;
            }
        }
        text.push_str(&self.text[at..]);
        text
    }
}

/// All files of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The files, by path.
    pub files: Vec<BaselineFile>,
}

/// The place of an entry in a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryAt {
    /// The number of the file.
    pub file: usize,
    /// The number of the entry in it.
    pub entry: usize,
}

impl Baseline {
    /// All entries with their places.
    pub fn entries(&self) -> impl Iterator<Item = (EntryAt, &Entry)> {
        self.files.iter().enumerate().flat_map(|(file, entries)| {
            entries.entries().enumerate().map(move |(entry, found)| (EntryAt { file, entry }, found))
        })
    }

    /// The entries with their places, each once: after a merge, what two branches did alike stands in two files.
    pub fn distinct(&self) -> impl Iterator<Item = (EntryAt, &Entry)> {
        let mut seen = HashSet::new();
        self.entries().filter(move |(_, entry)| {
            seen.insert((&entry.path, &entry.fingerprint, entry.count, entry.reason.as_deref()))
        })
    }

    /// All places of the entries at some of them.
    pub fn copies(&self, of: impl IntoIterator<Item = EntryAt>) -> Vec<EntryAt> {
        let names: HashSet<String> = of.into_iter().map(|at| self.entry(at).name()).collect();
        self.entries().filter(|(_, entry)| names.contains(&entry.name())).map(|(at, _)| at).collect()
    }

    /// The entry at a place.
    pub fn entry(&self, at: EntryAt) -> &Entry {
        &self.files[at.file].entries[at.entry].0
    }

    /// How many entries there are, each counted once.
    pub fn len(&self) -> usize {
        self.distinct().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.entries.is_empty())
    }
}
