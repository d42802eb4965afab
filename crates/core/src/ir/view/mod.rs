//! The views: questions about nodes that every language answers, such as the name of a definition or the callee of a
//! call.
//!
//! Rule pages ask them by [`ViewKey`], native rules through the typed handles ([`Callable`], [`Call`], …).

mod assertion;
mod comment;
mod explained;
mod import;
mod key;
mod metrics;
mod text;
mod typed;

use std::borrow::Cow;

pub(crate) use assertion::is_assertion_call;
pub use comment::{CommentMarker, CommentStyle};
pub(crate) use comment::{has_words, trailing};
pub use explained::{explanation, is_explained};
pub use key::{AnswerType, ViewAnswer, ViewKey};
pub use metrics::{Flow, Metrics};
pub use text::compact;
pub use typed::{Call, Callable, CommentNode, Definition, Import, LiteralNode, Type, Variable};

pub use import::{Barrier, Declaration, ImportItem, ImportView, LocalName, Namespace};

pub use crate::ir::tables::DeclaredElsewhere;
use crate::ir::{Lowered, Node, NodeId, Tree};

/// The answers of one language to the views.
///
/// Every method has a default that means "does not exist in this language". A method whose documentation names kinds ("of
/// a callable") is called only for nodes of these kinds; one that says "the node" is called for nodes of any kind.
pub trait Views: Send + Sync {
    /// The node that holds the name of a definition, parameter, macro, attribute or pair: `f` of `function f() {}`.
    ///
    /// A callable or class without a name of its own has the name of the variable, field or pair whose value it is:
    /// `f` of `const f = () => 1`. A variable that declares several names by a pattern (`let (a, b) = c`) has none.
    fn name_node<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// True if code outside the file can use the definition: `pub fn f()`, `export function f() {}`.
    ///
    /// A member is exported only if the definition it belongs to is, too. A definition inside a function is not.
    fn exported(&self, file: &Lowered, node: Node<'_>) -> bool {
        let _ = (file, node);
        false
    }

    /// True if the definition has documentation where the documentation tools of the language look for it: a doc comment
    /// before it (`/** … */`), a docstring in it.
    fn documented(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// The parameters of a callable, in order: `a` and `b = 1` of `(a, b = 1) => a`.
    ///
    /// A receiver is included if it is written in the list (`self` in Rust and Python), and left out if it is written
    /// elsewhere (`func (r *R) m()` in Go).
    fn parameters<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let _ = node;
        Vec::new()
    }

    /// The body of a callable: `{ return 1 }` of `function f() { return 1 }`. None for a signature.
    fn body<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// True if a callable is asynchronous: `async fn f()`.
    fn is_async(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// True if a callable is a generator: `function* f() {}`.
    fn is_generator(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// The attributes, annotations or decorators of a definition or parameter, in order: `#[test]` of
    /// `#[test] fn f() {}`.
    fn attributes<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let _ = node;
        Vec::new()
    }

    /// The names of the members of a class, interface or enum, in order and each once: `a` and `b` of
    /// `enum E { a, b }`.
    fn members<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let _ = node;
        Vec::new()
    }

