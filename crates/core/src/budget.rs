//! The budget of steps that bounds what a rule may cost on a file: counted, not timed, so that it is the same everywhere.
//!
//! A step is a question to a node, a node that a walk meets, or a few bytes of text that are read. Code that knows its
//! budget takes steps from it ([`Steps::take`]). The plain walks of [`crate::ir::Node`] and the views built on them know
//! none: they count what they do on the thread ([`count`], [`count_text`]), and the budget of the rule for which they
//! work takes that over whenever it is asked.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// The steps of work without a budget on this thread, ever growing.
    static COUNTED: Cell<u64> = const { Cell::new(0) };
    /// Those of them that went into reading texts.
    static COUNTED_TEXT: Cell<u64> = const { Cell::new(0) };
    /// The steps of work whose result is kept for every rule.
    static SHARED: Cell<u64> = const { Cell::new(0) };
}

/// Bytes of text that are read for the price of one step.
pub const BYTES_OF_A_STEP: usize = 16;

/// Steps after which a budget looks at the flag of cancellation.
const STEPS_BETWEEN_LOOKS: u64 = 1 << 16;

/// Counts steps of work that has no budget at hand.
#[inline]
pub(crate) fn count(steps: u64) {
    COUNTED.set(COUNTED.get().wrapping_add(steps));
}

/// Counts the reading of so many bytes of text.
#[inline]
pub(crate) fn count_text(bytes: usize) {
    let steps = steps_of_text(bytes);
    if steps > 0 {
        count(steps);
        COUNTED_TEXT.set(COUNTED_TEXT.get().wrapping_add(steps));
    }
}

/// The steps that reading so many bytes of text takes.
#[inline]
pub const fn steps_of_text(bytes: usize) -> u64 {
    (bytes / BYTES_OF_A_STEP) as u64
}

/// Does work that reads a text, token by token: all its steps went into that.
pub(crate) fn reading<T>(work: impl FnOnce() -> T) -> T {
    let before = (COUNTED.get(), COUNTED_TEXT.get());
    let result = work();
    COUNTED_TEXT.set(before.1.wrapping_add(COUNTED.get().wrapping_sub(before.0)));
    result
}

/// Does work whose result is kept for every rule: it counts for none of them, whichever asks first.
pub(crate) fn shared<T>(work: impl FnOnce() -> T) -> T {
    let before = (COUNTED.get(), COUNTED_TEXT.get());
    let result = work();
    SHARED.set(SHARED.get().wrapping_add(COUNTED.get().wrapping_sub(before.0)));
    COUNTED.set(before.0);
    COUNTED_TEXT.set(before.1);
    result
}

/// The steps that work of this kind takes while `work` is done on this thread.
pub(crate) fn steps_shared_in(work: impl FnOnce()) -> u64 {
    let before = SHARED.get();
    work();
    SHARED.get().wrapping_sub(before)
}

/// Why a budget gives no more steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// All steps are taken.
    Spent,
    /// The caller has no more use for the answer.
    Cancelled,
}

/// A budget of steps. Taking needs no exclusive access, so that walks which take steps lie in each other.
#[derive(Clone, Debug)]
pub struct Steps {
    limit: u64,
    /// What can be taken before the budget has to be looked at again.
    slice: Cell<u64>,
    /// What is left beyond the slice.
    reserve: Cell<u64>,
    /// The thread's count up to which work without a budget is taken over.
    taken_over: Cell<u64>,
    /// What went into reading texts: what was taken for it here, less the thread's count at the beginning.
    text: Cell<u64>,
    stopped: Cell<Option<StopReason>>,
    cancelled: Option<Arc<AtomicBool>>,
    /// What is taken over is the count of one thread.
    of_one_thread: PhantomData<Rc<()>>,
}

impl Steps {
    /// What one rule may cost on one file when nothing else is said.
    pub const LIMIT: u64 = 50_000_000;

