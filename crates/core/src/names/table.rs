//! The table of the declared names of one tree and their scopes.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::budget;
use crate::ir::view::{Barrier, Declaration, ImportView, Namespace};
use crate::ir::{Kind, Lowered, ModuleSyntax, Node, NodeId, Tree};
use crate::names::imports::{ImportTarget, ImportTargets, MAX_ALIASES, local_names};
use crate::names::scopes::Scopes;
use crate::names::{Heads, Resolved, Target, TargetStart};

/// The declared names of one tree. What only few questions need is built when it is first asked.
#[derive(Debug)]
pub(super) struct NameTable<'t> {
    tree: &'t Tree,
    lists: &'t NameLists,
}

/// The contents of a table.
#[derive(Debug, Default)]
struct NameLists {
    /// The nodes that import something, in order.
    import_nodes: Vec<NodeId>,
    /// What their names stand for, in order, as it is written there.
    imports: ImportTargets,
    /// The names that somewhere in the tree may be other names for something, with what that is.
    renames: HashMap<Box<str>, Vec<Rename>>,
    /// The modules that are named by imports.
    modules: HashSet<String>,
    declared: OnceLock<Declarations>,
    /// For each node, the name at which a reference starts: its number and [`FIRST_ROOT`], [`NO_ROOT`] or [`NOT_ASKED`].
    roots: OnceLock<Box<[AtomicU32]>>,
    /// The heads of the names in `renames`.
    heads: OnceLock<HashMap<Box<str>, Option<Heads>>>,
}

/// No rule has asked about the node yet.
const NOT_ASKED: u32 = 0;
/// The node is no reference.
const NO_ROOT: u32 = 1;
/// Added to the number of a node.
const FIRST_ROOT: u32 = 2;

/// The thing that a name is another name for, in the scope of its declaration.
#[derive(Clone, Copy, Debug)]
enum Rename {
    /// The import with this index.
    Import(usize),
    /// The value of the variable that this leaf declares.
    Value(NodeId),
}

/// All declarations of a tree.
#[derive(Debug, Default)]
struct Declarations {
    /// For each import whose path starts at a name that another import declares, the index of that one.
    starts: HashMap<usize, usize>,
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

/// A declaration of a name in a scope. The scopes of one name are nested or disjoint.
#[derive(Debug)]
struct ScopedDeclaration {
    scope: Declaration,
    /// The leaf that declares it.
    leaf: NodeId,
    /// The index of its import in [`NameLists::imports`]; none for a declaration that is no import.
    import: Option<usize>,
    /// True if the name may get another value than that of its declaration.
    changes: bool,
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

/// The most things of which a name is guessed to stand for one.
const MAX_GUESSES: usize = 16;

impl<'t> NameTable<'t> {
    /// The table of the tree of a node, built on first use.
    pub(super) fn of_node(file: &'t Lowered, node: Node<'_>) -> Option<Self> {
        let (tree, tables) = file.tables(node)?;
        let lists = tables.names(|| NameLists::of(tree))?;
        Some(Self { tree, lists })
    }

    /// True if the tree has an import.
    pub(super) fn has_imports(&self) -> bool {
        !self.lists.modules.is_empty() || !self.lists.import_nodes.is_empty()
    }

    /// True if an import of the tree names exactly this module.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.lists.modules.contains(module)
    }

    /// The target of a reference, through all names that are only other names for it.
    pub(super) fn follow(&self, node: Node<'_>) -> Option<Target> {
        let syntax = self.tree.dialect().language.syntax();
        let views = self.tree.dialect().language.views();
        // The members after the name, the last one first.
        let mut path = Vec::new();
        let (mut root, mut namespace) = views.reference(node, Some(&mut path))?;
        if root.kind() == Kind::Import {
            let source = views.import(root)?.source?;
            let module = syntax.modules.bare(&source).to_owned();
            return Some(Target::Imported(Resolved { module, path: outermost_first(path).collect() }));
        }
        let declared =
            self.lists.declared.get_or_init(|| budget::count_as_shared(|| Declarations::of(self.tree, self.lists)));
        for _ in 0..MAX_ALIASES {
            let Some(found) = declared.find(root.text(), root, namespace) else {
                let parts = std::iter::once(root.text().to_owned()).chain(outermost_first(path)).collect();
                return Some(Target::Global(parts));
            };
            if let Some(import) = found.import {
                return Some(self.lists.imports.through(import, &declared.starts, &syntax.modules).member(path));
            }
            if found.changes {
                return Some(Target::Local);
            }
            match alias(self.tree.node(found.leaf), &mut path) {
                Some(next) => (root, namespace) = next,
                None => return Some(Target::Local),
            }
        }
        Some(Target::Local)
    }

