//! Names, visibility and documentation of Python's definitions, and their symbol paths.

use std::borrow::Cow;

use super::kinds::is_class;
use super::scopes::scope_of;
use crate::ir::view::{CommentNode, DeclaredElsewhere, compact, has_words};
use crate::ir::{Kind, LeadingString, Lowered, Node, Tree};
use crate::lines::LineIndex;
use crate::span::Span;

/// The variable that lists the public names of a module.
const EXPORT_LIST: &str = "__all__";

/// The node of a definition's name. A lambda is named by the assignment, argument or pair that holds it.
pub(super) fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    match node.raw_name() {
        // This is called for every node of the file: the many children of the whole must not be searched each time.
        "module" => None,
        "assignment" => node.child_by_field("left").filter(|left| left.raw_name() == "identifier"),
        "lambda" => name_node(holder(node)?),
        "pair" => node.child_by_field("key"),
        "type_alias_statement" => {
            let alias = node.child_by_field("left")?.children().next()?;
            if alias.raw_name() == "generic_type" { alias.child_of_raw_kind("identifier") } else { Some(alias) }
        }
        "decorator" => {
            let inner = node.children().find(|child| !child.is_extra())?;
            if inner.raw_name() == "call" { inner.child_by_field("function") } else { Some(inner) }
        }
        "typed_parameter" => single_name(node.children().next()?),
        _ if node.kind() == Kind::Parameter => single_name(node.child_by_field("name").unwrap_or(node)),
        _ => node.child_by_field("name"),
    }
}

