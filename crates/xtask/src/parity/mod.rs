//! One parity run: ast-grep and lawbook with the same rules on the same files, and their differences.

mod ast_grep;
mod compare;
mod lawbook;
pub mod self_match;
mod stage;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ignore::WalkBuilder;

use crate::places::WorkspaceFolders;
use compare::{ParityComparison, ParityFinding};
use stage::Stage;

/// The share of identical findings, in percent, below which parity fails.
pub const DEFAULT_MIN: f64 = 99.5;

/// The most bytes of file names on one command line; well below the limit of every system.
const ARGUMENT_BYTES: usize = if cfg!(windows) { 16 * 1024 } else { 96 * 1024 };

/// The two tools.
#[derive(Debug)]
pub struct ParityTools {
    /// The pinned ast-grep.
    pub ast_grep: PathBuf,
    /// The lawbook under test.
    pub lawbook: PathBuf,
}

/// The rules and files to compare.
#[derive(Debug)]
pub struct ParityRequest<'a> {
    /// The name of the run; its files are kept in `target/e2e/parity/<name>`.
    pub name: &'a str,
    /// Rule files, or folders of them.
    pub rules: Vec<PathBuf>,
    /// Folders (or files) of source.
    pub dirs: Vec<PathBuf>,
}

/// The results of a run.
#[derive(Debug)]
pub struct ParityOutcome {
    comparison: ParityComparison,
    rules: usize,
    /// Rules without a finding of ast-grep.
    silent: Vec<String>,
    times: [Duration; 2],
    /// Findings that touch a macro's token tree, ast-grep's and lawbook's.
    macros: [usize; 2],
}

impl ParityOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let ParityComparison { sound, broken } = &self.comparison;
        let mut text = format!(
            "  {} rules, {} files; ast-grep {:.1} s, lawbook {:.1} s\n",
            self.rules,
            sound.files + broken.files,
            self.times[0].as_secs_f64(),
            self.times[1].as_secs_f64()
        );
        let _ = write!(text, "  without syntax errors:\n{sound}");
        if broken.files > 0 {
            let _ = write!(text, "  with an ERROR node in ast-grep's tree, set apart:\n{broken}");
        }
        if self.macros != [0, 0] {
            let [theirs, ours] = self.macros;
            let _ = writeln!(text, "  touching Rust token trees, set apart: ast-grep {theirs}, lawbook {ours}");
        }
        if !self.silent.is_empty() {
            let _ = writeln!(text, "  rules without a finding of ast-grep: {}", self.silent.join(", "));
        }
        text
    }

    /// The reasons for which this run does not pass; empty when it passes.
    pub fn failures(&self, min: f64, every_rule: bool) -> Vec<String> {
        let mut failures = Vec::new();
        let share = self.comparison.sound.share();
        if share < min {
            failures.push(format!("{share:.3} % of the findings are identical, {min} % are required"));
        }
        if self.comparison.sound.files == 0 {
            failures.push("no file without syntax errors to compare on".to_owned());
        }
        if every_rule && !self.silent.is_empty() {
            failures.push(format!("rules that find nothing prove nothing: {}", self.silent.join(", ")));
        }
        failures
    }
}