    /// A budget of `limit` steps, for work on this thread from now on.
    pub fn new(limit: u64) -> Self {
        let steps = Self {
            limit,
            slice: Cell::new(0),
            reserve: Cell::new(0),
            taken_over: Cell::new(0),
            text: Cell::new(0),
            stopped: Cell::new(None),
            cancelled: None,
            of_one_thread: PhantomData,
        };
        steps.restart();
        steps
    }

    /// The same, given up soon after the flag is set.
    #[must_use]
    pub fn cancelled_by(self, flag: Option<Arc<AtomicBool>>) -> Self {
        Self { cancelled: flag, ..self }
    }

    /// Makes it whole again.
    pub(crate) fn restart(&self) {
        self.stopped.set(None);
        self.taken_over.set(COUNTED.get());
        self.text.set(0_u64.wrapping_sub(COUNTED_TEXT.get()));
        self.divide(self.limit);
    }

    /// Takes `count` steps; false when there are not so many, and from then on always.
    #[inline]
    pub fn take(&self, count: u64) -> bool {
        let slice = self.slice.get();
        if count < slice {
            self.slice.set(slice - count);
            return true;
        }
        self.take_beyond_slice(count)
    }

    /// Takes `count` steps as [`Steps::take`] does, and refuses them too once the work that was counted on the thread has
    /// used up the budget.
    #[inline]
    pub(crate) fn take_and_know(&self, count: u64) -> bool {
        let slice = self.slice.get();
        if count.saturating_add(self.counted()) < slice {
            self.slice.set(slice - count);
            return true;
        }
        self.take_over();
        self.take(count)
    }

    /// Takes what reading so many bytes of text costs.
    #[inline]
    pub fn take_text(&self, bytes: usize) -> bool {
        let steps = steps_of_text(bytes);
        self.text.set(self.text.get().wrapping_add(steps));
        self.take(steps)
    }

    #[cold]
    fn take_beyond_slice(&self, count: u64) -> bool {
        if self.stopped.get().is_some() {
            return false;
        }
        if self.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            self.stop(StopReason::Cancelled);
            return false;
        }
        let counted = COUNTED.get();
        let count = count.saturating_add(counted.wrapping_sub(self.taken_over.replace(counted)));
        match (self.slice.get() + self.reserve.get()).checked_sub(count) {
            Some(left) => self.divide(left),
            None => self.stop(StopReason::Spent),
        }
        self.stopped.get().is_none()
    }

    /// What is left: a slice, and the rest.
    fn divide(&self, left: u64) {
        let slice = left.min(STEPS_BETWEEN_LOOKS);
        self.slice.set(slice);
        self.reserve.set(left - slice);
    }

    fn stop(&self, reason: StopReason) {
        self.stopped.set(Some(reason));
        self.reserve.set(self.reserve.get() + self.slice.replace(0));
    }

    /// The steps that were counted on the thread and are not taken over yet.
    #[inline]
    fn counted(&self) -> u64 {
        COUNTED.get().wrapping_sub(self.taken_over.get())
    }

    /// Takes over what was counted on the thread since the last time.
    #[inline]
    fn take_over(&self) {
        let counted = COUNTED.get();
        let fresh = counted.wrapping_sub(self.taken_over.replace(counted));
        if fresh > 0 {
            self.take(fresh);
        }
    }

    /// How many there were at first.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// How many are left.
    pub fn left(&self) -> u64 {
        self.take_over();
        self.slice.get() + self.reserve.get()
    }

    /// How many were taken; all of them once they are spent.
    pub fn taken(&self) -> u64 {
        let left = self.left();
        if self.stopped.get() == Some(StopReason::Spent) { self.limit } else { self.limit - left }
    }

    /// How many of them went into reading texts, or would have.
    pub fn taken_for_text(&self) -> u64 {
        self.text.get().wrapping_add(COUNTED_TEXT.get())
    }

    /// Gives up, whatever is left.
    pub fn exhaust(&self) {
        self.stop(StopReason::Spent);
    }

    /// Whether something was cut short: what was found is not all there is.
    #[inline]
    pub fn exhausted(&self) -> bool {
        // What was counted and is within the slice can wait to be taken over: this is asked at every node of a walk.
        self.counted() >= self.slice.get() && self.stopped().is_some()
    }

    /// Why something was cut short, if it was.
    #[inline]
    pub fn stopped(&self) -> Option<StopReason> {
        self.take_over();
        self.stopped.get()
    }

    /// The walk, which ends when the budget is spent.
    pub fn walk<W>(&self, walk: W) -> Metered<'_, W> {
        Metered { steps: self, walk }
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self::new(Self::LIMIT)
    }
}

