//! Which files the texts of a baseline have entries of, by fingerprint, without reading those entries.

use crate::policy::baseline::digits;
use crate::policy::baseline::text::unescaped_path;
use crate::source::RelPath;

/// The fingerprints of some texts with the paths that have them.
///
/// It costs a fraction of reading the texts, so that a run can look for one finding in all of them.
#[derive(Debug, Default)]
pub struct TextIndex {
    /// One an entry, sorted.
    rows: Vec<Row>,
    /// The paths, sorted by the number of the text first and in the order of the text then.
    paths: Vec<RelPath>,
}

/// One entry of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    fingerprint: u128,
    /// The number of the path.
    path: u32,
    /// The number of the text.
    text: u32,
}

impl TextIndex {
    /// The index of one text by its bytes, whose number is 0.
    pub fn of(text: &[u8]) -> Self {
        let mut index = Self::default();
        let mut last: &[u8] = b"";
        for (path, fingerprint) in (Keys { rest: text }) {
            let Some(fingerprint) = digits(fingerprint) else { continue };
            if path != last || index.paths.is_empty() {
                let Some(plain) = str::from_utf8(path).ok().and_then(unescaped_path) else { continue };
                index.paths.push(plain);
                last = path;
            }
            index.rows.push(Row { fingerprint, path: index.paths.len() as u32 - 1, text: 0 });
        }
        index
    }

    /// The index of several texts, one part each, which are numbered in this order.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut merged = Self::default();
        for (text, part) in parts.into_iter().enumerate() {
            let first = merged.paths.len() as u32;
            merged.rows.extend(part.rows.iter().map(|row| Row { path: first + row.path, text: text as u32, ..*row }));
            merged.paths.extend(part.paths);
        }
        merged.rows.sort_unstable();
        merged
    }

    /// The paths that have one of the fingerprints, in order, each with the number of a text that says so. A path of
    /// several texts is listed with each.
    pub fn paths_with<'f>(&self, fingerprints: impl IntoIterator<Item = &'f str>) -> Vec<(&RelPath, usize)> {
        let rows =
            fingerprints.into_iter().filter_map(|fingerprint| digits(fingerprint.as_bytes())).flat_map(|digits| {
                let first = self.rows.partition_point(|row| row.fingerprint < digits);
                self.rows[first..].iter().take_while(move |row| row.fingerprint == digits)
            });
        let mut places: Vec<(u32, u32)> = rows.map(|row| (row.path, row.text)).collect();
        places.dedup();
        let mut paths: Vec<(&RelPath, usize)> =
            places.into_iter().map(|(path, text)| (&self.paths[path as usize], text as usize)).collect();
        // Each text lists its paths in order, which a sort that keeps runs meets sorted.
        paths.sort();
        paths.dedup();
        paths
    }
}

/// The path and the fingerprint of each entry of a text, as they are written: the first line of a block, and the second
/// word of its second line. Blocks that are no entries give nothing or what no fingerprint equals.
struct Keys<'t> {
    rest: &'t [u8],
}

impl<'t> Keys<'t> {
    /// The next line that is no comment, without its end.
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

impl<'t> Iterator for Keys<'t> {
    type Item = (&'t [u8], &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let path = self.line()?;
            if is_blank(path) {
                continue;
            }
            let key = self.line()?;
            if is_blank(key) {
                continue;
            }
            // The other lines of a block are for people.
            while self.line().is_some_and(|line| !is_blank(line)) {}
            if let Some(fingerprint) = second_word(key) {
                return Some((path, fingerprint));
            }
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    let rest = line.trim_ascii_start();
    // Beyond ASCII there is white space too, which ends no block unless the line has nothing else.
    let has_text =
        |first: &u8| first.is_ascii() || str::from_utf8(rest).is_ok_and(|rest| !rest.trim_start().is_empty());
    !rest.first().is_some_and(has_text)
}

/// The second of the words of a line.
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

    /// The paths that the index of texts, each of some entries, has for a fingerprint.
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
            assert_eq!(index.rows.len(), 3, "{text}");
        }
    }
}
