//! The measured tools: their programs, their commands, and the counts of their findings.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use clap::ValueEnum;
use serde_json::Value;

/// The start of the ids of these rules; all other findings of lawbook are its engine's.
const RULE_PREFIX: &str = "bench-";

/// A language with five rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchLanguage {
    /// `.ts`, `.mts`, `.cts`.
    #[value(name = "typescript")]
    TypeScript,
    /// `.rs`.
    Rust,
}

impl BenchLanguage {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::TypeScript, Self::Rust];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::TypeScript => "TypeScript",
            Self::Rust => "Rust",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::TypeScript => "typescript",
            Self::Rust => "rust",
        }
    }

    /// The extensions of its files.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::TypeScript => &["ts", "mts", "cts"],
            Self::Rust => &["rs"],
        }
    }
}

/// The binaries, and the folder of the rules.
#[derive(Debug)]
pub struct BenchTools {
    lawbook: PathBuf,
    ast_grep: PathBuf,
    oxlint: PathBuf,
    benches: PathBuf,
}

impl BenchTools {
    /// Finds the tools: those that are given, else lawbook's release build and the peers of `cargo xtask tools`.
    pub fn find(lawbook: Option<PathBuf>, ast_grep: Option<PathBuf>, oxlint: Option<PathBuf>) -> Result<Self, String> {
        let benches = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir().map_err(|error| format!("no working directory: {error}"))?.join("benches"),
        };
        let lawbook = match lawbook {
            Some(given) => given,
            None => build_lawbook(&benches)?,
        };
        let (ast_grep, oxlint) = match (ast_grep, oxlint) {
            (Some(ast_grep), Some(oxlint)) => (ast_grep, oxlint),
            (ast_grep, oxlint) => {
                let mut installed = installed(&benches)?;
                let mut take =
                    |name| installed.remove(name).ok_or_else(|| format!("cargo xtask tools names no {name}"));
                let (installed_ast_grep, installed_oxlint) = (take("ast-grep")?, take("oxlint")?);
                (ast_grep.unwrap_or(installed_ast_grep), oxlint.unwrap_or(installed_oxlint))
            }
        };
        let absolute = |path: PathBuf| path.canonicalize().map_err(|error| format!("{}: {error}", path.display()));
        Ok(Self {
            lawbook: absolute(lawbook)?,
            ast_grep: absolute(ast_grep)?,
            oxlint: absolute(oxlint)?,
            benches: absolute(benches)?,
        })
    }

    /// The small file of a language.
    pub fn small_file(&self, language: BenchLanguage) -> PathBuf {
        self.benches.join("small").join(format!("user.{}", language.extensions()[0]))
    }

    /// lawbook with the five rules that ast-grep is given.
    pub fn lawbook_five(&self, language: BenchLanguage, paths: &[PathBuf]) -> Command {
        self.lawbook_with(&self.benches.join("rules").join(language.folder()), paths)
    }

    /// lawbook with twins of the five rules that oxlint is given.
    pub fn lawbook_as_oxlint(&self, paths: &[PathBuf]) -> Command {
        self.lawbook_with(&self.benches.join("rules/oxlint"), paths)
    }

    /// lawbook with the rules of a file or folder.
    pub fn lawbook_with(&self, rules: &Path, paths: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.lawbook);
        command.args(["check", "--no-config", "--format", "json", "--rules"]).arg(rules).arg("--").args(paths);
        command.current_dir(&self.benches);
        command
    }

    /// oxlint with its five rules.
    pub fn oxlint_five(&self, paths: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.oxlint);
        command.arg("--config").arg(self.benches.join("rules/oxlint.json")).args(["--format", "json"]).args(paths);
        command.current_dir(&self.benches);
        command
    }

    /// This program, to do the least that a checker must do.
    pub fn bare(language: BenchLanguage, paths: &[PathBuf]) -> Result<Command, String> {
        let mut command = Command::new(env::current_exe().map_err(|error| format!("this program: {error}"))?);
        command.args(["--bare", language.folder(), "--"]).args(paths);
        Ok(command)
    }

    /// The commands that only print a version: lawbook, ast-grep, oxlint.
    pub fn versions(&self) -> [Command; 3] {
        [&self.lawbook, &self.ast_grep, &self.oxlint].map(|tool| {
            let mut command = Command::new(tool);
            command.arg("--version");
            command
        })
    }

    /// lawbook with the rules that are on without a configuration.
    pub fn lawbook_recommended(&self, file: &Path) -> Command {
        let mut command = Command::new(&self.lawbook);
        command.args(["check", "--no-config", "--format", "json", "--"]).arg(file);
        command.current_dir(&self.benches);
        command
    }

    /// ast-grep with the five rules.
    pub fn ast_grep_five(&self, language: BenchLanguage, paths: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.ast_grep);
        // lawbook reads hidden folders such as `.github`.
        command.args(["scan", "--json=stream", "--no-ignore", "hidden", "--config"]);
        command.arg(self.benches.join(format!("sgconfig-{}.yml", language.folder()))).arg("--").args(paths);
        command.current_dir(&self.benches);
        command
    }
}

