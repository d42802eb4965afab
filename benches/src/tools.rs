//! The two tools: where they are, what each is told to do, how much each found.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use ignore::WalkBuilder;
use serde_json::Value;

/// What the ids of the rules here start with; whatever else lawbook reports is its engine's.
const RULE_PREFIX: &str = "bench-";

/// A language with five rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// `.rs`.
    Rust,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::TypeScript, Self::Rust];

    /// Its name, for people.
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

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::TypeScript => &["ts", "mts", "cts"],
            Self::Rust => &["rs"],
        }
    }
}

/// The binaries, and the folder of the rules.
#[derive(Debug)]
pub struct Tools {
    lawbook: PathBuf,
    ast_grep: PathBuf,
    benches: PathBuf,
}

impl Tools {
    /// The ones given, else lawbook's release build and the ast-grep of `cargo xtask tools`.
    pub fn find(lawbook: Option<PathBuf>, ast_grep: Option<PathBuf>) -> Result<Self, String> {
        let benches = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir().map_err(|error| format!("no working directory: {error}"))?.join("benches"),
        };
        let lawbook = match lawbook {
            Some(given) => given,
            None => build_lawbook(&benches)?,
        };
        let ast_grep = match ast_grep {
            Some(given) => given,
            None => PathBuf::from(cargo(&benches, &["xtask", "tools"])?.trim()),
        };
        let absolute = |path: PathBuf| path.canonicalize().map_err(|error| format!("{}: {error}", path.display()));
        Ok(Self { lawbook: absolute(lawbook)?, ast_grep: absolute(ast_grep)?, benches: absolute(benches)? })
    }

    /// The small file of a language.
    pub fn small_file(&self, language: Language) -> PathBuf {
        self.benches.join("small").join(format!("user.{}", language.extensions()[0]))
    }

    /// lawbook with the five rules.
    pub fn lawbook_five(&self, language: Language, paths: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.lawbook);
        command.args(["check", "--no-config", "--format", "json", "--rules"]);
        command.arg(self.benches.join("rules").join(language.folder())).arg("--").args(paths);
        command.current_dir(&self.benches);
        command
    }

    /// lawbook with what is on when nothing is said.
    pub fn lawbook_recommended(&self, file: &Path) -> Command {
        let mut command = Command::new(&self.lawbook);
        command.args(["check", "--no-config", "--format", "json", "--"]).arg(file);
        command.current_dir(&self.benches);
        command
    }

    /// ast-grep with the five rules.
    pub fn ast_grep_five(&self, language: Language, paths: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.ast_grep);
        // lawbook reads hidden folders such as `.github`.
        command.args(["scan", "--json=stream", "--no-ignore", "hidden", "--config"]);
        command.arg(self.benches.join(format!("sgconfig-{}.yml", language.folder()))).arg("--").args(paths);
        command.current_dir(&self.benches);
        command
    }
}

/// Builds lawbook for release and says where cargo put it.
fn build_lawbook(benches: &Path) -> Result<PathBuf, String> {
    let messages = cargo(benches, &["build", "--release", "--package", "lawbook", "--message-format", "json"])?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| "cargo build names no executable".to_owned())
}

/// What a cargo command prints; its own words go to the terminal.
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

/// Whether a tool did its work: nothing found, or something.
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

/// How many findings of the five rules lawbook has.
pub fn count_lawbook(command: &mut Command) -> Result<usize, String> {
    let report: Value = serde_json::from_slice(&run(command)?).map_err(|error| format!("lawbook's JSON: {error}"))?;
    let diagnostics = report.get("diagnostics").and_then(Value::as_array).ok_or("lawbook's JSON has no diagnostics")?;
    let of_a_rule = |one: &&Value| one["rule"].as_str().is_some_and(|rule| rule.starts_with(RULE_PREFIX));
    Ok(diagnostics.iter().filter(of_a_rule).count())
}

/// How many findings ast-grep has: one a line.
pub fn count_ast_grep(command: &mut Command) -> Result<usize, String> {
    Ok(run(command)?.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count())
}

/// How much there is to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// The files of a language below these paths, as both tools walk them: ignore files count.
pub fn size(paths: &[PathBuf], language: Language) -> Result<Size, String> {
    let mut size = Size::default();
    for path in paths {
        for entry in WalkBuilder::new(path).build() {
            let entry = entry.map_err(|error| format!("{}: {error}", path.display()))?;
            let end = entry.path().extension().and_then(|end| end.to_str());
            if end.is_some_and(|end| language.extensions().contains(&end)) && entry.path().is_file() {
                size.files += 1;
                size.bytes += entry.metadata().map_err(|error| format!("{}: {error}", path.display()))?.len();
            }
        }
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_language_count() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.ts", "b.mts", "c.tsx", "d.rs"] {
            std::fs::write(dir.path().join(name), "12345").unwrap();
        }
        let paths = [dir.path().to_path_buf()];
        assert_eq!(size(&paths, Language::TypeScript).unwrap(), Size { files: 2, bytes: 10 });
        assert_eq!(size(&paths, Language::Rust).unwrap(), Size { files: 1, bytes: 5 });
    }
}
