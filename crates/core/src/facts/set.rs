//! A choice of the lists of [`Facts`](crate::facts::Facts), so that only those are collected that a rule takes.

/// One list of [`Facts`](crate::facts::Facts).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// Its imports.
    Imports,
    /// Its exports.
    Exports,
    /// Its definitions.
    Definitions,
    /// Its uses of imported names.
    References,
    /// Its tests.
    Tests,
    /// Its attributes and decorators.
    Attributes,
    /// Its suppressions, lawbook's and those of other tools.
    Suppressions,
}

/// Some of the lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactSet(u8);

impl FactSet {
    /// All lists.
    pub const ALL: Self = Self(0x7F);

    /// True when the list is one of them.
    pub const fn has(self, kind: FactKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The lists of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when it is none of them.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl<const N: usize> From<[FactKind; N]> for FactSet {
    fn from(kinds: [FactKind; N]) -> Self {
        kinds.into_iter().fold(Self::default(), |set, kind| Self(set.0 | 1 << kind as u8))
    }
}
