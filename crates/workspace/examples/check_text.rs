//! Checks the text of an open buffer, as an editor does, with the settings, rules and baseline of its folder.
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
    // An editor opens the workspace once, and runs a request after each change of a buffer.
    let workspace = Workspace::open(folder, Opening::default())?;
    let run = workspace.run(&Request::text(RelPath::new(path), text))?;
    let mut lines = String::new();
    for found in &run.report.diagnostics {
        let Some(source) = run.report.sources.get(&found.path) else { continue };
        let at = source.position(found.span.start);
        let _ = writeln!(lines, "{}:{}:{}: {} [{}]", found.path, at.line, at.column, found.message, found.rule);
    }
    // It is no error if the reader of the output has closed it.
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
