//! The progress of a long run: one line on the terminal that is updated.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use lawbook_workspace::Progress;

use crate::output;

/// The duration after which a run shows its progress.
const SHOW_PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// The time between two updates of the line.
const PROGRESS_REFRESH_INTERVAL: Duration = Duration::from_millis(100);

/// Does the work and, after [`SHOW_PROGRESS_AFTER`], shows on standard error how many of its files are checked.
pub(crate) fn show_while<R>(progress: &Progress, work: impl FnOnce() -> R) -> R {
    let (finished, finish) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let _ = thread::Builder::new().spawn_scoped(scope, move || show(progress, &finish));
        let result = work();
        // The other thread removes the line when this end of the channel is dropped.
        drop(finished);
        result
    })
}

fn show(progress: &Progress, finish: &mpsc::Receiver<()>) {
    let mut wait = SHOW_PROGRESS_AFTER;
    let mut is_shown = false;
    while finish.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        if progress.files() > 0 {
            output::show_progress_line(format_args!("lawbook: {} of {} files", progress.done(), progress.files()));
            is_shown = true;
        }
        wait = PROGRESS_REFRESH_INTERVAL;
    }
    if is_shown {
        output::show_progress_line(format_args!(""));
    }
}
