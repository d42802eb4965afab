//! The baseline: findings accepted earlier, in text files that git can merge.

mod compare;
mod index;
mod names;
mod text;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

pub use compare::{BaselineRenames, Comparison, PresentTexts, may_be_known};
pub use index::TextIndex;
pub use text::{print, read};

use crate::report::BaselineEntry;
use crate::source::RelPath;
use crate::span::Span;

/// One file of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineFile {
    /// Its path, as messages show it.
    pub path: Arc<str>,
    text: Arc<str>,
    entries: Vec<(BaselineEntry, Span)>,
}

impl BaselineFile {
    /// Its text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Its entries with their places in the text, in their order.
    pub(crate) fn placed_entries(&self) -> impl Iterator<Item = &(BaselineEntry, Span)> {
        self.entries.iter()
    }

    /// Its entries, in their order.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &BaselineEntry> {
        self.entries.iter().map(|(entry, _)| entry)
    }

    /// Its text without some of its entries, given by index. Each is replaced by a comment line with its unique key, so
    /// that git can merge the deletions of two branches that are next to each other.
    pub fn without(&self, gone: &[usize]) -> String {
        let gone: HashSet<usize> = gone.iter().copied().collect();
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for (number, (entry, span)) in self.entries.iter().enumerate() {
            if gone.contains(&number) {
                text.push_str(&self.text[at..span.start as usize]);
                text.push_str("# gone ");
                text.push_str(&entry.merge_key());
                let end = if self.text[span.range()].ends_with("\r\n") { "\r\n" } else { "\n" };
                text.push_str(end);
                at = span.end as usize;
            }
        }
        text.push_str(&self.text[at..]);
        text
    }
}

/// The files of a baseline, all of them or those that a run needs, with indices of their entries.
#[derive(Debug, Default)]
pub struct Baseline {
    files: Vec<BaselineFile>,
    /// By path, the places of its entries, each entry once, in the order of the files' paths.
    by_path: HashMap<RelPath, Vec<EntryAt>>,
    /// The places of entries that are equal to one of an earlier file.
    repeated: Vec<EntryAt>,
    /// The places of entries, sorted by the digits of their fingerprints; computed when first needed.
    by_fingerprint: OnceLock<Vec<(u128, EntryAt)>>,
    /// The number of distinct entries.
    count: usize,
}

/// The place of an entry in a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryAt {
    /// The index of the file.
    pub file: usize,
    /// The index of the entry in it.
    pub entry: usize,
}

impl Baseline {
    /// Creates a baseline of some files.
    pub fn new(files: impl IntoIterator<Item = BaselineFile>) -> Self {
        let mut baseline = Self::default();
        for file in files {
            baseline.add(file);
        }
        baseline
    }

    /// Adds a file after the others, whose indices stay valid. The cost depends on this file alone.
    pub fn add(&mut self, file: BaselineFile) {
        let number = self.files.len();
        self.files.push(file);
        self.by_fingerprint = OnceLock::new();
        let Self { files, by_path, repeated, count, .. } = self;
        let mut first = 0;
        for run in files[number].entries.chunk_by(|(a, _), (b, _)| a.path == b.path) {
            let places = by_path.entry(run[0].0.path.clone()).or_default();
            let is_new_path = places.is_empty();
            let mut seen: HashSet<_> = places.iter().map(|at| identity(&files[at.file].entries[at.entry].0)).collect();
            for (entry, (found, _)) in run.iter().enumerate() {
                let at = EntryAt { file: number, entry: first + entry };
                // After a merge, an entry that both branches added may be in two files.
                if (is_new_path && run.len() == 1) || seen.insert(identity(found)) {
                    places.push(at);
                    *count += 1;
                } else {
                    repeated.push(at);
                }
            }
            if !is_new_path {
                places.sort_by_key(|at| (&files[at.file].path, at.entry));
            }
            first += run.len();
        }
    }

    /// The files, in the order in which they were added.
    pub fn files(&self) -> &[BaselineFile] {
        &self.files
    }

    /// All entries with their places.
    pub fn entries(&self) -> impl Iterator<Item = (EntryAt, &BaselineEntry)> {
        self.files.iter().enumerate().flat_map(|(file, entries)| {
            entries.entries().enumerate().map(move |(entry, found)| (EntryAt { file, entry }, found))
        })
    }

    /// The distinct entries with their places: after a merge, an entry that both branches added may be in two files.
    pub fn distinct(&self) -> impl Iterator<Item = (EntryAt, &BaselineEntry)> {
        let repeated: HashSet<EntryAt> = self.repeated.iter().copied().collect();
        self.entries().filter(move |(at, _)| !repeated.contains(at))
    }

    /// The distinct entries of one path with their places.
    pub fn of(&self, path: &RelPath) -> impl Iterator<Item = (EntryAt, &BaselineEntry)> {
        self.by_path.get(path).into_iter().flatten().map(|at| (*at, self.entry(*at)))
    }

