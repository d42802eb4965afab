//! The table of the imported names of one tree and their scopes.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::budget;
use crate::ir::view::{Barrier, Declaration, Namespace};
use crate::ir::{Kind, Lowered, ModuleSyntax, Node, NodeId, Tree};
use crate::names::scopes::Scopes;

/// The imported names of one tree, with all declarations of names that equal an imported one.
#[derive(Debug, Default)]
pub(super) struct ImportTable {
    imports: Vec<ImportTarget>,
    /// The modules that are named by imports.
    modules: HashSet<String>,
    names: HashMap<Box<str>, NameDeclarations>,
    /// The nodes that hide outer names, in order.
    barriers: Vec<BarrierNode>,
    barrier_scopes: Scopes,
}

/// The declarations of one name, outer scopes first.
#[derive(Debug, Default)]
struct NameDeclarations {
    declarations: Vec<ScopedDeclaration>,
    scopes: Scopes,
}

/// The target of a local name.
#[derive(Debug)]
pub(super) struct ImportTarget {
    pub(super) module: String,
    pub(super) member: Option<String>,
}

/// A declaration of a name in a scope. The scopes of one name are nested or disjoint.
#[derive(Debug)]
struct ScopedDeclaration {
    scope: Declaration,
    /// The index of its import; none for a declaration that is no import.
    import: Option<usize>,
    /// For each namespace, the index of the nearest declaration around this one in that namespace.
    outer: [Option<usize>; Namespace::COUNT],
}

/// A node that hides names declared around it.
#[derive(Debug)]
struct BarrierNode {
    start: NodeId,
    end: NodeId,
    barrier: Barrier,
    /// The index of the nearest barrier around it.
    outer: Option<usize>,
}

impl ImportTable {
    /// The table of the tree of a node, built on first use.
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
                // If the item has a path of its own, the path includes the member.
                let member = (item.source.is_none() && item.name != "*").then(|| item.name.into_owned());
                let import = table.imports.len();
                locals.insert(local.node.id(), import);
                let name = table.names.entry(local.name.into()).or_default();
                // The pass over all leaves below finds only names that are the whole text of a leaf.
                if local.name != local.node.text()
                    && let Some(scope) = views.declaration(local.node)
                {
                    name.declarations.push(ScopedDeclaration {
                        scope,
                        import: Some(import),
                        outer: [None; Namespace::COUNT],
                    });
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
                name.declarations.push(ScopedDeclaration { scope, import, outer: [None; Namespace::COUNT] });
            }
        }
        table.names.values_mut().for_each(NameDeclarations::nest);
        let ranges = || table.barriers.iter().map(|node| (node.start, node.end));
        let (outer, scopes) = (enclosing(ranges()), Scopes::new(ranges()));
        table.barriers.iter_mut().zip(outer).for_each(|(node, outer)| node.outer = outer);
        table.barrier_scopes = scopes;
        if syntax.paths_are_resolved {
            table.follow_aliases(&locals, tree, syntax);
        }
        table
    }

    /// Resolves imports whose path starts at a name that another import declares: in `use std::fs; use fs::read;` the
    /// second import is `std::fs::read`.
    fn follow_aliases(&mut self, locals: &HashMap<NodeId, usize>, tree: &Tree, syntax: &ModuleSyntax) {
        let separator = syntax.separator;
        let mut changes = Vec::new();
        for (id, at) in locals {
            let Some((first, rest)) = self.imports[*at].module.split_once(separator) else { continue };
            let found = self.find(first, tree.node(*id), Namespace::TYPE);
            let Some(import) = found.and_then(|declaration| declaration.import).filter(|import| import != at) else {
                continue;
            };
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

    /// The innermost declaration of `name` in the namespace that is visible at a node.
    fn find(&self, name: &str, node: Node<'_>, namespace: Namespace) -> Option<&ScopedDeclaration> {
        let name = self.names.get(name)?;
        let innermost = name.scopes.innermost(node.id())?;
        let overlaps = name.declarations[innermost].scope.namespace.overlaps(namespace);
        let mut at = if overlaps { Some(innermost) } else { name.declarations[innermost].outer_in(namespace) };
        while let Some(found) = at.map(|at| &name.declarations[at]) {
            budget::count(1);
            match self.barrier_between(found.scope, node.id()) {
                None => return Some(found),
                // Declarations further out are hidden too.
                Some(Barrier::Closed) => return None,
                Some(Barrier::Hides(_)) => at = found.outer_in(namespace),
            }
        }
        None
    }

    /// The barrier, if any, that hides the names of a scope from a node in it.
    fn barrier_between(&self, scope: Declaration, id: NodeId) -> Option<Barrier> {
        let mut at = self.barrier_scopes.innermost(id);
        while let Some(node) = at.map(|at| &self.barriers[at]).filter(|node| node.start > scope.start) {
            budget::count(1);
            match node.barrier {
                Barrier::Hides(hidden) if hidden != scope.start => at = node.outer,
                barrier => return Some(barrier),
            }
        }
        None
    }

    /// The import that the name at a node refers to.
    pub(super) fn lookup(&self, root: Node<'_>, namespace: Namespace) -> Option<&ImportTarget> {
        self.find(root.text(), root, namespace)?.import.map(|at| &self.imports[at])
    }

    /// True if the name at a node is declared in the tree and visible there.
    pub(super) fn declares(&self, root: Node<'_>, namespace: Namespace) -> bool {
        self.find(root.text(), root, namespace).is_some()
    }

    /// True if an import of the tree names exactly this module.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.modules.contains(module)
    }
}

impl NameDeclarations {
    /// Sorts the declarations and links each to those around it.
    fn nest(&mut self) {
        let declarations = &mut self.declarations;
        // Of several declarations in the same scope, an import wins: the others are fallbacks without it (in Python,
        // `try: import a` with `except: a = None`).
        declarations.sort_by_key(|declaration| {
            (declaration.scope.start, Reverse(declaration.scope.end), declaration.import.is_some())
        });
        declarations.dedup_by(|next, kept| {
            let is_same = next.scope == kept.scope;
            if is_same {
                std::mem::swap(next, kept);
            }
            is_same
        });
        let ranges = || declarations.iter().map(|declaration| (declaration.scope.start, declaration.scope.end));
        let (outer, scopes) = (enclosing(ranges()), Scopes::new(ranges()));
        for (at, outer) in outer.into_iter().enumerate() {
            let Some(outer) = outer else { continue };
            declarations[at].outer = declarations[outer].outer;
            for part in declarations[outer].scope.namespace.parts() {
                declarations[at].outer[part] = Some(outer);
            }
        }
        self.scopes = scopes;
    }
}

impl ScopedDeclaration {
    /// The index of the nearest declaration around it in the namespace.
    fn outer_in(&self, namespace: Namespace) -> Option<usize> {
        namespace.parts().filter_map(|part| self.outer[part]).max()
    }
}

/// For each of some ranges that are nested or disjoint, in order of their starts: the index of the nearest range around
/// it.
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
