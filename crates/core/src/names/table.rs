//! The imports of one tree by the names that they have in it, and the scopes in which those names hold.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::budget;
use crate::ir::view::{Barrier, Declaration, Namespace};
use crate::ir::{Kind, Lowered, ModuleSyntax, Node, NodeId, Tree};
use crate::names::scopes::Scopes;

/// The imports of one tree by the names they have in it.
#[derive(Debug, Default)]
pub(super) struct ImportTable {
    imports: Vec<ImportTarget>,
    modules: HashSet<String>,
    names: HashMap<Box<str>, NameDeclarations>,
    /// Nodes that keep out names declared around them, in order.
    barriers: Vec<BarrierNode>,
    barrier_scopes: Scopes,
}

/// What declares one name, outer scopes first.
#[derive(Debug, Default)]
struct NameDeclarations {
    held: Vec<ScopedDeclaration>,
    scopes: Scopes,
}

/// The target of a local name.
#[derive(Debug)]
pub(super) struct ImportTarget {
    pub(super) module: String,
    pub(super) member: Option<String>,
}

/// A name in a scope; scopes of one name lie inside or beside each other.
#[derive(Debug)]
struct ScopedDeclaration {
    scope: Declaration,
    /// The number of its import; none for any other declaration.
    import: Option<usize>,
    /// By namespace, the nearest entry that holds in it and whose scope encloses this one.
    outer: [Option<usize>; Namespace::COUNT],
}

/// A node that keeps out names declared around it.
#[derive(Debug)]
struct BarrierNode {
    start: NodeId,
    end: NodeId,
    barrier: Barrier,
    /// The nearest one around it.
    outer: Option<usize>,
}

impl ImportTable {
    /// The table of a node's tree, made when it is first asked for.
    pub(super) fn of_node<'f>(file: &'f Lowered, node: Node<'_>) -> Option<&'f Self> {
        let (tree, tables) = file.tables(node)?;
        tables.names(|| Self::of(tree))
    }

    fn of(tree: &Tree) -> Self {
        let language = tree.dialect().language;
        let (views, syntax) = (language.views(), &language.syntax().modules);
        let mut table = Self::default();
        let mut locals: HashMap<NodeId, usize> = HashMap::new();
        for node in tree.nodes().filter(|node| node.is_named()) {
            if let Some(barrier) = views.scope_barrier(node) {
                table.barriers.push(BarrierNode { start: node.id(), end: node.subtree_end(), barrier, outer: None });
            }
            if !matches!(node.kind(), Kind::Import | Kind::Export) {
                continue;
            }
            let Some(import) = views.import(node) else { continue };
            table.modules.extend(import.source.iter().map(|source| syntax.bare(source).to_owned()));
            for item in import.items {
                let Some(source) = item.bound.as_ref().or(item.source.as_ref()).or(import.source.as_ref()) else {
                    continue;
                };
                let Some(local) = item.local else { continue };
                // A path of its own names the member too.
                let member = (item.source.is_none() && item.name != "*").then(|| item.name.into_owned());
                let import = table.imports.len();
                locals.insert(local.node.id(), import);
                let name = table.names.entry(local.name.into()).or_default();
                // The pass over the leaves below finds only names that stand there whole.
                if local.name != local.node.text()
                    && let Some(scope) = views.declaration(local.node)
                {
                    name.held.push(ScopedDeclaration { scope, import: Some(import), outer: [None; Namespace::COUNT] });
                }
                table.imports.push(ImportTarget { module: syntax.bare(source).to_owned(), member });
            }
        }
        if table.imports.is_empty() {
            return table;
        }
        for node in tree.nodes().filter(|node| node.is_named() && node.is_leaf()) {
            let Some(name) = table.names.get_mut(node.text()) else { continue };
            if let Some(scope) = views.declaration(node) {
                let import = locals.get(&node.id()).copied();
                name.held.push(ScopedDeclaration { scope, import, outer: [None; Namespace::COUNT] });
            }
        }
        table.names.values_mut().for_each(NameDeclarations::nest);
        let ranges = || table.barriers.iter().map(|fence| (fence.start, fence.end));
        let (outer, scopes) = (enclosing(ranges()), Scopes::new(ranges()));
        table.barriers.iter_mut().zip(outer).for_each(|(fence, outer)| fence.outer = outer);
        table.barrier_scopes = scopes;
        if syntax.paths_are_resolved {
            table.follow_aliases(&locals, tree, syntax);
        }
        table
    }

