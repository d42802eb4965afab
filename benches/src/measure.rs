//! Timing: whole processes in turn, so that a slow moment of the machine hits all alike.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::tools::is_success;

/// How to start one of the processes that are compared.
pub type Start<'a> = &'a dyn Fn() -> Command;

/// The median times of that many runs of each, all taking turns.
pub fn alternate(runs: u32, commands: &[Start<'_>]) -> Result<Vec<Duration>, String> {
    let mut times = vec![Vec::new(); commands.len()];
    for _ in 0..runs {
        for (start, times) in commands.iter().zip(&mut times) {
            times.push(time(&mut start())?);
        }
    }
    Ok(times.into_iter().map(median).collect())
}

/// From start to exit, the output thrown away.
fn time(command: &mut Command) -> Result<Duration, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    let elapsed = begin.elapsed();
    if is_success(status) { Ok(elapsed) } else { Err(format!("{command:?}: {status}")) }
}

/// The middle one; the mean of the middle two when there is none; zero of nothing.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let middle = times.len() / 2;
    match (times.len() % 2, times.get(middle)) {
        (_, None) => Duration::ZERO,
        (1, Some(time)) => *time,
        (_, Some(upper)) => (times[middle - 1] + *upper) / 2,
    }
}

/// The most memory that a run of its own held, in bytes, as far as the kernel tells while it runs (Linux).
pub fn peak_memory(command: &mut Command) -> Result<Option<u64>, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let failed = |error| format!("the run for its memory: {error}");
    let mut child = command.spawn().map_err(failed)?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().map_err(failed)?.is_none() {
        if let Some(now) = fs::read_to_string(&status_file).ok().and_then(|status| high_water_mark(&status)) {
            peak = peak.max(Some(now));
        }
        thread::sleep(Duration::from_micros(200));
    }
    Ok(peak)
}

/// `VmHWM` of a `/proc/…/status`, in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let of = |times: &[u64]| median(times.iter().map(|&time| Duration::from_millis(time)).collect()).as_millis();
        assert_eq!(of(&[9, 1, 5]), 5);
        assert_eq!(of(&[9, 1, 5, 7]), 6);
        assert_eq!(of(&[]), 0);
    }

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(high_water_mark("VmPeak:\t 99 kB\nVmHWM:\t    12 kB\n"), Some(12 * 1024));
        assert_eq!(high_water_mark("Name: x\n"), None);
    }
}
