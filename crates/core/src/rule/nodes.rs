//! The nodes of one tree that a rule is to look at.

use std::slice;

use crate::ir::KindCounts;
use crate::ir::{Node, NodeId, NodeKey, Tree};

/// The nodes of one tree that are of a rule's interest, in pre-order.
#[derive(Clone, Debug)]
pub struct Nodes<'t> {
    tree: &'t Tree,
    kinds: &'t KindCounts,
    places: Places<'t>,
}

#[derive(Clone, Debug)]
enum Places<'t> {
    Stored(slice::Iter<'t, NodeId>),
    /// Tokens that are not stored too.
    Shown(slice::Iter<'t, NodeKey>),
}

impl<'t> Nodes<'t> {
    pub(crate) fn stored(tree: &'t Tree, kinds: &'t KindCounts, ids: &'t [NodeId]) -> Self {
        Self { tree, kinds, places: Places::Stored(ids.iter()) }
    }

    pub(crate) fn shown(tree: &'t Tree, kinds: &'t KindCounts, places: &'t [NodeKey]) -> Self {
        Self { tree, kinds, places: Places::Shown(places.iter()) }
    }

    /// The tree.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// What kinds the tree stores.
    pub(crate) fn kinds(&self) -> &'t KindCounts {
        self.kinds
    }
}

impl<'t> Iterator for Nodes<'t> {
    type Item = Node<'t>;

    #[inline]
    fn next(&mut self) -> Option<Node<'t>> {
        match &mut self.places {
            Places::Stored(ids) => ids.next().map(|id| Node::new(self.tree, *id)),
            Places::Shown(places) => places.next().map(|place| place.within(self.tree)),
        }
    }
}
