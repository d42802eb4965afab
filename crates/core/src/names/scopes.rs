//! An index that finds the innermost of nested ranges around a node by binary search.

use crate::ir::NodeId;

/// An index of ranges of nodes that are nested or disjoint.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// The nodes at which the innermost range changes, in order, each with the number of the range from there on.
    changes: Vec<(NodeId, Option<usize>)>,
}

impl Scopes {
    /// Indexes ranges (start, end) that are ordered by start, outer ones first. Of two equal ranges, the second counts as
    /// the inner one.
    pub(super) fn new(ranges: impl Iterator<Item = (NodeId, NodeId)>) -> Self {
        let (mut scopes, mut open) = (Self::default(), Vec::new());
        for (number, (start, end)) in ranges.enumerate() {
            scopes.close(&mut open, start);
            scopes.change(start, Some(number));
            open.push((number, end));
        }
        scopes.close(&mut open, NodeId(u32::MAX));
        scopes
    }

    /// Closes the open ranges that end at or before a node.
    fn close(&mut self, open: &mut Vec<(usize, NodeId)>, at: NodeId) {
        while let Some((_, end)) = open.pop_if(|(_, end)| *end <= at) {
            self.change(end, open.last().map(|(number, _)| *number));
        }
    }

    fn change(&mut self, at: NodeId, innermost: Option<usize>) {
        match self.changes.last_mut().filter(|last| last.0 == at) {
            Some(last) => last.1 = innermost,
            None => self.changes.push((at, innermost)),
        }
    }

    /// The number of the innermost range that contains a node.
    pub(super) fn innermost(&self, node: NodeId) -> Option<usize> {
        let after = self.changes.partition_point(|(at, _)| *at <= node);
        self.changes[after.checked_sub(1)?].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_range_is_the_last_one_that_holds_the_node() {
        let ranges = [(0, 20), (2, 10), (2, 10), (3, 5), (5, 6), (12, 14), (13, 14), (30, 31)];
        let scopes = Scopes::new(ranges.iter().map(|(start, end)| (NodeId(*start), NodeId(*end))));
        for node in 0..40 {
            let expected = ranges.iter().rposition(|(start, end)| (*start..*end).contains(&node));
            assert_eq!(scopes.innermost(NodeId(node)), expected, "{node}");
        }
    }
}
