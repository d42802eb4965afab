//! The list of suppressions as JSON.

use serde::Serialize;

use crate::markers::{ListedMarker, MarkerList};
use crate::report::v1::{RangeV1, SpanV1, ToolV1};

/// The suppressions under the files and folders that were named.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SuppressionListV1<'a> {
    /// 1.
    pub version: u32,
    /// The program.
    pub tool: ToolV1,
    /// The root as seen from the working directory.
    pub root: &'a str,
    /// The day by which suppressions have expired or not, as `YYYY-MM-DD`.
    pub today: String,
    /// By path and place.
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
    /// Its word, such as `eslint-disable-next-line`.
    pub directive: &'a str,
    /// The rules that it names; empty for all.
    pub rules: &'a [String],
    /// What it covers.
    pub reach: &'static str,
    /// Why it is there.
    pub reason: Option<&'a str>,
    /// Who answers for it.
    pub owner: Option<&'a str>,
    /// The ticket that it names.
    pub ticket: Option<&'a str>,
    /// Its last day, as `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Whether that day is over.
    pub expired: bool,
    /// The file.
    pub path: &'a str,
    /// The bytes of the suppression.
    pub span: SpanV1,
    /// Their lines and columns.
    pub range: RangeV1,
    /// The author of the commit that brought its line.
    pub author: Option<&'a str>,
    /// The day of that commit, as `YYYY-MM-DD`.
    pub committed: Option<String>,
    /// The days since then.
    pub age_days: Option<i64>,
}

/// A file that could not be read or parsed.
#[derive(Clone, Debug, Serialize)]
pub struct UnreadV1<'a> {
    /// The file.
    pub path: &'a str,
    /// Why.
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
    /// Those whose last day is over.
    pub expired: usize,
    /// Those without a reason.
    pub unreasoned: usize,
    /// Comments that are meant for lawbook and malformed; they are not in the list.
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
