//! Hostile inputs: shapes of code, repeated to many depths, closed and unclosed, checked on small stacks.

pub mod overflow;
mod shapes;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::hostile::shapes::{HostileShape, SHAPES};
use crate::places::WorkspaceFolders;

/// The most processor time of a run. Wall time is not counted, since the machine may be busy with something else.
const MAX_WORK_TIME: Duration = Duration::from_secs(2);
/// The wall time after which a run is stopped.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// The most memory of a run, in KiB.
const MAX_MEMORY_KIB: u64 = 512 << 10;
/// The most bytes of an input, fewer than `--max-file-size`.
const MAX_TEXT_BYTES: usize = 8 << 20;

/// The results of all runs.
#[derive(Debug, Default)]
pub struct HostileOutcome {
    runs: usize,
    slowest: Vec<(Duration, u64, String)>,
    /// The expectations that failed, by input.
    pub failures: Vec<String>,
}

impl HostileOutcome {
    /// The results as a table.
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

/// The runs to make.
#[derive(Debug)]
pub struct HostileSeries {
    /// The numbers of repetitions of each shape.
    pub depths: Vec<usize>,
    /// The sizes of the stacks, in KiB.
    pub stacks: Vec<usize>,
    /// A part of the names of the shapes that are run; all of them without it.
    pub only: Option<String>,
    /// `(every, first)`: every `every`-th shape is run, from the `first` one on.
    pub sample: (usize, usize),
    /// The number of runs at one time.
    pub jobs: usize,
}

/// Runs `lawbook` on every shape at every depth on every stack.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, series: &HostileSeries) -> Result<HostileOutcome, String> {
    let folder = places.e2e().join(format!("hostile-{}", std::process::id()));
    let wanted = |name: &str| series.only.as_ref().is_none_or(|only| name.contains(&**only));
    let (every, first) = series.sample;
    let shapes: Vec<_> = SHAPES.iter().skip(first).step_by(every.max(1)).filter(|shape| wanted(shape.0)).collect();
    let (next, outcome) = (AtomicUsize::new(0), Mutex::new(HostileOutcome::default()));
    let work = |job: usize| {
        while let Some(shape) = shapes.get(next.fetch_add(1, Ordering::Relaxed)) {
            run_shape(&folder.join(job.to_string()), lawbook, series, shape, &outcome)?;
        }
        Ok(())
    };
    let done = thread::scope(|scope| {
        let jobs: Vec<_> = (0..series.jobs.max(1)).map(|job| scope.spawn(move || work(job))).collect();
        jobs.into_iter().try_for_each(|job| job.join().map_err(|_| "a job panicked".to_owned())?)
    });
    let _ = fs::remove_dir_all(&folder);
    done.and_then(|()| outcome.into_inner().map_err(|_| "a job panicked".to_owned()))
}

/// Runs `lawbook` on one shape, in a folder of its own.
fn run_shape(
    folder: &Path,
    lawbook: &Path,
    series: &HostileSeries,
    shape: &HostileShape,
    outcome: &Mutex<HostileOutcome>,
) -> Result<(), String> {
    for extension in shape.1.split(' ') {
        for depth in &series.depths {
            for closed in [true, false] {
                let Some(text) = text_of(shape, *depth, closed) else { continue };
                let name = format!("{} {extension} x {depth}{}", shape.0, if closed { "" } else { " unclosed" });
                let _ = fs::remove_dir_all(folder);
                let input = format!("a.{extension}");
                let file = folder.join(&input);
                fs::create_dir_all(folder)
                    .and_then(|()| fs::write(file, text))
                    .map_err(|error| format!("{}: {error}", folder.display()))?;
                for stack in &series.stacks {
                    let ran = check(lawbook, folder, &input, *stack);
                    let mut outcome = outcome.lock().map_err(|_| "a job panicked")?;
                    outcome.take(format!("{name}, stack of {stack} KiB"), ran);
                }
            }
        }
    }
    Ok(())
}

/// The text of a shape; none for the unclosed form of one that has nothing to close.
fn text_of(shape: &HostileShape, depth: usize, closed: bool) -> Option<String> {
    let (_, _, before, open, middle, close, after) = *shape;
    if !closed {
        return (!close.is_empty()).then(|| format!("{before}{}", open.repeat(depth.min(MAX_TEXT_BYTES / open.len()))));
    }
    let depth = depth.min(MAX_TEXT_BYTES / (open.len() + close.len()));
    Some(format!("{before}{}{middle}{}{after}", open.repeat(depth), close.repeat(depth)))
}

/// Runs `lawbook` on a file of a folder; returns its time and its memory in KiB. The file is named, since it may look
/// minified, and such files are checked only then.
///
/// # Errors
/// The run or its report is not as it must be.
fn check(lawbook: &Path, folder: &Path, input: &str, stack: usize) -> Result<(Duration, u64), String> {
    let answer = folder.join("answer.json");
    let script = format!("ulimit -s {stack}; exec \"$@\"");
    let begin = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(lawbook)
        .args(["check", "--no-config", "--parse-all", "--format", "json", "--stack-size", &format!("{stack}K")])
        .arg("--output-file")
        .arg(&answer)
        .arg(input)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot be started: {error}"))?;
    let (mut memory, mut worked) = (0, Duration::ZERO);
    let status = loop {
        memory = memory.max(memory_of(&child));
        worked = worked.max(work_of(&child));
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begin.elapsed() < MAX_WAIT && worked < 2 * MAX_WORK_TIME => {
                thread::sleep(Duration::from_millis(2));
            }
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("no answer after {:?}, of which it worked {worked:?}", begin.elapsed()));
            }
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    };
    // The wall time is used if the system does not give the processor time.
    let time = if worked.is_zero() { begin.elapsed() } else { begin.elapsed().min(worked) };
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("ended with {status}"));
    }
    let answer = fs::read_to_string(&answer).map_err(|error| format!("no answer: {error}"))?;
    serde_json::from_str::<serde_json::Value>(&answer).map_err(|error| format!("no JSON: {error}"))?;
    if time > MAX_WORK_TIME {
        return Err(format!("took {time:?}"));
    }
    if memory > MAX_MEMORY_KIB {
        return Err(format!("took {} MB", memory >> 10));
    }
    Ok((time, memory))
}

/// The processor time of a process; zero where the system does not give it.
fn work_of(child: &Child) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    // The second field is a name in parentheses, which may hold any character; fields 14 and 15 are the ticks.
    let numbers = stat.rsplit_once(')').map_or("", |(_, numbers)| numbers).split_whitespace();
    let ticks: u64 = numbers.skip(11).take(2).filter_map(|number| number.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The most memory that a process has held, in KiB; 0 where the system does not give it.
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
        let parens = SHAPES.iter().find(|shape| shape.0 == "parens").unwrap();
        assert_eq!(text_of(parens, 2, true).as_deref(), Some("x=((a));"));
        assert_eq!(text_of(parens, 2, false).as_deref(), Some("x=(("));
        assert!(SHAPES.iter().all(|shape| text_of(shape, 1_000_000, true).is_some_and(|text| text.len() < 9 << 20)));
    }
}