    /// All that a reference may name if it is no name of the file's own, whatever is in scope: what [`NameTable::follow`]
    /// answers is one of these or [`Target::Local`]. None if there are too many.
    pub(super) fn guesses(&self, node: Node<'_>) -> Option<Vec<Target>> {
        let mut path = Vec::new();
        let Some((root, _)) = self.tree.dialect().language.views().reference(node, Some(&mut path)) else {
            return Some(Vec::new());
        };
        if root.kind() == Kind::Import {
            return None;
        }
        match self.heads().get(root.text()) {
            None => Some(vec![Target::Global(vec![root.text().to_owned()]).with_members(path)]),
            Some(heads) => {
                let guesses = heads.as_ref()?.targets.iter();
                Some(guesses.map(|target| target.clone().with_members(path.clone())).collect())
            }
        }
    }

    /// All that a name may be.
    fn guesses_of(&self, name: &str) -> Option<Vec<Target>> {
        let mut guesses = Vec::new();
        let mut open = vec![(name, Vec::new(), 0)];
        while let Some((name, path, followed)) = open.pop() {
            budget::count(1);
            if guesses.len() + open.len() >= MAX_GUESSES {
                return None;
            }
            for rename in self.lists.renames.get(name).into_iter().flatten() {
                let mut path = path.clone();
                match rename {
                    Rename::Import(import) => {
                        let all = self.guesses_of_import(*import, MAX_GUESSES.saturating_sub(guesses.len()))?;
                        guesses.extend(all.into_iter().map(|target| target.member(path.clone())));
                    }
                    Rename::Value(leaf) if followed < MAX_ALIASES => {
                        let Some((root, _)) = alias(self.tree.node(*leaf), &mut path) else { continue };
                        open.push((root.text(), path, followed + 1));
                    }
                    Rename::Value(_) => {}
                }
            }
            guesses.push(Target::Global(vec![name.to_owned()]).with_members(path));
        }
        Some(guesses)
    }

    /// All that an import may stand for, whatever is in scope where its path starts; none if that is more than `limit`.
    fn guesses_of_import(&self, import: usize, limit: usize) -> Option<Vec<Cow<'t, ImportTarget>>> {
        let (imports, syntax) = (&self.lists.imports, &self.tree.dialect().language.syntax().modules);
        // Each guess with the import whose path it starts with, and the number of imports that it was followed through.
        let mut guesses = vec![(Cow::Borrowed(imports.get(import)), import, 0)];
        let mut next = 0;
        while let Some((target, at, followed)) = guesses.get(next).cloned() {
            next += 1;
            let first =
                imports.get(at).first_name(syntax).filter(|_| syntax.paths_are_resolved && followed < MAX_ALIASES);
            let starts = first.and_then(|first| self.lists.renames.get(first)).map_or(&[][..], Vec::as_slice);
            if guesses.len() + starts.len() > limit {
                return None;
            }
            budget::count(starts.len() as u64);
            for rename in starts {
                if let Rename::Import(start) = *rename
                    && let Some(through) = imports.starting_at(&target, at, start, syntax)
                {
                    guesses.push((Cow::Owned(through), start, followed + 1));
                }
            }
        }
        Some(guesses.into_iter().map(|(target, ..)| target).collect())
    }

    /// The part of a node's target that is known without a look at what is in scope. This is cheap, and rules out most nodes
    /// that a rule asks about.
    pub(super) fn start(&self, node: Node<'t>) -> TargetStart<'t> {
        let roots = self.lists.roots.get_or_init(|| (0..self.tree.len()).map(|_| AtomicU32::new(NOT_ASKED)).collect());
        let Some(known) = roots.get(node.id().0 as usize) else { return TargetStart::Unknown };
        let mut root = known.load(Ordering::Relaxed);
        if root == NOT_ASKED {
            let found = self.tree.dialect().language.views().reference(node, None);
            root = found.map_or(NO_ROOT, |(root, _)| root.id().0 + FIRST_ROOT);
            known.store(root, Ordering::Relaxed);
        }
        let Some(root) = root.checked_sub(FIRST_ROOT).map(|root| self.tree.node(NodeId(root))) else {
            return TargetStart::None;
        };
        if root.kind() == Kind::Import {
            return TargetStart::Unknown;
        }
        let (name, globals) = (root.text(), &self.tree.dialect().language.syntax().globals);
        if globals.objects.contains(&name) || globals.appliers.iter().any(|parts| parts.first() == Some(&name)) {
            return TargetStart::Unknown;
        }
        match self.heads().get(name) {
            None => TargetStart::Name(name),
            Some(Some(heads)) if !heads.is_open => TargetStart::Renamed(name, heads),
            Some(_) => TargetStart::Unknown,
        }
    }

    /// For each name that may be another name for something, what it may be; none if that is too much.
    fn heads(&self) -> &'t HashMap<Box<str>, Option<Heads>> {
        self.lists.heads.get_or_init(|| {
            budget::count_as_shared(|| {
                self.lists.renames.keys().map(|name| (name.clone(), self.heads_of(name))).collect()
            })
        })
    }

