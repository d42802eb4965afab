//! The list for programs: version 1, described by `schema/suppressions-v1.json`.

use serde::Serialize;

use crate::command::suppressions::{ListedMarker, MarkerList};
use crate::report::wire::{RangeV1, SpanV1, ToolV1};
use crate::text::Text;
use crate::workspace::paths::Paths;

#[derive(Serialize)]
struct ListV1<'a> {
    version: u32,
    tool: ToolV1,
    root: String,
    today: String,
    suppressions: Vec<SuppressionV1<'a>>,
    unread: Vec<UnreadV1<'a>>,
    summary: SummaryV1,
}

#[derive(Serialize)]
struct SuppressionV1<'a> {
    tool: &'a str,
    directive: &'a str,
    rules: &'a [String],
    reach: &'static str,
    reason: Option<&'a str>,
    owner: Option<&'a str>,
    ticket: Option<&'a str>,
    until: Option<String>,
    expired: bool,
    path: &'a str,
    span: SpanV1,
    range: RangeV1,
    author: Option<&'a str>,
    committed: Option<String>,
    age_days: Option<i64>,
}

#[derive(Serialize)]
struct UnreadV1<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct SummaryV1 {
    files: usize,
    suppressions: usize,
    expired: usize,
    unreasoned: usize,
    malformed: usize,
}

pub(super) fn render(list: &MarkerList, paths: &Paths) -> Result<Text, serde_json::Error> {
    Text::json(&ListV1 {
        version: 1,
        tool: ToolV1::THIS,
        root: paths.shown_root(),
        today: list.today.to_string(),
        suppressions: list.entries.iter().map(|entry| suppression(entry, list)).collect(),
        unread: list.unread.iter().map(|(path, reason)| UnreadV1 { path: path.as_str(), reason }).collect(),
        summary: SummaryV1 {
            files: list.files,
            suppressions: list.entries.len(),
            expired: list.expired(),
            unreasoned: list.unreasoned(),
            malformed: list.malformed,
        },
    })
}

fn suppression<'a>(entry: &'a ListedMarker, list: &MarkerList) -> SuppressionV1<'a> {
    let marker = &entry.marker;
    let origin = entry.origin.as_ref();
    SuppressionV1 {
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
