//! The baseline: the findings that were there when a rule was adopted, each with its place in a text that git merges.

mod compare;
mod text;

use std::collections::HashSet;
use std::sync::Arc;

pub use compare::{Comparison, Scope, compare, may_be_known};
pub use text::{print, read};

use crate::report::BaselineEntry;
use crate::span::Span;

/// One file of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineFile {
    /// Its place as its reader knows it.
    pub path: Arc<str>,
    text: Arc<str>,
    entries: Vec<(BaselineEntry, Span)>,
}

impl BaselineFile {
    /// Its entries, in their order.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &BaselineEntry> {
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
    pub fn entries(&self) -> impl Iterator<Item = (EntryAt, &BaselineEntry)> {
        self.files.iter().enumerate().flat_map(|(file, entries)| {
            entries.entries().enumerate().map(move |(entry, found)| (EntryAt { file, entry }, found))
        })
    }

    /// The entries with their places, each once: after a merge, what two branches did alike stands in two files.
    pub fn distinct(&self) -> impl Iterator<Item = (EntryAt, &BaselineEntry)> {
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
    pub fn entry(&self, at: EntryAt) -> &BaselineEntry {
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
