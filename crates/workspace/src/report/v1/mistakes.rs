//! The mistakes for which a command could not run, as JSON.

use lawbook_core::mistake::Mistake;
use lawbook_core::source::LineIndex;
use serde::Serialize;

use crate::report::v1::RangeV1;

/// The answer of a command that could not run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MistakeListV1<'a> {
    /// The version of the format: 1.
    pub version: u32,
    /// The mistakes, in the order in which they were found.
    pub mistakes: Vec<MistakeV1<'a>>,
}

/// A mistake in a page, in the configuration or in the arguments.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MistakeV1<'a> {
    /// The mistake in one sentence without a full stop.
    pub message: &'a str,
    /// The file; null for a mistake that is in no file.
    pub path: Option<&'a str>,
    /// The place in the file.
    pub range: Option<RangeV1>,
    /// The names that could stand there; left out if they are not known or are very many.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub expected: &'a [String],
    /// The text to write, or the next thing to do.
    pub help: Option<&'a str>,
}

impl<'a> MistakeListV1<'a> {
    /// The wire form of mistakes.
    pub fn new(mistakes: &'a [Mistake]) -> Self {
        Self { version: 1, mistakes: mistakes.iter().map(MistakeV1::new).collect() }
    }
}

impl<'a> MistakeV1<'a> {
    /// The wire form of a mistake.
    pub fn new(mistake: &'a Mistake) -> Self {
        let range = mistake.place.as_ref().map(|place| {
            let lines = LineIndex::new(&place.text);
            let position = |at| lines.position(&place.text, at);
            RangeV1::from((position(place.span.start), position(place.span.end)))
        });
        Self {
            message: &mistake.message,
            path: mistake.place.as_ref().map(|place| &*place.path),
            range,
            expected: &mistake.expected,
            help: mistake.help.as_deref(),
        }
    }
}
