//! The threads of the server: some for what a person waits for, and one for work over many files.

use std::any::Any;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

/// A piece of work. It ends by sending its answer somewhere.
type PoolJob = Box<dyn FnOnce() + Send>;

/// The most threads for what a person waits for: one document is checked by one thread.
const MAX_FAST_THREADS: usize = 4;

/// The stack size of a thread, in bytes: as much as main threads usually have.
const STACK_BYTES: usize = 8 << 20;

/// The threads. They end when the pool is dropped, after the job that each is at.
#[derive(Debug)]
pub(crate) struct Pool {
    fast: Sender<PoolJob>,
    slow: Sender<PoolJob>,
}

impl Pool {
    pub(crate) fn start() -> Self {
        let (fast, fast_jobs) = unbounded::<PoolJob>();
        let (slow, slow_jobs) = unbounded::<PoolJob>();
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..cores.clamp(1, MAX_FAST_THREADS) {
            start_thread("lawbook-fast", fast_jobs.clone());
        }
        start_thread("lawbook-slow", slow_jobs);
        Self { fast, slow }
    }

    /// Runs a job that a person waits for.
    pub(crate) fn run_fast(&self, job: impl FnOnce() + Send + 'static) {
        drop(self.fast.send(Box::new(job)));
    }

    /// Runs a job over many files, after those before it.
    pub(crate) fn run_slow(&self, job: impl FnOnce() + Send + 'static) {
        drop(self.slow.send(Box::new(job)));
    }
}

fn start_thread(name: &str, jobs: Receiver<PoolJob>) {
    let work = move || jobs.iter().for_each(|job| drop(catch_unwind(AssertUnwindSafe(job))));
    drop(thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn(work));
}

/// Calls `work`; a panic in it is returned as its message.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message_of(&*panic))
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(ToOwned::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}
