//! The stack that strict parsers run on: as recursive as they are, they get what the text may take, whatever the caller's
//! thread has left.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::limits::bound;

/// What a parser takes before the first level.
const BASE: usize = 256 << 10;

/// What a text of so many units takes.
pub(super) fn of_units(units: usize) -> usize {
    BASE + units * bound::STACK_UNIT
}

/// Runs `work` with `size` bytes of stack at least; none when they cannot be had.
pub(super) fn with_stack<R>(size: usize, work: impl FnOnce() -> R) -> Option<R> {
    if stacker::remaining_stack().is_some_and(|left| left >= size) {
        return Some(work());
    }
    let started = Cell::new(false);
    let run = || {
        started.set(true);
        work()
    };
    // Where there is no memory for a stack, stacker panics.
    match catch_unwind(AssertUnwindSafe(|| stacker::grow(size + BASE, run))) {
        Ok(result) => Some(result),
        Err(_) if !started.get() => None,
        Err(panic) => resume_unwind(panic),
    }
}

/// Runs `work` on a stack that holds what nearly every file takes, so that few need one of their own: for threads that
/// lower many. Only what is used of it takes memory.
pub fn with_room<R>(work: impl Fn() -> R) -> R {
    with_stack(of_units(64 << 10), &work).unwrap_or_else(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_that_cannot_be_had_is_told() {
        assert_eq!(with_stack(1 << 20, || 1), Some(1));
        assert_eq!(with_stack(1 << 50, || 1), None);
        let own = catch_unwind(|| with_stack(64 << 20, || -> () { resume_unwind(Box::new("its own")) }));
        assert_eq!(own.unwrap_err().downcast_ref(), Some(&"its own"));
    }
}
