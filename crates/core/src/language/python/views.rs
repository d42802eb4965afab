//! Views of Python.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{modules, names, scopes, testing};
use crate::ir::view::{self, Barrier, Declaration, DeclaredElsewhere, Flow, ImportView, Namespace, Views};
use crate::ir::{Kind, Lowered, Node, NodeId, Tree};

/// The views of Python.
pub(super) struct PythonViews;

impl Views for PythonViews {
    fn name_node<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        names::name_node(node)
    }

    fn exported(&self, file: &Lowered, node: Node<'_>) -> bool {
        names::exported(file, node)
    }

    fn documented(&self, node: Node<'_>) -> bool {
        names::documented(node)
    }

    fn parameters<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let Some(list) = node.child_by_field("parameters") else { return Vec::new() };
        list.children().filter(|child| child.kind() == Kind::Parameter).collect()
    }

    fn body<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("body")
    }

    fn is_async(&self, node: Node<'_>) -> bool {
        node.has_token("async")
    }

    fn is_generator(&self, node: Node<'_>) -> bool {
        let Some(body) = node.child_by_field("body") else { return false };
        let mut parts = body.descendants();
        while let Some(part) = parts.next() {
            match part.raw_name() {
                "yield" if part.is_named() => return true,
                "function_definition" | "lambda" | "class_definition" => parts.skip_below(),
                _ => {}
            }
        }
        body.raw_name() == "yield"
    }

    fn attributes<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        names::decorators(node).collect()
    }

    fn members<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let mut seen = HashSet::new();
        let names = names::members(node).filter_map(names::name_node).map(Node::text);
        names.filter(|name| seen.insert(*name)).map(Cow::Borrowed).collect()
    }

    fn extends<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let bases = node.child_by_field("superclasses").into_iter().flat_map(Node::children);
        let is_base = |base: &Node<'_>| matches!(base.raw_name(), "identifier" | "attribute" | "subscript");
        bases.filter(is_base).map(names::type_name).collect()
    }

    fn mutable(&self, node: Node<'_>) -> Option<bool> {
        let declared = node.child_by_field("type").map_or("", Node::text);
        let is_final = |name| declared.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
        Some(!(is_final("Final") || is_final("typing.Final")))
    }

    fn value<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field(if node.raw_name() == "assignment" { "right" } else { "value" })
    }

    fn literal<'t>(&self, node: Node<'t>) -> &'t str {
        names::plain(node)
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        if node.raw_name() == "call" { node.child_by_field("function") } else { None }
    }

    fn arguments<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        match node.child_by_field("arguments") {
            // `f(a for a in b)`
            Some(generator) if generator.raw_name() == "generator_expression" => vec![generator],
            Some(list) => list.children().filter(|child| !child.is_extra()).collect(),
            None => Vec::new(),
        }
    }

    fn receiver<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut callee = self.callee(node)?;
        while callee.raw_name() == "parenthesized_expression" {
            callee = callee.children().find(|child| !child.is_extra())?;
        }
        (callee.raw_name() == "attribute").then(|| callee.child_by_field("object")).flatten()
    }

    fn import<'t>(&self, node: Node<'t>) -> Option<ImportView<'t>> {
        modules::import(node)
    }

    fn flow(&self, node: Node<'_>) -> Flow {
        let parent = || node.parent().map_or("", Node::raw_name);
        match node.raw_name() {
            "if_statement" => Flow::If,
            "elif_clause" => Flow::ElseIf,
            "else_clause" if parent() != "try_statement" => Flow::Else,
            "conditional_expression" => Flow::Conditional,
            "for_statement" | "while_statement" => Flow::Loop,
            "match_statement" => Flow::Match,
            "case_clause" if node.child_of_raw_kind("case_pattern").is_some_and(|pattern| pattern.text() == "_") => {
                Flow::Default
            }
            "case_clause" => Flow::Case,
            "try_statement" => Flow::Try,
            "except_clause" => Flow::Catch,
            "boolean_operator" => Flow::Logical(1),
            // Each clause of a comprehension adds a path.
            "for_in_clause" => Flow::Coalesce,
            "if_clause" if parent() != "case_clause" => Flow::Coalesce,
            _ => Flow::Straight,
        }
    }

    fn is_statement(&self, node: Node<'_>) -> bool {
        node.parent().is_some_and(|parent| matches!(parent.raw_name(), "block" | "module"))
            && !node.is_extra()
            && !matches!(node.raw_name(), "pass_statement" | "case_clause")
            && !names::is_docstring(node)
    }

    fn is_test(&self, node: Node<'_>) -> bool {
        testing::is_test(node)
    }

    fn is_test_with(&self, node: Node<'_>, is_test_around: &mut dyn FnMut(Node<'_>) -> bool) -> bool {
        testing::is_test_with(node, is_test_around)
    }

    fn is_skipped_test(&self, node: Node<'_>) -> bool {
        testing::is_skipped(node)
    }

    fn is_assertion(&self, node: Node<'_>) -> bool {
        node.raw_name() == "assert_statement" || view::is_assertion_call(node)
    }

    fn test_range(&self, node: Node<'_>) -> Option<(NodeId, NodeId)> {
        testing::range(node)
    }

    fn symbol<'t>(&self, node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
        names::symbol(node, target)
    }

    fn declaration(&self, leaf: Node<'_>) -> Option<Declaration> {
        scopes::declaration(leaf)
    }

    fn reference<'t>(&self, node: Node<'t>, path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
        scopes::reference(node, path)
    }

    fn scope_barrier(&self, node: Node<'_>) -> Option<Barrier> {
        scopes::barrier(node)
    }

    fn alias<'t>(&self, leaf: Node<'t>, _: &mut Vec<Cow<'t, str>>) -> Option<Node<'t>> {
        scopes::alias(leaf)
    }

    fn is_assigned(&self, leaf: Node<'_>) -> bool {
        scopes::is_assigned(leaf)
    }

    fn declared_elsewhere(&self, tree: &Tree) -> DeclaredElsewhere {
        names::declared_elsewhere(tree)
    }
}
