//! A set of lists of [`Facts`](crate::facts::Facts), so that only the lists that a rule needs are collected.

/// A list of [`Facts`](crate::facts::Facts).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// The imports.
    Imports,
    /// The exported names.
    Exports,
    /// The definitions.
    Definitions,
    /// The uses of imported names.
    References,
    /// The tests.
    Tests,
    /// The attributes and decorators.
    Attributes,
    /// The suppressions, for lawbook and for other tools.
    Suppressions,
}

/// A set of lists, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactSet(u8);

impl FactSet {
    /// All lists.
    pub const ALL: Self = Self(0x7F);

    /// True if the set contains the list.
    pub const fn has(self, kind: FactKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The union of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl<const N: usize> From<[FactKind; N]> for FactSet {
    fn from(kinds: [FactKind; N]) -> Self {
        kinds.into_iter().fold(Self::default(), |set, kind| Self(set.0 | 1 << kind as u8))
    }
}
