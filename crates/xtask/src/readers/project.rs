//! A project with thousands of findings, whose names of files and messages have the signs that formats are written in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::chance::Chance;
use crate::report_json::ReportJson;

/// The number of findings in a file.
const FINDINGS_IN_FILE: usize = 50;

/// Pieces of names of files.
const PIECES: [&str; 47] = [
    " ",
    "%",
    "%20",
    "%0A",
    "\"",
    "'",
    "\n",
    "\r",
    "\t",
    "\u{1}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "𐐀",
    "\u{202e}",
    "\u{5d0}",
    "e\u{301}",
    "\u{feff}",
    "\u{fffe}",
    "#",
    "?",
    "&amp;",
    "<b>",
    "]]>",
    ";",
    "::",
    ",",
    "|",
    "`",
    "\\",
    "@a",
    "$x",
    "*",
    "é",
    "-",
    "--",
    "~",
    "{",
    "}",
    "(",
    "[a]",
    "=",
    "!1",
    "://",
    "C:",
    "..x",
];

/// What stands before the findings of a file.
const BEFORE: [&str; 5] = ["", "\t", "'𐐀';", "'é\u{202e}';", "/*\u{1}\u{1b}*/"];

/// The rule of the findings. What it says has the signs of every format.
const PAGE: &str = "---
summary: Leave no mark.
languages: [typescript]
severity: error
message: '`$A` & <b>|\"x\"|</b> @all #1 100%0A, [a](b); it''s :: so]]>'
rule:
  all: [{ kind: identifier, regex: '^MARK_' }, { pattern: $A }]
fix: \"done('𐐀|`\\\\n')\"
---
A mark is for tests.

## Help
Delete it.

## Bad
```ts
MARK_1; // error
```

## Good
```ts
a;
```
";

/// A finding as a reader gives it: the path, the 1-based line and the message.
pub type ReadFinding = (String, usize, String);

/// A project with hostile names.
#[derive(Debug)]
pub struct HostileProject {
    folder: PathBuf,
    lawbook: PathBuf,
}

impl HostileProject {
    /// Makes the project in a folder, which is emptied first. It has at least as many findings as asked for.
    pub fn create(folder: &Path, lawbook: &Path, findings: usize) -> Result<Self, String> {
        let refuse = |at: &Path, error: std::io::Error| format!("{}: {error}", at.display());
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| refuse(folder, error))?;
        }
        let write = |path: &Path, text: &[u8]| {
            let at = folder.join(path);
            let parent = at.parent().unwrap_or(folder);
            fs::create_dir_all(parent).and_then(|()| fs::write(&at, text)).map_err(|error| refuse(&at, error))
        };
        write(Path::new("lawbook.toml"), b"root = true\nextends = [\"./law\"]\n[files]\nskip = []\n")?;
        write(Path::new("law/no-mark.md"), PAGE.as_bytes())?;
        let mut chance = Chance::new(1);
        for number in 0..findings.div_ceil(FINDINGS_IN_FILE) {
            let count = 1 + chance.below(6);
            let name: String = (0..count).filter_map(|_| chance.pick(&PIECES).copied()).collect();
            let inside =
                if number % 4 == 0 { format!("d{number}{}/", PIECES[number % PIECES.len()]) } else { String::new() };
            // A third of the names start with a piece.
            let start = if number % 3 == 0 { "" } else { "f" };
            let path = format!("{inside}{start}{name}{number}.ts").replace("/..x", "/x");
            let line_end = ["\n", "\r\n", "\r"][number % 3];
            let before = chance.pick(&BEFORE).copied().unwrap_or_default();
            let mut text = if number % 5 == 0 { "\u{feff}".to_owned() } else { String::new() };
            for mark in 0..FINDINGS_IN_FILE {
                text.extend([before, "MARK_", &mark.to_string(), ";", line_end]);
            }
            write(Path::new(&path), text.as_bytes())?;
        }
        // Paths of reports for services count from the top of the repository.
        let init = Command::new("git").args(["init", "--quiet"]).current_dir(folder).stdin(Stdio::null()).status();
        if !init.is_ok_and(|status| status.success()) {
            return Err(format!("git could not make a repository in {}", folder.display()));
        }
        write_names_that_are_no_unicode(folder).map_err(|error| refuse(folder, error))?;
        Ok(Self { folder: folder.to_owned(), lawbook: lawbook.to_owned() })
    }

    /// Writes the report in a format to a file beside the folder; returns it and the seconds that the run took.
    pub fn report(&self, format: &str) -> Result<(PathBuf, f64), String> {
        let file = self.folder.with_extension(format);
        let start = Instant::now();
        let output = Command::new(&self.lawbook)
            .args(["check", ".", "--format", format, "--output-file"])
            .arg(&file)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("lawbook could not be started: {error}"))?;
        if output.status.code() != Some(1) {
            return Err(format!("lawbook: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
        }
        Ok((file, start.elapsed().as_secs_f64()))
    }

    /// The findings by lawbook's own JSON, with the lines that the bytes of the files have.
    pub fn findings(&self) -> Result<Vec<ReadFinding>, String> {
        let (file, _) = self.report("json")?;
        let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let report = ReportJson::parse(&text)?;
        let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let findings = report.diagnostics.into_iter().map(|found| {
            let text = texts.entry(found.path.clone()).or_insert_with(|| {
                // A name that is not Unicode is shown with other signs; its finding has no place.
                fs::read(self.folder.join(&found.path)).unwrap_or_default()
            });
            let before = text.get(..found.span.start).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            (found.path, line, found.message)
        });
        Ok(findings.collect())
    }
}

#[cfg(unix)]
fn write_names_that_are_no_unicode(folder: &Path) -> std::io::Result<()> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    [b"bad\xff\xfe.ts".as_slice(), b"\xed\xa0\x80.ts"]
        .into_iter()
        .try_for_each(|name| fs::write(folder.join(OsStr::from_bytes(name)), "MARK_1;\n"))
}

#[cfg(not(unix))]
fn write_names_that_are_no_unicode(_: &Path) -> std::io::Result<()> {
    Ok(())
}
