//! Views of TypeScript and JavaScript.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{modules, names, scopes, testing};
use crate::ir::view::{Declaration, DeclaredElsewhere, Flow, ImportView, Namespace, Views, compact};
use crate::ir::{Kind, Lowered, Node, NodeId, Tree};

/// The views of both languages.
pub(super) struct EcmaScriptViews;

impl Views for EcmaScriptViews {
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
        if let Some(only) = node.child_by_field("parameter") {
            return vec![only];
        }
        let Some(list) = node.child_by_field("parameters") else { return Vec::new() };
        // `this: T` is a type annotation, not a parameter.
        let is_this = |parameter: &Node<'_>| {
            parameter.child_by_field("pattern").is_some_and(|pattern| pattern.raw_name() == "this")
        };
        list.children().filter(|child| child.kind() == Kind::Parameter && !is_this(child)).collect()
    }

    fn body<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("body")
    }

    fn is_async(&self, node: Node<'_>) -> bool {
        node.has_token("async")
    }

    fn is_generator(&self, node: Node<'_>) -> bool {
        node.has_token("*")
    }

    fn attributes<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let is_decorator = |node: &Node<'_>| node.raw_name() == "decorator";
        let mut above: Vec<_> =
            node.prev_siblings().take_while(|above| is_decorator(above) || above.is_extra()).collect();
        above.reverse();
        let around = node.parent().filter(|parent| parent.raw_name() == "export_statement");
        let around = around.into_iter().flat_map(Node::children);
        let mut found: Vec<Node<'t>> =
            around.chain(above).chain(node.children()).filter(|node| is_decorator(node)).collect();
        found.dedup();
        found.sort_by_key(|decorator| decorator.id());
        found.dedup();
        found
    }

    fn members<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let Some(body) = node.child_by_field("body") else { return Vec::new() };
        let mut seen = HashSet::new();
        let names = body.children().filter_map(|child| match child.raw_name() {
            "enum_assignment" => child.child_by_field("name"),
            "property_identifier" | "string" | "number" => Some(child),
            _ if matches!(child.kind(), Kind::Method | Kind::Field) => names::name_node(child),
            _ => None,
        });
        names.map(names::plain).filter(|name| seen.insert(*name)).map(Cow::Borrowed).collect()
    }

    fn extends<'t>(&self, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let Some(clause) = node.children().find_map(|child| match child.raw_name() {
            "class_heritage" => {
                // JavaScript's grammar has no clause around the expression.
                let typed =
                    child.children().any(|child| matches!(child.raw_name(), "extends_clause" | "implements_clause"));
                if typed { child.child_of_raw_kind("extends_clause") } else { Some(child) }
            }
            "extends_type_clause" => Some(child),
            _ => None,
        }) else {
            return Vec::new();
        };
        let is_name = |child: &Node<'_>| !child.is_extra() && child.raw_name() != "type_arguments";
        clause.children().filter(is_name).map(names::type_name).collect()
    }

    fn implements<'t>(&self, _: &'t Lowered, node: Node<'t>) -> Vec<Cow<'t, str>> {
        let heritage = node.child_of_raw_kind("class_heritage");
        let clause = heritage.and_then(|heritage| heritage.child_of_raw_kind("implements_clause"));
        let types = clause.into_iter().flat_map(Node::children).filter(|child| !child.is_extra());
        types.map(names::type_name).collect()
    }

    fn mutable(&self, node: Node<'_>) -> Option<bool> {
        match node.kind() {
            // The keyword is the first token of the statement, which may have many variables.
            Kind::Variable => Some(matches!(node.parent()?.children_with_tokens().next()?.raw_name(), "let" | "var")),
            Kind::Field => Some(!node.has_token("readonly")),
            _ => None,
        }
    }

    fn value<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("value")
    }

    fn literal<'t>(&self, node: Node<'t>) -> &'t str {
        names::plain(node)
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        match node.raw_name() {
            "call_expression" => node.child_by_field("function"),
            "new_expression" => node.child_by_field("constructor"),
            _ => None,
        }
    }

    fn arguments<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        match node.child_by_field("arguments") {
            // A tagged template has one argument: the template.
            Some(template) if template.raw_name() == "template_string" => vec![template],
            Some(list) => list.children().filter(|child| !child.is_extra()).collect(),
            None => Vec::new(),
        }
    }

    fn receiver<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut callee = self.callee(node)?;
        while matches!(
            callee.raw_name(),
            "non_null_expression" | "parenthesized_expression" | "instantiation_expression"
        ) {
            callee = callee.children().find(|child| !child.is_extra())?;
        }
        matches!(callee.raw_name(), "member_expression" | "subscript_expression")
            .then(|| callee.child_by_field("object"))
            .flatten()
    }

    fn import<'t>(&self, node: Node<'t>) -> Option<ImportView<'t>> {
        modules::import(node)
    }

    fn flow(&self, node: Node<'_>) -> Flow {
        match node.raw_name() {
            "if_statement" if node.parent().is_some_and(|parent| parent.raw_name() == "else_clause") => Flow::ElseIf,
            "if_statement" => Flow::If,
            "else_clause" if node.child_of_raw_kind("if_statement").is_none() => Flow::Else,
            "ternary_expression" => Flow::Conditional,
            "for_statement" | "for_in_statement" | "while_statement" | "do_statement" => Flow::Loop,
            "switch_statement" => Flow::Match,
            "switch_case" => Flow::Case,
            "switch_default" => Flow::Default,
            "try_statement" => Flow::Try,
            "catch_clause" => Flow::Catch,
            "binary_expression" => match node.child_by_field("operator").map_or("", Node::raw_name) {
                "&&" | "||" => Flow::Logical(1),
                "??" => Flow::Coalesce,
                _ => Flow::Straight,
            },
            "break_statement" | "continue_statement" if node.child_by_field("label").is_some() => Flow::LabelledJump,
            _ => Flow::Straight,
        }
    }

    fn is_statement(&self, node: Node<'_>) -> bool {
        let parent = node.parent().map_or("", Node::raw_name);
        match node.raw_name() {
            "empty_statement" | "labeled_statement" => false,
            "if_statement" => parent != "else_clause",
            "lexical_declaration" | "variable_declaration" | "using_declaration" => parent != "for_statement",
            // The parts of a `for` between its semicolons are no statements.
            "expression_statement" => parent != "for_statement" || node.field() == Some("body"),
            "class_declaration"
            | "abstract_class_declaration"
            | "function_declaration"
            | "generator_function_declaration"
            | "function_signature"
            | "enum_declaration"
            | "interface_declaration"
            | "type_alias_declaration" => parent != "export_statement",
            name => name.ends_with("_statement"),
        }
    }

    fn is_test(&self, node: Node<'_>) -> bool {
        testing::test_call(node).is_some_and(|(_, title)| title.is_some())
    }

    fn is_skipped_test(&self, node: Node<'_>) -> bool {
        testing::is_skipped(node)
    }

    fn test_range(&self, node: Node<'_>) -> Option<(NodeId, NodeId)> {
        testing::test_call(node).map(|_| (node.id(), node.subtree_end()))
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

    fn alias<'t>(&self, leaf: Node<'t>, path: &mut Vec<Cow<'t, str>>) -> Option<Node<'t>> {
        scopes::alias(leaf, path)
    }

    fn is_assigned(&self, leaf: Node<'_>) -> bool {
        scopes::is_assigned(leaf)
    }

    fn declared_elsewhere(&self, tree: &Tree) -> DeclaredElsewhere {
        let mut found = DeclaredElsewhere::default();
        for node in tree.nodes().filter(|node| node.is_named()) {
            let name = match node.raw_name() {
                "export_specifier" => {
                    let from = node.parent().and_then(Node::parent).and_then(|export| export.child_by_field("source"));
                    node.child_by_field("name").filter(|_| from.is_none())
                }
                // `export default f`, `export = f`.
                "export_statement" => node.children().find(|child| child.raw_name() == "identifier"),
                _ => None,
            };
            found.exported.extend(name.map(|name| Box::from(compact(name))));
        }
        found
    }
}
