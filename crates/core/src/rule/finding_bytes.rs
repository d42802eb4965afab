//! The bytes that the findings of a file may take: those that they hold in memory, and those of captured code, which a
//! report writes. Nested findings may each contain most of the file, so the sum could grow with its square.

use crate::diagnostic::{Capture, Finding, Fix};

/// A number of bytes of each class, or the limit of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FindingBytes {
    /// The bytes of messages, edits and symbol paths, and of the places of captures.
    held: u64,
    /// The bytes of captured code, which is not copied before a report is written.
    captured: u64,
}

/// The bytes that the findings of any file may hold, in addition to those for its length. They are few, since a project
/// may have very many small files.
const MIN_HELD_BYTES: u64 = 64 << 10;
/// The bytes that findings may hold for each byte of their file. A list of numbers (`1,2,3`) has a node for each byte,
/// and capturing it takes [`BYTES_PER_CAPTURED_NODE`] for each.
const HELD_PER_BYTE: u64 = 64;
/// The bytes of code that the findings of any file may capture, in addition to those for its length.
const MIN_CAPTURED_BYTES: u64 = 256 << 10;
/// The bytes of code that findings may capture for each byte of their file.
const CAPTURED_PER_BYTE: u64 = 32;
/// The bytes of memory of one captured node: its place in the file and in the text of its tree.
const BYTES_PER_CAPTURED_NODE: usize = 16;

impl FindingBytes {
    /// No limit.
    pub(crate) const MAX: Self = Self { held: u64::MAX, captured: u64::MAX };

    /// The limit of a file with a text of this length.
    pub(crate) fn limit_of_file(len: usize) -> Self {
        let len = len as u64;
        Self { held: MIN_HELD_BYTES + HELD_PER_BYTE * len, captured: MIN_CAPTURED_BYTES + CAPTURED_PER_BYTE * len }
    }

    /// Half of a limit: what one rule may take of what the rules before it have left, so that none leaves nothing.
    pub(crate) fn half(self) -> Self {
        Self { held: self.held / 2, captured: self.captured / 2 }
    }

    /// The bytes of one finding.
    pub(super) fn of(finding: &Finding) -> Self {
        let mut bytes = Self::held(finding.message.as_ref().map_or(0, String::len));
        for (_, capture) in &finding.captures {
            bytes.add(Self::of_capture(capture));
        }
        for edit in finding.fixes.iter().flat_map(Fix::edits) {
            bytes.add(Self::held(edit.text.len()));
        }
        for related in &finding.related {
            bytes.add(Self::held(related.message.len()));
        }
        bytes
    }

    fn of_capture(capture: &Capture) -> Self {
        let held = BYTES_PER_CAPTURED_NODE * capture.node_count();
        Self { held: held as u64, captured: capture.text_len() as u64 }
    }

    /// Bytes that are held.
    pub(super) fn held(bytes: usize) -> Self {
        Self { held: bytes as u64, captured: 0 }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.held += other.held;
        self.captured += other.captured;
    }

    /// The rest of a limit when `taken` is taken.
    pub(crate) fn less(self, taken: Self) -> Self {
        Self { held: self.held.saturating_sub(taken.held), captured: self.captured.saturating_sub(taken.captured) }
    }

    /// True if this is no more than `limit`.
    pub(super) fn is_within(self, limit: Self) -> bool {
        self.held <= limit.held && self.captured <= limit.captured
    }
}
