//! Timing of whole processes, which take turns, so that a slow moment of the machine affects all of them.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::tools::is_success;

/// Makes the command of one of the compared processes.
pub type Start<'a> = &'a dyn Fn() -> Command;

/// The median times of a number of runs of each command, which take turns.
pub fn alternate(runs: u32, commands: &[Start<'_>]) -> Result<Vec<Duration>, String> {
    let mut times = vec![Vec::new(); commands.len()];
    for _ in 0..runs {
        for (start, times) in commands.iter().zip(&mut times) {
            times.push(time(&mut start())?);
        }
    }
    Ok(times.into_iter().map(median).collect())
}

/// The time from start to exit; the output is dropped.
fn time(command: &mut Command) -> Result<Duration, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    let elapsed = begin.elapsed();
    if is_success(status) { Ok(elapsed) } else { Err(format!("{command:?}: {status}")) }
}

/// The median; zero of an empty list.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let middle = times.len() / 2;
    match (times.len() % 2, times.get(middle)) {
        (_, None) => Duration::ZERO,
        (1, Some(time)) => *time,
        (_, Some(upper)) => (times[middle - 1] + *upper) / 2,
    }
}

/// The peak memory of one more run, in bytes; none where the kernel does not give it (outside of Linux).
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
