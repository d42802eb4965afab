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
    /// The index of one text, whose number is 0.
    pub fn of(text: &str) -> Self {
        let mut index = Self::default();
        let mut last = "";
        for (path, fingerprint) in keys(text) {
            let Some(fingerprint) = digits(fingerprint) else { continue };
            if path != last || index.paths.is_empty() {
                let Some(plain) = unescaped_path(path) else { continue };
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
        let rows = fingerprints.into_iter().filter_map(digits).flat_map(|digits| {
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
fn keys(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut path = None;
    let mut is_read = false;
    let mut lines = text.split('\n');
    std::iter::from_fn(move || {
        for line in lines.by_ref() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() {
                (path, is_read) = (None, false);
            } else if line.starts_with('#') || is_read {
                // Comments are no part of a block, and its later lines are for people.
            } else if let Some(path) = path {
                is_read = true;
                if let Some(fingerprint) = line.split_whitespace().nth(1) {
                    return Some((path, fingerprint));
                }
            } else {
                path = Some(line);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::baseline::{print, read};
    use crate::policy::testing::entries;

    /// The paths that the index of texts, each of some entries, has for a fingerprint.
    #[track_caller]
    fn check(texts: &[&[&str]], number: &str, expected: &[(&str, usize)]) {
        let index = TextIndex::merge(texts.iter().map(|written| TextIndex::of(&print(&entries(written)))));
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
            let index = TextIndex::of(&text);
            for entry in read.entries() {
                assert_eq!(index.paths_with([entry.fingerprint.as_str()]), [(&entry.path, 0)], "{text}");
            }
            assert_eq!(index.rows.len(), 3, "{text}");
        }
    }
}
