//! Which names of a tree come from which module, with inner declarations of the same name honoured.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::ir::view::{Call, Declaration, Namespace};
use crate::ir::{Kind, Lowered, Node, NodeId, Tree};

/// A module with the path of a member in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The module as it was written, without a leading `node:` (Rust: a path, or its first part).
    pub module: String,
    /// The members from the module inwards; `default` is one too.
    pub path: Vec<String>,
}

impl Resolved {
    /// Whether it is `module`, or in it where paths are written with `::`.
    pub fn is_of(&self, module: &str, separator: &str) -> bool {
        if separator != "::" {
            return self.module == bare(module);
        }
        let mut rest = module.strip_prefix("::").unwrap_or(module);
        for part in std::iter::once(&self.module).chain(&self.path) {
            match rest.strip_prefix(part.as_str()) {
                Some("") => return true,
                Some(left) => match left.strip_prefix("::") {
                    Some(left) => rest = left,
                    None => return false,
                },
                // A path ends inside of what was bound as one.
                None => return part.strip_prefix(rest).is_some_and(|left| left.starts_with("::")),
            }
        }
        false
    }

    /// Whether it is exactly this member of the module (`exec`, `promises.readFile`).
    pub fn is_member(&self, module: &str, member: &str, separator: &str) -> bool {
        if separator == "::" {
            let wanted = format!("{}::{}", module.strip_prefix("::").unwrap_or(module), member.replace('.', "::"));
            return self.text(separator) == wanted;
        }
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let wanted: Vec<&str> = member.split('.').collect();
        // The default export of a CommonJS module is the module itself.
        let whole = wanted == ["default"] && path.is_empty();
        self.module == bare(module)
            && (path == wanted || whole || (path.len() > 1 && path[0] == "default" && path[1..] == wanted[..]))
    }

    /// The path in one text.
    pub fn text(&self, separator: &str) -> String {
        let mut text = self.module.clone();
        for part in &self.path {
            text.push_str(separator);
            text.push_str(part);
        }
        text
    }
}

/// What a node refers to; none when it is no reference, or to nothing that was imported.
pub fn resolve(file: &Lowered, node: Node<'_>) -> Option<Resolved> {
    let views = node.language().views();
    let mut path = Vec::new();
    let (root, namespace) = views.reference(node, Some(&mut path))?;
    path.reverse();
    let path = path.into_iter().map(Cow::into_owned);
    if root.kind() == Kind::Import {
        let source = views.import(root)?.source?;
        return Some(Resolved { module: bare(&source).to_owned(), path: path.collect() });
    }
    let table = ImportTable::of_node(file, node)?;
    if let Some(import) = table.lookup(root, namespace) {
        let path = import.member.iter().cloned().chain(path).collect();
        return Some(Resolved { module: import.module.clone(), path });
    }
    // Where paths are written out, a path is a reference without any import.
    let written = views.path_separator() == "::";
    let mut path = path.peekable();
    (written && path.peek().is_some() && !table.declares(root, namespace))
        .then(|| Resolved { module: root.text().to_owned(), path: path.collect() })
}

/// Whether the node is an import of `module`, or a reference bound to one (`import: m`).
pub fn refers_to_import(file: &Lowered, node: Node<'_>, module: &str) -> bool {
    let views = node.language().views();
    let separator = views.path_separator();
    if matches!(node.kind(), Kind::Import | Kind::Export)
        && let Some(import) = views.import(node)
    {
        return import
            .sources()
            .iter()
            .any(|source| Resolved { module: bare(source).to_owned(), path: Vec::new() }.is_of(module, separator));
    }
    let Some(table) = ImportTable::of_node(file, node) else { return false };
    if separator != "::" && !table.modules.contains(bare(module)) {
        return false;
    }
    resolve(file, node).is_some_and(|resolved| resolved.is_of(module, separator))
}

/// Whether a call, construction or macro call is one of `wanted`: a callee as written (`a.b`), or `m#x`, the member `x`
/// of the module `m` under whatever name the file has for it.
pub fn calls(file: &Lowered, node: Node<'_>, wanted: &str) -> bool {
    let Some(call) = Call::cast(node) else { return false };
    let Some((module, member)) = wanted.split_once('#') else {
        return call.callee_text().is_some_and(|callee| callee == wanted);
    };
    let separator = node.language().views().path_separator();
    resolve(file, node).is_some_and(|resolved| resolved.is_member(module, member, separator))
}

/// A module's name without the prefix that changes nothing.
fn bare(module: &str) -> &str {
    module.strip_prefix("node:").unwrap_or(module)
}

/// The imports of one tree by the names they have in it.
#[derive(Debug, Default)]
pub struct ImportTable {
    imports: Vec<Bound>,
    modules: HashSet<String>,
    names: HashMap<Box<str>, Vec<Held>>,
    /// Where names of the surroundings do not reach in, in order; true when all of them are brought in after all.
    walls: Vec<(u32, u32, bool)>,
}

