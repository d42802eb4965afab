//! The results as Markdown tables.

use std::fmt::Write as _;
use std::time::Duration;

use crate::corpus::Size;

/// A row of the table of lawbook beside another tool.
#[derive(Clone, Debug)]
pub struct PeerRow {
    /// The name of the comparison.
    pub what: String,
    /// The other tool.
    pub peer: &'static str,
    /// The size of the sources.
    pub size: Size,
    /// The number of files that lawbook parsed.
    pub parsed: usize,
    /// Findings of lawbook and of the other, where the rules are equal.
    pub findings: Option<(usize, usize)>,
    /// Median times of lawbook and of the other.
    pub times: (Duration, Duration),
    /// The times that each takes to print its version.
    pub start_ups: (Duration, Duration),
    /// Peak memory of lawbook in bytes, where it could be read.
    pub memory: Option<u64>,
}

/// A row of the table of lawbook beside itself, or beside the least that a checker must do.
#[derive(Clone, Debug)]
pub struct OwnRow {
    /// The names of the two runs.
    pub what: String,
    /// The median times.
    pub times: (Duration, Duration),
    /// The ratio of the first to the second.
    pub ratio: f64,
}

/// The whole table of peers.
pub fn render(rows: &[PeerRow], runs: u32) -> String {
    let mut text = format!("Medians of {runs} alternating runs, whole process; ratio = lawbook / peer.\n\n");
    text.push_str("| run | peer | files | parsed | MB | findings (lawbook / peer) | lawbook ms | peer ms | ratio | without start-ups | lawbook MB |\n");
    text.push_str("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n");
    for row in rows {
        let findings = row.findings.map_or("—".to_owned(), |(ours, theirs)| format!("{ours} / {theirs}"));
        let (ours, theirs) = (milliseconds(row.times.0), milliseconds(row.times.1));
        let bare = (ours - milliseconds(row.start_ups.0)) / (theirs - milliseconds(row.start_ups.1));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.2} | {findings} | {ours:.1} | {theirs:.1} | {:.2} | {bare:.2} | {} |",
            row.what,
            row.peer,
            row.size.files,
            row.parsed,
            row.size.megabytes(),
            ours / theirs,
            row.memory.map_or("—".to_owned(), |bytes| format!("{:.1}", Size { files: 0, bytes }.megabytes())),
        );
    }
    text
}

/// The table of lawbook beside itself.
pub fn render_own(rows: &[OwnRow]) -> String {
    let mut text = "| compared | first ms | second ms | ratio |\n| --- | --: | --: | --: |\n".to_owned();
    for row in rows {
        let (first, second) = (milliseconds(row.times.0), milliseconds(row.times.1));
        let _ = writeln!(text, "| {} | {first:.1} | {second:.1} | {:.2} |", row.what, row.ratio);
    }
    text
}

/// A time in milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_every_figure() {
        let row = PeerRow {
            what: "Rust, five rules".into(),
            peer: "ast-grep",
            size: Size { files: 3, bytes: 1_500_000 },
            parsed: 2,
            findings: Some((7, 7)),
            times: (Duration::from_millis(25), Duration::from_millis(100)),
            start_ups: (Duration::from_millis(5), Duration::from_millis(20)),
            memory: Some(2_000_000),
        };
        let text = render(&[row], 5);
        assert!(text.starts_with("Medians of 5 alternating runs"));
        let line = "| Rust, five rules | ast-grep | 3 | 2 | 1.50 | 7 / 7 | 25.0 | 100.0 | 0.25 | 0.25 | 2.0 |\n";
        assert!(text.ends_with(line), "{text}");
    }

    #[test]
    fn own_rows_have_their_ratio() {
        let times = (Duration::from_millis(30), Duration::from_millis(20));
        let text = render_own(&[OwnRow { what: "a / b".into(), times, ratio: 1.5 }]);
        assert!(text.ends_with("| a / b | 30.0 | 20.0 | 1.50 |\n"), "{text}");
    }
}