/// The peers that `cargo xtask tools` installs, by name.
fn installed(benches: &Path) -> Result<HashMap<String, PathBuf>, String> {
    let lines = cargo(benches, &["xtask", "tools"])?;
    let pairs = lines.lines().filter_map(|line| line.split_once(' '));
    Ok(pairs.map(|(name, path)| (name.to_owned(), PathBuf::from(path))).collect())
}

/// Builds lawbook for release and returns the path of the program.
fn build_lawbook(benches: &Path) -> Result<PathBuf, String> {
    let messages = cargo(benches, &["build", "--release", "--package", "lawbook", "--message-format", "json"])?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| "cargo build names no executable".to_owned())
}

/// Runs a cargo command and returns its standard output; standard error goes to the terminal.
fn cargo(benches: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(args)
        .current_dir(benches)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo {} failed", args.join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True if a tool ended as it does with or without findings.
pub fn is_success(status: ExitStatus) -> bool {
    matches!(status.code(), Some(0 | 1))
}

/// Runs a tool and returns what it prints.
pub fn run(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if is_success(output.status) {
        return Ok(output.stdout);
    }
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end()))
}

/// The counts of a report of lawbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LawbookCounts {
    /// Findings of the rules here.
    pub findings: usize,
    /// Files that were parsed.
    pub parsed: usize,
}

/// Runs lawbook and returns its counts.
pub fn count_lawbook(command: &mut Command) -> Result<LawbookCounts, String> {
    let report: Value = serde_json::from_slice(&run(command)?).map_err(|error| format!("lawbook's JSON: {error}"))?;
    let diagnostics = report.get("diagnostics").and_then(Value::as_array).ok_or("lawbook's JSON has no diagnostics")?;
    let of_a_rule = |one: &&Value| one["rule"].as_str().is_some_and(|rule| rule.starts_with(RULE_PREFIX));
    let parsed = report["summary"]["checked"].as_u64().ok_or("lawbook's JSON does not count files")?;
    let parsed = usize::try_from(parsed).map_err(|error| format!("lawbook's JSON: {error}"))?;
    Ok(LawbookCounts { findings: diagnostics.iter().filter(of_a_rule).count(), parsed })
}

/// Runs ast-grep and returns the number of its findings, which it prints one a line.
pub fn count_ast_grep(command: &mut Command) -> Result<usize, String> {
    Ok(run(command)?.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count())
}

/// Runs oxlint and returns the number of its findings.
pub fn count_oxlint(command: &mut Command) -> Result<usize, String> {
    let report: Value = serde_json::from_slice(&run(command)?).map_err(|error| format!("oxlint's JSON: {error}"))?;
    report.get("diagnostics").and_then(Value::as_array).map(Vec::len).ok_or("oxlint's JSON has no diagnostics".into())
}
