//! The figures as a Markdown table.

use std::fmt::Write as _;
use std::time::Duration;

use crate::measure::Measured;
use crate::tools::Size;

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was run.
    pub what: String,
    /// On how much.
    pub size: Size,
    /// Findings of lawbook and of ast-grep, where the rules are equal.
    pub findings: Option<(usize, usize)>,
    /// Median times.
    pub times: Measured<Duration>,
    /// Peak memory in bytes, where it could be read.
    pub memory: Measured<Option<u64>>,
}

impl Row {
    /// Whether both tools found as much, where that is to be expected.
    pub fn is_fair(&self) -> bool {
        self.findings.is_none_or(|(lawbook, ast_grep)| lawbook >= ast_grep)
    }
}

/// The whole table.
pub fn render(rows: &[Row], runs: u32) -> String {
    let mut text = format!("Medians of {runs} alternating runs, whole process; ratio = lawbook / ast-grep.\n\n");
    text.push_str("| run | files | MB | findings (lawbook / ast-grep) | lawbook ms | ast-grep ms | ratio | lawbook MB | ast-grep MB |\n");
    text.push_str("| --- | --: | --: | --: | --: | --: | --: | --: | --: |\n");
    for row in rows {
        let findings = row.findings.map_or("—".to_owned(), |(ours, theirs)| format!("{ours} / {theirs}"));
        let (lawbook, ast_grep) = (milliseconds(row.times.lawbook), milliseconds(row.times.ast_grep));
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} | {findings} | {lawbook:.1} | {ast_grep:.1} | {:.2} | {} | {} |",
            row.what,
            row.size.files,
            megabytes(row.size.bytes),
            lawbook / ast_grep,
            memory(row.memory.lawbook),
            memory(row.memory.ast_grep),
        );
    }
    text
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[allow(clippy::cast_precision_loss, reason = "two decimals are shown")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

fn memory(bytes: Option<u64>) -> String {
    bytes.map_or("—".to_owned(), |bytes| format!("{:.1}", megabytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(findings: Option<(usize, usize)>) -> Row {
        Row {
            what: "Rust, five rules".into(),
            size: Size { files: 3, bytes: 1_500_000 },
            findings,
            times: Measured { lawbook: Duration::from_millis(25), ast_grep: Duration::from_millis(100) },
            memory: Measured { lawbook: Some(2_000_000), ast_grep: None },
        }
    }

    #[test]
    fn a_row_says_it_all() {
        let text = render(&[row(Some((7, 7)))], 5);
        assert!(text.starts_with("Medians of 5 alternating runs"));
        assert!(text.ends_with("| Rust, five rules | 3 | 1.50 | 7 / 7 | 25.0 | 100.0 | 0.25 | 2.0 | — |\n"), "{text}");
    }

    #[test]
    fn unequal_findings_are_not_fair() {
        assert!(row(None).is_fair() && row(Some((1, 1))).is_fair());
        assert!(!row(Some((1, 2))).is_fair());
    }
}
