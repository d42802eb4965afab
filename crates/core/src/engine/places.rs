//! Where findings stand, found without climbing the same tree again for each of them.

use std::sync::Arc;

use crate::ir::symbol::{self, SymbolPath};
use crate::ir::{Node, NodeId, Tree};
use crate::span::Span;

/// How many steps up are tried before the whole tree is prepared for long ways.
const SHORT: usize = 64;

/// What is remembered of the tree that was asked about last.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The number of the tree.
    tree: u32,
    /// For each node its depth and a node far above it, so that every way up takes few steps.
    jumps: Vec<(u32, u32)>,
    /// For each node the symbol path of what lies in it: 0 for not yet known, else one more than a number.
    numbers: Vec<u32>,
    paths: Vec<Arc<SymbolPath>>,
    /// Steps taken, for tests.
    #[cfg(test)]
    pub(super) steps: usize,
}

impl Places {
    /// The symbol path of a node that [`Places::covering`] found last.
    pub(super) fn symbol(&mut self, node: Node<'_>) -> String {
        let outside = match node.parent() {
            Some(parent) => self.path_in(parent, node),
            None => Arc::new(SymbolPath::default()),
        };
        outside.with(symbol::segment(node, node).as_deref()).to_string()
    }

    /// The smallest node or token whose span covers `span`, as [`Tree::covering`] finds it.
    pub(super) fn covering<'t>(&mut self, tree: &'t Tree, span: Span) -> Node<'t> {
        if self.tree != tree.number() {
            *self = Self { tree: tree.number(), ..Self::default() };
        }
        let mut node = tree.last_starting(span.start);
        for _ in 0..SHORT {
            self.count();
            if node.span().contains(span) {
                return node;
            }
            let Some(parent) = node.parent() else { return node };
            node = parent;
        }
        if self.jumps.is_empty() {
            self.jumps = jumps(tree);
        }
        while !node.span().contains(span) {
            self.count();
            let far = tree.node(NodeId(self.jumps[node.id().0 as usize].1));
            let Some(parent) = node.parent() else { break };
            node = if far.span().contains(span) { parent } else { far };
        }
        node
    }

    /// The symbol path of what lies in `outer`, for some node in it.
    fn path_in(&mut self, outer: Node<'_>, asked: Node<'_>) -> Arc<SymbolPath> {
        if self.numbers.is_empty() {
            self.numbers = vec![0; outer.tree().len()];
        }
        let mut chain = Vec::new();
        let mut known = None;
        for node in std::iter::once(outer).chain(outer.ancestors()) {
            self.count();
            if let Some(number) = self.numbers[node.id().0 as usize].checked_sub(1) {
                known = Some(number);
                break;
            }
            chain.push(node);
        }
        let mut number = known;
        for node in chain.into_iter().rev() {
            let segment = symbol::segment(node, asked);
            let next = match (number, segment) {
                (Some(number), None) => number,
                (number, segment) => {
                    let path = number.map_or_else(Arc::default, |number| self.paths[number as usize].clone());
                    self.paths.push(Arc::new(path.with(segment.as_deref())));
                    self.paths.len() as u32 - 1
                }
            };
            self.numbers[node.id().0 as usize] = next + 1;
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

/// The depth of each node, and a node above it: as far up as the two jumps of its parent together when these are equally
/// long, else its parent.
fn jumps(tree: &Tree) -> Vec<(u32, u32)> {
    let mut jumps: Vec<(u32, u32)> = Vec::with_capacity(tree.len());
    for node in tree.nodes() {
        let jump = node.parent().map_or((0, 0), |parent| {
            let parent = parent.id().0;
            let (depth, near) = jumps[parent as usize];
            let (near_depth, far) = jumps[near as usize];
            let same = depth - near_depth == near_depth - jumps[far as usize].0;
            (depth + 1, if same { far } else { parent })
        });
        jumps.push(jump);
    }
    jumps
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
        let mut places = Places::default();
        for node in tree.nodes() {
            let span = node.span();
            assert_eq!(places.covering(tree, span), tree.covering(span), "{node:?}");
            let covering = places.covering(tree, span);
            let path = symbol::path(covering);
            assert_eq!((places.symbol(covering), symbol::path_in(&file, covering)), (path.clone(), path), "{node:?}");
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
            let mut places = Places::default();
            for node in tree.nodes() {
                let covering = places.covering(tree, node.span());
                places.symbol(covering);
            }
            places.steps
        };
        let (half, whole) = (cost(2_000), cost(4_000));
        assert!(whole < half * 5 / 2, "{half} steps, then {whole}");
    }
}
