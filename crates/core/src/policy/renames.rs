//! Renamed files of a change, found as git finds them: by equal and by similar contents.

use std::collections::HashMap;

use crate::source::{RelPath, SourceFile};

/// The number of pairs of a new and a deleted file above which only files with the same name or with equal texts are
/// paired.
const MAX_PAIRS: usize = 1000;

/// The longest part of a line that is compared as a whole, in bytes.
const MAX_CHUNK_BYTES: usize = 64;

/// The old paths of renamed files, by new path. Each deleted file is the origin of at most one new file: of one with the
/// same text, else of the most similar one, if at least half of the longer text is the same in both.
pub fn renames<'a>(
    new: &[(&'a RelPath, &SourceFile)],
    gone: &[(&'a RelPath, &SourceFile)],
) -> HashMap<&'a RelPath, &'a RelPath> {
    let has_many_pairs = new.len().saturating_mul(gone.len()) > MAX_PAIRS;
    let mut pairs = Vec::new();
    for (at_new, (path, now)) in new.iter().enumerate() {
        for (at_gone, (old_path, before)) in gone.iter().enumerate() {
            let has_same_name = path.file_name() == old_path.file_name();
            let score = if now.text() == before.text() {
                MAX_SCORE
            } else if has_many_pairs && !has_same_name {
                continue;
            } else {
                similarity(before.text(), now.text())
            };
            if score * 2 >= MAX_SCORE {
                pairs.push((score, has_same_name, at_new, at_gone));
            }
        }
    }
    pairs.sort_by_key(|(score, has_same_name, at_new, at_gone)| {
        (std::cmp::Reverse((*score, *has_same_name)), *at_new, *at_gone)
    });
    let (mut is_new_taken, mut is_gone_taken) = (vec![false; new.len()], vec![false; gone.len()]);
    let mut renames = HashMap::new();
    for (_, _, at_new, at_gone) in pairs {
        if !is_new_taken[at_new] && !is_gone_taken[at_gone] {
            (is_new_taken[at_new], is_gone_taken[at_gone]) = (true, true);
            renames.insert(new[at_new].0, gone[at_gone].0);
        }
    }
    renames
}

/// True if a file with this text may be another one under a new name: half of the longer text is the same in both.
pub fn is_same_file(before: &str, now: &str) -> bool {
    before == now || similarity(before, now) * 2 >= MAX_SCORE
}

/// The score of equal texts.
const MAX_SCORE: u64 = 60_000;

/// The share of the longer text whose lines are in both, of [`MAX_SCORE`].
fn similarity(before: &str, now: &str) -> u64 {
    let (before, now) = (before.as_bytes(), now.as_bytes());
    let (shorter, longer) = (before.len().min(now.len()) as u64, before.len().max(now.len()) as u64);
    // Whatever is in the shorter text, too much of the longer one is not.
    if shorter * 2 < longer {
        return 0;
    }
    let mut left: HashMap<&[u8], u64> = HashMap::new();
    for chunk in chunks(before) {
        *left.entry(chunk).or_default() += 1;
    }
    let mut same = 0;
    for chunk in chunks(now) {
        if let Some(count) = left.get_mut(chunk).filter(|count| **count > 0) {
            *count -= 1;
            same += chunk.len() as u64;
        }
    }
    same * MAX_SCORE / longer.max(1)
}

/// The lines of a text with their ends, long ones in pieces.
fn chunks(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(MAX_CHUNK_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn borrowed(files: &[(RelPath, SourceFile)]) -> Vec<(&RelPath, &SourceFile)> {
        files.iter().map(|(path, file)| (path, file)).collect()
    }

    /// Checks the renames between files that are written as `path text`.
    #[track_caller]
    fn check(new: &[&str], gone: &[&str], expected: &[(&str, &str)]) {
        let files = |written: &[&str]| -> Vec<(RelPath, SourceFile)> {
            let file = |written: &&str| {
                let (path, text) = written.split_once(' ').unwrap();
                (RelPath::new(path), SourceFile::new(RelPath::new(path), text.replace(' ', "\n")).unwrap())
            };
            written.iter().map(file).collect()
        };
        let (new, gone) = (files(new), files(gone));
        let found = renames(&borrowed(&new), &borrowed(&gone));
        let mut found: Vec<(&str, &str)> = found.iter().map(|(new, old)| (new.as_str(), old.as_str())).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn half_of_the_longer_text_makes_the_same_file() {
        check(&["b aa bb xx yy"], &["a aa bb cc dd"], &[("b", "a")]);
        check(&["b aa xx yy zz"], &["a aa bb cc dd"], &[]);
        check(&["b aa bb cc dd ee ff gg hh"], &["a aa bb cc"], &[]);
    }

    #[test]
    fn the_most_similar_file_is_the_origin() {
        check(&["c aa bb cc xx", "d aa bb cc dd"], &["a aa bb cc dd"], &[("d", "a")]);
        check(&["c aa bb xx yy", "d aa bb cc xx"], &["a aa bb cc dd"], &[("d", "a")]);
        check(&["x/a aa bb", "x/b aa bb"], &["b aa bb"], &[("x/b", "b")]);
    }

    #[test]
    fn code_that_was_taken_into_a_small_part_of_a_file_is_no_rename() {
        check(&["b aa bb cc dd ee ff gg hh ii jj"], &["a aa bb"], &[]);
    }
}
