//! The list of suppressions as JSON.

use serde::Serialize;

use crate::markers::{ListedMarker, MarkerList};
use crate::report::v1::{RangeV1, SpanV1, ToolV1};

/// The suppressions in the files and folders that the workspace was opened with.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SuppressionListV1<'a> {
    /// The version of the format: 1.
    pub version: u32,
    /// The program.
    pub tool: ToolV1,
    /// The root as seen from the working directory.
    pub root: &'a str,
    /// The day that expiry is measured against, as `YYYY-MM-DD`.
    pub today: String,
    /// The suppressions, sorted by path and position.
    pub suppressions: Vec<SuppressionV1<'a>>,
    /// Files that could not be read or parsed.
    pub unread: Vec<UnreadV1<'a>>,
    /// The counts.
    pub summary: SuppressionSummaryV1,
}

/// A suppression, of lawbook or of another tool.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SuppressionV1<'a> {
    /// The tool that reads it.
    pub tool: &'a str,
    /// The directive of the tool, such as `eslint-disable-next-line`.
    pub directive: &'a str,
    /// The rules that it names; empty for all.
    pub rules: &'a [String],
    /// The code that it covers, such as `line` or `file`.
    pub reach: &'static str,
    /// The reason that it gives.
    pub reason: Option<&'a str>,
    /// The person or team responsible for it.
    pub owner: Option<&'a str>,
    /// The ticket that it names.
    pub ticket: Option<&'a str>,
    /// Its last day, as `YYYY-MM-DD`.
    pub until: Option<String>,
    /// True if `until` is before today.
    pub expired: bool,
    /// The file.
    pub path: &'a str,
    /// The bytes of the suppression.
    pub span: SpanV1,
    /// Their lines and columns.
    pub range: RangeV1,
    /// The author of the commit that added its line.
    pub author: Option<&'a str>,
    /// The day of that commit, as `YYYY-MM-DD`.
    pub committed: Option<String>,
    /// The number of days since that commit.
    pub age_days: Option<i64>,
}

/// A file that could not be read or parsed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct UnreadV1<'a> {
    /// The file.
    pub path: &'a str,
    /// The reason, in words.
    pub reason: &'a str,
}

/// The counts of a list of suppressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SuppressionSummaryV1 {
    /// Files that were found.
    pub files: usize,
    /// Suppressions in them.
    pub suppressions: usize,
    /// Suppressions that have expired.
    pub expired: usize,
    /// Suppressions without a reason.
    pub unreasoned: usize,
    /// Malformed suppression comments of lawbook; they suppress nothing and are not in the list.
    pub malformed: usize,
}

impl<'a> SuppressionListV1<'a> {
    /// The JSON of a list; `root` is the root as seen from the working directory.
    pub fn new(list: &'a MarkerList, root: &'a str) -> Self {
        let unread = list.unread.iter().map(|(path, reason)| UnreadV1 { path: path.as_str(), reason });
        Self {
            version: 1,
            tool: ToolV1::THIS,
            root,
            today: list.today.to_string(),
            suppressions: list.entries.iter().map(|entry| SuppressionV1::new(entry, list)).collect(),
            unread: unread.collect(),
            summary: SuppressionSummaryV1 {
                files: list.files,
                suppressions: list.entries.len(),
                expired: list.expired(),
                unreasoned: list.unreasoned(),
                malformed: list.malformed,
            },
        }
    }
}

impl<'a> SuppressionV1<'a> {
    fn new(entry: &'a ListedMarker, list: &MarkerList) -> Self {
        let marker = &entry.marker;
        let origin = entry.origin.as_ref();
        Self {
            tool: &marker.tool,
            directive: &marker.directive,
            rules: &marker.rules,
            reach: marker.reach.name(),
            reason: marker.reason.as_deref(),
            owner: marker.owner.as_deref(),
            ticket: marker.ticket.as_deref(),
            until: marker.until.map(|until| until.to_string()),
            expired: entry.is_expired(list.today),
            path: entry.path.as_str(),
            span: marker.span.into(),
            range: (entry.source.position(marker.span.start), entry.source.position(marker.span.end)).into(),
            author: origin.map(|origin| origin.author.as_str()),
            committed: origin.map(|origin| origin.day.to_string()),
            age_days: entry.age(list.today),
        }
    }
}