#[derive(Debug)]
struct Bound {
    module: String,
    member: Option<String>,
}

/// A name in a scope; scopes of one name lie inside or beside each other.
#[derive(Debug)]
struct Held {
    scope: Declaration,
    /// Which import it is; none for any other declaration.
    import: Option<usize>,
    /// The nearest earlier entry whose scope encloses this one.
    outer: Option<usize>,
}

impl ImportTable {
    /// The table of a node's tree, made when it is first asked for.
    fn of_node<'f>(file: &'f Lowered, node: Node<'_>) -> Option<&'f Self> {
        let (tree, tables) = file.tables(node)?;
        tables.names(|| Self::of(tree))
    }

    fn of(tree: &Tree) -> Self {
        let views = tree.dialect().language.views();
        let mut table = Self::default();
        let mut locals: HashMap<NodeId, usize> = HashMap::new();
        for node in tree.nodes().filter(|node| node.is_named()) {
            if let Some(through) = views.wall(node) {
                table.walls.push((node.id().0, node.subtree_end().0, through));
            }
            if !matches!(node.kind(), Kind::Import | Kind::Export) {
                continue;
            }
            let Some(import) = views.import(node) else { continue };
            table.modules.extend(import.source.iter().map(|source| bare(source).to_owned()));
            for item in import.items {
                let Some(source) = item.source.as_ref().or(import.source.as_ref()) else { continue };
                let Some(local) = item.local else { continue };
                // A `use` names its member with the rest of the path.
                let member = (item.source.is_none() && item.name != "*").then(|| item.name.into_owned());
                locals.insert(local.id(), table.imports.len());
                table.names.entry(local.text().into()).or_default();
                table.imports.push(Bound { module: bare(source).to_owned(), member });
            }
        }
        if table.imports.is_empty() {
            return table;
        }
        for node in tree.nodes().filter(|node| node.is_named() && node.is_leaf()) {
            let Some(held) = table.names.get_mut(node.text()) else { continue };
            if let Some(scope) = views.declaration(node) {
                held.push(Held { scope, import: locals.get(&node.id()).copied(), outer: None });
            }
        }
        for held in table.names.values_mut() {
            held.sort_by_key(|held| (held.scope.start, std::cmp::Reverse(held.scope.end)));
            let mut open: Vec<usize> = Vec::new();
            for at in 0..held.len() {
                while open.last().is_some_and(|outer| held[*outer].scope.end <= held[at].scope.start) {
                    open.pop();
                }
                held[at].outer = open.last().copied();
                open.push(at);
            }
        }
        if views.path_separator() == "::" {
            table.follow_aliases(&locals, tree);
        }
        table
    }

    /// `use std::fs; use fs::read;`: the second path starts at a name that the first one made.
    fn follow_aliases(&mut self, locals: &HashMap<NodeId, usize>, tree: &Tree) {
        let mut changes = Vec::new();
        for (id, at) in locals {
            let (first, rest) = self.imports[*at].module.split_once("::").unwrap_or((&self.imports[*at].module, ""));
            let found = self.find(first, tree.node(*id), Namespace::TYPE);
            let Some(import) = found.and_then(|held| held.import).filter(|import| import != at) else { continue };
            let start = &self.imports[import].module;
            if start != first && !start.starts_with(&format!("{first}::")) && !rest.is_empty() {
                changes.push((*at, format!("{start}::{rest}")));
            }
        }
        for (at, module) in changes {
            self.imports[at].module = module;
        }
    }

    fn find(&self, name: &str, node: Node<'_>, namespace: Namespace) -> Option<&Held> {
        let held = self.names.get(name)?;
        let id = node.id();
        let mut at = held.partition_point(|held| held.scope.start <= id).checked_sub(1);
        while let Some(index) = at {
            let found = &held[index];
            if id < found.scope.end && found.scope.namespace.meets(namespace) && self.reaches(found.scope, id) {
                return Some(found);
            }
            at = found.outer;
        }
        None
    }

    /// Whether no wall stands between a scope and a node in it.
    fn reaches(&self, scope: Declaration, id: NodeId) -> bool {
        let before = self.walls.partition_point(|wall| wall.0 <= id.0);
        let inside = self.walls[..before].iter().rev().take_while(|wall| wall.0 > scope.start.0);
        inside.filter(|wall| id.0 < wall.1).all(|wall| wall.2)
    }

    fn lookup(&self, root: Node<'_>, namespace: Namespace) -> Option<&Bound> {
        self.find(root.text(), root, namespace)?.import.map(|at| &self.imports[at])
    }

    fn declares(&self, root: Node<'_>, namespace: Namespace) -> bool {
        self.find(root.text(), root, namespace).is_some()
    }
}
