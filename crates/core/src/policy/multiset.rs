//! A multiset for matching equal findings one for one.

use std::collections::HashMap;
use std::hash::Hash;

/// Values under keys; the values of one key are taken in the order in which they were added.
#[derive(Debug)]
pub(super) struct Multiset<K, V> {
    left: HashMap<K, Vec<V>>,
}

impl<K: Hash + Eq, V> Multiset<K, V> {
    /// Adds each value under its key.
    pub(super) fn new(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut left: HashMap<K, Vec<V>> = HashMap::new();
        for (key, value) in values {
            left.entry(key).or_default().push(value);
        }
        for values in left.values_mut() {
            values.reverse();
        }
        Self { left }
    }

    /// Removes and returns the first value of `key`, if there is one left.
    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        self.left.get_mut(key)?.pop()
    }
}
