//! Checks the text of an open buffer, as an editor does, with the settings, rules and baseline of its folder.
//!
//! `cargo run --example check_text -- src/a.ts < buffer`

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use lawbook_workspace::core::mistake::MistakeList;
use lawbook_workspace::core::source::RelPath;
use lawbook_workspace::{Opening, Request, Workspace};

/// The findings in `text` as the file `path` of the folder, a line each.
fn check(folder: &Path, path: &str, text: Vec<u8>) -> Result<Vec<String>, MistakeList> {
    // An editor opens the folder once; each change of a text is one more run.
    let workspace = Workspace::open(folder, Opening::default())?;
    let run = workspace.run(&Request::text(RelPath::new(path), text))?;
    // `found.start()` has the line and the column alone, `found.range(ColumnUnit::Utf16)` those of an editor.
    Ok(run.report.located().map(|found| found.to_string()).collect())
}

#[allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a program reads and prints")]
fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "buffer.ts".to_owned());
    let mut text = Vec::new();
    if std::io::stdin().read_to_end(&mut text).is_err() {
        return ExitCode::FAILURE;
    }
    match check(Path::new("."), &path, text) {
        Ok(lines) => {
            for line in lines {
                println!("{line}");
            }
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
    fn findings_have_a_line_and_a_column() {
        let lines = check(&std::env::temp_dir(), "src/a.ts", b"let a = 1;\n  debugger;\n".to_vec()).unwrap();
        assert!(lines.iter().any(|line| line.starts_with("src/a.ts:2:3: ")), "{lines:?}");
    }
}
