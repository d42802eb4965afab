//! The threads of a run: each takes the next item when it is done with one.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lawbook_core::language;

/// As much as main threads usually have, in bytes.
const STACK_SIZE: usize = 8 << 20;

/// How many threads work, and with which stacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workers {
    threads: usize,
    /// In bytes, when only threads of such a stack may work.
    stack_size: Option<usize>,
}

impl Workers {
    /// So many threads, or one a core.
    pub(crate) fn new(threads: Option<usize>, stack_size: Option<usize>) -> Self {
        let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
        Self { threads: threads.max(1), stack_size }
    }

    /// How many threads work.
    pub(crate) fn threads(self) -> usize {
        self.threads
    }

    /// Does the work for each item and gives the results in no order. A thread that is done with one item takes the
    /// next, so that nothing waits for the big ones in front.
    pub(crate) fn each<T: Sync, R: Send>(self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut results = Vec::new();
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                results.push(work(item));
            }
            results
        };
        let work = || if self.stack_size.is_none() { language::with_worker_stack(work) } else { work() };
        // The calling thread works too, unless the size of stacks is given.
        let others = self.threads.min(items.len()).saturating_sub(usize::from(self.stack_size.is_none()));
        let stack = self.stack_size.unwrap_or(STACK_SIZE);
        thread::scope(|scope| {
            // A thread that cannot be started is one fewer; the calling one works in any case.
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

    /// The same with the results in the order of the items.
    pub(crate) fn each_in_order<T: Sync, R: Send>(self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
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
