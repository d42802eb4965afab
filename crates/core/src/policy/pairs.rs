//! Pairs findings with older ones, step by step: each step pairs those that have the same key and no partner yet.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// The partners that were found so far, by number.
#[derive(Debug)]
pub(super) struct Pairs {
    /// By finding, the older one.
    pub(super) older: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

/// One side of a step: a number, its key, and the value of its measure, if it has one.
pub(super) type Keyed<K> = (usize, K, Option<u32>);

impl Pairs {
    /// Pairs between this number of findings and of older ones.
    pub(super) fn new(findings: usize, older: usize) -> Self {
        Self { older: vec![None; findings], is_taken: vec![false; older] }
    }

    /// True if an older one has no partner yet.
    pub(super) fn is_left(&self, older: usize) -> bool {
        !self.is_taken[older]
    }

    /// True if a finding has no partner yet.
    pub(super) fn is_open(&self, finding: usize) -> bool {
        self.older[finding].is_none()
    }

    /// True if there are findings and older ones without partners.
    pub(super) fn may_go_on(&self) -> bool {
        self.older.contains(&None) && self.is_taken.contains(&false)
    }

    /// Pairs findings and older ones of the same key, one for one. Of several, those are paired whose count has not grown;
    /// the rest in their order. Those that have a partner are passed over.
    pub(super) fn step<K: Hash + Eq>(
        &mut self,
        findings: impl IntoIterator<Item = Keyed<K>>,
        older: impl IntoIterator<Item = Keyed<K>>,
    ) {
        let mut left: HashMap<K, Vec<(usize, Option<u32>)>> = HashMap::new();
        for (number, key, count) in older {
            if self.is_left(number) {
                left.entry(key).or_default().push((number, count));
            }
        }
        let mut open: Vec<Keyed<K>> = findings.into_iter().filter(|(number, ..)| self.is_open(*number)).collect();
        // The highest counts have the fewest partners.
        open.sort_by_key(|(number, _, count)| (Reverse(*count), *number));
        for must_fit in [true, false] {
            for (number, key, count) in &open {
                let Some(candidates) = left.get_mut(key).filter(|_| self.older[*number].is_none()) else { continue };
                let fits = |older: &Option<u32>| older.is_none() || *older >= *count;
                let fitting = candidates.iter().enumerate().filter(|(_, (_, older))| !must_fit || fits(older));
                // The lowest count that fits leaves the others for higher ones.
                let best = fitting.min_by_key(|(_, (_, older))| older.unwrap_or(u32::MAX)).map(|(at, _)| at);
                if let Some(at) = best {
                    let (partner, _) = candidates.remove(at);
                    self.older[*number] = Some(partner);
                    self.is_taken[partner] = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the partners of findings with these counts among older ones with these counts, all of one key.
    #[track_caller]
    fn check(findings: &[u32], older: &[u32], expected: &[Option<usize>]) {
        let keyed = |counts: &[u32]| -> Vec<Keyed<()>> {
            let count = |count: u32| (count > 0).then_some(count);
            counts.iter().enumerate().map(|(number, of)| (number, (), count(*of))).collect()
        };
        let mut pairs = Pairs::new(findings.len(), older.len());
        pairs.step(keyed(findings), keyed(older));
        assert_eq!(pairs.older, expected);
    }

    #[test]
    fn equal_ones_are_paired_one_for_one_in_order() {
        check(&[0, 0, 0], &[0, 0], &[Some(0), Some(1), None]);
    }

    #[test]
    fn a_count_that_has_not_grown_goes_first() {
        check(&[275, 150], &[150], &[None, Some(0)]);
        check(&[150, 275], &[300, 160], &[Some(1), Some(0)]);
        check(&[275], &[150], &[Some(0)]);
        check(&[275], &[0], &[Some(0)]);
    }
}
