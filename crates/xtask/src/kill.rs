//! Kills `--fix` at random moments: each file then has its complete old or new text, and the next run
//! completes the fixes and leaves no temporary file.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::places::WorkspaceFolders;

/// The results of all kills.
#[derive(Debug, Default)]
pub struct KillOutcome {
    kills: usize,
    /// Kills at which some files were new and some old.
    mixed: usize,
    /// Kills after the run had ended.
    late: usize,
    /// Kills that left temporary files.
    leftovers: usize,
    /// The expectations that failed.
    pub failures: Vec<String>,
}

impl KillOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} kills: {} amid the writing, {} after the end, {} left temporary files; {} failures\n",
            self.kills,
            self.mixed,
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

/// The texts of a file before and after its fix.
struct FixedTexts {
    old: String,
    new: String,
}

/// Runs `--fix` over a number of files and kills it a number of times.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, kills: usize, files: usize) -> Result<KillOutcome, String> {
    let folder = places.e2e().join("kill");
    let _ = fs::remove_dir_all(&folder);
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(fail)?;
    fs::write(folder.join("lawbook.toml"), "[rules]\nno-debugger-statement = \"warning\"\n").map_err(fail)?;
    let texts: Vec<(PathBuf, FixedTexts)> = (0..files).map(|number| texts(&folder, number)).collect();
    reset(&texts)?;
    let begin = Instant::now();
    let status = start_fix(lawbook, &folder)?.wait().map_err(fail)?;
    let whole = begin.elapsed();
    if !status.success() {
        return Err(format!("the first run ended with {status}"));
    }
    let mut outcome = KillOutcome::default();
    let mut chance = Chance::new(1);
    for _ in 0..kills {
        reset(&texts)?;
        let micros = chance.below((whole.as_micros() as usize).max(1));
        kill_once(lawbook, &folder, &texts, Duration::from_micros(micros as u64), &mut outcome)?;
    }
    let _ = fs::remove_dir_all(&folder);
    Ok(outcome)
}

/// Kills one run after a delay, and lets the next run finish.
fn kill_once(
    lawbook: &Path,
    folder: &Path,
    texts: &[(PathBuf, FixedTexts)],
    delay: Duration,
    outcome: &mut KillOutcome,
) -> Result<(), String> {
    let mut child = start_fix(lawbook, folder)?;
    thread::sleep(delay);
    let is_late = child.try_wait().is_ok_and(|status| status.is_some());
    let _ = child.kill();
    child.wait().map_err(|error| format!("cannot be waited for: {error}"))?;
    outcome.kills += 1;
    outcome.late += usize::from(is_late);
    let new = texts.iter().filter(|(at, texts)| has_text(at, &texts.new)).count();
    let old = texts.iter().filter(|(at, texts)| has_text(at, &texts.old)).count();
    if old + new != texts.len() {
        let number = texts.len() - old - new;
        outcome.failures.push(format!("after {delay:?}: {number} files are neither old nor new"));
    }
    outcome.mixed += usize::from(old > 0 && new > 0);
    let left = entries(folder)?;
    outcome.leftovers += usize::from(left.len() > texts.len() + 1);
    let status = start_fix(lawbook, folder)?.wait().map_err(|error| format!("cannot be waited for: {error}"))?;
    if !status.success() {
        outcome.failures.push(format!("after {delay:?}: the next run ended with {status}"));
    }
    if let Some((at, _)) = texts.iter().find(|(at, texts)| !has_text(at, &texts.new)) {
        outcome.failures.push(format!("after {delay:?}: {} is not new after the next run", at.display()));
    }
    let left = entries(folder)?;
    if left.len() != texts.len() + 1 {
        outcome
            .failures
            .push(format!("after {delay:?}: the next run leaves {} files too many", left.len() - texts.len() - 1));
    }
    Ok(())
}

/// The path and texts of a file; the number decides its length.
fn texts(folder: &Path, number: usize) -> (PathBuf, FixedTexts) {
    let text = |breakpoint: &str| {
        let body = "  total += width * height;\n".repeat(number % 97 + 1);
        format!("function area{number}(width, height) {{\n  let total = 0;\n{breakpoint}{body}  return total;\n}}\n")
            .repeat(number % 5 + 1)
    };
    (folder.join(format!("{number}.js")), FixedTexts { old: text("  debugger;\n"), new: text("") })
}

/// Gives all files their old texts.
fn reset(texts: &[(PathBuf, FixedTexts)]) -> Result<(), String> {
    for (at, texts) in texts {
        fs::write(at, &texts.old).map_err(|error| format!("{}: {error}", at.display()))?;
    }
    Ok(())
}

fn has_text(at: &Path, text: &str) -> bool {
    fs::read(at).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// The paths of the entries of a folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// Starts `lawbook check --fix` in a folder.
fn start_fix(lawbook: &Path, folder: &Path) -> Result<Child, String> {
    Command::new(lawbook)
        .args(["check", "--fix"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("lawbook cannot be started: {error}"))
}
