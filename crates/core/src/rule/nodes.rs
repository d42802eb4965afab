//! The nodes of one tree that a rule is called for.

use std::slice;

use crate::ir::KindCounts;
use crate::ir::{Node, NodeId, NodeKey, Tree};

/// The nodes of one tree that a rule's [`Interest`](crate::rule::Interest) names, in pre-order.
#[derive(Clone, Debug)]
pub struct Nodes<'t> {
    tree: &'t Tree,
    kinds: &'t KindCounts,
    list: NodeList<'t>,
}

#[derive(Clone, Debug)]
enum NodeList<'t> {
    Stored(slice::Iter<'t, NodeId>),
    /// With tokens that are not stored.
    Shown(slice::Iter<'t, NodeKey>),
}

impl<'t> Nodes<'t> {
    pub(crate) fn stored(tree: &'t Tree, kinds: &'t KindCounts, ids: &'t [NodeId]) -> Self {
        Self { tree, kinds, list: NodeList::Stored(ids.iter()) }
    }

    pub(crate) fn shown(tree: &'t Tree, kinds: &'t KindCounts, places: &'t [NodeKey]) -> Self {
        Self { tree, kinds, list: NodeList::Shown(places.iter()) }
    }

    /// The tree.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// The number of stored nodes of the tree by kind.
    pub(crate) fn kinds(&self) -> &'t KindCounts {
        self.kinds
    }
}

impl<'t> Iterator for Nodes<'t> {
    type Item = Node<'t>;

    #[inline]
    fn next(&mut self) -> Option<Node<'t>> {
        match &mut self.list {
            NodeList::Stored(ids) => ids.next().map(|id| Node::new(self.tree, *id)),
            NodeList::Shown(places) => places.next().map(|place| place.within(self.tree)),
        }
    }
}
