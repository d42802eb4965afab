//! An index from fingerprints to paths over the texts of a baseline, made without parsing the entries.

use crate::policy::baseline::fingerprint_number;
use crate::policy::baseline::text::unescaped_path;
use crate::source::RelPath;

/// The fingerprints in some texts of a baseline, with the paths of their entries.
///
/// It costs a fraction of parsing the texts, so that a run can search all of them for one finding.
#[derive(Debug, Default)]
pub struct TextIndex {
    /// One for each entry of the texts, sorted.
    entries: Vec<IndexEntry>,
    /// The paths, by text, in the order of the text.
    paths: Vec<RelPath>,
}

/// One entry of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct IndexEntry {
    fingerprint: u128,
    /// The index of the path.
    path: u32,
    /// The index of the text.
    text: u32,
}

impl TextIndex {
    /// Indexes one text, whose index is 0.
    pub fn of(text: &[u8]) -> Self {
        let mut index = Self::default();
        let mut last: &[u8] = b"";
        for (path, fingerprint) in (EntryKeys { rest: text }) {
            let Some(fingerprint) = fingerprint_number(fingerprint) else { continue };
            if path != last || index.paths.is_empty() {
                let Some(plain) = str::from_utf8(path).ok().and_then(unescaped_path) else { continue };
                index.paths.push(plain);
                last = path;
            }
            index.entries.push(IndexEntry { fingerprint, path: index.paths.len() as u32 - 1, text: 0 });
        }
        index
    }

    /// Merges the indexes of several texts, which are numbered in this order.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut merged = Self::default();
        for (text, part) in parts.into_iter().enumerate() {
            let first = merged.paths.len() as u32;
            merged.entries.extend(part.entries.iter().map(|entry| IndexEntry {
                path: first + entry.path,
                text: text as u32,
                ..*entry
            }));
            merged.paths.extend(part.paths);
        }
        merged.entries.sort_unstable();
        merged
    }

    /// The paths with an entry of one of these fingerprints, sorted, each with the index of its text. A path in several
    /// texts is listed with each.
    pub fn paths_with<'f>(&self, fingerprints: impl IntoIterator<Item = &'f str>) -> Vec<(&RelPath, usize)> {
        let entries = fingerprints
            .into_iter()
            .filter_map(|fingerprint| fingerprint_number(fingerprint.as_bytes()))
            .flat_map(|number| {
                let first = self.entries.partition_point(|entry| entry.fingerprint < number);
                self.entries[first..].iter().take_while(move |entry| entry.fingerprint == number)
            });
        let mut places: Vec<(u32, u32)> = entries.map(|entry| (entry.path, entry.text)).collect();
        places.dedup();
        let mut paths: Vec<(&RelPath, usize)> =
            places.into_iter().map(|(path, text)| (&self.paths[path as usize], text as usize)).collect();
        // The stable sort is quick here, since each text lists its paths sorted.
        paths.sort();
        paths.dedup();
        paths
    }
}

/// Iterates over the path and fingerprint of each entry of a text, as written: the first line of a block, and the
/// second word of its second line. Malformed blocks give nothing, or something that is not a fingerprint.
struct EntryKeys<'t> {
    rest: &'t [u8],
}

impl<'t> EntryKeys<'t> {
    /// The next line that is not a comment, without its line end.
    fn line(&mut self) -> Option<&'t [u8]> {
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
            let line = &self.rest[..end];
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            if line.first() != Some(&b'#') {
                return Some(line.strip_suffix(b"\r").unwrap_or(line));
            }
        }
        None
    }
}

impl<'t> Iterator for EntryKeys<'t> {
    type Item = (&'t [u8], &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let path = self.line()?;
            if is_blank(path) {
                continue;
            }
            let rule_and_fingerprint = self.line()?;
            if is_blank(rule_and_fingerprint) {
                continue;
            }
            // The other lines of a block are not needed.
            while self.line().is_some_and(|line| !is_blank(line)) {}
            if let Some(fingerprint) = second_word(rule_and_fingerprint) {
                return Some((path, fingerprint));
            }
        }
    }
}

/// True if a line holds nothing but white space.
fn is_blank(line: &[u8]) -> bool {
    let rest = line.trim_ascii_start();
    // A line of non-ASCII white space is blank too.
    let has_text =
        |first: &u8| first.is_ascii() || str::from_utf8(rest).is_ok_and(|rest| !rest.trim_start().is_empty());
    !rest.first().is_some_and(has_text)
}

/// The second word of a line.
fn second_word(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    let rest = line[line.iter().position(u8::is_ascii_whitespace)?..].trim_ascii_start();
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::baseline::{print, read};
    use crate::policy::testing::entries;

    /// Checks the paths for a fingerprint in the index of some texts, each made of some entries.
    #[track_caller]
    fn check(texts: &[&[&str]], number: &str, expected: &[(&str, usize)]) {
        let index = TextIndex::merge(texts.iter().map(|written| TextIndex::of(print(&entries(written)).as_bytes())));
        let found = index.paths_with([format!("1:{number:0>32}").as_str()]);
        let found: Vec<(&str, usize)> = found.into_iter().map(|(path, text)| (path.as_str(), text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn paths_are_found_by_fingerprint_with_their_texts() {
        check(&[&["a 2", "a 3", "b 2"], &["c 2", "b 3"]], "2", &[("a", 0), ("b", 0), ("c", 1)]);
        check(&[&["a 2", "a 2"], &["a 2"]], "2", &[("a", 0), ("a", 1)]);
        check(&[&["a 2"]], "3", &[]);
    }

    #[test]
    fn the_index_has_what_reading_finds() {
        let written = print(&entries(&["a\\b 2", "#c 3", "b 4"]));
        let texts = [
            written.clone(),
            written.replace('\n', "\r\n"),
            written.replace("\n\n", "\n  \n# note\n\n# note\n"),
            written.replace("  no-x", "\tno-x  "),
        ];
        for text in texts {
            let read = read("b.txt", text.as_str()).unwrap();
            let index = TextIndex::of(text.as_bytes());
            for entry in read.entries() {
                assert_eq!(index.paths_with([entry.fingerprint.as_str()]), [(&entry.path, 0)], "{text}");
            }
            assert_eq!(index.entries.len(), 3, "{text}");
        }
    }
}
