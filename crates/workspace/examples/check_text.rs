//! Checks what is typed into an open file, as an editor does: the settings and rules of the folder, the text of the
//! buffer, and what the baseline of the folder knows.
//!
//! `cargo run --example check_text -- src/a.ts < buffer`

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use lawbook_core::mistake::MistakeList;
use lawbook_core::source::RelPath;
use lawbook_workspace::{Opening, Request, Workspace};

fn check(folder: &Path, path: &str, text: Vec<u8>) -> Result<(), MistakeList> {
    // Opened once; each change of a buffer is one more run.
    let workspace = Workspace::open(folder, Opening::default())?;
    let run = workspace.run(&Request::text(RelPath::new(path), text))?;
    let mut lines = String::new();
    for found in &run.report.diagnostics {
        let Some(source) = run.report.sources.get(&found.path) else { continue };
        let at = source.position(found.span.start);
        let _ = writeln!(lines, "{}:{}:{}: {} [{}]", found.path, at.line, at.column, found.message, found.rule);
    }
    // A reader that went away has had enough.
    let _ = std::io::stdout().write_all(lines.as_bytes());
    Ok(())
}

fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "buffer.ts".to_owned());
    let mut text = Vec::new();
    if std::io::stdin().read_to_end(&mut text).is_err() {
        return ExitCode::FAILURE;
    }
    match check(Path::new("."), &path, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}
