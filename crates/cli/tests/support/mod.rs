//! A project in a temporary folder, in which the program is run.

// Each test program uses only a part of this module. A test that cannot be set up has failed, so `unwrap` is allowed.
#![allow(dead_code, missing_docs, missing_debug_implementations)]
#![allow(clippy::unwrap_used, clippy::panic)]

pub mod edits;
pub mod official_schema;
pub mod marked_files;
pub mod mcp;
pub mod schema;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lawbook_core::rule::engine_ids;
use tempfile::TempDir;

pub mod git;

/// A page whose rule reports `debugger`.
pub const NO_DEBUGGER: &str = "---
summary: Leave no breakpoint behind.
languages: [typescript, javascript]
severity: warning
rule:
  pattern: debugger
---
A breakpoint stops whoever runs the code next.

## Help
Delete the statement.

## Bad
```ts
debugger // error
```
```js
debugger // error
```

## Good
```ts
const a = 1;
```
```js
const a = 1;
```
";

/// A page whose rule has a fix and a message with a capture.
pub const NO_VAR: &str = "---
summary: Declare with const or let.
languages: [typescript, javascript]
severity: error
rule:
  pattern: var a = 1
fix: let a = 1
---
A `var` is visible in the whole function.

## Bad
```ts
var a = 1 // error
```

## Good
```ts
let a = 1;
```
";

/// A folder with files.
pub struct Project {
    folder: TempDir,
}

/// The output of a run of the program.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// An empty folder.
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A project whose only rules are the two pages of this module.
    pub fn with_law() -> Self {
        Self::new()
            .file("lawbook.toml", "extends = [\"./law\"]\n")
            .file("law/no-debugger.md", NO_DEBUGGER)
            .file("law/no-var.md", NO_VAR)
    }

    /// The same with one more file.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let at = self.path(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
        self
    }

    /// The absolute path of a file.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Runs the binary in the folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(".", args, &[], "")
    }

    /// Runs the binary in a folder below, with variables and text on standard input.
    pub fn run_with(&self, cwd: &str, args: &[&str], variables: &[(&str, &str)], stdin: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
        command.args(args).current_dir(self.path(cwd)).env_clear().envs(variables.iter().copied());
        run(command, stdin)
    }
}

/// Runs a command to its end.
pub fn run(mut command: Command, stdin: impl AsRef<[u8]>) -> Ran {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A command that does not read its input may have ended already.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The findings of a JSON report, in order, as path and rule.
    pub fn findings(&self) -> Vec<(String, String)> {
        let report = self.json();
        let found = report["diagnostics"].as_array().unwrap().iter();
        found.map(|found| (text(&found["path"]), text(&found["rule"]))).collect()
    }

    /// The findings of a JSON report about code, without those about the law.
    pub fn findings_in_code(&self) -> Vec<(String, String)> {
        self.findings().into_iter().filter(|(_, rule)| rule != engine_ids::WEAKENED_LAW).collect()
    }

    /// The paths of the findings about weakened law, in order.
    pub fn weakened(&self) -> Vec<String> {
        let law = self.findings().into_iter().filter(|(_, rule)| rule == engine_ids::WEAKENED_LAW);
        law.map(|(path, _)| path).collect()
    }

    /// Asserts the exit code and, for exit code 2, that nothing but mistakes as JSON was printed to standard output.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self:?}");
        let has_only_mistakes = self.stdout.is_empty() || self.stdout.starts_with("{\"version\":1,\"mistakes\":[");
        assert!(code != 2 || has_only_mistakes, "{self:?}");
        self
    }

    /// Asserts that standard error, or one of the mistakes in JSON, contains the text.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let said = format!("{}{}", self.stderr, self.mistakes());
        assert!(said.contains(text), "no {text:?} in {said}");
        self
    }

    /// The mistakes in JSON, a line `path:line:column: message (help)` for each.
    fn mistakes(&self) -> String {
        if self.code != 2 || self.stdout.is_empty() {
            return String::new();
        }
        let mistakes = self.json()["mistakes"].as_array().unwrap().clone();
        let line = |mistake: &serde_json::Value| {
            let start = &mistake["range"]["start"];
            let place = mistake["path"].as_str().map(|path| format!("{path}:{}:{}: ", start["line"], start["column"]));
            let (message, help) = (text(&mistake["message"]), mistake["help"].as_str().unwrap_or_default());
            format!("{}{message} ({help})\n", place.unwrap_or_default())
        };
        mistakes.iter().map(line).collect()
    }

    /// Asserts that standard output contains the text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no {text:?} in {}", self.stdout);
        self
    }

    /// The lines of standard error, without the one that says which rules are off.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.stderr.lines().filter(|line| !line.starts_with("lawbook: law: "))
    }

    /// Asserts that standard error says nothing, except which rules are off.
    #[track_caller]
    pub fn notes_nothing(&self) {
        assert_eq!(self.notes().collect::<Vec<_>>(), [""; 0]);
    }

    /// Asserts that the output has no control characters except line ends and tabs.
    #[track_caller]
    pub fn is_harmless(&self) -> &Self {
        for c in self.stdout.chars().chain(self.stderr.chars()) {
            assert!(!c.is_control() || matches!(c, '\n' | '\t'), "{c:?} in {self:?}");
            assert!(!matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), "{c:?} in {self:?}");
        }
        self
    }
}

pub fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Creates a named pipe.
#[cfg(unix)]
pub fn make_pipe(at: &Path) {
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
}
