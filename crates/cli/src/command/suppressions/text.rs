//! The list of suppressions for people: one line each, in columns.

use lawbook_workspace::{ListedMarker, MarkerList, RootPaths};

use crate::text::{Text, TextStyle, columns, counted};

/// The maximum width of a column. A wider cell shifts the rest of its own row only.
const MAX_COLUMN_WIDTH: usize = 60;

pub(super) fn render(list: &MarkerList, paths: &RootPaths, mut text: Text) -> Text {
    rows(&list.entries, list, paths, &mut text);
    for (path, reason) in &list.unread {
        text.paint(TextStyle::Strong, &paths.shown(path.as_str()))
            .add("  ")
            .paint(TextStyle::Warning, "not searched: ");
        text.add(reason).end_line();
    }
    text.line(format_args!("{}", summary_in_words(list)));
    text
}

/// Adds some entries of a list, a line each.
pub(super) fn rows(entries: &[ListedMarker], list: &MarkerList, paths: &RootPaths, text: &mut Text) {
    let rows: Vec<[String; 4]> = entries.iter().map(|entry| row(entry, list, paths)).collect();
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(width_of(cell)).min(MAX_COLUMN_WIDTH);
        }
    }
    for (row, entry) in rows.iter().zip(entries) {
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            if at == 0 {
                text.paint(TextStyle::Strong, cell)
            } else {
                text.add(cell)
            };
            text.add(&" ".repeat(width.saturating_sub(width_of(cell)) + 2));
        }
        details(entry, list, text);
        text.end_line();
    }
}

/// The cells of a row: place, tool, directive with rules, and author with age.
fn row(entry: &ListedMarker, list: &MarkerList, paths: &RootPaths) -> [String; 4] {
    let marker = &entry.marker;
    let line = entry.source.position(marker.span.start).line;
    let rules = if marker.rules.is_empty() { String::new() } else { format!(" {}", marker.rules.join(", ")) };
    let origin = match (&entry.origin, entry.age(list.today)) {
        (Some(origin), Some(days)) => format!("{}, {days} {}", origin.author, if days == 1 { "day" } else { "days" }),
        _ => "-".to_owned(),
    };
    let place = format!("{}:{line}", paths.shown(entry.path.as_str()));
    [place, marker.tool.clone(), format!("{}{rules}", marker.directive), origin].map(|cell| one_line(&cell))
}

fn details(entry: &ListedMarker, list: &MarkerList, text: &mut Text) {
    let marker = &entry.marker;
    for (key, value) in [("owner", &marker.owner), ("ticket", &marker.ticket)] {
        if let Some(value) = value {
            text.add(key).add("=").add(value).add("  ");
        }
    }
    if let Some(until) = marker.until {
        let until = format!("until={until}");
        if entry.is_expired(list.today) {
            text.paint(TextStyle::Error, &format!("{until} (expired)"));
        } else {
            text.add(&until);
        }
        text.add("  ");
    }
    match &marker.reason {
        Some(reason) => text.add(reason),
        None => text.paint(TextStyle::Warning, "no reason"),
    };
}

/// The counts of a list in a line.
pub(super) fn summary_in_words(list: &MarkerList) -> String {
    let mut files: Vec<_> = list.entries.iter().map(|entry| &entry.path).collect();
    files.dedup();
    let there = counted(list.entries.len(), "suppression");
    let mut summary_line = format!("{there} in {} of {}", files.len(), counted(list.files, "file"));
    for (count, what) in [(list.expired(), "expired"), (list.unreasoned(), "without a reason")] {
        if count > 0 {
            summary_line = format!("{summary_line}; {count} {what}");
        }
    }
    if list.malformed > 0 {
        summary_line = format!(
            "{summary_line}; {} left out, which `lawbook check` reports",
            counted(list.malformed, "malformed one")
        );
    }
    summary_line
}

/// A cell with control characters made visible.
fn one_line(cell: &str) -> String {
    Text::default().add(cell).as_str().to_owned()
}

/// The width of a cell, in columns.
fn width_of(cell: &str) -> usize {
    cell.chars().map(columns).sum()
}