/// A walk over nodes that ends early when the budget is spent. The nodes themselves count what they cost.
#[derive(Clone, Debug)]
pub struct Metered<'m, W> {
    steps: &'m Steps,
    walk: W,
}

impl<W> Metered<'_, W> {
    /// The walk itself, to be told where to go on.
    pub(crate) fn inner(&mut self) -> &mut W {
        &mut self.walk
    }
}

impl<W: Iterator> Iterator for Metered<'_, W> {
    type Item = W::Item;

    #[inline]
    fn next(&mut self) -> Option<W::Item> {
        if self.steps.exhausted() { None } else { self.walk.next() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_gives_exactly_its_steps() {
        let steps = Steps::new(3);
        assert!(steps.take(2) && steps.take(1) && steps.take(0));
        assert_eq!((steps.left(), steps.taken(), steps.exhausted()), (0, 3, false));
        assert!(!steps.take(1) && !steps.take(0));
        assert_eq!((steps.taken(), steps.stopped()), (3, Some(StopReason::Spent)));
    }

    #[test]
    fn many_slices_are_one_budget() {
        let steps = Steps::new(10 * STEPS_BETWEEN_LOOKS + 5);
        let taken = std::iter::repeat_with(|| steps.take(7)).take_while(|taken| *taken).count() as u64;
        assert_eq!(taken, (10 * STEPS_BETWEEN_LOOKS + 5) / 7);
    }

    #[test]
    fn work_without_a_budget_is_taken_over_unless_it_is_shared() {
        let steps = Steps::new(100);
        count(10);
        assert_eq!(steps_shared_in(|| shared(|| count(1_000))), 1_000);
        count_text(5 * BYTES_OF_A_STEP);
        assert_eq!((steps.taken(), steps.taken_for_text()), (15, 5));
        assert!(steps.take_text(2 * BYTES_OF_A_STEP + 1));
        assert_eq!((steps.taken(), steps.taken_for_text()), (17, 7));
        reading(|| {
            count(3);
            count_text(BYTES_OF_A_STEP);
        });
        assert_eq!((steps.taken(), steps.taken_for_text()), (21, 11));
        count(1_000);
        assert!(steps.exhausted());
        assert_eq!(steps.walk([1, 2].into_iter()).next(), None);
    }

    #[test]
    fn a_budget_begins_with_what_is_counted_from_then_on() {
        count(1_000);
        let steps = Steps::new(100);
        assert_eq!(steps.taken(), 0);
        assert!(!steps.take(101));
        steps.restart();
        assert_eq!((steps.left(), steps.stopped()), (100, None));
    }

    #[test]
    fn a_cancelled_budget_gives_up_soon() {
        let flag = Arc::new(AtomicBool::new(false));
        let steps = Steps::new(u64::MAX / 2).cancelled_by(Some(flag.clone()));
        assert!(steps.take(1));
        flag.store(true, Ordering::Relaxed);
        let more = std::iter::repeat_with(|| steps.take(1)).take_while(|taken| *taken).count() as u64;
        assert!(more <= STEPS_BETWEEN_LOOKS);
        assert_eq!(steps.stopped(), Some(StopReason::Cancelled));
    }
}