/// The identifier of a parameter that declares only one name.
fn single_name(parameter: Node<'_>) -> Option<Node<'_>> {
    match parameter.raw_name() {
        "identifier" => Some(parameter),
        "list_splat_pattern" | "dictionary_splat_pattern" => parameter.child_of_raw_kind("identifier"),
        _ => None,
    }
}

/// The assignment, argument or pair whose value an expression is.
fn holder(value: Node<'_>) -> Option<Node<'_>> {
    let holder = value.parent()?;
    let field = match holder.raw_name() {
        "assignment" => "right",
        "keyword_argument" | "pair" => "value",
        _ => return None,
    };
    (value.field() == Some(field)).then_some(holder)
}

/// The text of a literal, without the quotes and prefix of a string.
pub(super) fn plain(node: Node<'_>) -> &str {
    let text = node.text();
    if node.raw_name() != "string" {
        return text;
    }
    let length = |raw| node.child_of_raw_kind(raw).map_or(0, |quote| quote.text().len());
    text.get(length("string_start")..text.len() - length("string_end")).unwrap_or_default()
}

/// The name of a base class, without type arguments.
pub(super) fn type_name(node: Node<'_>) -> Cow<'_, str> {
    let value = if node.raw_name() == "subscript" { node.child_by_field("value") } else { None };
    compact(value.unwrap_or(node))
}

/// True if other modules can see a definition: it and all classes around it are public, or listed in `__all__`.
pub(super) fn exported(file: &Lowered, node: Node<'_>) -> bool {
    let mut at = node;
    loop {
        if at.raw_name() == "module" {
            return true;
        }
        if at.raw_name() == "lambda" {
            match holder(at).filter(|holder| holder.kind().is_definition()) {
                Some(holder) => at = holder,
                None => return false,
            }
        }
        let Some(scope) = scope_of(at) else { return false };
        let mut names = declared_names(at).peekable();
        if names.peek().is_none() {
            return false;
        }
        match scope.raw_name() {
            "module" => return names.any(|name| is_listed(file, at, name)),
            "class_definition" if names.any(is_public) => at = scope,
            _ => return false,
        }
    }
}

/// Every name that a definition declares: several if the target of an assignment is a pattern.
fn declared_names(node: Node<'_>) -> impl Iterator<Item = &str> {
    let left = if node.raw_name() == "assignment" { node.child_by_field("left") } else { None };
    let single = if left.is_none() { name_node(node) } else { None };
    let several = left.into_iter().flat_map(Node::subtree).filter(|leaf| leaf.raw_name() == "identifier");
    single.into_iter().chain(several).map(Node::text)
}

/// True for a public name of a module: one in `__all__`, or without that list one that does not start with `_`.
fn is_listed(file: &Lowered, node: Node<'_>, name: &str) -> bool {
    let Some((tree, tables)) = file.tables(node) else { return is_public(name) };
    let listed = &tables.declared_elsewhere(tree).exported;
    if listed.contains(EXPORT_LIST) { listed.contains(name) } else { is_public(name) || listed.contains(name) }
}

fn is_public(name: &str) -> bool {
    !name.starts_with('_')
}

/// The names in `__all__`. `__all__` itself is added if every part of the list was understood.
pub(super) fn declared_elsewhere(tree: &Tree) -> DeclaredElsewhere {
    let mut found = DeclaredElsewhere::default();
    if !tree.slice(tree.span()).contains(EXPORT_LIST) {
        return found;
    }
    let (mut lists, mut is_whole) = (0, true);
    for node in tree.nodes().filter(|node| node.is_named()) {
        let list = match node.raw_name() {
            "assignment" | "augmented_assignment" => node.child_by_field("left").zip(node.child_by_field("right")),
            // `__all__.extend([…])`, `__all__.append("…")`
            "call" => {
                let object = node.child_by_field("function").and_then(|function| function.child_by_field("object"));
                object.zip(node.child_by_field("arguments"))
            }
            _ => None,
        };
        let Some((_, list)) = list.filter(|(target, _)| target.text() == EXPORT_LIST) else { continue };
        lists += 1;
        for part in list.subtree().filter(|part| part.is_named()) {
            match part.raw_name() {
                "string" => drop(found.exported.insert(plain(part).into())),
                "list"
                | "tuple"
                | "argument_list"
                | "parenthesized_expression"
                | "comment"
                | "string_start"
                | "string_content"
                | "string_end" => {}
                // The list of another module, or a computation.
                _ => is_whole = false,
            }
        }
    }
    if lists > 0 && is_whole {
        found.exported.insert(EXPORT_LIST.into());
    }
    found
}

/// True for a definition with a docstring or a `#:` comment.
pub(super) fn documented(node: Node<'_>) -> bool {
    match node.raw_name() {
        "module" => opens_with_docstring(node),
        "class_definition" => node.child_by_field("body").is_some_and(opens_with_docstring),
        "function_definition" => {
            let has_docstring = |function: &Node<'_>| function.child_by_field("body").is_some_and(opens_with_docstring);
            has_docstring(&node) || adjacent_of_same_name(node).any(|other| has_docstring(&other))
        }
        "lambda" => holder(node).is_some_and(|holder| holder.kind().is_definition() && documented(holder)),
        "assignment" => node.parent().is_some_and(is_documented_statement),
        _ => is_documented_statement(node),
    }
}

/// True for a module or block whose first statement is a string with words, which documents it.
fn opens_with_docstring(block: Node<'_>) -> bool {
    let first = block.children().find(|child| !child.is_extra()).filter(|first| is_docstring(*first));
    // Letters before the first quote are a prefix of the string.
    first.is_some_and(|string| has_words(string.text().trim_start_matches(char::is_alphabetic)))
}

/// The docstrings of modules, classes and functions, in order.
pub(super) fn docstrings(tree: &Tree) -> Vec<LeadingString> {
    let may_have = |node: &Node<'_>| match node.raw_name() {
        "module" => true,
        "block" => node.parent().is_some_and(|of| matches!(of.raw_name(), "function_definition" | "class_definition")),
        _ => false,
    };
    let first = tree.nodes().filter(may_have).filter_map(|block| block.children().find(|child| !child.is_extra()));
    first
        .filter(|first| is_docstring(*first))
        .map(|first| LeadingString { span: first.span(), documents: true })
        .collect()
}

/// True for a statement that is nothing but a string.
pub(super) fn is_docstring(statement: Node<'_>) -> bool {
    statement.raw_name() == "expression_statement"
        && statement.children().next().is_some_and(|value| {
            matches!(value.raw_name(), "string" | "concatenated_string") && value.kind() != Kind::Template
        })
}

/// The most overloads that are searched in each direction: more than any function has in practice.
const MAX_OVERLOADS: usize = 8;

/// The adjacent functions of the same name: overloads, or the parts of a property.
fn adjacent_of_same_name(function: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let statement = function.parent().filter(|parent| parent.raw_name() == "decorated_definition").unwrap_or(function);
    let name = name_node(function).map(Node::text);
    let function_of_same_name = move |statement| {
        let other = definition_in(statement).filter(|other| other.raw_name() == "function_definition");
        other.filter(|other| name_node(*other).map(Node::text) == name)
    };
    let statements = |node: &Node<'_>| node.is_named() && !node.is_extra();
    let before = statement.prev_siblings().filter(statements).take(MAX_OVERLOADS).map_while(function_of_same_name);
    let after = statement.next_siblings().filter(statements).take(MAX_OVERLOADS).map_while(function_of_same_name);
    before.chain(after)
}

/// The definition in a statement, behind its decorators.
fn definition_in(statement: Node<'_>) -> Option<Node<'_>> {
    if statement.raw_name() == "decorated_definition" {
        statement.child_by_field("definition")
    } else {
        Some(statement)
    }
}

/// True for a statement with a doc comment above or behind it, or with a string as the next statement.
fn is_documented_statement(statement: Node<'_>) -> bool {
    let tree = statement.tree();
    let is_doc = |comment: Node<'_>| CommentNode::cast(comment).is_some_and(CommentNode::documents);
    let is_next_line = |above: &Node<'_>| {
        let gap = tree.slice(Span::new(above.end(), statement.start()));
        LineIndex::new(gap).count() == 2
    };
    // A comment above the first statement of a block stands outside of the block.
    let above = statement.prev_sibling().or_else(|| statement.parent()?.prev_sibling());
    let behind = tree.slice(Span::new(statement.end(), tree.span().end)).trim_start_matches([' ', '\t']);
    above.filter(is_next_line).is_some_and(is_doc)
        || behind.starts_with("#:")
        || statement.next_siblings().find(|next| next.is_named() && !next.is_extra()).is_some_and(is_docstring)
}

/// The segment of a node in symbol paths; none if it adds none. `target` is the node whose path is built.
pub(super) fn symbol<'t>(node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
    let name = || name_node(node).map(|name| Cow::Borrowed(plain(name)));
    match node.raw_name() {
        "module" => None,
        "assignment" => {
            let is_part = match node.kind() {
                Kind::Field => true,
                Kind::Variable => scope_of(node).is_some_and(|scope| scope.raw_name() == "module"),
                _ => false,
            };
            let holds_lambda = || node.child_by_field("right").is_some_and(|value| value.raw_name() == "lambda");
            (is_part || (node.kind() == Kind::Variable && (node == target || holds_lambda()))).then(name).flatten()
        }
        // The definition that holds it has the segment.
        "lambda" if holder(node).is_some_and(|holder| holder.kind().is_definition()) => None,
        _ if node.kind().is_definition() => name(),
        _ => None,
    }
}

/// The decorators of a definition.
pub(super) fn decorators(definition: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let around = definition.parent().filter(|parent| parent.raw_name() == "decorated_definition");
    around.into_iter().flat_map(Node::children).filter(|child| child.raw_name() == "decorator")
}

/// The definitions directly in a class.
pub(super) fn members(class: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let body = class.child_by_field("body").filter(|_| is_class(class));
    body.into_iter().flat_map(Node::children).filter_map(|statement| match statement.raw_name() {
        "decorated_definition" => statement.child_by_field("definition"),
        "expression_statement" => statement.children().find(|child| child.kind() == Kind::Field),
        _ => statement.kind().is_definition().then_some(statement),
    })
}
