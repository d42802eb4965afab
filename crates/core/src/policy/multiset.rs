//! Equal findings as a counted multiset: each one known may stand for one found.

use std::collections::HashMap;
use std::hash::Hash;

/// Values under equal keys, handed out one for one, the first put in first.
#[derive(Debug)]
pub(super) struct Multiset<K, V> {
    left: HashMap<K, Vec<V>>,
}

impl<K: Hash + Eq, V> Multiset<K, V> {
    /// Puts in each value under its key.
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

    /// Takes a value of `key`, if one is left.
    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        self.left.get_mut(key)?.pop()
    }
}
