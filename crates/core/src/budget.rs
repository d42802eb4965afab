//! The budget of steps that bounds the work of a rule on a file. Steps are counted, not timed, so that the same file
//! gives the same result on every machine.
//!
//! A step is one access to a node, one node visited by a walk, or [`BYTES_PER_STEP`] bytes of text read. Code that is
//! given a budget takes steps from it ([`Steps::take`]). The walks of [`crate::ir::Node`] and the views are given none:
//! they add their steps to a counter of the thread (`count`, `count_text`). The budget of the
//! running rule reads that counter on each query and charges the difference to itself.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// The steps of all work on this thread that was given no budget; it only grows.
    static COUNTED: Cell<u64> = const { Cell::new(0) };
    /// The part of `COUNTED` that was spent on reading text.
    static COUNTED_TEXT: Cell<u64> = const { Cell::new(0) };
    /// The steps of work whose result is shared by all rules, see [`count_as_shared`].
    static SHARED: Cell<u64> = const { Cell::new(0) };
}

/// The number of bytes of text that can be read for one step.
pub const BYTES_PER_STEP: usize = 16;

/// The number of steps after which a budget checks whether its run was cancelled.
const STEPS_BETWEEN_CANCEL_CHECKS: u64 = 1 << 16;

/// Counts steps of work that was given no budget; the budget of the running rule is charged later.
#[inline]
pub(crate) fn count(steps: u64) {
    COUNTED.set(COUNTED.get().wrapping_add(steps));
}

/// Counts the steps for reading `bytes` bytes of text.
#[inline]
pub(crate) fn count_text(bytes: usize) {
    let steps = steps_of_text(bytes);
    if steps > 0 {
        count(steps);
        COUNTED_TEXT.set(COUNTED_TEXT.get().wrapping_add(steps));
    }
}

/// The number of steps for reading `bytes` bytes of text.
#[inline]
pub const fn steps_of_text(bytes: usize) -> u64 {
    (bytes / BYTES_PER_STEP) as u64
}

/// Runs `work` and counts all its steps as steps for reading text, also those for the tokens it visits.
pub(crate) fn count_as_text<T>(work: impl FnOnce() -> T) -> T {
    let before = (COUNTED.get(), COUNTED_TEXT.get());
    let result = work();
    COUNTED_TEXT.set(before.1.wrapping_add(COUNTED.get().wrapping_sub(before.0)));
    result
}

/// Runs `work` whose result is cached for all rules. Its steps are charged to no rule: otherwise the rule that happens to
/// need the result first would pay for the others.
pub(crate) fn count_as_shared<T>(work: impl FnOnce() -> T) -> T {
    let before = (COUNTED.get(), COUNTED_TEXT.get());
    let result = work();
    SHARED.set(SHARED.get().wrapping_add(COUNTED.get().wrapping_sub(before.0)));
    COUNTED.set(before.0);
    COUNTED_TEXT.set(before.1);
    result
}

/// Runs `work` and returns the number of steps in it that [`count_as_shared`] counted.
pub(crate) fn shared_steps_of(work: impl FnOnce()) -> u64 {
    let before = SHARED.get();
    work();
    SHARED.get().wrapping_sub(before)
}

/// The reason why a budget gives no more steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// All steps are taken.
    Spent,
    /// The run was cancelled.
    Cancelled,
}

/// A budget of steps. Taking steps needs only `&self`, so that nested walks can share one budget.
///
/// The steps that are left are split into a slice and a reserve: taking steps from the slice is one subtraction, and
/// the flag of cancellation and the thread's counter are read only when the slice is used up.
#[derive(Clone, Debug)]
pub struct Steps {
    limit: u64,
    /// The steps that can be taken before the slow checks are due again.
    slice: Cell<u64>,
    /// The steps that are left beyond the slice.
    reserve: Cell<u64>,
    /// The value of the thread's counter up to which its steps have been charged to this budget.
    charged: Cell<u64>,
    /// The steps taken here for reading text, minus the value that the thread's text counter had at the start (modulo
    /// 2^64). Adding the present value of that counter gives the total.
    text: Cell<u64>,
    stopped: Cell<Option<StopReason>>,
    cancelled: Option<Arc<AtomicBool>>,
    /// Makes the type `!Send`, because it refers to the counters of one thread.
    of_one_thread: PhantomData<Rc<()>>,
}

impl Steps {
    /// The steps that one rule may take on one file unless the caller sets another limit.
    pub const DEFAULT_LIMIT: u64 = 50_000_000;

    /// A budget of `limit` steps for the work that this thread does from now on.
    pub fn new(limit: u64) -> Self {
        let steps = Self {
            limit,
            slice: Cell::new(0),
            reserve: Cell::new(0),
            charged: Cell::new(0),
            text: Cell::new(0),
            stopped: Cell::new(None),
            cancelled: None,
            of_one_thread: PhantomData,
        };
        steps.restart();
        steps
    }

    /// The same budget, which stops soon after `flag` is set.
    #[must_use]
    pub fn cancelled_by(self, flag: Option<Arc<AtomicBool>>) -> Self {
        Self { cancelled: flag, ..self }
    }

    /// Restores all steps of the budget.
    pub(crate) fn restart(&self) {
        self.stopped.set(None);
        self.charged.set(COUNTED.get());
        self.text.set(0_u64.wrapping_sub(COUNTED_TEXT.get()));
        self.divide(self.limit);
    }