    fn heads_of(&self, name: &str) -> Option<Heads> {
        let syntax = self.tree.dialect().language.syntax();
        let mut heads = Heads::default();
        for target in self.guesses_of(name)? {
            if heads.targets.contains(&target) {
                continue;
            }
            let is_import = matches!(target, Target::Imported(_));
            let simple = target.clone().simplified(syntax);
            heads.targets.push(target);
            let Some(text) = simple.text(syntax).filter(|text| !text.is_empty()) else {
                heads.is_open = true;
                continue;
            };
            // A module or an object with global names as its members, or what calls another function.
            let globals = &syntax.globals;
            heads.is_open |= is_import && globals.modules.iter().any(|module| module.name == text)
                || globals.objects.contains(&&*text)
                || globals.appliers.iter().any(|parts| parts.first() == Some(&&*text));
            heads.is_import |= matches!(simple, Target::Imported(_));
            heads.texts.push(text.into());
        }
        Some(heads)
    }
}

/// The name at which the value starts that the name declared by a leaf stands for. Adds the members to `path`.
fn alias<'t>(leaf: Node<'t>, path: &mut Vec<Cow<'t, str>>) -> Option<(Node<'t>, Namespace)> {
    let language = leaf.language();
    let (views, globals) = (language.views(), &language.syntax().globals);
    let value = views.alias(leaf, path)?;
    let before = path.len();
    let next = views.reference(value, Some(&mut *path))?;
    // The value of a call is not what it calls, unless a method gives a thing of the same kind.
    let is_call = matches!(value.kind(), Kind::Call | Kind::New | Kind::Macro);
    let derives = || path.get(before).is_some_and(|last| globals.derivers.contains(&&**last));
    (next.0.kind() != Kind::Import && (!is_call || derives())).then_some(next)
}

/// The members of a path that has the last one first.
pub(super) fn outermost_first(path: Vec<Cow<'_, str>>) -> impl Iterator<Item = String> {
    path.into_iter().rev().map(Cow::into_owned)
}

impl NameLists {
    fn of(tree: &Tree) -> Self {
        let language = tree.dialect().language;
        let (views, syntax) = (language.views(), &language.syntax().modules);
        let mut lists = Self::default();
        for node in tree.nodes() {
            match node.kind() {
                Kind::Import | Kind::Export => {
                    let Some(import) = views.import(node) else { continue };
                    lists.modules.extend(import.source.iter().map(|source| syntax.bare(source).to_owned()));
                    lists.add_import(node, &import, syntax);
                }
                Kind::Variable | Kind::Assignment | Kind::Field => lists.add_values(tree, node),
                _ => {}
            }
        }
        lists
    }

    /// Adds the local names of an import.
    fn add_import(&mut self, node: Node<'_>, import: &ImportView<'_>, syntax: &ModuleSyntax) {
        for (local, target) in local_names(import, syntax) {
            if self.import_nodes.last() != Some(&node.id()) {
                self.import_nodes.push(node.id());
            }
            let import = self.imports.push(target);
            self.rename(local.name, Rename::Import(import));
        }
    }

    /// Adds the names that a variable gives to its value.
    fn add_values(&mut self, tree: &Tree, variable: Node<'_>) {
        let Some(value) = variable.language().views().value(variable) else { return };
        if matches!(
            value.kind(),
            Kind::Lambda
                | Kind::Object
                | Kind::Array
                | Kind::String
                | Kind::Number
                | Kind::Boolean
                | Kind::New
                | Kind::Null
        ) {
            return;
        }
        let leaves = (variable.id().0 + 1..value.id().0).map(|id| tree.node(NodeId(id)));
        for leaf in leaves.filter(|leaf| leaf.is_named() && is_stored_leaf(*leaf)) {
            if alias(leaf, &mut Vec::new()).is_some() {
                self.rename(leaf.text(), Rename::Value(leaf.id()));
            }
        }
    }

    fn rename(&mut self, name: &str, rename: Rename) {
        match self.renames.get_mut(name) {
            Some(known) => known.push(rename),
            None => {
                self.renames.insert(name.into(), vec![rename]);
            }
        }
    }
}

/// True for a node without stored children. Names are such nodes.
fn is_stored_leaf(node: Node<'_>) -> bool {
    node.subtree_end().0 == node.id().0 + 1
}

