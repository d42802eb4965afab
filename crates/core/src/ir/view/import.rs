//! The data that views return about imports and about declared names.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ir::{Node, NodeId};

/// A set of namespaces. A declaration hides an outer one of the same name only if they share a namespace: in Rust, a
/// local variable `a` does not hide a module `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace(u8);

impl Namespace {
    /// The namespace of types, and of modules in a path.
    pub const TYPE: Self = Self(1);
    /// The namespace of values.
    pub const VALUE: Self = Self(2);
    /// The namespace of macros.
    pub const MACRO: Self = Self(4);
    /// Types and values.
    pub const TYPE_AND_VALUE: Self = Self(3);
    /// All namespaces.
    pub const ANY: Self = Self(7);

    /// The number of single namespaces.
    pub(crate) const COUNT: usize = 3;

    /// True if both sets have a namespace in common.
    pub(crate) const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The numbers (0 to 2) of the namespaces in the set.
    pub(crate) fn parts(self) -> impl Iterator<Item = usize> {
        (0..Self::COUNT).filter(move |part| self.0 & (1 << part) != 0)
    }
}

/// The scope of a declared name: the range of nodes in which it is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The first node of the scope.
    pub start: NodeId,
    /// One past the last node of the scope.
    pub end: NodeId,
    /// The namespaces in which the name is declared.
    pub namespace: Namespace,
}

impl Declaration {
    /// The declaration of a name that is visible in the whole of a node.
    pub fn within(scope: Node<'_>, namespace: Namespace) -> Self {
        Self { start: scope.id(), end: scope.subtree_end(), namespace }
    }
}

/// The way in which a node hides names that are declared around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// No outer name is visible in the node: a Rust `mod`.
    Closed,
    /// The names of one outer scope (given by its first node) are not visible in the node, those of scopes further out
    /// are: in Python, the names of a class body in the methods of the class.
    Hides(NodeId),
}

/// The content of an import (`import`, `use`, `require`) or export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportView<'t> {
    /// The module, if it is the same for all names: `m` of `import { a, b } from "m"`.
    pub source: Option<Cow<'t, str>>,
    /// The imported names (of an export: the exported ones), in order.
    pub items: Vec<ImportItem<'t>>,
    /// True if only types are imported or exported: `import type { A } from "m"`.
    pub type_only: bool,
    /// True if the import is a call that runs when it is reached: `import("m")`, `require("m")`.
    pub dynamic: bool,
    /// True if it exports what it imports: `export { a } from "m"`, `pub use m::a`.
    pub reexport: bool,
}

/// One name of an import or export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportItem<'t> {
    /// The full path of this name if each name has its own: `m::a` and `m::b` of `use m::{a, b}`. None if
    /// [`ImportView::source`] applies.
    pub source: Option<Cow<'t, str>>,
    /// The module that the local name refers to if it is not the imported one: Python's `import a.b` imports `a.b`, but
    /// its local name `a` refers to `a`.
    pub bound: Option<Cow<'t, str>>,
    /// The name that the module gives it, also `default` or `*`. Of an export, the name that others see.
    pub name: Cow<'t, str>,
    /// The name in this file, if the import makes one.
    pub local: Option<LocalName<'t>>,
}

/// A name that an import declares in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalName<'t> {
    /// The leaf that declares the name. [`Views::declaration`](crate::ir::view::Views::declaration) gives its scope.
    pub node: Node<'t>,
    /// The name as it is used in the file.
    pub name: &'t str,
}

impl<'t> LocalName<'t> {
    /// The name that is the whole text of a leaf.
    pub fn at(node: Node<'t>) -> Self {
        Self { node, name: node.text() }
    }

    /// A name that is only a part of the text of a leaf: `exec` of Go's `import "os/exec"`.
    pub fn part_of(node: Node<'t>, name: &'t str) -> Self {
        Self { node, name }
    }
}

impl<'t> ImportView<'t> {
    /// All modules and paths that are named, in order and each once.
    pub fn sources(&self) -> Vec<Cow<'t, str>> {
        let mut seen = HashSet::new();
        let sources = self.source.iter().chain(self.items.iter().filter_map(|item| item.source.as_ref()));
        sources.filter(|source| seen.insert(&***source)).cloned().collect()
    }
}
