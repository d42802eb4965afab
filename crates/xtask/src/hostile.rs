//! Inputs made to kill a checker: shapes that nest or go on, at every depth, closed and unclosed, on small stacks.

pub mod overflow;
mod shapes;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::hostile::shapes::{SHAPES, Shape};
use crate::places::Places;

/// Each answer must come within this.
const TIME: Duration = Duration::from_secs(2);
/// And within this much memory, in KiB.
const MEMORY: u64 = 512 << 10;
/// A file is cut at this many bytes, which `--max-file-size` admits.
const LONGEST: usize = 8 << 20;

/// What became of all inputs.
#[derive(Debug, Default)]
pub struct Outcome {
    runs: usize,
    slowest: Vec<(Duration, u64, String)>,
    /// What did not hold, by input.
    pub failures: Vec<String>,
}

impl Outcome {
    /// The outcome as a table.
    pub fn text(&self) -> String {
        let mut text = format!("{} runs, {} failures; the slowest:\n", self.runs, self.failures.len());
        for (time, memory, name) in &self.slowest {
            let _ = writeln!(text, "{:8.0} ms {:6} MB  {name}", time.as_secs_f64() * 1000.0, memory >> 10);
        }
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }

    fn take(&mut self, name: String, ran: Result<(Duration, u64), String>) {
        self.runs += 1;
        match ran {
            Ok((time, memory)) => {
                self.slowest.push((time, memory, name));
                self.slowest.sort_by(|a, b| b.cmp(a));
                self.slowest.truncate(12);
            }
            Err(why) => self.failures.push(format!("{name}: {why}")),
        }
    }
}

/// What is run.
#[derive(Debug)]
pub struct Series {
    /// How often each shape is repeated.
    pub depths: Vec<usize>,
    /// The stacks, in KiB.
    pub stacks: Vec<usize>,
    /// A part of the names of the shapes that are run; all of them without it.
    pub only: Option<String>,
    /// Every how many-th shape is run, and the number of the first.
    pub sample: (usize, usize),
}

/// Runs `lawbook` on every shape at every depth on every stack.
pub fn run(places: &Places, lawbook: &Path, series: &Series) -> Result<Outcome, String> {
    let folder = places.e2e().join(format!("hostile-{}", std::process::id()));
    let mut outcome = Outcome::default();
    let wanted = |name: &str| series.only.as_ref().is_none_or(|only| name.contains(&**only));
    let (every, first) = series.sample;
    for shape in SHAPES.iter().skip(first).step_by(every.max(1)).filter(|shape| wanted(shape.0)) {
        for extension in shape.1.split(' ') {
            for depth in &series.depths {
                for closed in [true, false] {
                    let Some(text) = text_of(shape, *depth, closed) else { continue };
                    let name = format!("{} {extension} x {depth}{}", shape.0, if closed { "" } else { " unclosed" });
                    let _ = fs::remove_dir_all(&folder);
                    let file = folder.join(format!("a.{extension}"));
                    fs::create_dir_all(&folder)
                        .and_then(|()| fs::write(file, text))
                        .map_err(|error| format!("{}: {error}", folder.display()))?;
                    for stack in &series.stacks {
                        let ran = check(lawbook, &folder, *stack);
                        outcome.take(format!("{name}, stack of {stack} KiB"), ran);
                    }
                }
            }
        }
    }
    let _ = fs::remove_dir_all(&folder);
    Ok(outcome)
}

/// The text of a shape; none for the unclosed form of one that has nothing to close.
fn text_of(shape: &Shape, depth: usize, closed: bool) -> Option<String> {
    let (_, _, before, open, middle, close, after) = *shape;
    if !closed {
        return (!close.is_empty()).then(|| format!("{before}{}", open.repeat(depth.min(LONGEST / open.len()))));
    }
    let depth = depth.min(LONGEST / (open.len() + close.len()));
    Some(format!("{before}{}{middle}{}{after}", open.repeat(depth), close.repeat(depth)))
}

/// Runs it, once more when it was slow, since the machine may have been busy with something else.
fn check(lawbook: &Path, folder: &Path, stack: usize) -> Result<(Duration, u64), String> {
    let first = check_once(lawbook, folder, stack);
    if first.as_ref().is_err_and(|why| why.is_slow) { check_once(lawbook, folder, stack) } else { first }
        .map_err(|why| why.text)
}

/// What is wrong with an answer.
struct Wrong {
    text: String,
    is_slow: bool,
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self { text, is_slow: false }
    }
}

/// Runs it once: how long it took and how much memory, or what is wrong with its answer.
fn check_once(lawbook: &Path, folder: &Path, stack: usize) -> Result<(Duration, u64), Wrong> {
    let answer = folder.join("answer.json");
    let script = format!("ulimit -s {stack}; exec \"$@\"");
    let begin = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(lawbook)
        .args(["check", "--no-config", "--parse-all", "--format", "json", "--stack-size", &format!("{stack}K")])
        .arg("--output-file")
        .arg(&answer)
        .arg(".")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot be started: {error}"))?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(memory_of(&child));
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begin.elapsed() < 2 * TIME => thread::sleep(Duration::from_millis(2)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(Wrong { text: format!("no answer within {:?}", 2 * TIME), is_slow: true });
            }
            Err(error) => return Err(format!("cannot be waited for: {error}").into()),
        }
    };
    let time = begin.elapsed();
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("ended with {status}").into());
    }
    let answer = fs::read_to_string(&answer).map_err(|error| format!("no answer: {error}"))?;
    serde_json::from_str::<serde_json::Value>(&answer).map_err(|error| format!("no JSON: {error}"))?;
    if time > TIME {
        return Err(Wrong { text: format!("took {time:?}"), is_slow: true });
    }
    if memory > MEMORY {
        return Err(format!("took {} MB", memory >> 10).into());
    }
    Ok((time, memory))
}

/// The most memory that a process has held, in KiB; 0 where the system does not say.
fn memory_of(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_nest_as_deep_as_they_are_told() {
        assert_eq!(text_of(&SHAPES[0], 2, true).as_deref(), Some("x=((a));"));
        assert_eq!(text_of(&SHAPES[0], 2, false).as_deref(), Some("x=(("));
        assert!(SHAPES.iter().all(|shape| text_of(shape, 1_000_000, true).is_some_and(|text| text.len() < 9 << 20)));
    }
}