/// Runs both tools and compares.
pub fn run(
    places: &WorkspaceFolders,
    tools: &ParityTools,
    request: &ParityRequest<'_>,
) -> Result<ParityOutcome, String> {
    let stage = Stage::set(&places.e2e().join("parity").join(request.name), &request.rules)?;
    let files = source_files(&request.dirs, &stage.extensions())?;
    if files.is_empty() {
        return Err("the folders hold no file in a language of the rules".to_owned());
    }
    let (mut theirs, mut ours) = (ast_grep::AstGrepFindings::default(), Vec::new());
    let mut times = [Duration::ZERO; 2];
    for chunk in chunks(&files) {
        let begin = Instant::now();
        ast_grep::scan(&tools.ast_grep, &stage, places.root(), chunk, &mut theirs)?;
        times[0] += begin.elapsed();
        let begin = Instant::now();
        lawbook::check(&tools.lawbook, &stage, places.root(), chunk, &mut ours)?;
        times[1] += begin.elapsed();
    }
    let reporting: BTreeSet<&str> = theirs.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let silent = stage.rules().map(|rule| rule.id.clone()).filter(|id| !reporting.contains(id.as_str())).collect();
    let names: BTreeSet<String> = files.iter().map(|file| text_of(file)).collect();
    // lawbook reads the arguments of Rust's macros as code and ast-grep does not: findings in token trees are left out.
    let touches = |finding: &ParityFinding| {
        let trees = theirs.token_trees.get(&finding.path);
        trees.is_some_and(|trees| trees.iter().any(|(start, end)| *start < finding.end && finding.start < *end))
    };
    let ours = ours.into_iter().filter(|finding| stage.has_rule(&finding.rule));
    let (macros_ours, ours): (Vec<_>, Vec<_>) = ours.partition(&touches);
    let (macros_theirs, found): (Vec<_>, Vec<_>) = theirs.findings.iter().cloned().partition(&touches);
    let comparison = compare::compare(&names, &theirs.broken, found, ours);
    let macros = [macros_theirs.len(), macros_ours.len()];
    Ok(ParityOutcome { comparison, rules: stage.rules().count(), silent, times, macros })
}

/// Runs a tool and returns what it prints to standard output. Both tools exit with 0 or, when there are findings of level error, with 1.
fn answer_of(name: &str, command: &mut Command) -> Result<Vec<u8>, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{program} could not be started: {error}"))?;
    if matches!(output.status.code(), Some(0 | 1)) {
        return Ok(output.stdout);
    }
    Err(format!("{name} failed ({})\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end()))
}

/// Every file below the folders with one of these extensions, absolute and sorted. Ignore files do not count;
/// `node_modules`, names with a leading dot and files that are not UTF-8 are left out.
fn source_files(dirs: &[PathBuf], extensions: &BTreeSet<&str>) -> Result<Vec<PathBuf>, String> {
    let mut files = BTreeSet::new();
    for dir in dirs {
        let dir = dir.canonicalize().map_err(|error| format!("{}: {error}", dir.display()))?;
        let mut walk = WalkBuilder::new(&dir);
        walk.standard_filters(false).hidden(true);
        walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != "node_modules");
        for entry in walk.build() {
            let entry = entry.map_err(|error| format!("{}: {error}", dir.display()))?;
            let path = entry.path();
            let wanted = path.extension().and_then(|end| end.to_str()).is_some_and(|end| extensions.contains(end));
            if wanted && path.is_file() && std::fs::read_to_string(path).is_ok() {
                files.insert(path.to_path_buf());
            }
        }
    }
    Ok(files.into_iter().collect())
}

/// Splits the files into lists that fit on one command line each.
fn chunks(files: &[PathBuf]) -> Vec<&[PathBuf]> {
    let mut chunks = Vec::new();
    let (mut begin, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        let length = file.as_os_str().len() + 1;
        if at > begin && bytes + length > ARGUMENT_BYTES {
            chunks.push(&files[begin..at]);
            (begin, bytes) = (at, 0);
        }
        bytes += length;
    }
    if begin < files.len() {
        chunks.push(&files[begin..]);
    }
    chunks
}

/// Returns a path with `/`, as the comparison writes it.
fn text_of(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_hold_every_file_once_and_stay_short() {
        let files: Vec<PathBuf> =
            (0..5000).map(|at| PathBuf::from(format!("/some/long/folder/name/{at}.ts"))).collect();
        let chunks = chunks(&files);
        assert!(chunks.len() > 1);
        assert_eq!(chunks.concat(), files);
        for chunk in chunks {
            assert!(chunk.iter().map(|file| file.as_os_str().len() + 1).sum::<usize>() <= ARGUMENT_BYTES);
        }
        assert!(super::chunks(&[]).is_empty());
    }

    #[test]
    fn ignore_files_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in
            [(".gitignore", &b"*"[..]), ("a.ts", b"1"), (".b.ts", b"1"), ("c.rs", b"1"), ("d.ts", b"\xff")]
        {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        let files = source_files(&[dir.path().to_path_buf()], &BTreeSet::from(["ts"])).unwrap();
        assert_eq!(files, [dir.path().canonicalize().unwrap().join("a.ts")]);
    }
}
