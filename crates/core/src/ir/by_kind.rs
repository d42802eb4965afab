//! The nodes that a tree stores, by raw kind: one pass over it, so that a rule goes straight to those it asks for.

use crate::ir::{NodeId, RawKind, Tree};

/// How many nodes of each raw kind a tree stores. Where tokens are lexed from gaps, they are not among them.
#[derive(Debug)]
pub(crate) struct KindCounts {
    /// By raw kind; the last one is ERROR's.
    counts: Vec<u32>,
}

/// The numbers of the nodes of some raw kinds.
#[derive(Debug)]
pub(crate) struct NodesByKind {
    ids: Vec<NodeId>,
    /// By raw kind, one past the last of its ids, which follow those of the kind before.
    ends: Vec<u32>,
}

/// The place of a raw kind in a list that holds ERROR's last.
#[inline]
fn place(kind: u16, count: usize) -> usize {
    usize::from(kind).min(count - 1)
}

impl KindCounts {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut counts = vec![0; tree.dialect().vocabulary().kind_count() + 1];
        let len = counts.len();
        for kind in &tree.kinds {
            counts[place(*kind, len)] += 1;
        }
        Self { counts }
    }

    /// How many nodes of the kind there are.
    #[inline]
    pub(crate) fn of_kind(&self, kind: RawKind) -> u32 {
        self.counts[place(kind.0, self.counts.len())]
    }
}

impl NodesByKind {
    /// The nodes of the kinds that `wanted` names; the tree is the one that was counted.
    pub(crate) fn new(tree: &Tree, counts: &KindCounts, wanted: impl IntoIterator<Item = RawKind>) -> Self {
        const UNWANTED: u32 = u32::MAX;
        let len = counts.counts.len();
        // First where the ids of each kind start, then, as these are filled in, where they end.
        let mut ends = vec![UNWANTED; len];
        for kind in wanted {
            ends[place(kind.0, len)] = 0;
        }
        let mut total = 0;
        for (end, count) in ends.iter_mut().zip(&counts.counts).filter(|(end, _)| **end != UNWANTED) {
            *end = total;
            total += count;
        }
        let mut ids = vec![NodeId(0); total as usize];
        if total > 0 {
            for (id, kind) in (0u32..).zip(&tree.kinds) {
                let end = &mut ends[place(*kind, len)];
                if *end != UNWANTED {
                    ids[*end as usize] = NodeId(id);
                    *end += 1;
                }
            }
        }
        Self { ids, ends }
    }

    /// The nodes of a kind that was wanted, in pre-order.
    pub(crate) fn of_kind(&self, kind: RawKind, counts: &KindCounts) -> &[NodeId] {
        let end = self.ends[place(kind.0, self.ends.len())];
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
            // Those of the languages that this build has.
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
