//! Rust's attributes that tell the compiler and clippy to look away: `allow` and `expect`.

use crate::facts::MarkerReach;
use crate::ir::{Kind, Lowered, Node};
use crate::span::Span;
use crate::suppression::marker::{comment, worded};

/// A file with such an attribute holds one of these. `expect` alone is the name of a method that half of all files
/// call, so that of attributes only the form is known that every formatter writes.
pub(super) const LITERALS: &[&str] = &["allow", "[expect", "cfg_attr"];

/// What an attribute allows.
#[derive(Debug)]
pub(super) struct Allowed {
    pub(super) directive: String,
    pub(super) rules: Vec<String>,
    pub(super) reason: Option<String>,
    pub(super) reach: MarkerReach,
}

/// What the attribute allows; `cfg_attr` may hold several.
pub(super) fn read(node: Node<'_>) -> Vec<Allowed> {
    let Some(attribute) = node.child_of_raw_kind("attribute") else { return Vec::new() };
    let (Some(name), Some(list)) = (attribute.children().next(), attribute.child_by_field("arguments")) else {
        return Vec::new();
    };
    let inner = node.raw_name() == "inner_attribute_item";
    let of_file = inner && node.parent().is_some_and(|parent| parent.parent().is_none());
    let reach = if of_file { MarkerReach::File } else { MarkerReach::Region };
    let sign = if inner { "#!" } else { "#" };
    let allowed = |name: Node<'_>, list| {
        let (rules, reason) = lints(list);
        Allowed { directive: format!("{sign}[{}]", name.text()), rules, reason, reach }
    };
    match name.text() {
        "allow" => vec![allowed(name, list)],
        "expect" if node.text().contains("[expect") => vec![allowed(name, list)],
        "cfg_attr" => {
            let names = list.subtree().filter(|node| matches!(node.text(), "allow" | "expect") && node.is_named());
            let with_list = names.filter_map(|name| {
                let list = name.next_sibling()?;
                (list.raw_name() == "token_tree").then_some((name, list))
            });
            // The condition says when it must be allowed, which is why.
            let condition = list.children_with_tokens().take_while(|node| node.text() != ",").last();
            let when = condition.map(|last| Span::new(list.start() + 1, last.end()));
            let when = when.and_then(|span| worded(&comment::folded(node.tree().slice(span))));
            let conditional = |(name, list)| {
                let allowed = allowed(name, list);
                Allowed { reason: allowed.reason.or_else(|| when.clone()), ..allowed }
            };
            with_list.map(conditional).collect()
        }
        _ => Vec::new(),
    }
}

/// The lints of a list, and the reason that it gives: `reason = "…"`, else a comment in it.
fn lints(list: Node<'_>) -> (Vec<String>, Option<String>) {
    let (mut rules, mut reason, mut remark) = (Vec::new(), None, None);
    let mut path = String::new();
    let mut end = list.start();
    for node in list.children() {
        let gap = node.tree().slice(Span::new(end, node.start()));
        end = node.end();
        if node.kind() == Kind::Comment {
            // The part of the gap before a comment still ends a path.
            flush_if(gap.contains(','), &mut path, &mut rules);
            let said = comment::Comment::new(node.text(), super::Stands::AfterCode);
            remark = remark.or_else(|| worded(&comment::folded(said.inner())));
            continue;
        }
        flush_if(gap.contains(','), &mut path, &mut rules);
        if gap.contains('=') && path == "reason" {
            reason = worded(node.language().views().literal(node));
            path.clear();
        } else if matches!(node.kind(), Kind::Identifier) || node.is_named_leaf() {
            if gap.contains("::") {
                path.push_str("::");
            }
            path.push_str(node.text());
        }
    }
    flush_if(true, &mut path, &mut rules);
    (rules, reason.or(remark))
}

fn flush_if(ends: bool, path: &mut String, rules: &mut Vec<String>) {
    if ends && !path.is_empty() {
        rules.push(std::mem::take(path));
    }
}

/// How many attributes on top of each other are looked at.
const STACK: usize = 16;

/// The first of the attributes that stand on each other, line by line, with this one among them.
pub(super) fn first_of_stack<'t>(file: &Lowered, node: Node<'t>) -> Node<'t> {
    let lines = file.source.lines();
    let mut first = node;
    for before in node.prev_siblings().take(STACK) {
        if before.kind() != Kind::Attribute || lines.line(before.end()) + 1 < lines.line(first.start()) {
            break;
        }
        first = before;
    }
    first
}
