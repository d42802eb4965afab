//! Finds the node and the symbol path of each finding without climbing the whole tree every time: jump pointers lead to
//! the node in O(log depth) steps, and the symbol paths of enclosing nodes are stored.

use std::sync::Arc;

use crate::ir::symbol::{self, SymbolPath};
use crate::ir::{Node, NodeId, Tree};
use crate::span::Span;

/// The most parents that are followed one by one. Longer climbs use jump pointers, which are computed for the whole
/// tree.
const MAX_CLIMB_STEPS: usize = 64;

/// Finds nodes and symbol paths in one tree at a time; another tree discards what is stored.
#[derive(Debug, Default)]
pub(super) struct NodeLocator {
    /// The number of the tree.
    tree: u32,
    /// By node, its depth and its jump pointer; empty until the first long climb.
    jump_pointers: Vec<(u32, u32)>,
    /// By node, the symbol path of its children: 0 for not yet known, else one more than an index into `paths`.
    path_numbers: Vec<u32>,
    paths: Vec<Arc<SymbolPath>>,
    /// The number of steps, for tests.
    #[cfg(test)]
    pub(super) steps: usize,
}

impl NodeLocator {
    /// The symbol path of a node of the tree that [`NodeLocator::covering`] was called for last.
    pub(super) fn symbol(&mut self, node: Node<'_>) -> String {
        let outside = match node.parent() {
            Some(parent) => self.enclosing_path(parent, node),
            None => Arc::new(SymbolPath::default()),
        };
        outside.with(symbol::segment(node, node).as_deref()).to_string()
    }

    /// The smallest node or token that covers `span`; the same as [`Tree::covering`].
    pub(super) fn covering<'t>(&mut self, tree: &'t Tree, span: Span) -> Node<'t> {
        if self.tree != tree.number() {
            *self = Self { tree: tree.number(), ..Self::default() };
        }
        let mut node = tree.last_starting(span.start);
        for _ in 0..MAX_CLIMB_STEPS {
            self.count();
            if node.span().contains(span) {
                return node;
            }
            let Some(parent) = node.parent() else { return node };
            node = parent;
        }
        if self.jump_pointers.is_empty() {
            self.jump_pointers = jump_pointers(tree);
        }
        while !node.span().contains(span) {
            self.count();
            let far = tree.node(NodeId(self.jump_pointers[node.id().0 as usize].1));
            let Some(parent) = node.parent() else { break };
            node = if far.span().contains(span) { parent } else { far };
        }
        node
    }

    /// The symbol path of the children of `outer`; `target` is one of the nodes below it.
    fn enclosing_path(&mut self, outer: Node<'_>, target: Node<'_>) -> Arc<SymbolPath> {
        if self.path_numbers.is_empty() {
            self.path_numbers = vec![0; outer.tree().len()];
        }
        let mut chain = Vec::new();
        let mut known = None;
        for node in std::iter::once(outer).chain(outer.ancestors()) {
            self.count();
            if let Some(number) = self.path_numbers[node.id().0 as usize].checked_sub(1) {
                known = Some(number);
                break;
            }
            chain.push(node);
        }
        let mut number = known;
        for node in chain.into_iter().rev() {
            let segment = symbol::segment(node, target);
            let next = match (number, segment) {
                (Some(number), None) => number,
                (number, segment) => {
                    let path = number.map_or_else(Arc::default, |number| self.paths[number as usize].clone());
                    self.paths.push(Arc::new(path.with(segment.as_deref())));
                    self.paths.len() as u32 - 1
                }
            };
            self.path_numbers[node.id().0 as usize] = next + 1;
            number = Some(next);
        }
        number.map_or_else(Arc::default, |number| self.paths[number as usize].clone())
    }

    #[inline]
    fn count(&mut self) {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        let _ = self;
    }
}

/// The depth and the jump pointer of each node (skew-binary jump pointers): if the jump of the parent and the jump
/// after it are equally long, the node jumps over both, else to its parent. Every ancestor is then reached in O(log
/// depth) jumps.
fn jump_pointers(tree: &Tree) -> Vec<(u32, u32)> {
    let mut jump_pointers: Vec<(u32, u32)> = Vec::with_capacity(tree.len());
    for node in tree.nodes() {
        let jump = node.parent().map_or((0, 0), |parent| {
            let parent = parent.id().0;
            let (depth, near) = jump_pointers[parent as usize];
            let (near_depth, far) = jump_pointers[near as usize];
            let is_same_length = depth - near_depth == near_depth - jump_pointers[far as usize].0;
            (depth + 1, if is_same_length { far } else { parent })
        });
        jump_pointers.push(jump);
    }
    jump_pointers
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    fn check_same(path: &str, code: &str) {
        let file = language::lower(SourceFile::new(RelPath::new(path), code).unwrap());
        let tree = file.tree().unwrap();
        let mut locator = NodeLocator::default();
        for node in tree.nodes() {
            let span = node.span();
            assert_eq!(locator.covering(tree, span), tree.covering(span), "{node:?}");
            let covering = locator.covering(tree, span);
            let path = symbol::path(covering);
            assert_eq!((locator.symbol(covering), symbol::path_in(&file, covering)), (path.clone(), path), "{node:?}");
        }
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn places_are_those_of_a_climb() {
        check_same(
            "a.ts",
            "class A { b() { const c = () => { d(1 + 2); }; } }\ndescribe('e', () => it('f', () => g));",
        );
        check_same("a.rs", "mod a { impl B { fn c() { let d = |e| e + 1; } } }");
        check_same("a.ts", &format!("x = {}b;", "a + ".repeat(900)));
        check_same("a.js", &format!("{}1{}", "function f() { a + 1;".repeat(150), "}".repeat(150)));
        check_same("a.js", &format!("x = {}1{}", "{ a: ".repeat(300), "}".repeat(300)));
    }

    #[test]
    fn twice_the_findings_cost_twice_the_steps() {
        let cost = |size: usize| {
            let code = format!("{}x = {}b;{}", "function f() {".repeat(100), "a + ".repeat(size), "}".repeat(100));
            let file = language::lower(SourceFile::new(RelPath::new("a.js"), code.as_str()).unwrap());
            let tree = file.tree().unwrap();
            let mut locator = NodeLocator::default();
            for node in tree.nodes() {
                let covering = locator.covering(tree, node.span());
                locator.symbol(covering);
            }
            locator.steps
        };
        let (half, whole) = (cost(2_000), cost(4_000));
        assert!(whole < half * 5 / 2, "{half} steps, then {whole}");
    }
}
