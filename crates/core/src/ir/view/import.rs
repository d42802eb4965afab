//! What views say of imports and of the names that a tree declares: plain data.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ir::{Node, NodeId};

/// The kinds of things that a name can stand for; declarations of one kind do not hide those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace(u8);

impl Namespace {
    /// Types, and modules that a path goes through.
    pub const TYPE: Self = Self(1);
    /// Values.
    pub const VALUE: Self = Self(2);
    /// Macros.
    pub const MACRO: Self = Self(4);
    /// Types and values.
    pub const TYPE_AND_VALUE: Self = Self(3);
    /// All of them.
    pub const ANY: Self = Self(7);

    /// How many single ones there are.
    pub(crate) const COUNT: usize = 3;

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The numbers of the single ones that it is made of.
    pub(crate) fn parts(self) -> impl Iterator<Item = usize> {
        (0..Self::COUNT).filter(move |part| self.0 & (1 << part) != 0)
    }
}

/// Where a name that is declared holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The first node of its scope.
    pub start: NodeId,
    /// One past the last.
    pub end: NodeId,
    /// What it can stand for there.
    pub namespace: Namespace,
}

impl Declaration {
    /// A name that holds in all of a node.
    pub fn within(scope: Node<'_>, namespace: Namespace) -> Self {
        Self { start: scope.id(), end: scope.subtree_end(), namespace }
    }
}

/// How a node keeps out names that are declared around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// No name declared around the node holds in it: a module with names of its own.
    Closed,
    /// The names of one scope around the node do not hold in it, those further out do: the members of a class in its
    /// methods.
    Hides(NodeId),
}

/// An import, a use, or an export from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportView<'t> {
    /// The module, when there is one for all names.
    pub source: Option<Cow<'t, str>>,
    /// What is imported (of an export: what is exported), in order.
    pub items: Vec<ImportItem<'t>>,
    /// Whether only types pass.
    pub type_only: bool,
    /// Whether it is a call that runs when it is reached.
    pub dynamic: bool,
    /// Whether it gives to others what it takes from elsewhere.
    pub reexport: bool,
}

/// One name of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportItem<'t> {
    /// The full path of this name, where each has one; none where the import's source holds.
    pub source: Option<Cow<'t, str>>,
    /// What the local name stands for when it is not what is imported: `import a.b` imports `a.b` and binds `a`.
    pub bound: Option<Cow<'t, str>>,
    /// The name in the module; `default` and `*` are names too.
    pub name: Cow<'t, str>,
    /// The name that it has in this file.
    pub local: Option<LocalName<'t>>,
}

/// The name that an import makes in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalName<'t> {
    /// The leaf that declares it: [`Views::declaration`](crate::ir::view::Views::declaration) is asked for its scope.
    pub node: Node<'t>,
    /// The name as it is used.
    pub name: &'t str,
}

impl<'t> LocalName<'t> {
    /// The name that stands at a leaf.
    pub fn at(node: Node<'t>) -> Self {
        Self { node, name: node.text() }
    }

    /// A name that is only a part of what stands at the leaf: `exec` of Go's `import "os/exec"`.
    pub fn part_of(node: Node<'t>, name: &'t str) -> Self {
        Self { node, name }
    }
}

impl<'t> ImportView<'t> {
    /// Every module or path that is named, in order.
    pub fn sources(&self) -> Vec<Cow<'t, str>> {
        let mut seen = HashSet::new();
        let sources = self.source.iter().chain(self.items.iter().filter_map(|item| item.source.as_ref()));
        sources.filter(|source| seen.insert(&***source)).cloned().collect()
    }
}
