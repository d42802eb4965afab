//! The answers of files that no rule looks at: unchecked, left out, of no known language, or ruled out by their text.

use crate::engine::Engine;
use crate::engine::answer::{AnswerDraft, FileAnswer, FileOutcome};
use crate::engine::engine_findings::EngineFinding;
use crate::report::SkipReason;
use crate::rule::engine_ids;
use crate::source::{ReadError, RelPath};
use crate::span::Span;

/// The reason why a file could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncheckedReason {
    /// It could not be read.
    Unreadable,
    /// It is no regular file.
    NotRegular,
    /// Its bytes are no text.
    NotText,
    /// It has 4 GiB or more.
    TooLarge,
    /// Its name is not Unicode.
    Name,
    /// Checking it took more steps than a file may take.
    Budget,
    /// It nests deeper than any parser may follow.
    TooDeep,
    /// The run was cancelled before it was checked to the end.
    Cancelled,
}

impl UncheckedReason {
    /// The code in reports and fingerprints.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotRegular => "not-a-regular-file",
            Self::NotText => "not-text",
            Self::TooLarge => "too-large",
            Self::Name => "name-not-unicode",
            Self::Budget => "over-budget",
            Self::TooDeep => "too-deep",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Engine {
    /// A file that could not be checked, as a finding.
    pub fn unchecked(&self, path: RelPath, reason: UncheckedReason, detail: &str) -> FileAnswer {
        let mut draft = AnswerDraft::new(path);
        let message = format!("not checked: {detail}");
        let (id, code) = (engine_ids::UNCHECKED_FILE, reason.code());
        draft.add_engine_finding(self, None, EngineFinding { id, span: Span::default(), code, message: &message });
        draft.into_answer(FileOutcome::Checked { strict: false, tolerant: false })
    }

    /// A file that could not be read: left out when it is too large, otherwise a finding.
    pub fn unread(&self, path: RelPath, error: &ReadError) -> FileAnswer {
        let reason = match error {
            ReadError::TooLarge => return self.skipped(path, SkipReason::TooLarge),
            ReadError::NotRegular => UncheckedReason::NotRegular,
            ReadError::NotFound | ReadError::Unreadable(_) => UncheckedReason::Unreadable,
        };
        self.unchecked(path, reason, &error.to_string())
    }

    /// A file that was left out on purpose.
    pub fn skipped(&self, path: RelPath, reason: SkipReason) -> FileAnswer {
        FileAnswer::new(path, FileOutcome::Skipped(reason))
    }

    /// A file of no language of this binary.
    pub fn unsupported(&self, path: RelPath) -> FileAnswer {
        FileAnswer::new(path, FileOutcome::Unsupported)
    }

    /// A file in which no enabled rule could find anything.
    pub fn prefiltered(&self, path: RelPath) -> FileAnswer {
        FileAnswer::new(path, FileOutcome::Prefiltered)
    }

    /// The answer of a file that is not checked to the end because the run was cancelled. Findings of some rules only
    /// would be worth nothing.
    pub(super) fn cancelled(&self, path: RelPath) -> FileAnswer {
        self.unchecked(path, UncheckedReason::Cancelled, "the run was cancelled")
    }
}
