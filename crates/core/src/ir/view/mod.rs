//! The typed views: the same questions asked of every language.

mod comment;
mod import;
mod key;
mod metrics;
mod text;
mod typed;

use std::borrow::Cow;

pub use comment::CommentStyle;
pub(crate) use comment::trailing;
pub use key::{ViewAnswer, ViewKey};
pub use metrics::{Flow, Metrics};
pub use text::compact;
pub use typed::{Call, Callable, CommentNode, Definition, Import, LiteralNode, Type, Variable};

pub use import::{Barrier, Declaration, ImportItem, ImportView, LocalName, Namespace};

pub use crate::ir::tables::DeclaredElsewhere;
use crate::ir::{Lowered, Node, NodeId, Tree};

/// A language's answers. Every method has a default that says "not here"; each says for which shared kinds it is asked.
pub trait Views: Send + Sync {
    /// The node that bears the name of a definition, a parameter, a macro, an attribute or a pair. A callable or class
    /// without a name of its own has that of the variable, field or pair whose value it is; what binds several names by
    /// a pattern has none.
    fn name_node<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// Whether code outside of the file can use the definition: it is public by the language's own sign, and so is what
    /// it is a member of. What stands in a function is not.
    fn exported(&self, file: &Lowered, node: Node<'_>) -> bool {
        let _ = (file, node);
        false
    }

    /// Whether documentation stands at the definition, where the language's own tools look for it.
    fn documented(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// The parameters of a callable, in order; the receiver too where it stands among them (`self`), and not where it
    /// has a place of its own.
    fn parameters<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let _ = node;
        Vec::new()
    }

    /// The body of a callable; none of a signature.
    fn body<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// Whether a callable is `async`.
    fn is_async(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// Whether a callable is a generator.
    fn is_generator(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// The attributes, annotations or decorators of a definition or parameter, in order.
    fn attributes<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let _ = node;
        Vec::new()
    }

    /// The names of the members of a class, interface or enum, in order, each once.
    fn members<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let _ = node;
        Vec::new()
    }

    /// What a class or interface extends.
    fn extends<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let _ = node;
        Vec::new()
    }

    /// What a class or enum implements, as far as the file says.
    fn implements<'t>(&self, file: &'t Lowered, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let _ = (file, node);
        Vec::new()
    }

    /// Whether a variable or field may be assigned to again; none where the language does not say it there.
    fn mutable(&self, node: Node<'_>) -> Option<bool> {
        let _ = node;
        None
    }

    /// The value that a variable, field or pair starts with.
    fn value<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// What a literal holds, without its quotes, escapes as written.
    fn literal<'t>(&self, node: Node<'t>) -> &'t str {
        node.text()
    }

    /// What a call, construction or macro call names: `a.b` of `a.b()`. Where the grammar has no node for that, its last
    /// name, and [`Views::callee_object`] says what stands before it.
    fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// The object that the name of a call belongs to and that is no part of the callee's node; none where one node holds
    /// both.
    fn callee_object<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// What a call gives to its callee.
    fn arguments<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let _ = node;
        Vec::new()
    }

    /// The object of a method call.
    fn receiver<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// What an import or export passes.
    fn import<'t>(&self, node: Node<'t>) -> Option<ImportView<'t>> {
        let _ = node;
        None
    }

    /// What the node does to the flow of control.
    fn flow(&self, node: Node<'_>) -> Flow {
        let _ = node;
        Flow::Straight
    }

    /// Whether it counts as a statement.
    fn is_statement(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// Whether the node itself is a test or a group of tests, rather than something in or at one.
    fn is_test(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// The same where a node around it may have to be a test too: `is_test_around` tells that, and may know it already.
    fn is_test_with(&self, node: Node<'_>, is_test_around: &mut dyn FnMut(Node<'_>) -> bool) -> bool {
        let _ = is_test_around;
        self.is_test(node)
    }

    /// If the node marks a test (an attribute, a call, a definition by its name): the nodes that make up that test, the
    /// first, and one past the last.
    fn test_range(&self, node: Node<'_>) -> Option<(NodeId, NodeId)> {
        let _ = node;
        None
    }

    /// What the node adds to the symbol paths of everything in it; `asked` is the node whose path is made.
    fn symbol<'t>(&self, node: Node<'t>, asked: Node<'t>) -> Option<Cow<'t, str>> {
        let _ = (node, asked);
        None
    }

    /// The scope in which a name holds that this leaf declares; none for a leaf that only uses a name.
    fn declaration(&self, leaf: Node<'_>) -> Option<Declaration> {
        let _ = leaf;
        None
    }

    /// The name (or import call) that a use starts at, and its namespace. The members after it are pushed on `path`, the
    /// last one first.
    fn reference<'t>(&self, node: Node<'t>, path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
        let _ = (node, path);
        None
    }

    /// How the node keeps out names that are declared around it; none where all of them hold in it.
    fn scope_barrier(&self, node: Node<'_>) -> Option<Barrier> {
        let _ = node;
        None
    }

    /// What the tree says of its definitions away from them.
    fn declared_elsewhere(&self, tree: &Tree) -> DeclaredElsewhere {
        let _ = tree;
        DeclaredElsewhere::default()
    }
}

/// The answer for `node`; none when its view does not have the key.
pub fn ask<'t>(file: &'t Lowered, node: Node<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    key::ask(file, node, key)
}

/// The node that bears a definition's name.
pub fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    node.language().views().name_node(node)
}

/// A definition's name, without quotes.
pub fn name(node: Node<'_>) -> Option<&str> {
    name_node(node).map(|name| match name.kind() {
        crate::ir::Kind::String => name.language().views().literal(name),
        _ => name.text(),
    })
}

/// Whether the node is a test, lies in one, or its file holds tests.
pub fn is_in_test(file: &Lowered, node: Node<'_>) -> bool {
    file.context.test || file.tables(node).is_some_and(|(tree, tables)| tables.is_in_test(tree, node))
}

/// How many lines the node of a file stands on.
pub fn lines(file: &Lowered, node: Node<'_>) -> u32 {
    // In some grammars a comment holds the end of its line.
    let text = node.text().trim_end_matches(['\n', '\r']);
    let lines = file.source.lines();
    lines.line(node.part_span(0..text.len()).end) - lines.line(node.start()) + 1
}
