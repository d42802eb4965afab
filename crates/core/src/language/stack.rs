//! Stacks for strict parsers. These recurse, so each runs on a stack that is large enough for the nesting of its text,
//! whatever the caller's thread has left.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::limits::bound;

/// The stack that a parser takes before the first level.
const BASE_STACK_BYTES: usize = 256 << 10;

/// The stack, in bytes, for a text of so many units ([`bound::STACK_UNIT_BYTES`]).
pub(super) fn bytes_for_units(units: usize) -> usize {
    BASE_STACK_BYTES + units * bound::STACK_UNIT_BYTES
}

/// Runs `work` with at least `size` bytes of stack; none if there is no memory for them.
pub(super) fn with_stack<R>(size: usize, work: impl FnOnce() -> R) -> Option<R> {
    if stacker::remaining_stack().is_some_and(|left| left >= size) {
        return Some(work());
    }
    let started = Cell::new(false);
    let run = || {
        started.set(true);
        work()
    };
    // Without memory for a stack, stacker panics.
    match catch_unwind(AssertUnwindSafe(|| stacker::grow(size + BASE_STACK_BYTES, run))) {
        Ok(result) => Some(result),
        Err(_) if !started.get() => None,
        Err(panic) => resume_unwind(panic),
    }
}

/// The stack that one step of a recursive walk needs at most.
const STEP_STACK_BYTES: usize = 96 << 10;
/// The stack that is added when a step has less.
const ADDED_STACK_BYTES: usize = 1 << 20;

/// Runs one step of a recursive walk with enough stack.
#[inline]
pub(super) fn with_step_stack<R>(step: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(STEP_STACK_BYTES, ADDED_STACK_BYTES, step)
}

/// Runs `work` on a stack that is large enough for nearly every file, so that few files need one of their own: for
/// threads that lower many files. Only the used part of the stack takes memory.
pub fn with_worker_stack<R>(work: impl Fn() -> R) -> R {
    with_stack(bytes_for_units(64 << 10), &work).unwrap_or_else(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_without_memory_is_none() {
        assert_eq!(with_stack(1 << 20, || 1), Some(1));
        assert_eq!(with_stack(1 << 50, || 1), None);
        let own = catch_unwind(|| with_stack(64 << 20, || -> () { resume_unwind(Box::new("its own")) }));
        assert_eq!(own.unwrap_err().downcast_ref(), Some(&"its own"));
    }
}
