//! Sets of raw kinds of one dialect.

use crate::ir::RawKind;

/// A set of raw kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KindSet {
    bits: Vec<u64>,
    error: bool,
}

impl KindSet {
    pub(super) fn empty() -> Self {
        Self::default()
    }

    pub(crate) fn contains(&self, kind: RawKind) -> bool {
        if kind == RawKind::ERROR {
            return self.error;
        }
        self.bits.get(usize::from(kind.0) / 64).is_some_and(|word| word & (1 << (kind.0 % 64)) != 0)
    }

    fn insert(&mut self, kind: RawKind) {
        if kind == RawKind::ERROR {
            self.error = true;
            return;
        }
        let at = usize::from(kind.0) / 64;
        if self.bits.len() <= at {
            self.bits.resize(at + 1, 0);
        }
        self.bits[at] |= 1 << (kind.0 % 64);
    }

    pub(super) fn union(mut self, other: &Self) -> Self {
        other.iter().for_each(|kind| self.insert(kind));
        self
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|kind| other.contains(*kind)).collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = RawKind> + '_ {
        let numbers = (0..self.bits.len() as u16 * 64).map(RawKind).filter(|kind| self.contains(*kind));
        numbers.chain(self.error.then_some(RawKind::ERROR))
    }
}

impl FromIterator<RawKind> for KindSet {
    fn from_iter<I: IntoIterator<Item = RawKind>>(kinds: I) -> Self {
        let mut set = Self::default();
        kinds.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_any_kind() {
        let of = |kinds: &[u16]| kinds.iter().copied().map(RawKind).collect::<KindSet>();
        let a = of(&[0, 63, 64, 300, u16::MAX]);
        assert_eq!(a.iter().map(|kind| kind.0).collect::<Vec<_>>(), [0, 63, 64, 300, u16::MAX]);
        assert!(!a.contains(RawKind(65)) && !a.contains(RawKind(9000)));
        let common: Vec<_> = a.intersection(&of(&[63, 65, u16::MAX])).iter().map(|kind| kind.0).collect();
        assert_eq!(common, [63, u16::MAX]);
        assert_eq!(of(&[1]).union(&of(&[700])), of(&[1, 700]));
    }
}
