//! The nearest ancestor of given kinds. Shared by all rules of a file: parents are followed one by one until that has
//! cost as much as a table of all nodes, which is then built.

use std::collections::HashMap;

use crate::ir::{NodeId, RawKind, Tree};
use crate::rule::object::KindSet;

/// The nearest ancestors of the nodes of one tree, by set of kinds.
#[derive(Debug, Default)]
pub(super) struct Enclosing {
    numbers: HashMap<KindSet, usize>,
    sets: Vec<KindAncestors>,
}

/// One set of kinds.
#[derive(Debug, Default)]
struct KindAncestors {
    /// The number of parents visited without a table.
    climbed: usize,
    /// By node, 0 for none, else one more than the number of the nearest ancestor; empty until the table is built.
    nearest: Vec<u32>,
}

impl Enclosing {
    /// The number of a set of kinds, for [`Self::nearest`].
    pub(super) fn number(&mut self, kinds: &KindSet) -> usize {
        if let Some(number) = self.numbers.get(kinds) {
            return *number;
        }
        self.numbers.insert(kinds.clone(), self.sets.len());
        self.sets.push(KindAncestors::default());
        self.sets.len() - 1
    }

    /// The nearest ancestor of `node` that is of these kinds; `set` is their number.
    #[inline]
    pub(super) fn nearest(&mut self, set: usize, kinds: &KindSet, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let set = &mut self.sets[set];
        if set.nearest.is_empty() {
            if set.climbed < tree.len() {
                return set.climb(kinds, tree, node);
            }
            set.nearest = nearest_table(kinds, tree);
        }
        set.nearest[node.0 as usize].checked_sub(1).map(NodeId)
    }
}

impl KindAncestors {
    fn climb(&mut self, kinds: &KindSet, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let mut at = node.0;
        loop {
            let parent = tree.rows[at as usize].parent;
            if parent == at {
                return None;
            }
            self.climbed += 1;
            if kinds.contains(RawKind(tree.kinds[parent as usize])) {
                return Some(NodeId(parent));
            }
            at = parent;
        }
    }
}

fn nearest_table(kinds: &KindSet, tree: &Tree) -> Vec<u32> {
    let mut nearest: Vec<u32> = Vec::with_capacity(tree.len());
    for (id, parent) in (0u32..).zip(tree.rows.iter().map(|row| row.parent)) {
        nearest.push(match parent {
            parent if parent == id => 0,
            parent if kinds.contains(RawKind(tree.kinds[parent as usize])) => parent + 1,
            parent => nearest[parent as usize],
        });
    }
    nearest
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    #[test]
    fn a_table_says_what_a_climb_says() {
        let code = "function f() { if (a) { g(() => h(function i() { return [1]; })); } } class A { b() { c; } }";
        let file = language::lower(SourceFile::new(RelPath::new("a.js"), code).unwrap());
        let tree = file.tree().unwrap();
        let kind = |name: &str| tree.dialect().vocabulary().kind(name).unwrap();
        for kinds in [vec!["function_declaration"], vec!["arrow_function", "method_definition"], vec!["number"], vec![]]
        {
            let kinds: KindSet = kinds.into_iter().map(kind).collect();
            let mut enclosing = Enclosing::default();
            let number = enclosing.number(&kinds);
            for node in [tree.nodes(), tree.nodes()].into_iter().flatten() {
                let above = node.ancestors().find(|above| kinds.contains(above.raw())).map(crate::ir::Node::id);
                assert_eq!(enclosing.nearest(number, &kinds, tree, node.id()), above, "{node:?}");
            }
            assert!(!enclosing.sets[number].nearest.is_empty());
        }
    }
}
