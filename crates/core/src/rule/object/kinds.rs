//! Sets of raw kinds of one dialect, and the kinds that a tree must contain for a rule to match in it.

use crate::ir::{KindCounts, RawKind, Vocabulary};
use crate::rule::object::Term;

/// A set of raw kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct KindSet {
    bits: Vec<u64>,
    error: bool,
}

impl KindSet {
    pub(super) fn empty() -> Self {
        Self::default()
    }

    #[inline]
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
        let numbers = (0u16..).step_by(64).zip(&self.bits).flat_map(|(first, word)| {
            let rest = std::iter::successors(Some(*word), |word| Some(word & word.wrapping_sub(1)));
            rest.take_while(|word| *word != 0).map(move |word| RawKind(first + word.trailing_zeros() as u16))
        });
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

/// The kinds that a tree must contain for a term to match in it: of each list at least one. Tokens are never listed,
/// since not every tree stores them.
#[derive(Debug, Default)]
pub(crate) struct KindNeeds {
    lists: Vec<Vec<RawKind>>,
}

impl KindNeeds {
    pub(crate) fn of(term: &Term, vocabulary: &Vocabulary) -> Self {
        let mut needs = Self::default();
        needs.add_term(term, vocabulary);
        needs
    }

    fn add_term(&mut self, term: &Term, vocabulary: &Vocabulary) {
        if let Some(kinds) = term.kinds() {
            self.add(kinds.iter().collect(), vocabulary);
        }
        match term {
            Term::Pattern(pattern) => pattern.kinds().for_each(|kind| self.add(vec![kind], vocabulary)),
            Term::All(terms, _) => terms.iter().for_each(|term| self.add_term(term, vocabulary)),
            Term::Inside(relation) | Term::Has(relation) | Term::Precedes(relation) | Term::Follows(relation) => {
                self.add_term(&relation.term, vocabulary);
            }
            _ => {}
        }
    }

    fn add(&mut self, list: Vec<RawKind>, vocabulary: &Vocabulary) {
        if list.iter().all(|kind| vocabulary.is_named(*kind)) && !self.lists.contains(&list) {
            self.lists.push(list);
        }
    }

    /// True if a tree with these kinds may contain a match.
    pub(crate) fn are_met(&self, counts: &KindCounts) -> bool {
        self.lists.iter().all(|list| list.iter().any(|kind| counts.of_kind(*kind) > 0))
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
