//! One line on a terminal that shows how far a long run is.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use lawbook_workspace::Progress;

use crate::output;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written anew.
const REFRESH: Duration = Duration::from_millis(100);

/// Does the work; when it takes long, shows on standard error how many of its files are done.
pub(crate) fn show_while<R>(progress: &Progress, work: impl FnOnce() -> R) -> R {
    let (finished, finish) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let _ = thread::Builder::new().spawn_scoped(scope, move || show(progress, &finish));
        let result = work();
        // The line goes away when this end of the channel does.
        drop(finished);
        result
    })
}

fn show(progress: &Progress, finish: &mpsc::Receiver<()>) {
    let mut wait = PATIENCE;
    let mut is_shown = false;
    while finish.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        if progress.files() > 0 {
            output::show_live(format_args!("lawbook: {} of {} files", progress.done(), progress.files()));
            is_shown = true;
        }
        wait = REFRESH;
    }
    if is_shown {
        output::show_live(format_args!(""));
    }
}
