//! The process that has started the server: when it is gone, so is the reason to run.

use std::thread;
use std::time::Duration;

/// The time between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// Ends this process soon after the process with this id has ended. A client that dies usually closes the input too; this
/// is for those whose input is held open by another process. A process that is not there at the beginning is one of another
/// container, whose ids mean nothing here.
pub(crate) fn end_with(process: i32) {
    if !is_alive(process) {
        return;
    }
    let watch = move || {
        while is_alive(process) {
            thread::sleep(BETWEEN_LOOKS);
        }
        std::process::exit(1);
    };
    drop(thread::Builder::new().name("lawbook-parent".to_owned()).spawn(watch));
}

#[cfg(unix)]
fn is_alive(process: i32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};
    // A process of another user is alive, and no id at all is one that cannot be watched.
    let Some(pid) = Pid::from_raw(process).filter(|_| process > 0) else { return true };
    test_kill_process(pid) != Err(Errno::SRCH)
}

#[cfg(not(unix))]
fn is_alive(_process: i32) -> bool {
    true
}
