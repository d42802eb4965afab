//! Tests in Rust, by their attributes.

use crate::ir::{Node, NodeId};

/// Attributes of tests whose names do not end in `test`.
const OTHER_TEST_ATTRIBUTES: &[&str] = &["test_case", "quickcheck", "bench"];

/// The nodes of the item that a test attribute stands on, with all of its attributes and comments.
pub(super) fn range(node: Node<'_>) -> Option<(NodeId, NodeId)> {
    let inner = match node.raw_name() {
        "attribute_item" => false,
        "inner_attribute_item" => true,
        _ => return None,
    };
    if !marks_test(node) {
        return None;
    }
    if inner {
        let owner = node.parent()?;
        return Some((owner.id(), owner.subtree_end()));
    }
    let belongs = |node: &Node<'_>| matches!(node.raw_name(), "attribute_item" | "line_comment" | "block_comment");
    let first = node.prev_siblings().take_while(belongs).filter(|above| above.raw_name() == "attribute_item").last();
    let item = node.next_siblings().find(|below| !belongs(below));
    Some((first.unwrap_or(node).id(), item.unwrap_or(node).subtree_end()))
}

/// True for an attribute that makes the function below it a test.
pub(super) fn names_test(item: Node<'_>) -> bool {
    let Some(path) = super::names::name_node(item) else { return false };
    let name = path.child_by_field("name").unwrap_or(path).text();
    name.ends_with("test") || OTHER_TEST_ATTRIBUTES.contains(&name)
}

/// True for an attribute that leaves out the test below it: `ignore`, or a condition that never holds.
pub(super) fn leaves_out(item: Node<'_>) -> bool {
    let Some(name) = super::names::name_node(item).map(Node::text) else { return false };
    name == "ignore" || name == "cfg" && item.text().split_whitespace().collect::<String>().contains("cfg(any())")
}

/// True for an attribute that limits the item below it to tests: a test attribute, or `cfg(test)`.
fn marks_test(item: Node<'_>) -> bool {
    let condition = || item.child_of_raw_kind("attribute")?.child_by_field("arguments");
    let is_cfg = super::names::name_node(item).is_some_and(|name| name.text() == "cfg");
    if is_cfg { condition().is_some_and(requires_test) } else { names_test(item) }
}

/// True for a condition that holds only in tests: `test`, bare or inside of `all(…)`.
fn requires_test(condition: Node<'_>) -> bool {
    let mut open = vec![condition];
    while let Some(group) = open.pop() {
        let mut before = None;
        for part in group.children_with_tokens() {
            match part.raw_name() {
                "identifier" if part.text() == "test" => return true,
                "token_tree" if before.is_some_and(|before: Node<'_>| before.text() == "all") => open.push(part),
                _ => {}
            }
            before = Some(part);
        }
    }
    false
}
