//! Names, visibility and documentation of TypeScript's and JavaScript's definitions, and their symbol paths.

use std::borrow::Cow;

use super::testing;
use crate::ir::view::{CommentNode, compact};
use crate::ir::{Kind, Lowered, Node};
use crate::span::Span;

/// Siblings in each direction that may be overloads.
const MAX_OVERLOADS: usize = 64;

/// Comments and decorators above a statement that are looked at: many variables of one statement may ask for them.
const MAX_SIBLINGS_ABOVE: usize = 64;

/// Owners of owners that are looked at: each of many members asks for all of its own.
const MAX_OWNERS: usize = 16;

/// The node of a definition's name. An expression is named by the variable, field or pair that holds it.
pub(super) fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    match node.raw_name() {
        // This is called for every node of the file: the many children of the whole must not be searched each time.
        "program" => None,
        "variable_declarator" => single_name(node.child_by_field("name")?),
        "field_definition" => node.child_by_field("property"),
        "pair" => node.child_by_field("key"),
        "decorator" => {
            let inner = node.children().find(|child| !child.is_extra())?;
            if inner.raw_name() == "call_expression" { inner.child_by_field("function") } else { Some(inner) }
        }
        "required_parameter" | "optional_parameter" => {
            single_name(node.child_by_field("pattern").or_else(|| node.child_by_field("name"))?)
        }
        "arrow_function" | "function_expression" | "generator_function" | "class" => {
            node.child_by_field("name").or_else(|| name_node(holder(node)?)).or_else(|| assigned_name(node))
        }
        _ if node.kind() == Kind::Parameter => single_name(node),
        _ => node.child_by_field("name"),
    }
}

/// The identifier of a pattern that declares only one name.
fn single_name(mut pattern: Node<'_>) -> Option<Node<'_>> {
    loop {
        pattern = match pattern.raw_name() {
            "identifier" | "this" => return Some(pattern),
            "assignment_pattern" => pattern.child_by_field("left")?,
            "rest_pattern" => pattern.children().find(|child| !child.is_extra())?,
            _ => return None,
        };
    }
}

/// The outermost expression with the same value: around `a`, the whole of `(a as T)!`.
fn outermost_value(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        match parent.raw_name() {
            "parenthesized_expression" | "as_expression" | "satisfies_expression" | "non_null_expression" => {
                at = parent;
            }
            _ => break,
        }
    }
    at
}

