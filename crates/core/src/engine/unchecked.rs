//! The answers of files that no rule runs on: unchecked, skipped, unsupported or prefiltered.

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
    /// It is not a regular file.
    NotRegular,
    /// Its bytes are not text.
    NotText,
    /// It has 4 GiB or more.
    TooLarge,
    /// Its name is not Unicode.
    Name,
    /// A rule took more steps than it may take on one file.
    Budget,
    /// It is nested too deep for every parser.
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
    /// The answer of a file that could not be checked: a finding.
    pub fn unchecked(&self, path: RelPath, reason: UncheckedReason, detail: &str) -> FileAnswer {
        let mut draft = AnswerDraft::new(path);
        let message = format!("not checked: {detail}");
        let (id, code) = (engine_ids::UNCHECKED_FILE, reason.code());
        draft.add_engine_finding(
            self,
            None,
            EngineFinding { id, span: Span::default(), subject: code, message: &message },
        );
        draft.into_answer(FileOutcome::Checked { strict: false, tolerant: false })
    }

    /// The answer of a file that could not be read: skipped when it is too large, otherwise a finding.
    pub fn unread(&self, path: RelPath, error: &ReadError) -> FileAnswer {
        let reason = match error {
            ReadError::TooLarge => return self.skipped(path, SkipReason::TooLarge),
            ReadError::NotRegular => UncheckedReason::NotRegular,
            ReadError::NotFound | ReadError::Unreadable(_) => UncheckedReason::Unreadable,
        };
        self.unchecked(path, reason, &error.to_string())
    }

    /// The answer of a file that was skipped on purpose.
    pub fn skipped(&self, path: RelPath, reason: SkipReason) -> FileAnswer {
        FileAnswer::new(path, FileOutcome::Skipped(reason))
    }

    /// The answer of a file whose language this binary does not have.
    pub fn unsupported(&self, path: RelPath) -> FileAnswer {
        FileAnswer::new(path, FileOutcome::Unsupported)
    }

    /// The answer of a file in which no enabled rule can find anything.
    pub fn prefiltered(&self, path: RelPath) -> FileAnswer {
        FileAnswer::new(path, FileOutcome::Prefiltered)
    }

    /// The answer of a file that was not checked to the end because the run was cancelled. Findings so far are dropped,
    /// since they are those of some rules only.
    pub(super) fn cancelled(&self, path: RelPath) -> FileAnswer {
        self.unchecked(path, UncheckedReason::Cancelled, "the run was cancelled")
    }
}
