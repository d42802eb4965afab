//! Views of Rust.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{names, testing, uses};
use crate::ir::view::{Barrier, Declaration, DeclaredElsewhere, Flow, ImportView, Namespace, Views, compact};
use crate::ir::{Kind, Lowered, Node, NodeId, Tree};

/// The views of Rust.
pub(super) struct RustViews;

impl Views for RustViews {
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
        list.children().filter(|child| !child.is_extra() && child.raw_name() != "attribute_item").collect()
    }

    fn body<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("body")
    }

    fn is_async(&self, node: Node<'_>) -> bool {
        let modifiers = node.child_of_raw_kind("function_modifiers");
        node.has_token("async") || modifiers.is_some_and(|modifiers| modifiers.has_token("async"))
    }

    fn attributes<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let mut found: Vec<_> = names::above(node).filter(|above| above.raw_name() == "attribute_item").collect();
        found.reverse();
        found
    }

    fn members<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let Some(body) = node.child_by_field("body") else { return Vec::new() };
        if body.raw_name() == "ordered_field_declaration_list" {
            return body.children_by_field("type").enumerate().map(|(at, _)| Cow::Owned(at.to_string())).collect();
        }
        let names = body.children().filter_map(|child| child.child_by_field("name"));
        names.map(|name| Cow::Borrowed(name.text())).collect()
    }

    fn extends<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let Some(bounds) = node.child_by_field("bounds") else { return Vec::new() };
        let bounds = bounds.children().filter(|bound| !matches!(bound.raw_name(), "lifetime" | "removed_trait_bound"));
        bounds.filter(|bound| !bound.is_extra()).map(names::type_name).collect()
    }

    fn implements<'t>(&self, file: &'t Lowered, node: Node<'t>) -> Vec<Cow<'t, str>> {
        if node.kind() == Kind::Interface {
            return Vec::new();
        }
        let derived: Vec<&str> = self.attributes(node).into_iter().flat_map(names::derived).collect();
        let elsewhere = file.tables(node).map(|(tree, tables)| tables.declared_elsewhere(tree));
        let name = names::name_node(node).map_or("", Node::text);
        let implemented = elsewhere.and_then(|elsewhere| elsewhere.implemented.get(name)).into_iter().flatten();
        // Derived traits are listed as written; an implemented one is listed once.
        let mut seen: HashSet<&str> = derived.iter().copied().collect();
        let implemented = implemented.map(|name| &**name).filter(|name| seen.insert(*name));
        derived.iter().copied().chain(implemented).map(Cow::Borrowed).collect()
    }

    fn mutable(&self, node: Node<'_>) -> Option<bool> {
        match node.raw_name() {
            "let_declaration" => {
                let inner = node.child_by_field("pattern").is_some_and(|pattern| pattern.raw_name() == "mut_pattern");
                Some(inner || node.child_of_raw_kind("mutable_specifier").is_some())
            }
            "static_item" => Some(node.child_of_raw_kind("mutable_specifier").is_some()),
            "const_item" => Some(false),
            _ => None,
        }
    }

    fn value<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("value")
    }

    fn literal<'t>(&self, node: Node<'t>) -> &'t str {
        if node.kind() != Kind::String {
            return node.text();
        }
        let text = node.text().trim_start_matches(['b', 'c', 'r']);
        let text = text.trim_matches('#');
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        match node.raw_name() {
            "call_expression" => node.child_by_field("function"),
            "macro_invocation" => node.child_by_field("macro"),
            _ => None,
        }
    }

    fn arguments<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let Some(list) = node.child_by_field("arguments") else { return Vec::new() };
        list.children().filter(|child| !child.is_extra() && child.raw_name() != "attribute_item").collect()
    }

    fn receiver<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let callee = self.callee(node)?;
        let callee = if callee.raw_name() == "generic_function" { callee.child_by_field("function")? } else { callee };
        (callee.raw_name() == "field_expression").then(|| callee.child_by_field("value")).flatten()
    }

    fn import<'t>(&self, node: Node<'t>) -> Option<ImportView<'t>> {
        uses::import(node)
    }

    fn flow(&self, node: Node<'_>) -> Flow {
        match node.raw_name() {
            "if_expression" if node.parent().is_some_and(|parent| parent.raw_name() == "else_clause") => Flow::ElseIf,
            "if_expression" => Flow::If,
            "else_clause" if node.child_of_raw_kind("if_expression").is_none() => Flow::Else,
            "for_expression" | "while_expression" | "loop_expression" => Flow::Loop,
            "match_expression" => Flow::Match,
            "match_arm" if node.child_by_field("pattern").is_some_and(|pattern| pattern.text() == "_") => Flow::Default,
            "match_arm" => Flow::Case,
            "try_block" => Flow::Try,
            "binary_expression" | "let_chain" => {
                let operators = node.children_with_tokens().filter(|token| matches!(token.raw_name(), "&&" | "||"));
                match operators.count() {
                    0 => Flow::Straight,
                    count => Flow::Logical(count as u32),
                }
            }
            "break_expression" | "continue_expression" if node.child_of_raw_kind("label").is_some() => {
                Flow::LabelledJump
            }
            _ => Flow::Straight,
        }
    }

    fn is_statement(&self, node: Node<'_>) -> bool {
        node.parent().is_some_and(|parent| parent.raw_name() == "block")
            && !node.is_extra()
            && !matches!(node.raw_name(), "empty_statement" | "label" | "attribute_item" | "inner_attribute_item")
    }

    fn is_test(&self, node: Node<'_>) -> bool {
        node.kind() == Kind::Function && self.attributes(node).into_iter().any(testing::names_test)
    }

    fn is_skipped_test(&self, node: Node<'_>) -> bool {
        self.attributes(node).into_iter().any(testing::leaves_out)
    }

    fn test_range(&self, node: Node<'_>) -> Option<(NodeId, NodeId)> {
        testing::range(node)
    }

    fn symbol<'t>(&self, node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
        names::symbol(node, target)
    }

    fn declaration(&self, leaf: Node<'_>) -> Option<Declaration> {
        uses::declaration(leaf)
    }

    fn reference<'t>(&self, node: Node<'t>, path: Option<&mut Vec<Cow<'t, str>>>) -> Option<(Node<'t>, Namespace)> {
        uses::reference(node, path)
    }

    fn scope_barrier(&self, node: Node<'_>) -> Option<Barrier> {
        if node.raw_name() != "mod_item" {
            return None;
        }
        let body = node.child_by_field("body")?;
        let mut uses = body.children().filter(|item| item.raw_name() == "use_declaration");
        let takes_in_all = uses.any(|item| {
            let argument = item.child_by_field("argument");
            argument.is_some_and(|argument| compact(argument) == "super::*")
        });
        (!takes_in_all).then_some(Barrier::Closed)
    }

    fn declared_elsewhere(&self, tree: &Tree) -> DeclaredElsewhere {
        let mut found = DeclaredElsewhere::default();
        let mut types = Vec::new();
        for node in tree.nodes().filter(|node| node.is_named()) {
            match node.raw_name() {
                "struct_item" | "enum_item" | "union_item" => types.push(node),
                "use_declaration" => names::add_exported(node, &mut found.exported),
                "impl_item" => {
                    let (Some(of), Some(name)) = (node.child_by_field("trait"), node.child_by_field("type")) else {
                        continue;
                    };
                    let name = names::type_name(name).as_ref().into();
                    found.implemented.entry(name).or_default().push(names::type_name(of).as_ref().into());
                }
                _ => {}
            }
        }
        types.retain(|of| !(names::is_public(*of) && names::is_reachable(*of, || Some(&found))));
        found.hidden.extend(types.into_iter().filter_map(names::name_node).map(|name| Box::from(name.text())));
        found
    }
}
