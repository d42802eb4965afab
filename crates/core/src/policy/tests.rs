//! The tests that a change takes away: it removes them, leaves them out of runs, or takes their assertions.

use std::collections::HashMap;

use crate::facts::TestFact;
use crate::lines::LineIndex;
use crate::path::RelPath;

/// The tests of a file on one side of a change.
#[derive(Clone, Debug)]
pub struct TestsOfFile {
    /// The path of the file.
    pub path: RelPath,
    /// Its tests, in order.
    pub tests: Vec<TestFact>,
    /// The lines of its text.
    pub lines: LineIndex,
}

/// A test that a change takes away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LostTest {
    /// The path of its file: after the change, or before it for a test that is removed.
    pub path: RelPath,
    /// Its line there.
    pub line: u32,
    /// Its symbol path.
    pub symbol: String,
    /// The way in which it is taken away.
    pub loss: TestLoss,
}

/// The way in which a change takes a test away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestLoss {
    /// It is gone.
    Removed,
    /// It is there and left out of runs.
    Skipped,
    /// It is there and has no assertion any more.
    Emptied,
}

impl TestLoss {
    /// The loss in words: `the test is removed`.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Removed => "the test is removed",
            Self::Skipped => "the test is skipped from now on",
            Self::Emptied => "the test has no assertion any more",
        }
    }
}

/// One test with its file.
#[derive(Clone, Copy)]
struct PlacedTest<'a> {
    file: &'a TestsOfFile,
    test: &'a TestFact,
}

/// The parts that must be equal in a step of pairing; parts that do not count are empty.
type TestKey<'a> = (&'a str, &'a str, u64);

/// The tests that a change takes away, sorted. `old_path` is the path before the change of a file after it.
///
/// A test is found again by its symbol path in its file, else in any file of the change, else by its code: then it was
/// renamed or moved.
pub fn lost_tests(
    before: &[TestsOfFile],
    now: &[TestsOfFile],
    old_path: &dyn Fn(&RelPath) -> RelPath,
) -> Vec<LostTest> {
    let (older, newer) = (placed(before), placed(now));
    let old_paths: Vec<RelPath> = newer.iter().map(|placed| old_path(&placed.file.path)).collect();
    let mut pairs: Vec<Option<usize>> = vec![None; older.len()];
    let mut taken = vec![false; newer.len()];
    for step in TestStep::ALL {
        let mut free: HashMap<TestKey<'_>, Vec<usize>> = HashMap::new();
        for (at, placed) in newer.iter().enumerate().rev().filter(|(at, _)| !taken[*at]) {
            if let Some(key) = step.key(&old_paths[at], placed.test) {
                free.entry(key).or_default().push(at);
            }
        }
        for (number, placed) in older.iter().enumerate() {
            if pairs[number].is_some() {
                continue;
            }
            let key = step.key(&placed.file.path, placed.test);
            if let Some(at) = key.and_then(|key| free.get_mut(&key)).and_then(Vec::pop) {
                (pairs[number], taken[at]) = (Some(at), true);
            }
        }
    }
    let lost = older.iter().zip(&pairs).filter_map(|(old, pair)| loss_of(*old, pair.map(|at| newer[at])));
    let mut lost: Vec<LostTest> = lost.collect();
    lost.sort();
    lost
}

/// The tests of some files. A group of tests is none of them, unless it is left out as a whole.
fn placed(files: &[TestsOfFile]) -> Vec<PlacedTest<'_>> {
    files.iter().flat_map(|file| file.tests.iter().map(move |test| PlacedTest { file, test })).collect()
}

fn loss_of(old: PlacedTest<'_>, new: Option<PlacedTest<'_>>) -> Option<LostTest> {
    let lost = |placed: PlacedTest<'_>, loss: TestLoss| LostTest {
        path: placed.file.path.clone(),
        line: placed.file.lines.line(placed.test.span.start),
        symbol: placed.test.symbol.clone(),
        loss,
    };
    let Some(new) = new else {
        // A test without code is a plan, and the tests of a group are told by themselves.
        return (old.test.body != 0).then(|| lost(old, TestLoss::Removed));
    };
    if new.test.skipped && !old.test.skipped {
        return Some(lost(new, TestLoss::Skipped));
    }
    let is_emptied = old.test.body != 0 && old.test.assertions > 0 && new.test.assertions == 0;
    (is_emptied && !new.test.skipped).then(|| lost(new, TestLoss::Emptied))
}

/// The steps of pairing.
#[derive(Clone, Copy)]
enum TestStep {
    /// The same symbol path and code, in the same file.
    Same,
    /// The same symbol path in the same file.
    Symbol,
    /// The same symbol path and code in any file.
    MovedSame,
    /// The same code in the same file.
    Renamed,
    /// The same code in any file.
    RenamedElsewhere,
    /// The same symbol path in any file.
    Moved,
}

impl TestStep {
    const ALL: [Self; 6] =
        [Self::Same, Self::Symbol, Self::MovedSame, Self::Renamed, Self::RenamedElsewhere, Self::Moved];

    fn key<'a>(self, path: &'a RelPath, test: &'a TestFact) -> Option<TestKey<'a>> {
        let (path, symbol, body) = (path.as_str(), &*test.symbol, test.body);
        let key = match self {
            Self::Same => (path, symbol, body),
            Self::Symbol => (path, symbol, 0),
            Self::MovedSame => ("", symbol, body),
            Self::Renamed => (path, "", body),
            Self::RenamedElsewhere => ("", "", body),
            Self::Moved => ("", symbol, 0),
        };
        let is_by_code = matches!(self, Self::MovedSame | Self::Renamed | Self::RenamedElsewhere);
        (!is_by_code || body != 0).then_some(key)
    }
}
