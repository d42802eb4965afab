//! Equal findings as a counted multiset: each one known may stand for one found.

use std::collections::HashMap;
use std::hash::Hash;

/// Numbers of equal things, handed out one for one, the first put in first.
#[derive(Debug)]
pub(super) struct Multiset<K> {
    left: HashMap<K, Vec<usize>>,
}

impl<K: Hash + Eq> Multiset<K> {
    /// Counts the numbered things.
    pub(super) fn new(things: impl IntoIterator<Item = (K, usize)>) -> Self {
        let mut left: HashMap<K, Vec<usize>> = HashMap::new();
        for (key, number) in things {
            left.entry(key).or_default().push(number);
        }
        for numbers in left.values_mut() {
            numbers.reverse();
        }
        Self { left }
    }

    /// Takes one that equals `key`, if one is left.
    pub(super) fn take(&mut self, key: &K) -> Option<usize> {
        self.left.get_mut(key)?.pop()
    }
}