impl Declarations {
    fn of(tree: &Tree, lists: &NameLists) -> Self {
        let language = tree.dialect().language;
        let (views, syntax) = (language.views(), &language.syntax().modules);
        let mut table = Self::default();
        // The import of each leaf that declares a name by one.
        let mut locals: HashMap<NodeId, usize> = HashMap::new();
        let mut next_import = 0;
        for import in lists.import_nodes.iter().filter_map(|id| views.import(tree.node(*id))) {
            for (local, _) in local_names(&import, syntax) {
                let import = next_import;
                next_import += 1;
                locals.insert(local.node.id(), import);
                // The pass over all leaves below finds only names that are the whole text of a leaf.
                if local.name != local.node.text()
                    && let Some(scope) = views.declaration(local.node)
                {
                    table.declare(local.name, scope, local.node, Some(import));
                }
            }
        }
        let mut assigned = Vec::new();
        for node in tree.nodes().filter(|node| node.is_named()) {
            if !is_stored_leaf(node) {
                if let Some(barrier) = views.scope_barrier(node) {
                    table.barriers.push(BarrierNode {
                        start: node.id(),
                        end: node.subtree_end(),
                        barrier,
                        outer: None,
                    });
                }
            } else if let Some(scope) = views.declaration(node) {
                table.declare(node.text(), scope, node, locals.get(&node.id()).copied());
            } else if views.is_assigned(node) {
                assigned.push(node.id());
            }
        }
        table.names.values_mut().for_each(NameDeclarations::nest);
        let ranges = || table.barriers.iter().map(|node| (node.start, node.end));
        let (outer, scopes) = (enclosing(ranges()), Scopes::new(ranges()));
        table.barriers.iter_mut().zip(outer).for_each(|(node, outer)| node.outer = outer);
        table.barrier_scopes = scopes;
        if syntax.paths_are_resolved {
            table.starts = table.starts_of(&locals, tree, &lists.imports, syntax);
        }
        for leaf in assigned {
            table.assign(tree.node(leaf));
        }
        table
    }

    fn declare(&mut self, name: &str, scope: Declaration, leaf: Node<'_>, import: Option<usize>) {
        let outer = [None; Namespace::COUNT];
        let declaration = ScopedDeclaration { scope, leaf: leaf.id(), import, changes: false, outer };
        if let Some(known) = self.names.get_mut(name) {
            known.declarations.push(declaration);
        } else {
            let known = NameDeclarations { declarations: vec![declaration], scopes: Scopes::default() };
            self.names.insert(name.into(), known);
        }
    }

    /// Notes that the name at a leaf gets a new value there. A language may take the name for a declaration of its own
    /// where it assigns to an outer one (Python's `global`), so the declaration around it counts as assigned as well.
    fn assign(&mut self, leaf: Node<'_>) {
        let Some(at) = self.find_index(leaf.text(), leaf, Namespace::VALUE) else { return };
        let Some(name) = self.names.get_mut(leaf.text()) else { return };
        name.declarations[at].changes = true;
        if let Some(outer) = name.declarations[at].outer_in(Namespace::VALUE) {
            name.declarations[outer].changes = true;
        }
    }

    /// [`Declarations::starts`] of the imports at these leaves.
    fn starts_of(
        &self,
        locals: &HashMap<NodeId, usize>,
        tree: &Tree,
        imports: &ImportTargets,
        syntax: &ModuleSyntax,
    ) -> HashMap<usize, usize> {
        let start = |(leaf, at): (&NodeId, &usize)| {
            let first = imports.get(*at).first_name(syntax)?;
            let start = self.find(first, tree.node(*leaf), Namespace::TYPE)?.import?;
            (start != *at).then_some((*at, start))
        };
        locals.iter().filter_map(start).collect()
    }

    /// The innermost declaration of `name` in the namespace that is visible at a node.
    fn find(&self, name: &str, node: Node<'_>, namespace: Namespace) -> Option<&ScopedDeclaration> {
        let at = self.find_index(name, node, namespace)?;
        self.names.get(name).map(|name| &name.declarations[at])
    }

    /// The index of that declaration among those of its name.
    fn find_index(&self, name: &str, node: Node<'_>, namespace: Namespace) -> Option<usize> {
        let name = self.names.get(name)?;
        let innermost = name.scopes.innermost(node.id())?;
        let overlaps = name.declarations[innermost].scope.namespace.overlaps(namespace);
        let mut at = if overlaps { Some(innermost) } else { name.declarations[innermost].outer_in(namespace) };
        while let Some((index, found)) = at.map(|at| (at, &name.declarations[at])) {
            budget::count(1);
            match self.barrier_between(found.scope, node.id()) {
                None => return Some(index),
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
                kept.changes = true;
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
