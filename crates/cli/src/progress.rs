//! One line on a terminal that says how far a long run is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::output;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_millis(100);

/// Does the work; when `show`, and when it takes long, says on standard error how many of `count` files are done.
pub(crate) fn while_working(show: bool, done: &AtomicUsize, count: usize, work: impl FnOnce()) {
    if !show {
        return work();
    }
    let (finished, finish) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let _ = thread::Builder::new().spawn_scoped(scope, move || tell(done, count, &finish));
        work();
        // The line goes away when this end of the channel does.
        drop(finished);
    });
}

fn tell(done: &AtomicUsize, count: usize, finish: &mpsc::Receiver<()>) {
    let mut wait = PATIENCE;
    let mut shown = false;
    while finish.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        output::show_live(format_args!("lawbook: {} of {count} files", done.load(Ordering::Relaxed)));
        (wait, shown) = (BEAT, true);
    }
    if shown {
        output::show_live(format_args!(""));
    }
}
