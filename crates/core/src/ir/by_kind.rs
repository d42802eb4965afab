//! An index of the stored nodes of a tree by raw kind, built in one pass, so that a rule visits only nodes of its kinds.

use crate::ir::{NodeId, RawKind, Tree};

/// The number of stored nodes of each raw kind of a tree. Tokens that are lexed from gaps are not counted.
#[derive(Debug)]
pub(crate) struct KindCounts {
    /// The number for each raw kind; the last entry is that of ERROR.
    counts: Vec<u32>,
}

/// The stored nodes of some raw kinds, grouped by raw kind (a counting sort).
#[derive(Debug)]
pub(crate) struct NodesByKind {
    ids: Vec<NodeId>,
    /// For each raw kind, the end of its group in `ids`. The groups follow each other in order of kind.
    ends: Vec<u32>,
}

/// The index of a raw kind in a list of `count` entries whose last one is that of ERROR.
#[inline]
fn index_of(kind: u16, count: usize) -> usize {
    usize::from(kind).min(count - 1)
}

impl KindCounts {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut counts = vec![0; tree.dialect().vocabulary().kind_count() + 1];
        let len = counts.len();
        for kind in &tree.kinds {
            counts[index_of(*kind, len)] += 1;
        }
        Self { counts }
    }

    /// The number of nodes of a kind.
    #[inline]
    pub(crate) fn of_kind(&self, kind: RawKind) -> u32 {
        self.counts[index_of(kind.0, self.counts.len())]
    }
}

impl NodesByKind {
    /// Indexes the nodes of the `wanted` kinds; `counts` must be of the same tree.
    pub(crate) fn new(tree: &Tree, counts: &KindCounts, wanted: impl IntoIterator<Item = RawKind>) -> Self {
        const UNWANTED: u32 = u32::MAX;
        let len = counts.counts.len();
        // First the start of each group; filling in an id moves it by one, so that it is the end when all are in.
        let mut ends = vec![UNWANTED; len];
        for kind in wanted {
            ends[index_of(kind.0, len)] = 0;
        }
        let mut total = 0;
        for (end, count) in ends.iter_mut().zip(&counts.counts).filter(|(end, _)| **end != UNWANTED) {
            *end = total;
            total += count;
        }
        let mut ids = vec![NodeId(0); total as usize];
        if total > 0 {
            for (id, kind) in (0u32..).zip(&tree.kinds) {
                let end = &mut ends[index_of(*kind, len)];
                if *end != UNWANTED {
                    ids[*end as usize] = NodeId(id);
                    *end += 1;
                }
            }
        }
        Self { ids, ends }
    }

    /// The nodes of a wanted kind, in pre-order.
    pub(crate) fn of_kind(&self, kind: RawKind, counts: &KindCounts) -> &[NodeId] {
        let end = self.ends[index_of(kind.0, self.ends.len())];
        let start = end.saturating_sub(counts.of_kind(kind));
        self.ids.get(start as usize..end as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    #[test]
    fn a_kind_has_the_nodes_that_a_walk_meets() {
        for (path, code) in
            [("a.ts", "f(g(1), [2]); let x = f;"), ("a.rs", "fn f() { g(h(1), [2]) }"), ("a.js", "f((]")]
        {
            // Skips languages that this build lacks.
            let file = language::lower(SourceFile::new(RelPath::new(path), code).unwrap());
            if language::of_path(file.source.path()).is_none() {
                continue;
            }
            let tree = file.tree().unwrap();
            let counts = KindCounts::of(tree);
            let kinds = || tree.nodes().map(crate::ir::Node::raw);
            let index = NodesByKind::new(tree, &counts, kinds());
            for kind in kinds() {
                let met: Vec<_> = tree.nodes().filter(|node| node.raw() == kind).map(crate::ir::Node::id).collect();
                assert_eq!(index.of_kind(kind, &counts), met, "{kind:?} in {code}");
                let alone = NodesByKind::new(tree, &counts, [kind]);
                assert_eq!(alone.of_kind(kind, &counts), met, "{kind:?} in {code}");
            }
        }
    }
}
