//! Kills `--fix` at random moments: each file is old or new, and after the next run nothing is left over.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::places::WorkspaceFolders;

/// What became of all kills.
#[derive(Debug, Default)]
pub struct KillOutcome {
    kills: usize,
    /// Kills that came when some files were new and some old.
    amid: usize,
    /// Kills that came too late.
    late: usize,
    /// Kills that left temporary files.
    leftovers: usize,
    /// What did not hold.
    pub failures: Vec<String>,
}

impl KillOutcome {
    /// The outcome in words.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} kills: {} amid the writing, {} after the end, {} left temporary files; {} failures\n",
            self.kills,
            self.amid,
            self.late,
            self.leftovers,
            self.failures.len()
        );
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }
}

/// What is in a file before and after.
struct Texts {
    old: String,
    new: String,
}

/// Runs `--fix` over so many files and kills it so often.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, kills: usize, files: usize) -> Result<KillOutcome, String> {
    let folder = places.e2e().join("kill");
    let _ = fs::remove_dir_all(&folder);
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(fail)?;
    fs::write(folder.join("lawbook.toml"), "[rules]\nno-debugger-statement = \"warning\"\n").map_err(fail)?;
    let texts: Vec<(PathBuf, Texts)> = (0..files).map(|number| texts(&folder, number)).collect();
    reset(&texts)?;
    let begin = Instant::now();
    let status = fix(lawbook, &folder)?.wait().map_err(fail)?;
    let whole = begin.elapsed();
    if !status.success() {
        return Err(format!("the first run ended with {status}"));
    }
    let mut outcome = KillOutcome::default();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..kills {
        reset(&texts)?;
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let micros = random % (whole.as_micros() as u64).max(1);
        one(lawbook, &folder, &texts, Duration::from_micros(micros), &mut outcome)?;
    }
    let _ = fs::remove_dir_all(&folder);
    Ok(outcome)
}

fn one(
    lawbook: &Path,
    folder: &Path,
    texts: &[(PathBuf, Texts)],
    delay: Duration,
    outcome: &mut KillOutcome,
) -> Result<(), String> {
    let mut child = fix(lawbook, folder)?;
    thread::sleep(delay);
    let is_late = child.try_wait().is_ok_and(|status| status.is_some());
    let _ = child.kill();
    child.wait().map_err(|error| format!("cannot be waited for: {error}"))?;
    outcome.kills += 1;
    outcome.late += usize::from(is_late);
    let new = texts.iter().filter(|(at, texts)| is(at, &texts.new)).count();
    let old = texts.iter().filter(|(at, texts)| is(at, &texts.old)).count();
    if old + new != texts.len() {
        let number = texts.len() - old - new;
        outcome.failures.push(format!("after {delay:?}: {number} files are neither old nor new"));
    }
    outcome.amid += usize::from(old > 0 && new > 0);
    let left = names(folder)?;
    outcome.leftovers += usize::from(left.len() > texts.len() + 1);
    let status = fix(lawbook, folder)?.wait().map_err(|error| format!("cannot be waited for: {error}"))?;
    if !status.success() {
        outcome.failures.push(format!("after {delay:?}: the next run ended with {status}"));
    }
    if let Some((at, _)) = texts.iter().find(|(at, texts)| !is(at, &texts.new)) {
        outcome.failures.push(format!("after {delay:?}: {} is not new after the next run", at.display()));
    }
    let left = names(folder)?;
    if left.len() != texts.len() + 1 {
        outcome
            .failures
            .push(format!("after {delay:?}: the next run leaves {} files too many", left.len() - texts.len() - 1));
    }
    Ok(())
}

/// One file, of a length of its own.
fn texts(folder: &Path, number: usize) -> (PathBuf, Texts) {
    let text = |breakpoint: &str| {
        let body = "  total += width * height;\n".repeat(number % 97 + 1);
        format!("function area{number}(width, height) {{\n  let total = 0;\n{breakpoint}{body}  return total;\n}}\n")
            .repeat(number % 5 + 1)
    };
    (folder.join(format!("{number}.js")), Texts { old: text("  debugger;\n"), new: text("") })
}

fn reset(texts: &[(PathBuf, Texts)]) -> Result<(), String> {
    for (at, texts) in texts {
        fs::write(at, &texts.old).map_err(|error| format!("{}: {error}", at.display()))?;
    }
    Ok(())
}

fn is(at: &Path, text: &str) -> bool {
    fs::read(at).is_ok_and(|bytes| bytes == text.as_bytes())
}

fn names(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

fn fix(lawbook: &Path, folder: &Path) -> Result<Child, String> {
    Command::new(lawbook)
        .args(["check", "--fix"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("lawbook cannot be started: {error}"))
}
