//! The worker threads of a run. They share a list of items, and each takes the next item when it has finished one.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lawbook_core::language;

/// The stack size of a worker, in bytes: as much as main threads usually have.
const WORKER_STACK_BYTES: usize = 8 << 20;

/// The number of worker threads and their stack size.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    threads: usize,
    /// In bytes; if set, the calling thread does not work, because its stack has another size.
    stack_size: Option<usize>,
}

impl Workers {
    /// Workers with this number of threads, or one per core.
    pub fn new(threads: Option<usize>, stack_size: Option<usize>) -> Self {
        let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
        Self { threads: threads.max(1), stack_size }
    }

    /// The number of threads, at least 1.
    pub fn threads(self) -> usize {
        self.threads
    }

    /// Calls `work` with each item and returns the results in no particular order. Items are handed out one at a time,
    /// so a large item delays only the thread that has it.
    pub fn each<T: Sync, R: Send>(self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut results = Vec::new();
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                results.push(work(item));
            }
            results
        };
        let work = || if self.stack_size.is_none() { language::with_worker_stack(work) } else { work() };
        // The calling thread works too, unless a stack size is given.
        let others = self.threads.min(items.len()).saturating_sub(usize::from(self.stack_size.is_none()));
        let stack = self.stack_size.unwrap_or(WORKER_STACK_BYTES);
        thread::scope(|scope| {
            // If no thread can be started, the calling thread does all the work.
            let others: Vec<_> = (0..others)
                .filter_map(|_| thread::Builder::new().stack_size(stack).spawn_scoped(scope, work).ok())
                .collect();
            let mut results = if self.stack_size.is_none() || others.is_empty() { work() } else { Vec::new() };
            for other in others {
                match other.join() {
                    Ok(more) => results.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            results
        })
    }

    /// Calls `work` with each item and returns the results in the order of the items.
    pub fn each_in_order<T: Sync, R: Send>(self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let numbered: Vec<(usize, &T)> = items.iter().enumerate().collect();
        let mut results = self.each(&numbered, |(number, item)| (*number, work(item)));
        results.sort_unstable_by_key(|(number, _)| *number);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_by_any_number_of_threads() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [1, 3, 2000] {
            for stack_size in [None, Some(1 << 20)] {
                let workers = Workers::new(Some(threads), stack_size);
                assert_eq!(
                    workers.each_in_order(&items, |item| item * 2),
                    (0..1000).map(|item| item * 2).collect::<Vec<_>>()
                );
            }
        }
    }
}
