//! Tests, as pytest and unittest collect them.

use super::names;
use super::scopes::scope_of;
use crate::ir::{Kind, Node, NodeId};

/// True for a function or class that is collected as a test or a group of tests.
pub(super) fn is_test(node: Node<'_>) -> bool {
    is_test_with(node, &mut is_test)
}

/// Like [`is_test`], with `is_test_around` in place of a search for the class around a method.
pub(super) fn is_test_with(node: Node<'_>, is_test_around: &mut dyn FnMut(Node<'_>) -> bool) -> bool {
    match node.raw_name() {
        "function_definition" => {
            let Some(name) = names::name_node(node).map(Node::text) else { return false };
            let outer = scope_of(node);
            match outer.map_or("", Node::raw_name) {
                "module" => name.starts_with("test_"),
                "class_definition" => name.starts_with("test") && outer.is_some_and(is_test_around),
                _ => false,
            }
        }
        "class_definition" => is_test_case(node) || is_group(node),
        _ => false,
    }
}

/// True for a class that extends a `TestCase`, of unittest or of a framework.
fn is_test_case(class: Node<'_>) -> bool {
    let bases = class.child_by_field("superclasses").into_iter().flat_map(Node::children);
    let is_test_case_name = |base: Node<'_>| match base.raw_name() {
        "attribute" => base.child_by_field("attribute").map_or("", Node::text).ends_with("TestCase"),
        "identifier" => base.text().ends_with("TestCase"),
        _ => false,
    };
    bases.into_iter().any(is_test_case_name)
}

/// True for a class that pytest collects: named `Test…`, without a constructor and with tests.
fn is_group(class: Node<'_>) -> bool {
    let rest = names::name_node(class).and_then(|name| name.text().strip_prefix("Test"));
    if rest.is_none_or(|rest| rest.starts_with(char::is_lowercase)) {
        return false;
    }
    let mut has_tests = false;
    for name in names::members(class).filter(|member| member.kind() == Kind::Method).filter_map(names::name_node) {
        if name.text() == "__init__" {
            return false;
        }
        has_tests |= name.text().starts_with("test");
    }
    has_tests
}

/// True for a test or a group of tests with a decorator that leaves it out: `pytest.mark.skip`, `unittest.skip("…")`.
pub(super) fn is_skipped(node: Node<'_>) -> bool {
    let mut names = names::decorators(node).filter_map(names::name_node).map(Node::text);
    names.any(|name| name.rsplit('.').next() == Some("skip"))
}

/// The nodes of a test or fixture with its decorators.
pub(super) fn range(node: Node<'_>) -> Option<(NodeId, NodeId)> {
    let is_definition = matches!(node.raw_name(), "function_definition" | "class_definition");
    let is_of_pytest = |decorator| names::name_node(decorator).is_some_and(|name| name.text().starts_with("pytest."));
    // A method is no test by itself here: the span of its class covers it.
    let is_test = || is_test_with(node, &mut |_| false);
    if !is_definition || !(names::decorators(node).any(is_of_pytest) || is_test()) {
        return None;
    }
    let whole = node.parent().filter(|parent| parent.raw_name() == "decorated_definition").unwrap_or(node);
    Some((whole.id(), whole.subtree_end()))
}