    /// The paths with an entry of one of these fingerprints, sorted.
    pub fn paths_with<'f>(&self, fingerprints: impl IntoIterator<Item = &'f str>) -> Vec<&RelPath> {
        let by_fingerprint = self.by_fingerprint.get_or_init(|| {
            let numbered =
                |(at, entry): (EntryAt, &BaselineEntry)| Some((fingerprint_number(entry.fingerprint.as_bytes())?, at));
            let mut sorted: Vec<(u128, EntryAt)> = self.entries().filter_map(numbered).collect();
            sorted.sort_unstable();
            sorted
        });
        let places = fingerprints
            .into_iter()
            .filter_map(|fingerprint| fingerprint_number(fingerprint.as_bytes()))
            .flat_map(|number| {
                let first = by_fingerprint.partition_point(|(other, _)| *other < number);
                by_fingerprint[first..].iter().take_while(move |(other, _)| *other == number)
            });
        let mut paths: Vec<&RelPath> = places.map(|(_, at)| &self.entry(*at).path).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// All places of the entries at these places, with those of equal entries in other files.
    pub fn copies(&self, places: impl IntoIterator<Item = EntryAt>) -> Vec<EntryAt> {
        let mut places: Vec<EntryAt> = places.into_iter().collect();
        let entries: HashSet<_> = places.iter().map(|at| (&self.entry(*at).path, identity(self.entry(*at)))).collect();
        let is_copy = |at: &&EntryAt| entries.contains(&(&self.entry(**at).path, identity(self.entry(**at))));
        places.extend(self.repeated.iter().filter(is_copy));
        places.sort();
        places.dedup();
        places
    }

    /// The entry at a place.
    pub fn entry(&self, at: EntryAt) -> &BaselineEntry {
        &self.files[at.file].entries[at.entry].0
    }

    /// The number of distinct entries.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True if there are no entries.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// The values that distinguish an entry from the others of its path.
fn identity(entry: &BaselineEntry) -> (&str, u32, Option<&str>, Option<u32>) {
    let value = entry.measure.as_ref().map(|(value, _)| *value);
    (&entry.fingerprint, entry.count, entry.reason.as_deref(), value)
}

/// The hexadecimal digits of a fingerprint as a number; none if it is not a fingerprint.
fn fingerprint_number(fingerprint: &[u8]) -> Option<u128> {
    let digits = fingerprint.strip_prefix(b"1:").filter(|digits| digits.len() == 32)?;
    let (mut number, mut all_values) = (0, 0);
    for half in digits.chunks_exact(16) {
        let mut part = 0_u64;
        for digit in half {
            let value = HEX_VALUES[usize::from(*digit)];
            all_values |= value;
            part = part << 4 | u64::from(value & 0xF);
        }
        number = number << 64 | u128::from(part);
    }
    (all_values & NO_DIGIT == 0).then_some(number)
}

/// The value in [`HEX_VALUES`] of a byte that is not a digit.
const NO_DIGIT: u8 = 0x80;

/// By byte, the value of a hexadecimal digit. A table, since large baselines have millions of digits.
const HEX_VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        values[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::baseline_file;

    #[test]
    fn entries_are_found_by_path_in_whatever_files_they_stand() {
        let baseline =
            Baseline::new([baseline_file("a.txt", &["a 2", "b 2"]), baseline_file("b.txt", &["a 3", "a 2"])]);
        let of = |path: &str| baseline.of(&RelPath::new(path)).map(|(at, _)| (at.file, at.entry)).collect::<Vec<_>>();
        assert_eq!((of("a"), of("b"), of("c")), (vec![(0, 0), (1, 0)], vec![(0, 1)], vec![]));
        assert_eq!((baseline.len(), baseline.distinct().count(), baseline.entries().count()), (3, 3, 4));
    }

    #[test]
    fn the_order_of_a_paths_entries_is_that_of_the_files_and_not_of_reading() {
        let files = || [baseline_file("a.txt", &["a 2"]), baseline_file("b.txt", &["a 3"])];
        let [first, second] = files();
        let prints = |baseline: &Baseline| {
            baseline.of(&RelPath::new("a")).map(|(_, entry)| entry.fingerprint.clone()).collect::<Vec<_>>()
        };
        assert_eq!(prints(&Baseline::new(files())), prints(&Baseline::new([second, first])));
    }

    #[test]
    fn paths_are_found_by_fingerprint() {
        let mut baseline = Baseline::new([baseline_file("a.txt", &["b 2", "a 2", "c 3"])]);
        let with = |baseline: &Baseline, number: &str| {
            let paths = baseline.paths_with([format!("1:{number:0>32}").as_str()]);
            paths.into_iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((with(&baseline, "2"), with(&baseline, "4")), (vec!["a".to_owned(), "b".to_owned()], vec![]));
        baseline.add(baseline_file("b.txt", &["d 4"]));
        assert_eq!(with(&baseline, "4"), ["d"]);
    }

    #[test]
    fn a_fingerprint_is_a_number_of_128_bits() {
        let check = |text: &str, expected| assert_eq!(fingerprint_number(text.as_bytes()), expected, "{text}");
        check("1:00112233445566778899aabbccddeeff", Some(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff));
        check("1:FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", Some(u128::MAX));
        for wrong in ["", "1:", "2:00112233445566778899aabbccddeeff", "1:0112233445566778899aabbccddeeff"] {
            check(wrong, None);
        }
        check("1:+0112233445566778899aabbccddeeff", None);
        check("1:00112233445566778899aabbccddeefg", None);
    }
}