    /// Takes `count` steps. Returns false if fewer are left, and from then on always.
    #[inline]
    pub fn take(&self, count: u64) -> bool {
        let slice = self.slice.get();
        if count < slice {
            self.slice.set(slice - count);
            return true;
        }
        self.take_beyond_slice(count)
    }

    /// Takes `count` steps like [`Steps::take`], but charges the thread's counter first if it may use up the budget.
    /// [`Steps::take`] alone can return true although the uncharged steps already exceed the budget.
    #[inline]
    pub(crate) fn take_including_counted(&self, count: u64) -> bool {
        let slice = self.slice.get();
        if count.saturating_add(self.uncharged()) < slice {
            self.slice.set(slice - count);
            return true;
        }
        self.charge_counted();
        self.take(count)
    }

    /// Takes the steps for reading `bytes` bytes of text.
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
        let count = count.saturating_add(counted.wrapping_sub(self.charged.replace(counted)));
        match (self.slice.get() + self.reserve.get()).checked_sub(count) {
            Some(left) => self.divide(left),
            None => self.stop(StopReason::Spent),
        }
        self.stopped.get().is_none()
    }

    /// Sets the steps that are `left`, divided into slice and reserve.
    fn divide(&self, left: u64) {
        let slice = left.min(STEPS_BETWEEN_CANCEL_CHECKS);
        self.slice.set(slice);
        self.reserve.set(left - slice);
    }

    fn stop(&self, reason: StopReason) {
        self.stopped.set(Some(reason));
        self.reserve.set(self.reserve.get() + self.slice.replace(0));
    }

    /// The steps on the thread's counter that are not charged to this budget yet.
    #[inline]
    fn uncharged(&self) -> u64 {
        COUNTED.get().wrapping_sub(self.charged.get())
    }

    /// Charges the steps that were counted on the thread since the last charge.
    #[inline]
    fn charge_counted(&self) {
        let counted = COUNTED.get();
        let fresh = counted.wrapping_sub(self.charged.replace(counted));
        if fresh > 0 {
            self.take(fresh);
        }
    }

    /// The number of steps at the start.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// The number of steps left.
    pub fn left(&self) -> u64 {
        self.charge_counted();
        self.slice.get() + self.reserve.get()
    }

    /// The number of steps taken; [`Steps::limit`] once the budget is spent.
    pub fn taken(&self) -> u64 {
        let left = self.left();
        if self.stopped.get() == Some(StopReason::Spent) { self.limit } else { self.limit - left }
    }

    /// The number of steps taken for reading text, including those that were refused.
    pub fn taken_for_text(&self) -> u64 {
        self.text.get().wrapping_add(COUNTED_TEXT.get())
    }

    /// Stops the budget as if all steps were taken.
    pub fn exhaust(&self) {
        self.stop(StopReason::Spent);
    }

    /// True if the budget has stopped, so that results may be incomplete.
    #[inline]
    pub fn exhausted(&self) -> bool {
        // Called at every node of a walk, so uncharged steps are left uncharged as long as the slice covers them.
        self.uncharged() >= self.slice.get() && self.stopped().is_some()
    }

    /// The reason why the budget has stopped, if it has.
    #[inline]
    pub fn stopped(&self) -> Option<StopReason> {
        self.charge_counted();
        self.stopped.get()
    }

    /// Wraps an iterator so that it ends when the budget has stopped.
    pub fn walk<W>(&self, walk: W) -> Metered<'_, W> {
        Metered { steps: self, walk }
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self::new(Self::DEFAULT_LIMIT)
    }
}

/// A walk over nodes that ends when the budget has stopped. It takes no steps itself: the walk counts them on the thread.
#[derive(Clone, Debug)]
pub struct Metered<'m, W> {
    steps: &'m Steps,
    walk: W,
}

impl<W> Metered<'_, W> {
    /// The wrapped walk, for example to call [`crate::ir::Descendants::skip_below`].
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
        let steps = Steps::new(10 * STEPS_BETWEEN_CANCEL_CHECKS + 5);
        let taken = std::iter::repeat_with(|| steps.take(7)).take_while(|taken| *taken).count() as u64;
        assert_eq!(taken, (10 * STEPS_BETWEEN_CANCEL_CHECKS + 5) / 7);
    }

    #[test]
    fn work_without_a_budget_is_charged_unless_it_is_shared() {
        let steps = Steps::new(100);
        count(10);
        assert_eq!(shared_steps_of(|| count_as_shared(|| count(1_000))), 1_000);
        count_text(5 * BYTES_PER_STEP);
        assert_eq!((steps.taken(), steps.taken_for_text()), (15, 5));
        assert!(steps.take_text(2 * BYTES_PER_STEP + 1));
        assert_eq!((steps.taken(), steps.taken_for_text()), (17, 7));
        count_as_text(|| {
            count(3);
            count_text(BYTES_PER_STEP);
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
    fn a_cancelled_budget_stops_soon() {
        let flag = Arc::new(AtomicBool::new(false));
        let steps = Steps::new(u64::MAX / 2).cancelled_by(Some(flag.clone()));
        assert!(steps.take(1));
        flag.store(true, Ordering::Relaxed);
        let more = std::iter::repeat_with(|| steps.take(1)).take_while(|taken| *taken).count() as u64;
        assert!(more <= STEPS_BETWEEN_CANCEL_CHECKS);
        assert_eq!(steps.stopped(), Some(StopReason::Cancelled));
    }
}
