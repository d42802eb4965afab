//! The typed views: the same questions asked of every language.

use std::borrow::Cow;

use crate::ir::{Kind, Lowered, Node};

/// A language's answers. Every method has a default that says "not here".
pub trait Views: Send + Sync {}

/// A question that `where` may ask of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `name`: what a definition is called.
    Name,
}

/// The answer to a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'t> {
    /// Yes or no.
    Bool(bool),
    /// A count.
    Number(u32),
    /// One text.
    Text(Cow<'t, str>),
    /// Several texts; a number compares their count, a string is looked for among them.
    List(Vec<Cow<'t, str>>),
}

impl Key {
    /// The key that a page calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        (name == "name").then_some(Self::Name)
    }

    /// All names that [`Key::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["name"].into_iter()
    }

    /// The kinds whose views have it; none means every node.
    pub fn kinds(self) -> &'static [Kind] {
        &[]
    }
}

/// The answer for `node`; none when its view does not have the key.
pub fn ask<'t>(file: &'t Lowered, node: Node<'t>, key: Key) -> Option<Answer<'t>> {
    let _ = (file, node, key);
    None
}

/// Whether the node is an import of `module`, or a reference bound to one (`import: m`).
pub fn refers_to_import(file: &Lowered, node: Node<'_>, module: &str) -> bool {
    let _ = (file, node, module);
    false
}

/// The node that bears a definition's name.
pub fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    let _ = node;
    None
}