    /// The names of the types that a class or interface extends: `B` of `class A extends B {}`, `C` of `trait A: C {}`.
    fn extends<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let _ = node;
        Vec::new()
    }

    /// The names of the interfaces or traits that a class or enum implements, as far as this file shows it: `B` of
    /// `class A implements B {}`; in Rust the derived traits and those of the file's `impl B for A {}`.
    fn implements<'t>(&self, file: &'t Lowered, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let _ = (file, node);
        Vec::new()
    }

    /// `Some(true)` if a variable or field can be assigned again (`let mut a`), `Some(false)` if it cannot (`const a`).
    /// None if the language does not declare it at that place, as for the fields of a Rust struct.
    fn mutable(&self, node: Node<'_>) -> Option<bool> {
        let _ = node;
        None
    }

    /// The initial value of a variable, field or pair: `1` of `let a = 1`.
    fn value<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// The content of a literal without its quotes, with escapes as they are written: `a\n` of `"a\n"`.
    fn literal<'t>(&self, node: Node<'t>) -> &'t str {
        node.text()
    }

    /// The node that a call, construction or macro call names: `a.b` of `a.b(1)`, `A` of `new A()`.
    ///
    /// In a grammar that has no node for `a.b` of `a.b(1)`, it is the last name, `b`, and [`Views::callee_object`] answers
    /// `a`.
    fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// The node before the name of a call in a grammar where [`Views::callee`] is only that name: `a` of `a.b(1)`. None
    /// where the callee's node includes it.
    fn callee_object<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// The arguments of a call, construction or macro call, in order: `1` and `2` of `f(1, 2)`.
    fn arguments<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let _ = node;
        Vec::new()
    }

    /// The object whose method is called: `a.b` of `a.b.c(1)`. None for `f(1)`.
    fn receiver<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let _ = node;
        None
    }

    /// The modules and names of an import or export: module `m` and name `a` of `import { a } from "m"`, only the name `a`
    /// of `export const a = 1`.
    fn import<'t>(&self, node: Node<'t>) -> Option<ImportView<'t>> {
        let _ = node;
        None
    }

    /// The effect of the node on control flow, from which the metrics are counted: [`Flow::Loop`] for a `while`
    /// statement.
    fn flow(&self, node: Node<'_>) -> Flow {
        let _ = node;
        Flow::Straight
    }

    /// True if the node counts as one statement in [`Metrics::statements`]. A node and a wrapper around it
    /// (`export function f() {}`) must not both count.
    fn is_statement(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// True if the node itself is a test or a group of tests: a `#[test]` function, the call `it("…", f)`. False for the
    /// nodes inside it and for its attributes.
    fn is_test(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// Like [`Views::is_test`], for a language where the answer depends on an enclosing node: a Python method is a test
    /// only in a test class. The implementation asks `is_test_around` about that node; the caller passes a function that
    /// caches its answers. The default ignores it.
    fn is_test_with(&self, node: Node<'_>, is_test_around: &mut dyn FnMut(Node<'_>) -> bool) -> bool {
        let _ = is_test_around;
        self.is_test(node)
    }

    /// True for a test that its own marks leave out of runs: `#[ignore]`, a decorator, `it.skip("…", f)`.
    fn is_skipped_test(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// True if the node checks something in a test. The default knows calls by the names that test libraries share.
    fn is_assertion(&self, node: Node<'_>) -> bool {
        is_assertion_call(node)
    }

    /// If the node marks a test (an attribute, a call, a definition with a certain name), the range of nodes that make up
    /// that test: its first node, and one past its last node. For Rust's `#[test]`, all attributes and the function
    /// below them.
    fn test_range(&self, node: Node<'_>) -> Option<(NodeId, NodeId)> {
        let _ = node;
        None
    }

    /// The segment that the node adds to the symbol paths of itself and of all nodes in it: `f` of `function f() {}`,
    /// `it("a")` of a test. None if it adds none.
    ///
    /// `target` is the node whose path is built, `node` itself or a node in it. A local variable adds its name only if it
    /// is `target` or holds a callable, so that paths do not change when a local name does.
    fn symbol<'t>(&self, node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
        let _ = (node, target);
        None
    }

    /// The scope of the name that this leaf declares, and its namespace: for `a` in `{ let a = 1; }` the block. None for
    /// a leaf that only uses a name.
    ///
    /// It is called for many leaves of a file and must look only at the nodes around the leaf.
    fn declaration(&self, leaf: Node<'_>) -> Option<Declaration> {
        let _ = leaf;
        None
    }

    /// The name (or import call) that a use starts at, and its namespace: the leaf `a` of `a.b.c`. None if the node is no
    /// use of a name.
    ///
    /// The members after the name are pushed on `path`, the last one first: `c`, `b`.
    fn reference<'t>(&self, node: Node<'t>, path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
        let _ = (node, path);
        None
    }

    /// The expression whose value the name declared by this leaf has, without parentheses and type assertions: `c.d` for `l`
    /// in `const l = c.d` and in `const { a: { b: l } } = c.d`. None if the declaration gives no such value.
    ///
    /// The members of the value that the name stands for are pushed on `path`, the last one first: `b`, `a`.
    fn alias<'t>(&self, leaf: Node<'t>, path: &mut Vec<Cow<'t, str>>) -> Option<Node<'t>> {
        let _ = (leaf, path);
        None
    }

    /// True if the leaf is a name that gets a new value there, other than by its declaration: `a` of `a = 1`.
    fn is_assigned(&self, leaf: Node<'_>) -> bool {
        let _ = leaf;
        false
    }

    /// The way in which the node hides names that are declared around it: [`Barrier::Closed`] for a Rust `mod` without
    /// `use super::*`. None if all outer names are visible in it.
    fn scope_barrier(&self, node: Node<'_>) -> Option<Barrier> {
        let _ = node;
        None
    }

    /// The facts about definitions that are written away from them, collected in one pass over the tree: names in
    /// `export { a }`, implementations such as `impl B for A {}`.
    fn declared_elsewhere(&self, tree: &Tree) -> DeclaredElsewhere {
        let _ = tree;
        DeclaredElsewhere::default()
    }
}

/// The answer to a key for a node; none if the key does not apply to its kind or the node has no such thing.
pub fn ask<'t>(file: &'t Lowered, node: Node<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    key::ask(file, node, key)
}

/// The node that holds the name of a definition, see [`Views::name_node`].
pub fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    node.language().views().name_node(node)
}

/// The name of a definition, without quotes.
pub fn name(node: Node<'_>) -> Option<&str> {
    name_node(node).map(|name| match name.kind() {
        crate::ir::Kind::String => name.language().views().literal(name),
        _ => name.text(),
    })
}

/// True if the node is a test or lies in one, or its whole file is test code.
pub fn is_in_test(file: &Lowered, node: Node<'_>) -> bool {
    file.context.test || file.tables(node).is_some_and(|(tree, tables)| tables.is_in_test(tree, node))
}

/// The number of lines that the node covers, partly or wholly.
pub fn lines(file: &Lowered, node: Node<'_>) -> u32 {
    // In some grammars the node of a comment includes its line end.
    let text = node.text().trim_end_matches(['\n', '\r']);
    let lines = file.source.lines();
    lines.line(node.part_span(0..text.len()).end) - lines.line(node.start()) + 1
}