/// The variable, field or pair whose value an expression is.
fn holder(node: Node<'_>) -> Option<Node<'_>> {
    let value = outermost_value(node);
    let holder = value.parent()?;
    let holds =
        matches!(holder.raw_name(), "variable_declarator" | "public_field_definition" | "field_definition" | "pair");
    (holds && value.field() == Some("value")).then_some(holder)
}

/// The name or member that an expression is assigned to.
fn assigned_name(node: Node<'_>) -> Option<Node<'_>> {
    let value = outermost_value(node);
    let assignment = value.parent().filter(|parent| parent.raw_name() == "assignment_expression")?;
    let left = assignment.child_by_field("left").filter(|_| value.field() == Some("right"))?;
    match left.raw_name() {
        "identifier" => Some(left),
        "member_expression" => left.child_by_field("property"),
        _ => None,
    }
}

/// The text of a name or literal, without the quotes of a string and the slashes of a regular expression.
pub(super) fn plain(node: Node<'_>) -> &str {
    let text = node.text();
    match node.raw_name() {
        "string" | "template_string" => {
            let mut inner = text.chars();
            if inner.next().is_some() && text.len() > 1 {
                inner.next_back();
            }
            inner.as_str()
        }
        "regex" => node.child_by_field("pattern").map_or(text, Node::text),
        _ => text,
    }
}

/// The name of a type, without type arguments.
pub(super) fn type_name(node: Node<'_>) -> Cow<'_, str> {
    let named = if node.raw_name() == "generic_type" { node.child_by_field("name") } else { None };
    compact(named.unwrap_or(node))
}

/// True if other modules can see a definition: it and all of its owners are exported or public.
pub(super) fn exported(file: &Lowered, node: Node<'_>) -> bool {
    let mut at = node;
    for _ in 0..MAX_OWNERS {
        if at.raw_name() == "program" {
            return true;
        }
        if matches!(at.raw_name(), "arrow_function" | "function_expression" | "generator_function" | "class")
            && let Some(holder) = holder(at)
        {
            at = holder;
            continue;
        }
        // The value of a default export may stand in parentheses.
        let value = outermost_value(at);
        if value.parent().is_some_and(|parent| parent.raw_name() == "export_statement") {
            at = value;
        }
        let Some(parent) = at.parent() else { return false };
        match (at.kind(), parent.raw_name()) {
            (_, "pair") | (Kind::Pair, _) => return false,
            (Kind::Method | Kind::Field, "class_body" | "interface_body" | "object_type") => {
                if is_private(at) {
                    return false;
                }
                // A type literal has an owner with a name only if an alias names it.
                let owner = parent.parent();
                let Some(owner) = owner.filter(|owner| owner.kind().is_definition()) else { return false };
                at = owner;
            }
            _ => {
                let outer = declaring_statement(at);
                let Some(around) = outer.parent() else { return false };
                let listed = || {
                    let elsewhere = file.tables(at).map(|(tree, tables)| tables.declared_elsewhere(tree));
                    elsewhere.is_some_and(|found| declared_names(at).any(|name| found.exported.contains(name)))
                };
                let is_export = outer.raw_name() == "export_statement";
                match around.raw_name() {
                    "program" => return is_export || listed(),
                    // The body of a namespace, which is exported itself or not.
                    "statement_block" if is_export => match around.parent() {
                        Some(owner) if owner.kind() == Kind::Module => at = owner,
                        _ => return false,
                    },
                    _ => return false,
                }
            }
        }
    }
    false
}

/// Every name that a declaration declares: several if a variable has a pattern.
fn declared_names(node: Node<'_>) -> impl Iterator<Item = &str> {
    let pattern = match node.raw_name() {
        "variable_declarator" => node.child_by_field("name"),
        _ => None,
    };
    let single = if pattern.is_none() { name_node(node) } else { None };
    let several = pattern
        .into_iter()
        .flat_map(Node::subtree)
        .filter(|leaf| matches!(leaf.raw_name(), "identifier" | "shorthand_property_identifier_pattern"));
    single.into_iter().chain(several).map(Node::text)
}

fn is_private(member: Node<'_>) -> bool {
    let modifier = member.child_of_raw_kind("accessibility_modifier");
    modifier.is_some_and(|modifier| modifier.text() != "public")
        || name_node(member).is_some_and(|name| name.raw_name() == "private_property_identifier")
}

/// The whole statement of a declaration, with `export` and `declare`.
fn declaring_statement(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        match parent.raw_name() {
            "export_statement" | "ambient_declaration" => at = parent,
            "lexical_declaration" | "variable_declaration" | "using_declaration"
                if at.raw_name() == "variable_declarator" =>
            {
                at = parent;
            }
            // In the grammar `namespace N {}` is an expression.
            "expression_statement" if at.raw_name() == "internal_module" => at = parent,
            _ => break,
        }
    }
    at
}

/// True if a doc comment stands above a definition or one of its overloads, or at the top of a file. Overloads are one
/// definition, for which the first one answers: the others count as documented.
pub(super) fn documented(node: Node<'_>) -> bool {
    if node.raw_name() == "program" {
        return opens_with_doc(node);
    }
    let is_expression =
        matches!(node.raw_name(), "arrow_function" | "function_expression" | "generator_function" | "class");
    let held = if is_expression { holder(node).unwrap_or_else(|| outermost_value(node)) } else { node };
    let statement = match assigned_name(node) {
        // The comment of `exports.f = () => {}` stands above the statement.
        Some(_) if is_expression => outermost_value(node).parent().and_then(Node::parent).unwrap_or(held),
        _ => declaring_statement(held),
    };
    if has_doc_above(statement) || has_doc_behind_decorators(statement) {
        return true;
    }
    let Some(name) = name_node(node).map(Node::text) else { return false };
    if !matches!(node.kind(), Kind::Function | Kind::Method) || is_expression {
        return false;
    }
    let is_overload =
        |other: Option<&Node<'_>>| other.and_then(|other| name_node(*other)).is_some_and(|other| other.text() == name);
    let before = statement.prev_siblings().filter(|other| is_declaration(*other)).take(MAX_OVERLOADS);
    let after = statement.next_siblings().filter(|other| is_declaration(*other)).take(MAX_OVERLOADS);
    let same = |other: &Node<'_>| is_overload(inner_callable(*other).as_ref());
    // The first overload answers for all.
    before.take_while(same).next().is_some() || after.take_while(same).any(has_doc_above)
}

/// True if a doc comment stands between the decorators of an exported definition and its `export`.
fn has_doc_behind_decorators(statement: Node<'_>) -> bool {
    if statement.raw_name() != "export_statement" {
        return false;
    }
    let opening = statement.children().take_while(|child| matches!(child.kind(), Kind::Attribute | Kind::Comment));
    opening.skip_while(|child| child.kind() != Kind::Attribute).any(is_doc)
}

/// True for a sibling that is neither a token nor a comment nor a decorator.
fn is_declaration(node: Node<'_>) -> bool {
    node.is_named() && !node.is_extra() && node.raw_name() != "decorator"
}

/// The function or method that a statement or member declares.
fn inner_callable(statement: Node<'_>) -> Option<Node<'_>> {
    let mut at = statement;
    while matches!(at.raw_name(), "export_statement" | "ambient_declaration") {
        at = at.children().find(|child| is_declaration(*child))?;
    }
    matches!(at.kind(), Kind::Function | Kind::Method).then_some(at)
}

/// True if a doc comment stands directly above a statement or its decorators.
fn has_doc_above(statement: Node<'_>) -> bool {
    let mut from = statement.start();
    for above in statement.prev_siblings().take(MAX_SIBLINGS_ABOVE) {
        match above.kind() {
            Kind::Attribute => {}
            Kind::Comment => {
                let between = statement.tree().slice(Span::new(above.end(), from));
                if has_empty_line(between) {
                    return false;
                }
                if is_doc(above) {
                    return true;
                }
            }
            _ => return false,
        }
        from = above.start();
    }
    false
}

fn is_doc(comment: Node<'_>) -> bool {
    CommentNode::cast(comment).is_some_and(CommentNode::documents)
}

/// True if a gap holds an empty line.
fn has_empty_line(gap: &str) -> bool {
    gap.bytes().filter(|byte| *byte == b'\n').count() > 1 || (!gap.contains('\n') && gap.matches('\r').count() > 1)
}

/// True if a file starts with a doc comment about itself: one with a tag like `@file`, or with an empty line below it.
fn opens_with_doc(program: Node<'_>) -> bool {
    let first = program.children().find(|child| child.raw_name() != "hash_bang_line");
    let Some(doc) = first.filter(|first| is_doc(*first)) else { return false };
    let tags = ["@file", "@module", "@packageDocumentation"];
    let next = doc.next_sibling().map_or(program.end(), Node::start);
    let gap = program.tree().slice(Span::new(doc.end(), next));
    has_empty_line(gap) || tags.iter().any(|tag| doc.text().contains(tag))
}

/// The segment of a node in symbol paths; none if it adds none. `target` is the node whose path is built.
pub(super) fn symbol<'t>(node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
    let name = || name_node(node).map(|name| Cow::Borrowed(plain(name)));
    match node.raw_name() {
        "call_expression" => {
            let (word, title) = testing::test_call(node)?;
            Some(Cow::Owned(format!("{word}(\"{}\")", plain(title?))))
        }
        "program" => None,
        "variable_declarator" => (node == target || holds_definitions(node) || is_top_level(node)).then(name).flatten(),
        "pair" => name(),
        "arrow_function" | "function_expression" | "generator_function" | "class" => {
            // Its holder has the segment.
            if holder(node).is_some() { None } else { name().or_else(|| default_name(node)) }
        }
        _ if node.kind().is_definition() || node.kind() == Kind::Module => name().or_else(|| default_name(node)),
        _ => None,
    }
}

/// The name of a definition without one in `export default`.
fn default_name(node: Node<'_>) -> Option<Cow<'_, str>> {
    let outer = outermost_value(node).parent()?;
    (outer.raw_name() == "export_statement" && outer.has_token("default")).then_some(Cow::Borrowed("default"))
}

/// True for a variable directly in a file or namespace.
fn is_top_level(variable: Node<'_>) -> bool {
    let around = declaring_statement(variable).parent();
    around.is_some_and(|around| {
        around.raw_name() == "program" || around.parent().is_some_and(|owner| owner.kind() == Kind::Module)
    })
}

/// True for a variable whose value is a function, a class or an object, which may hold definitions.
fn holds_definitions(variable: Node<'_>) -> bool {
    let mut value = variable.child_by_field("value");
    while let Some(inner) = value.filter(|value| {
        matches!(value.raw_name(), "parenthesized_expression" | "as_expression" | "satisfies_expression")
    }) {
        value = inner.children().find(|child| !child.is_extra());
    }
    value.is_some_and(|value| matches!(value.kind(), Kind::Lambda | Kind::Class | Kind::Object))
}
