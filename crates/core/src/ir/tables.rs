//! Tables about a whole tree, each computed once, when it is first needed.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::budget::count_as_shared;
use crate::ir::directive;
use crate::ir::symbol::SymbolPaths;
use crate::ir::view::{Metrics, trailing};
use crate::ir::{Lowered, Node, NodeId, Tree};
use crate::span::Span;

/// The tables of one tree.
#[derive(Debug, Default)]
pub(crate) struct TreeTables {
    /// The table of names, built by `names`. Its type is erased because this module must not depend on that one.
    names: OnceLock<Box<dyn Any + Send + Sync>>,
    /// The outermost tests as disjoint ranges of node numbers, in order.
    tests: OnceLock<Vec<(u32, u32)>>,
    declared_elsewhere: OnceLock<DeclaredElsewhere>,
    /// The metrics of the callables, in pre-order.
    metrics: OnceLock<Vec<(NodeId, Metrics)>>,
    symbols: OnceLock<SymbolPaths>,
    /// Only for the host tree: for each comment of the file, in order, true if there is code before it on its line.
    trailing: OnceLock<Vec<bool>>,
    /// Only for the host tree: the places of lawbook's directives in the comments of the file, in order.
    directives: OnceLock<Vec<Span>>,
    /// The code that only macros can read, as disjoint spans in order.
    macro_code: OnceLock<Vec<Span>>,
    /// Only for the host tree: true if people write the file by hand.
    handwritten: OnceLock<bool>,
}

/// Facts about definitions that are written away from them: export lists, private types, implementations.
#[derive(Debug, Default)]
pub struct DeclaredElsewhere {
    /// The names, as they are declared, that are exported away from their definition, by an export list or a `pub use`: `a`
    /// of `export { a as b }`.
    pub exported: HashSet<Box<str>>,
    /// The types that cannot be used outside of the file, so that their members are not exported either.
    pub hidden: HashSet<Box<str>>,
    /// The names of the interfaces or traits that each type implements away from its definition: `impl B for A {}`.
    pub implemented: HashMap<Box<str>, Vec<Box<str>>>,
}

impl TreeTables {
    /// The table of names, built by `make` on first use; none if a table of another type was built before.
    pub(crate) fn names<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        self.names.get_or_init(|| Box::new(count_as_shared(make))).downcast_ref()
    }

    pub(crate) fn declared_elsewhere(&self, tree: &Tree) -> &DeclaredElsewhere {
        self.declared_elsewhere
            .get_or_init(|| count_as_shared(|| tree.dialect().language.views().declared_elsewhere(tree)))
    }

    /// The metrics of a callable.
    pub(crate) fn metrics(&self, tree: &Tree, callable: NodeId) -> Option<Metrics> {
        let all = self.metrics.get_or_init(|| count_as_shared(|| Metrics::of_callables(tree)));
        all.binary_search_by_key(&callable, |(id, _)| *id).ok().map(|at| all[at].1)
    }

    pub(crate) fn symbols(&self, tree: &Tree) -> &SymbolPaths {
        self.symbols.get_or_init(|| count_as_shared(|| SymbolPaths::of(tree)))
    }

    /// True if there is code before the comment with this number on its line.
    pub(crate) fn is_trailing(&self, file: &Lowered, comment: usize) -> bool {
        let all = self.trailing.get_or_init(|| count_as_shared(|| trailing(file)));
        all.get(comment).copied().unwrap_or(false)
    }

    /// The places of lawbook's directives in the comments of the file, in order.
    pub(in crate::ir) fn directives(&self, file: &Lowered) -> &[Span] {
        self.directives.get_or_init(|| count_as_shared(|| directive::places(file)))
    }

    /// The code of the tree that only macros can read, as disjoint spans in order.
    pub(in crate::ir) fn macro_code(&self, tree: &Tree) -> &[Span] {
        self.macro_code.get_or_init(|| count_as_shared(|| tree.dialect().language.macro_code(tree)))
    }

    /// True if people write the file by hand.
    pub(in crate::ir) fn is_handwritten(&self, file: &Lowered) -> bool {
        *self.handwritten.get_or_init(|| count_as_shared(|| !file.is_made_by_a_program()))
    }

    /// True if the node is a test or is inside one.
    pub(crate) fn is_in_test(&self, tree: &Tree, node: Node<'_>) -> bool {
        let tests = self.tests.get_or_init(|| count_as_shared(|| test_ranges(tree)));
        let after = tests.partition_point(|(start, _)| *start <= node.id().0);
        after.checked_sub(1).is_some_and(|at| node.id().0 < tests[at].1)
    }
}

/// The outermost tests as disjoint ranges of node numbers in order.
fn test_ranges(tree: &Tree) -> Vec<(u32, u32)> {
    let views = tree.dialect().language.views();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for node in tree.nodes().filter(|node| node.is_named()) {
        let covered = ranges.last().map_or(0, |last| last.1);
        if node.id().0 < covered {
            continue;
        }
        if let Some((start, end)) = views.test_range(node) {
            // A range may start before the node that marks the test, but never inside an earlier range.
            let start = start.0.max(covered);
            while ranges.last().is_some_and(|last| last.0 >= start) {
                ranges.pop();
            }
            ranges.push((start, end.0));
        }
    }
    ranges
}
