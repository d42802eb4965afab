//! The list for people: one line each, in columns.

use lawbook_workspace::{ListedMarker, MarkerList, RootPaths};

use crate::text::{Style, Text, columns};

/// Wider cells do not push the columns after them aside for all.
const WIDEST: usize = 60;

pub(super) fn render(list: &MarkerList, paths: &RootPaths, mut text: Text) -> Text {
    let rows: Vec<[String; 4]> = list.entries.iter().map(|entry| row(entry, list, paths)).collect();
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(wide(cell)).min(WIDEST);
        }
    }
    for (row, entry) in rows.iter().zip(&list.entries) {
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            if at == 0 {
                text.paint(Style::Strong, cell)
            } else {
                text.add(cell)
            };
            text.add(&" ".repeat(width.saturating_sub(wide(cell)) + 2));
        }
        details(entry, list, &mut text);
        text.end_line();
    }
    for (path, reason) in &list.unread {
        text.paint(Style::Strong, &paths.shown(path.as_str())).add("  ").paint(Style::Warning, "not looked into: ");
        text.add(reason).end_line();
    }
    summary(list, &mut text);
    text
}

/// Place, tool, what is silenced, and who brought it.
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
            text.paint(Style::Error, &format!("{until} (expired)"));
        } else {
            text.add(&until);
        }
        text.add("  ");
    }
    match &marker.reason {
        Some(reason) => text.add(reason),
        None => text.paint(Style::Warning, "no reason"),
    };
}

fn summary(list: &MarkerList, text: &mut Text) {
    let plural = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let mut files: Vec<_> = list.entries.iter().map(|entry| &entry.path).collect();
    files.dedup();
    let there = plural(list.entries.len(), "suppression");
    let mut said = format!("{there} in {} of {}", files.len(), plural(list.files, "file"));
    for (count, what) in [(list.expired(), "expired"), (list.unreasoned(), "without a reason")] {
        if count > 0 {
            said = format!("{said}; {count} {what}");
        }
    }
    if list.malformed > 0 {
        said = format!("{said}; {} left out, which `lawbook check` reports", plural(list.malformed, "malformed one"));
    }
    text.line(format_args!("{said}"));
}

/// The cell as it is printed.
fn one_line(cell: &str) -> String {
    Text::default().add(cell).as_str().to_owned()
}

fn wide(cell: &str) -> usize {
    cell.chars().map(columns).sum()
}
