//! The hash by which GitHub recognises the line of a finding after other lines have moved: `primaryLocationLineHash`.
//!
//! It is the hash of the 100 UTF-16 units from the start of the line on, without spaces and tabs and with every line end as
//! LF. GitHub's action for uploads computes the same for reports that have none, and warns where a report has another one.

use std::collections::{BTreeMap, HashMap};

/// The number of units that a hash is about.
const WINDOW: usize = 100;

/// The factor of the polynomial.
const FACTOR: u64 = 37;

/// The unit that stands for the end of the file. Zeros follow it.
const END_OF_FILE: u16 = u16::MAX;

const TAB: u16 = b'\t' as u16;
const SPACE: u16 = b' ' as u16;
const LINE_FEED: u16 = b'\n' as u16;
const CARRIAGE_RETURN: u16 = b'\r' as u16;

/// The hashes of some lines of a text. A line ends at LF, CRLF or CR. The number behind the hash counts the lines with the
/// same hash from the start of the text on.
pub(super) fn of_lines(text: &str, wanted: impl IntoIterator<Item = u32>) -> BTreeMap<u32, String> {
    let mut hashes: BTreeMap<u32, String> = wanted.into_iter().map(|line| (line, String::new())).collect();
    let mut hasher = LineHasher::new();
    let mut counts: HashMap<u64, u32> = HashMap::new();
    let mut take = |line: u32, hash: u64| {
        let count = counts.entry(hash).or_default();
        *count += 1;
        if let Some(wanted) = hashes.get_mut(&line) {
            *wanted = format!("{hash:x}:{count}");
        }
    };
    let (mut is_line_start, mut is_after_return) = (true, false);
    for unit in text.encode_utf16().chain([END_OF_FILE]) {
        let is_left_out = unit == SPACE || unit == TAB || (is_after_return && unit == LINE_FEED);
        is_after_return = unit == CARRIAGE_RETURN;
        if is_left_out {
            continue;
        }
        let unit = if unit == CARRIAGE_RETURN { LINE_FEED } else { unit };
        if let Some((line, hash)) = hasher.push(unit, is_line_start) {
            take(line, hash);
        }
        is_line_start = unit == LINE_FEED;
    }
    for _ in 0..WINDOW {
        if let Some((line, hash)) = hasher.push(0, false) {
            take(line, hash);
        }
    }
    hashes.retain(|_, hash| !hash.is_empty());
    hashes
}

/// The hash of the last units.
struct LineHasher {
    hash: u64,
    /// The last units, the oldest at `next`.
    units: [u16; WINDOW],
    /// By unit, the line that starts with it; 0 for none.
    lines: [u32; WINDOW],
    next: usize,
    /// The number of lines that have started.
    line: u32,
    /// What the oldest unit is multiplied with in the hash, once another one is added.
    factor_of_oldest: u64,
}

impl LineHasher {
    fn new() -> Self {
        let factor_of_oldest = (0..WINDOW).fold(1_u64, |product, _| product.wrapping_mul(FACTOR));
        Self { hash: 0, units: [0; WINDOW], lines: [0; WINDOW], next: 0, line: 0, factor_of_oldest }
    }

    /// Adds a unit, and takes out the oldest one. If a line starts there, its number and hash are known now.
    fn push(&mut self, unit: u16, starts_line: bool) -> Option<(u32, u64)> {
        let line = std::mem::take(&mut self.lines[self.next]);
        let known = (line > 0).then_some((line, self.hash));
        if starts_line {
            self.line += 1;
            self.lines[self.next] = self.line;
        }
        let oldest = std::mem::replace(&mut self.units[self.next], unit);
        let gone = self.factor_of_oldest.wrapping_mul(u64::from(oldest));
        self.hash = FACTOR.wrapping_mul(self.hash).wrapping_add(u64::from(unit)).wrapping_sub(gone);
        self.next = (self.next + 1) % WINDOW;
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let all = of_lines(text, 1..=expected.len() as u32 + 1);
        assert_eq!(all.values().map(String::as_str).collect::<Vec<_>>(), expected, "{text:?}");
        // The count of a hash does not depend on the lines that are asked for.
        for (number, expected) in (1..).zip(expected) {
            assert_eq!(of_lines(text, [number]).get(&number).map(String::as_str), Some(*expected));
        }
    }

    // The texts and hashes are those that the action for uploads is tested with.

    #[test]
    fn an_empty_text_has_one_line() {
        check("", &["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn spaces_and_tabs_do_not_count() {
        check(
            " a\nb\n  \t\tc\n d",
            &["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        );
        check(
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            &[
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        );
    }

    #[test]
    fn all_line_ends_are_one() {
        let expected = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        check(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", &expected);
        check(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", &expected);
        check(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", &expected);
        check(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", &expected);
    }

    #[test]
    fn equal_lines_are_counted() {
        check(
            &"Lorem ipsum dolor sit amet.\n".repeat(10),
            &[
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        );
        check(
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            &[
                "e54938cc54b302f1:1",
                "bb609acbe9138d60:1",
                "1131fd5871777f34:1",
                "5c482a0f8b35ea28:1",
                "54517377da7028d2:1",
                "2c644846cb18d53e:1",
                "f1b89f20de0d133:1",
                "c129715d7a2bc9a3:1",
            ],
        );
    }
}
