//! A reporter of one's own: the findings of a folder as TAP, the Test Anything Protocol, a test for each checked file.
//!
//! `cargo run --example own_reporter -- path/to/project`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use lawbook_workspace::core::mistake::MistakeList;
use lawbook_workspace::core::source::RelPath;
use lawbook_workspace::{Opening, Request, Run, Workspace};

/// The report of a run in TAP version 14.
fn tap(run: &Run) -> String {
    let mut findings: BTreeMap<RelPath, Vec<String>> = BTreeMap::new();
    for file in &run.files {
        findings.entry(file.path.clone()).or_default();
    }
    for found in run.report.located() {
        let line = format!("line {}: {}: {}", found.start().line, found.rule, found.message);
        findings.entry(found.path.clone()).or_default().push(line);
    }
    let mut text = format!("TAP version 14\n1..{}\n", findings.len());
    for (number, (path, lines)) in (1..).zip(findings) {
        let _ = writeln!(text, "{}ok {number} - {path}", if lines.is_empty() { "" } else { "not " });
        for line in lines {
            let _ = writeln!(text, "  # {}", line.replace('\n', " "));
        }
    }
    text
}

fn report(folder: &Path) -> Result<String, MistakeList> {
    Ok(tap(&Workspace::open(folder, Opening::default())?.run(&Request::opened())?))
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints")]
fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| ".".into());
    match report(folder.as_ref()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(mistakes) => {
            eprintln!("{mistakes}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_test_and_each_finding_a_comment() {
        let folder = std::env::temp_dir().join(format!("lawbook-own-reporter-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("lawbook.toml"), "extends = [\"./law\"]\n").unwrap();
        std::fs::create_dir_all(folder.join("law")).unwrap();
        let page = "---\nsummary: Leave no breakpoint behind.\nlanguages: [typescript]\nseverity: error\nrule: { pattern: debugger }\n---\n";
        std::fs::write(folder.join("law/no-debugger.md"), page).unwrap();
        std::fs::write(folder.join("a.ts"), "\ndebugger\n").unwrap();
        std::fs::write(folder.join("b.ts"), "let b = 1\n").unwrap();
        let text = report(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let expected = "TAP version 14\n1..2\nnot ok 1 - a.ts\n  # line 2: no-debugger: Leave no breakpoint behind.\nok 2 - b.ts\n";
        assert_eq!(text, expected);
    }
}