    /// `use std::fs; use fs::read;`: the second path starts at a name that the first one made.
    fn follow_aliases(&mut self, locals: &HashMap<NodeId, usize>, tree: &Tree, syntax: &ModuleSyntax) {
        let separator = syntax.separator;
        let mut changes = Vec::new();
        for (id, at) in locals {
            let Some((first, rest)) = self.imports[*at].module.split_once(separator) else { continue };
            let found = self.find(first, tree.node(*id), Namespace::TYPE);
            let Some(import) = found.and_then(|held| held.import).filter(|import| import != at) else { continue };
            let start = &self.imports[import].module;
            let is_same = start.strip_prefix(first).is_some_and(|left| left.is_empty() || left.starts_with(separator));
            if !is_same && !rest.is_empty() {
                changes.push((*at, format!("{start}{separator}{rest}")));
            }
        }
        for (at, module) in changes {
            self.imports[at].module = module;
        }
    }

    fn find(&self, name: &str, node: Node<'_>, namespace: Namespace) -> Option<&ScopedDeclaration> {
        let name = self.names.get(name)?;
        let innermost = name.scopes.innermost(node.id())?;
        let is_meant = name.held[innermost].scope.namespace.meets(namespace);
        let mut at = if is_meant { Some(innermost) } else { name.held[innermost].outer_in(namespace) };
        while let Some(found) = at.map(|at| &name.held[at]) {
            budget::count(1);
            match self.barrier_between(found.scope, node.id()) {
                None => return Some(found),
                // What is further out is kept out too.
                Some(Barrier::Closed) => return None,
                Some(Barrier::Hides(_)) => at = found.outer_in(namespace),
            }
        }
        None
    }

    /// The barrier that keeps the names of a scope from a node in it.
    fn barrier_between(&self, scope: Declaration, id: NodeId) -> Option<Barrier> {
        let mut at = self.barrier_scopes.innermost(id);
        while let Some(fence) = at.map(|at| &self.barriers[at]).filter(|fence| fence.start > scope.start) {
            budget::count(1);
            match fence.barrier {
                Barrier::Hides(hidden) if hidden != scope.start => at = fence.outer,
                barrier => return Some(barrier),
            }
        }
        None
    }

    /// The target of the imported name that stands at a node.
    pub(super) fn lookup(&self, root: Node<'_>, namespace: Namespace) -> Option<&ImportTarget> {
        self.find(root.text(), root, namespace)?.import.map(|at| &self.imports[at])
    }

    /// True if the name that stands at a node is declared in the tree.
    pub(super) fn declares(&self, root: Node<'_>, namespace: Namespace) -> bool {
        self.find(root.text(), root, namespace).is_some()
    }

    /// True if an import of the tree names exactly this module.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.modules.contains(module)
    }
}

impl NameDeclarations {
    /// Brings the declarations in order and finds out which ones lie in which.
    fn nest(&mut self) {
        let held = &mut self.held;
        // Of several declarations in one scope an import counts: the others are what is done without it.
        held.sort_by_key(|held| (held.scope.start, Reverse(held.scope.end), held.import.is_some()));
        held.dedup_by(|next, kept| {
            let is_same = next.scope == kept.scope;
            if is_same {
                std::mem::swap(next, kept);
            }
            is_same
        });
        let ranges = || held.iter().map(|held| (held.scope.start, held.scope.end));
        let (outer, scopes) = (enclosing(ranges()), Scopes::new(ranges()));
        for (at, outer) in outer.into_iter().enumerate() {
            let Some(outer) = outer else { continue };
            held[at].outer = held[outer].outer;
            for part in held[outer].scope.namespace.parts() {
                held[at].outer[part] = Some(outer);
            }
        }
        self.scopes = scopes;
    }
}

impl ScopedDeclaration {
    /// The nearest entry around it that holds in the namespace.
    fn outer_in(&self, namespace: Namespace) -> Option<usize> {
        namespace.parts().filter_map(|part| self.outer[part]).max()
    }
}

/// For each of some ranges that lie inside or beside each other, in order: the nearest earlier one that encloses it.
fn enclosing(ranges: impl Iterator<Item = (NodeId, NodeId)>) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, NodeId)> = Vec::new();
    let outer_of = |(at, (start, end)): (usize, (NodeId, NodeId))| {
        while open.pop_if(|(_, outer_end)| *outer_end <= start).is_some() {}
        let outer = open.last().map(|(outer, _)| *outer);
        open.push((at, end));
        outer
    };
    ranges.enumerate().map(outer_of).collect()
}
