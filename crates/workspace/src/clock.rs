//! The clock: the current day, and a stopwatch for the phases of a run.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lawbook_core::date::Date;

/// The current day in UTC.
pub(crate) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// A stopwatch that measures named laps.
#[derive(Debug)]
pub struct Stopwatch {
    last: Instant,
    /// The laps so far, in order, each with the time that it took.
    pub laps: Vec<(&'static str, Duration)>,
}

impl Stopwatch {
    /// Starts the first lap.
    pub fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    /// Starts the next lap now, without recording the time since the last one.
    pub fn skip(&mut self) {
        self.last = Instant::now();
    }

    /// Ends a lap and starts the next one.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.laps.push((name, now - self.last));
        self.last = now;
    }
}
