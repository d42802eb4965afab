//! Suppressions of compiler and clippy lints by attributes: `allow` and `expect`.

use crate::ir::view::CommentNode;
use crate::ir::{AttributeMarker, AttributeMarkers, Kind, Node};
use crate::span::Span;

/// The attributes that are markers. Half of all files call a method `expect`, so the prefilter looks for `[expect`,
/// the attribute as formatters write it.
pub(super) const MARKERS: AttributeMarkers =
    AttributeMarkers { tool: "rust", literals: &["allow", "[expect", "cfg_attr"], read };

/// The markers in an attribute; `cfg_attr` may hold several.
fn read(node: Node<'_>) -> Vec<AttributeMarker> {
    let Some(attribute) = node.child_of_raw_kind("attribute") else { return Vec::new() };
    let (Some(name), Some(list)) = (attribute.children().next(), attribute.child_by_field("arguments")) else {
        return Vec::new();
    };
    let is_inner = node.raw_name() == "inner_attribute_item";
    let of_file = is_inner && node.parent().is_some_and(|parent| parent.parent().is_none());
    let sign = if is_inner { "#!" } else { "#" };
    let marker = |name: Node<'_>, list| {
        let (rules, reasons) = lints(list);
        AttributeMarker { directive: format!("{sign}[{}]", name.text()), rules, reasons, of_file }
    };
    match name.text() {
        "allow" => vec![marker(name, list)],
        "expect" if node.text().contains("[expect") => vec![marker(name, list)],
        "cfg_attr" => {
            let names = list.subtree().filter(|node| matches!(node.text(), "allow" | "expect") && node.is_named());
            let with_list = names.filter_map(|name| {
                let list = name.next_sibling()?;
                (list.raw_name() == "token_tree").then_some((name, list))
            });
            // The condition says when, but not why.
            with_list.map(|(name, list)| marker(name, list)).collect()
        }
        _ => Vec::new(),
    }
}

/// The lints in a list, and its reasons: `reason = "…"`, then the comments in it.
fn lints(list: Node<'_>) -> (Vec<String>, Vec<String>) {
    let (mut rules, mut reasons, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    let mut path = String::new();
    let mut end = list.start();
    for node in list.children() {
        let gap = node.tree().slice(Span::new(end, node.start()));
        end = node.end();
        // A comma before a comment ends the path, too.
        flush_if(gap.contains(','), &mut path, &mut rules);
        if let Some(comment) = CommentNode::cast(node) {
            remarks.push(comment.text().into_owned());
        } else if gap.contains('=') && path == "reason" {
            reasons.push(node.language().views().literal(node).to_owned());
            path.clear();
        } else if matches!(node.kind(), Kind::Identifier) || node.is_named_leaf() {
            if gap.contains("::") {
                path.push_str("::");
            }
            path.push_str(node.text());
        }
    }
    flush_if(true, &mut path, &mut rules);
    reasons.append(&mut remarks);
    (rules, reasons)
}

/// Moves the path to the rules if it ends here and is not empty.
fn flush_if(ends: bool, path: &mut String, rules: &mut Vec<String>) {
    if ends && !path.is_empty() {
        rules.push(std::mem::take(path));
    }
}
